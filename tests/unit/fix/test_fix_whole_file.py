"""All safe fixes of a file at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stateaware.check.settings import Settings
from stateaware.findings import Edit, Finding, Fix, Place
from stateaware.fix.edits import apply_edits
from stateaware.fix.whole_file import edits_between, fix_text
from stateaware.index.index import Index
from stateaware.index.what_if import findings_if, fix_all
from stateaware.inputs import LoadOptions
from stateaware.text.span import Span
from written import write_files

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
    after = apply_edits(text, fix_all(index, path, text))
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


def finding(code: str, word: str, new: str, text: str, *, file: str = "m.yml") -> Finding:
    column = text.index(word) + 1
    edit = Edit(file, Span(1, column, 1, column + len(word)), new)
    return Finding(code, "error", "m", Place("m.yml"), item=code, fixes=(Fix("f", (edit,)),))


def test_a_fix_that_does_harm_is_left_out() -> None:
    def analyse(text: str) -> Sequence[Finding]:
        found = [finding("SA1", "a", "A", text)] if "a" in text else []
        found += [finding("SA2", "b", "B", text)] if "b" in text else []
        return [*found, Finding("SA3", "error", "m", Place("m.yml"), item="SA3")] if "B" in text else found

    assert fix_text("a b", analyse("a b"), analyse) == "A b"


def test_an_error_that_a_fix_uncovers_is_fixed_too() -> None:
    def analyse(text: str) -> Sequence[Finding]:
        return [finding(f"SA{word}", word, word.upper(), text) for word in text.split()[:1] if word.islower()]

    def uncovering(text: str) -> Sequence[Finding]:
        return [finding("SA2", "b", "c", text)] if "b" in text else []

    assert fix_text("a", [finding("SA1", "a", "b", "a")], uncovering) == "c"
    assert fix_text("a", analyse("a"), analyse) == "A"


def test_a_fix_that_mends_nothing_is_tried_once() -> None:
    asked = []

    def analyse(text: str) -> Sequence[Finding]:
        asked.append(text)
        return [finding("SA1", "a", "a ", text)]

    assert fix_text("a", analyse("a"), analyse) == "a"
    assert len(asked) < 5


def test_a_fix_of_another_file_is_left_out() -> None:
    found = [finding("SA1", "a", "b", "a", file="other.yml")]
    assert fix_text("a", found, lambda text: ()) == "a"


def test_edits_between_texts_are_of_the_lines_that_differ() -> None:
    before, after = "a\nb\nc\nd", "a\nB\nc\nd\ne"
    edits = edits_between("f", before, after)
    assert apply_edits(before, edits) == after
    assert [edit.span.line for edit in edits] == [2, 4]
    assert edits_between("f", before, before) == ()
