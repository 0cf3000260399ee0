"""The mistakes of examples/jaffle_shop_broken, one at a time and all together.

python tests/conformance/oracle/mistakes.py build                          write the example's files
python tests/conformance/oracle/mistakes.py record --v1 VENV --v2 BINARY   ask dbt about each alone
python tests/conformance/oracle/mistakes.py readme                         write the example's README.md
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from dbt_answers import CONFIG_KEYS, Diagnostic, Run, in_order
from dbt_engines import HERE, DbtCore, DbtV2, Engine, Question
from run_oracle import load

EXAMPLES: Final = HERE.parents[2] / "examples"
CLEAN: Final = EXAMPLES / "jaffle_shop"
BROKEN: Final = EXAMPLES / "jaffle_shop_broken"
ANSWERS: Final = HERE / "mistakes.expected.yaml"
NOT_COPIED: Final = ("README.md", "*.duckdb*", "logs", "target")
HEAD: Final = """\
# jaffle_shop_broken

The project in `examples/jaffle_shop`, with mistakes that people really make in freshness configuration.
`stateaware check` finds all {count} in one go:

```console
$ stateaware check examples/jaffle_shop_broken
```

`dbt parse` does not. On the whole project

- dbt v2 ({v2}) gives {all_v2};
- dbt Core ({v1}) gives {all_v1}.

So below, dbt was asked about each mistake alone, in the good project, on DuckDB;
lines in its answers are lines of the files with only that mistake in them.
`tests/conformance/oracle/mistakes.py` makes this project and this page, and a test asks dbt again.

