"""Paths in dbt_project.yml and packages.yml that lead nowhere good."""

from __future__ import annotations

from pathlib import Path

import pytest

from stateaware.project.files import read_bytes, walk
from stateaware.workspace import find_project
from written import make_project, write_files

NAMED = "name: shop\n"


def test_a_nul_in_a_path_names_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_bytes(str(tmp_path / "a\0b"))
    assert list(walk(str(tmp_path / "a\0b"), (".sql",))) == []


def test_nul_in_the_paths_of_a_project(tmp_path: Path) -> None:
    project = make_project(
        tmp_path,
        {
            "dbt_project.yml": NAMED + 'model-paths: [models, "a\\0b"]\npackages-install-path: "c\\0d"\n',
            "packages.yml": 'packages: [{local: "e\\0f"}]\n',
            "models/a.sql": "select 1",
        },
    )
    assert list(project.models) == ["model.shop.a"]
    assert [missing.file for missing in project.missing_packages] == ["packages.yml"]


@pytest.mark.parametrize("path", ["..", "/", "../..", "./../"])
def test_a_folder_around_the_project_is_not_searched(path: str, tmp_path: Path) -> None:
    write_files(tmp_path, {"other.sql": "select 1"})
    project = make_project(
        tmp_path / "a" / "b",
        {"dbt_project.yml": NAMED + f"model-paths: [models, '{path}']\n", "models/a.sql": "select 1"},
    )
    assert list(project.models) == ["model.shop.a"]


def test_a_folder_beside_the_project_is_searched(tmp_path: Path) -> None:
    write_files(tmp_path / "common", {"other.sql": "select 1"})
    project = make_project(
        tmp_path / "shop", {"dbt_project.yml": NAMED + "model-paths: ['../common', '.']\n"}
    )
    assert list(project.models) == ["model.shop.other"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_files_of_another_encoding_are_never_passed_over(encoding: str, tmp_path: Path) -> None:
    project = make_project(
        tmp_path,
        {
            "models/s.yml": "models: [{name: a, config: {freshness: null}}]".encode(encoding),
            "models/a.sql": "{{ config(freshness=none) }}".encode(encoding),
        },
    )
    facts = project.properties[0]
    assert not facts.skipped
    assert facts.encoding or facts.document.problem is not None
    code = project.models["model.shop.a"].code
    assert not code.quiet
    assert find_project(tmp_path) == tmp_path
