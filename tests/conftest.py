"""Options that more than one folder of tests reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# the same examples in every run; others with: pytest --hypothesis-profile=default
settings.register_profile("same", derandomize=True)
settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--cases",
        action="append",
        type=Path,
        default=[],
        metavar="DIR",
        help="conformance cases to run instead of the bundled ones; may be repeated",
    )
    parser.addoption(
        "--vectors",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="decision vectors to run instead of the bundled ones; may be repeated",
    )
