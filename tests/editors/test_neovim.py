"""The server in a real Neovim, configured as the guide says."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tools import NEOVIM, ROOT, SERVER, SERVER_ENVIRONMENT, need
from workbench import copy_project

HERE = Path(__file__).parent
LINE, COLUMN = 9, 18  # `period: hours` of fct_orders


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    need(NEOVIM)
    folder = tmp_path_factory.mktemp("neovim")
    copy_project(ROOT / "examples" / "jaffle_shop_broken", folder / "project")
    program = folder / "bin" / "stateaware"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{SERVER[0]}" -m stateaware "$@"\n')
    program.chmod(0o755)
    guide = (ROOT / "docs" / "editors.md").read_text("utf-8")
    (config,) = re.findall(r"^```lua\n(.*?)^```", guide, re.M | re.S)
    (folder / "config.lua").write_text(config)
    environment = os.environ | SERVER_ENVIRONMENT
    environment |= {
        f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("CONFIG", "DATA", "STATE", "CACHE")
    }
    environment |= {
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "CONFIG": str(folder / "config.lua"),
        "FILE": str(folder / "project" / "models" / "marts" / "_marts.yml"),
        "LINE": str(LINE),
        "COLUMN": str(COLUMN),
        "ACTION": "period: hour",
    }
    command = [str(NEOVIM), "--headless", "--clean", "-S", str(HERE / "neovim.lua")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found["root"] == str(folder / "project")
    return found


def test_diagnostics(answers: dict[str, Any]) -> None:
    (found,) = [found for found in answers["diagnostics"] if found["line"] == LINE]
    assert (found["column"], found["code"], found["source"]) == (COLUMN, "SA106", "stateaware")
    assert found["message"].startswith("period must be minute, hour or day; `hours` is none of them")


def test_hover(answers: dict[str, Any]) -> None:
    assert "build_after" in answers["hover"]


def test_code_action(answers: dict[str, Any]) -> None:
    assert [title for title in answers["actions"] if "hour" in title]
    assert answers["line_after"] == "          period: hour"
    assert [found for found in answers["diagnostics_after"] if found["line"] == LINE] == []
