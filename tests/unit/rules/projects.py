"""Small projects written to disk, and what one or more rules find in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stateaware.config.profiles import PROFILES
from stateaware.findings import Edit, Finding, Fix
from stateaware.inputs import LoadOptions
from stateaware.rules.registry import select_rules
from stateaware.text.source import LineIndex
from stateaware.workspace import Project, load_project

PROJECT_FILE = "name: shop\nversion: '1.0'\nprofile: shop\n"


def write_project(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder; a dbt_project.yml that only names the project is added where none is given."""
    for name, text in {"dbt_project.yml": PROJECT_FILE, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    return folder


def read_project(folder: Path, engine: str = "documented", **options: Any) -> Project:
    return load_project(folder, LoadOptions(profile=PROFILES[engine], **{"env": {}, **options}))


def found_in(
    folder: Path,
    files: Mapping[str, str],
    select: str | None = None,
    engine: str = "documented",
    **options: Any,
) -> list[Finding]:
    """The findings in a project of these files, in the order of their places."""
    project = read_project(write_project(folder, files), engine, **options)
    rules = select_rules([select] if select else None, engine=engine)
    found = [f for rule in rules for subject in rule.subjects(project) for f in rule.check(subject, project)]
    return sorted(found, key=lambda f: (f.place.file, f.place.span or (0, 0, 0, 0), f.code))


def marked(finding: Finding, files: Mapping[str, str]) -> str:
    """The text under the carets."""
    span = finding.place.span
    if span is None:
        return ""
    index = LineIndex({"dbt_project.yml": PROJECT_FILE, **files}[finding.place.file])
    start, end = index.offset(span.line, span.column), index.offset(span.end_line, span.end_column)
    return index.text[start:end]


def fixed(files: Mapping[str, str], fix: Fix) -> dict[str, str]:
    """The files with a fix applied."""
    result = dict(files)
    edits = sorted(fix.edits, key=lambda e: (e.file, e.span), reverse=True)
    for edit in edits:
        result[edit.file] = _replace(result[edit.file], edit)
    return result


def _replace(text: str, edit: Edit) -> str:
    index = LineIndex(text)
    start = index.offset(edit.span.line, edit.span.column)
    end = index.offset(edit.span.end_line, edit.span.end_column)
    return text[:start] + edit.text + text[end:]
