"""The report page in Chromium, opened from disk: what it shows, how it is used, and that it asks no network."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from report_pages import JAFFLE, PLANNED, SIMULATED, Report, document_of, write_page, write_webview
from tools import CHROMIUM, ROOT, need
from workbench import CHROMIUM_ARGUMENTS, copy_project

expect.set_options(timeout=10_000)
Open: TypeAlias = Callable[..., Report]
ORDERS = "source.jaffle_shop.shop.orders"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    need(CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    plan = write_page("plan", JAFFLE, folder / "plan.html", *PLANNED)
    return {
        "plan": plan,
        "simulation": write_page("simulate", JAFFLE, folder / "simulation.html", *SIMULATED),
        "webview": write_webview(plan, folder / "webview.html"),
    }


@pytest.fixture
def show(browser: Browser, pages: dict[str, Path]) -> Iterator[Open]:
    """`show("plan", width=…)`: a page in a window of its own, which must stay without faults."""
    opened: list[Report] = []

    def start(page: str | Path, **options: Any) -> Report:
        report = Report(browser, page if isinstance(page, Path) else pages[page], **options)
        opened.append(report)
        return report

    yield start
    for report in opened:
        report.close()


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where pictures go: kept by STATEAWARE_SHOTS=FOLDER, seen from the top of the checkout."""
    folder = ROOT / os.environ.get("STATEAWARE_SHOTS", tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_a_plan_says_what_happens_and_why(show: Open, shots: Path) -> None:
    report = show("plan")
    expect(report.page.locator("h1")).to_contain_text(
        "A run at 2026-11-22 09:00 UTC would build 2 of 17 nodes"
    )
    expect(report.row("stg_orders")).to_contain_text("build")
    report.choose("fct_orders")
    expect(report.details).to_contain_text("new data, but built 50 min ago: may build from 12:10 UTC")
    expect(report.details).to_contain_text("dbt_project.yml:26")
    expect(report.details).to_contain_text("or with a shorter build_after")
    expect(report.box("stg_orders")).to_have_class("box is-build")
    expect(report.box("fct_orders")).to_have_class("box is-reuse chosen")
    report.page.screenshot(path=shots / "plan.png")


def test_the_slider_moves_table_graph_and_details(show: Open, shots: Path) -> None:
    report = show("simulation")
    report.choose("fct_orders")
    expect(report.row("fct_orders").locator(".badge")).to_have_text("=reuse")
    report.slider.fill("4")
    expect(report.page.locator(".run-words")).to_contain_text("Sun 22 Nov 13:00 UTC · run 5 of 72")
    expect(report.row("fct_orders").locator(".badge")).to_have_text("+build")
    expect(report.box("fct_orders")).to_have_class("box is-build chosen")
    expect(report.details).to_contain_text("new in what it reads: stg_orders and int_order_totals")
    report.page.get_by_role("button", name="Run after").click()
    expect(report.slider).to_have_value("5")
    expect(report.details).to_contain_text("may build from 17:02 UTC")
    report.page.screenshot(path=shots / "simulation.png")


def test_numbers_lead_to_their_runs(show: Open) -> None:
    report = show("simulation")
    report.row("fct_orders").locator('[data-key="builds"] button').click()
    listed = report.details.locator(".runs li")
    expect(listed).to_have_count(14)
    listed.nth(1).get_by_role("button").click()
    expect(report.page.locator(".run-words")).to_contain_text("Sun 22 Nov 18:00 UTC")
    # the build that ends the time for which data was missing longest
    report.row("fct_orders").locator('[data-key="lag"] button').click()
    expect(report.row("fct_orders").locator(".badge")).to_have_text("+build")
    report.page.locator(".tile", has_text="Always built").click()
    expect(report.rows).to_have_count(5)
    report.page.locator(".chip", has_text="only always built").click()
    expect(report.rows).to_have_count(17)


# Whether each decision fits what the page says of the node's parents, and whether all add up to the runs.
_DISAGREEING = """() => {
  const model = app.model, found = [];
  for (const run of model.runs) {
    const counts = { build: 0, reuse: 0 };
    for (const node of model.nodes) {
      const { decision, reason } = stateOf(model, node, run.number);
      if (decision === "none") continue;
      counts[decision] = (counts[decision] || 0) + 1;
      const fresh = upstreamFacts(model, node, run.number).filter((one) => one.isNew).length;
      const wants = { NEW_DATA: true, NO_CHANGES: false, WITHIN_BUILD_AFTER: true }[reason];
      if (wants !== undefined && wants !== fresh > 0) found.push(`${node.name} in run ${run.number}: ${reason}`);
    }
    if (counts.build !== run.told.builds || counts.reuse !== run.told.reuses) found.push(`run ${run.number}`);
  }
  return found;
}"""
JOBS = """\
[jobs.hourly]
every = "1h"
[jobs.staging]
cron = "20,50 * * * *"
select = ["path:models/staging"]
"""


def test_what_is_worked_out_in_the_page_agrees_with_the_simulation(show: Open, tmp_path: Path) -> None:
    assert show("simulation").page.evaluate(_DISAGREEING) == []
    project = tmp_path / "jaffle_shop"
    copy_project(JAFFLE, project)
    (project / "stateaware.toml").write_text(JOBS)
    report = show(write_page("simulate", project, tmp_path / "jobs.html", *SIMULATED))
    assert report.page.evaluate(_DISAGREEING) == []
    report.slider.fill("1")
    expect(report.page.locator(".run-words")).to_contain_text("run 2 of 216 · staging · ")
    expect(report.row("fct_orders").locator(".badge")).to_have_text("not in this run")


def test_a_click_in_the_timeline_chooses_node_and_run(show: Open) -> None:
    report = show("simulation")
    box = report.row("int_sessions").locator(".track").bounding_box()
    assert box is not None
    report.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 12)
    expect(report.page.locator(".tip")).to_contain_text("UTC · every 1h")
    report.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 12)
    expect(report.slider).to_have_value("36")
    expect(report.details.locator("h2")).to_have_text("int_sessions")


