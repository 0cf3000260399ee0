"""SA407: a written value is in force for none of the nodes that it reaches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from stateaware.config.layers import Effective, Setting
from stateaware.findings import Finding, Place, Related
from stateaware.records import dataclass, field
from stateaware.rules.base import Rule, Subject
from stateaware.rules.layers_below import says_something, where
from stateaware.rules.once import once_per_project
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project

Key: TypeAlias = tuple[str, Span]


@dataclass(slots=True)
class _Use:
    """Where a written setting counts: whether it is in force anywhere, and what beats it elsewhere.

    ``doubtful``: for some node it cannot be said that every engine lets it be beaten.
    """

    reached: int = 0
    in_force: bool = False
    doubtful: bool = False
    stronger: dict[Key, Setting] = field(default_factory=dict)


class AlwaysShadowed(Rule):
    """A written value is in force for none of the nodes that it reaches, since each has a stronger one.

    ## What it does
    Tells of a `freshness`, `state` or `loaded_at_…` that is overridden for every model or table to which
    it applies.

    ## Why it matters
    It looks as if it did something, and changing it changes nothing.

    ## Example
    ```yaml
    # models/schema.yml
    models:
      - name: orders
        config: {freshness: {build_after: {count: 4, period: hour}}}
    ```
    ```sql
    -- models/orders.sql
    {{ config(freshness={'build_after': {'count': 1, 'period': 'day'}}) }}
    ```

    ## How to fix
    Remove it, or what overrides it.

    ## Engines
    All. Nothing is said where an engine might let it through.
    """

    code = "SA407"
    name = "always-shadowed"
    group = "places"
    severity = "info"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every written setting that says something and reaches a node."""
        uses = _uses(project)
        for written in project.written:
            setting = written.setting
            if not written.package.is_root or setting.block.presence != "set":
                continue
            use = uses.get((setting.file, setting.key.span))
            if use is not None and says_something(setting.block.value):
                yield Subject(Place(setting.file, setting.span), written.label, written.node, use)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a setting that is never in force."""
        use = subject.data
        if not isinstance(use, _Use) or use.in_force or use.doubtful:
            return
        beaten_by = list(use.stronger.values())
        message = f"this is never in force: {where(beaten_by[0])} overrides it"
        if use.reached > 1:
            message = (
                f"this is in force for none of the {use.reached} nodes that it reaches: each has its own"
            )
        yield Finding(
            code=self.code,
            severity="info",
            message=message,
            place=subject.place,
            node=subject.node,
            hint="remove it",
            related=tuple(
                Related(Place(setting.file, setting.span), "in force instead") for setting in beaten_by[:3]
            ),
            tags=("unnecessary",),
        )


@once_per_project
def _uses(project: Project) -> dict[Key, _Use]:
    """Each setting of a layer of some node, by its place."""
    found: dict[Key, _Use] = {}
    for model in project.models.values():
        for effective in model.effective.values():
            if effective.order:
                _count(found, effective.order, [effective])
    for table in project.sources.values():
        config = table.config
        if config is None:
            continue
        for key, layers in table.layers.items():
            every = tuple(layers.strongest_first(root_on_top=False))
            if every:
                parts = [one for path, one in config.effective.items() if path.split(".")[0] == key]
                _count(found, every, parts, doubtful=config.conflict is not None)
                for setting in every if project.broken_files else ():
                    # other tables that it reaches may be among what cannot be read
                    use = found[(setting.file, setting.key.span)]
                    use.doubtful = use.doubtful or setting.file == project.project_file.file
    return found


def _count(
    found: dict[Key, _Use], order: tuple[Setting, ...], parts: list[Effective], doubtful: bool = False
) -> None:
    winners = {id(part.winner): part.winner for part in parts if part.winner is not None}
    unsure = doubtful or not winners
    unsure = unsure or any(part.unknown is not None for part in parts)
    unsure = unsure or any(not _beats_everywhere(winner) for winner in winners.values())
    for setting in order:
        use = found.get((setting.file, setting.key.span))
        if use is None:
            use = found[(setting.file, setting.key.span)] = _Use()
        use.reached += 1
        if id(setting) in winners:
            use.in_force = True
        else:
            use.doubtful = use.doubtful or unsure or setting.dropped
            for winner in winners.values():
                if winner is not None:
                    use.stronger[(winner.file, winner.key.span)] = winner


def _beats_everywhere(winner: Setting) -> bool:
    """Whether every engine takes a setting: nulls and empty blocks are read differently, versions merged."""
    return (
        winner.block.presence == "set"
        and winner.layer.kind != "version"
        and says_something(winner.block.value)
    )
