"""What an editor waits for: our language server under edits and hovers, and beside it that of dbt v2."""

from __future__ import annotations

import os
import random
import re
import shutil
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from measure import Command, run
from server import Peer

from conformance.case import find_cases

YAML_BYTES: Final = 30_000
MOST_MEMORY: Final = 300
SILENCE: Final = 30
"""Seconds after which a server that has said nothing is not waited for."""
CASES: Final = Path(__file__).parents[1] / "conformance" / "cases"
START_OVER_PARSE: Final = 1 / 10


@dataclass(frozen=True)
class Figure:
    """Something measured, in its unit, and what it may be at most (None where there is no target)."""

    what: str
    value: float
    unit: str
    target: float | None = None
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether it is within the target."""
        return self.target is None or self.value <= self.target

    def __str__(self) -> str:
        aim = (
            "no target"
            if self.target is None
            else f"target {self.target:g} {'met' if self.met else 'NOT MET'}"
        )
        return f"{self.what:<52} {self.value:9.2f} {self.unit:<5} {aim:<22} {self.note}, load {os.getloadavg()[0]:.1f}"


class Editing:
    """Measures one generated project. ``server`` starts ours, ``parse`` a parse of dbt v2, if it is there."""

    def __init__(self, root: Path, server: Command, parse: Command | None, times: int) -> None:
        self.root = root
        self.server = server
        self.parse = parse
        self.times = times
        self.random = random.Random(1)  # noqa: S311 - not for secrets
        self.models = sorted(path.relative_to(root).as_posix() for path in root.glob("models/**/*.sql"))
        self.properties = sorted(
            path.relative_to(root).as_posix() for path in root.glob("models/**/*__models.yml")
        )

    def rows(self) -> Iterator[Figure]:
        """All figures, each as soon as it is there."""
        yield from self.starting()
        peer = Peer(self.server, self.root, {"delay": 0})
        peer.ready()
        yield from self.latencies("SQL edit to diagnostics", self.edit_sql(peer), 5, 50)
        yield from self.latencies(
            f"YAML edit, {YAML_BYTES // 1000} KB, to diagnostics", self.edit_yaml(peer), 25, None
        )
        yield from self.latencies("hover", self.hover(peer), None, 20)
        memory = peer.memory()
        peer.stop()
        yield from self.edit_project()
        yield Figure("most memory of the server", memory, "MiB", MOST_MEMORY)

    def starting(self) -> Iterator[Figure]:
        """From the start of the process to the first diagnostics, beside a parse of dbt v2."""
        ratios, ours, theirs = [], [], []
        for _ in range(max(1, min(5, self.times))):
            peer = Peer(self.server, self.root, {})
            peer.ready(first=True)
            ours.append(time.perf_counter() - peer.started)
            peer.stop()
            if self.parse is not None:
                theirs.append(run(self.parse).wall)
                ratios.append(ours[-1] / theirs[-1])
        note = f"n={len(ours)}"
        yield Figure("start to first diagnostics", statistics.median(ours), "s", note=note)
        if ratios:
            note += f", dbt parse {statistics.median(theirs):.2f} s"
            yield Figure(
                "start to first diagnostics / dbt parse, v2",
                statistics.median(ratios),
                "",
                START_OVER_PARSE,
                note,
            )

    def latencies(
        self, what: str, seconds: list[float], middle: float | None, tail: float | None
    ) -> Iterator[Figure]:
        """The median and the 99th percentile, in milliseconds."""
        ordered = sorted(one * 1000 for one in seconds)
        note = f"n={len(ordered)}, most {ordered[-1]:.1f} ms"
        yield Figure(f"{what}, p50", statistics.median(ordered), "ms", middle, note)
        yield Figure(f"{what}, p99", ordered[int(0.99 * (len(ordered) - 1))], "ms", tail, note)

    def pause(self, number: int) -> None:
        """Between two edits: mostly typing, and now and then long enough for a check of everything to begin."""
        time.sleep(0.45 + self.random.random() * 0.3 if number % 10 == 9 else 0.03)

    def edit_sql(self, peer: Peer) -> list[float]:
        """Edits of what a model's ``config()`` says."""
        found: list[float] = []
        for file in self.random.sample(self.models, min(len(self.models), max(2, self.times * 4))):
            uri = peer.open(file)
            peer.told(uri)
            for version in range(2, 12):
                started = time.perf_counter()
                peer.edit(uri, version, 2, 8, f"enabled={version % 2 == 0}, "[: 9 + version % 2])
                peer.told(uri)
                found.append(time.perf_counter() - started)
                self.pause(version)
            peer.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
            peer.told(uri)
        return found

    def edit_yaml(self, peer: Peer) -> list[float]:
        """Edits of models' properties in a file of a certain size."""
        found: list[float] = []
        for file in self.random.sample(self.properties, min(len(self.properties), max(2, self.times * 2))):
            text = (self.root / file).read_text("utf-8")
            end = text.find("\n  - name: ", YAML_BYTES)
            text = text[: end + 1] if end > 0 else text
            uri = peer.open(file, text)
            peer.told(uri)
            lines = [at for at, line in enumerate(text.splitlines()) if line.startswith("  - name: ")]
            for version in range(2, 22):
                line = self.random.choice(lines) + 1
                started = time.perf_counter()
                peer.edit(uri, version, line, 0, "    freshness: {build_after: {count: 4, period: hours}}\n")
                peer.told(uri)
                found.append(time.perf_counter() - started)
                self.pause(version)
                where = {"start": {"line": line, "character": 0}, "end": {"line": line + 1, "character": 0}}
                change = {
                    "textDocument": {"uri": uri, "version": version},
                    "contentChanges": [{"range": where, "text": ""}],
                }
                peer.tell("textDocument/didChange", change)
                peer.told(uri)
            peer.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
            peer.told(uri)
        return found

    def hover(self, peer: Peer) -> list[float]:
        """Hovers over models' entries, references and configuration, in files that are open."""
        found: list[float] = []
        answered = 0
        for kind, pattern in (
            (self.models, r"ref\('|config\(|freshness"),
            (self.properties, r"- name: \w+__|freshness"),
        ):
            for file in self.random.sample(kind, min(len(kind), max(2, self.times * 3))):
                text = (self.root / file).read_text("utf-8")
                uri = peer.open(file)
                peer.told(uri)
                places = [
                    (at, match.end() - 1)
                    for at, line in enumerate(text.splitlines())
                    for match in re.finditer(pattern, line)
                ]
                for line, column in self.random.sample(places, min(len(places), 10)):
                    position = {"line": line, "character": column}
                    started = time.perf_counter()
                    answer = peer.ask(
                        "textDocument/hover", {"textDocument": {"uri": uri}, "position": position}
                    )
                    found.append(time.perf_counter() - started)
                    answered += answer is not None
                peer.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
                peer.told(uri)
        if not answered:
            raise SystemExit("no hover was answered, so that there is nothing to measure")
        return found

    def edit_project(self) -> Iterator[Figure]:
        """An edit of dbt_project.yml until every file that it affects was told about."""
        peer = Peer(self.server, self.root, {"delay": 0, "pause": 0})
        peer.ready()
        text = (self.root / "dbt_project.yml").read_text("utf-8")
        uri = peer.open("dbt_project.yml")
        peer.ready()
        line = next(
            at for at, content in enumerate(text.splitlines()) if content.startswith("    +materialized")
        )
        block = "    +freshness: {build_after: {count: 5, period: hour}}\n"
        found, files = [], 0
        for number in range(max(2, self.times)):
            started = time.perf_counter()
            peer.edit(uri, 2 * number + 2, line, 0, block)
            files = max(files, len(peer.ready()))
            found.append(time.perf_counter() - started)
            where = {"start": {"line": line, "character": 0}, "end": {"line": line + 1, "character": 0}}
            name = {"uri": uri, "version": 2 * number + 3}
            peer.tell(
                "textDocument/didChange",
                {"textDocument": name, "contentChanges": [{"range": where, "text": ""}]},
            )
            peer.ready()
        peer.stop()
        note = f"n={len(found)}, {files} files told"
        yield Figure("dbt_project.yml edit to all affected files", statistics.median(found), "s", 0.5, note)


