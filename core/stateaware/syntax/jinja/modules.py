"""``modules``: the parts of Python's library that dbt hands to templates."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from stateaware.syntax.jinja.clock import DATETIME, PYTZ
from stateaware.syntax.jinja.objects import MISSING, Arguments, Fields, Function, Keywords, Thing
from stateaware.syntax.jinja.undecided import Undecided

if TYPE_CHECKING:
    from stateaware.syntax.jinja.machine import Machine

_REPEATED_GROUP: Final = re.compile(r"\)[*+?{]")
_REPEAT: Final = re.compile(r"[*+{]")
_OPTION: Final = re.compile(r"(?<![(*+?}])\?")
_RE_FUNCTIONS: Final = ("match", "search", "fullmatch", "findall", "sub", "split")
_FLAGS: Final = {
    name: int(getattr(re, name)) for name in ("I", "IGNORECASE", "M", "MULTILINE", "S", "DOTALL")
}


class Match(Thing):
    """The result of a regular expression that matched."""

    __slots__ = ("_match",)

    def __init__(self, match: re.Match[str]) -> None:
        self._match = match

    def attribute(self, name: str, machine: Machine) -> object:
        """A method of the match."""
        if name in ("group", "groups", "groupdict", "start", "end", "span"):
            method = getattr(self._match, name)
            return Function(name, lambda _, arguments, keywords: method(*arguments, **keywords))
        return MISSING


def _cost(pattern: str, length: int) -> int | None:
    """Steps that a regular expression may take on a text; None if that cannot be bounded."""
    bare = re.sub(r"\\.", "", pattern)
    repeats = len(_REPEAT.findall(bare))
    choices = len(_OPTION.findall(bare)) + (bare.count("|") if "(" in bare else 0)
    if _REPEATED_GROUP.search(bare) or repeats > 2 or choices > 4:
        return None
    tries: int = (length // 16) ** (repeats + 1)
    return tries + length


def _regex(name: str) -> Function:
    def run(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
        function: Callable[..., Any] = getattr(re, name)
        texts = [value for value in (*arguments, *keywords.values()) if isinstance(value, str)]
        cost = _cost(texts[0], sum(map(len, texts))) if texts else None
        if cost is None or texts[0] is not arguments[0]:
            return Undecided("a regular expression is too intricate to be tried", f"re.{name}{arguments}")
        machine.meter.charge(cost)
        found = function(*arguments, **keywords)
        return Match(found) if isinstance(found, re.Match) else found

    return Function(f"re.{name}", run)


def _itertools(name: str) -> Function:
    def run(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
        for value in (*arguments, *keywords.values()):
            machine.meter.check_argument(value)
        found = []
        for item in getattr(itertools, name)(*arguments, **keywords):
            machine.meter.charge(1 + (len(item) if isinstance(item, tuple) else 0))
            found.append(item)
        return found

    return Function(f"itertools.{name}", run)


_FINITE: Final = (
    "accumulate", "chain", "compress", "islice", "zip_longest", "product", "permutations",
    "combinations", "combinations_with_replacement",
)  # fmt: skip

MODULES: Final = Fields(
    "modules",
    {
        "datetime": DATETIME,
        "pytz": PYTZ,
        "re": Fields("modules.re", {**{name: _regex(name) for name in _RE_FUNCTIONS}, **_FLAGS}),
        "itertools": Fields("modules.itertools", {name: _itertools(name) for name in _FINITE}),
    },
)