"""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``old``, which stands once in ``file``, by ``new``; without ``old`` the file is new."""

    file: str
    new: str
    old: str | None = None

    def apply(self, project: Path) -> None:
        target = project / self.file
        if self.old is None:
            target.write_text(self.new, "utf-8")
            return
        text = target.read_text("utf-8")
        old, new = self.old.removesuffix("\n"), self.new.removesuffix("\n")
        if text.count(old) != 1:
            message = f"{self.file}: {text.count(old)} places match {old!r}"
            raise ValueError(message)
        target.write_text(text.replace(old, new), "utf-8")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: what it is, the rule that finds it, and the edits that make it."""

    id: str
    rule: str
    what: str
    edits: tuple[Edit, ...]


def read_mistakes() -> tuple[Mistake, ...]:
    return tuple(
        Mistake(entry["id"], entry["rule"], entry["what"], tuple(Edit(**edit) for edit in entry["edits"]))
        for entry in load(HERE / "mistakes.yaml")
    )


def copy_with(mistakes: Iterable[Mistake], target: Path) -> Path:
    """A copy of the clean example with these mistakes in it."""
    shutil.copytree(CLEAN, target, ignore=shutil.ignore_patterns(*NOT_COPIED), dirs_exist_ok=True)
    for mistake in mistakes:
        for edit in mistake.edits:
            edit.apply(target)
    return target


def ask(engine: Engine, name: str, mistakes: Iterable[Mistake], work: Path) -> Run:
    """What the engine says about the clean example with these mistakes in it."""
    project = work / "projects" / name
    if not project.exists():
        copy_with(mistakes, project)
    return engine.ask(Question(id=name, project=project, profile="jaffle_shop"))


def summarise(run: Run, clean: Run) -> dict[str, Any]:
    """What differs from the clean project: messages, and the configuration keys that changed."""
    answer: dict[str, Any] = {"exit_code": run["exit_code"], "manifest_written": run["manifest_written"]}
    for key in ("errors", "warnings"):
        if run[key]:
            answer[key] = in_order(run)[key]
    if run["manifest_written"]:
        changes = {
            unique_id: _changed_keys(run["nodes"].get(unique_id), node)
            for unique_id, node in clean["nodes"].items()
        }
        changed = {unique_id: change for unique_id, change in changes.items() if change}
        if changed:
            answer["changed"] = changed
    return answer


def questions() -> dict[str, tuple[Mistake, ...]]:
    """Every mistake alone, under its id, and all of them together, under ``all``."""
    mistakes = read_mistakes()
    return {mistake.id: (mistake,) for mistake in mistakes} | {"all": mistakes}


def ask_all(engines: Sequence[Engine], work: Path) -> dict[str, Any]:
    """The answers to all questions, by engine."""
    clean = {engine.name: ask(engine, "clean", (), work) for engine in engines}
    return {
        name: {
            engine.name: summarise(ask(engine, name, made, work), clean[engine.name]) for engine in engines
        }
        for name, made in questions().items()
    }


def place_of(mistake: Mistake) -> str:
    """File and line of the first line that the mistake changes, in the broken example."""
    edit = mistake.edits[-1]
    if edit.old is None:
        return edit.file
    old, new = edit.old.splitlines(), edit.new.splitlines()
    at = next(i for i, line in enumerate(new) if i >= len(old) or line != old[i])
    text = (BROKEN / edit.file).read_text("utf-8")
    return f"{edit.file}:{text[: text.index(edit.new.rstrip())].count(chr(10)) + at + 1}"


def write_readme() -> str:
    recorded = load(ANSWERS)
    answers = recorded["answers"]
    whole = {f"all_{engine}": _codes(answers["all"][engine]) for engine in ("v1", "v2")}
    parts = [HEAD.format(count=len(read_mistakes()), **recorded["versions"], **whole)]
    for number, mistake in enumerate(read_mistakes(), 1):
        rule = f"[{mistake.rule}](../../docs/rules/{mistake.rule}.md)"
        parts.append(f"## {number}. `{place_of(mistake)}`\n\n{mistake.what}\n\n- `stateaware`: {rule}.\n")
        for label, engine in (("dbt v2", "v2"), ("dbt Core", "v1")):
            answer = answers[mistake.id][engine]
            parts.append(f"- {label}: {'; '.join([_messages(answer), *_changes(answer)])}.\n")
        parts.append("\n")
    return "".join(parts).rstrip() + "\n"


def _changed_keys(after: Mapping[str, Any] | None, before: Mapping[str, Any]) -> Any:
    if after is None:
        return "gone"
    return {
        key: after["config"].get(key)
        for key in CONFIG_KEYS
        if after["config"].get(key) != before["config"].get(key)
    }


def _messages(answer: Mapping[str, Any]) -> str:
    said = [_message("error", error) for error in answer.get("errors", ())]
    said += [_message("warning", warning) for warning in answer.get("warnings", ())]
    if not answer["manifest_written"]:
        said.append("no manifest is written")
    return "; ".join(said) or "nothing"


def _codes(answer: Mapping[str, Any]) -> str:
    said = [f"error {_code(error)}{_at(error)}" for error in answer.get("errors", ())]
    said += [f"warning {_code(warning)}{_at(warning)}" for warning in answer.get("warnings", ())]
    return ", ".join(dict.fromkeys(said)) + ("" if answer["manifest_written"] else ", and no manifest")


def _code(diagnostic: Diagnostic) -> str:
    return str(diagnostic["code"] or diagnostic["category"])


def _at(diagnostic: Diagnostic) -> str:
    where = ":".join(str(diagnostic[key]) for key in ("file", "line") if key in diagnostic)
    return f" at `{where}`" if where else ""


def _message(kind: str, diagnostic: Diagnostic) -> str:
    text = re.sub(r"^(\[\w+\])+:? *", "", diagnostic["message"]).replace("`", "'").rstrip(".")
    text = text if len(text) <= 150 else text[:149].rsplit(" ", 1)[0] + " …"
    return f"{kind} {_code(diagnostic)}{_at(diagnostic)}, “{text}”"


def _changes(answer: Mapping[str, Any]) -> list[str]:
    groups: dict[str, list[str]] = {}
    for unique_id, change in answer.get("changed", {}).items():
        groups.setdefault(_config(change), []).append(f"`{unique_id.split('.', 2)[2]}`")
    return [f"{', '.join(names)} then {config}" for config, names in groups.items()]


def _config(change: Any) -> str:
    if change == "gone":
        return "gone from the manifest"
    flow = yaml.safe_dump(change, default_flow_style=True, width=10_000, sort_keys=False).strip()
    return f"`{flow.removeprefix('{').removesuffix('}')}`"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["build", "record", "readme"])
    parser.add_argument("--v1", metavar="VENV", default=os.environ.get("STATEAWARE_DBT_V1"))
    parser.add_argument("--v2", metavar="BINARY", default=os.environ.get("STATEAWARE_DBT_V2"))
    options = parser.parse_args(argv)
    if options.what == "build":
        copy_with(read_mistakes(), BROKEN)
    elif options.what == "readme":
        (BROKEN / "README.md").write_text(write_readme(), "utf-8")
    elif not (options.v1 and options.v2):
        parser.error("record needs both engines: --v1 and --v2")
    else:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            work = Path(folder)
            core = stack.enter_context(DbtCore(Path(options.v1), work))
            engines: list[Engine] = [DbtV2(Path(options.v2), work), core]
            versions = {engine.name: engine.version for engine in engines}
            document = {"versions": versions, "answers": ask_all(engines, work)}
        text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=140)
        ANSWERS.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
