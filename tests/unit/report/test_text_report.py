"""The report for people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from report_sample import finance, shop

from stateaware.check.result import CheckResult
from stateaware.findings import Finding, Fix, Place, Related
from stateaware.report import ReportOptions, render

Snapshot = Callable[[str, str], None]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("text", ReportOptions()),
        ("text-color", ReportOptions(color=True)),
        ("text-narrow-ascii-verbose", ReportOptions(width=60, unicode=False, verbosity=1)),
        ("text-quiet", ReportOptions(verbosity=-1)),
    ],
)
def test_looks_as_recorded(
    name: str, options: ReportOptions, result: CheckResult, snapshot: Snapshot
) -> None:
    snapshot(f"{name}.txt", render("text", result, options))


def test_concise_looks_as_recorded(result: CheckResult, snapshot: Snapshot) -> None:
    snapshot("concise.txt", render("concise", result, ReportOptions()))


def test_nothing_found_is_one_line(clean: CheckResult) -> None:
    assert render("text", clean, ReportOptions()) == "212 files, 148 nodes, 391 items: all passed in 0.21 s\n"
    assert render("concise", clean, ReportOptions()) == ""


def test_paths_of_a_single_project_are_its_own(one_project: CheckResult) -> None:
    assert render("concise", one_project, ReportOptions()).startswith("dbt_project.yml:1:1: info SA190 ")
    assert "\n12 files, 1,148 nodes, 9 items: 1 passed, 3 errors" in render(
        "text", one_project, ReportOptions()
    )
    assert " in 1 min 15 s\n" in render("text", one_project, ReportOptions())


def test_colors_add_nothing_to_the_words(result: CheckResult) -> None:
    colored = render("text", result, ReportOptions(color=True))
    for code in ("0", "1", "2", "32", "1;31", "1;33", "1;36"):
        colored = colored.replace(f"\x1b[{code}m", "")
    assert colored == render("text", result, ReportOptions())


def test_ascii_where_the_terminal_has_nothing_else(result: CheckResult) -> None:
    assert render("text", result, ReportOptions(unicode=False)).isascii()


def test_control_characters_of_files_do_not_reach_the_terminal(result: CheckResult) -> None:
    text = render("text", result, ReportOptions())
    assert "\x1b" not in text
    assert r"between \x1b[31mengines\x1b[0m are told" in text


def many(count: int) -> CheckResult:
    findings = tuple(
        Finding("SA151", "warning", f"number {n}", Place(f"models/{n:03}.yml")) for n in range(count)
    )
    other = Finding("SA101", "error", "another", Place("models/zz.yml"))
    project = replace(
        finance(), folder="", findings=(*findings, other), counts={"warning": count, "error": 1}
    )
    return CheckResult((project,), 1.0)


@pytest.mark.parametrize(
    ("count", "options", "shown", "more"),
    [
        (40, ReportOptions(group_after=3), 3, "and 37 more like this: stateaware check -k SA151\n"),
        (4, ReportOptions(group_after=3), 4, ""),
        (3, ReportOptions(group_after=3), 3, ""),
        (40, ReportOptions(group_after=0), 40, ""),
        (40, ReportOptions(verbosity=1), 40, ""),
        (2000, ReportOptions(group_after=1), 1, "and 1,999 more like this: stateaware check -k SA151\n"),
    ],
)
def test_many_of_one_kind_become_a_count(count: int, options: ReportOptions, shown: int, more: str) -> None:
    text = render("text", many(count), options)
    assert text.count("warning SA151") == shown
    assert text.count("more like this") == bool(more)
    assert more in text
    assert text.count("error SA101") == 1


@pytest.mark.parametrize(
    ("fixes", "step"),
    [
        ((), ""),
        ((Fix("a", ()),), "1 can be fixed with --fix\n"),
        ((Fix("a", ()), Fix("b", (), safe=False)), "1 can be fixed with --fix\n"),
        (
            (Fix("b", (), safe=False),),
            "1 can be fixed with --fix --unsafe-fixes, which may change what is in force\n",
        ),
    ],
)
def test_says_what_to_do_next_only_where_there_is_something(fixes: tuple[Fix, ...], step: str) -> None:
    found = Finding("SA101", "error", "half", Place("a.yml"), fixes=fixes)
    result = CheckResult((replace(shop(), findings=(found,), items=None, counts={"error": 1}),), 0.5)
    assert render("text", result, ReportOptions()).endswith(
        f"12 files, 1,148 nodes, 1 item: 1 error in 0.50 s\n{step}"
    )
    assert "fix" not in render("text", result, ReportOptions(show_fixes=False))


def test_of_many_other_places_ten_are_shown(result: CheckResult) -> None:
    project = result.projects[0]
    related = tuple(Related(Place("models/a.yml"), f"place {number}") for number in range(13))
    finding = replace(project.findings[0], related=related)
    one = replace(result, projects=(replace(project, findings=(finding,)),))
    short, whole = (render("text", one, ReportOptions(verbosity=verbosity)) for verbosity in (0, 1))
    assert "<- place 9\n" in short
    assert "::: and 3 more places\n" in short
    assert "place 10" not in short
    assert "<- place 12\n" in whole
