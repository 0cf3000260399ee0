"""SA102: the block in force for a node has only one of count and period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from stateaware.config.layers import Effective, Setting
from stateaware.config.reader import MODEL_KEYS
from stateaware.config.sources import THRESHOLDS
from stateaware.findings import Finding, Place, Related
from stateaware.graph.nodes import ModelNode
from stateaware.records import dataclass, field
from stateaware.rules.base import Rule, Subject
from stateaware.rules.blocks import blocks_of
from stateaware.rules.engines import engine_codes
from stateaware.rules.intervals import is_half
from stateaware.rules.once import once_per_project
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project


@dataclass(slots=True)
class _Half:
    """A half block in force: where it is written, the first node that has it, and how many do."""

    name: str
    missing: str
    setting: Setting
    node: str
    label: str
    file: str
    nodes: list[str] = field(default_factory=list)


class IncompleteEffective(Rule):
    """The block in force for a model or source table has only one of count and period.

    ## What it does
    Looks at the value in force rather than at what is written: the block that wins over all layers. SA101
    reports the written block itself; this rule says for which model dbt stops, at the place that dbt names.
    Under the documentation and under dbt Core it only adds what SA101 cannot see, such as a block of a
    package, or two blocks of a versioned model that dbt Core merges.

    ## Why it matters
    dbt v2 stops at the first such model and names the model's file, not the file with the block.

    ## Example
    ```yaml
    # dbt_project.yml
    models:
      shop:
        +freshness:
          build_after: {count: 4}
    ```

    ## How to fix
    Write the missing half where the block stands, or a complete block in a stronger layer.

    ## Engines
    dbt v2: dbt1005 for a model, the warning dbt1007 for a source. dbt Core 1.11: ValidationError.
    """

    code = "SA102"
    name = "incomplete-effective"
    group = "required"
    severity = "error"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """The half blocks in force that are to be told here, one for each written block."""
        return [
            Subject(Place(half.file), half.label, half.node, half)
            for half in _halves(project)
            if _told_here(half, project)
        ]

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each half block in force, at the first node that has it."""
        half = subject.data
        if not isinstance(half, _Half):
            return
        source = half.node.startswith("source.")
        name = project.profile.name
        others = len(half.nodes) - 1
        more = f" (and for {others} more)" if others else ""
        fusion, core = ("dbt1007", "") if source else ("dbt1005", "ValidationError")
        yield Finding(
            code=self.code,
            severity="warning" if source and name != "documented" else "error",
            message=(
                f"the {half.name} in force for {half.label}{more} has no {half.missing}; "
                "count and period are both required"
            ),
            place=subject.place,
            node=half.node,
            notes=(f"dbt v2 stops at the model's file ({fusion})",)
            if name == "fusion" and not source
            else (),
            related=(Related(Place(half.setting.file, half.setting.span), f"add `{half.missing}` here"),),
            engine_codes=engine_codes(project, fusion, core),
        )


def _told_here(half: _Half, project: Project) -> bool:
    """Under dbt v2 models are told here, where dbt names them; else only what SA101 does not see."""
    if project.profile.name == "fusion" and not half.node.startswith("source."):
        return True
    return (half.setting.file, half.setting.key.span, half.name) not in _flagged(project)


@once_per_project
def _flagged(project: Project) -> set[tuple[str, Span, str]]:
    """The written blocks that SA101 reports."""
    from stateaware.rules.blocks import block_of

    return {
        (block.written.setting.file, block.written.setting.key.span, interval.name)
        for block in map(block_of, blocks_of(project).with_interval)
        for interval in block.intervals
        if not interval.complete
    }


@once_per_project
def _halves(project: Project) -> list[_Half]:
    found: dict[tuple[str, Span, str], _Half] = {}
    if project.profile.typing == "strict" and not any(
        is_half(w.setting.block.value) for w in project.written
    ):
        return []
    for unique_id, model in sorted(project.models.items()):
        if model.rejected:
            continue
        for effective in _values(model, project):
            _note(found, effective, unique_id, model.name, model.file.file)
    for unique_id, table in sorted(project.sources.items()):
        effective_of = table.config.effective if table.config is not None else {}
        for name in THRESHOLDS:
            part = effective_of.get(f"freshness.{name}")
            if part is not None and part.winner is not None and isinstance(part.value, dict):
                _add(found, name, part.value, part.winner, unique_id, table.label, table.file.file)
    return list(found.values())


def _values(model: ModelNode, project: Project) -> Iterator[Effective]:
    """What is in force for a model; dbt Core looks at every layer on the way."""
    for key in MODEL_KEYS:
        effective = model.effective.get(key)
        if effective is None:
            continue
        yield effective
        if project.profile.typing == "coercing" and key == "freshness":
            for setting in effective.shadowed:
                yield Effective(key, setting.block.value, setting)


def _note(
    found: dict[tuple[str, Span, str], _Half], effective: Effective, unique_id: str, label: str, file: str
) -> None:
    value, winner = effective.value, effective.winner
    if not isinstance(value, dict) or winner is None:
        return
    for name in ("build_after", "lag_tolerance"):
        part = value.get(name)
        if isinstance(part, dict):
            _add(found, name, part, winner, unique_id, label, file)


def _add(
    found: dict[tuple[str, Span, str], _Half],
    name: str,
    part: dict[str, object],
    winner: Setting,
    unique_id: str,
    label: str,
    file: str,
) -> None:
    if (part.get("count") is None) == (part.get("period") is None):
        return
    missing = "count" if part.get("count") is None else "period"
    if any(problem.path[-2:] == (name, missing) for problem in winner.block.problems):
        return
    half = found.setdefault(
        (winner.file, winner.key.span, name), _Half(name, missing, winner, unique_id, label, file)
    )
    half.nodes.append(unique_id)
