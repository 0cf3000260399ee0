"""SA114: a key lacks the `+` it needs in dbt_project.yml, or has one where none belongs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.config.reader import FRESHNESS, STATE
from stateaware.findings import Edit, Finding, Fix, Place, Severity
from stateaware.records import replace
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import WrittenBlock, block_of, blocks_of
from stateaware.rules.edits import replace_word, written_text
from stateaware.rules.engines import BAD_VALUE, UNKNOWN_KEY, engine_codes, severity
from stateaware.rules.faults import read_again
from stateaware.rules.intervals import is_half
from stateaware.rules.key_maps import KeyMap, key_maps, map_of, reads_well, told_at
from stateaware.rules.keys import ALL_STATE_KEYS, MODEL_FRESHNESS_KEYS, RULES_KEYS, SOURCE_FRESHNESS_KEYS
from stateaware.syntax.scalars import scalar_value
from stateaware.syntax.tree import Entry, Mapping, Node, Scalar
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
                well = not found.has(mistake.meant) and reads_well(entry, mistake.meant, found, project)
                fix = _without_plus([entry.key], subject, project) if well else None
                yield _superfluous(entry.key, fix, subject, project, _why(found))


def _missing(entry: Entry, found: KeyMap, subject: Subject, project: Project) -> Finding:
    key = entry.key.text
    null = isinstance(entry.value, Scalar) and scalar_value(entry.value, "1.2") is None
    judged: Severity = severity(project, "warning", "warning" if null else "error", "warning")
    fusion = UNKNOWN_KEY if null else BAD_VALUE
    place, related = told_at(entry, found, project)
    fix = None
    if not null and not found.has(f"+{key}") and reads_well(entry, key, found, project):
        fix = _add_plus(entry.key, found.file, project)
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
    found = list(_with_plus(written.setting.block.tree))
    if not found:
        return
    # taken one by one, a block would be half in between
    block = read_again(project, written, _plain(written.setting.node), project.profile.name)
    well = not block.problems and not is_half(block.value) and not any(taken for _, taken in found)
    fix = _without_plus([key for key, _ in found], subject, project) if well else None
    where = f"inside {STATE if written.key == STATE else FRESHNESS}"
    for key, _ in found:
        yield _superfluous(key, fix, subject, project, where)


def _with_plus(node: Node) -> Iterator[tuple[Scalar, bool]]:
    """The keys of ours with a `+`, and whether the key without it is there too."""
    if not isinstance(node, Mapping):
        return
    for entry in node.entries:
        key = entry.key.text
        if key.startswith("+") and key[1:] in _INSIDE:
            yield entry.key, node.get(key[1:]) is not None
        yield from _with_plus(entry.value)


def _plain(node: Node) -> Node:
    """The same block without any `+`."""
    if not isinstance(node, Mapping):
        return node
    entries = tuple(
        replace(
            entry, key=replace(entry.key, text=entry.key.text.removeprefix("+")), value=_plain(entry.value)
        )
        for entry in node.entries
    )
    return Mapping(entries, node.span, node.flow)


def _without_plus(keys: list[Scalar], subject: Subject, project: Project) -> Fix | None:
    edits: list[Edit] = []
    for key in keys:
        one = replace_word(project, subject.place.file, key.span, key.text, key.text[1:])
        if one is None:
            return None
        edits.extend(one.edits)
    return Fix(f"Write {', '.join(f'`{key.text[1:]}`' for key in keys)}", tuple(edits))


def _superfluous(key: Scalar, fix: Fix | None, subject: Subject, project: Project, where: str) -> Finding:
    return Finding(
        code=PlusPrefix.code,
        severity=severity(project, "error", "error", "warning"),
        message=f"`{key.text}` is an unknown key; no key {where} has a `+`",
        place=Place(subject.place.file, key.span),
        node=subject.node,
        hint=f"write `{key.text[1:]}`",
        notes=("dbt v2 drops the key (dbt1060); dbt Core 1.11 does so in silence",),
        fixes=(fix,) if fix is not None else (),
        engine_codes=engine_codes(project, UNKNOWN_KEY),
    )
