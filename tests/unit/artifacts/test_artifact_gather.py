"""Artifacts put together, and the plans that follow from what real dbt did."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from dbt_wrote import CORE, RECORDED, load, result, write

from stateaware.artifacts.gather import Gathered, gather
from stateaware.artifacts.manifest import read_manifest
from stateaware.artifacts.reading import ArtifactError, read_moment
from stateaware.plan.decide import plan
from stateaware.plan.decision import Plan
from stateaware.plan.lineage import Lineage
from stateaware.plan.nodes import Node
from stateaware.plan.state import State

ORDERS, COUNTRY, EVENTS = "model.shop.orders", "model.shop.by_country.v1", "model.shop.events"
SOURCE = "source.shop.raw.orders"


def decided(gathered: Gathered, after: timedelta) -> Plan:
    """What a run would do so long after the last one."""
    last = max(artifact.generated_at for artifact in gathered.runs.files if artifact.generated_at is not None)
    return plan(gathered.lineage, gathered.state, gathered.present, at=last + after)


def test_nothing_at_all() -> None:
    gathered = gather()
    assert gathered.state == State(complete=False)
    assert (gathered.lineage.nodes, gathered.files, gathered.notes, gathered.manifest) == ({}, (), (), None)


def test_an_empty_target_folder(tmp_path: Path) -> None:
    lineage = Lineage([Node(ORDERS)])
    gathered = gather(tmp_path, lineage=lineage)
    assert gathered.lineage is lineage
    assert gathered.files == ()


@pytest.mark.parametrize("version", CORE)
def test_a_target_folder(version: str) -> None:
    gathered = gather(RECORDED / version / "run1")
    assert gathered.manifest is not None
    assert gathered.lineage is gathered.manifest.lineage
    assert [artifact.path.name for artifact in gathered.files] == [
        "manifest.json",
        "run_results.json",
        "sources.json",
    ]
    assert gathered.state.records[ORDERS].status == "success"
    assert gathered.durations[ORDERS] > timedelta(0)
    assert gathered.present.versions["source.shop.raw.opted_out"].how == "opted out"
    at = datetime(2027, 1, 1, tzinfo=timezone.utc)
    ages = gathered.ages(at)
    assert ages[RECORDED / version / "run1/run_results.json"] == at - gathered.runs.files[0].generated_at  # type: ignore[operator]


@pytest.mark.parametrize("version", CORE)
def test_right_after_a_build_everything_is_reused(version: str) -> None:
    found = decided(gather(RECORDED / version / "run1"), timedelta(minutes=1))
    models = {key: decision.outcome for key, decision in found.decisions.items() if key.startswith("model.")}
    for key in (ORDERS, COUNTRY, EVENTS, "model.shop.stg_orders"):
        assert models[key] == "reuse", found.decisions[key]
    assert found.decisions["model.shop.off"].outcome == "absent"


@pytest.mark.parametrize("version", CORE)
def test_new_data_after_a_build(version: str) -> None:
    folder = RECORDED / version
    gathered = gather(folder / "run1", sources=[folder / "run1", folder / "run2"])
    soon, later = decided(gathered, timedelta(minutes=1)), decided(gathered, timedelta(hours=5))
    assert soon.decisions[EVENTS].outcome == "build"
    assert soon.decisions["model.shop.stg_orders"].outcome == "build"
    assert soon.decisions[ORDERS].outcome == "reuse"  # four hours have not passed
    assert later.decisions[ORDERS].outcome == "build"
    assert later.decisions[COUNTRY].outcome == "reuse"  # of its parents only one has new data
    change = later.decisions[EVENTS].changes[0]
    assert (change.upstream, change.then, change.certain) == (SOURCE, "2026-11-20T09:40:00+00:00", True)


@pytest.mark.parametrize("version", CORE)
def test_after_a_failed_build(version: str) -> None:
    folder = RECORDED / version
    gathered = gather(
        manifest=folder / "run1", run_results=[folder / "run1", folder / "run2"], sources=[folder]
    )
    found = decided(gathered, timedelta(minutes=1))
    assert found.decisions[COUNTRY].outcome == "build"
    assert found.decisions[COUNTRY].reason == "LAST_BUILD_FAILED"
    retried = gather(manifest=folder / "run1", run_results=[folder], sources=[folder])
    assert decided(retried, timedelta(minutes=1)).decisions[COUNTRY].outcome == "reuse"


@pytest.mark.parametrize("version", CORE)
def test_what_a_build_has_read_comes_from_beside_its_results(version: str) -> None:
    folder = RECORDED / version
    beside = gather(folder / "run1").state.records
    assert beside[EVENTS].upstream == {SOURCE: "2026-11-20T09:40:00+00:00"}
    stg = beside["model.shop.stg_orders"].own_version
    orders = beside[ORDERS].upstream
    assert orders is not None
    assert orders["model.shop.stg_orders"] == stg
    assert orders[SOURCE] == "2026-11-20T09:40:00+00:00"  # seen through a view by the rules of dbt State
    elsewhere = gather(folder / "run1", sources=[folder / "run2"]).state.records
    assert elsewhere[EVENTS].upstream is None


def test_a_measurement_after_the_build_is_not_what_it_has_read(tmp_path: Path) -> None:
    shutil.copytree(RECORDED / "1.11/run1", tmp_path, dirs_exist_ok=True)
    document = load("1.11", "run2", "sources.json")
    write(tmp_path / "sources.json", document)
    gathered = gather(tmp_path)
    assert gathered.state.records[EVENTS].upstream is None
    assert (
        decided(gathered, timedelta(minutes=1)).decisions[EVENTS].outcome != "build"
    )  # its times tell nothing new


@pytest.mark.parametrize("version", CORE)
def test_a_parent_that_was_built_again_has_another_version(version: str) -> None:
    folder = RECORDED / version
    gathered = gather(
        manifest=folder / "run1", run_results=[folder / "run1", folder / "run2"], sources=[folder]
    )
    record = gathered.state.records["model.shop.report"]  # of the first run; its parent failed in the second
    assert record.upstream is not None
    assert record.upstream[COUNTRY] == gathered.runs.successes[COUNTRY].own_version
    retried = gather(
        manifest=folder / "run1", run_results=[folder / "run1", folder / "run3"], sources=[folder]
    )
    seen = retried.state.records["model.shop.report"].upstream
    assert seen is None or seen[COUNTRY] == retried.runs.successes[COUNTRY].own_version


def test_nodes_that_were_renamed_are_named(tmp_path: Path) -> None:
    document = load("1.11", "run1", "manifest.json")
    for name in [
        ORDERS,
        "model.shop.clicks",
        "model.shop.report",
        "model.shop.batches",
        "model.shop.in_python",
    ]:
        document["nodes"][name.replace("shop.", "shop.new_")] = document["nodes"].pop(name)
    del document["sources"]["source.shop.raw.late"]
    manifest = write(tmp_path / "manifest.json", document)
    gathered = gather(RECORDED / "1.11/run1", manifest=manifest)
    told = [note for note in gathered.notes if note.startswith("not in the project any more")]
    assert len(told) == 1
    assert told[0].endswith(": `model.shop.batches`, `model.shop.clicks`, `model.shop.in_python` and 3 more")
    assert ORDERS not in gathered.state.records
    assert ORDERS in gathered.runs.records


def test_tests_are_not_missed_where_the_lineage_has_none() -> None:
    lineage = Lineage(
        node
        for node in read_manifest(RECORDED / "1.11/run1").lineage.nodes.values()
        if node.kind not in ("test", "unit_test")
    )
    notes = gather(RECORDED / "1.11/run1", lineage=lineage).notes
    assert not [note for note in notes if "any more" in note]


def test_both_engines_mixed_give_a_note() -> None:
    gathered = gather(RECORDED / "1.11/run1", manifest=RECORDED / "2.0/parsed")
    assert (
        "some artifacts are of dbt Core and some of dbt v2, which compile code differently" in gathered.notes
    )
    assert gathered.state.records[ORDERS].status == "success"


def test_what_was_read_already_is_not_read_again() -> None:
    manifest = read_manifest(RECORDED / "1.11/run1")
    assert gather(manifest=manifest).manifest is manifest


def test_what_is_named_must_be_there(tmp_path: Path) -> None:
    for wrong in (
        {"manifest": tmp_path},
        {"run_results": [tmp_path]},
        {"sources": [tmp_path / "sources.json"]},
    ):
        with pytest.raises(ArtifactError):
            gather(**wrong)  # type: ignore[arg-type]


def test_all_of_a_folder_of_runs_in_any_order() -> None:
    folder = RECORDED / "1.11"
    steps = [folder / step for step in ("run1", "run2", "run3")]
    forward = gather(folder / "run1", run_results=steps, sources=steps[:2])
    back = gather(folder / "run1", run_results=steps[::-1], sources=steps[1::-1])
    assert forward.state == back.state
    assert forward.present == back.present


def test_a_run_in_the_future_does_not_crash(tmp_path: Path) -> None:
    document: Any = load("1.11", "run1", "run_results.json")
    for step in result(document, ORDERS)["timing"]:
        step.update(started_at="9999-12-31T23:59:58Z", completed_at="9999-12-31T23:59:59Z")
    write(tmp_path / "run_results.json", document)
    gathered = gather(RECORDED / "1.11/run1", run_results=[tmp_path])
    assert gathered.state.records[ORDERS].completed_at == read_moment("9999-12-31T23:59:59Z")
    assert ORDERS in decided(gathered, timedelta(hours=1)).decisions
