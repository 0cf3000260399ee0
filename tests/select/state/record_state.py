"""Records what dbt Core answers to ``state:``, ``result:`` and ``source_status:``.

    python tests/select/state/record_state.py path/to/venv

``then`` is built on DuckDB, with a failing model and tests; its artifacts are the state. ``now`` is laid
over it (``removed.txt`` names what goes), a source gets new rows, and each line of questions.txt is put to
``dbt ls``. Kept are both manifests, results and measurements as `dbt_runs` keeps them, and the answers.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
KEPT: Final = HERE / "recorded"
SQL: Final = "import duckdb, sys; duckdb.connect('shop.duckdb').execute(sys.argv[1])"
TABLES: Final = ("orders", "still", "described_source", "other_window", "other_name", "tagged_source")
PLACES: Final = {"before": "then", "target": "now"}
NAMES: Final = ("manifest.json", "run_results.json", "sources.json")


class Recorder:
    """A copy of the project and the environment of dbt Core."""

    def __init__(self, venv: Path, project: Path) -> None:
        self.venv, self.project = venv, project
        self.env = {
            **os.environ,
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DBT_PROFILES_DIR": str(project),
            "TZ": "UTC",
        }

    def sql(self, text: str) -> None:
        """Run SQL in the project's database."""
        python = str(self.venv / "bin" / "python")
        subprocess.run([python, "-c", SQL, text], cwd=self.project, check=True, timeout=60)

    def dbt(self, *words: str) -> None:
        """Run dbt; some of it is meant to fail."""
        dbt = str(self.venv / "bin" / "dbt")
        done = subprocess.run(
            [dbt, *words],
            cwd=self.project,
            env=self.env,
            check=False,
            timeout=300,
            capture_output=True,
            text=True,
        )
        print(f"dbt {' '.join(words)} -> {done.returncode}", *done.stdout.splitlines()[-3:], sep="\n  ")

    def ask(self, questions: list[str]) -> dict[str, Any]:
        """The answers of dbt ls, in one process."""
        worker = [str(self.venv / "bin" / "python"), str(HERE.parent / "ask_core.py")]
        lines = "".join(json.dumps([*question.split(), "--state", "before"]) + "\n" for question in questions)
        done = subprocess.run(
            worker,
            cwd=self.project,
            env=self.env,
            input=lines,
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        answers = {}
        for question, line in zip(questions, done.stdout.splitlines(), strict=True):
            answer = json.loads(line)
            answers[question] = {key: value for key, value in answer.items() if value or key == "nodes"}
        return answers

    def keep(self, manifests: dict[str, dict[str, Any]], answers: dict[str, Any]) -> None:
        """Write it all below ``recorded``."""
        shutil.rmtree(KEPT, ignore_errors=True)
        used = set().union(*(reached(one) for one in manifests.values()))
        for step, manifest in manifests.items():
            (KEPT / PLACES[step]).mkdir(parents=True)
            for name in NAMES:
                file = self.project / step / name
                if not file.is_file() or (step, name) == ("target", NAMES[1]):
                    continue
                document = manifest if name == NAMES[0] else json.loads(file.read_text("utf-8"))
                text = json.dumps(tidy(document, used), separators=(",", ":"), ensure_ascii=False)
                text = text.replace(str(self.project), "/project")
                (KEPT / PLACES[step] / name).write_text(text + "\n", encoding="utf-8")
        lines = ",\n".join(f"{json.dumps(one)}: {json.dumps(answer)}" for one, answer in answers.items())
        (KEPT / "answers.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


def reached(manifest: dict[str, Any]) -> set[str]:
    """The macros that something uses, also through others."""
    macros, found = manifest["macros"], set()
    groups = ("nodes", "sources", "unit_tests", "exposures", "metrics", "semantic_models", "saved_queries")
    todo = [key for group in groups for node in manifest[group].values() for key in uses(node)]
    todo += [key for key in macros if key.startswith("macro.shop.")]
    while todo:
        key = todo.pop()
        if key in macros and key not in found:
            found.add(key)
            todo += uses(macros[key])
    return found


def uses(entry: dict[str, Any]) -> list[str]:
    """What an entry uses itself."""
    found: list[str] = (entry.get("depends_on") or {}).get("macros") or []
    return found


def tidy(document: dict[str, Any], macros: set[str]) -> dict[str, Any]:
    """Take out what belongs to this machine, and the macros that nothing uses."""
    for key in ("user_id", "project_id"):
        document["metadata"].pop(key, None)
    document["metadata"]["env"] = {}
    if "args" in document:
        document["args"] = {"which": document["args"].get("which")}
    if "macros" in document:
        document["macros"] = {key: one for key, one in document["macros"].items() if key in macros}
        document["docs"] = {}
    return document


def main() -> None:
    """Record."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder).resolve() / "project"
        shutil.copytree(HERE / "then", project)
        recorder = Recorder(Path(sys.argv[1]), project)
        rows = "(id integer, loaded_at timestamptz); insert into raw.{0} values (1, '2026-11-20 08:00:00+00')"
        recorder.sql(
            "create schema raw; " + ";".join(f"create table raw.{one} {rows.format(one)}" for one in TABLES)
        )
        recorder.dbt("build")
        results = (project / "target" / "run_results.json").read_text("utf-8")
        recorder.dbt("source", "freshness")
        (project / "target" / "run_results.json").write_text(results, "utf-8")
        shutil.copytree(project / "target", project / "before")
        shutil.copytree(HERE / "now", project, dirs_exist_ok=True)
        for name in (HERE / "now" / "removed.txt").read_text("utf-8").split():
            (project / name).unlink()
        recorder.sql("insert into raw.orders values (2, '2026-11-21 08:00:00+00')")
        recorder.sql("create table raw.new_source as select * from raw.still")
        recorder.sql("create table raw.other_name_2 as select * from raw.still")
        recorder.dbt("source", "freshness")
        recorder.dbt("parse")
        listed = (HERE / "questions.txt").read_text("utf-8").splitlines()
        answers = recorder.ask([line for line in listed if line and not line.startswith("#")])
        manifests = {
            step: json.loads((project / step / NAMES[0]).read_text("utf-8")) for step in ("before", "target")
        }
        recorder.keep(manifests, answers)


if __name__ == "__main__":
    main()
