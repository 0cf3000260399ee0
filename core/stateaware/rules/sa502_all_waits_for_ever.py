"""SA502: updates_on all waits for a parent that can never have new data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from stateaware.config.layers import Setting
from stateaware.config.reader import FRESHNESS, STATE
from stateaware.findings import Finding, Fix, Place, Related
from stateaware.records import dataclass, field, replace
from stateaware.rules.base import Rule, Subject
from stateaware.rules.edits import replace_word
from stateaware.rules.labels import label_of
from stateaware.rules.spans_of_time import listed
from stateaware.rules.upstream import counting_parents, short, why_static
from stateaware.rules.windows import build_after, inner_node, inner_place, own_models, state, winner

if TYPE_CHECKING:
    from stateaware.graph.nodes import ModelNode
    from stateaware.workspace import Project

_PATHS = {FRESHNESS: ("build_after", "updates_on"), STATE: ("require_fresh_data_from",)}
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Use:
    """A setting that says `all`, and the models it is in force for."""

    key: str
    setting: Setting
    models: list[ModelNode] = field(default_factory=list)

    @property
    def path(self) -> tuple[str, ...]:
        """Where `all` is written in it."""
        return _PATHS[self.key]


class AllWaitsForEver(Rule):
    """`updates_on: all` is in force for a model with a parent that never has new data.

    ## What it does
    Looks at the parents of each model with `updates_on: all` (or `require_fresh_data_from: all`), ephemeral
    ones replaced by theirs, and reports those that certainly get no new data: a seed, a model that reads
    neither model nor source, a model that sees only such parents or is held back by one itself.

    ## Why it matters
    With `all`, every parent must have new data since the model's last build. One that has none holds the
    model back for good: it is built again only when its code changes, or when somebody loads a new file
    for the seed.

    ## Example
    `orders` reads `stg_orders` and the seed `country_codes`:
    ```yaml
    models:
      - name: orders
        config:
          freshness:
            build_after: {count: 4, period: hour, updates_on: all}
    ```

    ## How to fix
    Write `updates_on: any`, or take the lookup out of the parents.

    ## Engines
    State-aware builds of dbt v2 and dbt State. The parents are the same on all engines.
    """

    code = "SA502"
    name = "all-waits-for-ever"
    group = "meaning"
    severity = "warning"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every setting that says `all` and is in force for a model, once."""
        uses: dict[object, _Use] = {}
        for model in own_models(project):
            for key in _keys_with_all(project, model):
                setting = winner(model, key)
                if setting is not None:
                    use = uses.setdefault((key, setting.file, setting.key.span), _Use(key, setting))
                    use.models.append(model)
        for use in uses.values():
            label, unique_id = label_of(project, use.setting, use.models)
            yield Subject(inner_place(use.setting, *use.path), label, unique_id, use)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a setting that holds models back."""
        use = subject.data
        if not isinstance(use, _Use):
            return
        held = [(model, parent) for model in use.models if (parent := _static_parent(project, model))]
        if not held:
            return
        models = listed(model.name for model, _ in held)
        parent = held[0][1]
        verb = "waits" if len(held) == 1 else "wait"
        what = f"{short(parent)}, which {why_static(project, parent)}"
        if len({parent for _, parent in held}) > 1:
            what = f"parents that never have any, such as {what}"
        fix = _any(use, project)
        yield Finding(
            code=self.code,
            severity=self.severity,
            message=f"with {use.path[-1]} `all`, {models} {verb} for new data in {what}",
            place=subject.place,
            node=held[0][0].unique_id if len(held) == 1 else None,
            hint="write `any`",
            notes=("with `all` a model is built only when each of its parents has new data",),
            related=tuple(_refs(project, held)),
            fixes=(fix,) if fix is not None else (),
        )


def _keys_with_all(project: Project, model: ModelNode) -> Iterator[str]:
    if model.language == "python":
        return
    rules = build_after(model)
    if rules is not None and rules.get("updates_on") == "all":
        yield FRESHNESS
    there = state(model) if project.profile.has_state else None
    if there is not None and there.get("require_fresh_data_from") == "all":
        yield STATE


def _static_parent(project: Project, model: ModelNode) -> str:
    """The first parent without new data, where the model has others too."""
    parents, complete = counting_parents(project, model)
    if complete and len(parents) < 2:
        return ""
    return next((parent for parent in parents if why_static(project, parent)), "")


def _refs(project: Project, held: list[tuple[ModelNode, str]]) -> Iterator[Related]:
    """Where the first few models read the parent; not where an ephemeral model stands between."""
    for model, parent in held[:_SHOWN]:
        name = parent.rpartition(".")[2]
        for ref in model.facts.refs:
            if ref.name == name:
                yield Related(Place(model.file.file, ref.name_span), f"`{model.name}` reads it here")
                break


def _any(use: _Use, project: Project) -> Fix | None:
    node = inner_node(use.setting, *use.path)
    fix = None if node is None else replace_word(project, use.setting.file, node.span, "all", "any")
    return None if fix is None else replace(fix, safe=False)
