"""What catalog.json and manifest.json tell about sources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stateaware.project import artifacts
from stateaware.project.artifacts import SourceView, read_source_views, target_path
from stateaware.project.project_file import read_project_file

ORDERS = "source.shop.raw.orders"


def write(folder: Path, name: str, document: Any) -> None:
    path = folder / "target" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps(document))


def catalog(**types: str) -> dict[str, Any]:
    return {
        "metadata": {"generated_at": "2026-11-20T08:00:00Z"},
        "nodes": {"model.shop.orders": {"metadata": {"type": "VIEW"}}},
        "sources": {f"source.shop.raw.{name}": {"metadata": {"type": kind}} for name, kind in types.items()},
    }


def manifest(materialized: str = "view", relation: str = '"db"."raw"."orders"') -> dict[str, Any]:
    config = {"materialized": materialized}
    return {
        "metadata": {"generated_at": "2026-11-21T08:00:00Z"},
        "nodes": {"model.shop.orders": {"config": config, "relation_name": relation}},
        "sources": {ORDERS: {"relation_name": '"db"."raw"."orders"'}, "source.shop.raw.other": {}},
    }


def test_the_catalog_names_views(tmp_path: Path) -> None:
    write(
        tmp_path,
        "catalog.json",
        catalog(orders="VIEW", other="view", items="BASE TABLE", mat="MATERIALIZED VIEW"),
    )
    seen = SourceView("target/catalog.json", "2026-11-20T08:00:00Z")
    assert read_source_views(tmp_path, "target") == {ORDERS: seen, "source.shop.raw.other": seen}


def test_the_manifest_shows_a_view_that_a_model_makes(tmp_path: Path) -> None:
    write(tmp_path, "manifest.json", manifest())
    assert read_source_views(tmp_path, "target") == {
        ORDERS: SourceView("target/manifest.json", "2026-11-21T08:00:00Z", "model.shop.orders")
    }


@pytest.mark.parametrize("document", [manifest("table"), manifest(relation='"db"."raw"."else"')])
def test_the_manifest_shows_none(tmp_path: Path, document: dict[str, Any]) -> None:
    write(tmp_path, "manifest.json", document)
    assert read_source_views(tmp_path, "target") == {}


def test_the_catalog_comes_first(tmp_path: Path) -> None:
    write(tmp_path, "manifest.json", manifest())
    write(tmp_path, "catalog.json", catalog(orders="BASE TABLE"))
    assert read_source_views(tmp_path, "target") == {}


@pytest.mark.parametrize(
    "document",
    [
        "",
        "{",
        "[]",
        "[" * 200_000,
        {"sources": []},
        {"sources": {ORDERS: 1}},
        {"sources": {ORDERS: {"metadata": {"type": 1}}}, "metadata": 3},
        {"nodes": {"model.shop.orders": {"config": 1}}, "sources": {ORDERS: {"relation_name": None}}},
    ],
)
def test_broken_artifacts_say_nothing(tmp_path: Path, document: Any) -> None:
    for name in ("catalog.json", "manifest.json"):
        write(tmp_path, name, document)
    assert read_source_views(tmp_path, "target") == {}


def test_missing_artifacts_say_nothing(tmp_path: Path) -> None:
    assert read_source_views(tmp_path, "target") == {}


def test_large_artifacts_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "catalog.json", catalog(orders="VIEW"))
    monkeypatch.setitem(artifacts.MAX_BYTES, "catalog.json", 50)
    assert read_source_views(tmp_path, "target") == {}


@pytest.mark.parametrize(
    ("text", "env", "expected"),
    [
        ("name: shop\n", {}, "target"),
        ("name: shop\ntarget-path: out\n", {}, "out"),
        ("name: shop\ntarget-path: \"{{ env_var('T') }}\"\n", {}, "target"),
        ("name: shop\ntarget-path: out\n", {"DBT_TARGET_PATH": "/elsewhere"}, "/elsewhere"),
    ],
)
def test_target_path(text: str, env: dict[str, str], expected: str) -> None:
    assert target_path(read_project_file(text.encode(), "dbt_project.yml"), env) == expected
