"""Code from the files of a project, beside manifests of it and beside other files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from stateaware.fingerprint.code import NodeCode
from stateaware.fingerprint.compare import differs
from stateaware.fingerprint.project import code_by_id
from stateaware.fingerprint.words import describe_change
from stateaware.inputs import LoadOptions
from stateaware.workspace import load_project
from unit.fingerprint.manifests import SHOP, codes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the recorded project with its package installed."""
    root = tmp_path / "shop"
    shutil.copytree(SHOP, root)
    shutil.copytree(SHOP / "pkg", root / "dbt_packages" / "extra")
    return root


def read(root: Path) -> dict[str, NodeCode]:
    return code_by_id(load_project(root, LoadOptions()))


def edit(root: Path, file: str, old: str, new: str) -> None:
    path = root / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def changed(then: dict[str, NodeCode], now: dict[str, NodeCode]) -> dict[str, str]:
    """What is said of the nodes whose code changed."""
    return {
        key.split(".")[2]: describe_change(then[key], now[key], "duckdb")
        for key in then.keys() & now.keys()
        if differs(then[key], now[key], "duckdb")
    }


@pytest.mark.parametrize("title", ["built", "first", "v2"])
def test_files_are_what_dbt_wrote_in_its_manifest(folder: Path, title: str) -> None:
    files, manifest = read(folder), codes(title)
    assert files.keys() == {key for key in manifest if not key.startswith("test.")}
    assert changed(manifest, files) == {}
    assert changed(files, manifest) == {}


EDITS = (
    ("models/stg_orders.sql", "/* in dollars */", "-- dollars\n", {}),
    ("models/stg_orders.sql", "tags=['a']", "tags=['b']", {}),
    ("models/stg_orders.sql", "select id,", "select id + 1,", {"stg_orders": "its SQL"}),
    ("models/inc.sql", "max(id)", "min(id)", {"inc": "its SQL"}),
    ("models/inc.sql", "unique_key='id'", "unique_key='amount'", {"inc": "its config()"}),
    ("macros/cents.sql", "}}, 2)::", "}}, 3)::", {"stg_orders": "macro duckdb__rounded"}),
    ("macros/cents.sql", "round({{ text }}, 2) {", "round({{ text }}, 1) {", {}),
    ("macros/cents.sql", "{# money #}", "{# dollars #}", {}),
    ("pkg/macros/doubled.sql", "2 *", "3 *", {"below_eph": "macro doubled"}),
    ("models/py.py", "return dbt", "return 1 or dbt", {"py": "its Python code"}),
    ("snapshots/snap.sql", "select *", "select id", {"snap": "its SQL"}),
    ("seeds/raw_orders.csv", "20", "30", {"raw_orders": "its file"}),
    (
        "dbt_project.yml",
        "+materialized: table",
        "+materialized: view",
        dict.fromkeys(("contracted", "below_eph", "stamped"), "materialized: table → view"),
    ),
)


@pytest.mark.parametrize(("file", "old", "new", "expected"), EDITS)
def test_an_edit_shows_beside_a_manifest_and_beside_other_files(
    folder: Path, file: str, old: str, new: str, expected: dict[str, str]
) -> None:
    before = read(folder)
    edit(folder, file, old, new)
    now = read(folder)
    assert changed(before, now) == expected
    assert changed(codes("built"), now) == expected


def test_files_that_cannot_be_read_are_left_out(folder: Path) -> None:
    (folder / "snapshots" / "snap.sql").write_bytes(b"{% snapshot snap %}\xff\xfe{% endsnapshot %}")
    (folder / "models" / "stg_orders.sql").write_bytes(b"select '\xff'")
    found = read(folder)
    assert "snapshot.shop.snap" not in found
    assert "model.shop.stg_orders" not in found
