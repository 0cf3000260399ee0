"""SA503: a build_after shorter than that of every parent."""

from __future__ import annotations

from pathlib import Path

import pytest

from unit.rules.projects import found_in, marked

SOURCES = "sources:\n  - name: raw\n    tables: [{name: orders}]\n"


def sql(hours: int | None = None, *refs: str, more: str = "") -> str:
    window = "" if hours is None else f"freshness={{'build_after': {{'count': {hours}, 'period': 'hour'}}}}"
    config = ", ".join(part for part in (window, more) if part)
    return f"{{{{ config({config}) }}}}" + "".join(f"{{{{ ref('{ref}') }}}}" for ref in refs)


def found(folder: Path, engine: str = "documented", **models: str) -> list[tuple[str | None, str]]:
    files = {f"models/{name}.sql": text for name, text in models.items()}
    return [
        (f.node, f.message) for f in found_in(folder, {"models/_s.yml": SOURCES, **files}, "SA503", engine)
    ]


@pytest.mark.parametrize("engine", ["documented", "fusion", "core"])
def test_one_parent(tmp_path: Path, engine: str) -> None:
    files = {"models/a.sql": sql(4), "models/b.sql": sql(1, "a")}
    (finding,) = found_in(tmp_path, files, "SA503", engine)
    assert finding.severity == "info"
    assert finding.message == "build_after (1 hour) is shorter than that of its parent `a` (4 hours)"
    assert finding.node == "model.shop.b"
    assert marked(finding, files) == "'build_after': {'count': 1, 'period': 'hour'}"
    assert finding.related[0].place.file == "models/a.sql"


def test_several_parents(tmp_path: Path) -> None:
    told = "build_after (1 hour) is shorter than that of every parent; the nearest is `b` with 3 hours"
    assert found(tmp_path, a=sql(4), b=sql(3), c=sql(1, "a", "b")) == [("model.shop.c", told)]


def test_an_ephemeral_parent_is_looked_through(tmp_path: Path) -> None:
    assert found(tmp_path, a=sql(4), e=sql(9, "a", more="materialized='ephemeral'"), c=sql(5, "e")) == []
    told = "build_after (2 hours) is shorter than that of its parent `a` (4 hours)"
    models = {"a": sql(4), "e": sql(None, "a", more="materialized='ephemeral'"), "c": sql(2, "e")}
    assert found(tmp_path, **models) == [("model.shop.c", told)]


def test_a_shared_setting_only_where_it_holds_for_all(tmp_path: Path) -> None:
    tree = "name: shop\nmodels:\n  shop:\n    marts:\n      +freshness: {build_after: {count: 1, period: hour}}\n"
    files = {
        "dbt_project.yml": tree,
        "models/a.sql": sql(4),
        "models/marts/x.sql": "{{ ref('a') }}",
        "models/marts/y.sql": "{{ ref('a') }}",
    }
    (finding,) = found_in(tmp_path, files, "SA503")
    assert finding.message == "build_after (1 hour) is shorter than that of every parent of `x` and `y`"
    assert finding.node is None
    files["models/marts/z.sql"] = "select 1"
    assert found_in(tmp_path, files, "SA503") == []


@pytest.mark.parametrize(
    "child",
    [
        sql(4, "a"),
        sql(9, "a"),
        sql(0, "a"),
        sql(1, "a", "free"),
        sql(1, "a", "zero"),
        sql(1, "a", "nowhere"),
        sql(1, "a") + "{{ source('raw', 'orders') }}",
        sql(1, "a") + "{{ ref(var('x')) }}",
        sql(1),
        sql(None, "a"),
    ],
)
def test_silent(tmp_path: Path, child: str) -> None:
    assert found(tmp_path, a=sql(4), free="select 1", zero=sql(0), child=child) == []
