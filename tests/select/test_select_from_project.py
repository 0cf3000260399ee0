"""What is read from a project's files is what dbt Core's manifest has of it, as far as files show it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from replay import HERE, graph_of, questions, recorded

from stateaware.errors import SelectionError
from stateaware.inputs import LoadOptions
from stateaware.select.criterion import Criterion
from stateaware.select.project import from_project, selectors_of
from stateaware.select.resource import Resource
from stateaware.select.selectable import Selectable
from stateaware.select.selection import select
from stateaware.workspace import load_project

KINDS = ("model", "source", "seed", "snapshot")
KEYS = (
    "materialized",
    "enabled",
    "tags",
    "group",
    "access",
    "meta",
    "unique_key",
    "strategy",
    "quote_columns",
)
ALIKE = (
    "resource_type", "name", "fqn", "path", "package", "tags", "source_name", "version", "latest_version",
    "parents", "access", "group", "patch_path", "enabled", "empty",
)  # fmt: skip


@pytest.fixture(scope="module")
def read() -> dict[str, Resource]:
    project = load_project(HERE / "project", LoadOptions(env={}))
    return {one.unique_id: one for one in from_project(project)}


def manifest() -> dict[str, Resource]:
    return {key: one for key, one in graph_of("core").resources.items() if one.resource_type in KINDS}


def test_the_same_nodes_are_there(read: dict[str, Resource]) -> None:
    assert {key for key, one in read.items() if one.enabled} == set(manifest())
    assert [key for key, one in read.items() if not one.enabled] == ["model.shop.switched_off"]


@pytest.mark.parametrize("key", sorted(manifest()))
def test_a_node_is_what_the_manifest_has(read: dict[str, Resource], key: str) -> None:
    def shown(one: Resource) -> dict[str, Any]:
        found = {name: getattr(one, name) for name in ALIKE}
        found["parents"] = sorted(one.parents)
        config = {name: one.config.get(name) for name in KEYS}
        config["tags"] = sorted(one.tags)
        # a model has an access in either case
        return {**found, "config": {**config, "access": one.access}}

    assert shown(read[key]) == shown(manifest()[key])


METHODS = ("tag", "config", "path", "group", "access", "version", "source", "file", "package", "fqn")


def asked() -> list[str]:
    """The recorded questions of one criterion, without relatives, about what files show."""
    found = []
    for question in questions():
        option, *criteria = shlex.split(question)
        if (
            option == "-s"
            and len(criteria) == 1
            and criteria[0].partition(":")[0].partition(".")[0] in METHODS
        ):
            answer = recorded()["core"]["answers"][question]
            if "error" not in answer and not set("+@, ") & set(criteria[0]):
                found.append(question)
    return found


@pytest.mark.parametrize("question", asked())
def test_selections_are_those_of_dbt(read: dict[str, Resource], question: str) -> None:
    answer = recorded()["core"]["answers"][question]
    expected = {key for key in answer["nodes"] if key.partition(".")[0] in KINDS}
    found = select(Selectable(read.values(), "shop"), [shlex.split(question)[1]], indirect="empty")
    assert found.unique_ids == expected


def test_a_package_obeys_the_root_project(tmp_path: Path) -> None:
    write(
        tmp_path,
        "dbt_project.yml",
        "name: shop\nmodels:\n  tools:\n    +tags: root\n    +materialized: table\n",
    )
    write(tmp_path, "packages.yml", "packages:\n  - local: tools\n")
    write(
        tmp_path,
        "tools/dbt_project.yml",
        "name: tools\nmodels:\n  tools:\n    +tags: own\n    +materialized: view\n",
    )
    write(
        tmp_path, "tools/models/day.sql", "{{ config(materialized='incremental', tags=['code']) }} select 1"
    )
    [one] = from_project(load_project(tmp_path, LoadOptions(env={})))
    assert one.tags == {"root", "own", "code"}
    assert one.config["materialized"] == "table"


def test_what_cannot_be_told_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "dbt_project.yml", "name: shop\nmodels:\n  +tags: \"{{ var('t', 'given') }}\"\n")
    write(tmp_path, "models/a.sql", "{% if var('x') %}{{ config(materialized='table') }}{% endif %} select 1")
    write(tmp_path, "models/b.sql", "{{ config(tags=[now_or_never()], group='g') }} select 1 {{ config(")
    found = {one.name: one for one in from_project(load_project(tmp_path, LoadOptions(env={})))}
    assert found["a"].tags == {"given"}
    assert "materialized" not in found["a"].config


def test_jinja_in_selectors_is_rendered(tmp_path: Path) -> None:
    write(tmp_path, "dbt_project.yml", "name: shop\nvars: {area: marts}\n")
    lines = 'selectors:\n  - name: one\n    definition: {tag: "{{ %s }}"}\n'
    write(tmp_path, "selectors.yml", lines % "env_var('AREA', 'marts') ~ '_x'")
    project = load_project(tmp_path, LoadOptions(env={"AREA": "staging"}))
    one = selectors_of(project).named("one")
    assert isinstance(one, Criterion)
    assert one.value == "staging_x"
    write(tmp_path, "selectors.yml", lines % "env_var('NOT_SET')")
    with pytest.raises(SelectionError, match="cannot be told without dbt"):
        selectors_of(project)


def test_snapshots_in_sql_files(tmp_path: Path) -> None:
    write(tmp_path, "dbt_project.yml", "name: shop\nsnapshots:\n  shop:\n    old:\n      +tags: [kept]\n")
    write(tmp_path, "models/a.sql", "select 1")
    block = "{% snapshot a_old %}{{ config(strategy='check') }} select * from {{ ref('a') }}{% endsnapshot %}"
    write(tmp_path, "snapshots/old/two.sql", block + block.replace("a_old", "a_older"))
    found = [
        one for one in from_project(load_project(tmp_path, LoadOptions(env={}))) if one.name.startswith("a_")
    ]
    assert [one.fqn for one in found] == [("shop", "old", "two", "a_old"), ("shop", "old", "two", "a_older")]
    assert {one.parents for one in found} == {("model.shop.a",)}
    assert found[0].tags == {"kept"}
    assert found[0].config["strategy"] == "check"


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
