"""SA513: state and build_after are both in force for a model and do not say the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.layers import Setting
from stateaware.config.reader import FRESHNESS, STATE
from stateaware.findings import Finding, Related
from stateaware.records import dataclass, field
from stateaware.rules.base import Rule, Subject
from stateaware.rules.labels import label_of
from stateaware.rules.spans_of_time import listed, seconds, time_words
from stateaware.rules.windows import build_after, inner_place, own_models, state, winner

if TYPE_CHECKING:
    from stateaware.graph.nodes import ModelNode
    from stateaware.workspace import Project


@dataclass(frozen=True, slots=True)
class _Pair:
    """Both settings with their values, and the models that have just these two."""

    state: Setting
    freshness: Setting
    values: tuple[dict[str, object], dict[str, object]]
    models: list[ModelNode] = field(default_factory=list)


class StateAndBuildAfter(Rule):
    """`state` and `freshness.build_after` are both in force for a model and differ.

    ## What it does
    Compares `lag_tolerance` with `build_after`, and `require_fresh_data_from` with `updates_on`, where a
    model has both. What only one of the two sets is no difference: dbt State takes it from `build_after`.

    ## Why it matters
    dbt State reads `state` first; state-aware orchestration knows only `build_after`. The same model then
    has one rhythm in one place and another elsewhere, and nobody sees which was meant.

    ## Example
    ```yaml
    config:
      freshness:
        build_after: {count: 4, period: hour}
      state:
        lag_tolerance: 1h
    ```

    ## How to fix
    Keep the one that your jobs use, or make both say the same.

    ## Engines
    dbt v2. dbt Core 1.11 does not know `state`.
    """

    code = "SA513"
    name = "state-and-build-after"
    group = "meaning"
    severity = "warning"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every pair of settings that are both in force for a model, once."""
        if not project.profile.has_state:
            return
        pairs: dict[object, _Pair] = {}
        for model in own_models(project):
            there = state(model)
            here = None if there is None else build_after(model)
            settings = winner(model, STATE), winner(model, FRESHNESS)
            if there is None or here is None or settings[0] is None or settings[1] is None:
                continue
            key = tuple((setting.file, setting.key.span) for setting in settings if setting is not None)
            pairs.setdefault(key, _Pair(settings[0], settings[1], (there, here))).models.append(model)
        for pair in pairs.values():
            label, unique_id = label_of(project, pair.state, pair.models)
            yield Subject(inner_place(pair.state, _key_of(pair)[0]), label, unique_id, pair)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding where they differ."""
        pair = subject.data
        told = _difference(*pair.values) if isinstance(pair, _Pair) else ""
        if not isinstance(pair, _Pair) or not told:
            return
        many = len(pair.models) > 1
        notes = [f"in force for {listed(model.name for model in pair.models)}"] if many else []
        yield Finding(
            code=self.code,
            severity=self.severity,
            message=told,
            place=subject.place,
            node=subject.node,
            hint="make both say the same",
            notes=(*notes, "dbt State reads `state` first, state-aware orchestration only `build_after`"),
            related=(Related(inner_place(pair.freshness, "build_after"), "the `build_after` in force"),),
        )


def _difference(there: dict[str, object], here: dict[str, object]) -> str:
    """What differs, in words; empty where nothing does."""
    lag, window = there.get("lag_tolerance"), here
    lag_seconds, window_seconds = seconds(lag), seconds(window)
    if lag_seconds is not None and window_seconds is not None and lag_seconds != window_seconds:
        return f"lag_tolerance is {time_words(lag)}, but build_after is {time_words(window)}"
    wanted, given = there.get("require_fresh_data_from"), here.get("updates_on") or "any"
    if wanted is not None and wanted != given:
        written = "" if here.get("updates_on") else ", the default"
        return f"require_fresh_data_from is `{wanted}`, but updates_on is `{given}`{written}"
    return ""


def _key_of(pair: _Pair) -> tuple[str]:
    differs = _difference(*pair.values)
    return ("require_fresh_data_from",) if differs.startswith("require") else ("lag_tolerance",)
