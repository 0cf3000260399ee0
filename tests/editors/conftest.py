"""These tests have a run of their own (`bash tests/editors/run`): any other leaves them alone."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Playwright's event loop and pytest-asyncio cannot share a process."""
    return None if config.inipath == HERE / "pytest.ini" else True
