"""SA114: a key lacks the `+` it needs in dbt_project.yml, or has one where none belongs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.config.reader import FRESHNESS, STATE
from stateaware.findings import Edit, Finding, Fix, Place, Severity
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import WrittenBlock, block_of, blocks_of
from stateaware.rules.edits import replace_word, written_text
from stateaware.rules.engines import BAD_VALUE, UNKNOWN_KEY, engine_codes, severity
from stateaware.rules.key_maps import KeyMap, key_maps, map_of, told_at
from stateaware.rules.keys import ALL_STATE_KEYS, MODEL_FRESHNESS_KEYS, RULES_KEYS, SOURCE_FRESHNESS_KEYS
from stateaware.syntax.scalars import scalar_value
from stateaware.syntax.tree import Entry, Mapping, Scalar
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project

_INSIDE: Final = {*MODEL_FRESHNESS_KEYS, *SOURCE_FRESHNESS_KEYS, *RULES_KEYS, *ALL_STATE_KEYS}


class PlusPrefix(Rule):
    """A key lacks the `+` that it needs in dbt_project.yml, or has one where none belongs.

    ## What it does
    In the `models:` and `sources:` trees of dbt_project.yml it reports `freshness`, `state` and
    `loaded_at_…` without `+`. Inside their values, in properties files and in `config()`, it reports keys
    with `+`.

    ## Why it matters
    In dbt_project.yml a key without `+` is a folder: the setting is in force for nothing. Anywhere else
    `+freshness` is simply an unknown key.

    ## Example
    ```yaml
    models:
      shop:
        freshness:
          build_after: {count: 4, period: hour}
    ```

    ## How to fix
    ```yaml
    models:
      shop:
        +freshness:
          build_after: {count: 4, period: hour}
    ```

    ## Engines
    dbt v2: dbt1013 for each value below the key, a warning (dbt1060) for a null, dbt1060 for a `+` too
    many. dbt Core 1.11: in silence, apart from a word on the unused path.
    """

    code = "SA114"
    name = "plus-prefix"
    group = "required"
    severity = "warning"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every map in which a key of ours may stand, and every written `freshness` and `state`."""
        return [*key_maps(project), *blocks_of(project).distinct_maps]

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each `+` that is missing or too many."""
        if isinstance(subject.data, WrittenBlock):
            yield from _inside(subject, project)
            return
        found = map_of(subject)
        for entry, mistake in found.mistakes:
            if mistake.kind == "no plus":
                yield _missing(entry, found, subject, project)
            elif mistake.kind == "plus":
                yield _superfluous(entry.key, found.has(mistake.meant), subject, project, _why(found))


def _missing(entry: Entry, found: KeyMap, subject: Subject, project: Project) -> Finding:
    key = entry.key.text
    null = isinstance(entry.value, Scalar) and scalar_value(entry.value, "1.2") is None
    judged: Severity = severity(project, "warning", "warning" if null else "error", "warning")
    fusion = UNKNOWN_KEY if null else BAD_VALUE
    place, related = told_at(entry, found, project)
    fix = None if found.has(f"+{key}") else _add_plus(entry.key, found.file, project)
    return Finding(
        code=PlusPrefix.code,
        severity=judged,
        message=f"`{key}` lacks its `+`, so dbt takes it for a folder",
        place=place,
        node=subject.node,
        hint=f"write `+{key}`",
        notes=(f"dbt v2 tells it ({fusion}) and does not use it",),
        related=related,
        fixes=(fix,) if fix is not None else (),
        engine_codes=engine_codes(project, fusion),
    )


def _add_plus(key: Scalar, file: str, project: Project) -> Fix | None:
    text = written_text(project, file, key.span)
    if text is None or key.text not in text:
        return None
    at = key.span.column + text.index(key.text)
    return Fix(f"Write `+{key.text}`", (Edit(file, Span(key.span.line, at, key.span.line, at), "+"),))


def _why(found: KeyMap) -> str:
    return "in config()" if not found.file.endswith((".yml", ".yaml")) else "in a properties file"


def _inside(subject: Subject, project: Project) -> Iterator[Finding]:
    written = block_of(subject).written
    for key, taken in _with_plus(written.setting.block.tree):
        yield _superfluous(
            key, taken, subject, project, f"inside {STATE if written.key == STATE else FRESHNESS}"
        )


def _with_plus(node: object) -> Iterator[tuple[Scalar, bool]]:
    if not isinstance(node, Mapping):
        return
    for entry in node.entries:
        key = entry.key.text
        if key.startswith("+") and key[1:] in _INSIDE:
            yield entry.key, node.get(key[1:]) is not None
        yield from _with_plus(entry.value)


def _superfluous(key: Scalar, taken: bool, subject: Subject, project: Project, where: str) -> Finding:
    file, word = subject.place.file, key.text[1:]
    fix = None if taken else replace_word(project, file, key.span, key.text, word)
    return Finding(
        code=PlusPrefix.code,
        severity=severity(project, "error", "error", "warning"),
        message=f"`{key.text}` is an unknown key; no key {where} has a `+`",
        place=Place(file, key.span),
        node=subject.node,
        hint=f"write `{word}`",
        notes=("dbt v2 drops the key (dbt1060); dbt Core 1.11 does so in silence",),
        fixes=(fix,) if fix is not None else (),
        engine_codes=engine_codes(project, UNKNOWN_KEY),
    )