def test_filters_and_order(show: Open) -> None:
    report = show("simulation")
    report.page.get_by_role("searchbox", name="Filter by name").fill("fct_ marts")
    assert sorted(report.names()) == ["fct_daily_revenue", "fct_orders", "fct_sessions"]
    expect(report.box("stg_orders")).to_have_css("opacity", "0.35")
    expect(report.box("fct_orders")).to_have_css("opacity", "1")
    report.page.get_by_role("searchbox", name="Filter by name").fill("")
    report.page.get_by_label("Folder").select_option("models/staging")
    expect(report.rows).to_have_count(7)
    report.page.get_by_label("Folder").select_option("")
    report.page.locator(".chip", has_text="build").click()
    expect(report.rows).to_have_count(7)
    report.page.locator(".chip", has_text="build").click()
    report.page.get_by_role("button", name="Table", exact=True).click()
    report.page.get_by_role("button", name="Node").click()
    assert report.names() == sorted(report.names())
    expect(report.page.locator('.grid-head [data-key="name"]')).to_have_attribute("aria-sort", "ascending")
    report.page.get_by_role("searchbox", name="Filter by name").fill("no such thing")
    expect(report.page.locator("main .nothing")).to_be_visible()


def test_by_keyboard(show: Open) -> None:
    report = show("simulation")
    report.rows.first.focus()
    names = report.names()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "Enter"):
        report.page.keyboard.press(key)
    expect(report.details.locator("h2")).to_have_text(names[1])
    focused = "document.activeElement.closest('.row')?.querySelector('.name')?.textContent"
    assert report.page.evaluate(focused) == names[1]
    assert report.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    report.page.keyboard.press("ArrowRight")
    expect(report.slider).to_have_value("1")
    report.page.keyboard.press("End")
    assert report.page.evaluate(focused) == names[-1]
    report.page.keyboard.press("Escape")
    expect(report.details.locator("h2")).to_have_text("Run 2")
    report.page.keyboard.press("/")
    expect(report.page.get_by_role("searchbox", name="Filter by name")).to_be_focused()
    report.box("stg_orders").focus()
    report.page.keyboard.press("ArrowRight")
    report.page.keyboard.press("Enter")
    expect(report.details.locator("h2")).to_have_text("int_order_totals")


