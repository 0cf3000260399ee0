"""JUnit XML as Jenkins, GitLab and Azure read it: a suite for each file, a test case for each item.

It keeps to the schema of Jenkins' xunit plugin, ``junit-10.xsd``, the strictest in wide use.
"""

from __future__ import annotations

from collections import Counter, defaultdict

# Only written here, never parsed.
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from stateaware.check.result import CheckResult, ProjectResult
from stateaware.findings import SEVERITY_RANK, Finding
from stateaware.records import dataclass
from stateaware.report.characters import for_xml, one_line, show_controls, unix_lines
from stateaware.report.listing import Listed, describe, explain, list_findings, path_in_repository
from stateaware.report.options import ReportOptions


@dataclass(frozen=True, slots=True)
class _Case:
    name: str
    seconds: float
    findings: tuple[Listed, ...] = ()
    ran: bool = True


@dataclass(frozen=True, slots=True)
class _Suite:
    name: str
    file: str
    cases: tuple[_Case, ...]


def render(result: CheckResult, options: ReportOptions) -> str:
    """ASCII XML. Findings below ``fail_on`` stand in the output of a passing test case."""
    root = Element("testsuites", {"name": "stateaware"})
    failures = tests = 0
    for suite in _collect(result):
        element = SubElement(root, "testsuite", {"name": _attribute(suite.name)})
        if suite.file:
            element.set("file", _attribute(suite.file))
        outcomes = Counter(_add_case(element, case, suite, options) for case in suite.cases)
        element.set("tests", str(len(suite.cases)))
        element.set("failures", str(outcomes["failed"]))
        element.set("errors", "0")
        element.set("skipped", str(outcomes["skipped"]))
        element.set("time", f"{sum(case.seconds for case in suite.cases):.3f}")
        failures += outcomes["failed"]
        tests += len(suite.cases)
    root.set("tests", str(tests))
    root.set("failures", str(failures))
    root.set("errors", "0")
    root.set("time", f"{result.seconds:.3f}")
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="us-ascii").decode()}\n'


def _collect(result: CheckResult) -> list[_Suite]:
    listed = list_findings(result)
    suites: list[_Suite] = []
    for project in result.projects:
        cases = _cases(project, [one for one in listed if one.project is project])
        for file in sorted(cases):
            path = path_in_repository(project, file)
            suites.append(_Suite(path, path, tuple(cases[file])))
        if not cases:
            # An empty report counts as a broken one in Jenkins and GitLab.
            suites.append(_Suite(project.name, "", (_Case("check", 0.0),)))
    return suites


def _cases(project: ProjectResult, listed: list[Listed]) -> dict[str, list[_Case]]:
    """Test cases by file: one for each item, and one for each finding that no item accounts for."""
    by_item: dict[str, list[Listed]] = defaultdict(list)
    for one in listed:
        by_item[one.finding.item].append(one)
    cases: dict[str, list[_Case]] = defaultdict(list)
    known = set()
    for item in project.items or ():
        known.add(item.id)
        name = item.id.removeprefix(f"{item.place.file}::")
        found = tuple(by_item.get(item.id, ()))
        cases[item.place.file].append(_Case(name, item.seconds, found, ran=item.outcome is not None))
    numbers: Counter[tuple[str, str]] = Counter()
    for one in listed:
        finding = one.finding
        if finding.item not in known:
            file = finding.place.file
            name = finding.item.removeprefix(f"{file}::") or "::".join(
                filter(None, (finding.node, finding.code))
            )
            numbers[file, name] += 1
            number = numbers[file, name]
            cases[file].append(_Case(f"{name} ({number})" if number > 1 else name, 0.0, (one,)))
    return cases


def _add_case(suite: Element, case: _Case, of: _Suite, options: ReportOptions) -> str:
    """Add one test case; returns its outcome: failed, skipped or passed."""
    element = SubElement(
        suite,
        "testcase",
        {
            "name": _attribute(case.name),
            "classname": _attribute(_class_name(of)),
            "time": f"{case.seconds:.3f}",
        },
    )
    counted = [one for one in case.findings if one.finding.suppressed is None]
    failed = [one for one in counted if _fails(one.finding, options)]
    if failed:
        finding = failed[0].finding
        failure = SubElement(element, "failure", {"type": _attribute(finding.code)})
        failure.set("message", _attribute(describe(finding)))
        failure.text = "\n" + "\n\n".join(_body(one) for one in failed) + "\n"
    others = [one for one in counted if not _fails(one.finding, options)]
    if others:
        SubElement(element, "system-out").text = "\n" + "\n\n".join(_body(one) for one in others) + "\n"
    if failed:
        return "failed"
    suppressed = [one.finding.suppressed for one in case.findings if one.finding.suppressed]
    if counted or (case.ran and not suppressed):
        return "passed"
    why = "not run"
    if suppressed:
        why = "suppressed: " + ": ".join(filter(None, (suppressed[0].kind, suppressed[0].reason)))
    SubElement(element, "skipped", {"message": _attribute(why)})
    return "skipped"


def _fails(finding: Finding, options: ReportOptions) -> bool:
    return options.fail_on is not None and SEVERITY_RANK[finding.severity] >= SEVERITY_RANK[options.fail_on]


def _body(listed: Listed) -> str:
    finding, span = listed.finding, listed.span
    path = path_in_repository(listed.project, finding.place.file)
    head = f"{path}:{span.line}:{span.column}  {finding.severity} {finding.code}  {describe(finding)}"
    return for_xml(show_controls(unix_lines("\n".join([head, *explain(listed)]))))


def _class_name(suite: _Suite) -> str:
    """``models.marts.schema_yml``: readers take what stands before the last dot for the package."""
    *folders, name = suite.file.split("/")
    return (
        ".".join([*(one for one in folders if one != ".."), name.replace(".", "_")]) if name else suite.name
    )


def _attribute(text: str) -> str:
    return for_xml(one_line(text))
