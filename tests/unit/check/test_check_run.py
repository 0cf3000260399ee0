from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from check_fakes import WordRule, make_project, make_rule

from stateaware.check.baseline import Baseline, Key, fingerprint
from stateaware.check.expression import parse_keywords, parse_marks
from stateaware.check.result import Outcome, ProjectResult
from stateaware.check.run import Progress, RunOptions, collect_project, run_project
from stateaware.check.selection import MARKS, ItemPattern, Selection
from stateaware.check.settings import PathSettings, Settings
from stateaware.rules import registry
from stateaware.rules.sa901_unused_ignore import UnusedIgnore
from stateaware.rules.sa902_invalid_ignore import InvalidIgnore

FILES = {
    "a.yml": "item orders good\nitem orders bad\nitem items bad\n",
    "m/b.yml": "item orders worse\nitem stores good\n",
}
RULES = (
    WordRule(),
    make_rule("SA201", "worse-word", bad=("worse",), group="null", severity="warning", fixable="always"),
    make_rule("SA301", "compat-word", bad=("bad",), group="dbt-compat"),
    make_rule("SA401", "quiet-word", bad=("bad",), group="places", default=False),
    UnusedIgnore(),
    InvalidIgnore(),
)


@pytest.fixture(autouse=True)
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    by_code = {rule.code: rule for rule in RULES}
    monkeypatch.setattr(registry, "_modules", lambda: dict.fromkeys(by_code, ""))
    monkeypatch.setattr(registry, "_load", by_code.__getitem__)


def check(
    files: dict[str, str] = FILES,
    selection: Selection | None = None,
    *,
    progress: Progress | None = None,
    details: bool = False,
    baseline: Baseline | None = None,
    **settings: Any,
) -> ProjectResult:
    options = RunOptions(Settings(**settings), selection or Selection(), details=details, baseline=baseline)
    return run_project(make_project(files, engine=settings.get("engine", "documented")), options, progress)


def items(result: ProjectResult) -> list[str]:
    return [finding.item for finding in result.findings]


def counts(result: ProjectResult) -> dict[str, int]:
    return {outcome: count for outcome, count in result.counts.items() if count}


def test_passing_items_are_counted_and_not_made() -> None:
    result = check()
    assert items(result) == ["a.yml::orders::SA101#2", "a.yml::items::SA101", "m/b.yml::orders::SA201"]
    assert counts(result) == {"passed": 7, "error": 2, "warning": 1}
    assert result.items is None
    assert (result.files, result.nodes, result.name, result.engine) == (2, 1, "shop", "documented")


def test_with_details_the_result_is_the_same_and_items_come_by_file() -> None:
    result, plain = check(details=True), check()
    assert result.findings == plain.findings
    assert result.counts == plain.counts
    assert [(item.id, item.outcome) for item in result.items or ()] == [
        ("a.yml::orders::SA101", "passed"),
        ("a.yml::orders::SA201", "passed"),
        ("a.yml::orders::SA101#2", "error"),
        ("a.yml::orders::SA201#2", "passed"),
        ("a.yml::items::SA101", "error"),
        ("a.yml::items::SA201", "passed"),
        ("m/b.yml::orders::SA101", "passed"),
        ("m/b.yml::orders::SA201", "warning"),
        ("m/b.yml::stores::SA101", "passed"),
        ("m/b.yml::stores::SA201", "passed"),
    ]


def test_ids_do_not_depend_on_lines() -> None:
    moved = {**FILES, "a.yml": "\n\n# more\n" + FILES["a.yml"]}
    assert items(check(moved)) == items(check())