def test_roles_and_words_beside_colours(show: Open) -> None:
    report = show("simulation")
    expect(report.page.get_by_role("grid")).to_have_attribute("aria-rowcount", "18")
    expect(report.row("fct_orders").locator('[data-key="timeline"]')).to_have_attribute(
        "aria-label", "14 builds, 58 reuses"
    )
    expect(report.slider).to_have_attribute("aria-valuetext", report.page.locator(".run-words").inner_text())
    expect(report.box("fct_orders")).to_have_attribute("aria-label", "fct_orders, reuse")
    unnamed = report.page.evaluate(
        "[...document.querySelectorAll('button, input, select')]"
        ".filter((one) => !(one.textContent.trim() || one.ariaLabel || one.labels?.length || one.title)).length"
    )
    assert unnamed == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark(show: Open, shots: Path, scheme: str) -> None:
    report = show("simulation", scheme=scheme, width=1440, height=900)
    report.choose("fct_orders")
    ratios: dict[str, float] = report.page.evaluate(_CONTRAST)
    assert {name: ratio for name, ratio in ratios.items() if ratio < 4.5} == {}
    dark = report.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(13, 17, 23)"
    assert dark == (scheme == "dark")
    report.page.screenshot(path=shots / f"simulation-{scheme}.png")


_CONTRAST = """() => {
  const light = (color) => {
    const parts = color.match(/[\\d.]+/g).slice(0, 3).map((one) => one / 255)
      .map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const back = light(getComputedStyle(document.body).backgroundColor);
  const found = {};
  for (const place of ["h1", ".about", ".row .name", ".row.is-build .badge", ".row.is-reuse .badge", ".details dt",
      ".details .link", ".tick", ".legend"]) {
    const front = light(getComputedStyle(document.querySelector(place)).color);
    found[place] = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
  }
  return found;
}"""


def test_nothing_is_cut_off_on_a_small_screen(show: Open) -> None:
    for width in (640, 900, 1280):
        for page in ("plan", "simulation"):
            report = show(page, width=width)
            report.rows.first.locator(".name").click()
            assert report.page.evaluate("document.documentElement.scrollWidth") <= width, (page, width)


def test_on_paper_there_is_every_row(show: Open, pages: dict[str, Path], tmp_path: Path) -> None:
    report = show("simulation", height=300)
    assert report.rows.count() < 17
    report.page.emulate_media(media="print")
    report.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(report.rows).to_have_count(17)
    expect(report.page.locator(".filters")).to_be_hidden()
    report.page.evaluate("dispatchEvent(new Event('afterprint'))")
    report.page.emulate_media(media="screen")
    report.page.mouse.wheel(0, 1)
    report.page.wait_for_function("document.querySelectorAll('.row').length < 17")


