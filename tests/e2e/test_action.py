"""The GitHub Action: its file is valid, and its steps do what they say, run as a runner would."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

ROOT: Final = Path(__file__).parents[2]
ACTION: Final[dict[str, Any]] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
_EXPRESSION: Final = re.compile(r"\$\{\{\s*(\w+)\.([\w-]+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the action ended: the exit code of its last step, all output, and its outputs."""

    code: int
    text: str
    outputs: dict[str, str]


@dataclass(slots=True)
class Runner:
    """As much of GitHub's runner as a composite action of shell steps needs."""

    workspace: Path
    temp: Path
    action: Path

    def run(self, **inputs: str) -> Outcome:
        values = {
            "inputs": {name: spec.get("default", "") for name, spec in ACTION["inputs"].items()} | inputs,
            "github": {"action_path": str(self.action)},
        }
        text, outputs = "", {}
        env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GITHUB_", "STATEAWARE_"))
        }
        env |= {"GITHUB_ACTIONS": "true", "RUNNER_TEMP": str(self.temp)}
        env.pop("PYTHONPATH", None)
        for step in ACTION["runs"]["steps"]:
            files = {name: self.temp / name.lower() for name in ("GITHUB_PATH", "GITHUB_OUTPUT")}
            for file in files.values():
                file.write_text("")
            given = {
                name: _EXPRESSION.sub(lambda found: values[found[1]][found[2]], value)
                for name, value in step.get("env", {}).items()
            }
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=self.workspace,
                env={**env, **given, **{name: str(file) for name, file in files.items()}},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            text += done.stdout
            env["PATH"] = os.pathsep.join([*files["GITHUB_PATH"].read_text().split(), env["PATH"]])
            outputs |= dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
            if done.returncode:
                return Outcome(done.returncode, text, outputs)
        return Outcome(0, text, outputs)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """A repository with both examples, and the action checked out elsewhere."""
    workspace, temp, action = (tmp_path_factory.mktemp(name) for name in ("workspace", "temp", "action"))
    for name in ("jaffle_shop", "jaffle_shop_broken"):
        ignored = shutil.ignore_patterns("*.duckdb", "target", "logs")
        shutil.copytree(ROOT / "examples" / name, workspace / name, ignore=ignored)
    for name in ("core", "lsp", "schemas"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, action / name, ignore=ignored)
    for name in ("action.yml", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, action / name)
    return Runner(workspace, temp, action)


def test_the_file_is_an_action() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            "vendor.github-actions",
            ROOT / "action.yml",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_inputs_reach_the_shell_through_the_environment_only() -> None:
    # An expression inside a script would let whoever sets the input run commands.
    assert [step["name"] for step in ACTION["runs"]["steps"] if "${{" in step["run"]] == []


@pytest.mark.slow
def test_a_sound_project_passes(runner: Runner) -> None:
    outcome = runner.run(paths="jaffle_shop\n")
    assert outcome.code == 0, outcome.text
    sarif = json.loads(Path(outcome.outputs["sarif-file"]).read_text("utf-8"))
    assert sarif["version"] == "2.1.0"


@pytest.mark.slow
def test_findings_fail_and_are_annotated(runner: Runner) -> None:
    outcome = runner.run(paths="jaffle_shop\njaffle_shop_broken\n")
    assert outcome.code == 1, outcome.text
    assert "::error file=jaffle_shop_broken/models/marts/_marts.yml,line=" in outcome.text
    sarif = json.loads(Path(outcome.outputs["sarif-file"]).read_text("utf-8"))
    assert len(sarif["runs"][0]["results"]) > 10


@pytest.mark.slow
def test_engine_and_arguments_are_passed_on(runner: Runner) -> None:
    outcome = runner.run(paths="jaffle_shop_broken", engine="core", args="--fail-on never -q")
    assert outcome.code == 0, outcome.text
    assert runner.run(paths="jaffle_shop", engine="cobol").code == 4
