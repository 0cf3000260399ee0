"""Advice for a project: what is wanted of which models, and the windows that give it, written into files."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from stateaware.check.settings_file import repository_root
from stateaware.config.durations import parse_duration
from stateaware.errors import UsageError
from stateaware.fix.files import Territory
from stateaware.fix.windows import WrittenWindows, write_windows
from stateaware.forecast.basis import Basis
from stateaware.forecast.origin import Ground
from stateaware.forecast.overrides import selected_models
from stateaware.plan.nodes import Node
from stateaware.plan.state import State
from stateaware.records import dataclass, replace
from stateaware.rules.spans_of_time import SECONDS
from stateaware.simulate.advise import Advised, Key, Want, advise
from stateaware.simulate.results import Simulation
from stateaware.simulate.unmet import why_unmet
from stateaware.workspace import Project

MOST_ALONE: Final = 30
"""So many models are looked at one by one; of more, those of a folder go together."""
_MOST_DECISIONS: Final = 40_000
"""Models times simulations, after which nothing is lengthened any more."""
_LIKE: Final = "Write it like these: 4h (of every model), marts=4h, fct_orders=1d"
_NOT_BUILT: Final = ("ephemeral", "inline")


@dataclass(frozen=True, slots=True)
class ProjectAdvice:
    """The advice for a project.

    Args:
        found: what to set, and what comes of it.
        why: by unique_id of a model that cannot be as fresh as is wanted, the cause.
        written: the changes of files; None where the graph is that of a manifest.
    """

    found: Advised
    why: Mapping[str, str]
    written: WrittenWindows | None


def read_wants(
    ground: Ground, nodes: Mapping[str, Node], lags: Iterable[str], ages: Iterable[str]
) -> dict[str, Want]:
    """What ``--max-lag`` and ``--max-age`` ask for, by unique_id; of two for one model the later counts.

    Raises:
        UsageError: one of them cannot be read, or names no model.
        SelectionError: a selection cannot be read.
    """
    found: dict[str, Want] = {}
    for text in lags:
        for one, seconds in _read(ground, nodes, text, "--max-lag"):
            found[one] = replace(found.get(one, Want()), lag=seconds)
    for text in ages:
        for one, seconds in _read(ground, nodes, text, "--max-age"):
            found[one] = replace(found.get(one, Want()), age=seconds)
    return found


def _read(ground: Ground, nodes: Mapping[str, Node], text: str, option: str) -> list[tuple[str, int]]:
    selection, sign, written = (part.strip() for part in text.rpartition("="))
    length = parse_duration(written) if written != "0" else None
    seconds = 0 if length is None else length[0] * SECONDS[length[1]]
    if not 0 < seconds <= 3650 * 86400 or bool(sign) != bool(selection):
        raise UsageError(f"{option}: `{text}` cannot be read", _LIKE)
    selection = selection.removeprefix("model:")
    chosen = selected_models(ground, selection or "package:this", nodes.values(), option)
    return [(one, seconds) for one in chosen if is_built(nodes[one])]


def is_built(node: Node) -> bool:
    """Whether something is built for a model; nothing is for an ephemeral or disabled one."""
    return node.enabled and node.materialized not in _NOT_BUILT


def advise_project(
    ground: Ground,
    basis: Basis,
    simulate: Callable[[Basis], Simulation],
    wanted: Mapping[str, Want],
    *,
    key: Key = "build_after",
    also: Sequence[str] = (),
    by: Literal["model", "folder"] | None = None,
) -> ProjectAdvice:
    """Look for windows, and work out how to write them.

    What was built before the start does not count: advice is for the long run.

    Args:
        ground: a project, or a manifest, which no files are changed for.
        basis: the graph, and how long builds take.
        simulate: makes the simulation of a basis.
        wanted: by unique_id.
        key: the setting to look for.
        also: other models that may be changed.
        by: whether models of one folder of which the same is wanted get the same value; None leaves that
            to their number.
    """
    present = replace(
        basis.present, changed=frozenset(), failed=frozenset(), missing_relations=frozenset(), code={}
    )
    fresh = replace(basis, state=State(), present=present)
    number = len({*wanted, *also})
    alone = by == "model" or (by is None and number <= MOST_ALONE)
    together = {} if alone else {one: posixpath.dirname(basis.files.get(one, "")) for one in (*wanted, *also)}
    found = advise(
        basis.lineage,
        lambda lineage: simulate(replace(fresh, lineage=lineage)),
        wanted,
        key=key,
        also=also,
        together=together,
        patience=max(20, min(300, _MOST_DECISIONS // max(1, len(basis.lineage.nodes)))),
    )
    written = None
    if isinstance(ground, Project):
        seconds = {one.unique_id: one.after for one in found.advice}
        written = write_windows(ground, seconds, key, _territory(ground))
    return ProjectAdvice(found, why_unmet(found, basis.lineage), written)


def _territory(project: Project) -> Territory:
    inside: Path = repository_root(project.root) or project.root
    return Territory(inside, (project.root / project.project_file.install_path,))
