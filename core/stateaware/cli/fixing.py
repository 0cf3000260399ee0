"""``check --fix`` and ``--diff``."""

from __future__ import annotations

import os
import posixpath
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from stateaware.check.result import CheckResult
from stateaware.check.scope import Scope
from stateaware.check.session import Plan, Session, project_folder_name
from stateaware.check.settings_file import repository_root
from stateaware.findings import Finding, Fix
from stateaware.fix.diff import draw_diff
from stateaware.fix.files import Change, Territory, write_changes
from stateaware.fix.session import FixResult, work_out
from stateaware.project.project_file import PROJECT_FILE
from stateaware.records import replace
from stateaware.report.characters import show_controls
from stateaware.rules.registry import get_rule
from stateaware.workspace import Project, load_project


def fix_projects(session: Session, result: CheckResult, arguments: Namespace) -> CheckResult:
    """Fix what can be fixed and return what is left; with ``--diff`` print the changes and change nothing.

    Raises:
        FixError: the changes cannot be written.
    """
    wishes = [
        _Wish(plan, unsafe=arguments.unsafe_fixes)
        for plan, project in zip(session.plans, result.projects, strict=False)
        if any(finding.fixes for finding in project.findings)
    ]
    worked = [_work_out(session, wish) for wish in wishes]
    changes = _distinct(change for each in worked for change in each.changes)
    fixed = [finding for each in worked for finding in each.fixed]
    uncovered = sum(len(each.uncovered) for each in worked)
    said = f"{_several(len(fixed), 'finding')} in {_several(len(changes), 'file')}"
    if uncovered:
        said += f", {uncovered:,} of them only once others were"
    unreadable = [_name(plan) for plan in session.plans if not _project(plan).project_file.readable]
    left_out = [
        (len(_refused(worked)), "since the result would not have been right"),
        (sum(len(wish.foreign) for wish in wishes), "in packages, or in files outside the repository"),
    ]
    told = [f"{_several(count, 'fix', 'fixes')} left out, {why}" for count, why in left_out if count]
    told += [f"nothing is fixed in {name} while its {PROJECT_FILE} cannot be read" for name in unreadable]
    if arguments.diff:
        diff = draw_diff(changes, Path.cwd())
        # a patch must be exact, but what a person looks at must not command the terminal
        sys.stdout.write(show_controls(diff) if sys.stdout.isatty() else diff)
        sys.stdout.flush()
        for line in (f"would fix {said}" if changes else "nothing to fix", *told):
            sys.stderr.write(f"{line}\n")
        return result
    if changes:
        write_changes(changes)
        result = session.run()
        files = _by_file(worked, wishes, verbose=arguments.verbose > 0)
        told = [f"fixed {said}", *files, *told]
    result = _without(_refused(worked), result)
    return replace(result, notices=(*result.notices, *told))


_MOST_FILES: Final = 20
"""Files that are named with their fixes unless everything is asked for."""


class _Wish:
    """Which fixes a command asks for in one project."""

    def __init__(self, plan: Plan, *, unsafe: bool) -> None:
        packages = plan.root / _project(plan).project_file.install_path
        self.plan = plan
        self.foreign: set[Finding] = set()
        self._unsafe = unsafe
        self._scope = Scope(plan.settings)
        self._territory = Territory(repository_root(plan.root) or plan.root, (packages,))
        self._files: dict[str, bool] = {}

    def __call__(self, finding: Finding, fix: Fix) -> bool:
        """Whether a finding's fix may be applied; remembers those that lie in foreign files."""
        if not (fix.safe or self._unsafe) or not self._takes(finding):
            return False
        if all(self._allows(edit.file) for edit in fix.edits):
            return True
        self.foreign.add(finding)
        return False

    def _takes(self, finding: Finding) -> bool:
        selection = self.plan.selection
        if not selection.narrows:
            return True
        rule = get_rule(finding.code)
        severity = self._scope.severity(rule) or rule.severity
        return selection.takes(rule, severity, self.plan.settings.engine, finding.item)

    def _allows(self, file: str) -> bool:
        if file not in self._files:
            self._files[file] = self._territory.allows(Path(os.path.normpath(self.plan.root / file)))
        return self._files[file]


def _work_out(session: Session, wish: _Wish) -> FixResult:
    plan = wish.plan
    found = session.findings_with(plan, {})
    return work_out(plan.root, found, lambda overlay: session.findings_with(plan, overlay), wish)


def _project(plan: Plan) -> Project:
    return load_project(plan.root, plan.load)


def _name(plan: Plan) -> str:
    return project_folder_name(plan.root) or "this project"


def _by_file(worked: list[FixResult], wishes: list[_Wish], *, verbose: bool) -> list[str]:
    """Each file with how many findings of each rule were fixed there."""
    rules: dict[str, Counter[str]] = {}
    for result, wish in zip(worked, wishes, strict=True):
        folder = project_folder_name(wish.plan.root) if len(wishes) > 1 else ""
        for finding in result.fixed:
            file = posixpath.join(folder, finding.place.file)
            rules.setdefault(file, Counter())[finding.code] += 1
    lines = [
        f"fixed in {file}: " + ", ".join(f"{count:,} x {code}" for code, count in sorted(rules[file].items()))
        for file in sorted(rules)
    ]
    more = len(lines) - _MOST_FILES
    if verbose or more < 2:
        return lines
    return [*lines[:_MOST_FILES], f"fixed in {more:,} more files (-v names them)"]


def _refused(worked: Iterable[FixResult]) -> set[tuple[str, str]]:
    return {(finding.item, finding.message) for each in worked for finding in each.refused}


def _without(refused: set[tuple[str, str]], result: CheckResult) -> CheckResult:
    """A result that offers no fix again that was just tried in vain."""
    projects = tuple(
        replace(
            project,
            findings=tuple(
                replace(finding, fixes=()) if (finding.item, finding.message) in refused else finding
                for finding in project.findings
            ),
        )
        for project in result.projects
    )
    return replace(result, projects=projects)


def _distinct(changes: Iterable[Change]) -> list[Change]:
    """One change for each file on disk: projects may share one, and links may lead to one."""
    found: dict[str, Change] = {}
    for change in changes:
        found.setdefault(os.path.realpath(change.path), change)
    return list(found.values())


def _several(count: int, noun: str, nouns: str = "") -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {nouns or noun + 's'}"
