"""``check --fix`` and ``--diff``."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from stateaware.check.result import CheckResult
from stateaware.check.scope import Scope
from stateaware.check.session import Plan, Session
from stateaware.check.settings_file import repository_root
from stateaware.findings import Finding, Fix
from stateaware.fix.diff import draw_diff
from stateaware.fix.files import Change, Territory, write_changes
from stateaware.fix.session import FixResult, work_out
from stateaware.records import replace
from stateaware.rules.registry import get_rule
from stateaware.workspace import load_project


def fix_projects(session: Session, result: CheckResult, arguments: Namespace) -> CheckResult:
    """Fix what can be fixed and return what is left; with ``--diff`` print the changes and change nothing.

    Raises:
        FixError: the changes cannot be written.
    """
    worked = [_work_out(session, plan, unsafe=arguments.unsafe_fixes) for plan in session.plans]
    changes = _distinct(change for each in worked for change in each.changes)
    fixed = sum(len(each.fixed) for each in worked)
    refused = sum(len(each.refused) for each in worked)
    said = f"{_several(fixed, 'finding')} in {_several(len(changes), 'file')}"
    if arguments.diff:
        sys.stdout.write(draw_diff(changes, Path.cwd()))
        sys.stdout.flush()
        sys.stderr.write(f"would fix {said}\n" if changes else "nothing to fix\n")
        return result
    notices = list(result.notices)
    if changes:
        write_changes(changes)
        result = session.run()
        notices = [*result.notices, f"fixed {said}"]
    if refused:
        left_out = "1 fix was" if refused == 1 else f"{refused} fixes were"
        notices.append(f"{left_out} left out, since the result would not have been right")
    return replace(result, notices=tuple(notices))


def _work_out(session: Session, plan: Plan, *, unsafe: bool) -> FixResult:
    packages = plan.root / load_project(plan.root, plan.load).project_file.install_path
    territory = Territory(repository_root(plan.root) or plan.root, (packages,))
    scope = Scope(plan.settings)

    def wanted(finding: Finding, fix: Fix) -> bool:
        if not (fix.safe or unsafe):
            return False
        rule = get_rule(finding.code)
        severity = scope.severity(rule) or rule.severity
        if not plan.selection.takes(rule, severity, plan.settings.engine, finding.item):
            return False
        return all(territory.allows(Path(os.path.normpath(plan.root / edit.file))) for edit in fix.edits)

    return work_out(
        plan.root,
        session.findings_with(plan, {}),
        lambda overlay: session.findings_with(plan, overlay),
        wanted,
    )


def _distinct(changes: Iterable[Change]) -> list[Change]:
    """One change for each file on disk: projects may share one, and links may lead to one."""
    found: dict[str, Change] = {}
    for change in changes:
        found.setdefault(os.path.realpath(change.path), change)
    return list(found.values())


def _several(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
