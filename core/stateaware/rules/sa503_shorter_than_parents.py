"""SA503: a build_after is shorter than that of every parent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.layers import Setting
from stateaware.config.reader import FRESHNESS
from stateaware.findings import Finding, Related
from stateaware.records import dataclass, field
from stateaware.rules.base import Rule, Subject
from stateaware.rules.labels import label_of
from stateaware.rules.materialized import is_ephemeral
from stateaware.rules.spans_of_time import listed, seconds, time_words
from stateaware.rules.upstream import counting_parents
from stateaware.rules.windows import build_after, inner_place, own_models, winner

if TYPE_CHECKING:
    from stateaware.graph.nodes import ModelNode
    from stateaware.workspace import Project


@dataclass(frozen=True, slots=True)
class _Use:
    """A build_after and the models it is in force for."""

    setting: Setting
    models: list[ModelNode] = field(default_factory=list)


class ShorterThanParents(Rule):
    """A `build_after` is shorter than the one of every parent.

    ## What it does
    Compares the `build_after` in force for a model with those of its parents (ephemeral ones replaced by
    theirs), where all of them are models and all have one. A setting that several models share is
    reported only if this holds for each of them.

    ## Why it matters
    A parent that is built at most every 4 hours has new data at most every 4 hours, so a shorter wait in
    the model hardly ever holds anything back. The model is as old as its parents, which may not be what
    the short interval promises to its reader.

    ## Example
    `stg_orders` has `{count: 4, period: hour}`, and of `orders`, which reads it:
    ```yaml
    freshness:
      build_after: {count: 1, period: hour}
    ```

    ## How to fix
    Shorten the parents' interval if the data must be that fresh, else write the parents' interval or
    a longer one here.

    ## Engines
    The same on all.
    """

    code = "SA503"
    name = "shorter-than-parents"
    group = "meaning"
    severity = "info"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every build_after that makes a model wait, once."""
        uses: dict[object, _Use] = {}
        for model in own_models(project):
            setting = winner(model, FRESHNESS)
            if setting is not None and model.language == "sql" and (seconds(build_after(model)) or 0) > 0:
                uses.setdefault((setting.file, setting.key.span), _Use(setting)).models.append(model)
        for use in uses.values():
            label, unique_id = label_of(project, use.setting, use.models)
            yield Subject(inner_place(use.setting, "build_after"), label, unique_id, use)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding where each of the models has slower parents only."""
        use = subject.data
        if not isinstance(use, _Use):
            return
        own = build_after(use.models[0])
        slowed = []
        for model in use.models:
            parents = _slower_parents(project, model, seconds(own) or 0)
            if not parents:
                return
            slowed.append(parents)
        nearest = min(slowed[0], key=lambda parent: seconds(build_after(parent)) or 0)
        setting = winner(nearest, FRESHNESS)
        told = f"build_after ({time_words(own)}) is shorter than that of "
        if len(use.models) > 1:
            told += f"every parent of {listed(model.name for model in use.models)}"
        elif len(slowed[0]) > 1:
            told += f"every parent; the nearest is `{nearest.name}` with {time_words(build_after(nearest))}"
        else:
            told += f"its parent `{nearest.name}` ({time_words(build_after(nearest))})"
        related: tuple[Related, ...] = ()
        if setting is not None:
            related = (Related(inner_place(setting, "build_after"), f"in force for `{nearest.name}`"),)
        yield Finding(
            code=self.code,
            severity=self.severity,
            message=told,
            place=subject.place,
            node=subject.node,
            hint="new data does not come that often",
            related=related,
        )


def _slower_parents(project: Project, model: ModelNode, own: int) -> list[ModelNode]:
    """The parents, if each is a model that waits longer; else none."""
    links = project.parents.of(model)
    if not links.complete:
        return []
    for unique_id in links.nodes:
        # a parent that does not wait may still be ephemeral, and then others count in its place
        parent = project.models.get(unique_id)
        if parent is None or not (_waits_longer(parent, own) or is_ephemeral(project, parent)):
            return []
    parents, complete = counting_parents(project, model)
    found = [project.models[unique_id] for unique_id in parents if unique_id in project.models]
    alike = complete and len(found) == len(parents) and all(_waits_longer(p, own) for p in found)
    return found if alike else []


def _waits_longer(model: ModelNode, own: int) -> bool:
    return model.language == "sql" and (seconds(build_after(model)) or 0) > own
