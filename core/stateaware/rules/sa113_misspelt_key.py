"""SA113: a key was meant to be one of dbt's freshness keys, and is misspelt or one level off."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.findings import Edit, Finding, Fix, Severity
from stateaware.records import replace
from stateaware.rules.base import Rule, Subject
from stateaware.rules.edits import is_code, replace_word, written_text
from stateaware.rules.engines import BAD_VALUE, UNKNOWN_KEY, engine_codes
from stateaware.rules.key_maps import KeyMap, key_maps, map_of, reads_well, told_at
from stateaware.rules.keys import KeyMistake
from stateaware.rules.shown import shortened
from stateaware.syntax.scalars import scalar_value
from stateaware.syntax.tree import Entry, Mapping, Scalar
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project


class MisspeltKey(Rule):
    """A key is a misspelling of `freshness`, `state`, `loaded_at_…` or `config`, or stands one level off.

    ## What it does
    Compares the keys of configs, items, `config()` calls and dbt_project.yml with dbt's freshness keys, and
    names the one that was meant: `freshnes`, `Freshness`, `loaded_at_feild`, `build_after` directly under
    `config`. Keys that resemble none of them are left to SA802.

    ## Why it matters
    dbt does not see the setting. dbt v2 says so; dbt Core keeps the key as a custom one, in silence.

    ## Example
    ```yaml
    config:
      freshnes:
        build_after: {count: 4, period: hour}
    ```

    ## How to fix
    Write `freshness`.

    ## Engines
    dbt v2: dbt1060 (in the `models:` and `sources:` trees of dbt_project.yml dbt1013). dbt Core 1.11: a
    warning here, except directly on a source and at the top of dbt_project.yml, where it stops.
    """

    code = "SA113"
    name = "misspelt-key"
    group = "required"
    severity = "error"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every map in which a key of ours may stand."""
        return key_maps(project)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each key that was meant to be another."""
        found = map_of(subject)
        return [
            _finding(entry, mistake, found, subject, project)
            for entry, mistake in found.mistakes
            if mistake.kind in ("misspelt", "nested")
        ]


def _finding(entry: Entry, mistake: KeyMistake, found: KeyMap, subject: Subject, project: Project) -> Finding:
    key = shortened(entry.key.text)
    fix = (_fix if mistake.kind == "misspelt" else _nest)(entry, mistake, found, project)
    shown = f"+{mistake.meant}" if found.place.endswith("tree") else mistake.meant
    if mistake.kind == "nested":
        message = f"`{key}` has no effect here; it belongs under `{mistake.under}`"
        hint = f"put it under `{mistake.under}`"
    else:
        message, hint = f"`{key}` is no key of dbt here", f"did you mean `{shown}`?"
        if found.has(shown) or found.has(mistake.meant):
            hint = f"`{mistake.meant}` is there already; keep one"
        elif _beside_config(mistake, found):
            hint = f"did you mean `{shown}`, under `config`?"
    place, related = told_at(entry, found, project)
    return Finding(
        code=MisspeltKey.code,
        severity=_severity(entry, found, project),
        message=message,
        place=place,
        node=subject.node,
        hint=hint,
        notes=_notes(found),
        related=related,
        fixes=(fix,) if fix is not None else (),
        engine_codes=_codes(entry, found, project),
    )


def _core_stops(found: KeyMap) -> bool:
    return found.place in ("source", "project file")


def _severity(entry: Entry, found: KeyMap, project: Project) -> Severity:
    if project.profile.name == "core" and not _core_stops(found):
        return "warning"
    return "warning" if project.profile.name == "fusion" and _is_null_path(entry, found) else "error"


def _is_null_path(entry: Entry, found: KeyMap) -> bool:
    """A key of dbt_project.yml's trees without a value: dbt v2 takes it for an empty folder, and warns."""
    null = isinstance(entry.value, Scalar) and scalar_value(entry.value, "1.2") is None
    return null and found.place.endswith("tree")


def _codes(entry: Entry, found: KeyMap, project: Project) -> tuple[str, ...]:
    core = "YamlParseDictError" if found.place == "source" else ""
    if found.place == "project file":
        core = "ProjectContractError"
    path = found.place.endswith("tree") and not _is_null_path(entry, found)
    return engine_codes(project, BAD_VALUE if path else UNKNOWN_KEY, core)


def _notes(found: KeyMap) -> tuple[str, ...]:
    if found.place.endswith("tree"):
        return ("dbt v2 takes it for a folder (dbt1013); dbt Core 1.11 keeps it as a custom key",)
    if found.place == "project file":
        return ("dbt v2 (dbt1060) and dbt Core 1.11 stop here",)
    if found.place == "source":
        return ("dbt v2 ignores the key (dbt1060); dbt Core 1.11 stops here",)
    return ("dbt v2 ignores the key (dbt1060); dbt Core 1.11 does so in silence",)


def _beside_config(mistake: KeyMistake, found: KeyMap) -> bool:
    """Whether a key has slipped in two ways: misspelt, and not in the `config` it belongs in."""
    return found.place in ("model", "source", "table") and mistake.meant not in ("config", "tables")


def _fix(entry: Entry, mistake: KeyMistake, found: KeyMap, project: Project) -> Fix | None:
    """A new name, where the key can have it: only a ``config``, and no second one of the name."""
    meant = f"+{mistake.meant}" if found.place.endswith("tree") else mistake.meant
    if _beside_config(mistake, found) or found.has(meant) or found.has(mistake.meant):
        return None
    if not reads_well(entry, mistake.meant, found, project):
        return None
    return replace_word(project, found.file, entry.key.span, entry.key.text, meant)


def _nest(entry: Entry, mistake: KeyMistake, found: KeyMap, project: Project) -> Fix | None:
    """The key that belongs around it, where the value is on one line of YAML and nothing is there yet."""
    under, value = mistake.under, entry.value
    tree = found.place.endswith("tree")
    plus = "+" if tree else ""
    in_place = (tree or found.place.endswith("config")) and under in ("freshness", "state")
    on_line = value.span.line == value.span.end_line == entry.key.span.line
    flows = (isinstance(value, Mapping) and value.flow) or (
        isinstance(value, Scalar) and value.text.isprintable()
    )
    if not in_place or not on_line or not flows or is_code(found.file) or found.has(plus + under):
        return None
    if isinstance(value, Scalar) and (not value.text or any(mark in value.text for mark in ",[]{}#:")):
        return None
    around = Mapping((replace(entry, key=replace(entry.key, text=mistake.meant)),), value.span, True)
    if not reads_well(replace(entry, value=around), under, found, project):
        return None
    text = written_text(project, found.file, entry.key.span)
    if text != entry.key.text or entry.merged:
        return None
    end = Span.at(value.span.end_line, value.span.end_column)
    start = Edit(found.file, entry.key.span, f"{plus}{under}: {{{mistake.meant}")
    return Fix(f"Put it under `{plus}{under}`", (start, Edit(found.file, end, "}")))
