"""The commands that print: version, ls, rule, schema, completion."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from conftest_cli import ROOT, Make, Run

from stateaware._version import __version__
from stateaware.schema_files import bundle_schema


def test_version(run: Run) -> None:
    for flag in ("--version", "-V"):
        outcome = run(flag)
        assert (outcome.code, outcome.out) == (0, f"stateaware {__version__}\n")


def test_the_version_costs_no_imports() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "stateaware", "--version"],
        env={"PYTHONPATH": str(ROOT / "core")},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    ours = {name for name in imported if name.startswith("stateaware")}
    assert ours == {"stateaware", "stateaware._version"}
    assert not imported & {"argparse", "dataclasses", "typing", "pathlib", "re", "json"} - _of_bare_python()


def _of_bare_python() -> set[str]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "this"],
        env={},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


def test_ls(run: Run, make: Make) -> None:
    sources = (
        "sources:\n  - name: raw\n    tables:\n      - name: pay\n        config: {loaded_at_field: at}\n"
    )
    make({"models/src.yml": sources})
    lines = [line.split() for line in run("ls").out.splitlines()]
    assert [line[:2] for line in lines] == [["model", "orders"], ["model", "stores"], ["source", "raw.pay"]]
    assert run("ls", "-q", "sto*").out == "model.shop.stores\n"
    assert run("ls", "-q", "raw.*", "orders").out == "model.shop.orders\nsource.shop.raw.pay\n"
    assert run("ls", "-q", "--resource-type", "source").out == "source.shop.raw.pay\n"
    outcome = run("ls", "nothing")
    assert (outcome.code, outcome.err) == (
        5,
        "stateaware: no model or source `nothing` in shop\nAll of them: stateaware ls\n",
    )
    outcome = run("ls", "orders", "nothing")
    assert (outcome.code, outcome.err) == (0, "note: no model or source `nothing` in shop\n")
    assert run("ls", "storse").err.endswith("\nDid you mean `stores`?\n")
    outcome = run("ls", "orders", "--resource-type", "source")
    assert (outcome.code, "--resource-type" in outcome.err) == (5, True)


def test_ls_configured(run: Run, make: Make) -> None:
    make({"models/plain.sql": "select 1\n"})
    assert "plain" in run("ls", "-q").out
    assert "plain" not in run("ls", "-q", "--configured").out


def test_rule(run: Run) -> None:
    outcome = run("rule", "sa901")
    assert outcome.code == 0
    assert outcome.out.startswith("SA901 unused-ignore\nwarning, group adoption, fixable\n\n")
    assert "## How to fix" in outcome.out
    assert run("rule", "unused-ignore").out == outcome.out
    listed = run("rule").out.splitlines()
    assert run("rule", "--list").out.splitlines() == listed
    assert [line.split()[0] for line in run("rule", "adoption", "--list").out.splitlines()] == [
        "SA901",
        "SA902",
    ]
    found = json.loads(run("rule", "--format", "json").out)
    jsonschema.validate(found, bundle_schema("rule-output"))
    assert [rule["code"] for rule in found["rules"]] == [line.split()[0] for line in listed]


def test_schema(run: Run) -> None:
    names = [line.split()[0] for line in run("schema").out.splitlines()]
    assert {"stateaware", "freshness", "baseline"} <= set(names)
    for name in names:
        schema = json.loads(run("schema", name).out)
        jsonschema.Draft7Validator.check_schema(schema)
    assert run("schema", "freshness.schema.json").out == run("schema", "freshness").out


def complete(script: Path, *words: str) -> set[str]:
    """What bash offers for the last of some words."""
    code = (
        f"source {script}; COMP_WORDS=({' '.join(repr(word) for word in words)}); COMP_CWORD={len(words) - 1}; "
        'complete -p stateaware >/dev/null; _stateaware; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", code], capture_output=True, encoding="utf-8", check=True)
    return set(done.stdout.split())


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completion(run: Run, tmp_path: Path) -> None:
    script = tmp_path / "stateaware.bash"
    script.write_text(run("completion", "bash").out)
    assert complete(script, "stateaware", "c") == {"check", "completion"}
    assert "--select" in complete(script, "stateaware", "check", "--se")
    assert complete(script, "stateaware", "check", "--engine", "f") == {"fusion"}
    assert complete(script, "stateaware", "check", "--output", "s") == {"sarif"}
    assert {"SA901", "SA902"} <= complete(script, "stateaware", "check", "--select", "SA9")
    assert complete(script, "stateaware", "rule", "SA901") == {"SA901"}
    assert complete(script, "stateaware", "schema", "fre") == {"freshness"}
    assert complete(script, "stateaware", "completion", "f") == {"fish"}
    assert complete(script, "stateaware", "check", "mod") == set()  # then bash completes files


@pytest.mark.parametrize(
    ("shell", "check"),
    [("bash", ["bash", "-n"]), ("zsh", ["zsh", "-n"]), ("fish", ["fish", "--no-execute"])],
)
def test_completion_scripts_are_valid(run: Run, tmp_path: Path, shell: str, check: list[str]) -> None:
    if shutil.which(check[0]) is None:
        pytest.skip(f"needs {check[0]}")
    script = tmp_path / "script"
    script.write_text(run("completion", shell).out)
    subprocess.run([*check, str(script)], check=True)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_knows_every_command_and_option(run: Run, shell: str) -> None:
    script = run("completion", shell).out
    for command in ("check", "explain", "resolve", "verify", "ls", "rule", "schema", "completion"):
        assert command in script
    for option in ("select", "fail-on", "project-dir", "unsafe-fixes"):
        assert option in script