def test_collecting_runs_nothing() -> None:
    result = collect_project(make_project(FILES), RunOptions(Settings()))
    assert result.findings == ()
    assert [item.id for item in result.items or ()] == [item.id for item in check(details=True).items or ()]
    assert {item.outcome for item in result.items or ()} == {None}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, {"SA101", "SA201"}),
        ({"engine": "fusion"}, {"SA101", "SA201", "SA301"}),
        ({"select": ("ALL",)}, {"SA101", "SA201", "SA301", "SA401"}),
        ({"select": ("SA1",)}, {"SA101"}),
        ({"select": ("null", "SA4")}, {"SA201", "SA401"}),
        ({"select": ("worse-word",)}, {"SA201"}),
        ({"extend_select": ("SA4",)}, {"SA101", "SA201", "SA401"}),
        ({"ignore": ("SA1",)}, {"SA201"}),
        ({"ignore": ("ALL",)}, set()),
        ({"select": ("SA101",), "ignore": ("SA1",)}, {"SA101"}),
        ({"select": ("SA1",), "ignore": ("SA101",)}, set()),
        ({"severity": (("SA201", "off"),)}, {"SA101"}),
        ({"severity": (("SA", "off"), ("SA2", "error"))}, {"SA201"}),
        ({"exclude": ("m",)}, {"SA101"}),
        ({"exclude": ("a.yml",)}, {"SA201"}),
        ({"per_path": (PathSettings("a.yml", ignore=("SA1",)),)}, {"SA201"}),
        ({"per_path": (PathSettings("m/**", select=("SA4",)),)}, {"SA101", "SA201"}),
        ({"per_path": (PathSettings("a.yml", select=("SA4",)),)}, {"SA101", "SA201", "SA401"}),
        ({"per_path": (PathSettings("**", ignore=("ALL",)), PathSettings("m/", select=("SA2",)))}, {"SA201"}),
        ({"per_path": (PathSettings("m", severity=(("SA2", "off"),)),)}, {"SA101"}),
    ],
)
def test_which_rules_run(settings: dict[str, Any], expected: set[str]) -> None:
    assert {finding.code for finding in check(**settings).findings} == expected


def test_severities_can_be_changed() -> None:
    result = check(severity=(("SA1", "info"),), per_path=(PathSettings("m", severity=(("SA2", "error"),)),))
    assert [(finding.code, finding.severity) for finding in result.findings] == [
        ("SA101", "info"),
        ("SA101", "info"),
        ("SA201", "error"),
    ]
    assert counts(result) == {"passed": 7, "info": 2, "error": 1}


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(keywords=parse_keywords("items")), ["a.yml::items::SA101"]),
        (Selection(keywords=parse_keywords("WORSE-word")), ["m/b.yml::orders::SA201"]),
        (Selection(keywords=parse_keywords("orders and not m/")), ["a.yml::orders::SA101#2"]),
        (Selection(marks=parse_marks("null", MARKS)), ["m/b.yml::orders::SA201"]),
        (Selection(marks=parse_marks("fixable or fusion", MARKS)), ["m/b.yml::orders::SA201"]),
        (
            Selection(marks=parse_marks("error and documented", MARKS)),
            ["a.yml::orders::SA101#2", "a.yml::items::SA101"],
        ),
        (Selection((ItemPattern.parse("m", ""),)), ["m/b.yml::orders::SA201"]),
        (Selection((ItemPattern.parse("*.yml", ""),)), ["a.yml::orders::SA101#2", "a.yml::items::SA101"]),
        (Selection((ItemPattern.parse("a.yml", "ite*"),)), ["a.yml::items::SA101"]),
        (Selection((ItemPattern.parse("a.yml", "orders::sa101"),)), ["a.yml::orders::SA101#2"]),
        (Selection((ItemPattern.parse("a.yml", "orders::SA101#2"),)), ["a.yml::orders::SA101#2"]),
        (Selection((ItemPattern.parse("a.yml", "SA101#2"),)), ["a.yml::orders::SA101#2"]),
        (Selection((ItemPattern.parse("a.yml", "SA201"),)), []),
        (Selection(only=frozenset({"a.yml::items::SA101"})), ["a.yml::items::SA101"]),
    ],
)
@pytest.mark.parametrize("details", [False, True])
def test_selection(selection: Selection, expected: list[str], details: bool) -> None:
    assert items(check(selection=selection, details=details)) == expected


