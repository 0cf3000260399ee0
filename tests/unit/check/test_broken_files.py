"""Projects with properties files that are not YAML: the rest of each file counts, and nothing is made up."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from stateaware.check.run import RunOptions, run_project
from stateaware.check.settings import Settings
from stateaware.findings import Finding
from stateaware.index import Index
from stateaware.inputs import LoadOptions
from stateaware.report.resolution import resolution
from stateaware.workspace import load_project
from written import PROJECT, write_files

ROUNDS = int(os.environ.get("STATEAWARE_BROKEN_ROUNDS", "30"))

TREE = PROJECT + (
    "models:\n  shop:\n    +freshness: {build_after: {count: 1, period: day}}\n"
    "sources:\n  shop:\n    web:\n      +freshness: {warn_after: {count: 6, period: hour}}\n"
    "    raw:\n      +freshness: {warn_after: {count: 1, period: day}}\n"
)
MODELS = """\
models:
  - name: orders
    config:
      freshness:
        build_after: {count: 4, period: hours}
  - name: nobody
    config: {freshness: {build_after: {count: 2, period: day}}}
  - name: dim
    versions:
      - v: 1
      - v: 2
        config: {freshness: {build_after: {count: 3}}}
  - name: plain
    config: {freshness: null}  # stateaware: ignore[SA103]
"""
SOURCES = """\
sources:
  - name: raw
    tables:
      - name: pay
        config: {freshness: {warn_after: {count: 2, period: day}}}
      - name: users
  - name: web
    config: {loaded_at_field: [_at]}
    tables:
      - name: visits
"""
FILES: dict[str, str | bytes] = {
    "dbt_project.yml": TREE,
    "models/models.yml": MODELS,
    "models/sources.yml": SOURCES,
    "models/orders.sql": "select * from {{ source('raw', 'pay') }} join {{ source('web', 'visits') }}",
    "models/plain.sql": "select * from {{ ref('orders') }}",
    "models/dim_v1.sql": "select 1 as id",
    "models/dim_v2.sql": "select 1 as id",
}
EDITS = [
    "",
    "[",
    "{",
    "}",
    '"',
    "'",
    ": ",
    "\n",
    "  ",
    "- ",
    "- name: ",
    "&a ",
    "*a",
    "|\n",
    "\t",
    "#",
    "---\n",
]


def found_in(root: Path, files: dict[str, str | bytes]) -> tuple[Finding, ...]:
    """What ``check`` finds."""
    project = load_project(write_files(root, files), LoadOptions(recover=True))
    return run_project(project, RunOptions(Settings())).findings


def codes(findings: tuple[Finding, ...], file: str) -> list[tuple[str, int]]:
    return [
        (f.code, f.place.span.line) for f in findings if f.place.file == file and f.place.span is not None
    ]


def test_the_rest_of_a_broken_file_is_checked_and_the_error_comes_first(tmp_path: Path) -> None:
    whole = codes(found_in(tmp_path / "whole", FILES), "models/models.yml")
    text = MODELS.replace("config: {freshness: null}", "config: {freshness: null")
    broken = found_in(tmp_path / "broken", {**FILES, "models/models.yml": text})
    first, *rest = codes(broken, "models/models.yml")
    assert first[0] == "SA601"
    assert rest == [one for one in whole if one[1] < 14]
    assert {("SA106", 5), ("SA411", 6), ("SA101", 12)} <= set(rest)


def test_no_fix_is_offered_in_a_broken_file(tmp_path: Path) -> None:
    text = MODELS.replace("  - name: plain", "  - name: [plain")
    found = found_in(tmp_path, {**FILES, "models/models.yml": text})
    assert any(finding.code == "SA106" for finding in found)
    assert not any(finding.fixes for finding in found if finding.place.file == "models/models.yml")


def test_a_comment_is_not_unused_where_not_all_is_read(tmp_path: Path) -> None:
    assert "SA901" in [finding.code for finding in found_in(tmp_path / "a", FILES)]
    text = MODELS.replace("- name: orders", "- name: [orders")
    found = found_in(tmp_path / "b", {**FILES, "models/models.yml": text})
    assert not [finding for finding in found if finding.code == "SA901"]


@pytest.mark.parametrize("old", ["- name: visits", "- name: web", "- name: users", "- name: raw"])
def test_nothing_follows_from_a_source_that_cannot_be_read(tmp_path: Path, old: str) -> None:
    whole = codes(found_in(tmp_path / "whole", FILES), "dbt_project.yml")
    text = SOURCES.replace(old, f"{old}: [")
    found = found_in(tmp_path / "broken", {**FILES, "models/sources.yml": text})
    assert codes(found, "models/sources.yml")[0][0] == "SA601"
    assert set(codes(found, "dbt_project.yml")) <= set(whole)
    assert codes(found, "models/orders.sql") == []


def test_effective_values_for_dbt_come_from_whole_files_only(tmp_path: Path) -> None:
    text = MODELS.replace("- name: dim", "- name: [dim").replace("hours", "hour")
    project = load_project(write_files(tmp_path, {**FILES, "models/models.yml": text}), LoadOptions())
    config = resolution(project)["nodes"]["model.shop.orders"]["config"]
    assert config["freshness"]["build_after"]["period"] == "day"


def test_the_editor_says_the_same_as_check_whatever_is_typed(tmp_path: Path) -> None:
    choice = random.Random(11)  # noqa: S311 - the same every time
    root = write_files(tmp_path, FILES)
    overlay: dict[str, bytes] = {}
    index = Index(root, Settings(), LoadOptions(overlay=overlay))
    broken = 0
    for _ in range(ROUNDS):
        texts = {"models/models.yml": MODELS, "models/sources.yml": SOURCES}
        for name in choice.sample(sorted(texts), choice.choice((1, 1, 2))):
            text = texts[name]
            for _ in range(choice.randrange(1, 3)):
                at = choice.randrange(len(text))
                text = text[:at] + choice.choice(EDITS) + text[at + choice.randrange(3) :]
            texts[name] = text
        for name, text in texts.items():
            overlay[str(root / name)] = text.encode()
        index.change([str(root / name) for name in texts])
        every = index.findings()
        fresh = load_project(root, LoadOptions(overlay=overlay, recover=True))
        checked = run_project(fresh, RunOptions(Settings(), folder=".")).findings
        for name in FILES:
            same = [found for found in checked if found.place.file == name]
            said = every.get(name, ())
            assert [(f.code, f.place, f.message) for f in said] == [
                (f.code, f.place, f.message) for f in same
            ]
            assert index.findings_of(str(root / name)) == said, texts
        broken += bool(fresh.broken_files)
    assert broken > ROUNDS // 4


def test_a_file_that_comes_while_dbt_project_is_half_typed_leaves_the_rest_as_it_was(tmp_path: Path) -> None:
    root = write_files(tmp_path, {**FILES, "dbt_project.yml": TREE})
    overlay: dict[str, bytes] = {}
    index = Index(root, Settings(), LoadOptions(overlay=overlay))
    overlay[index.project_file] = (TREE + "    x: {\n").encode()
    index.change([index.project_file])
    write_files(root, {"models/new.sql": "select 1"})
    index.change([str(root / "models/new.sql")], relist=True)
    assert index.stale(index.project_file)
    assert index.project.name == "shop"
    assert index.reads(str(root / "models/new.sql"))
    overlay.clear()
    index.change([index.project_file])
    assert not index.stale(index.project_file)
