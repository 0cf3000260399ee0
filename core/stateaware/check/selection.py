"""What the user picked: items by id, ``-k``, ``-m`` and the items that failed last time."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from stateaware.check.expression import Expression
from stateaware.check.globs import is_glob, path_matcher
from stateaware.check.settings import ENGINES
from stateaware.findings import Severity
from stateaware.records import dataclass
from stateaware.rules.base import Rule
from stateaware.rules.registry import GROUPS

_CODE: Final = re.compile(r"SA\d+(#\d+)?", re.IGNORECASE)

MARKS: Final = (*GROUPS, *ENGINES, "error", "warning", "info", "fixable", "default")
"""Every name that ``-m`` knows."""


@dataclass(frozen=True, slots=True)
class ItemPattern:
    """Items of one project: ``FILE``, ``FILE::LABEL``, ``FILE::CODE`` or ``FILE::LABEL::CODE``.

    ``file`` is a file, a folder or a glob, relative to the project; ``label`` may be a glob; empty
    parts match everything. ``written`` is what the user typed.
    """

    file: str
    label: str = ""
    code: str = ""
    written: str = ""

    @classmethod
    def parse(cls, file: str, rest: str, written: str = "") -> ItemPattern:
        """A pattern out of a path inside the project and what followed its first ``::``."""
        label, _, code = rest.partition("::")
        if not code and _CODE.fullmatch(label):
            label, code = "", label
        return cls(file, label, code.upper(), written)

    def matcher(self) -> Callable[[str], bool]:
        """Says whether an item's id (``FILE::LABEL::CODE``) is meant."""
        in_file = file_matcher(self.file)
        label, code = self.label, self.code
        glob = _label_glob(label) if is_glob(label) else None

        def matches(item: str) -> bool:
            file, item_label, item_code = item.split("::", 2)
            if label and not (glob.fullmatch(item_label) if glob else item_label == label):
                return False
            if code and item_code != code and item_code.partition("#")[0] != code:
                return False
            return in_file(file)

        return matches


def file_matcher(pattern: str) -> Callable[[str], bool]:
    """Says whether a file is the one named, lies in the folder named, or matches the glob."""
    if pattern in ("", "."):
        return lambda file: True
    if is_glob(pattern):
        return path_matcher(pattern if "/" in pattern else "/" + pattern)
    folder = pattern.rstrip("/") + "/"
    return lambda file: file == pattern or file.startswith(folder)


def _label_glob(label: str) -> re.Pattern[str]:
    parts = (
        ".*" if part == "*" else "." if part == "?" else re.escape(part)
        for part in re.split(r"([*?])", label)
    )
    return re.compile("".join(parts), re.DOTALL)


@dataclass(frozen=True, slots=True)
class Selection:
    """All that narrows a run; empty means everything."""

    patterns: tuple[ItemPattern, ...] = ()
    keywords: Expression | None = None
    marks: Expression | None = None
    only: frozenset[str] | None = None
    """Ids of the items to run (``--lf``), or None."""
    first: frozenset[str] = frozenset()
    """Ids of the items to run before the others (``--ff``)."""

    @property
    def narrows(self) -> bool:
        """Whether some items may be left out."""
        return bool(self.patterns or self.keywords or self.marks or self.only is not None)

    def takes_rule(self, rule: Rule, severity: Severity, engine: str) -> bool:
        """Whether ``-m`` is true for a rule."""
        if self.marks is None:
            return True
        marks = {rule.group, severity, engine}
        if rule.fixable != "no":
            marks.add("fixable")
        if rule.default:
            marks.add("default")
        return self.marks(lambda name: name.lower() in marks)

    def takes(self, rule: Rule, severity: Severity, engine: str, item: str) -> bool:
        """Whether an item of a rule is wanted."""
        wanted = self.item_filter(rule)
        return self.takes_rule(rule, severity, engine) and (wanted is None or wanted(item))

    def item_filter(self, rule: Rule) -> Callable[[str], bool] | None:
        """Says whether an item of a rule is wanted, by its id; None when all are."""
        tests: list[Callable[[str], bool]] = []
        if self.patterns:
            matchers = [pattern.matcher() for pattern in self.patterns]
            tests.append(lambda item: any(matches(item) for matches in matchers))
        if self.keywords is not None:
            keywords, extra = self.keywords, f" {rule.name}"
            tests.append(lambda item: keywords(_contains(f"{item}{extra}".lower())))
        if self.only is not None:
            only = self.only
            tests.append(lambda item: item in only)
        if not tests:
            return None
        return lambda item: all(test(item) for test in tests)


def _contains(text: str) -> Callable[[str], bool]:
    return lambda name: name.lower() in text
