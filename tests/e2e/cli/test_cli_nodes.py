"""How ``explain``, ``ls``, ``resolve`` and ``verify`` find projects and nodes, and how they list them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from conftest_cli import Make, Run

from stateaware.cli.ls import list_rows
from stateaware.report.cells import columns_of
from stateaware.schema_files import bundle_schema
from stateaware.text.pieces import plain_line
from written import make_project

NODES = {
    "models/s.yml": (
        "models:\n"
        "  - name: cust\n    latest_version: 1\n    versions: [{v: 1}, {v: 2}]\n"
        "  - name: stg_b\n    config: {freshness: null}\n"
        "  - name: stg_c\n    config: {freshness: {build_after: {count: \"{{ env_var('NOT_THERE') | int }}\", period: hour}}}\n"
        "sources:\n"
        "  - name: raw\n"
        "    tables:\n"
        "      - name: orders\n        config: {freshness: {warn_after: {count: 1, period: day}}}\n"
        "      - name: bills\n        config: {freshness: null, loaded_at_field: at}\n"
    ),
    "models/marts/cust_v1.sql": "select 1 as id\n",
    "models/marts/cust_v2.sql": "select 1 as id\n",
    "models/stg_b.sql": "select 1 as id\n",
    "models/stg_c.sql": "select 1 as id\n",
}
NAME_ONE = "Run it in a dbt project, or name one: --project-dir path/to/project"
CUST = ["model.shop.cust.v1", "model.shop.cust.v2"]
STAGING = ["model.shop.stg_b", "model.shop.stg_c"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["cust"], CUST),
        (["cust.v1"], CUST[:1]),
        (["cust_v2"], CUST[1:]),
        (["model.shop.cust.v2"], CUST[1:]),
        (["models/marts/cust_v1.sql"], CUST[:1]),
        (["./models/marts"], CUST),
        (["models/marts/*.sql"], CUST),
        (["path:models/marts"], CUST),
        (["stg_*"], STAGING),
        (["stg_c", "stg_*"], STAGING[::-1]),
        (["raw.orders"], ["source.shop.raw.orders"]),
        (["source:raw.orders"], ["source.shop.raw.orders"]),
        (["source:shop.raw.orders"], ["source.shop.raw.orders"]),
        (["source:raw"], ["source.shop.raw.bills", "source.shop.raw.orders"]),
        (["source:*"], ["source.shop.raw.bills", "source.shop.raw.orders"]),
    ],
)
def test_what_a_node_may_be_called(run: Run, make: Make, wanted: list[str], found: list[str]) -> None:
    make(NODES)
    outcome = run("explain", "--format", "json", *wanted)
    assert outcome.code == 0, outcome.err
    listed = list(json.loads(outcome.out)["nodes"])
    assert (listed if len(wanted) > 1 else sorted(listed)) == found
    assert run("ls", "-q", *wanted).out.split() == sorted(found)


def test_a_name_that_means_several_versions_is_noted(run: Run, make: Make) -> None:
    make(NODES)
    assert run("explain", "cust").err == "note: cust has 2 versions: cust.v1 (the latest), cust.v2\n"
    assert run("explain", "cust", "-q").err == ""
    assert run("explain", "cust.v1").err == ""


def test_explain_takes_every_name_that_ls_prints(run: Run, make: Make) -> None:
    make(NODES)
    names = [line.split()[1] for line in run("ls").out.splitlines()]
    assert names[:2] == ["cust.v1", "cust.v2"]
    for name in names:
        assert run("explain", name).out.count("build_after") <= 1


def test_graph_operators_are_told(run: Run, make: Make) -> None:
    make(NODES)
    outcome = run("explain", "+stg_b")
    assert outcome.code == 4
    assert outcome.err.endswith("Graph operators (`+`, `@`) are not known here.\n")


@pytest.fixture
def monorepo(make: Make) -> None:
    make(NODES, "dbt/one")
    make(NODES, "dbt/two")


@pytest.mark.usefixtures("monorepo")
@pytest.mark.parametrize("command", [["explain", "cust"], ["resolve"], ["verify"], ["resolve", "dbt"]])
def test_several_projects_are_listed(run: Run, command: list[str]) -> None:
    outcome = run(*command)
    assert (outcome.code, outcome.err) == (
        4,
        "stateaware: there are 2 dbt projects here: dbt/one, dbt/two\nName one: --project-dir dbt/one\n",
    )


@pytest.mark.usefixtures("monorepo")
def test_one_of_several_projects(run: Run) -> None:
    assert run("explain", "cust.v1", "--project-dir", "dbt/one").code == 0
    assert run("explain", "dbt/two/models/marts/cust_v1.sql").out.startswith("model.shop.cust.v1 ")
    assert json.loads(run("resolve", "dbt/two").out)["project"] == "shop"
    assert run("ls").out.count("cust.v1") == 2
    assert run("ls", "dbt").out == run("ls").out
    assert run("ls", "dbt/one").out.count("cust.v1") == 1
    assert run("ls", "-q", "dbt/two", "stg_b").out == "model.shop.stg_b\n"
    assert run("ls", "-q", "dbt/two/models/marts").out.split() == CUST


@pytest.mark.parametrize("command", [["explain", "a"], ["resolve"], ["verify"], ["ls"]])
def test_no_project(run: Run, command: list[str]) -> None:
    outcome = run(*command)
    assert (outcome.code, outcome.err) == (
        4,
        f"stateaware: no dbt_project.yml in this folder or above it\n{NAME_ONE}\n",
    )


def test_what_ls_says_of_each_state(run: Run, make: Make) -> None:
    make(NODES)
    said = {line.split()[1]: " ".join(line.split()[2:-1]) for line in run("ls").out.splitlines()}
    assert said == {
        "cust.v1": "not set",
        "cust.v2": "not set",
        "stg_b": "switched off",
        "stg_c": "unknown until dbt runs",
        "raw.bills": "switched off; loaded_at_field at",
        "raw.orders": "warn after 1 day",
    } | dict.fromkeys(("orders", "stores"), "not set")


def test_ls_as_json(run: Run, make: Make) -> None:
    make(NODES)
    document = json.loads(run("ls", "--format", "json").out)
    jsonschema.validate(document, bundle_schema("ls-output"))
    assert document["projects"] == [{"folder": "", "name": "shop", "engine": "documented"}]
    status = {node["name"]: node["values"]["freshness"]["status"] for node in document["nodes"]}
    assert (status["cust.v1"], status["stg_b"], status["stg_c"]) == ("not set", "switched off", "unknown")
    bills = next(node for node in document["nodes"] if node["name"] == "raw.bills")
    assert bills["values"]["loaded_at_field"] == {"status": "set", "value": "at", "text": "at"}


def test_columns_are_as_wide_as_their_longest_name(tmp_path: Path) -> None:
    long = "a" * 90
    project = make_project(
        tmp_path,
        {
            f"models/{long}.sql": "select 1 as id",
            "models/日本.sql": "{{ config(freshness={'build_after': {'count': 4, 'period': 'hour'}}) }} select 1",
            "models/s.yml": "sources:\n  - name: raw\n    tables:\n      - name: t\n"
            f"        config: {{loaded_at_query: select {long}}}\n",
        },
    )
    rows = [plain_line(line) for line in list_rows(list(project.nodes.values()), widest=40)]
    assert {columns_of(row[: row.rindex("models/")]) for row in rows} == {8 + 92 + 42}
    assert any(f"  {long}  not set" in row for row in rows)
    assert any(row.endswith("...  models/s.yml") for row in rows)
    assert not any("..." in plain_line(line) for line in list_rows(list(project.nodes.values())))


@pytest.mark.parametrize("command", [["explain", "stg_b"], ["ls"], ["verify", "--manifest", "m.json"]])
def test_colors_as_in_check(run: Run, make: Make, command: list[str]) -> None:
    manifest = {"metadata": {"dbt_version": "2.0.0"}, "nodes": {}, "sources": {}}
    make({**NODES, "m.json": json.dumps(manifest)})
    plain = run(*command).out
    assert "\x1b[" not in plain
    assert "\x1b[" in run(*command, "--color", "always").out
    assert "\x1b[" in run(*command, env={"FORCE_COLOR": "1"}).out
    assert run(*command, env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).out == plain
    assert run(*command, "--color", "never", env={"FORCE_COLOR": "1"}).out == plain


ADAPTER = (
    "{{ config(freshness={'build_after': {'count': 7 if target.type == 'trino' else 9, 'period': 'hour'}}) }}"
)


def profile(adapter: str) -> str:
    return f"shop: {{target: x, outputs: {{x: {{type: {adapter}}}}}}}\n"


def test_where_profiles_are_looked_for(run: Run, make: Make, tmp_path: Path) -> None:
    home = make({"profiles.yml": profile("trino")}, "home/.dbt").parent
    make({"models/b.sql": f"{ADAPTER} select 1\n"}, "shop")
    make({"profiles.yml": profile("trino")}, "chosen")

    def hours(*options: str, **env: str) -> str:
        return run("ls", "b", "--project-dir", "shop", *options, env={"HOME": str(home), **env}).out.split()[
            2
        ]

    assert hours(HOME=str(tmp_path)) == "unknown"
    assert hours() == "7"
    (tmp_path / "shop" / "profiles.yml").write_text(profile("duckdb"))
    assert hours() == "9"
    (tmp_path / "profiles.yml").write_text(profile("trino"))
    assert hours() == "7"
    assert hours(DBT_PROFILES_DIR="shop") == "9"
    assert hours("--profiles-dir", "chosen", DBT_PROFILES_DIR="shop") == "7"


def test_a_chosen_folder_without_profiles(run: Run, make: Make) -> None:
    make()
    outcome = run("check", "--profiles-dir", "models")
    assert (outcome.code, outcome.err) == (
        4,
        "stateaware: no profiles.yml in models\n--profiles-dir is the folder that holds it.\n",
    )
