"""Records what real dbt writes for the small project beside this file, for the tests of the readers.

    python tests/dbt_runs/record.py 1.11 path/to/dbt [--python path/to/python-with-duckdb] [--only-code]

``recorded/<version>/<step>/`` gets the files of each step. They are as dbt wrote them, but for this:

- the folder of the project is ``/project`` wherever it stands in a text, that of the profiles too;
- ``metadata.user_id``, ``project_id`` and ``env`` are taken out;
- of ``macros`` only those stay that some node uses, also through others; ``docs`` of dbt itself go;
- no white space between values.

The clock is the real one, so that times differ from those of the last recording.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MANIFEST, RESULTS, SOURCES = "manifest.json", "run_results.json", "sources.json"
MORE = "insert into raw.orders values (3, 40, timestamptz '2026-11-22 07:30:00+00')"
BIG_ROWS = 60_000
"""Rows that make a seed larger than 1 MiB: dbt Core does not hash those."""

SQL = "import duckdb, sys; duckdb.connect('shop.duckdb').execute(sys.argv[1])"


class Recorder:
    """A copy of the project, the dbt that runs in it, and where the results go."""

    def __init__(self, dbt: str, python: str, project: Path, kept: Path) -> None:
        self.dbt, self.python, self.project, self.kept = dbt, python, project, kept

    def sql(self, text: str) -> None:
        """Run SQL in the project's database."""
        subprocess.run([self.python, "-c", SQL, text], cwd=self.project, check=True, timeout=60)

    def run(self, step: str, command: str, *files: str, fails: str = "") -> None:
        """Run dbt and keep what it wrote. It may end with an error: some are wanted."""
        target = self.project / "target"
        before = {name: (target / name).stat().st_mtime_ns for name in files if (target / name).is_file()}
        env = {**os.environ, "SHOP_FAILS": fails, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "TZ": "UTC"}
        words = [self.dbt, *command.split(), "--profiles-dir", "."]
        done = subprocess.run(
            words, cwd=self.project, env=env, check=False, timeout=300, capture_output=True, text=True
        )
        print(f"{step}: dbt {command} -> {done.returncode}")
        for name in files:
            if not (target / name).is_file() or (target / name).stat().st_mtime_ns == before.get(name):
                print(f"  no {name}: {done.stdout[-2000:]}")
                continue
            document = json.loads((target / name).read_text("utf-8"))
            text = json.dumps(tidy(document), separators=(",", ":"), ensure_ascii=False)
            text = text.replace(str(self.project.resolve()), "/project").replace(
                str(self.project), "/project"
            )
            (self.kept / step).mkdir(parents=True, exist_ok=True)
            (self.kept / step / name).write_text(text + "\n", encoding="utf-8")


def tidy(document: dict[str, Any]) -> dict[str, Any]:
    """Take out what belongs to this machine, and the macros that nothing uses."""
    for key in ("user_id", "project_id"):
        document["metadata"].pop(key, None)
    document["metadata"]["env"] = {}
    if "macros" in document:
        macros, todo, used = document["macros"], [], {}
        for group in ("nodes", "sources", "unit_tests"):
            todo += [one for node in document[group].values() for one in macros_of(node)]
        todo += [key for key, macro in macros.items() if macro["package_name"] == "shop"]
        while todo:
            key = todo.pop()
            if key in macros and key not in used:
                used[key] = macros[key]
                todo += macros_of(macros[key])
        document["macros"] = dict(sorted(used.items()))
        document["docs"] = {}
    return document


def macros_of(node: dict[str, Any]) -> list[str]:
    """What a node or macro uses itself."""
    found: list[str] = (node.get("depends_on") or {}).get("macros") or []
    return found


def record(recorder: Recorder, *, only_code: bool) -> None:
    """All steps."""
    recorder.run("parsed", "parse", MANIFEST)
    if only_code:
        recorder.run("compiled", "compile", MANIFEST, RESULTS)
        recorder.run("run1", "build", RESULTS)
        return
    recorder.sql((HERE / "raw.sql").read_text("utf-8"))
    recorder.run("run1", "source freshness", SOURCES)
    recorder.run("run1", "build", RESULTS, MANIFEST)
    shutil.copytree(recorder.project / "target", recorder.project / "before")
    recorder.sql(MORE)
    recorder.run("run2", "source freshness --select source:raw.orders", SOURCES)
    recorder.run("run2", "build", RESULTS, fails="models")
    recorder.run("run3", "retry", RESULTS)
    recorder.run("tested", "test", RESULTS)
    recorder.run("failing", "test", RESULTS, fails="tests")
    recorder.run("compiled", "compile", RESULTS, MANIFEST)
    recorder.run("documented", "docs generate", RESULTS)
    recorder.run("cloned", "clone --target other --state before --select orders by_country", RESULTS)
    recorder.run("empty", "run --empty --target other --select stg_orders orders", RESULTS)


def main() -> None:
    """Record one dbt."""
    parser = argparse.ArgumentParser()
    parser.add_argument("version")
    parser.add_argument("dbt")
    parser.add_argument("--python", default="python3")
    parser.add_argument("--only-code", action="store_true", help="no warehouse: parse and compile")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        shutil.copytree(
            HERE / "project", project, ignore=shutil.ignore_patterns("target", "logs", "*.duckdb")
        )
        if given.version == "1.8":
            shutil.rmtree(project / "models" / "newer")
        if given.version.startswith("2"):
            shutil.copytree(HERE / "v2", project, dirs_exist_ok=True)  # it wants settings below `config`
        rows = "".join(f"{number},some words of it\n" for number in range(BIG_ROWS))
        (project / "seeds" / "big.csv").write_text(f"id,text\n{rows}", encoding="utf-8")
        recorder = Recorder(given.dbt, given.python, project, HERE / "recorded" / given.version)
        record(recorder, only_code=given.only_code)


if __name__ == "__main__":
    main()
