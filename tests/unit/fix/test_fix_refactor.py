"""Refactorings: every node keeps its effective value, and the text stays as its writer laid it out."""

from __future__ import annotations

from pathlib import Path

import pytest

from stateaware.fix.edits import apply_edits
from stateaware.fix.imagine import imagine
from stateaware.fix.refactor import Refactoring, settings_at
from stateaware.fix.refactor_folder import move_to_folder
from stateaware.fix.refactor_home import to_code, to_properties
from stateaware.text.source import LineIndex
from stateaware.workspace import Project
from written import make_project

PROJECT = "name: shop\nversion: '1.0'\nprofile: shop\n"
M = "models/marts/m.yml"
SQL = "models/marts/a.sql"
BLOCK = """\
models:
  - name: a
    config:
      tags: [x]
      freshness: # ours
        build_after:
          count: 4   # why
          period: hour
  - name: b
"""
CODE = "{{ config(materialized='table', freshness={'build_after': {'count': 4, 'period': 'hour'}}) }}\nselect 1\n"


def moved(project: Project, file: str, mark: str, how: str) -> Refactoring | None:
    text = project.text(file)
    assert text is not None
    at = text.index(mark)
    ((model, setting),) = settings_at(project, file, LineIndex(text).span(at, at + 1))
    move = {"folder": move_to_folder, "properties": to_properties, "code": to_code}[how]
    return move(project, model, setting)


def after(project: Project, refactoring: Refactoring) -> dict[str, str]:
    """The files that change, and the proof that values stay."""
    files = {edit.file for edit in refactoring.edits}
    texts = {
        file: apply_edits(project.text(file) or "", [e for e in refactoring.edits if e.file == file])
        for file in files
    }
    new = imagine(project, texts)
    for name, model in project.models.items():
        same = {k: e.value for k, e in model.effective.items()} == {
            k: e.value for k, e in new.models[name].effective.items()
        }
        assert same == (name not in refactoring.changed)
    return texts


def files(tmp_path: Path, *, project: str = PROJECT, **more: str) -> Project:
    contents: dict[str, str | bytes] = {
        "dbt_project.yml": project,
        M: BLOCK,
        SQL: "select 1\n",
        "models/marts/b.sql": "select 2\n",
        "models/other.sql": "select 3\n",
    }
    contents.update({M if key == "m" else SQL: value for key, value in more.items()})
    return make_project(tmp_path, contents)


def test_to_the_folder_with_how_many_change(tmp_path: Path) -> None:
    project = files(tmp_path)
    found = moved(project, M, "build_after", "folder")
    assert found is not None
    assert found.title == "Move `freshness` to the folder marts in dbt_project.yml (changes 1 other model)"
    assert found.changed == ("model.shop.b",)
    assert after(project, found) == {
        M: "models:\n  - name: a\n    config:\n      tags: [x]\n  - name: b\n",
        "dbt_project.yml": PROJECT
        + (
            "models:\n  shop:\n    marts:\n      +freshness: # ours\n        build_after:\n"
            "          count: 4   # why\n          period: hour\n"
        ),
    }


@pytest.mark.parametrize(
    ("tree", "wanted"),
    [
        (
            "models:\n    shop:\n        +tags: x # t\n        marts:\n            +enabled: true\n\n# end\n",
            "models:\n    shop:\n        +tags: x # t\n        marts:\n            +enabled: true\n            +freshness: {build_after: {count: 4, period: hour}}\n\n# end\n",
        ),
        (
            "models: {shop: {}}\n",
            "models: {shop: {marts: {+freshness: {build_after: {count: 4, period: hour}}}}}\n",
        ),
        (
            "models: {shop: {marts: {+tags: x}}}\n",
            "models: {shop: {marts: {+tags: x, +freshness: {build_after: {count: 4, period: hour}}}}}\n",
        ),
        (
            "models:\n  shop: # ours\n",
            "models:\n  shop: # ours\n    marts:\n      +freshness: {build_after: {count: 4, period: hour}}\n",
        ),
        (
            "models:\r\n  shop:\r\n    +tags: x\r\n",
            "models:\r\n  shop:\r\n    +tags: x\r\n    marts:\r\n      +freshness: {build_after: {count: 4, period: hour}}\r\n",
        ),
    ],
)
def test_to_the_folder_whatever_is_there(tmp_path: Path, tree: str, wanted: str) -> None:
    one = "models:\n  - name: a\n    config: {freshness: {build_after: {count: 4, period: hour}}}\n"
    head = PROJECT.replace("\n", "\r\n") if "\r" in tree else PROJECT
    project = files(tmp_path, project=head + tree, m=one)
    found = moved(project, M, "build_after", "folder")
    assert found is not None
    assert after(project, found) == {M: "models:\n  - name: a\n", "dbt_project.yml": head + wanted}


def test_to_the_folder_where_all_others_set_their_own(tmp_path: Path) -> None:
    both = BLOCK.rstrip() + "\n    config: {freshness: {build_after: {count: 1, period: day}}}\n"
    found = moved(files(tmp_path, m=both), M, "build_after", "folder")
    assert found is not None
    assert found.title == "Move `freshness` to the folder marts in dbt_project.yml"
    assert found.changed == ()


