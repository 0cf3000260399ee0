"""Files that are replaced one by one: the same as reading everything anew, without listing folders."""

from __future__ import annotations

from pathlib import Path

import pytest

import stateaware.inputs
from stateaware.inputs import Inputs, LoadOptions
from stateaware.report.resolution import resolution
from stateaware.workspace import Project, load_project
from written import PROJECT, write_files

FILES: dict[str, str | bytes] = {
    "models/orders.sql": "select 1\n",
    "more/stores.sql": "select 1\n",
    "models/m.yml": "models:\n  - name: orders\n",
    "dbt_packages/tools/dbt_project.yml": "name: tools\n",
    "dbt_packages/tools/models/tool.sql": "select 1\n",
}
FRESH = "models:\n  shop:\n    +freshness: {build_after: {count: 4, period: hour}}\n"


def after_edit(root: Path, text: str) -> Inputs:
    before = Inputs(root, LoadOptions())
    assert before.code
    (root / "dbt_project.yml").write_text(text)
    return before.after([str(root / "dbt_project.yml")])


@pytest.mark.parametrize(
    "text",
    [
        PROJECT + FRESH,
        PROJECT + "model-paths: [more]\n",
        PROJECT + "model-paths: [models, more]\n" + FRESH,
        PROJECT + "packages-install-path: elsewhere\n",
        PROJECT.replace("name: shop", "name: other") + FRESH,
        "",
        "- a list\n",
    ],
)
def test_another_project_file_is_as_if_all_were_read_anew(tmp_path: Path, text: str) -> None:
    root = write_files(tmp_path, FILES)
    found, fresh = after_edit(root, text), Inputs(root, LoadOptions())
    assert found.names == fresh.names
    assert found.shaping == fresh.shaping
    assert list(found.code) == list(fresh.code)
    assert [facts.package for facts in found.properties] == [facts.package for facts in fresh.properties]
    assert [package.name for package in found.packages] == [package.name for package in fresh.packages]


def test_folders_are_listed_anew_only_where_another_path_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_files(tmp_path, FILES)
    listed: list[object] = []
    real = stateaware.inputs.list_files

    def counted(*arguments: object) -> object:
        listed.append(arguments)
        return real(*arguments)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(stateaware.inputs, "list_files", counted)
    before = Inputs(root, LoadOptions())
    assert before.code
    listed.clear()
    (root / "dbt_project.yml").write_text(PROJECT + FRESH)
    kept = before.after([str(root / "dbt_project.yml")])
    assert len(kept.code) == 2
    assert listed == []
    (root / "dbt_project.yml").write_text(PROJECT + "model-paths: [models, more]\n")
    assert len(kept.after([str(root / "dbt_project.yml")]).code) == 3
    assert len(listed) == 2


def test_the_tree_of_the_new_project_file_is_in_force(tmp_path: Path) -> None:
    root = write_files(tmp_path, FILES)
    found = after_edit(root, PROJECT + FRESH)
    project = Project(found, LoadOptions())
    assert resolution(project) == resolution(load_project(root, LoadOptions()))
    effective = project.models["model.shop.orders"].effective["freshness"]
    assert effective.winner is not None
    assert effective.winner.file == "dbt_project.yml"
