"""`plan --format html` and `simulate --format html` as processes: the page, and where it goes."""

from __future__ import annotations

import json
import re
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from conftest_cli import Make, Run

from stateaware.cli.pages import check_page
from stateaware.errors import UsageError
from stateaware.schema_files import bundle_schema

FILES = {
    "models/s.yml": "sources: [{name: raw, tables: [{name: orders}]}]\n",
    "models/orders.sql": "{{ config(tags=['hot']) }} select * from {{ source('raw', 'orders') }}",
    "stateaware.toml": '[jobs.hourly]\nevery = "1h"\n',
}
KNOWN = ("--assume", "model:*@built:1h", "--assume", "source:*@10m")
PLAN = ("plan", "--at", "2026-11-22T09:00Z", *KNOWN)
SIMULATE = ("simulate", "--from", "2026-11-22T09:00Z", "--for", "6h", *KNOWN)


def document(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="report-data">(.*?)</script>', page)
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])
    jsonschema.validate(told, bundle_schema("report"))
    return told


def tags_of(told: dict[str, Any], name: str) -> list[str]:
    (tags,) = [node["tags"] for node in told["nodes"] if node["name"] == name]
    return tags


@pytest.mark.parametrize("arguments", [PLAN, SIMULATE])
def test_a_page_goes_to_what_reads_it_or_to_a_file(
    run: Run, make: Make, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    make(FILES)
    outcome = run(*arguments, "--format", "html")
    assert outcome.code == 0, outcome.err
    assert outcome.out.startswith("<!doctype html>\n")
    told = document(outcome.out)
    assert (told["kind"], told["project"]) == ("simulation" if arguments[0] == "simulate" else "plan", "shop")
    assert told["settings_jobs"] == ["hourly"]
    assert tags_of(told, "orders") == ["hot"]
    file = tmp_path / "new" / "page.html"
    written = run(*arguments, "--format", "html", "--output", str(file))
    assert (written.code, written.out) == (0, "")
    assert file.read_bytes().decode() == outcome.out


def test_a_page_holds_no_secret(run: Run, make: Make) -> None:
    make({**FILES, "models/orders.sql": "{{ config(tags=['x<y\"z']) }} select 1"})
    outcome = run(*PLAN[:3], "--format", "html", env={"DBT_ENV_SECRET_TOKEN": 'x<y"z'})
    assert outcome.code == 0, outcome.err
    assert tags_of(document(outcome.out), "orders") == ["*****"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            [*PLAN, "--output", "x.html"],
            "--output is of --format html\nAdd it: --format html --output x.html",
        ),
        ([*SIMULATE, "--output", "x.html"], "--output is of --format html"),
        ([*PLAN, "--format", "html", "--diff", "HEAD"], "--diff has no page"),
        ([*PLAN, "--format", "html", "--output", "."], "cannot write ."),
    ],
)
def test_misuse_of_pages(run: Run, make: Make, arguments: list[str], message: str) -> None:
    make(FILES)
    outcome = run(*arguments)
    assert outcome.code == 4
    assert outcome.err.startswith(f"stateaware: {message}")
    assert outcome.out == ""


def test_a_page_does_not_fill_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    check_page(Namespace(format="html", page_file="page.html"))
    check_page(Namespace(format="text", page_file=None))
    with pytest.raises(UsageError, match="a page is nothing for a terminal"):
        check_page(Namespace(format="html", page_file=None))
