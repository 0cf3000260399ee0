"""A dbt project's files as what a plan is made from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from stateaware.config.layers import Effective
from stateaware.config.reader import FRESHNESS, LOADED_AT_FIELD, LOADED_AT_QUERY, STATE
from stateaware.plan.lineage import Lineage
from stateaware.plan.measured import How, Version
from stateaware.plan.nodes import Node, StateConfig, Window
from stateaware.plan.settings import read_build_after, read_state
from stateaware.rules.dating import WITHOUT_METADATA, is_undated, source_views
from stateaware.rules.materialized import materialization

if TYPE_CHECKING:
    from stateaware.graph.nodes import ModelNode, SourceNode
    from stateaware.graph.parents import ParentLinks
    from stateaware.graph.snapshots import SnapshotNode
    from stateaware.workspace import Project

_FLAGS: Final = {"true": True, "false": False}


def lineage_of(project: Project) -> Lineage:
    """Models, source tables, seeds and snapshots of a project and its packages, with what is in force.

    What cannot be told from the files is assumed, and said so on the node. Tests are no nodes here: a
    manifest has them.
    """
    models = [_model(project, node) for node in project.models.values()]
    sources = [Node(unique_id, kind="source") for unique_id in project.sources]
    snapshots = {node.unique_id: node for node in project.snapshots}
    return Lineage(
        (*models, *sources, *_seeds(project), *(_snapshot(project, node) for node in snapshots.values()))
    )


def _seeds(project: Project) -> Iterator[Node]:
    for package in project.packages:
        for seed in {seed.stem: seed for seed in project.package_files[package.name].seeds}.values():
            enabled = project.plain.seed(package, seed, "enabled")
            yield Node(
                f"seed.{package.name}.{seed.stem}",
                kind="seed",
                materialized="seed",
                enabled=enabled != "false",
                assumed=tuple(_assumed(enabled, None)),
            )


def _snapshot(project: Project, snapshot: SnapshotNode) -> Node:
    links = project.parents.of_snapshot(snapshot)
    enabled = project.plain.snapshot(snapshot, "enabled")
    return Node(
        snapshot.unique_id,
        kind="snapshot",
        parents=links.nodes,
        materialized="snapshot",
        enabled=enabled != "false",
        assumed=tuple(_assumed(enabled, links)),
    )


def _assumed(enabled: str | None, links: ParentLinks | None) -> Iterator[str]:
    if enabled is None:
        yield "it is switched on: its `enabled` cannot be told"
    if links is not None and not links.complete:
        yield "it has no other parents than those that can be read"


def _model(project: Project, model: ModelNode) -> Node:
    links = project.parents.of(model)
    materialized, enabled = materialization(project, model), project.plain.model(model, "enabled")
    refresh = project.plain.model(model, "full_refresh")
    assumed = (
        ("it is a table: its materialization cannot be told", materialized is None),
        ("nothing protects it from a full refresh: its `full_refresh` cannot be told", refresh is None),
        ("it is mended: dbt leaves it out as it is written", model.rejected),
    )
    return Node(
        model.unique_id,
        parents=links.nodes,
        materialized=materialized,
        language=model.language,
        enabled=enabled != "false",
        build_after=_build_after(model.effective.get(FRESHNESS)),
        state=_state(model.effective.get(STATE)),
        full_refresh=_FLAGS.get(refresh or ""),
        assumed=(*(text for text, holds in assumed if holds), *_assumed(enabled, links)),
    )


def _where(effective: Effective) -> str:
    winner = effective.winner
    return "" if winner is None else f"{winner.file}:{winner.key.span.line}"


def _build_after(effective: Effective | None) -> Window | None:
    if effective is None:
        return None
    if effective.unknown is not None:
        return Window(None, where=_where(effective), unknown=effective.unknown.reason)
    return read_build_after(effective.value, _where(effective))


def _state(effective: Effective | None) -> StateConfig:
    if effective is None:
        return StateConfig()
    if effective.unknown is not None:
        reason = effective.unknown.reason
        return StateConfig(Window(None, where=_where(effective), key="lag_tolerance", unknown=reason))
    return read_state(effective.value, _where(effective))


def unmeasured(project: Project) -> dict[str, Version]:
    """The sources of a project that dbt has no way to date, so that they count as new in every run.

    Of adapters that are not known here nothing is claimed.
    """
    found: dict[str, Version] = {}
    for unique_id, node in project.sources.items():
        how = _why_unmeasured(project, node)
        if how is not None:
            found[unique_id] = Version(None, how)
    return found


def _why_unmeasured(project: Project, node: SourceNode) -> How | None:
    effective = node.config.effective if node.config is not None else {}
    freshness = effective.get(FRESHNESS)
    if freshness is not None and freshness.value is None and freshness.unknown is None:
        dated = any(effective[key].value or effective[key].unknown for key in _PAIR if key in effective)
        return None if dated else "opted out"
    if not is_undated(node, effective):
        return None
    if node.unique_id in source_views(project):
        return "view"
    return "failed" if (project.adapter or "").lower() in WITHOUT_METADATA else None


_PAIR: Final = (LOADED_AT_FIELD, LOADED_AT_QUERY)
