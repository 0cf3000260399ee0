"""The real dbt engines as fixtures; tests that need one are skipped, with the reason, without it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from dbt_engines import DbtCore, DbtV2, Engine


def named_in(variable: str) -> Path:
    """The path in an environment variable; ``VARIABLE_MISSING`` may say why it is not set."""
    if variable not in os.environ:
        pytest.skip(os.environ.get(f"{variable}_MISSING") or f"{variable} is not set")
    return Path(os.environ[variable])


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("oracle")


@pytest.fixture(scope="session", params=["v2", "v1"])
def engine(request: pytest.FixtureRequest, work: Path) -> Iterator[Engine]:
    if request.param == "v2":
        yield DbtV2(named_in("STATEAWARE_DBT_V2"), work)
    else:
        with DbtCore(named_in("STATEAWARE_DBT_V1"), work) as core:
            yield core