def test_from_a_call_to_the_folder(tmp_path: Path) -> None:
    project = files(tmp_path, m="models: []\n", sql=CODE)
    found = moved(project, SQL, "freshness", "folder")
    assert found is not None
    assert after(project, found) == {
        SQL: "{{ config(materialized='table') }}\nselect 1\n",
        "dbt_project.yml": PROJECT
        + (
            "models:\n  shop:\n    marts:\n      +freshness:\n        build_after:\n"
            "          count: 4\n          period: hour\n"
        ),
    }


def test_not_to_a_folder_that_sets_its_own(tmp_path: Path) -> None:
    tree = "models:\n  shop:\n    marts:\n      +freshness: {build_after: {count: 1, period: day}}\n"
    assert moved(files(tmp_path, project=PROJECT + tree), M, "build_after", "folder") is None


def test_not_where_something_stronger_is_in_force(tmp_path: Path) -> None:
    tree = (
        "models:\n  shop:\n    marts:\n      a:\n        +freshness: {build_after: {count: 1, period: day}}\n"
    )
    assert moved(files(tmp_path, project=PROJECT + tree), M, "build_after", "folder") is None


def test_from_a_call_to_properties_and_back(tmp_path: Path) -> None:
    bare = "models:\n  - name: a # first\n    description: x\n  - name: b\n"
    project = files(tmp_path, m=bare, sql=CODE)
    there = moved(project, SQL, "freshness", "properties")
    assert there is not None
    assert there.title == "Move `freshness` from config() to models/marts/m.yml"
    texts = after(project, there)
    assert texts == {
        SQL: "{{ config(materialized='table') }}\nselect 1\n",
        M: (
            "models:\n  - name: a # first\n    description: x\n    config:\n      freshness:\n"
            "        build_after:\n          count: 4\n          period: hour\n  - name: b\n"
        ),
    }
    new = imagine(project, texts)
    back = moved(new, M, "build_after", "code")
    assert back is not None
    assert after(new, back) == {SQL: CODE, M: bare}


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        (
            "select 1\n",
            "{{ config(freshness={'build_after': {'count': 4, 'period': 'hour'}}) }}\n\nselect 1\n",
        ),
        ("{{ config() }}\n", "{{ config(freshness={'build_after': {'count': 4, 'period': 'hour'}}) }}\n"),
        (
            "{{\n  config(\n    tags=['x'],\n    materialized='table',\n  )\n}}\nselect 1\n",
            "{{\n  config(\n    tags=['x'],\n    materialized='table',\n    freshness={'build_after': {'count': 4, 'period': 'hour'}},\n  )\n}}\nselect 1\n",
        ),
        (
            "{{ config(\r\n    tags=['x']\r\n) }}\r\n",
            "{{ config(\r\n    tags=['x'],\r\n    freshness={'build_after': {'count': 4, 'period': 'hour'}}\r\n) }}\r\n",
        ),
    ],
)
def test_to_a_call_and_back(tmp_path: Path, before: str, wanted: str) -> None:
    project = files(tmp_path, sql=before)
    there = moved(project, M, "build_after", "code")
    assert there is not None
    texts = after(project, there)
    assert texts[SQL] == wanted
    new = imagine(project, texts)
    back = moved(new, SQL, "freshness", "properties")
    assert back is not None
    assert "freshness" not in after(new, back)[SQL]


def test_python_models(tmp_path: Path) -> None:
    head = "def model(dbt, session):\n    dbt.config(materialized='table'%s)\n    return dbt.ref('b')\n"
    project = make_project(
        tmp_path, {M: BLOCK, "models/marts/a.py": head % "", "models/marts/b.sql": "select 1\n"}
    )
    found = moved(project, M, "build_after", "code")
    assert found is not None
    wanted = head % ', freshness={"build_after": {"count": 4, "period": "hour"}}'
    assert after(project, found)["models/marts/a.py"] == wanted


@pytest.mark.parametrize(
    ("code", "mark"),
    [
        (
            "{% if true %}{{ config(freshness={'build_after': {'count': 4, 'period': 'hour'}}) }}{% endif %}",
            "freshness",
        ),
        ("{{ config(**{'freshness': {'build_after': {'count': 4, 'period': 'hour'}}}) }}", "freshness"),
        (
            "{% set n = 4 %}{{ config(freshness={'build_after': {'count': n, 'period': 'hour'}}) }}",
            "freshness",
        ),
        ("{{ config(freshness={'build_after': {'count': 4, 'period': 'hours'}}) }}", "freshness"),
    ],
)
def test_what_cannot_be_moved_cleanly_is_not_offered(tmp_path: Path, code: str, mark: str) -> None:
    project = files(tmp_path, m="models:\n  - name: a\n", sql=code)
    text = project.text(SQL) or ""
    at = text.index(mark)
    for model, setting in settings_at(project, SQL, LineIndex(text).span(at, at + 1)):
        assert to_properties(project, model, setting) is None
        assert move_to_folder(project, model, setting) is None
