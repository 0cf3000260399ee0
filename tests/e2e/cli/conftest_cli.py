"""Runs the command line as a process, on projects made for the test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest

ROOT = Path(__file__).parents[3]

PROJECT_FILE = "name: shop\nversion: '1.0'\nprofile: shop\n"

SCHEMA = """\
models:
  - name: orders
    config:
      freshness:
        build_after: {count: 4}
  - name: stores
    config:
      freshness:
        build_after: {count: 4, period: hours}
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a process left."""

    code: int
    out: str
    err: str


Run: TypeAlias = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`run("check", "-q", cwd=..., env=...)`; the cache is the test's own."""
    base = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("STATEAWARE_", "GITHUB_", "DBT_"))
        and name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")
    }
    base["PYTHONPATH"] = os.pathsep.join([str(ROOT / "core"), str(ROOT / "lsp")])
    base["STATEAWARE_CACHE_DIR"] = str(tmp_path / ".cache")
    base["PYTHONIOENCODING"] = "utf-8"

    def start(
        *arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None, stdin: str = ""
    ) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "stateaware", *arguments],
            cwd=cwd or tmp_path,
            env={**base, **(env or {})},
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return start


Make: TypeAlias = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """`make({"models/s.yml": "..."}, "folder")`: a project with these files; a git repository at the top."""
    (tmp_path / ".git").mkdir()

    def write(files: dict[str, str] | None = None, folder: str = ".") -> Path:
        root = tmp_path / folder
        contents = {
            "dbt_project.yml": PROJECT_FILE,
            "models/s.yml": SCHEMA,
            "models/orders.sql": "select 1 as id\n",
            "models/stores.sql": "select 1 as id\n",
            **(files or {}),
        }
        for name, text in contents.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        return root

    return write
