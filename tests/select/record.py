"""Asks the real dbt engines which nodes each line of questions.txt selects, and writes answers.json.

::

    python tests/select/record.py --core VENV --v2 BINARY

Both engines are asked about a copy of ``project``, without a network. answers.json holds, for each
engine, the nodes as its manifest has them, as far as selecting needs them, and its answers.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
SECTIONS: Final = (
    "nodes",
    "sources",
    "exposures",
    "metrics",
    "semantic_models",
    "saved_queries",
    "unit_tests",
    "functions",
)
WITH_FILE: Final = re.compile(r"with (\S+):\s*(.*)")


def read_questions() -> list[str]:
    """The command lines of questions.txt."""
    lines = (line.strip() for line in (HERE / "questions.txt").read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def split_question(question: str) -> tuple[str, list[str]]:
    """The file of selectors to use (empty for the project's own) and the arguments of dbt ls."""
    match = WITH_FILE.match(question)
    return (match[1], shlex.split(match[2])) if match else ("", shlex.split(question))


def list_resources(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What each node is to a selection, under the names of `stateaware.select.resource.Resource`."""
    for section in SECTIONS:
        for node in (manifest.get(section) or {}).values():
            config = node.get("config") or {}
            kind = node["resource_type"]
            # a metric's tags of its config are not its tags to dbt
            tags = config.get("tags") or [] if kind == "unit_test" else node.get("tags") or []
            empty = (
                kind in ("model", "test", "snapshot", "analysis") and not (node.get("raw_code") or "").strip()
            )
            found = {
                "unique_id": node["unique_id"],
                "resource_type": kind,
                "name": node["name"],
                "fqn": node["fqn"],
                "path": node["original_file_path"],
                "package": node["package_name"],
                "tags": [tags] if isinstance(tags, str) else tags,
                "config": {key: value for key, value in config.items() if value not in (None, [], {})},
                "source_name": node.get("source_name"),
                "version": text(node.get("version")),
                "latest_version": text(node.get("latest_version")),
                "parents": (node.get("depends_on") or {}).get("nodes"),
                "access": node.get("access") if kind == "model" else "",
                "group": config.get("group"),
                "test_name": (node.get("test_metadata") or {}).get("name"),
                "empty": empty,
                "patch_path": (node.get("patch_path") or "").partition("://")[2],
            }
            yield {key: value for key, value in found.items() if value}


def text(value: object) -> str:
    return "" if value is None else str(value)


class Engines:
    """Both engines on copies of the project."""

    def __init__(self, venv: Path, binary: Path, work: Path) -> None:
        self.venv, self.binary, self.work = venv, binary, work
        self.env = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(work),
            "LANG": "C.UTF-8",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DBT_USE_COLORS": "false",
            "DO_NOT_TRACK": "1",
            "NO_COLOR": "1",
            "RUST_BACKTRACE": "0",
        }

    def copy(self, name: str) -> Path:
        project = self.work / name
        shutil.copytree(HERE / "project", project)
        dbt = str(self.venv / "bin" / "dbt")
        self.call([dbt, "deps", "--profiles-dir", "."], project)
        return project

    def call(self, command: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=cwd, env=self.env, capture_output=True, text=True, timeout=120, check=False
        )

    def core(self, questions: list[str]) -> dict[str, Any]:
        project = self.copy("core")
        worker = subprocess.Popen(
            [str(self.venv / "bin" / "python"), str(HERE / "ask_core.py")],
            cwd=project,
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert worker.stdin is not None
        assert worker.stdout is not None
        answers = {}
        for question in questions:
            args = use_selectors(project, question)
            worker.stdin.write(json.dumps(args) + "\n")
            worker.stdin.flush()
            answers[question] = tidy(json.loads(worker.stdout.readline()), project)
        worker.stdin.close()
        worker.wait(timeout=60)
        return self.result(project, answers)

    def v2(self, questions: list[str]) -> dict[str, Any]:
        project = self.copy("v2")
        self.call([str(self.binary), "parse", "--profiles-dir", "."], project)
        answers = {}
        for question in questions:
            args = [*use_selectors(project, question), "--profiles-dir", ".", "--quiet"]
            done = self.call(
                [str(self.binary), "ls", *args, "--output", "json", "--output-keys", "unique_id"], project
            )
            rows = [line for line in done.stdout.splitlines() if line.startswith('{"unique_id"')]
            error = next((line for line in done.stderr.splitlines() if "rror" in line and "[" in line), "")
            warned = [line for line in done.stderr.splitlines() if "does not match" in line]
            answer = {
                "nodes": sorted({json.loads(row)["unique_id"] for row in rows}),
                "warnings": warned,
                "error": (error or f"exit {done.returncode}") if done.returncode else "",
            }
            answers[question] = tidy(answer, project)
        self.call([str(self.binary), "parse", "--profiles-dir", "."], project)
        return self.result(project, answers)

    def result(self, project: Path, answers: dict[str, Any]) -> dict[str, Any]:
        manifest = json.loads((project / "target" / "manifest.json").read_text())
        return {
            "version": manifest["metadata"]["dbt_version"],
            "resources": sorted(list_resources(manifest), key=lambda found: str(found["unique_id"])),
            "answers": answers,
        }


def use_selectors(project: Path, question: str) -> list[str]:
    """Put the question's selectors.yml in place; its arguments."""
    file, args = split_question(question)
    source = HERE / "selectors" / file if file else HERE / "project" / "selectors.yml"
    target = project / "selectors.yml"
    if target.read_bytes() != source.read_bytes():
        shutil.copyfile(source, target)
        os.utime(target)
    return args


def tidy(answer: dict[str, Any], project: Path) -> dict[str, Any]:
    answer["error"] = answer["error"].replace(str(project), "PROJECT")
    return {key: value for key, value in answer.items() if value or key == "nodes"}


def write(found: dict[str, Any]) -> None:
    """One line for each node and answer, so that a change can be read."""
    lines = []
    for engine, result in found.items():
        resources = ",\n".join(f"  {json.dumps(one)}" for one in result["resources"])
        answers = ",\n".join(
            f"  {json.dumps(question)}: {json.dumps(one)}" for question, one in result["answers"].items()
        )
        lines.append(
            f'"{engine}": {{"version": {json.dumps(result["version"])},\n'
            f' "resources": [\n{resources}\n ],\n "answers": {{\n{answers}\n }}}}'
        )
    (HERE / "answers.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--core", type=Path, default=os.environ.get("STATEAWARE_DBT_V1"), help="a venv")
    parser.add_argument("--v2", type=Path, default=os.environ.get("STATEAWARE_DBT_V2"), help="the binary")
    options = parser.parse_args()
    questions = read_questions()
    with tempfile.TemporaryDirectory() as work:
        engines = Engines(options.core, options.v2, Path(work))
        found = {"core": engines.core(questions), "v2": engines.v2(questions)}
    write(found)
    print(f"{len(questions)} questions, engines {[result['version'] for result in found.values()]}")


if __name__ == "__main__":
    main()
