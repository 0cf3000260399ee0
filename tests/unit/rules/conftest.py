"""Fixtures that write a small project, check it, and apply the fixes that are offered."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from stateaware.findings import Finding
from unit.rules.checks import ENGINES, Check, Fixed, only
from unit.rules.projects import fixed, found_in


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Findings of a project made of the given files; each call writes a project of its own."""
    numbers = count()

    def run(
        files: Mapping[str, str], engine: str = "documented", select: str | None = None, **options: Any
    ) -> list[Finding]:
        return found_in(tmp_path / str(next(numbers)), files, select, engine, **options)

    return run


@pytest.fixture
def fix(check: Check) -> Fixed:
    """Applies the one fix of the one finding of a rule, and sees that nothing new is found on any engine.

    ``engines`` are those that the fix speaks of.
    """

    def run(
        files: Mapping[str, str],
        select: str,
        engine: str = "documented",
        engines: tuple[str, ...] = ENGINES,
    ) -> dict[str, str]:
        finding = only(check(files, engine, select))
        assert len(finding.fixes) == 1, finding
        after = fixed(files, finding.fixes[0])
        assert check(after, engine, select) == []
        for other in engines:
            new = {(f.code, f.message) for f in check(after, other)}
            assert new <= {(f.code, f.message) for f in check(files, other)}, other
        return after

    return run
