"""``plan --explain``: the reasoning about one node as a tree, down to what nothing stands above."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from stateaware.plan.decision import Decision, Plan
from stateaware.plan.measured import MEASUREMENTS
from stateaware.plan.modes import MODES
from stateaware.plan.reasons import ReasonCode
from stateaware.plan.words import moment_words, named, span_words
from stateaware.report.plan_lines import long_moment, window_words
from stateaware.text.pieces import Line, Piece, Tone

_OTHERWISE: Final[dict[ReasonCode, str]] = {
    "NO_CHANGES": "it is built once a parent has new data, or its code changes",
    "WITHIN_BUILD_AFTER": "it may be built from {eligible}, or with a shorter build_after",
    "WITHIN_LAG_TOLERANCE": "it may be built after {eligible}, or with a shorter lag_tolerance",
    "NOT_ALL_UPSTREAMS_NEW": "it is built once the other parents have new data, or with `updates_on: any`",
    "NEW_DATA": "it would be reused if no parent had new data, or within a build_after that has not passed",
    "CODE_CHANGED": "it would be reused with the code of its last build, if no parent had new data",
    "UPSTREAM_CODE_CHANGED": "it would be reused if the code of what it reads were that of its last build",
    "FIRST_BUILD": "it can be reused once it was built",
    "STATE_EXPIRED": "it can be reused once it was built",
    "LAST_BUILD_FAILED": "it can be reused once a build has succeeded",
    "STATE_UNKNOWN": "say when it was built: --assume {target}@built:2h, or --state FOLDER",
    "DATA_UNKNOWN": "say when there was new data: --assume source:NAME.TABLE@2h, or --sources FILE",
    "SETTING_UNKNOWN": "give what the setting depends on: --vars, --env or --target",
    "UPSTREAM_FAILED": "it is built once what it reads has succeeded",
    "FORCED": "it is decided by its data without the option that forces it",
    "FULL_REFRESH": "it is decided by its data without --full-refresh",
}
"""What would have to happen for the other outcome."""
_TONES: Final[dict[str, Tone]] = {"build": "passed", "clone": "passed", "unknown": "warning", "skip": "error"}


def tree_lines(plan: Plan, unique_id: str) -> Iterator[Line]:
    """Why a node is built or reused: the rule, the window, each parent's version then and now, and theirs."""
    decision = plan.decisions[unique_id]
    yield (
        Piece(named(unique_id), "strong"),
        Piece(": "),
        Piece(decision.outcome, _TONES.get(decision.outcome, "")),
        Piece(f", {decision.text}"),
    )
    mode = MODES[plan.options.mode]
    if decision.rule:
        yield _row("rule", f"{decision.rule} of {mode.title}: {decision.reason}")
    if decision.dbt_text:
        yield _row("dbt says", decision.dbt_text)
    yield _row("window", _window(decision))
    built = decision.built_at
    if built is not None:
        ago = max(0.0, (plan.at - built).total_seconds())
        yield _row("last built", f"{long_moment(built)}, {span_words(ago)} ago")
    if decision.eligible_at is not None and decision.outcome != "build":
        yield _row("eligible", f"from {long_moment(decision.eligible_at)}, in {span_words(_left(decision))}")
    for note in decision.notes:
        yield _row("assumed" if note.kind == "assumed" else "warning", note.text)
    otherwise = otherwise_words(decision)
    if otherwise:
        yield _row("otherwise", otherwise)
    if decision.changes or decision.same:
        yield (Piece("  parents", "dim"),)
        yield from _parents(plan, decision, "    ", {unique_id})


def otherwise_words(decision: Decision) -> str:
    """What would have to happen for the other outcome; empty where nothing could."""
    words = _OTHERWISE.get(decision.reason, "")
    return words.format(eligible=_eligible(decision), target=_target(decision.unique_id))


def _row(label: str, text: str) -> Line:
    return (Piece(f"  {label:<11}", "dim"), Piece(text))


def _left(decision: Decision) -> float:
    return decision.left.total_seconds()


def _eligible(decision: Decision) -> str:
    return long_moment(decision.eligible_at or decision.at)


def _target(unique_id: str) -> str:
    kind, _, rest = unique_id.partition(".")
    return f"{kind}:{rest.partition('.')[2] or rest}"


def _window(decision: Decision) -> str:
    window = decision.window
    if window is None or (not window.seconds and not window.unknown):
        waits = ", and waits for all parents" if window is not None and window.waits == "all" else ""
        where = f" ({window.where})" if window is not None and window.where else ""
        return f"none: it may be built in every run{waits}{where}"
    if window.unknown:
        return f"{window.key} cannot be told: {window.unknown}"
    return f"{window.key} {window_words(decision) or span_words(window.seconds or 0)}"


def _parents(plan: Plan, decision: Decision, indent: str, above: set[str]) -> Iterator[Line]:
    """Each parent, then what is above it; a node that was told is not told twice."""
    for change in decision.changes:
        told = MEASUREMENTS[change.how].words
        if change.how == "planned":
            words = "is built in this run"
        elif MEASUREMENTS[change.how].changed or change.now is None:
            words = told
        else:
            now, then = _version(change.now, plan.at), _version(change.then, plan.at)
            words = f"now {now}, was {then} when it was read; by {told}"
        yield (
            Piece(
                f"{indent}{'changed' if change.certain else 'not known'}  ",
                "" if change.certain else "warning",
            ),
            Piece(named(change.upstream), "strong"),
            Piece(f"  {words}"),
        )
        yield from _above(plan, change.upstream, indent, above)
    for parent in decision.same:
        yield (Piece(f"{indent}the same ", "dim"), Piece(named(parent)))
        yield from _above(plan, parent, indent, above)


def _above(plan: Plan, unique_id: str, indent: str, above: set[str]) -> Iterator[Line]:
    parent = plan.decisions.get(unique_id)
    if parent is None:
        return
    if unique_id in above:
        yield (Piece(f"{indent}  (told above)", "dim"),)
        return
    above.add(unique_id)
    yield (
        Piece(f"{indent}  "),
        Piece(parent.outcome, _TONES.get(parent.outcome, "dim")),
        Piece(f", {parent.text}"),
    )
    yield from _parents(plan, parent, indent + "    ", above)


def _version(version: str | None, at: datetime) -> str:
    if version is None:
        return "not recorded"
    try:
        moment = datetime.fromisoformat(f"{version[:-1]}+00:00" if version.endswith("Z") else version)
    except ValueError:
        return version if len(version) <= 40 else f"{version[:37]}..."
    return moment_words(moment, at)
