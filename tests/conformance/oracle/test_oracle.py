"""The recorded answers are what dbt says today.

One case in ``STATEAWARE_ORACLE_SLICE`` is asked (default: 24); ``STATEAWARE_ORACLE_SLICE=1`` asks about all.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from dbt_answers import comparable
from dbt_engines import Engine
from run_oracle import CASES, read_case, same

SLICE = int(os.environ.get("STATEAWARE_ORACLE_SLICE", "24"))


@pytest.mark.oracle
@pytest.mark.parametrize("folder", sorted(CASES.iterdir())[::SLICE], ids=lambda folder: folder.name)
def test_dbt_still_says_what_is_recorded(engine: Engine, folder: Path) -> None:
    case = read_case(folder)
    if engine.name not in case.engines:
        pytest.skip(f"the case is not for {engine.name}")
    recorded = case.recorded()[engine.name]
    answer = engine.ask(case.question)
    assert same(recorded, answer), {"recorded": comparable(recorded), "answer": comparable(answer)}
