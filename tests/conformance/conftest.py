"""Gives each test of this folder the cases, one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.case import find_cases


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize by case: the bundled ones, or those of ``--cases DIR``."""
    if "case" in metafunc.fixturenames:
        folders = metafunc.config.getoption("--cases") or [Path(__file__).parent / "cases"]
        cases = [case for folder in folders for case in find_cases(folder)]
        metafunc.parametrize("case", cases, ids=[case.id for case in cases])
