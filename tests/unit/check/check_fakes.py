"""A project in memory, and rules that find words in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from stateaware.findings import Edit, Finding, Fix, Place, Severity
from stateaware.rules.base import Group, Rule, Subject
from stateaware.syntax.ignores import MARKER
from stateaware.syntax.yaml import YamlDocument
from stateaware.text.source import LineIndex
from stateaware.workspace import Project


def make_project(files: dict[str, str], *, engine: str = "documented", name: str = "shop") -> Project:
    """What the runner asks of a project, for files given by path."""
    fake = SimpleNamespace(
        root=Path("/nowhere"),
        name=name,
        engine=SimpleNamespace(name=engine),
        files=sorted(files),
        nodes={"model.shop.orders": object()},
        broken_files=frozenset(),
        marked_files=frozenset(file for file, text in files.items() if MARKER in text),
        packages=(SimpleNamespace(folder=""), SimpleNamespace(folder="dbt_packages/dep")),
        text=files.get,
        project_file=SimpleNamespace(file="dbt_project.yml", readable=True, document=YamlDocument(None)),
        inputs=SimpleNamespace(properties=()),
    )
    return cast("Project", fake)


def places(project: Any, pattern: str) -> Iterator[tuple[str, re.Match[str], Place]]:
    for file in project.files:
        text = project.text(file)
        index = LineIndex(text)
        for found in re.finditer(pattern, text):
            yield file, found, Place(file, index.span(*found.span()))


class WordRule(Rule):
    """Every `item LABEL WORD` is a subject; the words in `bad` are findings.

    ## What it does
    It is for tests.
    """

    code = "SA101"
    name = "bad-word"
    group: Group = "required"
    severity: Severity = "error"
    bad = ("bad",)
    fix_with: str | None = None

    def subjects(self, project: Project) -> Iterable[Subject]:
        for _, found, place in places(project, r"item (\w+) (\w+)"):
            yield Subject(place, found[1], data=found[2])

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        if subject.data not in self.bad:
            return
        fixes = ()
        if self.fix_with is not None and subject.place.span is not None:
            text = f"item {subject.label} {self.fix_with}"
            fixes = (Fix("Write it", (Edit(subject.place.file, subject.place.span, text),)),)
        yield Finding(self.code, self.severity, f"{subject.data} is bad", subject.place, fixes=fixes)


def make_rule(code: str, name: str, **attributes: Any) -> WordRule:
    """A `WordRule` of another code."""
    return cast(
        "WordRule",
        type(name, (WordRule,), {"code": code, "name": name, "__doc__": WordRule.__doc__, **attributes})(),
    )
