"""SA802: a key that dbt v2 does not know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.errors import nearest
from stateaware.findings import Finding, Place, Severity
from stateaware.rules.base import Rule, Subject
from stateaware.rules.dbt_keys import KEYS
from stateaware.rules.engines import UNKNOWN_KEY, engine_codes
from stateaware.rules.unknown_keys import UnknownKey, is_for_others, unknown_keys, walk_keys
from stateaware.syntax.tree import Mapping
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project

CORE_SOURCE: Final = "YamlParseDictError"
CORE_PROJECT: Final = "ProjectContractError"
_CORE_SOURCE_KEYS: Final = KEYS["source"] | {
    "meta",
    "tests",
    "data_tests",
    "overrides",
    "freshness",
    "loaded_at_field",
    "loaded_at_query",
    "tags",
}
_CORE_PROJECT_KEYS: Final = KEYS["project file"] | {"packages"}


class UnknownDbtKey(Rule):
    """A key in a properties file, a `config()` or at the top of dbt_project.yml is none that dbt v2 knows.

    ## What it does
    Reports unknown keys that have nothing to do with freshness: `tags` beside `config`, a misspelt
    `descrption`, custom keys outside `meta`. Keys of freshness and state have rules of their own.

    ## Why it matters
    dbt v2 reports each as an error and ignores it; in dbt_project.yml it stops.

    ## Example
    ```yaml
    models:
      - name: orders
        meta: {owner: finance}
    ```

    ## How to fix
    Move it to where dbt v2 looks for it (`config: {meta: {owner: finance}}`), or put custom keys under
    `meta`.

    ## Engines
    dbt v2: dbt1060. dbt Core keeps custom keys, but stops at one of a source (YamlParseDictError) or at the
    top of dbt_project.yml (ProjectContractError).
    """

    code = "SA802"
    name = "unknown-dbt-key"
    group = "dbt-compat"
    severity = "warning"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every key that the engine in force does not know."""
        core = project.profile.name == "core"
        for file, label, unknown in _unknown(project):
            if not is_for_others(unknown) and (not core or _stops_core(unknown)):
                yield Subject(Place(file, unknown.entry.key.span), label, None, unknown)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """Always one finding."""
        unknown = subject.data
        if not isinstance(unknown, UnknownKey):
            return
        key, shape = unknown.entry.key.text, unknown.shape
        level: Severity = "warning" if project.profile.name == "documented" else "error"
        engine = "dbt Core" if project.profile.name == "core" else "dbt v2"
        core = ""
        if _stops_core(unknown):
            core = CORE_PROJECT if shape == "project file" else CORE_SOURCE
        yield Finding(
            code=self.code,
            severity=level,
            message=f"{engine} knows no key `{key}` of {_article(shape)}",
            place=subject.place,
            hint=_hint(key, shape),
            engine_codes=engine_codes(project, UNKNOWN_KEY, core),
        )


def _unknown(project: Project) -> Iterator[tuple[str, str, UnknownKey]]:
    project_file = project.project_file
    for unknown in walk_keys(project_file.tree, "project file"):
        yield project_file.file, "dbt_project", unknown
    seen: set[tuple[str, Span]] = set()
    for facts in project.properties:
        if not facts.package.is_root:
            continue
        for unknown in unknown_keys(facts):
            place = (facts.file.file, unknown.entry.key.span)
            if place not in seen:
                seen.add(place)
                yield facts.file.file, ".".join(unknown.path), unknown
    if project.profile.name == "core":
        return
    for model in project.models.values():
        if model.package.is_root:
            for call in model.facts.configs:
                arguments = Mapping(call.arguments, call.span)
                for unknown in walk_keys(arguments, "model config"):
                    yield model.file.file, model.name, unknown


def _stops_core(unknown: UnknownKey) -> bool:
    key = unknown.entry.key.text
    if unknown.shape == "project file":
        return key not in _CORE_PROJECT_KEYS
    return unknown.shape == "source" and key not in _CORE_SOURCE_KEYS


def _article(shape: str) -> str:
    return f"an {shape}" if shape[0] in "ae" else f"a {shape}"


def _hint(key: str, shape: str) -> str:
    config = KEYS.get(f"{shape} config", frozenset())
    if key in config:
        return "it belongs under `config`"
    near = nearest(key, KEYS[shape])
    return f"did you mean `{near}`?" if near is not None else ""
