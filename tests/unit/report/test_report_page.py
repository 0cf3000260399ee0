"""The page of a report: one file, in which nothing of a project can become markup or code."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from stateaware.plan.decide import plan
from stateaware.plan.lineage import Lineage
from stateaware.plan.modes import Options
from stateaware.plan.nodes import Node, Window
from stateaware.plan.state import State
from stateaware.report.html.page import MANIFEST, html_page, read_script, read_style
from stateaware.report.html.plan import plan_report
from stateaware.report.html.simulation import simulation_report
from stateaware.report.html.subject import Subject
from stateaware.simulate.arrivals import HOURLY
from stateaware.simulate.jobs import Job
from stateaware.simulate.options import SimulateOptions
from stateaware.simulate.run import simulate
from stateaware.simulate.schedule import every

ASSETS = Path(__file__).parents[3] / "core" / "stateaware" / "report" / "html" / "assets"
AT = datetime(2026, 11, 22, 9, tzinfo=timezone.utc)
NASTY = (
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "<img src=x onerror=alert(1)>",
    "\u2028\u2029\x00\x1b[31m",
    "\u202eevil\u2066",
    "\"'`${alert(1)}\\",
    "\ud800 half",
    "&lt;b&gt;]]>",
    "x" * 3000,
)


class Reader(HTMLParser):
    """What a browser makes of a page, as far as it matters here."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))
        self._inside = dict(attrs).get("id") or tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        self.texts[self._inside] = self.texts.get(self._inside, "") + data


def document(name: str) -> dict[str, Any]:
    unique_id = f"model.{name}.{name}"
    lineage = Lineage(
        [Node(unique_id, build_after=Window(60, "any", name, f"{name}.yml:1"), assumed=(name,))]
    )
    subject = Subject(
        name, "documented", lineage, files={unique_id: f"{name}/{name}.sql"}, tags={unique_id: (name,)}
    )
    return plan_report(plan(lineage, State(), at=AT, options=Options()), subject)


@pytest.mark.parametrize("name", NASTY)
def test_names_are_data_and_nothing_else(name: str) -> None:
    told = document(name)
    page = html_page(told)
    read, plain = Reader(page), Reader(html_page(document("shop")))
    assert (read.tags, len(read.attributes)) == (plain.tags, len(plain.attributes))
    assert json.loads(read.texts["report-data"]) == json.loads(json.dumps(told))
    assert not re.search("[\u2028\u2029\u202e\u2066\x00\x1b\ud800]", page)
    page.encode()


def test_the_page_may_run_its_own_script_and_load_nothing() -> None:
    page = Reader(html_page(document("shop")))
    (policy,) = [
        attributes["content"] or ""
        for tag, attributes in page.attributes
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    for kind in ("script", "style"):
        digest = b64encode(sha256(page.texts[kind].encode()).digest()).decode()
        assert rules[f"{kind}-src"] == f"'sha256-{digest}'"
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert not {"src", "href", "style"} & {key for _, attributes in page.attributes for key in attributes}
    assert not [key for _, attributes in page.attributes for key in attributes if key.startswith("on")]


def test_what_is_secret_is_masked_in_the_data_and_outside() -> None:
    page = html_page(document("s3cret"), lambda text: text.replace("s3cret", "*****"))
    assert "s3cret" not in page
    assert "*****" in Reader(page).texts["report-data"]


def test_the_script_makes_no_markup_from_text_and_asks_no_network() -> None:
    script = read_script()
    forbidden = r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|fetch\(|XMLHttp|WebSocket|import\("
    assert not re.search(forbidden, script)
    assert "</script" not in script.lower()
    assert "<!--" not in script
    assert not re.search(r"url\(|@import|</style", read_style())
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", script)


def test_the_manifest_names_every_asset_once() -> None:
    named = json.loads((ASSETS / MANIFEST).read_text("utf-8"))
    assert sorted([MANIFEST, *named["scripts"], *named["styles"]]) == sorted(
        file.name for file in ASSETS.iterdir()
    )
    for name in named["scripts"]:
        lines = (ASSETS / name).read_text("utf-8").splitlines()
        assert lines[:2] == ["// @ts-check", '"use strict";']
        assert len(lines) <= 400


def test_a_week_of_hourly_runs_over_a_thousand_models_stays_small() -> None:
    count = 1000
    nodes = [
        Node(f"source.warehouse.raw_layer.source_table_{number:04}", kind="source") for number in range(50)
    ]
    ids = [f"model.warehouse.intermediate_layer__model_{number:05}" for number in range(count)]
    for number, unique_id in enumerate(ids):
        parents = [ids[(number * 7 + step) % number] for step in range(3)] if number > 60 else []
        window = Window((number % 4) * 7200, "any", f"{(number % 4) * 2} hours", "dbt_project.yml:21")
        first = nodes[number % 50].unique_id
        nodes.append(Node(unique_id, parents=tuple(dict.fromkeys(parents)) or (first,), build_after=window))
    lineage = Lineage(nodes)
    files = {unique_id: f"models/intermediate/domain/{unique_id}.sql" for unique_id in ids}
    tags = dict.fromkeys(ids, ("intermediate", "nightly"))
    subject = Subject("warehouse", "documented", lineage, files=files, tags=tags)
    options = SimulateOptions(arrival=HOURLY, threads=64)
    found = simulate(
        lineage,
        State(),
        jobs=[Job("hourly", every(3600))],
        arrivals={},
        durations=dict.fromkeys(ids, timedelta(seconds=37.123)),
        start=AT,
        end=AT + timedelta(days=7),
        options=options,
    )
    assert found.totals.builds > 50_000
    page = html_page(simulation_report(found, subject, "recommended"))
    assert len(page.encode()) <= 5_000_000
