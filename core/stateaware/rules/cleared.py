"""Nulls and empty maps that were meant to switch something off, and what stays in force in spite of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from stateaware.config.layers import Effective, Setting
from stateaware.config.profiles import PROFILES
from stateaware.config.reader import STATE
from stateaware.findings import Fix, Place, Related
from stateaware.records import dataclass
from stateaware.rules.blocks import blocks_of
from stateaware.rules.consequences import matters
from stateaware.rules.edits import replace_null
from stateaware.rules.layers_below import below, described, same, says_something, where
from stateaware.rules.other_engines import model_under, source_under

if TYPE_CHECKING:
    from stateaware.config.models import ModelLayers
    from stateaware.config.profiles import EngineName
    from stateaware.config.sources import SourceLayers
    from stateaware.config.written import Written
    from stateaware.workspace import Project

_ENGINES: Final[tuple[EngineName, ...]] = ("fusion", "core")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a setting leaves in force although it was meant to switch it off.

    ``stays`` is the setting that wins instead, ``nodes`` are the nodes for which it does, ``engines``
    those that keep it, ``here`` says whether the engine in force is among them. ``others`` are engines
    that keep another setting.
    """

    stays: Setting
    nodes: tuple[str, ...]
    engines: tuple[EngineName, ...]
    here: bool
    others: tuple[tuple[EngineName, Setting], ...] = ()

    @property
    def keepers(self) -> str:
        """The engines in words, behind a semicolon: ``; dbt v2 and dbt Core 1.11 keep it``."""
        titles = [PROFILES[engine].title for engine in self.engines]
        said = f"; {' and '.join(titles)} {'keeps' if len(titles) == 1 else 'keep'} it" if titles else ""
        other = [f"; {PROFILES[engine].title} keeps that from {where(kept)}" for engine, kept in self.others]
        return said + "".join(other)

    def related(self) -> tuple[Related, ...]:
        """The other end: the setting that stays."""
        used = " and ".join(PROFILES[engine].title for engine in self.engines)
        uses = f"what {used} {'use' if len(self.engines) > 1 else 'uses'}" if used else "what stays"
        return (
            Related(Place(self.stays.file, self.stays.span), uses),
            *(
                Related(Place(kept.file, kept.span), f"what {PROFILES[engine].title} uses")
                for engine, kept in self.others
            ),
        )


def kept(project: Project, written: Written, part: str = "") -> Kept | None:
    """What stays in force below a null or empty setting, on the engines that the project may run on.

    ``part`` is a first-level key of the setting (``warn_after``) that is null or empty itself. None
    where nothing is inherited, or all engines switch it off, or a stronger layer decides.
    """
    engines = [engine for engine in _ENGINES if matters(project, engine)]
    if written.key == STATE:
        if not project.profile.has_state:
            return None
        engines = [engine for engine in engines if engine == "fusion"]
    nodes: dict[str, list[Setting]] = {}
    keeping: dict[EngineName, Setting] = {}
    for unique_id in blocks_of(project).users(written):
        weaker = [s for s in _below(project, unique_id, written) if _says(s, part)]
        if not weaker:
            continue
        for engine in (*engines, project.profile.name):
            winner = _winner(project, unique_id, written.key, part, engine)
            if winner is not None and any(same(winner, setting) for setting in weaker):
                nodes.setdefault(unique_id, []).append(winner)
                keeping.setdefault(engine, winner)
    if not keeping:
        return None
    here = project.profile.name in keeping
    stays = keeping.get(project.profile.name) or next(iter(keeping.values()))
    named = tuple(engine for engine in engines if engine in keeping and same(keeping[engine], stays))
    others = tuple((e, keeping[e]) for e in engines if e in keeping and e not in named)
    concerned = tuple(u for u, settings in nodes.items() if any(same(s, stays) for s in settings))
    return Kept(stays, concerned, named, here, others)


def _below(project: Project, unique_id: str, written: Written) -> Iterator[Setting]:
    layers: ModelLayers | SourceLayers | None = None
    if written.resource == "model":
        model = project.models.get(unique_id)
        layers = model.layers.get(written.key) if model is not None else None
    else:
        table = project.sources.get(unique_id)
        layers = table.layers.get(written.key) if table is not None else None
    return iter(()) if layers is None else below(layers, written.setting)


def _says(setting: Setting, part: str) -> bool:
    value = setting.block.value
    if part:
        value = value.get(part) if isinstance(value, dict) else None
    return setting.block.presence in ("set", "unknown") and says_something(value)


def _winner(project: Project, unique_id: str, key: str, part: str, engine: EngineName) -> Setting | None:
    effective: Effective | None = None
    if unique_id in project.models:
        effective = model_under(project, project.models[unique_id], key, engine)
    elif unique_id in project.sources:
        effective = source_under(project, project.sources[unique_id], engine).get(
            f"{key}.{part}" if part else key
        )
    if effective is None or not says_something(effective.value):
        return None
    return effective.winner


def told(kept: Kept, spelling: str, *, documents: bool = False) -> str:
    """The message: what the spelling does here, and who keeps what is inherited.

    ``documents``: what it does here is what the documentation says of it.
    """
    kind = "tables" if kept.nodes[0].startswith("source.") else "models"
    models = f" for {len(kept.nodes)} {kind}" if len(kept.nodes) > 1 else ""
    what = f"the {described(kept.stays)} from {where(kept.stays)}"
    if kept.here:
        return f"`{spelling}` does not switch off {what}{models}{kept.keepers}"
    documented = ", as documented" if documents else ""
    return f"`{spelling}` switches off {what}{models}{documented}{kept.keepers}"


def rewrite(project: Project, setting: Setting, new: str) -> tuple[Fix, ...]:
    """The fix that puts a value in the place of a plainly written null, or none."""
    fix = replace_null(project, setting.file, setting.key.span, setting.node, new)
    return () if fix is None else (fix,)
