"""More ``config()`` calls than anybody writes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from stateaware.config.code import MOST_SETTINGS
from stateaware.rules.registry import select_rules
from written import make_project

CALL = "{{{{ config(freshness={{'build_after': {{'count': {0}, 'period': 'hour'}}}}) }}}}\n"


@pytest.mark.parametrize("engine", ["documented", "core"])
def test_the_last_of_many_calls_decides_and_the_rest_takes_no_time(engine: str, tmp_path: Path) -> None:
    text = "".join(CALL.format(number) for number in range(1, 5_001))
    started = time.process_time()
    project = make_project(tmp_path, {"models/a.sql": text}, engine)
    effective = project.models["model.shop.a"].effective["freshness"]
    for rule in select_rules(engine=engine):
        for subject in rule.subjects(project):
            list(rule.check(subject, project))
    assert time.process_time() - started < 20
    assert len(effective.order) == MOST_SETTINGS
    assert effective.winner is not None
    assert effective.winner.span.line == 5_000
