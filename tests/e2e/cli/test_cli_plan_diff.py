"""`stateaware plan --diff`: a revision or a folder beside the working tree."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import jsonschema
import pytest
from conftest_cli import Make, Run

from stateaware.schema_files import bundle_schema

AT = ("--at", "2026-11-22T09:00Z", "--assume", "model:*@built:1h", "--assume", "source:*@10m")
FILES = {
    "dbt_project.yml": (
        "name: shop\nversion: '1.0'\nprofile: shop\npackages-install-path: packs\n"
        "models:\n  shop:\n    +freshness: {build_after: {count: 15, period: minute}}\n"
    ),
    "models/s.yml": "sources: [{name: raw, tables: [{name: orders}]}]\n",
    "models/orders.sql": "select * from {{ source('raw', 'orders') }}\n",
    "models/stores.sql": "select * from {{ ref('orders') }}\n",
    "models/old.sql": "select 1\n",
}


def git(root: Path, *arguments: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def changed(make: Make) -> Path:
    """A repository with one commit, and a working tree in which much is another."""
    root = make(FILES)
    (root / ".git").rmdir()
    git(root, "init", "--quiet")
    git(root, "add", "models", "dbt_project.yml")
    git(root, "commit", "--quiet", "--message", "first")
    text = FILES["dbt_project.yml"].replace("count: 15, period: minute", "count: 1, period: day")
    (root / "dbt_project.yml").write_text(text)
    (root / "models/stores.sql").write_text("select 2 from {{ ref('orders') }}\n")
    (root / "models/old.sql").unlink()
    (root / "models/new.sql").write_text("select 1\n")
    return root


def test_what_a_change_alters(run: Run, changed: Path) -> None:
    outcome = run("plan", *AT, "--diff", "HEAD")
    assert outcome.code == 0, outcome.err
    lines = outcome.out.splitlines()
    assert lines[0] == "HEAD → working tree, planned at 2026-11-22 09:00 UTC"
    assert (
        "  ~ 2 models: freshness 15 minutes, any → 1 day, any   orders, stores   dbt_project.yml:7" in lines
    )
    assert "  ~ other code: stores" in lines
    assert "  + added: new" in lines
    assert "  - removed: old" in lines
    assert (
        "  ~ orders  build → reuse, new data, but built 1 h ago: may build from 2026-11-23 08:00 UTC" in lines
    )
    # 3 models 24 times a day, then 3 once a day
    assert lines[-1].endswith("always new data: 72 → 3.")


def test_a_value_that_is_set_nowhere_any_more(run: Run, changed: Path) -> None:
    (changed / "dbt_project.yml").write_text(FILES["dbt_project.yml"].partition("models:")[0])
    out = run("plan", *AT, "--diff", "HEAD").out
    assert "2 models: freshness 15 minutes, any → not set" in out
    assert "dbt_project.yml:7 → nowhere" in out


def test_json_follows_its_schema(run: Run, changed: Path) -> None:
    document = json.loads(run("plan", *AT, "--diff", "HEAD", "--format", "json").out)
    jsonschema.validate(document, bundle_schema("plan-diff"))
    assert document["recoded"] == ["model.shop.stores"]
    assert document["most_builds_a_day"] == {"before": 72.0, "after": 3.0, "run_every_seconds": 3600.0}
    assert {change["unique_id"] for change in document["values"]} == {
        "model.shop.orders",
        "model.shop.stores",
    }


def test_markdown_for_a_comment(run: Run, changed: Path) -> None:
    out = run("plan", *AT, "--diff", "HEAD", "--format", "markdown").out
    assert out.startswith("### stateaware: `HEAD` → this change\n\n2 values change, ")
    assert "| `freshness` | 15 minutes, any | 1 day, any | `orders`, `stores` | `dbt_project.yml:7` |" in out
    assert "| `orders` | build | reuse | new data, but built 1 h ago" in out
    rows = [line for line in out.splitlines() if line.startswith("| `")]
    assert all(line.count(" | ") in (3, 4) for line in rows)


def test_names_cannot_break_out_of_the_markdown(run: Run, changed: Path) -> None:
    (changed / "models/s.yml").write_text(
        FILES["models/s.yml"] + "models:\n  - name: orders\n    config: {freshness: {build_after: "
        "{count: 4, period: '</td>|@all [x](http://example.org)'}}}\n"
    )
    out = run("plan", *AT, "--diff", "HEAD", "--format", "markdown").out
    assert "[x](http" not in out
    assert "</td>" not in out
    assert " @all" not in out


def test_comments_are_no_other_code_and_macros_are(run: Run, changed: Path) -> None:
    text = (changed / "models/orders.sql").read_text()
    (changed / "models/orders.sql").write_text("-- a comment\n" + text.replace(" from", "\n    from"))
    assert "  ~ other code: stores\n" in run("plan", *AT, "--diff", "HEAD").out
    (changed / "models/orders.sql").write_text(text.replace("*", "{{ all() }}"))
    (changed / "macros").mkdir()
    (changed / "macros/all.sql").write_text("{% macro all() %}*{% endmacro %}")
    git(changed, "add", "-A")
    git(changed, "commit", "--quiet", "--message", "second")
    (changed / "macros/all.sql").write_text("{% macro all() %}1{% endmacro %}")
    assert "  ~ other code: orders\n" in run("plan", *AT, "--diff", "HEAD").out


def test_a_folder_as_the_base(run: Run, make: Make) -> None:
    make(FILES, "before")
    root = make({**FILES, "models/new.sql": "select 1\n"}, "after")
    out = run("plan", *AT, "--diff", "../before", cwd=root).out
    assert "  + added: new" in out
    assert "1 node is new. Most builds a day" in out
    assert run("plan", *AT, "--diff", ".", cwd=root).out.splitlines()[-1].startswith("Nothing changes. ")


def test_installed_packages_are_those_of_the_working_tree(run: Run, changed: Path) -> None:
    for name, text in {"dbt_project.yml": "name: tools\n", "models/tool.sql": "select 1\n"}.items():
        path = changed / "packs/tools" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    out = run("plan", *AT, "--diff", "HEAD").out
    assert "tool" not in out
    assert not list(changed.glob("**/stateaware-*"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--diff", "nowhere"], "no folder or revision `nowhere`"),
        (["--diff", "--output=x"], "no folder or revision `--output=x`"),
        (["--diff", "HEAD:models"], "no folder or revision `HEAD:models`"),
        (["--diff", "HEAD", "--every", "soon"], "--every: `soon` is no length of time"),
        (["--diff", "HEAD", "--every", "0"], "--every: `0` is no length of time"),
        (["--diff", "HEAD", "--explain", "orders"], "--diff compares"),
        (["--diff", "HEAD", "--select", "orders"], "--diff compares whole projects"),
        (["--diff", "HEAD", "--exit-code"], "--diff compares whole projects"),
        (["--format", "markdown"], "--format markdown is of --diff"),
    ],
)
def test_misuse(run: Run, changed: Path, arguments: list[str], message: str) -> None:
    options = [f"{arguments[0]}={arguments[1]}", *arguments[2:]] if "=" in arguments[1] else arguments
    outcome = run("plan", *options)
    assert outcome.code == 4
    assert outcome.err.startswith(f"stateaware: {message}")


def test_outside_a_repository(run: Run, make: Make) -> None:
    root = make(FILES)
    (root / ".git").rmdir()
    outcome = run("plan", "--diff", "HEAD", env={"GIT_CEILING_DIRECTORIES": str(root.parent)})
    assert outcome.code == 4
    assert "git" in outcome.err


def test_without_git(run: Run, make: Make) -> None:
    make(FILES)
    outcome = run("plan", "--diff", "HEAD", env={"PATH": ""})
    assert outcome.code == 4
    assert outcome.err.startswith("stateaware: git is not there")
