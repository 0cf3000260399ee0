"""Odd files, folders, terminals and ends: no command hangs, writes where it must not, or shows our inside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from e2e.hostile import SECRET, Outcome, environment, is_well_behaved, run, run_each, shows_only_text, write

MODEL = "select 1 as id"
BAD = "models:\n  - name: m\n    config: {freshness: {build_after: {count: 4, period: hours}}}\n"
FILES: dict[str, bytes | str] = {"models/m.sql": MODEL, "models/s.yml": BAD}
RUNS_AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and modes of POSIX")


def still_found(root: Path, *words: str) -> Outcome:
    """The finding of the project is there whatever lies beside it."""
    outcome = run("check", cwd=root, codes=(1,))
    for word in ("SA106", *words):
        assert word in outcome.out
    run_each(["resolve", "ls", "explain m"], cwd=root)
    return outcome


# -- files ----------------------------------------------------------------------------------------


def test_links_that_lead_in_circles(tmp_path: Path) -> None:
    root = write(tmp_path / "p", FILES)
    (root / "models/loop").symlink_to(root / "models", target_is_directory=True)
    (root / "models/up").symlink_to(root.parent, target_is_directory=True)
    (root / "models/self").symlink_to(root / "models/self")
    (root / "models/self.sql").symlink_to(root / "models/self.sql")
    (root / "models/broken.yml").symlink_to(root / "nowhere.yml")
    still_found(root)


def test_things_that_are_no_files(tmp_path: Path) -> None:
    root = write(tmp_path / "p", FILES)
    (root / "models/x.sql").mkdir()
    (root / "models/y.yml").mkdir()
    os.mkfifo(root / "models/pipe.yml")
    os.mkfifo(root / "models/pipe.sql")
    os.mkfifo(root / "profiles.yml")
    os.mkfifo(root / "packages.yml")
    (root / "models/zero.yml").symlink_to("/dev/zero")
    (root / "models/random.sql").symlink_to("/dev/urandom")
    (root / "models/tty.yml").symlink_to("/dev/tty")
    still_found(root)


def test_a_pipe_in_place_of_the_project_file(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    os.mkfifo(tmp_path / "p/dbt_project.yml")
    assert "no dbt_project.yml" in run("check", cwd=tmp_path / "p", codes=(4,)).err


def test_settings_that_are_no_files(tmp_path: Path) -> None:
    root = write(tmp_path / "p", FILES)
    os.mkfifo(root / "stateaware.toml")
    (root / "pyproject.toml").symlink_to("/dev/zero")
    still_found(root)


@pytest.mark.skipif(RUNS_AS_ROOT, reason="root may read everything")
def test_files_that_may_not_be_read(tmp_path: Path) -> None:
    root = write(
        tmp_path / "p", {**FILES, "models/secret.yml": BAD, "models/d/x.sql": MODEL, "macros/a.sql": ""}
    )
    for name in ("models/secret.yml", "models/d", "macros/a.sql"):
        (root / name).chmod(0)
    still_found(root, "SA603")
    (root / "models/d").chmod(0o700)
    (root / "dbt_project.yml").chmod(0)
    assert "permission" in run("check", cwd=root, codes=(4,)).err


def test_a_file_larger_than_any_that_is_written(tmp_path: Path) -> None:
    root = write(tmp_path / "p", FILES)
    for name in ("models/huge.yml", "models/huge.sql", "macros/huge.sql", "profiles.yml", "packages.yml"):
        (root / name).parent.mkdir(exist_ok=True)
        with (root / name).open("wb") as file:
            file.truncate(2**36)  # a hole: takes no room
    still_found(root, "SA603", "too big")
    with (root / "stateaware.toml").open("wb") as file:
        file.truncate(2**36)
    assert "cannot read" in run("check", cwd=root, codes=(4,)).err


def test_files_that_vanish_while_they_are_listed(tmp_path: Path) -> None:
    root = write(tmp_path / "p", {**FILES, **{f"models/d/m{n}.yml": BAD for n in range(300)}})
    script = (
        "import os, sys, stateaware.inputs as w\n"
        "read = w.read_bytes\n"
        "def vanishing(path):\n"
        "    if '/d/' in path or path.endswith('.sql'): os.unlink(path)\n"
        "    return read(path)\n"
        "w.read_bytes = vanishing\n"
        "from stateaware.cli.main import run\n"
        "sys.exit(run(['check', '--no-cache']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=root,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    is_well_behaved(Outcome(done.returncode, done.stdout, done.stderr), (1,))
    assert "SA603" in done.stdout


def test_a_working_folder_that_is_gone(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    command = f"rmdir '{tmp_path}/gone'; exec '{sys.executable}' -m stateaware check"
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=tmp_path / "gone",
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    is_well_behaved(Outcome(done.returncode, done.stdout, done.stderr), (4,))


@pytest.mark.parametrize("name", ["no project", "a file", "nothing there"])
def test_places_without_a_project(name: str, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p/x.sql").write_text(MODEL)
    place = {"no project": ".", "a file": "x.sql", "nothing there": "y"}[name]
    assert run("check", place, cwd=tmp_path / "p", codes=(4,)).out == ""


# -- packages -------------------------------------------------------------------------------------


def test_packages_that_contain_each_other(tmp_path: Path) -> None:
    local = "packages: [{local: ../a}, {local: ../b}, {local: ..}, {local: .}, {local: /}]\n"
    for name in ("a", "b"):
        write(
            tmp_path / name,
            {"dbt_project.yml": f"name: {name}\n", "packages.yml": local, f"models/{name}.sql": MODEL},
        )
    root = write(tmp_path / "p", {**FILES, "packages.yml": local})
    still_found(root)
    assert "model.b.b" in run("ls", "-q", cwd=root).out


def test_a_package_that_links_to_what_holds_it(tmp_path: Path) -> None:
    root = write(tmp_path / "p", {**FILES, "packages.yml": "packages: [{local: dbt_packages/up}]\n"})
    (root / "dbt_packages").mkdir()
    for name, target in (("up", root), ("upper", tmp_path), ("self", root / "dbt_packages/self")):
        (root / "dbt_packages" / name).symlink_to(target, target_is_directory=True)
    still_found(root)


def test_hundreds_of_packages(tmp_path: Path) -> None:
    files = {f"dbt_packages/p{n}/dbt_project.yml": f"name: p{n}\n" for n in range(300)}
    files |= {f"dbt_packages/p{n}/packages.yml": f"packages: [{{local: ../p{n + 1}}}]\n" for n in range(300)}
    still_found(
        write(tmp_path / "p", {**FILES, **files, "packages.yml": "packages: [{local: dbt_packages/p0}]\n"})
    )


# -- names and values that are printed ------------------------------------------------------------

EVIL = "a\x1b]0;owned\x07\x1b[2J\x9b31m\r\nfake: 1 error\u202e\u2066\u2028\u0085\x7f\x00b"


def test_names_cannot_command_a_terminal(tmp_path: Path) -> None:
    quoted = "".join(
        c if c.isascii() and c.isprintable() and c not in '"\\' else f"\\u{ord(c):04x}" for c in EVIL
    )
    file = "models/e\x1b[31m\u202evil\n.yml"
    root = write(
        tmp_path / "p",
        {
            "models/m.sql": MODEL,
            "models/e\x1b]0;x\x07.sql": "{{ config(freshness={'build_after': {'count': 'x\x1b[2J'}}) }}",
            "models/k.sql": "{{ config(freshness={'\x1b[2Jbuild': 1}) }} {{ '\x9b",
            file: f'models:\n  - name: "{quoted}"\n    config: {{freshness: {{"{quoted}": 1, build_after: {{count: "{quoted}", period: "{quoted}"}}}}}}\n'
            f'  - {{name: m, config: {{freshness: {{build_after: {{count: 1, period: "{quoted}"}}}}, state: {{lag_tolerance: "{quoted}"}}}}}}\n'
            f'sources:\n  - name: "{quoted}"\n    tables: [{{name: "{quoted}", config: {{loaded_at_field: "{quoted}"}}}}]\n',
            "dbt_project.yml": f'name: "{quoted}"\nprofile: "{quoted}"\nmodels: {{"{quoted}": {{+freshness: {{"{quoted}": 1}}}}}}\n',
            "packages.yml": f'packages: [{{local: "{quoted}"}}, {{package: "{quoted}", version: 1}}]\n',
        },
    )
    (root / "models" / "bad\udcff.sql").write_text(MODEL)
    for arguments in (
        ["check"],
        ["check", "-v"],
        ["check", "-q"],
        ["check", "--output", "concise"],
        ["check", "--output", "github"],
        ["check", "--engine", "core", "--collect-only"],
        ["check", "--collect-only", "-q"],
        ["check", "--durations", "0"],
        ["ls"],
        ["ls", "-q"],
        ["explain", "m"],
        ["explain", EVIL.replace("\x00", "")],
        ["check", f"models/m.sql::{EVIL}".replace("\x00", "")],
        ["check", "-k", EVIL.replace("\x00", "")],
        ["rule", EVIL.replace("\x00", "")],
    ):
        shows_only_text(run(*arguments, cwd=root))


def test_secrets_are_never_shown_or_kept(tmp_path: Path) -> None:
    call = "{{ env_var('DBT_ENV_SECRET_X') }}"
    root = write(
        tmp_path / "p",
        {
            "models/m.sql": "{{ config(freshness={'build_after': {'count': 1, 'period': env_var('DBT_ENV_SECRET_X')}}) }}",
            "models/s.yml": f"models: [{{name: m, config: {{freshness: {{build_after: {{count: '{call}', period: '{call}'}}}}}}}}]\n"
            f"sources: [{{name: s, tables: [{{name: t, config: {{loaded_at_field: '{call}', freshness: {{filter: '{call}'}}}}}}]}}]\n",
            "dbt_project.yml": f"name: shop\nvars: {{v: '{call}'}}\nmodels: {{+freshness: '{call}'}}\nsources: {{+loaded_at_query: '{call}'}}\n",
            "profiles.yml": f"shop: {{target: '{call}', outputs: {{x: {{type: '{call}', password: {SECRET}}}}}}}\n",
        },
    )
    for engine in ("documented", "fusion", "core"):
        common = f"--engine {engine} --debug"
        commands = [
            f"check -v {common}",
            f"resolve {common}",
            f"ls {common}",
            f"explain m s.t {common}",
            f"explain m --format json {common}",
        ]
        run_each(
            [
                *commands,
                *(f"check --output {name} {common}" for name in ("json", "sarif", "junit", "gitlab")),
            ],
            cwd=root,
        )
    run("check", "--write-baseline", "baseline.json", cwd=root)
    kept = [path for path in (*(tmp_path / "home").rglob("*"), root / "baseline.json") if path.is_file()]
    assert kept
    assert [path for path in kept if SECRET.encode() in path.read_bytes()] == []


def test_ten_thousand_findings(tmp_path: Path) -> None:
    entries = "".join(
        f"  - {{name: m{n}, config: {{freshness: {{build_after: {{count: 4, period: hours}}}}}}}}\n"
        for n in range(10_000)
    )
    root = write(tmp_path / "p", {"models/s.yml": f"models:\n{entries}"})
    shown = run("check", cwd=root, codes=(1,)).out
    assert len(shown.splitlines()) < 200
    assert "10,000" in shown
    run_each(["check --output json", "check --output sarif", "check -x", "check -q"], cwd=root)


# -- where the output goes ------------------------------------------------------------------------


def piped(command: str, tmp_path: Path, **env: str) -> Outcome:
    """A shell command on a project with a finding; `$S` is the program."""
    root = write(tmp_path / "p", FILES)
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=root,
        env=environment(tmp_path / "home", {"S": f"{sys.executable} -m stateaware", **env}),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize(
    "what", ["check -v", "check --output json", "resolve", "ls", "explain m", "--help", "rule --list"]
)
def test_a_reader_that_leaves(what: str, tmp_path: Path) -> None:
    is_well_behaved(piped(f"$S {what} | head -c 1; exit ${{PIPESTATUS[0]}}", tmp_path), (0, 1, 2))


@pytest.mark.parametrize("what", ["check", "resolve", "ls"])
def test_streams_that_are_closed(what: str, tmp_path: Path) -> None:
    is_well_behaved(piped(f"$S {what} >&-", tmp_path), (0, 1))
    is_well_behaved(piped(f"$S {what} 2>&-", tmp_path), (0, 1))
    assert piped(f"$S {what} nothing-there >&- 2>&- <&-", tmp_path).code in (0, 4, 5)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "what",
    ["check", "check --output json", "check --diff", "explain '*'", "resolve", "ls", "ls --format json", "rule",
     "schema", "completion bash", "check --help", "--help", "--version"],
)  # fmt: skip
def test_a_full_disk(what: str, tmp_path: Path) -> None:
    outcome = piped(f"$S {what} > /dev/full", tmp_path)
    is_well_behaved(outcome, (4,))
    assert outcome.err == "stateaware: cannot write the output: no space left on device\n"
    is_well_behaved(piped("$S check --output json=/dev/full", tmp_path), (4,))


def test_narrow_and_ascii_terminals(tmp_path: Path) -> None:
    for env in ({"COLUMNS": "20"}, {"COLUMNS": "1"}, {"COLUMNS": "0"}, {"COLUMNS": "x"}, {"TERM": "dumb"}):
        is_well_behaved(piped("$S check", tmp_path, **env), (1,))
    for env in (
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
    ):
        (tmp_path / "p/models").mkdir(parents=True, exist_ok=True)
        (tmp_path / "p/models/é日.yml").write_text(BAD.replace("hours", "stündlich"), "utf-8")
        outcome = piped("$S check; $S ls; $S resolve > /dev/null; $S explain m; $S check", tmp_path, **env)
        is_well_behaved(outcome, (1,))
        assert outcome.out.isascii()


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for env in ({"HOME": "/proc/1/nowhere"}, {"HOME": str(tmp_path / "file")}, {"HOME": ""}, {"XDG_CACHE_HOME": "/proc"},
                {"STATEAWARE_CACHE_DIR": "/dev/null"}, {"STATEAWARE_CACHE_DIR": str(tmp_path / "file")},
                {"STATEAWARE_CACHE_DIR": "~nobody_at_all/x"}, {"DBT_PROFILES_DIR": "~nobody_at_all"}):  # fmt: skip
        outcome = piped("$S check; $S check --lf", tmp_path, **env)
        is_well_behaved(outcome, (1,))
        assert "SA106" in outcome.out


def test_a_cache_that_somebody_else_filled_with_junk(tmp_path: Path) -> None:
    first = piped("$S check", tmp_path)
    for path in (tmp_path / "home").rglob("*"):
        if path.is_file():
            path.write_bytes(b"\x80\x04junk" + path.read_bytes()[:50])
    second = piped("$S check", tmp_path)
    is_well_behaved(second, (1,))
    assert second.out.partition("items:")[0] == first.out.partition("items:")[0]


# -- interruption ---------------------------------------------------------------------------------


@pytest.mark.parametrize("delay", [0.3, 0.6, 1.0, 1.5])
def test_an_interrupt_at_any_time(delay: float, tmp_path: Path) -> None:
    entries = "".join(
        f"  - {{name: m{n}, config: {{freshness: {{build_after: {{count: {n}, period: hours}}}}}}}}\n"
        for n in range(30_000)
    )
    root = write(tmp_path / "p", {"models/s.yml": f"models:\n{entries}"})
    process = subprocess.Popen(
        [sys.executable, "-m", "stateaware", "check"],
        cwd=root,
        env=environment(tmp_path / "home"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    # before our first line runs, the interrupt is Python's own affair
    if process.returncode != -signal.SIGINT:
        is_well_behaved(Outcome(process.returncode, out, err), (1, 2))
