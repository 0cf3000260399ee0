"""From runs to one answer: every way that undecided conditions leave open is tried and compared."""

from __future__ import annotations

from collections.abc import Callable

from stateaware.records import dataclass
from stateaware.syntax.jinja.context import JinjaContext
from stateaware.syntax.jinja.errors import EvaluationError, JinjaError
from stateaware.syntax.jinja.limits import Meter
from stateaware.syntax.jinja.names import MacroReturn
from stateaware.syntax.jinja.plain import plain
from stateaware.syntax.jinja.renderer import Renderer
from stateaware.syntax.jinja.undecided import MAX_PATHS, Decisions, LimitExceeded, Undecidable
from stateaware.syntax.tree import Unknown


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run: its value in plain data, or how it ended early."""

    renderer: Renderer
    value: object = None
    ended: Undecidable | JinjaError | None = None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """All runs. ``reason`` is why there are several; ``complete`` says that none was left out."""

    runs: tuple[Outcome, ...]
    reason: str
    complete: bool


def run_all(context: JinjaContext, action: Callable[[Renderer], object]) -> Outcomes:
    """Do something in every way that is open, within one budget."""
    meter = Meter()
    runs: list[Outcome] = []
    pending: list[tuple[bool, ...]] = [()]
    reason = ""
    while pending and len(runs) < MAX_PATHS:
        decisions = Decisions(pending.pop(0))
        renderer = Renderer(context, meter, decisions)
        runs.append(_run(renderer, action))
        reason = reason or decisions.reason
        pending.extend(decisions.others())
        if isinstance(runs[-1].ended, LimitExceeded):
            break
    return Outcomes(tuple(runs), reason, not pending)


def _run(renderer: Renderer, action: Callable[[Renderer], object]) -> Outcome:
    try:
        return Outcome(renderer, plain(action(renderer), renderer))
    except (Undecidable, JinjaError) as ended:
        return Outcome(renderer, ended=ended)
    except MacroReturn:
        if renderer.dialect.return_ends_template:
            return Outcome(renderer, "")
        return Outcome(renderer, ended=EvaluationError("return() stands outside of a macro"))
    except (RecursionError, MemoryError):
        return Outcome(renderer, ended=LimitExceeded("this is nested too deeply to be rendered"))


def answer(outcomes: Outcomes) -> object:
    """The value on which all runs agree, or ``Unknown`` with the values that there can be.

    Raises:
        JinjaError: every run ended with one.
    """
    undecidable = [run.ended for run in outcomes.runs if isinstance(run.ended, Undecidable)]
    if undecidable:
        return Unknown(undecidable[0].reason)
    values = [run.value for run in outcomes.runs if run.ended is None]
    errors = [run.ended for run in outcomes.runs if isinstance(run.ended, JinjaError)]
    if not values:
        raise errors[0]
    if errors or not outcomes.complete:
        return Unknown(outcomes.reason)
    return agreed(values, outcomes.reason)


def agreed(values: list[object], reason: str) -> object:
    """One value for several: itself if all are equal, else ``Unknown`` at the place where they differ."""
    distinct = _distinct(values)
    if len(distinct) == 1:
        return distinct[0]
    first = distinct[0]
    if isinstance(first, dict):
        others = [value for value in distinct if isinstance(value, dict) and value.keys() == first.keys()]
        if len(others) == len(distinct):
            differing = [key for key in first if len(_distinct([value[key] for value in others])) > 1]
            if len(differing) == 1:
                key = differing[0]
                return {**first, key: agreed([value[key] for value in others], reason)}
    if any(isinstance(value, Unknown) for value in distinct):
        return Unknown(reason)
    return Unknown(reason, tuple(distinct))


def _distinct(values: list[object]) -> list[object]:
    found: dict[str, object] = {}
    for value in values:
        found.setdefault(repr(value), value)
    return list(found.values())
