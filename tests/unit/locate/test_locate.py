"""What stands where: in properties files, in dbt_project.yml and in code; and nothing where it is not ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from stateaware.locate import Target, locate, outline
from stateaware.locate.nodes import nodes_of, settings_in_force, settings_of
from stateaware.workspace import Project
from written import PROJECT, make_project

PROPERTIES = """\
version: 2
models:
  - name: orders
    description: one row an order
    config:
      materialized: table
      freshness:
        build_after: {count: 4, period: hour, updates_on: all}
      state: {lag_tolerance: 4h}
    columns:
      - name: id
  - name: dim
    versions:
      - v: 1
        config: {freshness: null}
      - v: 2
sources:
  - name: raw
    config:
      freshness: {warn_after: {count: 6, period: hour}}
    tables:
      - name: pay
        config: {loaded_at_field: _at}
      - name: users
seeds:
  - name: countries
"""
TREE = PROJECT + (
    "models:\n  shop:\n    +materialized: view\n    +freshness: {build_after: {count: 1, period: day}}\n"
    "    marts:\n      +freshness: {build_after: {count: 1, period: hour}}\n"
    "sources:\n  shop:\n    marts:\n      raw: {+loaded_at_field: at}\nseeds:\n  shop:\n    +quote_columns: true\n"
)
FILES: dict[str, str | bytes] = {
    "dbt_project.yml": TREE,
    "models/marts/_marts.yml": PROPERTIES,
    "models/marts/orders.sql": (
        "{{ config(materialized='table', freshness={'build_after': {'count': 2, 'period': 'day'}}) }}\n"
        "select 1 from {{ ref('stg') }} join {{ source('raw', 'pay') }} using (id), {{ ref('countries') }}\n"
    ),
    "models/stg.sql": "{{ config(materialized='view') }}\nselect 1 as id",
    "models/marts/dim_v1.sql": "select 1 as id",
    "models/marts/dim_v2.sql": "select 1 as id",
    "models/quiet.yml": "models:\n  - name: stg\n    description: nothing of ours\n",
    "models/py.py": "def model(dbt, session):\n    dbt.config(freshness={'build_after': {'count': 2, 'period': 'day'}})\n    return dbt.ref('stg')\n",
    "seeds/countries.csv": "id\n1\n",
}


def at(project: Project, file: str, mark: str, word: str = "") -> Target | None:
    """What stands at the first ``word`` from the first ``mark`` on."""
    text = project.text(file) or ""
    offset = text.index(word or mark, text.index(mark))
    before = text[:offset]
    return locate(project, file, before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path, FILES)


@pytest.mark.parametrize(
    ("mark", "word", "kind", "label", "path"),
    [
        ("name: orders", "orders", "entry", "orders", ()),
        ("freshness:", "", "block", "freshness", ("freshness",)),
        ("build_after", "", "key", "build_after", ("freshness", "build_after")),
        ("count: 4", "", "key", "count", ("freshness", "build_after", "count")),
        ("count: 4", "4", "value", "4", ("freshness", "build_after", "count")),
        ("updates_on", "all", "value", "all", ("freshness", "build_after", "updates_on")),
        ("state:", "", "block", "state", ("state",)),
        ("lag_tolerance", "4h", "value", "4h", ("state", "lag_tolerance")),
        ("name: dim", "dim", "entry", "dim", ()),
        ("v: 1", "1", "entry", "dim.v1", ()),
        ("freshness: null", "null", "value", "null", ("freshness",)),
        ("name: raw", "raw", "entry", "raw", ()),
        ("warn_after", "", "key", "warn_after", ("freshness", "warn_after")),
        ("name: pay", "pay", "entry", "raw.pay", ()),
        ("loaded_at_field", "", "block", "loaded_at_field", ("loaded_at_field",)),
    ],
)
def test_properties(
    project: Project, mark: str, word: str, kind: str, label: str, path: tuple[str, ...]
) -> None:
    found = at(project, "models/marts/_marts.yml", mark, word)
    assert found is not None
    assert (found.kind, found.label, found.path) == (kind, label, path)


@pytest.mark.parametrize(
    ("file", "mark", "word"),
    [
        ("models/marts/_marts.yml", "version: 2", ""),
        ("models/marts/_marts.yml", "models:", ""),
        ("models/marts/_marts.yml", "description", ""),
        ("models/marts/_marts.yml", "config:", ""),
        ("models/marts/_marts.yml", "materialized", ""),
        ("models/marts/_marts.yml", "columns", ""),
        ("models/marts/_marts.yml", "name: id", "id"),
        ("models/marts/_marts.yml", "_at}", ""),
        ("models/marts/_marts.yml", "countries", ""),
        ("dbt_project.yml", "name: shop", "shop"),
        ("dbt_project.yml", "+materialized", ""),
        ("dbt_project.yml", "seeds:", "shop"),
        ("models/marts/orders.sql", "materialized", ""),
        ("models/marts/orders.sql", "select", ""),
        ("models/stg.sql", "config", ""),
        ("models/none.sql", "", ""),
    ],
)
def test_what_is_not_ours(project: Project, file: str, mark: str, word: str) -> None:
    assert at(project, file, mark, word) is None


@pytest.mark.parametrize(
    ("file", "mark", "kind", "label"),
    [
        ("dbt_project.yml", "models:", "folder", "models"),
        ("dbt_project.yml", "shop:\n    +mat", "folder", "shop"),
        ("dbt_project.yml", "+freshness", "block", "+freshness"),
        ("dbt_project.yml", "marts", "folder", "marts"),
        ("dbt_project.yml", "raw:", "folder", "raw"),
        ("dbt_project.yml", "+loaded_at_field", "block", "+loaded_at_field"),
        ("models/marts/orders.sql", "config", "call", "config()"),
        ("models/marts/orders.sql", "freshness", "block", "freshness"),
        ("models/marts/orders.sql", "'period'", "key", "period"),
        ("models/marts/orders.sql", "'day'", "value", "day"),
        ("models/marts/orders.sql", "ref(", "reference", "stg"),
        ("models/marts/orders.sql", "'pay'", "reference", "raw.pay"),
        ("models/py.py", "dbt.config", "call", "config()"),
        ("models/py.py", "'count'", "key", "count"),
        ("models/py.py", "dbt.ref", "reference", "stg"),
        ("models/quiet.yml", "stg", "entry", "stg"),
    ],
)
def test_elsewhere(project: Project, file: str, mark: str, kind: str, label: str) -> None:
    found = at(project, file, mark)
    assert found is not None
    assert (found.kind, found.label) == (kind, label)


@pytest.mark.parametrize(
    ("file", "mark", "word", "nodes"),
    [
        ("models/marts/_marts.yml", "orders", "", ["model.shop.orders"]),
        ("models/marts/_marts.yml", "name: dim", "dim", ["model.shop.dim.v1", "model.shop.dim.v2"]),
        ("models/marts/_marts.yml", "v: 2", "2", ["model.shop.dim.v2"]),
        ("models/marts/_marts.yml", "raw", "", ["source.shop.raw.pay", "source.shop.raw.users"]),
        ("models/marts/_marts.yml", "users", "", ["source.shop.raw.users"]),
        ("models/quiet.yml", "stg", "", ["model.shop.stg"]),
        ("models/marts/orders.sql", "config", "", ["model.shop.orders"]),
        ("models/marts/orders.sql", "ref(", "", ["model.shop.stg"]),
        ("models/marts/orders.sql", "source(", "", ["source.shop.raw.pay"]),
        ("models/marts/orders.sql", "ref('countries')", "", []),
        ("dbt_project.yml", "marts", "", ["model.shop.orders", "model.shop.dim.v1", "model.shop.dim.v2"]),
        ("dbt_project.yml", "raw", "", ["source.shop.raw.pay", "source.shop.raw.users"]),
    ],
)
def test_nodes(project: Project, file: str, mark: str, word: str, nodes: list[str]) -> None:
    found = at(project, file, mark, word)
    assert found is not None
    assert sorted(node.unique_id for node in nodes_of(project, found.subject)) == sorted(nodes)


def test_places_that_set_values(project: Project) -> None:
    orders = project.models["model.shop.orders"]
    places = [f"{s.file}:{s.span.line}" for s in settings_in_force(orders)]
    assert places == ["models/marts/orders.sql:1", "models/marts/_marts.yml:9"]
    places = [f"{s.file}:{s.span.line}" for s in settings_of(orders, "freshness")]
    assert places == [
        "models/marts/orders.sql:1",
        "models/marts/_marts.yml:7",
        "dbt_project.yml:9",
        "dbt_project.yml:7",
    ]


def test_an_outline_is_in_written_order_and_nested(project: Project) -> None:
    shown = [
        (target.label, [inner.label for inner in target.children])
        for target in outline(project, "models/marts/_marts.yml")
    ]
    assert shown == [
        ("orders", ["freshness", "state"]),
        ("dim", ["dim.v1", "dim.v2"]),
        ("raw", ["freshness", "raw.pay", "raw.users"]),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "models:\n  - name: [",
        "models: 3",
        "models:\n  - name:\n",
        "- a",
        "\0",
        "models:\n  - name: a\n    config: 4\n    versions: [1, {v: {}}]",
    ],
)
def test_broken_files_give_nothing_or_less(tmp_path: Path, text: str) -> None:
    project = make_project(
        tmp_path, {"models/a.yml": text, "models/a.sql": "{{ config(freshness={ }} {{ ref("}
    )
    for file in ("models/a.yml", "models/a.sql", "dbt_project.yml"):
        for line in range(1, 4):
            for column in range(1, 30):
                found = locate(project, file, line, column)
                assert found is None or found.kind == "entry"


def test_astral_letters_and_line_ends(tmp_path: Path) -> None:
    text = "models:\r\n  - name: 'x😀'\r\n    description: '😀😀'\r\n    config: {meta: '😀', freshness: {build_after: {count: 4, period: hour}}}\r\n"
    project = make_project(tmp_path, {"models/a.yml": text})
    found = locate(project, "models/a.yml", 4, text.split("\r\n")[3].index("period") + 1)
    assert found is not None
    assert found.path == ("freshness", "build_after", "period")


def test_a_source_that_overrides_a_package(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "packages.yml": "packages:\n  - local: pkg\n",
        "pkg/dbt_project.yml": "name: pkg\nversion: '1.0'\n",
        "pkg/models/s.yml": "sources:\n  - name: raw\n    tables:\n      - name: pay\n",
        "pkg/models/m.sql": "select 1 from {{ source('raw', 'pay') }}",
        "models/over.yml": "sources:\n  - name: raw\n    overrides: pkg\n    tables:\n      - name: pay\n",
    }
    for engine in ("documented", "core"):
        project = make_project(tmp_path, files, engine)
        found = at(project, "models/over.yml", "pay")
        assert found is not None
        assert (
            "source.pkg.raw.pay" in {node.unique_id for node in nodes_of(project, found.subject)}
            or engine == "documented"
        )
    found = at(project, "pkg/models/m.sql", "source(")
    assert found is not None
    assert [node.unique_id for node in nodes_of(project, found.subject)] == ["source.pkg.raw.pay"]
