"""Plans against what really happened: dbt Core builds the example on DuckDB, sources get new rows, and a plan is made.

Afterwards everything is built again, and the contents of every relation before and after say which
models had to be built. A model that the plan reuses since nothing is new must be what it was; one that
is another now must have been planned to build, or lie behind a window that had not passed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
PREFIX: Final = "model.jaffle_shop."

ROWS: Final = {
    "customers": "{id},New Customer,2026-03-07,{now}",
    "orders": "{id},1,1,2026-03-07 09:00:00,C,{now}",
    "order_items": "{id},1,2,3,2026-03-07,{now}",
    "products": "{id},new jaffle,jaffle,7.5,{now}",
    "campaigns": "{id},Anything goes,2026-03-07,2026-03-09,{now}",
    "page_views": "{id},v99,/stores,2026-03-07 09:00:00,{now}",
    "stores": "{id},Airport,2026-03-07,0.07,{now}",
}
"""One more line for each source's file, in its columns."""
MEASURED: Final = frozenset(ROWS) - {"stores"}
"""dbt does not measure `stores`, whose freshness is null."""

SCENARIOS: Final = (
    ("nothing_soon", (), 60),
    ("nothing_in_two_days", (), 2 * 86400),
    ("customers_within_every_window", ("customers",), 120),
    ("customers_later", ("customers",), 7 * 3600),
    ("orders_within_the_window_of_staging", ("orders",), 600),
    ("orders_after_it", ("orders",), 45 * 60),
    ("orders_in_five_hours", ("orders",), 5 * 3600),
    ("orders_and_items_in_five_hours", ("orders", "order_items"), 5 * 3600),
    ("products_in_two_days", ("products",), 2 * 86400),
    ("products_in_eight_days", ("products",), 8 * 86400),
    ("page_views_in_three_hours", ("page_views",), 3 * 3600),
    ("campaigns_in_two_days", ("campaigns",), 2 * 86400),
    ("stores_which_nobody_measures", ("stores",), 2 * 3600),
    ("all_in_two_days", tuple(ROWS), 2 * 86400),
)

CONTENTS: Final = """
import duckdb, json, sys
database = duckdb.connect(sys.argv[1], read_only=True)
found = {}
for schema, name in database.execute(
    "select table_schema, table_name from information_schema.tables where table_catalog = current_database()"
).fetchall():
    rows = database.execute(f'select count(*), sum(hash(t)::hugeint)::varchar from "{schema}"."{name}" t')
    found[name] = [str(part) for part in rows.fetchone()]
print(json.dumps(found))
"""


@dataclass(frozen=True, slots=True)
class Engine:
    """dbt Core in an environment of its own."""

    folder: Path

    def dbt(self, project: Path, *words: str) -> None:
        """Run a command; `dbt source freshness` ends with 1 where a source is stale."""
        command = [str(self.folder / "bin" / "dbt"), "--no-use-colors", *words, "--profiles-dir", "."]
        done = subprocess.run(
            command, cwd=project, capture_output=True, text=True, timeout=300, check=False, env=environment()
        )
        assert done.returncode == 0 or words[0] == "source", done.stdout[-3000:] + done.stderr[-1000:]

    def contents(self, project: Path) -> dict[str, list[str]]:
        """A hash of the rows of every relation, by its name."""
        command = [str(self.folder / "bin" / "python"), "-c", CONTENTS, "jaffle_shop.duckdb"]
        done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=120, check=True)
        found: dict[str, list[str]] = json.loads(done.stdout)
        return found


def environment() -> dict[str, str]:
    """Without anything that would change what dbt does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "STATEAWARE_"))}
    return {**kept, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}


@pytest.fixture(scope="module")
def engine() -> Engine:
    folder = os.environ.get("STATEAWARE_DBT_V1")
    if not folder:
        pytest.skip(os.environ.get("STATEAWARE_DBT_V1_MISSING", "STATEAWARE_DBT_V1 is not set"))
    return Engine(Path(folder))


@dataclass(frozen=True, slots=True)
class Built:
    """The example after its first build."""

    folder: Path
    contents: dict[str, list[str]]
    at: datetime


@pytest.fixture(scope="module")
def built(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("built") / "jaffle_shop"
    shutil.copytree(
        ROOT / "examples/jaffle_shop", folder, ignore=shutil.ignore_patterns("target", "*.duckdb")
    )
    engine.dbt(folder, "build")
    return Built(folder, engine.contents(folder), datetime.now(timezone.utc))


def plan(project: Path, at: datetime) -> dict[str, dict[str, Any]]:
    """The decisions by the models' names."""
    command = [sys.executable, "-m", "stateaware", "plan", "--format", "json", "--at", at.isoformat()]
    done = subprocess.run(
        [*command, "--profiles-dir", "."],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {node["unique_id"]: node for node in json.loads(done.stdout)["nodes"]}


def relation(unique_id: str) -> str:
    """``dim_customers_v1`` for version 1 of a model."""
    return unique_id.removeprefix(PREFIX).replace(".", "_")


@pytest.mark.slow
@pytest.mark.parametrize(("name", "grown", "later"), SCENARIOS, ids=[one[0] for one in SCENARIOS])
def test_a_plan_is_what_the_data_asks_for(
    engine: Engine, built: Built, tmp_path: Path, name: str, grown: tuple[str, ...], later: int
) -> None:
    project = tmp_path / "jaffle_shop"
    shutil.copytree(built.folder, project)
    now = datetime.now(timezone.utc).replace(tzinfo=None).isoformat(" ", "seconds")
    for source in grown:
        file = project / "data" / f"{source}.csv"
        text = file.read_text("utf-8")
        file.write_text(text + ROWS[source].format(id=text.count("\n") + 1000, now=now) + "\n", "utf-8")
    engine.dbt(project, "source", "freshness")
    decisions = plan(project, built.at + timedelta(seconds=later))
    kept = (project / "target/run_results.json").read_bytes()
    engine.dbt(project, "run")
    assert kept != (project / "target/run_results.json").read_bytes()
    after = engine.contents(project)

    models = {key: node for key, node in decisions.items() if key.startswith(PREFIX)}
    assert len(models) == 16
    differing = {key for key in models if after[relation(key)] != built.contents[relation(key)]}
    assert bool(differing) == bool(grown)

    waiting: set[str] = set()
    for key, node in models.items():  # parents come first
        behind = [change["unique_id"] for change in node["changed"]] + node["unchanged"]
        held = node["reason"] in ("WITHIN_BUILD_AFTER", "NOT_ALL_UPSTREAMS_NEW")
        unmeasured = node["decision"] == "unknown"
        if held or unmeasured or any(parent in waiting for parent in behind):
            waiting.add(key)
        if node["decision"] == "reuse" and node["reason"] == "NO_CHANGES" and key not in waiting:
            assert key not in differing, f"{key} is reused, and its rows are others now"
        if key in differing:
            assert node["decision"] == "build" or key in waiting, f"{key}: {node['text']}"
        if node["reason"] == "NEW_DATA":
            new = {change["unique_id"] for change in node["changed"] if change["certain"]}
            sources = {one.rpartition(".")[2] for one in new if one.startswith("source.")}
            assert sources <= set(grown) & MEASURED, f"{key}: {node['text']}"
            assert sources or any(decisions[one]["decision"] == "build" for one in new)
    expected = {key for key, node in models.items() if node["decision"] == "build"}
    assert f"{PREFIX}customer_segments" in expected  # a Python model is built in every run
    if later >= 8 * 86400 and set(grown) == set(ROWS):
        assert differing <= expected
