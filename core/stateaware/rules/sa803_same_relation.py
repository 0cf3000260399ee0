"""SA803: two models of different packages write to the same relation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from stateaware.findings import Finding, Place, Related
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engines import engine_codes
from stateaware.syntax.tree import Mapping
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.graph.nodes import ModelNode
    from stateaware.workspace import Project

FUSION: Final = "dbt1005"
CORE: Final = "AmbiguousAliasError"
_PLACING: Final = frozenset(
    ["alias", "schema", "database", "dataset", "project", "data_space", "catalog", "enabled", "materialized"]
)
"""Keys that may put a model elsewhere, or keep it from being built."""
_MACROS: Final = ("generate_schema_name", "generate_alias_name", "generate_database_name")
_START: Final = Span.at(1, 1)


class SameRelation(Rule):
    """Two models of different packages have the same name and go to the same schema.

    ## What it does
    Reports a model of the project with the name of a package's model, where nothing is set that would
    put one of them elsewhere (`alias`, `schema`, `database`, `enabled`, a macro of the project's own that
    makes names).

    ## Why it matters
    dbt stops, since both would write the same table.

    ## Example
    ```text
    models/orders.sql
    dbt_packages/dep/models/orders.sql
    ```

    ## How to fix
    Give one of them an `alias` or a `schema`, or disable the package's.

    ## Engines
    dbt v2 stops with dbt1005, dbt Core with AmbiguousAliasError.
    """

    code = "SA803"
    name = "same-relation"
    group = "dbt-compat"
    severity = "error"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every model of the project whose name a package's model has too."""
        for models in project.graph.by_name.values():
            own = next((model for model in models if model.package.is_root), None)
            other = next((model for model in models if not model.package.is_root), None)
            if own is not None and other is not None and not own.version_label:
                yield Subject(Place(own.file.file, _START), own.name, own.unique_id, (own, other))

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding where nothing tells the two apart."""
        if not isinstance(subject.data, tuple):
            return
        own, other = subject.data
        defined = (macro.name for macros in project.inputs.macros.definitions.values() for macro in macros)
        if any(name in _MACROS for name in defined):
            return
        if _is_placed(own, project) or _is_placed(other, project):
            return
        yield Finding(
            code=self.code,
            severity="error",
            message=f"model `{own.name}` and that of package `{other.package.name}` write the same relation",
            place=subject.place,
            node=subject.node,
            hint="give one of them an `alias` or a `schema`",
            related=(Related(Place(other.file.file, _START), f"`{other.unique_id}`"),),
            engine_codes=engine_codes(project, FUSION, CORE),
        )


def _is_placed(model: ModelNode, project: Project) -> bool:
    """Whether anything that is written for a model may put it elsewhere."""
    for package in project.packages:
        if package.is_root or package is model.package:
            root = package.project_file.mapping("models")
            levels = project.model_trees[package.name].lookup(model.lookup)
            maps = [root, *(level.entry.value for level in levels if level.entry is not None)]
            if any(isinstance(node, Mapping) and _sets_placing(node) for node in maps):
                return True
    config = model.entry.config if model.entry is not None else None
    if config is not None and any(entry.key.text in _PLACING for entry in config.entries):
        return True
    return any(
        call.unpacked or any(entry.key.text in _PLACING for entry in call.arguments)
        for call in model.facts.configs
    )


def _sets_placing(node: Mapping) -> bool:
    return any(entry.key.text.removeprefix("+") in _PLACING for entry in node.entries)
