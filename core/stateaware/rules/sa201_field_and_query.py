"""SA201: loaded_at_field and loaded_at_query are both in force for a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.layers import Setting
from stateaware.config.reader import LOADED_AT_FIELD, LOADED_AT_QUERY
from stateaware.config.sources import PAIR, Conflict
from stateaware.findings import Finding, Place, Related
from stateaware.records import dataclass
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engines import engine_codes
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.graph.nodes import SourceNode
    from stateaware.workspace import Project


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two settings that exclude each other, and the tables that have both."""

    field: Place
    query: Place
    in_block: bool
    tables: list[SourceNode]


class FieldAndQuery(Rule):
    """`loaded_at_field` and `loaded_at_query` are both in force for a table.

    ## What it does
    Reports tables for which both are set, at whatever levels they are written, unless the engine in force
    lets one of them win (then SA202 tells). One pair is reported once, however many tables it holds for.

    ## Why it matters
    They are two ways to say when a table was loaded, and dbt stops when it has both.

    ## Example
    ```yaml
    sources:
      - name: raw
        tables:
          - name: orders
            config:
              loaded_at_field: _loaded_at
              loaded_at_query: select max(_loaded_at) from raw.orders
    ```

    ## How to fix
    Keep one. To switch an inherited one off for a table, set the other one there, or an empty text.

    ## Engines
    dbt v2 stops with dbt9002, or with dbt1005 where both stand inside `freshness`; it counts
    dbt_project.yml and the source as one level. dbt Core stops with ParsingError where both are set at
    the source, or both at the table.
    """

    code = "SA201"
    name = "field-and-query"
    group = "exclusive"
    severity = "error"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every table with a loaded_at, and every pair that is one too many, once."""
        pairs: dict[tuple[Place, Place], _Pair] = {}
        for unique_id, node in project.sources.items():
            config = node.config
            if config is None or not node.package.is_root:
                continue
            if config.conflict is not None:
                pair = _pair(config.conflict)
                pairs.setdefault((pair.field, pair.query), pair).tables.append(node)
                continue
            for key in PAIR:
                winner = config.effective[key].winner if key in config.effective else None
                if winner is not None:
                    yield Subject(place_of(winner, key), node.label, unique_id)
        for pair in pairs.values():
            first = pair.tables[0]
            yield Subject(max(pair.field, pair.query, key=_order), first.label, first.unique_id, pair)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a pair; it stands at the later of the two and cites the other."""
        pair = subject.data
        if not isinstance(pair, _Pair):
            return
        count = len(pair.tables)
        tables = (
            f"`{subject.label}` has" if count == 1 else f"`{subject.label}` and {count - 1} more tables have"
        )
        other = (
            (LOADED_AT_FIELD, pair.field) if subject.place == pair.query else (LOADED_AT_QUERY, pair.query)
        )
        fusion = "dbt1005" if pair.in_block else "dbt9002"
        core = "" if pair.in_block else "ParsingError"
        stops = "dbt Core stops here (ParsingError)"
        if project.profile.name != "core":
            stops = f"dbt v2 stops here and writes no manifest ({fusion})"
        yield Finding(
            code=self.code,
            severity="error",
            message=f"{tables} both a `loaded_at_field` and a `loaded_at_query`, which exclude each other",
            place=subject.place,
            node=subject.node,
            hint="keep one of the two",
            notes=(stops,),
            related=(Related(other[1], f"the `{other[0]}`"),),
            engine_codes=engine_codes(project, fusion, core),
        )


def _pair(conflict: Conflict) -> _Pair:
    field, query = place_of(conflict.field, LOADED_AT_FIELD), place_of(conflict.query, LOADED_AT_QUERY)
    return _Pair(field, query, conflict.in_block, [])


def place_of(setting: Setting, key: str) -> Place:
    """Where ``loaded_at_…`` is written: the setting itself, or the key inside a ``freshness`` block."""
    inside = setting.key.text.removeprefix("+") != key
    return Place(setting.file, setting.part(key) if inside else setting.span)


def _order(place: Place) -> tuple[bool, str, Span]:
    """dbt_project.yml comes first, then by place."""
    return (not place.file.endswith("dbt_project.yml"), place.file, place.span or Span.at(1, 1))