def beside(ours: Command, dbt: Path, project: Path, scratch: Path, file: str) -> Iterator[str]:
    """Both servers on one project: how long until something is said, and again after a mistake is made."""
    for name in ("stateaware", "dbt lsp"):
        root = _copy(project, scratch)
        peer = _start(name, ours, dbt, root)
        uri = peer.open(file)
        first = peer.told(some=True, patience=SILENCE)
        begun = time.perf_counter() - peer.started
        peer.quiet()
        lines = (root / file).read_text("utf-8").splitlines()
        started = time.perf_counter()
        peer.edit(
            uri, 2, len(lines), 0, "  - name: another\n    config: {freshness: {build_after: {count: 1}}}\n"
        )
        again = peer.told(uri, patience=SILENCE)
        after = time.perf_counter() - started
        peer.stop()
        said = f"first diagnostics {begun:.2f} s" if first else f"no diagnostics in {SILENCE} s"
        said += f", after an edit {after * 1000:.0f} ms" if again else f", none in {SILENCE} s after an edit"
        yield f"{project.name}, {name:<10}: {said}"


def mistakes(ours: Command, dbt: Path, scratch: Path, most: int) -> Iterator[str]:
    """In which of some conformance cases each server says something, ours under dbt v2's rules."""
    cases = find_cases(CASES)
    chosen = random.Random(2).sample(cases, min(most, len(cases)))  # noqa: S311 - not for secrets
    found: dict[str, set[str]] = {"stateaware": set(), "dbt lsp": set()}
    for name, told in found.items():
        for case in chosen:
            root = _copy(case.project, scratch)
            peer = _start(name, ours, dbt, root)
            for path in sorted(root.rglob("*")):
                if path.suffix in {".yml", ".sql"}:
                    peer.open(path.relative_to(root).as_posix())
            if peer.told(some=True, patience=10) is not None:
                told.add(case.id)
            peer.stop()
    mine, theirs = found.values()
    yield f"of {len(chosen)} conformance cases both servers say something in {len(mine & theirs)}"
    yield f"  only stateaware in {len(mine - theirs)}: {', '.join(sorted(mine - theirs))}"
    yield f"  only dbt lsp in {len(theirs - mine)}: {', '.join(sorted(theirs - mine))}"


def _copy(project: Path, scratch: Path) -> Path:
    root = scratch / "beside"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(project, root)
    if not (root / "profiles.yml").is_file():
        text = (root / "dbt_project.yml").read_text("utf-8", "replace")
        name = re.search(r"^profile: *(\w+)", text, re.MULTILINE)
        output = "{type: duckdb, path: ':memory:', schema: main, threads: 2}"
        profile = f"{name[1] if name else 'none'}:\n  target: dev\n  outputs:\n    dev: {output}\n"
        (root / "profiles.yml").write_text(profile, "utf-8")
    return root


def _start(name: str, ours: Command, dbt: Path, root: Path) -> Peer:
    if name == "stateaware":
        return Peer(ours, root, {"delay": 0, "engine": "fusion"})
    environment = (("DBT_SEND_ANONYMOUS_USAGE_STATS", "false"), ("DO_NOT_TRACK", "1"))
    words = (str(dbt), "lsp", "--project-dir", str(root), "--profiles-dir", str(root))
    return Peer(Command(words, root, environment), root, {})
