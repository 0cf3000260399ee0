"""The benchmark runs, and the project that it generates is one that stateaware and dbt can read."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from bench.__main__ import Bench
from bench.generate import generate
from bench.measure import run
from stateaware.inputs import LoadOptions
from stateaware.workspace import load_project


def test_the_generated_project_has_what_it_says(tmp_path: Path) -> None:
    generate(tmp_path / "a", 120)
    generate(tmp_path / "b", 120)
    project = load_project(tmp_path / "a", LoadOptions())
    assert len(project.models) == 120
    configured = [model for model in project.models.values() if model.effective["freshness"].order]
    assert 2 <= len(configured) <= 60
    assert [p.read_bytes() for p in sorted((tmp_path / "a").rglob("*.sql"))] == [
        p.read_bytes() for p in sorted((tmp_path / "b").rglob("*.sql"))
    ]


def test_the_quick_benchmark_prints_ratios() -> None:
    command = [sys.executable, str(Path(__file__).parent), "--quick"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode in (0, 1), result.stderr
    rows = [line for line in result.stdout.splitlines() if " cpu " in line]
    names = [line.partition("  ")[0] for line in rows]
    assert names[0] == "--version / python -c pass"
    assert {"60: cold / reading all bytes", "60: warm / reading all bytes"} <= set(names)
    assert names[-1] == "a model: cold at 120 / at 60"
    for row in rows:
        ratios = re.findall(r"(?:cpu|wall) +([0-9.]+)", row)
        assert len(ratios) == 2
        assert all(float(ratio) > 0 for ratio in ratios)
    assert "not always warm" not in result.stdout


def test_a_warm_check_reads_no_model(tmp_path: Path) -> None:
    bench = Bench(tmp_path, 1)
    bench.make(60)
    stored = bench.fill(60)
    before = stored.stat().st_mtime_ns
    run(bench.check(60))
    assert [path.stat().st_mtime_ns for path in bench.results.iterdir()] == [before]


def test_the_quick_benchmark_of_the_server_prints_figures() -> None:
    command = [sys.executable, str(Path(__file__).parent), "--lsp", "--quick"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STATEAWARE_DBT")}
    result = subprocess.run(
        command, capture_output=True, text=True, timeout=300, check=False, env=environment
    )
    assert result.returncode in (0, 1), result.stderr
    figures = [line for line in result.stdout.splitlines() if line.startswith("60: ")]
    assert len(figures) == 9
    for row in figures:
        assert re.search(r" [0-9]+\.[0-9]{2} (s|ms|MiB) ", row), row


def test_the_quick_benchmark_of_plans_prints_figures() -> None:
    command = [sys.executable, str(Path(__file__).parent), "--plan", "--quick"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STATEAWARE_DBT")}
    result = subprocess.run(
        command, capture_output=True, text=True, timeout=300, check=False, env=environment
    )
    assert result.returncode == 0, result.stderr
    names = [line.partition("  ")[0] for line in result.stdout.splitlines() if line.startswith("60: ")]
    assert names == [
        "60: plan of the files",
        "60: page of a simulated week",
        "60: a simulated week of hourly runs",
    ]
