"""Where projects are looked for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from stateaware.project.search import project_above, projects_below
from written import write_files


def test_projects_below_are_not_those_of_packages_environments_or_other_projects(tmp_path: Path) -> None:
    for folder in ("a", "a/inner", "b/c", "dbt_packages/p", ".hidden", "target/x", "venv/lib/p"):
        write_files(tmp_path / folder, {})
    (tmp_path / "venv/pyvenv.cfg").touch()
    assert list(projects_below(tmp_path)) == [tmp_path / "a", tmp_path / "b/c"]
    assert project_above(tmp_path / "a/models/deep") == tmp_path / "a"


def test_folders_that_may_not_be_entered_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path / "zoo", {})
    (tmp_path / "locked/inner").mkdir(parents=True)
    real_stat, real_scandir = os.stat, os.scandir

    def refuse(path: Any) -> None:
        if str(tmp_path / "locked") + os.sep in f"{path}{os.sep}":
            raise PermissionError(13, "Permission denied", str(path))

    def stat(path: Any, **options: Any) -> os.stat_result:
        if str(path) != str(tmp_path / "locked"):  # the folder itself may be seen
            refuse(path)
        return real_stat(path, **options)

    def scandir(path: Any) -> Any:
        refuse(path)
        return real_scandir(path)

    monkeypatch.setattr(os, "stat", stat)
    monkeypatch.setattr(os, "scandir", scandir)
    assert list(projects_below(tmp_path)) == [tmp_path / "zoo"]
    assert project_above(tmp_path / "locked/inner") is None
