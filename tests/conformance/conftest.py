"""Gives each test of this folder the cases and the vectors, one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.case import find_cases
from conformance.vectors import read_vectors


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize by case and vector: the bundled ones, or those of ``--cases DIR``, ``--vectors FILE``."""
    if "case" in metafunc.fixturenames:
        folders = metafunc.config.getoption("--cases") or [Path(__file__).parent / "cases"]
        cases = [case for folder in folders for case in find_cases(folder)]
        metafunc.parametrize("case", cases, ids=[case.id for case in cases])
    if "vector" in metafunc.fixturenames:
        files = metafunc.config.getoption("--vectors") or [Path(__file__).parent / "vectors.yaml"]
        vectors = [vector for file in files for vector in read_vectors(file)]
        metafunc.parametrize("vector", vectors, ids=[vector.id for vector in vectors])
