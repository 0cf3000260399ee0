"""Parents, materializations and what is switched off, as real dbt tells them of a crooked project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stateaware.config.profiles import PROFILES
from stateaware.inputs import LoadOptions
from stateaware.plan.nodes import Node
from stateaware.plan.project import lineage_of
from stateaware.workspace import load_project
from written import PROJECT, make_project

HERE = Path(__file__).parent
RECORDED = json.loads((HERE / "crooked.json").read_text("utf-8"))


@pytest.mark.parametrize("engine", ["core", "fusion"])
def test_the_graph_is_that_of_dbt(engine: str) -> None:
    project = load_project(HERE / "crooked", LoadOptions(profile=PROFILES[engine]))
    nodes = [node for node in lineage_of(project).nodes.values() if node.enabled and node.kind != "source"]
    found = {
        node.unique_id: {"parents": sorted(node.parents), "materialized": node.materialized} for node in nodes
    }
    assert found == RECORDED[engine]
    assert {node.unique_id: node.assumed for node in nodes if node.assumed} == {}


@pytest.mark.parametrize("engine", ["core", "fusion"])
def test_without_the_adapter_nothing_is_claimed_of_what_hangs_on_it(engine: str, tmp_path: Path) -> None:
    options = LoadOptions(profile=PROFILES[engine], profiles_dir=tmp_path)
    nodes = lineage_of(load_project(HERE / "crooked", options)).nodes
    assert nodes["model.crooked.by_dispatch"].assumed == (
        "it has no other parents than those that can be read",
    )
    assert "it is switched on: its `enabled` cannot be told" in nodes["model.crooked.by_adapter"].assumed


def model(folder: Path, text: str, **files: str) -> Node:
    macros = "{% macro of(x) %}select * from {{ ref(x) }}{% endmacro %}"
    written: dict[str, str | bytes] = {
        "dbt_project.yml": PROJECT,
        "macros/m.sql": macros,
        "models/a.sql": "select 1",
        "models/it.sql": text,
    }
    return lineage_of(make_project(folder, {**written, **files})).nodes["model.shop.it"]


SAID = ("it has no other parents than those that can be read",)


@pytest.mark.parametrize(
    ("text", "parents", "assumed"),
    [
        ("{{ of('a') }}", ("model.shop.a",), ()),
        ("{% if target.name == 'prod' %}{{ ref('a') }}{% endif %}", ("model.shop.a",), SAID),
        ("{% if env_var('NOT_SET_HERE') %}{{ of('a') }}{% endif %}", ("model.shop.a",), SAID),
        ("{{ of(env_var('NOT_SET_HERE')) }}", (), SAID),
        ("{{ of('nowhere') }}", (), SAID),
        ("{{ ref('a') }} {{ no_such_macro() }}{{ of('a') }}", ("model.shop.a",), SAID),
        ("{{ config(post_hook=\"{{ of('a') }}\") }} select 1", ("model.shop.a",), ()),
        ("{{ config(post_hook='{{ of(undefined_here.x) }}') }} {{ ref('a') }}", ("model.shop.a",), SAID),
        ("{{ ref('a') }} {{ of('a'", ("model.shop.a",), SAID),
    ],
)
def test_what_cannot_be_told_is_said(
    tmp_path: Path, text: str, parents: tuple[str, ...], assumed: tuple[str, ...]
) -> None:
    found = model(tmp_path, text)
    assert found.parents == parents
    assert tuple(one for one in found.assumed if one in SAID) == assumed


def test_code_of_an_untrusted_project_is_not_run(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "macros/m.sql": "{% macro of(x) %}{{ ref(x) }}{% endmacro %}",
        "models/a.sql": "select 1",
        "models/it.sql": "{{ of('a') }} {{ ref('a') }}",
    }
    project = make_project(tmp_path, files, trusted=False)
    found = lineage_of(project).nodes["model.shop.it"]
    assert found.parents == ("model.shop.a",)
    assert found.assumed == SAID
