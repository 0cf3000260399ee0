"""The real dbt engines, asked about one project at a time.

`DbtV2` starts the v2 binary for each question. `DbtCore` keeps one worker in dbt Core's own
environment, because importing it takes longer than answering. Both copy the project first, run
without a network and with a clean environment, and answer with a run (see `dbt_answers`).
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol

from dbt_answers import Run, gist, read_manifest, read_v1_events, read_v2_log, v1_diagnostic

HERE: Final = Path(__file__).resolve().parent
SECONDS_PER_QUESTION: Final = 120
PROFILES: Final = """\
{name}:
  target: dev
  outputs:
    dev: {{type: duckdb, path: ':memory:', schema: main, threads: 1}}
    prod: {{type: duckdb, path: ':memory:', schema: prod_schema, threads: 1}}
"""


@dataclass(frozen=True, slots=True)
class Question:
    """One project and how dbt is called on it.

    ``profile`` is the name that its dbt_project.yml asks for; ``deps`` runs `dbt deps` first (local
    packages only).
    """

    id: str
    project: Path
    args: Sequence[str] = ("parse",)
    env: Mapping[str, str] = field(default_factory=dict)
    deps: bool = False
    profile: str = "oracle"


class Engine(Protocol):
    """Something that answers questions; ``name`` is `v1` or `v2`."""

    name: str
    version: str

    def ask(self, question: Question) -> Run: ...

    def close(self) -> None: ...


class DbtV2:
    """The dbt v2 binary."""

    name = "v2"

    def __init__(self, binary: Path, work: Path) -> None:
        self.binary = binary
        self.work = work
        shown = subprocess.run(
            [str(binary), "--version"], capture_output=True, text=True, env=clean_env(work), check=True
        )
        self.version = shown.stdout.split()[-1]

    def ask(self, question: Question) -> Run:
        project = copy_project(question, self.work / self.name)
        roots = (project, project.resolve())
        profiles = ["--profiles-dir", str(write_profiles(self.work, question.profile))]
        env = clean_env(self.work, question.env)
        if question.deps:
            self._call(["deps", *profiles], project, env)
            shutil.rmtree(project / "target", ignore_errors=True)
        done = self._call([*question.args, *profiles], project, env)
        output = done.stdout.decode("utf8", "replace") + done.stderr.decode("utf8", "replace")
        errors, warnings = read_v2_log(output, roots)
        run: Run = {
            "engine": self.name,
            "version": self.version,
            "command": list(question.args),
            "exit_code": done.returncode,
        }
        panic = next((line for line in output.splitlines() if "panicked at" in line), None)
        if panic:
            run["panic"] = gist(panic, roots)
        add_manifest(run, project, trusted=True)
        run["errors"] = errors
        run["warnings"] = warnings
        if done.returncode and not errors and not panic:
            run["raw_tail"] = gist(output[-600:], roots)
        return run

    def close(self) -> None:
        """Nothing is kept open."""

    def _call(self, args: list[str], cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
        command = [str(self.binary), *args, "--log-format", "json"]
        return subprocess.run(
            command, cwd=cwd, env=env, capture_output=True, timeout=SECONDS_PER_QUESTION, check=False
        )


class DbtCore:
    """dbt Core 1.x in a virtual environment of its own."""

    name = "v1"

    def __init__(self, venv: Path, work: Path) -> None:
        self.work = work
        env = clean_env(work)
        shown = subprocess.run(
            [str(venv / "bin" / "dbt"), "--version"], capture_output=True, text=True, env=env, check=True
        )
        found = re.search(r"installed:\s*([\d.]+\w*)", shown.stdout + shown.stderr)
        if not found:
            message = f"{venv} has no dbt Core: {shown.stdout!r}"
            raise RuntimeError(message)
        self.version = found.group(1)
        self._worker = subprocess.Popen(
            [str(venv / "bin" / "python"), str(HERE / "v1_worker.py"), str(SECONDS_PER_QUESTION)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=env,
            text=True,
        )

    def ask(self, question: Question) -> Run:
        project = copy_project(question, self.work / self.name)
        roots = (project, project.resolve())
        profiles = ["--profiles-dir", str(write_profiles(self.work, question.profile))]
        commands = [["deps", *profiles]] if question.deps else []
        commands.append(["--no-partial-parse", "--show-all-deprecations", *question.args, *profiles])
        answer = self._call(
            {"cwd": str(project), "env": clean_env(self.work, question.env), "commands": commands}
        )
        errors, warnings, jsonschema = read_v1_events(answer["events"], roots)
        if answer["exception"]:
            raised = answer["exception"]
            errors.insert(0, v1_diagnostic(raised["type"], None, raised["msg"], roots))
        run: Run = {
            "engine": self.name,
            "version": self.version,
            "command": list(question.args),
            "exit_code": 0 if answer["success"] else 1,
        }
        add_manifest(run, project, trusted=bool(answer["success"]))
        run["errors"] = errors
        run["warnings"] = warnings
        if jsonschema:
            run["jsonschema_warnings"] = jsonschema
        return run

    def close(self) -> None:
        assert self._worker.stdin is not None
        self._worker.stdin.close()
        self._worker.wait(timeout=10)

    def __enter__(self) -> DbtCore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _call(self, job: dict[str, Any]) -> Any:
        assert self._worker.stdin is not None
        assert self._worker.stdout is not None
        self._worker.stdin.write(json.dumps(job) + "\n")
        self._worker.stdin.flush()
        return json.loads(self._worker.stdout.readline())


def clean_env(work: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment with nothing of the caller's but what dbt needs to start."""
    home = work / "home"
    home.mkdir(parents=True, exist_ok=True)
    env = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "DBT_DISABLE_VERSION_CHECK": "true",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_USE_COLORS": "false",
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
        "RUST_BACKTRACE": "0",
    }
    env.update({name: str(value) for name, value in (extra or {}).items()})
    return env


def write_profiles(work: Path, name: str) -> Path:
    """A folder with a profiles.yml whose targets live in memory."""
    folder = work / f"profiles-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "profiles.yml").write_text(PROFILES.format(name=name))
    return folder


def copy_project(question: Question, work: Path) -> Path:
    target = work / question.id
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(question.project, target)
    return target


def add_manifest(run: Run, project: Path, *, trusted: bool) -> None:
    """Record whether a manifest was written and, if so, what it says of each node."""
    manifest = project / "target" / "manifest.json"
    run["manifest_written"] = manifest.exists() and trusted
    if run["manifest_written"]:
        run["nodes"] = read_manifest(json.loads(manifest.read_text()))
