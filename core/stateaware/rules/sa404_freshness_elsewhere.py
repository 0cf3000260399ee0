"""SA404: freshness or state of a resource that cannot have it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.findings import Finding, Place
from stateaware.records import dataclass
from stateaware.rules.base import Rule, Subject
from stateaware.rules.code_files import configured_code
from stateaware.rules.engine_notes import on_engines
from stateaware.rules.engines import BAD_VALUE, UNKNOWN_KEY, engine_codes, severity
from stateaware.rules.homes import Found, Home, our_keys
from stateaware.rules.moves import remove_key
from stateaware.rules.tree_places import is_setting, place_in_tree
from stateaware.syntax.tree import Mapping

if TYPE_CHECKING:
    from stateaware.workspace import Project

TREES: Final = {
    "seeds": "seed",
    "snapshots": "snapshot",
    "tests": "data test",
    "data_tests": "data test",
    "unit_tests": "unit test",
    "exposures": "exposure",
    "analyses": "analysis",
    "metrics": "metric",
    "semantic-models": "semantic model",
    "saved-queries": "saved query",
}
"""The trees of dbt_project.yml whose resources have no freshness, and what one of them is called."""

IN_TREE: Final = frozenset({"freshness", "state", "loaded_at_field", "loaded_at_query"})
_HOLDERS: Final = {"state": "models", "build_after": "models", "lag_tolerance": "models"}


@dataclass(frozen=True, slots=True)
class _Wrong:
    """A key, what has it ("seed `countries`"), dbt v2's code, and the fix where there is one."""

    key: str
    title: str
    fusion: str
    found: Found | None = None


class FreshnessElsewhere(Rule):
    """A `freshness`, `state` or `loaded_at_…` is set for a resource that cannot have it.

    ## What it does
    Reports these keys on seeds, snapshots, data tests, unit tests, exposures, analyses and other
    resources, and `state` on sources: in properties files, in the `config()` of SQL files and in
    dbt_project.yml.

    ## Why it matters
    Only models have `freshness.build_after` and `state`, and only sources have `freshness.warn_after`,
    `error_after` and `loaded_at_…`. Anywhere else they do nothing.

    ## Example
    ```yaml
    seeds:
      - name: countries
        config:
          freshness:
            build_after: {count: 1, period: day}
    ```

    ## How to fix
    Remove it. A seed or snapshot is built when a job selects it; what reads it can have a `build_after`.

    ## Engines
    All. dbt v2 reports an unknown key (dbt1060, in dbt_project.yml dbt1013) and ignores it; dbt Core
    keeps it as a custom key without a word, so there it is a warning.
    """

    code = "SA404"
    name = "freshness-elsewhere"
    group = "places"
    severity = "error"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every key of ours on a resource that cannot have it."""
        yield from _in_properties(project)
        yield from _in_code(project)
        for tree, resource in TREES.items():
            node = project.project_file.mapping(tree)
            if node is not None:
                yield from _in_tree(project, node, (tree,), resource, IN_TREE)
        sources = project.project_file.mapping("sources")
        if sources is not None:
            yield from _in_tree(project, sources, ("sources",), "source", frozenset({"state"}))

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """Always one finding."""
        wrong = subject.data
        if not isinstance(wrong, _Wrong):
            return
        key, title, fusion = wrong.key, wrong.title, wrong.fusion
        holders = _HOLDERS.get(key, "models and sources" if key == "freshness" else "sources")
        yield Finding(
            code=self.code,
            severity=severity(project, "error", "error", "warning"),
            message=f"{title} cannot have `{key}`, which only {holders} have",
            place=subject.place,
            node=subject.node,
            hint="remove it",
            notes=on_engines(
                project, f"reports an unknown key and ignores it ({fusion})", "keeps it without use"
            ),
            fixes=remove_key(project, wrong.found, safe=False) if wrong.found is not None else (),
            engine_codes=engine_codes(project, fusion),
        )


def _in_properties(project: Project) -> Iterator[Subject]:
    for found in our_keys(project):
        home = found.home
        if _can_have(home, found.key) or (home.resource == "data test" and not found.in_config):
            continue
        place = Place(home.file, found.written.key.span)
        yield Subject(place, home.label, home.unique_id, _Wrong(found.key, home.title, UNKNOWN_KEY, found))


def _can_have(home: Home, key: str) -> bool:
    """Whether this is for other rules: a key that the resource, or its counterpart, can have."""
    return home.of_model or (home.of_source and key not in ("state", "lag_tolerance"))


def _in_code(project: Project) -> Iterator[Subject]:
    for code in configured_code(project):
        for written in code.keys:
            place = Place(code.file, written.key.span)
            yield Subject(place, code.name, None, _Wrong(written.key.text, code.title, UNKNOWN_KEY))


def _in_tree(
    project: Project, node: Mapping, path: tuple[str, ...], resource: str, keys: frozenset[str]
) -> Iterator[Subject]:
    for entry in node.entries:
        if is_setting(entry, keys):
            wrong = _Wrong(entry.key.text.removeprefix("+"), _article(resource), BAD_VALUE)
            yield Subject(place_in_tree(entry, project), ".".join(path), None, wrong)
        elif isinstance(entry.value, Mapping) and not entry.key.text.startswith("+"):
            yield from _in_tree(project, entry.value, (*path, entry.key.text), resource, keys)


def _article(title: str) -> str:
    return f"an {title}" if title[0] in "aeo" else f"a {title}"
