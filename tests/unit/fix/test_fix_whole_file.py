"""All safe fixes of a file at once."""

from __future__ import annotations

from pathlib import Path

from stateaware.check.settings import Settings
from stateaware.fix.edits import apply_edits, edits_between
from stateaware.index.index import Index
from stateaware.index.what_if import findings_if, fix_all
from stateaware.inputs import LoadOptions
from written import PROJECT, write_files

TEXT = """\
models:
  - name: a # first
    config:
      freshness: {build_after: {count: "4", period: hours}}
  - name: b
    freshness:
      build_after: {count: 1, period: day}
  - name: c
    config:
      freshness:
        build_after: {count: 1} # no period: somebody has to choose
"""


def test_all_that_is_safe_and_nothing_that_is_a_choice(tmp_path: Path) -> None:
    files = {f"models/{name}.sql": "select 1" for name in "abc"}
    write_files(tmp_path, {"models/m.yml": TEXT.replace("\n", "\r\n"), **files})
    index = Index(tmp_path, Settings(), LoadOptions())
    path = str(tmp_path / "models" / "m.yml")
    text = index.inputs.text("models/m.yml")
    assert text is not None
    after = apply_edits(text, fix_all(index, path))
    assert after.replace("\r\n", "\n") == (
        TEXT.replace(
            'freshness: {build_after: {count: "4", period: hours}}',
            "freshness: {build_after: {count: 4, period: hour}}",
        ).replace(
            "    freshness:\n      build_after: {count: 1, period: day}",
            "    config:\n      freshness:\n        build_after: {count: 1, period: day}",
        )
    )
    assert after.count("\r\n") == after.count("\n")
    assert {finding.code for finding in findings_if(index, path, after)} == {"SA101"}


def test_a_fix_of_another_file_is_left_out(tmp_path: Path) -> None:
    # the legacy block of dbt_project.yml cannot be mended from a model's file
    tree = "models:\n  shop:\n    marts: {+freshness: {build_after: {count: '4', period: hour}}}\n"
    write_files(
        tmp_path, {"dbt_project.yml": PROJECT + tree, "models/m.yml": TEXT, "models/a.sql": "select 1"}
    )
    index = Index(tmp_path, Settings(), LoadOptions())
    before = index.findings_of(index.project_file)
    assert any(finding.fixes for finding in before)
    edits = fix_all(index, str(tmp_path / "models" / "m.yml"))
    assert {edit.file for edit in edits} == {"models/m.yml"}


def test_an_open_buffer_is_fixed_and_not_the_file_on_disk(tmp_path: Path) -> None:
    write_files(tmp_path, {"models/m.yml": "models: []\n", "models/a.sql": "select 1"})
    path = str(tmp_path / "models" / "m.yml")
    text = "models:\n  - name: a\n    config: {freshness: {build_after: {count: 4, period: hours}}}\n"
    index = Index(tmp_path, Settings(), LoadOptions(overlay={path: text.encode()}))
    assert apply_edits(text, fix_all(index, path)) == text.replace("hours", "hour")
    assert (tmp_path / "models" / "m.yml").read_text() == "models: []\n"


def test_edits_between_texts_are_of_the_lines_that_differ() -> None:
    before, after = "a\nb\nc\nd", "a\nB\nc\nd\ne"
    edits = edits_between("f", before, after)
    assert apply_edits(before, edits) == after
    assert [edit.span.line for edit in edits] == [2, 4]
    assert edits_between("f", before, before) == ()
