"""The sample run in several shapes, and a way to compare with recorded output."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from report_sample import RULES, finance, shop

from stateaware.check.result import CheckResult, ProjectResult
from stateaware.report import RuleInfo


@pytest.fixture
def rules() -> dict[str, RuleInfo]:
    """Some of the rules of the run; others are unknown to the report."""
    return RULES


@pytest.fixture
def result() -> CheckResult:
    """A monorepo with findings of every kind."""
    return CheckResult(
        (shop(), finance()),
        0.2149,
        notices=("package `dbt_utils` is not installed: its models are not checked",),
        stopped="3 errors (--maxfail 3)",
        durations=((0.12, "models/one_line.yml::x::SA112"),),
    )


@pytest.fixture
def one_project() -> CheckResult:
    """The first project alone."""
    return CheckResult((shop(),), 75.3)


@pytest.fixture
def clean() -> CheckResult:
    """A run that found nothing."""
    project = ProjectResult(
        Path("/home/ana/shop"),
        "",
        "shop",
        "documented",
        (),
        None,
        212,
        148,
        {"passed": 391},
        lambda file: None,
    )
    return CheckResult((project,), 0.2149)


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare with a file in ``snapshots/``; STATEAWARE_UPDATE_SNAPSHOTS=1 writes it instead."""

    def compare(name: str, actual: str) -> None:
        path = request.path.parent / "snapshots" / name
        if os.environ.get("STATEAWARE_UPDATE_SNAPSHOTS"):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(actual.encode())
        assert actual == path.read_bytes().decode()

    return compare
