"""The comment that silences a finding: it is where it is read, and nothing else comes of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from stateaware.check.settings import Settings
from stateaware.config.profiles import PROFILES
from stateaware.findings import Finding, Place
from stateaware.fix.edits import apply_edits
from stateaware.fix.suppress import suppress
from stateaware.index.index import Index
from stateaware.index.what_if import findings_if
from stateaware.inputs import LoadOptions
from stateaware.text.source import LineIndex
from written import write_files

CASES = Path(__file__).parents[2] / "conformance" / "cases"
EXAMPLES = Path(__file__).parents[3] / "examples"


def suppressed(file: str, text: str, mark: str, code: str = "SA106") -> str:
    """A text after a finding at the first occurrence of ``mark`` was silenced."""
    at = text.index(mark)
    span = LineIndex(text).span(at, at + len(mark))
    return apply_edits(text, suppress(text, Finding(code, "error", "m", Place(file, span))))


def test_behind_a_line_of_yaml() -> None:
    text = "models:\n  - name: a\n    config:\n      freshness: {build_after: {count: 1, period: days}}  \n"
    assert suppressed("m.yml", text, "days") == text.replace("  \n", "  # stateaware: ignore[SA106] reason\n")


def test_above_a_line_that_has_a_comment() -> None:
    text = "a:\r\n  period: days # why\r\n"
    assert suppressed("m.yml", text, "days") == (
        "a:\r\n  # stateaware: ignore[SA106] reason\r\n  period: days # why\r\n"
    )


def test_another_code_joins_a_comment_that_is_there() -> None:
    text = "a:\n  period: days # stateaware: ignore[SA101] known\n"
    assert suppressed("m.yml", text, "days") == text.replace("SA101", "SA101, SA106")


def test_a_text_of_several_lines_is_left_alone() -> None:
    text = "a:\n  loaded_at_query: |\n    select 1\n    from x\n"
    new = suppressed("m.yml", text, "from x")
    assert new == "a:\n  # stateaware: ignore[SA106] reason\n  loaded_at_query: |\n    select 1\n    from x\n"


def test_above_a_tag_of_several_lines() -> None:
    text = "-- one\n  {{ config(\n    freshness={'build_after': {'count': 1, 'period': 'days'}}\n  ) }}\nselect 1\n"
    new = suppressed("models/a.sql", text, "'days'")
    assert new == text.replace("  {{", "  {# stateaware: ignore[SA106] reason #}\n  {{")


def test_python() -> None:
    text = "def model(dbt, session):\n    dbt.config(\n        freshness=1,\n    )\n"
    assert suppressed("models/a.py", text, "freshness").splitlines()[2] == (
        "        freshness=1,  # stateaware: ignore[SA106] reason"
    )


def test_a_whole_file() -> None:
    finding = Finding("SA603", "error", "m", Place("m.yml"))
    assert apply_edits("a: 1\n", suppress("a: 1\n", finding)) == (
        "# stateaware: ignore-file[SA603] reason\na: 1\n"
    )


def count(findings: tuple[Finding, ...]) -> Counter[tuple[str, str]]:
    return Counter((f.item, f.code) for f in findings if f.suppressed is None)


PROJECTS = [EXAMPLES / "jaffle_shop_broken", *(case / "project" for case in sorted(CASES.glob("*"))[::12])]


@pytest.mark.parametrize("root", PROJECTS, ids=lambda root: root.parent.name)
def test_every_finding_of_real_files_is_gone_and_none_comes(root: Path) -> None:
    index = Index(root, Settings(engine="fusion"), LoadOptions(profile=PROFILES["fusion"]))
    for file in index.findings():
        path, text = index.absolute(file), index.inputs.text(file)
        if index.relative(path) is None or text is None:
            continue
        before = index.findings_of(path)
        for finding in before:
            edits = suppress(text, finding)
            if finding.code == "SA601" and not edits:
                continue  # behind what is no YAML no comment is read
            had, left = count(before), count(findings_if(index, path, apply_edits(text, edits)))
            assert not left - had
            assert left[finding.item, finding.code] < had[finding.item, finding.code]


def test_what_is_imagined_is_not_written(tmp_path: Path) -> None:
    text = "models:\n  - name: a\n    config:\n      freshness: {build_after: {count: 1, period: days}}\n"
    write_files(tmp_path, {"models/m.yml": text, "models/a.sql": "select 1"})
    index = Index(tmp_path, Settings(), LoadOptions())
    path = str(tmp_path / "models" / "m.yml")
    assert [f.code for f in index.findings_of(path)] == ["SA106"]
    assert findings_if(index, path, text.replace("days", "day")) == ()
    assert [f.code for f in index.findings_of(path)] == ["SA106"]
