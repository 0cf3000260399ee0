"""What would be found in a file if it had another text, and what fixing it comes to."""

from __future__ import annotations

from collections.abc import Mapping

from stateaware.check.baseline import read_baseline
from stateaware.check.run import RunOptions, run_project
from stateaware.check.session import project_folder_name
from stateaware.findings import Edit, Finding, Fix
from stateaware.fix.edits import edits_between
from stateaware.fix.imagine import imagine
from stateaware.fix.session import work_out
from stateaware.index.index import Index
from stateaware.text.source import decode


def findings_if(index: Index, path: str, text: str) -> tuple[Finding, ...]:
    """The findings in one file, by its absolute path, if it had another text.

    Raises:
        SettingsError: the baseline cannot be read.
        ProjectUnreadable: dbt_project.yml cannot be read from disk.
    """
    file = index.relative(path) or ""
    baseline = index.settings.baseline
    options = RunOptions(
        index.settings,
        folder=project_folder_name(index.root),
        baseline=read_baseline(baseline) if baseline is not None else None,
    )
    found = run_project(imagine(index.view(path), {file: text}), options).findings
    return tuple(finding for finding in found if finding.place.file == file)


def fix_all(index: Index, path: str) -> tuple[Edit, ...]:
    """Edits that apply every safe fix of a file that needs no choice and touches no other file.

    Raises:
        SettingsError: the baseline cannot be read.
        ProjectUnreadable: dbt_project.yml cannot be read from disk.
    """

    def analyse(contents: Mapping[str, bytes]) -> tuple[Finding, ...]:
        return findings_if(index, path, decode(contents[path]))

    def wanted(finding: Finding, fix: Fix) -> bool:
        return fix.safe and all(edit.file == finding.place.file for edit in fix.edits)

    result = work_out(index.root, index.findings_of(path), analyse, wanted, index.inputs.read)
    return tuple(
        edit
        for change in result.changes
        for edit in edits_between(change.file, decode(change.before), decode(change.after))
    )
