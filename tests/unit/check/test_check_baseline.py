from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from stateaware.check.baseline import Key, baseline_keys, fingerprint, read_baseline, write_baseline
from stateaware.errors import BaselineError, OutputError
from stateaware.findings import Finding, Place, Suppression
from stateaware.schema_files import bundle_schema
from stateaware.text.span import Span

TEXT = "a: 1\nfreshness:\n  count:   4\n"


BLOCK = Span(2, 1, 3, 13)


def finding(span: Span | None = BLOCK) -> Finding:
    return Finding("SA101", "error", "m", Place("s.yml", span), item="s.yml::orders::SA101")


def test_a_fingerprint_depends_on_what_is_pointed_at_and_on_nothing_else() -> None:
    moved = Finding("SA101", "error", "other words", Place("s.yml", Span(3, 3, 4, 13)), item="x")
    text = "\n\n  freshness:\n    count: 4\n"
    assert fingerprint(finding(), TEXT) == fingerprint(moved, text)
    assert fingerprint(finding(), TEXT) != fingerprint(finding(Span(2, 1, 2, 10)), TEXT)
    assert fingerprint(finding(None), TEXT) == fingerprint(finding(None), None)


def test_what_is_written_is_read_and_fits_the_schema(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    keys = [Key("dbt", "s.yml::b::SA101", "0" * 16), Key("", "s.yml::a::SA101#2", "1" * 16)]
    assert write_baseline(path, [*keys, keys[0]]) == 3
    document = json.loads(path.read_text("utf-8"))
    jsonschema.validate(document, bundle_schema("baseline"))
    assert [(entry["item"], entry["count"]) for entry in document["entries"]] == [
        ("s.yml::a::SA101#2", 1),
        ("s.yml::b::SA101", 2),
    ]
    assert read_baseline(path).left == {keys[0]: 2, keys[1]: 1}
    before = path.read_bytes()
    write_baseline(path, [keys[1], keys[0], keys[0]])
    assert path.read_bytes() == before


def test_entries_are_used_up(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    write_baseline(path, baseline_keys("", [finding()], lambda file: TEXT))
    baseline = read_baseline(path)
    copy = baseline.copy()
    assert baseline.take("", finding(), TEXT)
    assert not baseline.take("", finding(), TEXT)
    assert not baseline.take("other", finding(), TEXT)
    assert baseline.stale([""]) == 0
    assert copy.stale([""]) == 1
    assert copy.stale(["other"]) == 0


def test_findings_with_a_comment_stay_out() -> None:
    silenced = replace(finding(), suppressed=Suppression("inline"))
    known = replace(finding(), suppressed=Suppression("baseline"))
    assert len(list(baseline_keys("", [silenced, known, finding()], lambda file: TEXT))) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "{path} is not valid JSON: "),
        ("[]", "{path} is no baseline"),
        ('{"version": 1}', "{path} is no baseline"),
        ('{"version": "1", "entries": []}', "{path} is no baseline"),
        ('{"version": 2}', "{path} was written by a later stateaware (version 2, this one reads 1)"),
        ('{"version": 1, "entries": [1]}', "{path}: entry 1 is not one of a baseline"),
        (
            '{"version": 1, "entries": [{"item": "a", "fingerprint": "b", "count": 0}]}',
            "{path}: entry 1 is not one of a baseline",
        ),
    ],
)
def test_what_is_no_baseline(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "known.json"
    path.write_text(content)
    with pytest.raises(BaselineError) as caught:
        read_baseline(path)
    assert caught.value.message.startswith(message.format(path=path))


def test_a_missing_baseline_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BaselineError) as caught:
        read_baseline(tmp_path / "known.json")
    assert (
        caught.value.remedy == f"Make it first: stateaware check --write-baseline {tmp_path / 'known.json'}"
    )


def test_a_baseline_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot write the baseline"):
        write_baseline(tmp_path / "missing" / "known.json", [])
