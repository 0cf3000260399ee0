"""What `stateaware.server.simulatePlan` is asked and answers: a plan of a run, for some models."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, cast

from pygls.exceptions import JsonRpcInvalidParams

from stateaware.errors import UsageError
from stateaware.forecast.basis import files_basis, make_plan, with_artifacts, with_statements
from stateaware.forecast.known import Given
from stateaware.plan.assumed import parse_statement, parse_target
from stateaware.plan.clock import parse_moment
from stateaware.plan.modes import MODES, ModeName, Options
from stateaware.records import dataclass, replace
from stateaware.report.plan_document import plan_document
from stateaware.report.plan_lines import plan_lines
from stateaware.report.plan_tree import tree_lines
from stateaware.text.pieces import plain_line
from stateaware.workspace import Project
from stateaware_lsp.answers import Json


@dataclass(frozen=True, slots=True)
class Question:
    """When the run would start, by whose rules, and what is stated of it."""

    at: datetime
    mode: ModeName
    assume: tuple[str, ...]
    changed: tuple[str, ...]
    full_refresh: bool


def read_question(asked: Mapping[str, Any]) -> Question:
    """The optional parts of the argument: ``at``, ``mode``, ``assume``, ``changed``, ``fullRefresh``.

    Raises:
        JsonRpcInvalidParams: one of them is of another kind, or cannot be read.
    """
    mode = asked.get("mode", "recommended")
    if mode not in MODES:
        raise JsonRpcInvalidParams(f"`mode` must be one of {', '.join(MODES)}")
    at = asked.get("at")
    assume, changed = _texts(asked, "assume"), _texts(asked, "changed")
    try:
        moment = datetime.now(timezone.utc) if at is None else parse_moment(str(at), "`at`")
        for text in assume:
            parse_statement(text, moment)
        for text in changed:
            parse_target(text)
    except UsageError as error:
        raise JsonRpcInvalidParams(str(error)) from None
    return Question(moment, cast("ModeName", mode), assume, changed, asked.get("fullRefresh") is True)


def _texts(asked: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = asked.get(key, [])
    if not isinstance(value, (list, tuple)) or not all(isinstance(text, str) for text in value):
        raise JsonRpcInvalidParams(f"`{key}` must be a list of texts")
    return tuple(value)


def plan_answer(project: Project, models: frozenset[str], question: Question) -> Json:
    """A plan of everything, told for some models: as JSON, and as text.

    dbt's artifacts in the target folder count where they are there.

    Raises:
        JsonRpcInvalidParams: what is stated names nothing, or an artifact cannot be used.
    """
    try:
        basis = with_artifacts(files_basis(project), project, Given(), question.at)
        basis = with_statements(basis, question.assume, question.changed, question.at)
    except UsageError as error:
        raise JsonRpcInvalidParams(str(error)) from None
    options = Options(mode=question.mode, full_refresh=question.full_refresh)
    plan = make_plan(basis, question.at, options)
    chosen = {key: decision for key, decision in plan.decisions.items() if key in models}
    notes = tuple(note for note in plan.notes if note.unique_id in models or note in basis.stated)
    told = replace(plan, decisions=chosen, notes=notes)
    lines = tree_lines(plan, next(iter(chosen))) if len(chosen) == 1 else plan_lines(told, basis.words)
    return {
        "plan": plan_document(
            told, project=basis.project, engine=basis.engine, basis=basis.words, files=basis.files
        ),
        "text": "\n".join(map(plain_line, lines)),
    }
