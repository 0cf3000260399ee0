"""SA111: a key of state has a value that dbt does not take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from stateaware.config.strict import HOOKS_ALIAS
from stateaware.config.values import typed
from stateaware.errors import nearest
from stateaware.findings import Finding, Fix, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import WrittenBlock, block_of, blocks_of
from stateaware.rules.consequences import refusal
from stateaware.rules.edits import is_code, replace_value, replace_word
from stateaware.rules.faults import Fault, codes, faults, severity_of
from stateaware.rules.shown import shown
from stateaware.rules.words import updates_on_meant

if TYPE_CHECKING:
    from stateaware.workspace import Project

_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "require_fresh_data_from": ("any", "all"),
    "pre_clone": ("never", "if_missing", "always"),
    "evaluate_volatile_sql": ("true", "false"),
    "execute_hooks_on_any_reuse": ("true", "false"),
    HOOKS_ALIAS: ("true", "false"),
}
_TRUTHS: Final = {
    **dict.fromkeys(("true", "yes", "on", "y", "1", "always"), "true"),
    **dict.fromkeys(("false", "no", "off", "n", "0", "never"), "false"),
}


class StateValue(Rule):
    """A key of `state` has a value that dbt does not take.

    ## What it does
    Checks `require_fresh_data_from` (any, all), `pre_clone` (never, if_missing, always),
    `evaluate_volatile_sql` and `execute_hooks_on_any_reuse` (true, false).

    ## Why it matters
    The words must match exactly, and truth values must not be quoted. dbt v2 stops at any other value.

    ## Example
    ```yaml
    state:
      pre_clone: IfMissing
      evaluate_volatile_sql: "yes"
    ```

    ## How to fix
    ```yaml
    state:
      pre_clone: if_missing
      evaluate_volatile_sql: true
    ```

    ## Engines
    dbt v2: dbt1013 (dbt1501 in SQL). dbt Core 1.11 does not know `state` and keeps anything, so a warning.
    """

    code = "SA111"
    name = "state-value"
    group = "required"
    severity = "error"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written `state`."""
        return blocks_of(project).states

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each wrong value."""
        block = block_of(subject)
        return [
            _finding(fault, block, subject, project)
            for fault in faults(project, block)
            if fault.key in _WORDS and fault.problem.kind in ("variant", "type")
        ]


def _finding(fault: Fault, block: WrittenBlock, subject: Subject, project: Project) -> Finding:
    value = typed(fault.problem.node)
    words = _WORDS[fault.key]
    meant = _meant(fault.key, value)
    fix = None if meant is None else _fix(fault, value, meant, subject, project)
    none = "neither" if len(words) == 2 else "none of them"
    allowed = f"{', '.join(words[:-1])} or {words[-1]}"
    return Finding(
        code=StateValue.code,
        severity=severity_of(project, block.written, fault),
        message=f"{fault.key} must be {allowed}; {_shown(value, words)} is {none}",
        place=Place(subject.place.file, fault.problem.span),
        node=subject.node,
        hint=f"write `{meant}`" if meant is not None else "",
        notes=refusal(project, block.written, fault),
        fixes=(fix,) if fix is not None else (),
        engine_codes=codes(project, block.written, fault),
    )


def _shown(value: object, words: tuple[str, ...]) -> str:
    if isinstance(value, str) and value in words:
        return f"the text `{value}`"
    return shown(value)


def _meant(key: str, value: object) -> str | None:
    words = _WORDS[key]
    if key == "pre_clone" and isinstance(value, bool):
        return "always" if value else "never"
    if not isinstance(value, str):
        return None
    word = value.strip().lower()
    if words == ("true", "false"):
        return _TRUTHS.get(word)
    if words == ("any", "all"):
        return updates_on_meant(value)
    folded = {name.replace("_", ""): name for name in words}
    near = nearest(word.replace("-", "").replace("_", "").replace(" ", ""), folded)
    return folded[near] if near is not None else None


def _fix(fault: Fault, value: object, meant: str, subject: Subject, project: Project) -> Fix | None:
    file, span = subject.place.file, fault.problem.span
    title = f"Write `{fault.key}: {meant}`"
    if meant in ("true", "false"):
        new = meant.title() if file.endswith(".py") else meant
        return replace_value(project, file, span, value, new, title)
    if isinstance(value, bool):
        new = f"'{meant}'" if is_code(file) else meant
        return replace_value(project, file, span, value, new, title)
    return replace_word(project, file, span, value, meant, title) if isinstance(value, str) else None
