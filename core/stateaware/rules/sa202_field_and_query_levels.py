"""SA202: loaded_at_field and loaded_at_query are set at different levels, and one of them wins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.layers import Setting
from stateaware.config.reader import LOADED_AT_FIELD, LOADED_AT_QUERY
from stateaware.config.sources import PAIR
from stateaware.findings import Finding, Place, Related
from stateaware.records import dataclass
from stateaware.rules.base import Rule, Subject
from stateaware.rules.consequences import matters

if TYPE_CHECKING:
    from stateaware.graph.nodes import SourceNode
    from stateaware.workspace import Project


@dataclass(frozen=True, slots=True)
class _Contest:
    """The setting in force and the one that gives way, with the tables where they meet."""

    winner: Setting
    loser: Setting
    tables: list[SourceNode]


class FieldAndQueryLevels(Rule):
    """`loaded_at_field` and `loaded_at_query` are set at different levels of one source.

    ## What it does
    Reports tables for which one of the two is set closer to the table than the other, so that the
    closer one is in force.

    ## Why it matters
    The documentation lets the closest win. dbt v2 agrees between source and table, and stops where
    dbt_project.yml has one and the source the other; dbt Core keeps both where the table has the query.

    ## Example
    ```yaml
    sources:
      - name: raw
        config: {loaded_at_field: _loaded_at}
        tables:
          - name: orders
            config: {loaded_at_query: select max(updated_at) from raw.orders}
    ```

    ## How to fix
    Set it at one level: for each table where tables differ.

    ## Engines
    A warning on all: what is in force is not the same on each.
    """

    code = "SA202"
    name = "field-and-query-levels"
    group = "exclusive"
    severity = "warning"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every pair of settings that meet in a table, once; and every table where none do."""
        met: dict[tuple[Place, Place], _Contest] = {}
        for unique_id, node in project.sources.items():
            if node.config is None or not node.package.is_root or node.config.conflict is not None:
                continue
            contest = _contest(node)
            if contest is not None:
                key = (_place(contest.winner), _place(contest.loser))
                met.setdefault(key, contest).tables.append(node)
                continue
            for name in PAIR:
                winner = node.config.effective[name].winner
                if winner is not None:
                    yield Subject(_place(winner), node.label, unique_id)
        for contest in met.values():
            first = contest.tables[0]
            yield Subject(_place(contest.winner), first.label, first.unique_id, contest)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for two settings that meet."""
        contest = subject.data
        if not isinstance(contest, _Contest):
            return
        wins, gives_way = _name(contest.winner), _name(contest.loser)
        count = len(contest.tables)
        tables = f"`{subject.label}`" if count == 1 else f"`{subject.label}` and {count - 1} more tables"
        notes = []
        in_project = contest.loser.layer.kind not in ("source", "table")
        if in_project and contest.winner.layer.kind != "table" and matters(project, "fusion"):
            notes.append("dbt v2 counts dbt_project.yml and the source as one level, and stops (dbt9002)")
        if wins == LOADED_AT_QUERY and contest.winner.layer.kind == "table" and matters(project, "core"):
            notes.append("dbt Core keeps both for the table")
        yield Finding(
            code=self.code,
            severity="warning",
            message=f"`{wins}` is in force for {tables}, and the `{gives_way}` set above it is not",
            place=subject.place,
            node=subject.node,
            notes=tuple(notes),
            related=(Related(_place(contest.loser), f"the `{gives_way}` that gives way"),),
        )


def _contest(node: SourceNode) -> _Contest | None:
    """The strongest field and the strongest query of a table, where both say something."""
    config = node.config
    if config is None:
        return None
    strongest: dict[str, Setting] = {}
    for key in PAIR:
        for setting in config.effective[key].order:
            if setting.block.presence == "set" and setting.block.value != "":
                strongest[key] = setting
                break
    if len(strongest) < 2:
        return None
    order = [s for key in PAIR for s in (config.effective[key].winner,) if s is strongest[key]]
    field, query = strongest[LOADED_AT_FIELD], strongest[LOADED_AT_QUERY]
    if not order:
        return None
    winner = query if query in order and (len(order) == 1 or query.layer.kind == "table") else field
    return _Contest(winner, field if winner is query else query, [])


def _name(setting: Setting) -> str:
    return setting.key.text.removeprefix("+")


def _place(setting: Setting) -> Place:
    return Place(setting.file, setting.span)
