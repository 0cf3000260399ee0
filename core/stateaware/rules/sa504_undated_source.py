"""SA504: nothing tells when a source was last loaded, so that it always counts as new."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.findings import Finding, Place
from stateaware.project.artifacts import SourceView
from stateaware.records import dataclass, field
from stateaware.rules.base import Rule, Subject
from stateaware.rules.dating import (
    WITHOUT_METADATA,
    has_threshold,
    is_state_aware,
    is_undated,
    source_views,
)
from stateaware.rules.spans_of_time import listed
from stateaware.rules.tables import own_tables

if TYPE_CHECKING:
    from stateaware.graph.nodes import SourceNode
    from stateaware.workspace import Project


@dataclass(slots=True)
class _Source:
    """The tables of one entry for which dbt asks the warehouse's metadata.

    ``guarded`` are those with a threshold, ``size`` is how many tables the entry has in all.
    """

    tables: list[SourceNode] = field(default_factory=list)
    guarded: list[SourceNode] = field(default_factory=list)
    size: int = 0


class UndatedSource(Rule):
    """A source has no `loaded_at_field` or `loaded_at_query`, and the warehouse cannot date it either.

    ## What it does
    Reports source tables without a loaded_at where the adapter has no metadata on loads (DuckDB, Postgres,
    Trino and others; from `adapter` in the settings, else from profiles.yml), or where dbt's artifacts show
    that the table is a view. Only in projects where it matters: the table has a `warn_after` or
    `error_after`, or a model has a `build_after` or a `state`. A source with `freshness: null` opted out.

    ## Why it matters
    What cannot be dated counts as new data in every run, so everything that reads it is built each time.
    A view's metadata tells when it was defined, not when data came. `dbt source freshness` fails where
    the adapter has no metadata.

    ## Example
    With the DuckDB adapter:
    ```yaml
    sources:
      - name: raw
        config:
          freshness:
            warn_after: {count: 1, period: day}
        tables:
          - name: orders
    ```

    ## How to fix
    Say how the last load is found: `loaded_at_field: _loaded_at`, or a `loaded_at_query`. If the table
    shall count as new each time, write `freshness: null`.

    ## Engines
    dbt v2 and dbt Core both ask the warehouse where there is no loaded_at.
    """

    code = "SA504"
    name = "undated-source"
    group = "meaning"
    severity = "warning"
    asks_adapter = True

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every source of the project's own files."""
        found: dict[tuple[str, int], _Source] = {}
        first: dict[tuple[str, int], SourceNode] = {}
        for node, effective in own_tables(project):
            key = (node.file.file, node.entry.position)
            source = found.setdefault(key, _Source())
            first.setdefault(key, node)
            source.size += 1
            if is_undated(node, effective):
                source.tables.append(node)
                if has_threshold(effective):
                    source.guarded.append(node)
        for key, source in found.items():
            node = first[key]
            name = node.entry.name_node
            span = name.span if name is not None else node.entry.node.span
            yield Subject(Place(node.file.file, span), node.source_name, None, source)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a source with tables that nothing dates."""
        source = subject.data
        if not isinstance(source, _Source) or not source.tables:
            return
        aware = is_state_aware(project)
        matter = source.tables if aware else source.guarded
        if not matter:
            return
        adapter = (project.adapter or "").lower()
        if adapter in WITHOUT_METADATA:
            yield self._without_metadata(subject, matter, source, adapter, _why(source, aware))
            return
        views = source_views(project)
        shown = [node for node in matter if node.unique_id in views]
        if shown:
            yield self._view(subject, shown, source, views[shown[0].unique_id])

    def _without_metadata(
        self, subject: Subject, tables: list[SourceNode], source: _Source, adapter: str, why: tuple[str, ...]
    ) -> Finding:
        names = listed(node.label for node in tables)
        verb = "was" if len(tables) == 1 else "were"
        return Finding(
            code=self.code,
            severity=self.severity,
            message=f"nothing tells when {names} {verb} loaded: no loaded_at, and {adapter} has no metadata",
            place=_place(subject, tables, source),
            node=tables[0].unique_id if len(tables) == 1 else None,
            hint="add a `loaded_at_field` or a `loaded_at_query`",
            notes=why,
        )

    def _view(self, subject: Subject, tables: list[SourceNode], source: _Source, view: SourceView) -> Finding:
        names = listed(node.label for node in tables)
        what = "is a view" if len(tables) == 1 else "are views"
        made = f", made by {view.made_by}" if view.made_by else ""
        time = f" of {view.generated}" if view.generated else ""
        return Finding(
            code=self.code,
            severity=self.severity,
            message=f"{names} {what}: without a loaded_at nothing tells when new data came",
            place=_place(subject, tables, source),
            node=tables[0].unique_id if len(tables) == 1 else None,
            hint="add a `loaded_at_field` or a `loaded_at_query`",
            notes=(
                f"{view.file}{time} shows it as a view{made}",
                "dbt v2 always considers such a source fresh, and builds what reads it in every run",
            ),
        )


def _why(source: _Source, aware: bool) -> tuple[str, ...]:
    """What comes of it: for state-aware builds, and for thresholds."""
    build = "what cannot be dated counts as new data in every state-aware build"
    command = "`dbt source freshness` fails here: it needs a loaded_at on this adapter"
    return (*((build,) if aware else ()), *((command,) if source.guarded else ()))


def _place(subject: Subject, tables: list[SourceNode], source: _Source) -> Place:
    """The name of the table where it is one of several, else that of the source."""
    name = tables[0].name_node
    if len(tables) == 1 and source.size > 1 and name is not None:
        return Place(tables[0].file.file, name.span)
    return subject.place
