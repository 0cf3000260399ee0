"""The report of a simulation: schemas/report.schema.json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from stateaware.plan.decide import window_of
from stateaware.plan.modes import MODES, ModeName
from stateaware.plan.reasons import REASONS, ReasonCode
from stateaware.report.html.facts import (
    Json,
    head_facts,
    moment_text,
    node_facts,
    note_facts,
    reads_of,
    source_facts,
)
from stateaware.report.html.subject import Subject
from stateaware.report.simulation import simulation_summary
from stateaware.simulate.decider import CUT
from stateaware.simulate.results import NodeResult, RunResult, Simulation, Track

_TESTS: Final = ("test", "unit_test")
_WORDS: Final[Mapping[ReasonCode, str]] = {
    "UPSTREAM_FAILED": "what it reads failed or was skipped",
    "UPSTREAM_CODE_CHANGED": "code changed in what it reads",
    "NO_CHANGES": "nothing new in what it reads",
    "WITHIN_BUILD_AFTER": "something is new, but its build_after has not passed",
    "WITHIN_LAG_TOLERANCE": "something is new, but it is within its lag_tolerance",
    "SETTING_UNKNOWN": "its window cannot be told",
    "NOT_ALL_UPSTREAMS_NEW": "it waits for new data in all it reads",
    "DATA_UNKNOWN": "whether there is new data is not known",
    "NEW_DATA": "new data in what it reads",
}
"""Reasons without the names and times that a sentence about one decision has."""


def simulation_report(found: Simulation, subject: Subject, mode: ModeName) -> Json:
    """Everything that the page shows of a simulation, as JSON.

    Times are ISO 8601 in UTC, lengths in seconds. What happened to a node is compact: see ``events`` and
    ``built`` in the schema. Tests are left out: they go with what they test.
    """
    jobs = list(dict.fromkeys(run.job for run in found.runs))
    loads, whose = _loads(found)
    reads = reads_of(subject, MODES[mode])
    nodes = []
    for unique_id, result in found.nodes.items():
        node = subject.lineage.nodes[unique_id]
        if node.kind in _TESTS:
            continue
        facts = node_facts(subject, node, reads.get(unique_id, ()), window_of(node, MODES[mode]))
        facts.update(_result(found, result))
        facts["built_before"] = moment_text(subject.built.get(unique_id))
        facts["events"] = [_events(found, track, jobs) for track in found.tracks(unique_id) if track.through]
        facts["built"] = [number for build in found.builds(unique_id) for number in _build(*build)]
        nodes.append(facts)
    totals = found.totals
    return {
        **head_facts(subject, "simulation", mode, simulation_summary(found)),
        "start": moment_text(found.start),
        "end": moment_text(found.end),
        "jobs": jobs,
        "totals": {
            "runs": totals.runs,
            "builds": totals.builds,
            "reuses": totals.reuses,
            "others": totals.others,
            "seconds": totals.seconds,
            "seconds_without": totals.seconds_without,
            "worst_age": totals.worst_age,
            "worst_lag": totals.worst_lag,
        },
        "starved": list(found.starved),
        "never_built": list(found.never_built),
        "always_built": list(found.always_built),
        "reasons": [
            {"reason": code, "decision": REASONS[code].outcome, "text": _WORDS.get(code, REASONS[code].text)}
            for code in REASONS
        ],
        "runs": [_run(run, jobs) for run in found.runs],
        "loads": loads,
        "nodes": nodes,
        "sources": source_facts(subject, nodes, whose),
        "notes": note_facts(subject, found.notes),
    }


def _loads(found: Simulation) -> tuple[list[list[float]], dict[str, int]]:
    """The loads as lists of seconds after the start, each list once, and which of them is whose."""
    lists: dict[tuple[float, ...], int] = {}
    whose = {}
    for unique_id, moments in found.loads.items():
        times = tuple(_tidy((moment - found.start).total_seconds()) for moment in moments)
        whose[unique_id] = lists.setdefault(times, len(lists))
    return [list(times) for times in lists], whose


def _events(found: Simulation, track: Track, jobs: Sequence[str]) -> list[int]:
    """The number of the job, then pairs: a reason's number and how many of its runs in a row have it.

    0 stands for runs without the node; below 0 are builds that a timeout has cut off.
    """
    return [jobs.index(found.runs[track.through[0]].job), *_pairs(track)]


def _pairs(track: Track) -> Iterator[int]:
    if track.runs and track.runs[0]:
        yield from (0, track.runs[0])
    for mark, count in track.lengths():
        code = mark & ~CUT
        yield from (-code if mark & CUT else code, count)


def _build(run: int, start: float, end: float) -> tuple[float, float, float]:
    """The number of the run, when the build began in seconds after it, and how long it took."""
    return run, _tidy(start), _tidy(end - start)


def _tidy(seconds: float) -> float:
    """Milliseconds are enough, and whole seconds need no fraction."""
    short = round(seconds, 3)
    return int(short) if short == int(short) else short


def _after(found: Simulation, time: float | None) -> float | None:
    """Seconds after the start, of a moment in seconds after 1970."""
    return None if time is None else _tidy(time - found.start.timestamp())


def _result(found: Simulation, result: NodeResult) -> Json:
    age = result.age
    return {
        "runs": result.runs,
        "builds": result.builds,
        "reuses": result.reuses,
        "seconds": result.seconds,
        "seconds_without": result.seconds_without,
        "age": None
        if age is None
        else {
            "worst_age": age.worst_age,
            "mean_age": age.mean_age,
            "worst_lag": age.worst_lag,
            "mean_lag": age.mean_lag,
            "worst_age_at": _after(found, age.worst_age_at),
            "worst_lag_at": _after(found, age.worst_lag_at),
        },
    }


def _run(run: RunResult, jobs: Sequence[str]) -> Json:
    return {
        "job": jobs.index(run.job),
        "at": moment_text(run.at),
        "end": moment_text(run.end),
        "status": run.status,
        "collapsed": run.collapsed,
        "builds": run.builds,
        "reuses": run.reuses,
        "others": run.others,
        "seconds": _tidy(run.seconds),
    }
