"""SA509: a filter is in force for a table that is not dated by a loaded_at_field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from stateaware.config.layers import Setting
from stateaware.config.reader import FRESHNESS, LOADED_AT_FIELD, LOADED_AT_QUERY
from stateaware.findings import Finding, Fix, Related
from stateaware.graph.nodes import SourceNode
from stateaware.records import dataclass, field
from stateaware.rules.base import Rule, Subject
from stateaware.rules.labels import label_of
from stateaware.rules.spans_of_time import listed
from stateaware.rules.tables import key_place, own_tables, part_place, start
from stateaware.syntax.tree import Mapping
from stateaware.text.source import SourceText

if TYPE_CHECKING:
    from stateaware.workspace import Project

FILTER: Final = f"{FRESHNESS}.filter"


@dataclass(frozen=True, slots=True)
class _Use:
    """A written filter, and the tables it is in force for: those it works for, and the others."""

    setting: Setting
    works: list[SourceNode] = field(default_factory=list)
    ignored: list[SourceNode] = field(default_factory=list)

    @property
    def tables(self) -> list[SourceNode]:
        """All of them."""
        return [*self.works, *self.ignored]


class FilterIgnored(Rule):
    """A `filter` that dbt ignores, since the table has no `loaded_at_field`.

    ## What it does
    Reports a `filter` in force for tables with a `loaded_at_query`, or with neither `loaded_at_query` nor
    `loaded_at_field`. A filter that works for some of the tables that inherit it is only an information.

    ## Why it matters
    dbt applies the filter to the query that it makes from `loaded_at_field`. A `loaded_at_query` runs as
    it is, over all rows, and the warehouse's metadata knows no rows.

    ## Example
    ```yaml
    config:
      freshness:
        warn_after: {count: 1, period: day}
        filter: loaded_at > current_date - 3
      loaded_at_query: select max(loaded_at) from {{ this }}
    ```

    ## How to fix
    Write the condition into the query: `select max(loaded_at) from {{ this }} where ...`, and remove the
    filter.

    ## Engines
    The same on all.
    """

    code = "SA509"
    name = "filter-ignored"
    group = "meaning"
    severity = "warning"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every filter that is in force for a table, once."""
        uses: dict[object, _Use] = {}
        for node, effective in own_tables(project):
            found = effective.get(FILTER)
            if found is None or found.winner is None or not found.value:
                continue
            dating = effective.get(LOADED_AT_FIELD)
            if dating is not None and (dating.unknown is not None or node.config is None):
                continue
            use = uses.setdefault(start(part_place(found.winner, FILTER)), _Use(found.winner))
            conflict = node.config is not None and node.config.conflict is not None
            works = conflict or (dating is not None and bool(dating.value))
            (use.works if works else use.ignored).append(node)
        for use in uses.values():
            label, unique_id = label_of(project, use.setting, use.tables)
            yield Subject(part_place(use.setting, FILTER), label, unique_id, use)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a filter without effect on some table."""
        use = subject.data
        if not isinstance(use, _Use) or not use.ignored:
            return
        first = use.ignored[0]
        query = first.config.effective.get(LOADED_AT_QUERY) if first.config is not None else None
        by_query = query is not None and bool(query.value)
        dated = "dated by a loaded_at_query" if by_query else "not dated by a loaded_at_field"
        related: tuple[Related, ...] = ()
        if query is not None and by_query and query.winner is not None:
            related = (Related(key_place(query.winner, LOADED_AT_QUERY), "the query, which runs as it is"),)
        verb = "is" if len(use.ignored) == 1 else "are"
        names = listed(node.label for node in use.ignored)
        fix = None if use.works else _remove(use.setting, project)
        yield Finding(
            code=self.code,
            severity="info" if use.works else self.severity,
            message=f"filter is ignored for {names}, which {verb} {dated}",
            place=subject.place,
            node=subject.node,
            hint="write the condition into the query" if by_query else "it needs a `loaded_at_field`",
            related=related,
            fixes=(fix,) if fix is not None else (),
        )


def _remove(setting: Setting, project: Project) -> Fix | None:
    """Takes the filter away where something else stays in the block: an empty one would mean something."""
    text = project.text(setting.file)
    node = setting.node
    entry = node.get("filter") if isinstance(node, Mapping) else None
    if text is None or entry is None or not isinstance(node, Mapping) or len(node.entries) < 2:
        return None
    from stateaware.fix.yaml_edit import delete_entry

    edits = delete_entry(SourceText(setting.file, text), node, entry)
    return Fix("Remove the filter", edits) if edits else None
