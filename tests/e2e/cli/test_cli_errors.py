"""How the command line ends when something is wrong: one cause, one remedy, the right exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest_cli import ROOT, Make, Run


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chek"], "no command `chek`\nDid you mean `check`?"),
        (["frobnicate"], "no command `frobnicate`\nThere are check, "),
        (
            ["--engine", "core", "check"],
            "a command comes before --engine\nWrite: stateaware check --engine ...",
        ),
        (["models"], "`models` is no command\nTo check it: stateaware check models"),
        (["check", "--selct", "SA1"], "no option --selct\nDid you mean `--select`?"),
        (["check", "--json"], "no option --json\nAll options: stateaware check --help"),
        (["check", "--select"], "--select: expected one argument\nAll options: stateaware check --help"),
        (
            ["check", "--select", "SA1O1"],
            "--select names `SA1O1`, which is no rule, prefix or group; did you mean `SA101`?",
        ),
        (
            ["check", "--engine", "fuson"],
            '--engine must be documented, fusion or core, not "fuson"; did you mean `fusion`?',
        ),
        (
            ["check", "--fail-on", "errors"],
            '--fail-on must be error, warning, info or never, not "errors"; did you mean `error`?',
        ),
        (["check", "--vars", "[1]"], "--vars must be a mapping in YAML or JSON, like '{key: value}'"),
        (["check", "--env", "REGION"], "--env must be NAME=VALUE, not REGION"),
        (["check", "--env", "=x"], "--env lacks a name before `=`"),
        (["check", "--output", "jsn"], "--output names `jsn`, which is no format; did you mean `json`?"),
        (["check", "--output", "json="], "--output lacks a file name after `json=`"),
        (
            ["check", "--now", "today"],
            '--now must be a time with a zone like 2026-11-22T09:00:00Z, not "today"',
        ),
        (["check", "--maxfail", "many"], "--maxfail: must be a whole number, not many"),
        (["check", "--color", "maybe"], "--color: invalid choice: 'maybe'"),
        (["check", "-k", "a and"], "-k: expected a name, `not` or `(`, but it ends\n    a and\n         ^"),
        (["check", "-m", "nul"], "-m: unknown mark `nul`\n    nul\n    ^\nDid you mean `null`?"),
        (["check", "modls"], "no file or folder modls"),
        (
            ["check", "models/s.yml::order::SA101"],
            "no item models/s.yml::order::SA101\nDid you mean `models/s.yml::orders::SA101`?",
        ),
        (
            ["check", "--baseline", "none.json"],
            "no baseline at none.json\nMake it first: stateaware check --write-baseline none.json",
        ),
        (["check", "--diff", "--output", "json=x"], "--diff and --output exclude each other"),
        (["check", "--project-dir", "nowhere"], "no folder nowhere"),
        (["rule", "SA1O1"], "no rule `SA1O1`; did you mean `SA101`?"),
        (["schema", "freshnes"], "no schema `freshnes`\nDid you mean `freshness`?"),
        (["schema", "a", "b"], "one argument too many: b"),
        (["completion", "csh"], "shell: invalid choice: 'csh'"),
    ],
)
def test_misuse_is_exit_4_with_a_remedy(run: Run, make: Make, arguments: list[str], message: str) -> None:
    make()
    outcome = run(*arguments)
    assert outcome.err.startswith(f"stateaware: {message}")
    assert outcome.code == 4
    assert outcome.out == ""


def test_without_a_project(run: Run) -> None:
    outcome = run("check")
    assert outcome.code == 4
    assert outcome.err == (
        "stateaware: no dbt_project.yml in this folder or above it\n"
        "Run it in a dbt project, or name one: stateaware check path/to/project\n"
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"foo: [", ":1:7: "),
        (b"", ": it is empty"),
        (b"- a list\n", ": its top must be a map"),
        (b"name: caf\xe9\n", ": "),
    ],
)
def test_a_project_file_that_cannot_be_read(run: Run, make: Make, text: bytes, why: str) -> None:
    root = make({"models/open.yml": "models: [freshness\n"})
    (root / "dbt_project.yml").write_bytes(text)
    outcome = run("check", "--output", "concise")
    assert outcome.code == 1
    assert all(set(line.split()) & {"SA601", "SA603", "SA605"} for line in outcome.out.splitlines())
    assert "models/open.yml:" in outcome.out
    assert f"only syntax was checked, since dbt_project.yml of {root.name} cannot be read" in outcome.err
    for command in (["explain", "orders"], ["ls"]):
        outcome = run(*command)
        assert outcome.code == 4
        assert outcome.err.startswith(f"stateaware: dbt_project.yml{why}")
        assert "stateaware check shows the place" in outcome.err


def test_without_a_command(run: Run) -> None:
    outcome = run()
    assert outcome.code == 4
    assert "usage: stateaware COMMAND" in outcome.err
    outcome = run("--help")
    assert outcome.code == 0
    assert "usage: stateaware COMMAND" in outcome.out


@pytest.mark.parametrize(
    "command", ["check", "explain", "resolve", "verify", "ls", "rule", "schema", "completion"]
)
def test_every_command_has_help(run: Run, command: str) -> None:
    outcome = run(command, "--help")
    assert outcome.code == 0
    assert outcome.out.startswith(f"usage: stateaware {command}")
    assert run("help", command).out == outcome.out


def test_a_wrong_settings_file_is_exit_4(run: Run, make: Make) -> None:
    root = make()
    (root / "stateaware.toml").write_text('engin = "core"\n')
    outcome = run("check")
    assert outcome.code == 4
    assert (
        outcome.err
        == f"stateaware: {root / 'stateaware.toml'}:1: unknown key `engin`; did you mean `engine`?\n"
    )


def test_settings_come_from_file_environment_and_command_line_in_this_order(run: Run, make: Make) -> None:
    root = make()
    (root / "stateaware.toml").write_text('engine = "core"\n')
    assert run("check", "--co").out.startswith("shop (core)")
    fusion = {"STATEAWARE_ENGINE": "fusion"}
    assert run("check", "--co", env=fusion).out.startswith("shop (fusion)")
    assert run("check", "--co", "--engine", "documented", env=fusion).out.startswith("shop (documented)")


def test_both_settings_files_are_told(run: Run, make: Make) -> None:
    root = make()
    (root / "stateaware.toml").write_text('engine = "core"\n')
    (root / "pyproject.toml").write_text('[tool.stateaware]\nengine = "fusion"\n')
    outcome = run("check")
    assert "[tool.stateaware] in pyproject.toml beside it is not" in outcome.out


BREAK = "import stateaware.check.session as s\ndef broken(*a): raise {error}\ns.load_project = broken\n"


def start(
    code: str, *arguments: str, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    script = f"import sys\n{code}\nfrom stateaware.__main__ import main\nsys.exit(main({list(arguments)!r}))"
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=cwd,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "core"),
            "STATEAWARE_CACHE_DIR": str(cwd / ".cache"),
            **(env or {}),
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_bug_of_ours_is_exit_3_and_leaves_a_report_without_content(make: Make) -> None:
    root = make()
    done = start(
        BREAK.format(error="ValueError('secret content of a model')"),
        "check",
        "--vars",
        "{a: secret}",
        "-korders",
        cwd=root,
    )
    assert done.returncode == 3
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith(
        "stateaware: this is a bug of stateaware (ValueError), not of your project\n"
    )
    (report,) = (root / ".cache/crashes").glob("*.txt")
    assert str(report) in done.stderr
    text = report.read_text("utf-8")
    assert "ValueError" in text
    assert "stateaware/cli/main.py:" in text
    assert "command: check --vars -k" in text
    for private in ("secret", "orders", str(root), str(ROOT)):
        assert private not in text


def test_debug_shows_the_whole_error(make: Make) -> None:
    root = make()
    done = start(BREAK.format(error="ValueError('why')"), "check", "--debug", cwd=root)
    assert done.returncode != 0
    assert "ValueError: why" in done.stderr


def test_an_interruption_is_exit_2_without_a_traceback(make: Make) -> None:
    root = make()
    done = start(BREAK.format(error="KeyboardInterrupt"), "check", cwd=root)
    assert done.returncode == 2
    assert done.stderr == "stateaware: interrupted\n"


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_real_interruption(make: Make) -> None:
    root = make()
    slow = (
        "import stateaware.check.session as s, time, pathlib, signal\n"
        # a parent in the background may have told its children to ignore it
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def slow(*a):\n    pathlib.Path('started').write_text('')\n    time.sleep(60)\n"
        "s.load_project = slow\n"
        "import sys\nfrom stateaware.__main__ import main\nsys.exit(main(['check']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", slow],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT / "core")},
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    while not (root / "started").exists() and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert err == "stateaware: interrupted\n"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes")
def test_a_reader_that_goes_away_is_not_told_off(make: Make) -> None:
    root = make()
    script = f"{sys.executable} -m stateaware rule SA101 SA102 SA103 SA104 SA901 | head -c 1 >/dev/null; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT / "core")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode in (0, 2)  # all of it may fit into the pipe


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_terminals_that_lack_characters(make: Make, encoding: str) -> None:
    root = make(
        {
            "models/é_日本.yml": "models:\n  - name: é日本\n    config: {freshness: {build_after: {count: 1, period: heures_é日}}}\n"
        }
    )
    for name in ("text", "concise", "github"):
        outcome = subprocess.run(
            [sys.executable, "-m", "stateaware", "check", "--output", name],
            cwd=root,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT / "core"),
                "PYTHONIOENCODING": encoding,
                "PYTHONUTF8": "0",
            },
            capture_output=True,
            check=False,
        )
        assert outcome.returncode == 1
        assert outcome.stderr.isascii()
        assert bool(outcome.stderr) == (name == "concise")
        outcome.stdout.decode(encoding)


def test_colors(run: Run, make: Make) -> None:
    make()
    assert "\x1b[" not in run("check").out
    assert "\x1b[" in run("check", "--color", "always").out
    assert "\x1b[" in run("check", env={"FORCE_COLOR": "1"}).out
    assert "\x1b[" not in run("check", env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).out
    assert "\x1b[" not in run("check", "--color", "never", env={"FORCE_COLOR": "1"}).out
