"""SA501: warn_after is not shorter than error_after."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from stateaware.config.layers import Setting
from stateaware.config.reader import FRESHNESS
from stateaware.findings import Edit, Finding, Fix, Related
from stateaware.graph.nodes import SourceNode
from stateaware.records import dataclass, field
from stateaware.rules.base import Rule, Subject
from stateaware.rules.edits import written_text
from stateaware.rules.labels import label_of
from stateaware.rules.spans_of_time import listed, seconds, time_words
from stateaware.rules.tables import own_tables, part_place, start
from stateaware.syntax.tree import Mapping, Node

if TYPE_CHECKING:
    from stateaware.workspace import Project

WARN: Final = f"{FRESHNESS}.warn_after"
ERROR: Final = f"{FRESHNESS}.error_after"


@dataclass(frozen=True, slots=True)
class _Pair:
    """The settings in force for the two thresholds, their values, and the tables that have them."""

    warn: Setting
    error: Setting
    values: tuple[object, object]
    tables: list[SourceNode] = field(default_factory=list)


class WarnNotBeforeError(Rule):
    """`warn_after` is as long as `error_after`, or longer.

    ## What it does
    Compares the two thresholds in force for each source table, whatever levels they come from. A pair of
    settings is reported once, however many tables inherit it.

    ## Why it matters
    A table that is late enough for the warning is then late enough for the error, so the warning never
    comes. Often the two are swapped, or a table changes one and inherits the other.

    ## Example
    ```yaml
    freshness:
      warn_after: {count: 24, period: hour}
      error_after: {count: 12, period: hour}
    ```

    ## How to fix
    Make `warn_after` the shorter one, or remove it.

    ## Engines
    The same on all; none of them says anything.
    """

    code = "SA501"
    name = "warn-not-before-error"
    group = "meaning"
    severity = "warning"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every pair of thresholds that meet in a table, once."""
        pairs: dict[object, _Pair] = {}
        for node, effective in own_tables(project):
            warn, error = effective.get(WARN), effective.get(ERROR)
            if warn is None or error is None or warn.winner is None or error.winner is None:
                continue
            ends = (start(part_place(warn.winner, WARN)), start(part_place(error.winner, ERROR)))
            pair = _Pair(warn.winner, error.winner, (warn.value, error.value))
            pairs.setdefault(ends, pair).tables.append(node)
        for pair in pairs.values():
            closer, key = _closer(pair)
            label, unique_id = label_of(project, closer, pair.tables)
            yield Subject(part_place(closer, key), label, unique_id, pair)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a pair in the wrong order."""
        pair = subject.data
        if not isinstance(pair, _Pair):
            return
        warn, error = map(seconds, pair.values)
        if warn is None or error is None or warn < error:
            return
        words = [time_words(value) for value in pair.values]
        if words[0] == words[1]:
            told = f"warn_after and error_after are both {words[0]}"
        else:
            verb = "longer than" if warn > error else "no shorter than"
            told = f"warn_after ({words[0]}) is {verb} error_after ({words[1]})"
        other, key = (pair.error, ERROR) if _closer(pair)[1] == WARN else (pair.warn, WARN)
        fix = _swap(pair, project) if warn > error else None
        yield Finding(
            code=self.code,
            severity=self.severity,
            message=f"{told}, so it never warns",
            place=subject.place,
            node=subject.node,
            hint="make `warn_after` the shorter one",
            notes=_notes(pair),
            related=(Related(part_place(other, key), f"the {key.rpartition('.')[2]} in force"),),
            fixes=(fix,) if fix is not None else (),
        )


def _closer(pair: _Pair) -> tuple[Setting, str]:
    """The setting that is closer to the table; of one block the warn_after."""
    order = {"table": 2, "source": 1}
    if order.get(pair.error.layer.kind, 0) > order.get(pair.warn.layer.kind, 0):
        return pair.error, ERROR
    return pair.warn, WARN


def _notes(pair: _Pair) -> tuple[str, ...]:
    if len(pair.tables) == 1:
        return ()
    return (f"in force for {listed(node.label for node in pair.tables)}",)


def _swap(pair: _Pair, project: Project) -> Fix | None:
    """Counts and periods change places, where both thresholds stand in one block."""
    setting, node = pair.warn, pair.warn.node
    if node is not pair.error.node or not isinstance(node, Mapping):
        return None
    one, other = node.value("warn_after"), node.value("error_after")
    edits: list[Edit] = []
    for key in ("count", "period"):
        here, there = _scalar(one, key, setting, project), _scalar(other, key, setting, project)
        if here is None or there is None:
            return None
        if here.text != there.text:
            edits += (Edit(here.file, here.span, there.text), Edit(there.file, there.span, here.text))
    return Fix("Swap warn_after and error_after", tuple(edits), safe=False) if edits else None


def _scalar(threshold: Node | None, key: str, setting: Setting, project: Project) -> Edit | None:
    node = threshold.value(key) if isinstance(threshold, Mapping) else None
    text = None if node is None else written_text(project, setting.file, node.span)
    return None if node is None or not text else Edit(setting.file, node.span, text)
