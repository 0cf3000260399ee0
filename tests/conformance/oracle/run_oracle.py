"""Asks the real dbt engines about the conformance cases, and records or compares their answers.

    python tests/conformance/oracle/run_oracle.py --v1 VENV --v2 BINARY --check          compare
    python tests/conformance/oracle/run_oracle.py --v1 VENV --v2 BINARY --only 'src_*'   record

A case is a folder with case.yaml (id, title, topic; optional args, env, deps, engines) and project/;
the answers stand beside them in expected.yaml.
"""

from __future__ import annotations

import argparse
import fnmatch
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from dbt_answers import Run, comparable, in_order
from dbt_engines import HERE, DbtCore, DbtV2, Engine, Question

CASES: Final = HERE.parent / "cases"
ENGINES: Final = ("v2", "v1")


@dataclass(frozen=True, slots=True)
class Case:
    """One case folder."""

    folder: Path
    title: str
    topic: str
    engines: tuple[str, ...]
    question: Question

    @property
    def id(self) -> str:
        return self.question.id

    def recorded(self) -> dict[str, Run]:
        """The recorded run of each engine; empty for a case that was never asked."""
        file = self.folder / "expected.yaml"
        if not file.exists():
            return {}
        return {run["engine"]: run for run in load(file)["runs"]}


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def load(file: Path) -> Any:
    return yaml.load(file.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def read_case(folder: Path) -> Case:
    case = load(folder / "case.yaml")
    question = Question(
        id=case["id"],
        project=folder / "project",
        args=tuple(str(arg) for arg in case.get("args") or ["parse"]),
        env=case.get("env") or {},
        deps=bool(case.get("deps")),
    )
    return Case(folder, case["title"], case["topic"], tuple(case.get("engines") or ENGINES), question)


def find_cases(folder: Path, only: Sequence[str] = ()) -> Iterator[Case]:
    for file in sorted(folder.glob("*/case.yaml")):
        if not only or any(fnmatch.fnmatch(file.parent.name, pattern) for pattern in only):
            yield read_case(file.parent)


def same(recorded: Run, answer: Run) -> bool:
    """Whether two runs agree in all that does not vary by itself."""
    through_yaml = yaml.safe_load(yaml.dump(comparable(answer), Dumper=_Dumper, sort_keys=False))
    return bool(through_yaml == comparable(recorded))


def write_answers(case: Case, runs: dict[str, Run]) -> None:
    kept = {**case.recorded(), **runs}
    document = {
        "id": case.id,
        "title": case.title,
        "topic": case.topic,
        "runs": [in_order(kept[engine]) for engine in ENGINES if engine in kept and engine in case.engines],
    }
    text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=140)
    (case.folder / "expected.yaml").write_text(text, "utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--v1", metavar="VENV", default=os.environ.get("STATEAWARE_DBT_V1"))
    parser.add_argument("--v2", metavar="BINARY", default=os.environ.get("STATEAWARE_DBT_V2"))
    parser.add_argument("--cases", type=Path, default=CASES)
    parser.add_argument("--only", nargs="*", default=[], metavar="GLOB")
    parser.add_argument("--missing", action="store_true", help="only cases without recorded answers")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 on a difference")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        work = Path(folder)
        engines: list[Engine] = []
        if options.v2:
            engines.append(DbtV2(Path(options.v2), work))
        if options.v1:
            engines.append(stack.enter_context(DbtCore(Path(options.v1), work)))
        if not engines:
            parser.error("name an engine: --v1, --v2, or both")
        cases = [
            case
            for case in find_cases(options.cases, options.only)
            if not (options.missing and case.recorded())
        ]
        different: list[str] = []
        for case in cases:
            runs = {
                engine.name: engine.ask(case.question) for engine in engines if engine.name in case.engines
            }
            if options.check:
                recorded = case.recorded()
                different += [
                    f"{case.id} {name}"
                    for name, run in runs.items()
                    if name not in recorded or not same(recorded[name], run)
                ]
            else:
                write_answers(case, runs)
    print(f"{len(cases)} cases asked", *(f"differs: {name}" for name in different), sep="\n")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
