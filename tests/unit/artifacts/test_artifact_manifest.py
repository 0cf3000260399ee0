"""manifest.json of real dbt: the same project gives the same plan, whichever dbt wrote it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from dbt_wrote import CORE, EVERY, RECORDED, load, write

from stateaware.artifacts.manifest import Manifest, read_manifest
from stateaware.plan.measured import Version
from stateaware.plan.nodes import NO_WINDOW, Window

NOT_NULL = "test.shop.not_null_orders_id.84ef11d8fe"


def changed(tmp_path: Path, change: Any, version: str = "1.11") -> Manifest:
    """A recorded manifest after a change."""
    document = load(version, "parsed", "manifest.json")
    change(document)
    return read_manifest(write(tmp_path / "manifest.json", document))


@pytest.mark.parametrize("version", EVERY)
def test_nodes(version: str) -> None:
    manifest = read_manifest(RECORDED / version / "parsed")
    nodes = manifest.lineage.nodes
    assert manifest.notes == ()
    assert manifest.lineage.cyclic == frozenset()
    assert {node.kind for node in nodes.values()} == {
        "model",
        "seed",
        "snapshot",
        "test",
        "unit_test",
        "source",
    }
    orders = nodes["model.shop.orders"]
    assert (orders.parents, orders.materialized) == (("model.shop.inline_orders",), "table")
    assert orders.build_after == Window(14400, "any", "4 hours", "manifest")
    country = nodes["model.shop.by_country.v1"]
    assert country.parents == ("model.shop.orders", "seed.shop.countries")
    assert country.build_after == Window(86400, "all", "1 day", "manifest")
    assert nodes["model.shop.inline_orders"].materialized == "ephemeral"
    assert nodes["model.shop.stg_orders"].selects_star
    assert not country.selects_star
    assert nodes["seed.shop.countries"].materialized == "seed"  # v2 does not write that
    assert nodes["seed.shop.countries"].parents == ()  # 1.x has no depends_on.nodes there
    assert nodes["snapshot.shop.orders_then"].parents == ("model.shop.orders",)
    assert nodes[NOT_NULL].parents == ("model.shop.orders",)
    assert nodes["unit_test.shop.stg_orders.everything_is_taken"].kind == "unit_test"
    assert (nodes["model.shop.off"].enabled, orders.enabled) == (False, True)
    assert orders.state.lag_tolerance is None
    assert all(node.assumed == () for node in nodes.values())


@pytest.mark.parametrize("version", EVERY)
def test_effective_parents_reach_through_the_ephemeral(version: str) -> None:
    lineage = read_manifest(RECORDED / version / "parsed").lineage
    through = lineage.effective_parents(frozenset({"ephemeral"}))
    assert through["model.shop.orders"] == ("model.shop.stg_orders",)


def test_python_models(tmp_path: Path) -> None:
    for version in ("1.11", "2.0"):
        nodes = read_manifest(RECORDED / version / "parsed").lineage.nodes
        assert nodes["model.shop.in_python"].language == "python"


@pytest.mark.parametrize("version", EVERY)
def test_resources(version: str) -> None:
    found = {one.unique_id: one for one in read_manifest(RECORDED / version / "parsed").resources}
    country = found["model.shop.by_country.v1"]
    assert (country.fqn, country.version, country.latest_version) == (("shop", "by_country", "v1"), "1", "1")
    assert (country.path, country.package, country.tags) == ("models/by_country.sql", "shop", {"marts"})
    assert country.patch_path == "models/models.yml"
    assert country.config["materialized"] == "table"
    orders = found["model.shop.orders"]
    assert (orders.access, orders.group, orders.empty) == ("public", "sales", False)
    assert (found[NOT_NULL].test_name, found[NOT_NULL].attached_node) == ("not_null", "model.shop.orders")
    assert found["test.shop.no_debts"].test_name == ""
    assert found["source.shop.raw.orders"].source_name == "raw"
    assert found["exposure.shop.dashboard"].parents == ("model.shop.report",)
    assert found["analysis.shop.look"].resource_type == "analysis"
    assert found["model.shop.off"].enabled is False


@pytest.mark.parametrize("version", EVERY)
def test_code_has_the_project_s_macros_also_through_others(version: str) -> None:
    code = read_manifest(RECORDED / version / "parsed").code
    orders = code["model.shop.orders"]
    assert [text.split("(")[0] for text in orders.macros] == ["{% macro cents", "{% macro halved"]
    assert code[NOT_NULL].macros == ()  # dbt's own
    assert orders.engine == version.split(".")[0]
    assert orders.relation == '"shop"."main"."orders"'
    assert orders.raw is not None
    assert "cents(" in orders.raw
    assert code["model.shop.inline_orders"].relation is None


def test_code_is_compiled_only_after_dbt_compile() -> None:
    for version in EVERY:
        parsed = read_manifest(RECORDED / version / "parsed").code["model.shop.by_country.v1"]
        compiled = read_manifest(RECORDED / version / "compiled").code["model.shop.by_country.v1"]
        assert parsed.compiled is None
        assert compiled.compiled is not None
        assert compiled.compiled.lstrip().startswith("select c.code, o.cents")


@pytest.mark.parametrize("version", EVERY)
def test_seeds_above_a_mebibyte_have_no_hash_in_the_manifest(version: str) -> None:
    manifest = read_manifest(RECORDED / version / "parsed")
    big = load(version, "parsed", "manifest.json")["nodes"]["seed.shop.big"]
    assert big["checksum"]["name"] == "path"
    assert manifest.code["seed.shop.big"].raw is None
    small = manifest.code["seed.shop.countries"].raw
    assert small is not None
    assert small.startswith("dbt:")


@pytest.mark.parametrize("version", EVERY)
def test_seeds_are_compared_with_their_files(version: str) -> None:
    root = RECORDED.parent / "project"
    code = read_manifest(RECORDED / version / "parsed").code_in(root)
    assert (code["seed.shop.countries"].raw or "").startswith("sha256:")


def test_a_seed_s_path_does_not_lead_out_of_the_project(tmp_path: Path) -> None:
    def lead_out(document: Any) -> None:
        document["nodes"]["seed.shop.countries"]["original_file_path"] = "../../etc/passwd"

    code = changed(tmp_path, lead_out).code_in(tmp_path)
    assert (code["seed.shop.countries"].raw or "").startswith("dbt:")


@pytest.mark.parametrize("version", EVERY)
def test_how_sources_are_dated(version: str) -> None:
    manifest = read_manifest(RECORDED / version / "parsed")
    assert manifest.how["source.shop.raw.orders"] == "loaded_at_field"
    assert manifest.how["source.shop.raw.metadata_only"] == "metadata"
    assert manifest.unmeasured["source.shop.raw.opted_out"] == Version(None, "opted out")
    assert manifest.unmeasured["source.shop.raw.metadata_only"] == Version(None, "failed")
    assert "source.shop.raw.nobody" not in manifest.unmeasured
    if version != "1.8":
        assert manifest.how["source.shop.queried.orders"] == "loaded_at_query"
        assert manifest.unmeasured["source.shop.plain.things"] == Version(None, "failed")
        assert manifest.unmeasured["source.shop.plain.nulled"] == Version(None, "opted out")


def test_loaded_at_may_stand_only_in_the_config(tmp_path: Path) -> None:
    def move(document: Any) -> None:
        document["sources"]["source.shop.raw.orders"]["loaded_at_field"] = None

    assert changed(tmp_path, move).how["source.shop.raw.orders"] == "loaded_at_field"


def test_a_source_that_a_view_of_the_project_makes(tmp_path: Path) -> None:
    def make(document: Any) -> None:
        made = document["nodes"]["model.shop.stg_orders"]["relation_name"]
        document["sources"]["source.shop.raw.metadata_only"]["relation_name"] = made

    assert changed(tmp_path, make).unmeasured["source.shop.raw.metadata_only"] == Version(None, "view")


def test_adapters_with_metadata_are_not_said_to_have_none(tmp_path: Path) -> None:
    manifest = changed(tmp_path, lambda document: document["metadata"].update(adapter_type="snowflake"))
    assert "source.shop.raw.metadata_only" not in manifest.unmeasured


def test_packages_count_and_dbt_s_own_macros_do_not(tmp_path: Path) -> None:
    def call(document: Any) -> None:
        def macro(name: str, *calls: str) -> None:
            package = name.split(".")[1]
            document["macros"][name] = {
                "package_name": package,
                "macro_sql": name,
                "depends_on": {"macros": list(calls)},
            }

        macro("macro.dbt_utils.star", "macro.dbt.in_between", "macro.gone.away")
        macro("macro.dbt.in_between", "macro.shop.overridden", "macro.dbt_duckdb.own")
        macro("macro.dbt_duckdb.own")
        macro("macro.shop.overridden", "macro.dbt_utils.star")  # in a circle
        document["nodes"]["model.shop.report"]["depends_on"]["macros"] = ["macro.dbt_utils.star"]

    used = changed(tmp_path, call).code["model.shop.report"].macros
    assert used == ("macro.dbt_utils.star", "macro.shop.overridden")


def test_public_models_of_other_projects(tmp_path: Path) -> None:
    def add(document: Any) -> None:
        other = copy.deepcopy(document["nodes"]["model.shop.orders"])
        other |= {"path": "", "original_file_path": "", "package_name": "other", "depends_on": {"nodes": []}}
        document["nodes"]["model.other.theirs"] = other

    assert changed(tmp_path, add).lineage.nodes["model.other.theirs"].kind == "external"


@pytest.mark.parametrize("home", ["state", "meta", "_extra"])
def test_settings_of_dbt_state(tmp_path: Path, home: str) -> None:
    state = {"lag_tolerance": "2h", "require_fresh_data_from": "all"}

    def put(document: Any) -> None:
        config = document["nodes"]["model.shop.orders"]["config"]
        config.update({"state": state} if home == "state" else {home: {"state": state}})

    found = changed(tmp_path, put).lineage.nodes["model.shop.orders"].state
    assert found.waits == "all"
    assert found.lag_tolerance is not None
    assert found.lag_tolerance.seconds == 7200


def test_a_lag_tolerance_that_nobody_can_read_is_unknown(tmp_path: Path) -> None:
    def put(document: Any) -> None:
        document["nodes"]["model.shop.orders"]["config"]["state"] = {"lag_tolerance": "a while"}

    found = changed(tmp_path, put).lineage.nodes["model.shop.orders"].state.lag_tolerance
    assert found is not None
    assert found.seconds is None
    assert found.unknown


def test_updates_on_that_v2_leaves_null_is_any(tmp_path: Path) -> None:
    for build_after, window in (
        ({"count": 4, "period": "hour", "updates_on": None}, Window(14400, "any", "4 hours", "manifest")),
        ({"count": None, "period": None, "updates_on": "all"}, Window(None, "all")),
        ({"count": None, "period": None, "updates_on": None}, None),
        ({"count": 0, "period": "minute"}, Window(0, "any", "0 minutes")),
    ):

        def put(document: Any, build_after: Any = build_after) -> None:
            document["nodes"]["model.shop.orders"]["config"]["freshness"] = {"build_after": build_after}

        found = changed(tmp_path, put).lineage.nodes["model.shop.orders"].build_after
        assert (found or NO_WINDOW).seconds == (window or NO_WINDOW).seconds
        assert (found or NO_WINDOW).waits == (window or NO_WINDOW).waits


def test_functions_are_no_parents_and_assumed_the_same(tmp_path: Path) -> None:
    def use(document: Any) -> None:
        document["nodes"]["model.shop.report"]["depends_on"]["nodes"].append("function.shop.half")

    node = changed(tmp_path, use).lineage.nodes["model.shop.report"]
    assert node.parents == ("model.shop.by_country.v1",)
    assert node.assumed == ("the functions that it uses have not changed",)


def test_a_circle_and_a_missing_parent(tmp_path: Path) -> None:
    def bend(document: Any) -> None:
        document["nodes"]["model.shop.stg_orders"]["depends_on"]["nodes"] = ["model.shop.orders", "model.a.b"]

    lineage = changed(tmp_path, bend).lineage
    assert "model.shop.orders" in lineage.cyclic
    assert "model.shop.clicks" in lineage.order


def test_a_node_enabled_elsewhere_is_not_disabled(tmp_path: Path) -> None:
    def twice(document: Any) -> None:
        document["disabled"]["model.shop.orders"] = [document["disabled"]["model.shop.off"][0]]

    manifest = changed(tmp_path, twice)
    assert manifest.lineage.nodes["model.shop.orders"].enabled
    assert [one.enabled for one in manifest.resources if one.unique_id == "model.shop.orders"] == [True]


def test_what_cannot_be_read_of_a_node_is_said(tmp_path: Path) -> None:
    def spoil(document: Any) -> None:
        nodes = document["nodes"]
        nodes["model.shop.report"] = 7
        nodes["model.shop.orders"]["config"] = "table"
        nodes["model.shop.events"]["config"]["materialized"] = ["table"]
        nodes["model.shop.stg_orders"]["resource_type"] = "painting"
        document["sources"] = []

    manifest = changed(tmp_path, spoil)
    path = tmp_path / "manifest.json"
    assert manifest.notes == (
        f"{path}: left out, since they cannot be read: `model.shop.report`",
        f"{path}: its `sources` are no object, and left out",
        f"{path}: left out, since their kind is not known: `model.shop.stg_orders`",
    )
    nodes = manifest.lineage.nodes
    assert nodes["model.shop.orders"].assumed == ("nothing is set for it: its `config` cannot be read",)
    assert nodes["model.shop.events"].assumed == ("it is a table: its materialization cannot be told",)


@pytest.mark.parametrize("version", CORE)
def test_a_manifest_without_its_version_is_taken_for_core(tmp_path: Path, version: str) -> None:
    manifest = changed(tmp_path, lambda document: document["metadata"].pop("dbt_version"), version)
    assert manifest.engine == "core"
    assert manifest.notes == (
        f"{tmp_path / 'manifest.json'} does not say which dbt wrote it: taken for dbt Core",
    )


def test_nothing_is_worked_out_before_it_is_asked_for() -> None:
    manifest = read_manifest(RECORDED / "1.11" / "parsed")
    manifest.lineage  # noqa: B018 - asked for
    assert not {"resources", "code", "how", "unmeasured"} & vars(manifest).keys()
    assert manifest.resources is manifest.resources


def test_the_document_is_not_changed() -> None:
    manifest = read_manifest(RECORDED / "1.11" / "parsed")
    before = json.dumps(manifest.artifact.data)
    for name in ("lineage", "resources", "code", "how", "unmeasured"):
        assert getattr(manifest, name)
    assert json.dumps(manifest.artifact.data) == before
