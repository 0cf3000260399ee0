"""The server finds what ``stateaware check`` finds, file by file, in whole projects and file after file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from agreement import check, differences
from lsprotocol import types

from conformance.case import Case, find_cases
from conformance.test_values import load_options
from editors import Editor, until
from stateaware.check.settings import Settings
from stateaware.index import Index
from stateaware.inputs import LoadOptions
from stateaware.records import replace

HERE = Path(__file__).parent
EXAMPLES = sorted(path.parent for path in (HERE.parents[1] / "examples").glob("*/dbt_project.yml"))
CASES = find_cases(HERE.parent / "conformance/cases")
ENGINES = ("documented", "fusion", "core")
PARTS = 6
"""Into how many tests the cases are divided, for the test processes to share."""


@pytest.mark.parametrize("part", range(PARTS))
def test_the_index_agrees_with_check_on_the_conformance_cases(part: int) -> None:
    differ = []
    for number, case in enumerate(CASES):
        if number % PARTS == part:
            # every case under the documented engine, and in turns under dbt's own
            for engine in ("documented", ENGINES[1 + number // PARTS % 2]):
                differ += _compare(case, engine)
    assert differ == []


def _compare(case: Case, engine: str) -> list[str]:
    options = replace(load_options(case, engine), everything=False)
    settings = Settings(engine=engine)  # type: ignore[arg-type]
    expected = check(case.project, settings, options, {})
    index = Index(case.project, settings, options)
    return [f"{case.id} {engine} {text}" for text in differences(index, expected)]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("root", EXAMPLES, ids=lambda path: path.name)
def test_the_index_agrees_with_check_on_the_examples(root: Path, engine: Any) -> None:
    settings, options = Settings(engine=engine), LoadOptions()
    assert differences(Index(root, settings, options), check(root, settings, options, {})) == []


@pytest.mark.asyncio
@pytest.mark.parametrize("pulls", [True, False], ids=["pulled", "pushed"])
async def test_the_process_agrees_with_the_command(client_for: Any, pulls: bool) -> None:
    root = next(path for path in EXAMPLES if path.name == "jaffle_shop_broken")
    command = [sys.executable, "-m", "stateaware", "check", "--no-cache", "--output", "json", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    expected: dict[str, list[tuple[str, int, int]]] = {}
    for found in json.loads(done.stdout)["findings"]:
        if not found.get("suppressed"):
            place = (found["line"] or 1) - 1, (found["column"] or 1) - 1
            expected.setdefault(found["file"], []).append((found["code"], *place))
    assert expected
    async with client_for(root, "visual-studio-code" if pulls else "emacs") as client:
        editor = Editor(client, root)
        if pulls:
            reports = await editor.workspace()
            alone = {file: (await editor.pull(file)).items for file in reports}
            assert {file: _codes(items) for file, items in alone.items()} == _sorted(expected)
            told = {file: report.items for file, report in reports.items()}
        else:
            await until(lambda: len(client.diagnostics) >= len(expected))
            start = editor.uri("") + "/"
            told = {uri.removeprefix(start): found for uri, found in client.diagnostics.items() if found}
        assert {file: _codes(items) for file, items in told.items()} == _sorted(expected)


def _codes(items: Any) -> list[tuple[str, int, int]]:
    found: list[types.Diagnostic] = list(items)
    return sorted((str(one.code), one.range.start.line, one.range.start.character) for one in found)


def _sorted(expected: dict[str, list[tuple[str, int, int]]]) -> dict[str, list[tuple[str, int, int]]]:
    return {file: sorted(found) for file, found in expected.items()}
