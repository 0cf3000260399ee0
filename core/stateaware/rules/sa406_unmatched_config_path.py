"""SA406: a path of dbt_project.yml that sets freshness, state or loaded_at matches nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from stateaware.config.project_tree import TreeLevel
from stateaware.findings import Edit, Finding, Fix, Place
from stateaware.records import dataclass
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engine_notes import on_engines
from stateaware.rules.engines import engine_codes
from stateaware.rules.paths import KnownPaths, Meant, may_be_missing, meant, model_paths, source_paths
from stateaware.syntax.tree import Entry, Mapping
from stateaware.text.source import SourceText
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project

FUSION = "dbt1097"
CORE = "UnusedResourceConfigPath"


@dataclass(frozen=True, slots=True)
class _Data:
    level: TreeLevel
    parent: TreeLevel | None
    resource: Literal["model", "source"]
    matches: bool
    told: bool


class UnmatchedConfigPath(Rule):
    """A path of dbt_project.yml that sets `freshness`, `state` or `loaded_at_…` matches nothing.

    ## What it does
    Reports keys under `models:` and `sources:` that lead to no model or source table, with the path that
    was probably meant. Where a package is listed and not installed, nothing is claimed about its name.

    ## Why it matters
    What stands below such a path is in force for nothing, and dbt only warns.

    ## Example
    ```yaml
    models:
      marts:                  # the project's name is missing
        +freshness:
          build_after: {count: 4, period: hour}
    ```

    ## How to fix
    A path is the project's (or package's) name, then the folders below `models/`, one key each, then
    the model's name without `.sql`, in the same case:
    ```yaml
    models:
      jaffle_shop:
        marts:
          +freshness:
            build_after: {count: 4, period: hour}
    ```

    ## Engines
    All warn: dbt v2 with dbt1097, dbt Core with UnusedResourceConfigPath, one warning for all paths. A
    version of a model is `m_v1` to dbt v2 and `m: v1:` to dbt Core, so that either path is in force on
    one of them only; dbt v2 also reports the one that it uses.
    """

    code = "SA406"
    name = "unmatched-config-path"
    group = "places"
    severity = "warning"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every key of the trees that has settings in it or below it, as long as all sources are known."""
        if not project.name:
            return
        if _has_settings(project.model_trees[project.name]):
            tree = project.model_trees[project.name]
            yield from _levels(project, tree, None, "model", model_paths(project))
        if not project.broken_files and _has_settings(project.source_trees[project.name]):
            tree = project.source_trees[project.name]
            yield from _levels(project, tree, None, "source", source_paths(project))

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for the topmost key that leads nowhere."""
        data = subject.data
        if not isinstance(data, _Data) or (data.matches and data.told):
            return
        shown = subject.label
        if data.matches or data.told:
            yield self._for_one_engine(subject, project, data)
            return
        key = data.level.path[0] if data.level.path else ""
        if len(data.level.path) == 1 and may_be_missing(key, project):
            return
        known = model_paths(project) if data.resource == "model" else source_paths(project)
        folders = project.project_file.model_paths
        full = _deepest(data.level)
        found = meant(full, known, project, folders) if full else None
        packages = {package.name for package in project.packages}
        if found is None and project.missing_packages and key not in packages:
            return
        hint = f"did you mean `{'.'.join((f'{data.resource}s', *found.path))}`?" if found else ""
        settings = " and ".join(dict.fromkeys(f"`{name}`" for name in _settings(data.level)))
        notes = on_engines(project, f"warns of all such paths in one ({FUSION})", f"does so too ({CORE})")
        yield Finding(
            code=self.code,
            severity="warning",
            message=f"`{shown}` matches no {data.resource}, so its {settings} is in force for nothing",
            place=subject.place,
            hint=hint,
            notes=((found.reason, *notes) if found is not None and found.reason else notes),
            fixes=_fixes(project, data, full, found) if found is not None else (),
            engine_codes=engine_codes(project, FUSION, CORE),
            tags=("unnecessary",),
        )

    def _for_one_engine(self, subject: Subject, project: Project, data: _Data) -> Finding:
        """A version's path, which one engine finds and the other does not."""
        stem = data.matches == (project.profile.version_fqn == "stem")
        engine, other = ("dbt v2", "dbt Core") if stem else ("dbt Core", "dbt v2")
        written, needed = ("by its file's name", "by name and version")[:: 1 if stem else -1]
        return Finding(
            code=self.code,
            severity="warning",
            message=f"`{subject.label}` is in force on {engine} only, which looks a version up {written}",
            place=subject.place,
            hint="set it in the version's own `config`",
            notes=(
                f"{other} looks it up {needed}",
                "dbt v2 also reports the path that it uses as unused (dbt1097)",
            ),
            engine_codes=engine_codes(project, "" if data.told else FUSION, "" if data.told else CORE),
        )


def _deepest(level: TreeLevel) -> tuple[str, ...]:
    """The first path at or below a level that sets something, which tells best what was meant."""
    return next((inner.path for inner in level.walk() if inner.settings), level.path)


def _settings(level: TreeLevel) -> Iterator[str]:
    for inner in level.walk():
        yield from inner.settings


def _has_settings(level: TreeLevel) -> bool:
    return any(True for _ in _settings(level))


def _levels(
    project: Project,
    level: TreeLevel,
    parent: TreeLevel | None,
    resource: Literal["model", "source"],
    known: KnownPaths,
) -> Iterator[Subject]:
    if not _has_settings(level) or (level.path and level.path[-1].startswith("+")):
        return
    path = level.path
    matches, told = path in known.lookups, path in known.named
    label = ".".join((f"{resource}s", *path))
    if (level.entry is not None or level.settings) and (level.settings or not (matches or told)):
        span = level.entry.key.span if level.entry is not None else _first_setting(level)
        yield Subject(
            Place(project.project_file.file, span), label, None, _Data(level, parent, resource, matches, told)
        )
    if matches or told or level.entry is None:
        for child in level.children.values():
            yield from _levels(project, child, level, resource, known)


def _first_setting(level: TreeLevel) -> Span:
    return next(iter(level.settings.values())).key.span


def _fixes(project: Project, data: _Data, full: tuple[str, ...], found: Meant) -> tuple[Fix, ...]:
    """Rename the key where only its name is wrong, or put the project's name above it."""
    from stateaware.fix.yaml_edit import move_under, rename_key

    file = project.project_file.file
    text, entry, parent = project.text(file), data.level.entry, data.parent
    if text is None or entry is None or parent is None:
        return ()
    path = data.level.path
    shown = ".".join((f"{data.resource}s", *found.path))
    source = SourceText(file, text)
    edits: tuple[Edit, ...] = ()
    at = len(path) - 1
    name = found.path[at] if len(found.path) == len(full) else ""
    if name and found.path == (*path[:at], name, *full[at + 1 :]) and name not in parent.children:
        edits = rename_key(source, entry, name)
    elif found.path == (project.name, *full) and len(path) == 1:
        root = project.project_file.mapping(f"{data.resource}s")
        target = root.value(project.name) if root is not None else None
        if root is not None and (target is None or isinstance(target, Mapping)) and _is_written(root, entry):
            edits = move_under(source, root, entry, project.name)
    return (Fix(f"Write `{shown}`", edits, found.certain),) if edits else ()


def _is_written(root: Mapping, entry: Entry) -> bool:
    return any(own is entry for own in root.entries)
