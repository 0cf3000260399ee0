"""Whatever stands in a project's files, no format fails, and each stays well-formed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from stateaware.check.result import CheckResult, Item, ProjectResult
from stateaware.findings import Edit, Finding, Fix, Place, Related, Suppression
from stateaware.report import FORMATS, ReportOptions, render
from stateaware.text import Span

ODD = [
    "\x00",
    "\x1b",
    "\r",
    "\n",
    "\t",
    "\x85",
    "\u2028",
    "\ud800",
    "\udcff",
    "\ufffe",
    "\u202e",
    "%",
    "::",
    "]]>",
    "{0}",
]
strings = st.lists(st.one_of(st.sampled_from(ODD), st.text(st.characters(), max_size=5)), max_size=6).map(
    "".join
)
spans = st.tuples(st.integers(1, 9), st.integers(1, 40), st.integers(0, 5), st.integers(0, 40)).map(
    lambda at: Span(at[0], at[1], at[0] + at[2], at[1] + at[3] if not at[2] else at[3] + 1)
)
places = st.builds(Place, strings, st.one_of(st.none(), spans))
edits = st.builds(Edit, strings, spans, strings)
suppressions = st.builds(Suppression, st.sampled_from(["inline", "baseline", "settings"]), strings)
findings = st.builds(
    Finding,
    st.sampled_from(["SA101", "SA202"]),
    st.sampled_from(["error", "warning", "info"]),
    strings,
    places,
    st.one_of(st.none(), strings),
    strings,
    strings,
    st.lists(strings, max_size=2).map(tuple),
    st.lists(st.builds(Related, places, strings), max_size=2).map(tuple),
    st.lists(st.builds(Fix, strings, st.lists(edits, max_size=2).map(tuple), st.booleans()), max_size=2).map(
        tuple
    ),
    st.lists(strings, max_size=1).map(tuple),
    st.just(()),
    st.one_of(st.none(), suppressions),
)
items = st.builds(
    Item, strings, st.just("SA101"), places, strings, st.sampled_from([None, "passed", "error"])
)


@st.composite
def projects(draw: Any) -> ProjectResult:
    text = draw(st.one_of(st.none(), strings, st.lists(strings, min_size=3, max_size=9).map("\n".join)))
    return ProjectResult(
        Path("/repo"),
        draw(st.one_of(st.just(""), strings)),
        draw(strings),
        "documented",
        tuple(draw(st.lists(findings, max_size=3))),
        draw(st.one_of(st.none(), st.lists(items, max_size=2).map(tuple))),
        1,
        1,
        {"error": 1},
        lambda file: text,
    )


results = st.builds(
    CheckResult,
    st.lists(projects(), max_size=2).map(tuple),
    st.floats(0, 1e6),
    st.lists(strings, max_size=1).map(tuple),
    strings,
)
options = st.builds(
    ReportOptions,
    color=st.booleans(),
    width=st.sampled_from([0, 1, 20, 80]),
    unicode=st.booleans(),
    verbosity=st.integers(-1, 1),
    group_after=st.integers(0, 2),
)


@settings(max_examples=150, deadline=None)
@given(results, options)
def test_no_format_fails(result: CheckResult, options: ReportOptions) -> None:
    reports = {name: render(name, result, options) for name in FORMATS}
    for name, report in reports.items():
        report.encode("utf-8")
        assert not report or report.endswith("\n")
        if name in ("json", "sarif", "gitlab", "junit") or not options.unicode:
            assert report.isascii()
    for name in ("json", "sarif", "gitlab"):
        json.dumps(json.loads(reports[name]), ensure_ascii=False).encode("utf-8")
    ElementTree.fromstring(reports["junit"].encode())  # noqa: S314 (our own output)
    counted = sum(finding.suppressed is None for project in result.projects for finding in project.findings)
    for name in ("concise", "github"):
        assert reports[name].count("\n") == counted
        assert not set(reports[name].replace("\x1b[", "" if options.color else "\x1b[")) & set(
            "\x00\x1b\r\x85\u2028\u202e"
        )