def test_a_thousand_models(show: Open, shots: Path, tmp_path: Path) -> None:
    models = {"m_0000": "select * from {{ source('raw', 'orders') }}"}
    for number in range(1, 1000):
        above = {(number * 7 + step) % number for step in range(2)}
        models[f"m_{number:04}"] = " ".join(f"{{{{ ref('m_{one:04}') }}}}" for one in sorted(above))
    folder = tmp_path / "large"
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(
        "name: large\nversion: '1'\nprofile: p\nmodels: {+materialized: table}\n"
    )
    (folder / "models" / "s.yml").write_text("sources: [{name: raw, tables: [{name: orders}]}]\n")
    for name, text in models.items():
        (folder / "models" / f"{name}.sql").write_text(text)
    arguments = (
        "--from",
        "2026-11-22T09:00Z",
        "--for",
        "7d",
        "--every",
        "1h",
        "--duration",
        "1s",
        "--threads",
        "64",
    )
    file = write_page("simulate", folder, tmp_path / "large.html", *arguments)
    assert file.stat().st_size <= 5_000_000
    began = time.monotonic()
    report = show(file)
    expect(report.rows.first).to_be_visible()
    report.slider.fill("100")
    expect(report.page.locator(".run-words")).to_contain_text("run 101 of 168")
    report.page.get_by_role("searchbox", name="Filter by name").fill("m_0999")
    expect(report.rows).to_have_count(1)
    report.choose("m_0999")
    expect(report.box("m_0999")).to_be_visible()
    assert time.monotonic() - began < 2
    report.page.get_by_role("searchbox", name="Filter by name").fill("")
    report.rows.first.focus()
    report.page.keyboard.press("End")
    expect(report.page.locator('.row[aria-rowindex="1001"]')).to_be_focused()
    assert report.rows.count() < 80
    # far down, where a filter leaves little
    report.page.get_by_role("searchbox", name="Filter by name").fill("m_01")
    expect(report.row("m_0100")).to_be_in_viewport()
    report.page.get_by_role("searchbox", name="Filter by name").fill("")
    report.page.get_by_role("button", name="All 1,001").click()
    expect(report.page.locator(".box")).to_have_count(1001)
    report.page.screenshot(path=shots / "thousand.png")


NASTY = "</script><script>document.title = 'broken'</script><img src=x onerror=\"document.title = 'broken'\">'\"\u2028\u202eabc"


def test_names_of_a_project_do_no_harm(show: Open, pages: dict[str, Path]) -> None:
    report = show("webview")
    told = document_of(pages["plan"])
    told["project"] = told["text"] = NASTY
    for node in told["nodes"]:
        node.update(
            name=NASTY,
            text=NASTY,
            otherwise=NASTY,
            dbt_text=NASTY,
            file=f"{NASTY}/x.sql",
            folder=NASTY,
            tags=[NASTY],
        )
        node["notes"] = [{"kind": "warning", "text": NASTY}]
    for source in told["sources"]:
        source.update(name=NASTY, file=NASTY)
    told["notes"] = [
        {"kind": "warning", "unique_id": "", "text": NASTY},
        {"kind": "assumed", "unique_id": NASTY, "text": "x"},
    ]
    report.tell({"type": "show", "document": told})
    report.rows.nth(3).locator(".name").click()
    expect(report.details.locator("h2")).to_contain_text("<img src=x onerror=")
    expect(report.details.locator("h2")).to_contain_text("\\u202eabc")
    assert report.page.locator("img, script:not([nonce])").count() == 0
    assert report.page.title() != "broken"


def asked(report: Report) -> dict[str, Any]:
    """The last question, once the page has sent it."""
    report.page.wait_for_timeout(400)
    question: dict[str, Any] = report.said("ask")[-1]["question"]
    return question


def test_live_questions(show: Open, pages: dict[str, Path], shots: Path) -> None:
    report = show("webview", width=1280, height=800)
    assert report.said("ready") == [{"type": "ready"}]
    report.tell(
        {"type": "show", "document": document_of(pages["plan"]), "question": {"kind": "plan", "mode": "sao"}}
    )
    expect(report.row("stg_orders")).to_be_visible()
    page = report.page
    expect(page.get_by_label("mode")).to_have_value("sao")
    # at once, however slow the machine
    page.evaluate(
        "() => { for (const key of ['step +1 h', 'step +1 h'])"
        " document.querySelector(`.controls [data-key='${key}']`).click(); }"
    )
    first = asked(report)
    assert (first["kind"], first["at"], first["mode"]) == ("plan", "2026-11-22T11:00Z", "sao")
    assert len(report.said("ask")) == 1, "what changes quickly is asked once"
    page.locator("summary", has_text="New data").click()
    page.get_by_role("checkbox", name="shop.orders").check()
    page.get_by_label("New data in source shop.orders, UTC").fill("2026-11-22T10:30")
    page.get_by_label("New data in source shop.orders, UTC").blur()
    assert asked(report)["new_data"] == {ORDERS: "2026-11-22T10:30Z"}
    report.row("stg_customers").get_by_role("checkbox").check()
    page.get_by_label("full refresh").check()
    last = asked(report)
    assert (last["changed"], last["full_refresh"]) == (["model.jaffle_shop.stg_customers"], True)
    page.screenshot(path=shots / "live.png")
    page.get_by_role("button", name="Schedule").click()
    page.get_by_label("every").select_option("2h")
    page.locator('[data-key="for"]').select_option("3d")
    last = asked(report)
    assert (last["kind"], last["every"], last["for"]) == ("simulation", "2h", "3d")
    page.get_by_role("button", name="Reset").click()
    last = asked(report)
    assert (last["new_data"], last["changed"], last["full_refresh"], last["mode"]) == (
        {},
        [],
        False,
        "recommended",
    )


