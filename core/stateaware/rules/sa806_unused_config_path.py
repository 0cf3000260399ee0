"""SA806: a path of dbt_project.yml without freshness or state matches nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from stateaware.config.reader import MODEL_KEYS, SOURCE_KEYS
from stateaware.findings import Finding, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engines import engine_codes
from stateaware.rules.paths import KnownPaths, may_be_missing, meant, model_paths, seed_paths, source_paths
from stateaware.rules.sa406_unmatched_config_path import CORE, FUSION
from stateaware.syntax.tree import Entry, Mapping

if TYPE_CHECKING:
    from stateaware.workspace import Project

_OURS = frozenset(f"+{key}" for key in (*MODEL_KEYS, *SOURCE_KEYS))


class UnusedConfigPath(Rule):
    """A path of dbt_project.yml that sets nothing about freshness matches no resource.

    ## What it does
    Reports keys under `models:`, `sources:` and `seeds:` that lead nowhere and below which no freshness,
    state or loaded_at is set; SA406 reports those with.

    ## Why it matters
    What stands below is in force for nothing. dbt warns.

    ## Example
    ```yaml
    models:
      jaffle_shop:
        martz:
          +materialized: table
    ```

    ## How to fix
    Write the folders as they are called, below the project's name; or remove the path.

    ## Engines
    All warn: dbt v2 with dbt1097, dbt Core with UnusedResourceConfigPath.
    """

    code = "SA806"
    name = "unused-config-path"
    group = "dbt-compat"
    severity = "warning"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every topmost key that leads nowhere."""
        if not project.name:
            return
        trees = {"models": model_paths, "sources": source_paths, "seeds": seed_paths}
        for tree, paths in trees.items():
            root = project.project_file.mapping(tree)
            if tree == "sources" and project.broken_files:
                continue  # not all of them are known
            if root is not None and any(isinstance(entry.value, Mapping) for entry in root.entries):
                known = paths(project)
                for entry, path in _leading_nowhere(root, (), known):
                    place = Place(project.project_file.file, entry.key.span)
                    yield Subject(place, ".".join((tree, *path)), None, (path, known))

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding, unless the path may be that of a package that is not installed."""
        data = subject.data
        if not isinstance(data, tuple):
            return
        path, known = data
        packages = {package.name for package in project.packages}
        if path[0] not in packages and may_be_missing(path[0], project):
            return
        found = meant(path, known, project, project.project_file.model_paths)
        if found is None and project.missing_packages and path[0] not in packages:
            return
        tree = subject.label.split(".", 1)[0]
        yield Finding(
            code=self.code,
            severity="warning",
            message=f"`{subject.label}` matches no {tree.removesuffix('s')}",
            place=subject.place,
            hint=f"did you mean `{'.'.join((tree, *found.path))}`?" if found is not None else "",
            notes=(found.reason,) if found is not None and found.reason else (),
            engine_codes=engine_codes(project, FUSION, CORE),
            tags=("unnecessary",),
        )


def _leading_nowhere(
    node: Mapping, path: tuple[str, ...], known: KnownPaths
) -> Iterator[tuple[Entry, tuple[str, ...]]]:
    for entry in node.entries:
        key = entry.key.text
        if not isinstance(entry.value, Mapping) or key.startswith("+"):
            continue
        here = (*path, key)
        if here in known.named or here in known.lookups:
            yield from _leading_nowhere(entry.value, here, known)
        elif not _has_ours(entry.value) and _sets_something(entry.value):
            yield entry, here


def _has_ours(node: Mapping) -> bool:
    return any(
        entry.key.text in _OURS or (isinstance(entry.value, Mapping) and _has_ours(entry.value))
        for entry in node.entries
    )


def _sets_something(node: Mapping) -> bool:
    """Whether dbt counts the path: a level without any value is none."""
    return any(
        not isinstance(entry.value, Mapping) or entry.key.text.startswith("+") or _sets_something(entry.value)
        for entry in node.entries
    )
