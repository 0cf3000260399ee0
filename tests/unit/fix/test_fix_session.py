"""Fixing in rounds, against an analysis that is a function of the text."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from stateaware.findings import Edit, Finding, Fix, Place, Severity
from stateaware.fix.choose import choose
from stateaware.fix.session import FixResult, work_out
from stateaware.records import replace
from stateaware.text.source import LineIndex
from stateaware.text.span import Span

_WORD = re.compile(r"(\w+)>(\S*)")


class Analysis:
    """Finds ``name>text`` in files, each of which is fixed by writing the text; counts how often it ran.

    ``boom`` in a file is an error that nothing fixes, ``stay`` a finding whose fix changes nothing.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.runs = 0

    def __call__(self, overlay: Mapping[str, bytes]) -> list[Finding]:
        self.runs += 1
        found: list[Finding] = []
        for path in sorted(self.root.iterdir()):
            data = overlay.get(os.path.normpath(path), path.read_bytes())
            found += self.findings(path.name, data.decode())
        return found

    def findings(self, file: str, text: str) -> Iterator[Finding]:
        index = LineIndex(text)
        for number, found in enumerate(re.finditer("(?<!>)boom", text)):
            yield Finding(
                "SA001", "error", "boom", Place(file, index.span(*found.span())), item=f"{file}::{number}"
            )
        for found in _WORD.finditer(text):
            name, new = found[1], found[2].replace("_", " ")
            severity: Severity = "error" if name == "err" else "warning"
            edit = Edit(file, index.span(*found.span()), found[0] if name == "stay" else new)
            yield Finding(
                "SA101",
                severity,
                name,
                Place(file, edit.span),
                item=f"{file}::{name}",
                fixes=(Fix(f"Write {new}", (edit,), safe=name != "unsafe"),),
            )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path


def fix(root: Path, text: str, *, unsafe: bool = False, file: str = "a.txt") -> tuple[FixResult, str, int]:
    (root / file).write_text(text, newline="")
    analysis = Analysis(root)
    result = work_out(root, analysis({}), analysis, lambda finding, fix: fix.safe or unsafe)
    after = result.changes[0].after.decode() if result.changes else text
    assert (root / file).read_text() == text  # nothing is written by working it out
    return result, after, analysis.runs


def test_all_fixes_of_a_round_are_analysed_together(root: Path) -> None:
    result, after, runs = fix(root, "a>1 b>2\nc>3\n")
    assert after == "1 2\n3\n"
    assert len(result.fixed) == 3
    assert runs == 2
    assert result.left == ()


def test_rounds_go_on_until_nothing_is_left(root: Path) -> None:
    result, after, runs = fix(root, "a>b>c>done\n")
    assert after == "done\n"
    assert [finding.message for finding in result.fixed] == ["a", "b", "c"]
    assert runs == 4


def test_unsafe_fixes_only_when_asked_for(root: Path) -> None:
    assert fix(root, "unsafe>1 a>2")[1] == "unsafe>1 2"
    assert fix(root, "unsafe>1 a>2", unsafe=True)[1] == "1 2"


def test_a_fix_that_brings_an_error_is_left_out_and_the_others_are_applied(root: Path) -> None:
    result, after, runs = fix(root, "a>1 b>2 c>boom d>4 e>5 f>6 g>7 h>8")
    assert after == "1 2 c>boom 4 5 6 7 8"
    assert [finding.message for finding in result.refused] == ["c"]
    assert [finding.message for finding in result.left] == ["c"]
    assert runs < 15


def test_a_fix_that_changes_nothing_is_left_out(root: Path) -> None:
    result, after, _ = fix(root, "stay>1 a>2")
    assert after == "stay>1 2"
    assert [finding.message for finding in result.refused] == ["stay"]


def test_an_error_that_was_there_before_does_no_harm(root: Path) -> None:
    assert fix(root, "boom a>1")[1] == "boom 1"


def test_a_new_error_that_can_be_fixed_is_fixed(root: Path) -> None:
    result, after, _ = fix(root, "a>err>1 z>2")
    assert after == "1 2"
    assert result.left == ()


def test_a_new_error_that_stays_in_the_end_takes_its_cause_back(root: Path) -> None:
    _, after, _ = fix(root, "a>err>boom z>2")
    assert after == "a>err>boom 2"


def test_yaml_must_stay_yaml(root: Path) -> None:
    result, after, _ = fix(root, "x: a>{ \ny: b>2\n", file="s.yml")
    assert after == "x: a>{ \ny: 2\n"
    assert [finding.message for finding in result.refused] == ["a"]


def test_a_fix_must_not_write_a_key_twice(root: Path) -> None:
    _, after, _ = fix(root, "y: 1\nb>y: 2\n", file="s.yml")
    assert after == "y: 1\nb>y: 2\n"


def test_fixes_for_each_other_do_not_go_on_for_ever(root: Path) -> None:
    class Endless(Analysis):
        def findings(self, file: str, text: str) -> Iterator[Finding]:
            index = LineIndex(text)
            span = index.span(0, len(text))
            yield Finding(
                "SA101",
                "warning",
                text,
                Place(file, span),
                item=text,
                fixes=(Fix("Turn", (Edit(file, span, "b" if text == "a" else "a"),)),),
            )

    (root / "a.txt").write_text("a")
    analysis = Endless(root)
    work_out(root, analysis({}), analysis, lambda finding, fix: True)
    assert analysis.runs < 70


def test_a_file_that_vanished_is_left_alone(root: Path) -> None:
    (root / "a.txt").write_text("a>1")
    analysis = Analysis(root)
    findings = analysis({})
    (root / "a.txt").unlink()
    assert work_out(root, findings, analysis, lambda finding, fix: True).changes == ()


def test_what_other_fixes_brought_to_light_is_told_apart(root: Path) -> None:
    result, _, _ = fix(root, "a>b>c")
    assert [finding.message for finding in result.fixed] == ["a", "b"]
    assert [finding.message for finding in result.uncovered] == ["b"]


def test_a_choice_is_left_to_people() -> None:
    span = Span(1, 1, 1, 2)
    one, other = (Fix(text, (Edit("a", span, text),), safe=False) for text in "ab")
    safe = Fix("c", (Edit("a", span, "c"),))
    place = Place("a", span)
    choice = Finding("SA001", "error", "x", place, fixes=(one, other))
    assert choice.settled_fix(lambda fix: True) is None
    assert choice.settled_fix(lambda fix: fix is other) is other
    assert replace(choice, fixes=(one, other, safe)).settled_fix(lambda fix: True) is safe
    assert choose([choice], lambda finding, fix: True) == []