def test_live_answers_keep_what_is_looked_at(show: Open, pages: dict[str, Path]) -> None:
    report = show("webview")
    plan, simulation = document_of(pages["plan"]), document_of(pages["simulation"])
    report.tell({"type": "show", "document": plan})
    report.choose("fct_orders")
    report.page.get_by_role("searchbox", name="Filter by name").fill("orders")
    report.tell({"type": "busy"})
    expect(report.page.locator(".answer")).to_have_text("Working …")
    report.tell({"type": "show", "document": simulation})
    expect(report.page.locator("h1")).to_contain_text("Over 3 days and 72 runs")
    expect(report.details.locator("h2")).to_have_text("fct_orders")
    expect(report.page.get_by_role("searchbox", name="Filter by name")).to_have_value("orders")
    expect(report.page.locator(".answer")).to_have_text("")
    report.slider.fill("30")
    report.tell({"type": "show", "document": simulation})
    expect(report.slider).to_have_value("30")
    report.tell({"type": "failed", "message": "no dbt_project.yml <here>"})
    expect(report.page.locator(".answer")).to_have_text("no dbt_project.yml <here>")
    expect(report.row("fct_orders")).to_be_visible()


def test_live_answers_with_nothing_in_them(show: Open, pages: dict[str, Path]) -> None:
    report = show("webview")
    plan, simulation = document_of(pages["plan"]), document_of(pages["simulation"])
    simulation.update(runs=[], jobs=[], text="Nothing runs")
    for node in simulation["nodes"]:
        node.update(events=[], built=[])
    report.tell({"type": "show", "document": simulation})
    expect(report.page.locator("h1")).to_have_text("Nothing runs")
    report.choose("stg_orders")
    expect(report.details).to_have_text("No run begins in this time.")
    report.tell(
        {"type": "show", "document": {**plan, "nodes": [], "sources": [], "notes": [], "text": "Empty"}}
    )
    expect(report.page.locator("h1")).to_have_text("Empty")
    expect(report.page.locator("main .nothing")).to_be_visible()


def test_live_places_open_in_the_editor(show: Open, pages: dict[str, Path]) -> None:
    report = show("webview")
    report.tell({"type": "show", "document": document_of(pages["plan"])})
    report.choose("fct_orders")
    report.details.get_by_role("button", name="dbt_project.yml:26").click()
    report.details.get_by_role("button", name="models/marts/fct_orders.sql").click()
    fct = "model.jaffle_shop.fct_orders"
    assert report.said("open") == [
        # an editor beside the page goes along with what is chosen
        {"type": "open", "unique_id": fct, "what": "setting", "follow": True},
        {"type": "open", "unique_id": fct, "what": "setting"},
        {"type": "open", "unique_id": fct, "what": "file"},
    ]


def test_parents_outside_a_selection_are_told(show: Open, tmp_path: Path) -> None:
    report = show(write_page("plan", JAFFLE, tmp_path / "some.html", *PLANNED, "--select", "fct_orders"))
    expect(report.rows).to_have_count(1)
    report.choose("fct_orders")
    expect(report.details.locator(".neighbours")).to_contain_text("stg_orders not part of this run")


def test_a_page_from_disk_has_no_controls(show: Open) -> None:
    report = show("plan")
    expect(report.page.locator(".controls")).to_be_hidden()
    report.choose("fct_orders")
    expect(report.details.get_by_role("button", name="dbt_project.yml:26")).to_have_count(0)
