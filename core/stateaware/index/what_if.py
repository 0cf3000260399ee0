"""What would be found in a file if it had another text."""

from __future__ import annotations

from stateaware.check.baseline import read_baseline
from stateaware.check.run import RunOptions, run_project
from stateaware.check.session import project_folder_name
from stateaware.findings import Edit, Finding
from stateaware.fix.imagine import imagine
from stateaware.fix.whole_file import edits_between, fix_text
from stateaware.index.index import Index


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


def fix_all(index: Index, path: str, text: str) -> tuple[Edit, ...]:
    """Edits that apply all safe fixes of a file that need no choice.

    Raises:
        SettingsError: the baseline cannot be read.
        ProjectUnreadable: dbt_project.yml cannot be read from disk.
    """
    found = index.findings_of(path)
    after = fix_text(text, found, lambda new: findings_if(index, path, new))
    return edits_between(index.relative(path) or "", text, after)
