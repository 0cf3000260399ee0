"""SA510: a Python model has a build_after or a state, which nothing acts on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.layers import Setting
from stateaware.config.reader import FRESHNESS, STATE
from stateaware.findings import Finding
from stateaware.records import dataclass, field
from stateaware.rules.base import Rule, Subject
from stateaware.rules.labels import label_of
from stateaware.rules.spans_of_time import listed
from stateaware.rules.windows import OWN_LAYERS, build_after, inner_place, own_models, state, winner

if TYPE_CHECKING:
    from stateaware.graph.nodes import ModelNode
    from stateaware.workspace import Project

_PARTS = {FRESHNESS: "build_after", STATE: "lag_tolerance"}


@dataclass(frozen=True, slots=True)
class _Use:
    """A setting and the Python models that it is in force for."""

    key: str
    setting: Setting
    models: list[ModelNode] = field(default_factory=list)


class PythonModel(Rule):
    """A `build_after` or `state` is in force for a Python model.

    ## What it does
    Reports a Python model with a `build_after` or a `state` of its own. One that it inherits from
    dbt_project.yml is an information, since the folder may hold SQL models too. `{count: 0, period:
    minute}` passes: it says what happens anyway.

    ## Why it matters
    State-aware orchestration and dbt State work for SQL models only; they build a Python model in every
    run that selects it. Its children see new data each time, whatever the `build_after` says.

    ## Example
    ```python
    def model(dbt, session):
        dbt.config(freshness={"build_after": {"count": 12, "period": "hour"}})
    ```

    ## How to fix
    Remove the setting. To hold back the children, set `build_after` on them.

    ## Engines
    dbt v2 and dbt Core both store the setting without a word.
    """

    code = "SA510"
    name = "python-model"
    group = "meaning"
    severity = "warning"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every setting that is in force for a Python model, once."""
        uses: dict[tuple[str, object, str], _Use] = {}
        for model in own_models(project):
            if model.language != "python":
                continue
            for key, asks in ((FRESHNESS, _holds_back(model)), (STATE, state(model) is not None)):
                setting = winner(model, key)
                if asks and setting is not None and (key == FRESHNESS or project.profile.has_state):
                    use = uses.setdefault((setting.file, setting.key.span, key), _Use(key, setting))
                    use.models.append(model)
        for use in uses.values():
            label, unique_id = label_of(project, use.setting, use.models)
            yield Subject(inner_place(use.setting, _PARTS[use.key]), label, unique_id, use)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a setting."""
        use = subject.data
        if not isinstance(use, _Use):
            return
        own = use.setting.layer.kind in OWN_LAYERS
        names = listed(model.name for model in use.models)
        which = f"{names}, a Python model" if len(use.models) == 1 else f"the Python models {names}"
        part = "build_after" if use.key == FRESHNESS else "state"
        yield Finding(
            code=self.code,
            severity=self.severity if own else "info",
            message=f"{part} has no effect for {which}: state-aware builds work for SQL models only",
            place=subject.place,
            node=subject.node,
            hint="remove it" if own else "",
            notes=("a Python model is built in every run, and its children see new data each time",),
        )


def _holds_back(model: ModelNode) -> bool:
    rules = build_after(model)
    return rules is not None and (rules.get("count") != 0 or rules.get("updates_on") == "all")
