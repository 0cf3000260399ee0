"""jaffle_shop_broken is jaffle_shop with the listed mistakes, and dbt says what its page tells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from dbt_answers import Run, comparable
from dbt_engines import Engine
from mistakes import (
    ANSWERS,
    BROKEN,
    CLEAN,
    Mistake,
    ask,
    copy_with,
    questions,
    read_mistakes,
    summarise,
    write_readme,
)
from run_oracle import load

MISTAKES = read_mistakes()


def files(folder: Path) -> dict[str, str]:
    skipped = ("logs", "target")
    found = (path for path in folder.rglob("*") if path.is_file() and ".duckdb" not in path.name)
    relative = {path.relative_to(folder): path for path in found}
    return {
        path.as_posix(): full.read_text("utf-8")
        for path, full in relative.items()
        if path.parts[0] not in skipped and path.name != "README.md"
    }


def test_the_broken_example_is_the_clean_one_with_the_mistakes(tmp_path: Path) -> None:
    assert files(copy_with(MISTAKES, tmp_path / "broken")) == files(BROKEN)


def test_each_mistake_changes_the_project(tmp_path: Path) -> None:
    clean = files(CLEAN)
    for mistake in MISTAKES:
        assert files(copy_with([mistake], tmp_path / mistake.id)) != clean


def test_the_page_tells_the_recorded_answers() -> None:
    assert (BROKEN / "README.md").read_text("utf-8") == write_readme()


def check(project: Path) -> list[tuple[str, str]]:
    """The codes that `stateaware check` finds, each with the file."""
    done = subprocess.run(
        [sys.executable, "-m", "stateaware", "check", "--no-cache", "--output", "json", project],
        env={name: value for name, value in os.environ.items() if name != "GITHUB_ACTIONS"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return sorted((found["code"], found["file"]) for found in json.loads(done.stdout)["findings"])


def test_check_finds_nothing_in_the_clean_example() -> None:
    assert check(CLEAN) == []


def test_check_finds_each_mistake_and_nothing_else() -> None:
    assert check(BROKEN) == sorted((mistake.rule, mistake.edits[0].file) for mistake in MISTAKES)


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.id)
def test_check_finds_a_mistake_alone(mistake: Mistake, tmp_path: Path) -> None:
    assert check(copy_with([mistake], tmp_path / "shop")) == [(mistake.rule, mistake.edits[0].file)]


@pytest.fixture(scope="module")
def clean(engine: Engine, work: Path) -> Run:
    return ask(engine, "clean", (), work)


@pytest.mark.oracle
def test_dbt_parses_the_clean_example_without_a_message(clean: Run) -> None:
    assert (clean["exit_code"], clean["errors"], clean["warnings"]) == (0, [], [])


@pytest.mark.oracle
@pytest.mark.parametrize("name", questions())
def test_dbt_still_says_what_the_page_tells(engine: Engine, clean: Run, work: Path, name: str) -> None:
    answer = summarise(ask(engine, name, questions()[name], work), clean)
    assert comparable(answer) == comparable(load(ANSWERS)["answers"][name][engine.name])
