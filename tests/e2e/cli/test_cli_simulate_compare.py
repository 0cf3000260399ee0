"""`stateaware simulate --compare` and `--set` as a process."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import jsonschema
import pytest
from conftest_cli import Make, Run

from stateaware.schema_files import bundle_schema

TIME = ("--from", "2026-11-22T00:00Z", "--for", "2d", "--every", "1h", "--arrival", "raw.*=1h")
PROPERTIES = (
    "models:\n  - name: fct\n    config: {{freshness: {{build_after: {{count: {hours}, period: hour}}}}}}\n"
)
FILES = {
    "models/s.yml": "sources: [{name: raw, tables: [{name: orders}, {name: stores}]}]\n",
    "models/m.yml": PROPERTIES.format(hours=4),
    "models/orders.sql": "{{ config(materialized='table') }} select * from {{ source('raw', 'orders') }}",
    "models/fct.sql": "{{ config(materialized='table') }} select * from {{ ref('orders') }}",
}


def git(folder: Path, *arguments: str) -> None:
    names = ("-c", "user.name=someone", "-c", "user.email=someone@example.com")
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def changed(make: Make) -> Path:
    """A project of one commit, and a window of 12 hours in place of 4 in the working tree."""
    folder = make(FILES)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    (folder / "models/m.yml").write_text(PROPERTIES.format(hours=12))
    return folder


def test_overrides_beside_what_is_configured(run: Run, make: Make) -> None:
    make(FILES)
    outcome = run("simulate", *TIME, "--set", "fct.build_after=12h", "--set", "orders.build_after=3h")
    lines = outcome.out.splitlines()
    assert lines[0].startswith("Over 2 days and 48 runs, 59 builds become 17 (-71%), and building takes")
    assert lines[1] == "as configured → with fct.build_after=12h, orders.build_after=3h"
    table = {line.split()[0]: " ".join(line.split()) for line in lines[4:8] if line.strip()}
    assert table["orders"] == "orders 48 → 12 48 min → 12 min 1 min → 3 h 1 min"
    assert table["fct"].startswith("fct 10 → 4 10 min → 4 min")


def test_a_revision_beside_the_working_tree(run: Run, changed: Path) -> None:
    outcome = run("simulate", *TIME, "--compare", "main", "--format", "json")
    document = json.loads(outcome.out)
    jsonschema.validate(document, bundle_schema("simulate-compare"))
    assert (document["before"], document["after"], document["overrides"]) == ("main", "working tree", [])
    nodes = {node["name"]: node for node in document["nodes"]}
    assert nodes["fct"]["builds"] == {"before": 10, "after": 4}
    assert nodes["orders"]["differs"] is False


def test_an_override_of_the_working_tree_beside_a_revision(run: Run, changed: Path) -> None:
    arguments = ("--compare", "main", "--set", "fct.build_after=4h", "--format", "json")
    document = json.loads(run("simulate", *TIME, *arguments).out)
    assert document["overrides"] == ["fct.build_after=4h"]
    assert not any(node["differs"] for node in document["nodes"])
    assert ", nothing changes: 59 builds." in document["text"]


def test_code_that_changed_is_built_once_more_than_in_the_base(run: Run, changed: Path) -> None:
    (changed / "models/m.yml").write_text(FILES["models/m.yml"])
    (changed / "models/orders.sql").write_text(FILES["models/orders.sql"] + " where true")
    known = ("--assume", "model:*@built:10m", "--assume", "source:*@1h", "--arrival", "raw.*=2d")
    document = json.loads(run("simulate", *TIME, *known, "--compare", "main", "--format", "json").out)
    nodes = {node["name"]: node for node in document["nodes"]}
    assert nodes["orders"]["builds"]["after"] == nodes["orders"]["builds"]["before"] + 1


def test_nodes_that_are_new_or_gone(run: Run, changed: Path) -> None:
    (changed / "models/fct.sql").rename(changed / "models/fct2.sql")
    (changed / "models/m.yml").unlink()
    outcome = run("simulate", *TIME, "--compare", "main", "--assume", "model:fct2@built:1h")
    assert outcome.code == 0, outcome.err
    rows = [line.split() for line in outcome.out.splitlines()]
    assert ["fct2", "-", "→", "48"] in [row[:4] for row in rows]
    assert any(row[:1] == ["fct"] and row[-1] == "gone" for row in rows)


def test_who_never_builds_any_more_is_named(run: Run, make: Make) -> None:
    both = "select * from {{ ref('orders') }} join {{ source('raw', 'stores') }}"
    make({**FILES, "models/both.sql": "{{ config(materialized='table') }} " + both})
    never = ("--arrival", "raw.orders=1h", "--arrival", "raw.stores=30d")
    outcome = run("simulate", *TIME[:-2], *never, "--set", "both.updates_on=all")
    assert "never built any more, since updates_on all waits in vain: both." in outcome.out
    assert any(line.split()[:1] == ["both"] and line.endswith("starved") for line in outcome.out.splitlines())


def test_markdown_for_a_comment(run: Run, changed: Path) -> None:
    lines = run("simulate", *TIME, "--compare", "main", "--format", "markdown").out.splitlines()
    assert lines[0] == "### stateaware simulate: main → working tree"
    assert any(line.startswith("| `fct` | 10 → 4 | 10 min → 4 min | ") for line in lines)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "fct"], "--set: `fct` cannot be read"),
        (["--set", "fct.build_afer=1h"], "--set: `build_afer` is no setting that decides when a model"),
        (["--set", "fct.build_after=soon"], "--set: `soon` is no length of time"),
        (["--set", "fct.updates_on=some"], "--set: updates_on is any or all, not `some`"),
        (["--set", "fcts.build_after=1h"], "--set: no model is selected by `fcts`"),
        (["--set", "fct.build_after=1h", "--format", "html"], "--set has no page"),
        (["--compare", "nowhere"], "no folder or revision `nowhere`"),
        (["--format", "markdown"], "--format markdown is of --compare"),
    ],
)
def test_misuse(run: Run, changed: Path, arguments: list[str], message: str) -> None:
    outcome = run("simulate", *arguments)
    assert outcome.code == 4
    assert outcome.err.startswith(f"stateaware: {message}")
    assert outcome.out == ""