def test_maxfail_stops_after_the_failures_in_the_order_of_the_files() -> None:
    progress = Progress(maxfail=1)
    result = check(progress=progress, details=True)
    assert items(result) == ["a.yml::orders::SA101#2"]
    assert progress.over
    assert [item.outcome for item in result.items or ()].count(None) == 7


def test_warnings_do_not_count_as_failures_unless_asked_for() -> None:
    progress = Progress(maxfail=3)
    assert len(check(progress=progress).findings) == 3
    assert progress.failed == 2
    progress = Progress(maxfail=3)
    check(progress=progress, fail_on="warning")
    assert progress.failed == 3


def test_failed_first() -> None:
    first = frozenset({"m/b.yml::orders::SA201"})
    result = check(selection=Selection(first=first), details=True)
    assert [item.id for item in result.items or ()][:2] == ["m/b.yml::orders::SA201", "a.yml::orders::SA101"]


def test_everyone_who_watches_is_told_every_outcome() -> None:
    seen: list[Outcome] = []
    check(progress=Progress(watch=seen.append))
    assert sorted(seen) == ["error"] * 2 + ["passed"] * 7 + ["warning"]


IGNORED = {
    "a.yml": (
        "item orders bad  # stateaware: ignore[SA101] known\n"
        "item items bad  # stateaware: ignore[SA2]\n"
        "item other good  # stateaware: ignore[SA101, SA201, SA999]\n"
        "item third good  # stateaware: ignore\n"
    )
}


def test_ignore_comments() -> None:
    result = check(IGNORED)
    assert [
        (
            finding.code,
            finding.place.span.line if finding.place.span else 0,
            finding.message,
            bool(finding.suppressed),
        )
        for finding in result.findings
    ] == [
        ("SA101", 1, "bad is bad", True),
        ("SA101", 2, "bad is bad", False),
        ("SA901", 2, "this ignore comment for SA2 silences nothing", False),
        ("SA901", 3, "SA101 silences nothing here", False),
        ("SA901", 3, "SA201 silences nothing here", False),
        ("SA902", 3, "no rule `SA999`", False),
        ("SA901", 4, "this ignore comment silences nothing", False),
        ("SA902", 4, "this comment silences every rule; name the codes that are meant", False),
    ]
    assert result.findings[0].suppressed is not None
    assert result.findings[0].suppressed.reason == "known"
    assert result.counts["suppressed"] == 1


def test_an_ignored_failure_does_not_stop_the_run() -> None:
    progress = Progress(maxfail=1)
    assert items(check(IGNORED, progress=progress)) == ["a.yml::orders::SA101", "a.yml::items::SA101"]


def test_a_rule_that_did_not_run_leaves_its_comments_alone() -> None:
    result = check({"a.yml": "item a good  # stateaware: ignore[SA301, SA4]\n"})
    assert result.findings == ()


def test_comments_of_installed_packages_are_not_judged() -> None:
    result = check({"dbt_packages/dep/a.yml": "item a good  # stateaware: ignore[SA101]\n"})
    assert result.findings == ()


def test_when_only_the_comment_rules_are_picked_the_others_still_decide() -> None:
    result = check(IGNORED, Selection(keywords=parse_keywords("SA901")))
    assert [finding.place.span.line for finding in result.findings if finding.place.span] == [2, 3, 3, 4]
    assert counts(result) == {"passed": 1, "warning": 3}


def test_baseline() -> None:
    found = check().findings
    text = FILES["a.yml"]
    entries = Counter({Key("", found[0].item, fingerprint(found[0], text)): 1, Key("", "gone", "x"): 2})
    known = Baseline(Path("known.json"), entries)
    result = check(baseline=known)
    assert [finding.suppressed.kind if finding.suppressed else None for finding in result.findings] == [
        "baseline",
        None,
        None,
    ]
    assert counts(result) == {"passed": 7, "suppressed": 1, "error": 1, "warning": 1}
    assert known.stale([""]) == 2
