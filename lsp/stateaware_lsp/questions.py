"""What the page of plans asks, and the report that answers: schemas/report.schema.json."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Final, cast

from pygls.exceptions import JsonRpcInvalidParams

from stateaware.check.settings_file import find_settings
from stateaware.config.durations import parse_duration
from stateaware.errors import UsageError
from stateaware.forecast.basis import Basis, make_plan
from stateaware.forecast.scenario import choose_jobs, run_scenario
from stateaware.forecast.selecting import select_nodes
from stateaware.forecast.subject import subject_of
from stateaware.plan.assumed import Statement, Target, assume
from stateaware.plan.clock import parse_moment
from stateaware.plan.modes import MODES, ModeName, Options
from stateaware.plan.words import named
from stateaware.records import dataclass, field, replace
from stateaware.report.html.plan import plan_report
from stateaware.report.html.simulation import simulation_report
from stateaware.rules.spans_of_time import SECONDS, listed
from stateaware.simulate.arrivals import Arrival
from stateaware.simulate.options import SimulateOptions
from stateaware.workspace import Project
from stateaware_lsp.answers import Json

_LOADED: Final = ("source", "external")
_BUILT: Final = ("model", "seed", "snapshot")
_LONGEST: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a project: one run, or the runs of some days.

    ``new_data`` are the moments at which sources have new data, ``changed`` the nodes with other code;
    ``jobs``, ``every`` and ``length`` are of a simulation.
    """

    at: datetime
    simulated: bool = False
    mode: ModeName = "recommended"
    new_data: Mapping[str, datetime] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    full_refresh: bool = False
    select: str = ""
    every: str | None = None
    jobs: tuple[str, ...] = ()
    length: timedelta = timedelta(days=7)


def read_question(asked: object) -> Question:
    """A question in JSON; all its parts may be left out.

    Raises:
        JsonRpcInvalidParams: one of them is of another kind, or cannot be read.
    """
    given = {} if asked is None else asked
    if not isinstance(given, Mapping):
        raise JsonRpcInvalidParams("`question` must be an object")
    kind, mode = given.get("kind", "plan"), given.get("mode", "recommended")
    if kind not in ("plan", "simulation"):
        raise JsonRpcInvalidParams("`kind` must be plan or simulation")
    if mode not in MODES:
        raise JsonRpcInvalidParams(f"`mode` must be one of {', '.join(MODES)}")
    new_data = given.get("new_data") or {}
    if not isinstance(new_data, Mapping):
        raise JsonRpcInvalidParams("`new_data` must be an object")
    at = _text(given, "at")
    try:
        return Question(
            at=parse_moment(at, "`at`") if at else datetime.now(timezone.utc),
            simulated=kind == "simulation",
            mode=cast("ModeName", mode),
            new_data={str(key): parse_moment(str(one), "`new_data`") for key, one in new_data.items()},
            changed=_texts(given, "changed"),
            full_refresh=given.get("full_refresh") is True,
            select=_text(given, "select"),
            every=_text(given, "every") or None,
            jobs=_texts(given, "jobs"),
            length=_length(_text(given, "for") or "7d"),
        )
    except UsageError as error:
        raise JsonRpcInvalidParams(str(error)) from None


def _text(given: Mapping[str, Any], key: str) -> str:
    value = given.get(key)
    if value is not None and not isinstance(value, str):
        raise JsonRpcInvalidParams(f"`{key}` must be a text")
    return value or ""


def _texts(given: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = given.get(key) or ()
    if not isinstance(value, (list, tuple)) or not all(isinstance(text, str) for text in value):
        raise JsonRpcInvalidParams(f"`{key}` must be a list of texts")
    return tuple(value)


def _length(text: str) -> timedelta:
    found = parse_duration(text.strip())
    length = timedelta(0) if found is None else timedelta(seconds=found[0] * SECONDS[found[1]])
    if not timedelta(0) < length <= _LONGEST:
        raise JsonRpcInvalidParams(f"`for`: `{text}` is no length of time of at most {_LONGEST.days} days")
    return length


def report_answer(project: Project, basis: Basis, question: Question, proceed: Callable[[], object]) -> Json:
    """The report of a plan or a simulation; ``proceed`` is called now and then, and ends it by raising.

    Raises:
        StateawareError: what is asked cannot be: the settings or a selection cannot be read, a moment lies
            in the future, there is no such job.
    """
    settings = find_settings(project.root).values
    known_jobs = settings.get("jobs", ())
    basis = _stated(basis, question)
    subject = subject_of(project, basis, [job.name for job in known_jobs])
    options = Options(mode=question.mode, full_refresh=question.full_refresh)
    proceed()
    if not question.simulated:
        selection = select_nodes(project, [question.select], []) if question.select else None
        selected = None if selection is None else selection.unique_ids
        return plan_report(make_plan(basis, question.at, options, selected), subject)
    jobs = choose_jobs(known_jobs, question.jobs, question.every)
    if question.select:
        jobs = tuple(replace(job, select=(question.select,)) if not job.selects else job for job in jobs)
    found = run_scenario(
        project,
        basis,
        jobs,
        {**settings.get("arrivals", {}), **_coming(question)},
        start=question.at,
        length=question.length,
        options=SimulateOptions(plan=options),
        before_run=proceed,
    )
    if not found.nodes:
        raise UsageError("no run has anything to decide", "Choose a longer time.")
    proceed()
    return simulation_report(found, subject, question.mode)


def _stated(basis: Basis, question: Question) -> Basis:
    """The basis with what the question states; of what the project does not have (any more) a note tells."""
    nodes = basis.lineage.nodes
    gone = sorted({*question.new_data, *question.changed} - nodes.keys())
    if gone:
        note = f"not in the project any more, and left out of the question: {listed(map(named, gone))}"
        basis = replace(basis, notes=(*basis.notes, note))
    assumed = assume(
        list(_statements(basis, question)),
        [_target(basis, one) for one in question.changed if one in nodes and nodes[one].kind in _BUILT],
        basis.lineage,
        basis.state,
        basis.present,
    )
    return replace(basis, state=assumed.state, present=assumed.present, stated=assumed.notes)


def _statements(basis: Basis, question: Question) -> Iterator[Statement]:
    for unique_id, moment in question.new_data.items():
        node = basis.lineage.nodes.get(unique_id)
        if node is None or node.kind not in _LOADED:
            continue
        if moment <= question.at:
            yield Statement(_target(basis, unique_id), "loaded", moment)
        elif not question.simulated:
            problem = f"the new data in {named(unique_id)} comes after the run"
            raise UsageError(problem, "Choose an earlier time, or move the run.")


def _target(basis: Basis, unique_id: str) -> Target:
    return Target(basis.lineage.nodes[unique_id].kind, unique_id, unique_id)


def _coming(question: Question) -> dict[str, Arrival]:
    """What comes after the start of a simulation: the source then loads at that moment, and not otherwise."""
    return {
        key: Arrival(times=(moment,)) for key, moment in question.new_data.items() if moment > question.at
    }
