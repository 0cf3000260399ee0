"""Reads one input as ``check``, ``resolve``, ``explain``, ``ls`` and ``plan`` do, and says whether all promises were kept."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tracemalloc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Any, Final, Literal, NoReturn, TypeAlias

from fuzz.corpus import Files
from stateaware.check.result import CheckResult, ProjectResult
from stateaware.check.run import RunOptions, run_project
from stateaware.check.settings import Settings, combine
from stateaware.check.settings_file import find_settings
from stateaware.cli.documents import json_text
from stateaware.cli.ls import row_texts as list_rows
from stateaware.config.profiles import PROFILES
from stateaware.errors import UsageError
from stateaware.explain import explain_node, render_explanation
from stateaware.findings import Finding, Place
from stateaware.fix.edits import OverlapError, edit_bytes
from stateaware.forecast.basis import files_basis, make_plan, with_statements
from stateaware.inputs import LoadOptions
from stateaware.plan.modes import Options
from stateaware.records import replace
from stateaware.report import FORMATS, ReportOptions, render
from stateaware.report.explanation import explanation_document
from stateaware.report.plan_document import plan_document
from stateaware.report.plan_lines import plan_lines
from stateaware.report.plan_tree import tree_lines
from stateaware.report.resolution import resolution
from stateaware.text.pieces import plain_line
from stateaware.text.source import LineIndex
from stateaware.workspace import Project, load_project

SECONDS: Final = 2.0
"""CPU time that an input may take, for all engines and commands together."""
MOST_MEMORY: Final = 200 * 2**20
"""Bytes that may be allocated at once while an input is read; inputs are smaller than a megabyte."""
SECRET: Final = "s3cr3t-v4lu3"  # noqa: S105 - must never come out
ENVIRONMENT: Final = {"DBT_ENV_SECRET_FUZZ": SECRET, "FUZZ_HOURS": "6"}
AT: Final = datetime(2026, 11, 22, 9, tzinfo=timezone.utc)
_MOST_EXPLAINED: Final = 5


Care: TypeAlias = Literal["check", "all", "deep"]
"""``check``: as ``check`` and ``ls`` read. ``all``: also as ``resolve`` and ``verify`` do, every file parsed.
``deep``: also every format, every edit on its own, and all of it twice, to be compared."""


class Broken(AssertionError):
    """A promise was not kept."""


class TooSlow(BaseException):
    """The time is over; no ``except Exception`` may swallow it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an input. ``digest`` stands for everything that was put out."""

    digest: str
    findings: int
    refused: str = ""


def examine(files: Files, folder: Path, care: Care) -> Outcome:
    """Write a project and read it under all engines.

    Raises:
        Broken: a finding points nowhere, the output is no JSON, or the second reading differs.
        TooSlow: it took longer than SECONDS of CPU time.
        Exception: whatever left the code; only `UsageError` is allowed to.
    """
    write(files, folder)
    deep = care == "deep"
    with warnings.catch_warnings(), limited(SECONDS * (3 if deep else 1)):
        warnings.simplefilter("error")
        outcome = _read(folder, care)
        if deep and _read(folder, care) != outcome:
            raise Broken("a second reading gives another result")
    return outcome


def measure(files: Files, folder: Path) -> Outcome:
    """Like `examine`, with a limit on memory and without one on time, since tracing is slow.

    Raises:
        Broken: more than MOST_MEMORY was allocated at once.
    """
    write(files, folder)
    tracemalloc.start()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            outcome = _read(folder, "all")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    if peak > MOST_MEMORY:
        raise Broken(f"{peak >> 20} MiB were allocated")
    return outcome


def write(files: Files, folder: Path) -> None:
    """Make the folder hold these files and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise `TooSlow` when the process has used this much CPU time."""

    def over(number: int, frame: FrameType | None) -> NoReturn:
        raise TooSlow(f"more than {seconds} s")

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _read(root: Path, care: Care) -> Outcome:
    deep = care == "deep"
    digest = sha256()
    refused = ""
    try:
        file = find_settings(root)
        settings = combine(file.values)
    except UsageError as error:
        refused, settings = error.message, Settings()
    options = LoadOptions(
        profile=PROFILES[settings.engine],
        target=settings.target,
        vars=settings.vars,
        env={**settings.env, **ENVIRONMENT},
        adapter=settings.adapter,
        now=settings.now,
    )
    count = 0
    for everything in (False, True) if care != "check" else (False,):
        try:
            project = load_project(root, replace(options, everything=everything, recover=not everything))
        except UsageError as error:
            return Outcome(error.message, 0, error.message)
        for engine in PROFILES:
            # the plain reading is what check does; reading everything, what resolve does
            if everything and engine != settings.engine and not deep:
                continue
            shown = deep or everything or engine == settings.engine
            out = _faces(project.under(engine), settings, shown=shown, deep=deep)  # type: ignore[arg-type]
            count += len(out.findings)
            for text in out.texts:
                if SECRET in text:
                    raise Broken("a secret came out")
                digest.update(text.encode("utf-8", "surrogatepass"))
    return Outcome(digest.hexdigest(), count, refused)


@dataclass(frozen=True, slots=True)
class _Faces:
    findings: tuple[Finding, ...]
    texts: list[str]


def _faces(project: Project, settings: Settings, *, shown: bool, deep: bool) -> _Faces:
    """Everything that people and programs may ask of a project under one engine."""
    result = run_project(project, RunOptions(settings, details=deep))
    check_findings(project, result.findings)
    texts = [as_json(resolution(project))]
    if not shown:
        return _Faces(result.findings, texts)
    texts += render_all(result, deep=deep)
    nodes = list(project.nodes.values())
    for node in nodes[: None if deep else _MOST_EXPLAINED]:
        explanation = explain_node(project, node)
        texts.append(render_explanation(project, explanation))
        texts.append(as_json(explanation_document(project, [explanation])))
    if nodes:
        texts.extend(list_rows(nodes))
    texts += _plan(project)
    if deep:
        _check_fixes(project, result.findings)
    return _Faces(result.findings, texts)


def _plan(project: Project) -> list[str]:
    """A plan from the files, as text, with its reasons, and as JSON."""
    basis = files_basis(project)
    kinds = {node.kind for node in basis.lineage.nodes.values()}
    built, loaded = ("model", "model:*@built:2h"), ("source", "source:*@30m")
    basis = with_statements(basis, [text for kind, text in (built, loaded) if kind in kinds], (), AT)
    plan = make_plan(basis, AT, Options())
    lines = [*plan_lines(plan, basis.words, verbosity=1)]
    for unique_id in list(plan.decisions)[:_MOST_EXPLAINED]:
        lines += tree_lines(plan, unique_id)
    texts = [plain_line(line) for line in lines]
    for text in texts:
        check_printable(text)
    document = plan_document(
        plan, project=basis.project, engine=basis.engine, basis=basis.words, files=basis.files
    )
    return [*texts, as_json(document)]


def render_all(result: ProjectResult, *, deep: bool) -> list[str]:
    """The report as text and JSON; ``deep`` in all formats, narrow, and in ASCII."""
    check = CheckResult((result,), 0.0)
    texts = [render("text", check, ReportOptions(exit_code=1))]
    for name in FORMATS if deep else ("json",):
        texts.append(render(name, check, ReportOptions()))
        if name in ("json", "sarif", "gitlab"):
            json.loads(texts[-1], parse_constant=_no_json)
    if deep:
        for width in (20, 0):
            texts.append(
                render("text", check, ReportOptions(width=width, unicode=False, verbosity=1, color=True))
            )
            if not texts[-1].isascii():
                raise Broken("a character that the output cannot carry")
        lines = render("concise", check, ReportOptions()).splitlines()
        if len(lines) != sum(finding.suppressed is None for finding in result.findings):
            raise Broken("a finding takes more than one line")
    for text in texts:
        check_printable(text.replace("\x1b[", "") if deep else text)
    return texts


def check_printable(text: str) -> None:
    """See to it that a terminal shows what is printed and does nothing else."""
    for character in "\x1b\x07\x08\x9b\x00\x7f\u202e\u2066\r":
        if character in text:
            raise Broken(f"{character!a} is printed as it is")


def as_json(document: dict[str, Any]) -> str:
    """The document as the commands print it, read back.

    Raises:
        Broken: it is no JSON.
    """
    json.dumps(document, default=_no_json)
    text = json_text(document)
    json.loads(text, parse_constant=_no_json)
    return text


def _no_json(value: object) -> NoReturn:
    raise Broken(f"{value!r} is no JSON")


def check_findings(project: Project, findings: tuple[Finding, ...]) -> None:
    """See to it that findings say something and point into files that are there.

    Raises:
        Broken: one does not.
    """
    indexes: dict[str, LineIndex | None] = {}
    for finding in findings:
        if not finding.message.strip():
            raise Broken(f"{finding.code}: says nothing")
        places = [finding.place, *(related.place for related in finding.related)]
        places += [Place(edit.file, edit.span) for fix in finding.fixes for edit in fix.edits]
        for place in places:
            if place.file not in indexes:
                text = project.text(place.file)
                indexes[place.file] = None if text is None else LineIndex(text)
            index = indexes[place.file]
            if index is None:
                if not Path(os.path.normpath(project.root / place.file)).exists():
                    raise Broken(f"{finding.code}: no file {place.file}")
            elif place.span is not None and not _is_inside(place.span, index):
                raise Broken(f"{finding.code}: {tuple(place.span)} is not in {place.file}")


def _is_inside(span: Any, index: LineIndex) -> bool:
    if span[:2] > span[2:]:
        return False
    return all(
        1 <= line <= len(index) and 1 <= column <= len(index.line_text(line)) + 1
        for line, column in (span[:2], span[2:])
    )


def _check_fixes(project: Project, findings: tuple[Finding, ...]) -> None:
    """Every fix on its own must be applicable to the files as they are."""
    for finding in findings:
        for fix in finding.fixes:
            for file in dict.fromkeys(edit.file for edit in fix.edits):
                data = project.inputs.read(os.path.normpath(project.root / file))
                try:
                    changed = edit_bytes(data, [edit for edit in fix.edits if edit.file == file])
                except OverlapError as error:
                    raise Broken(f"{finding.code}: {error}") from None
                if changed == data:
                    raise Broken(f"{finding.code}: the fix changes nothing in {file}")
