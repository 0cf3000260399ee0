"""Plans in a real VS Code: lens, hover and page of a project that dbt has run in a while ago.

The tests build on each other's window; each leaves the files as they were.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from earlier_runs import write_artifacts
from playwright.sync_api import Browser, FrameLocator, Locator, expect, sync_playwright
from tools import CHROMIUM, CODE_SERVER, NODE, ROOT, UNIVERSAL, need
from workbench import CHROMIUM_ARGUMENTS, CodeServer, Workbench, copy_project

MODEL = "models/marts/fct_orders.sql"
ORDERS = "models/staging/shop/stg_orders.sql"
STORES = "models/staging/shop/stg_stores.sql"
ENTRIES = "models/marts/_marts.yml"
PROJECT = "dbt_project.yml"


class PlanWindow(Workbench):
    """A window, and the page of plans in it."""

    def open(self, file: str) -> None:
        """Open a file beside the page, and not in its place."""
        self.run("View: Focus First Editor Group")
        super().open(file)

    @property
    def plan(self) -> FrameLocator:
        """The page: VS Code puts it into two frames."""
        return self.page.frame_locator("iframe.webview.ready").last.frame_locator("iframe#active-frame")

    def row(self, name: str) -> Locator:
        exactly = re.compile(rf"^{re.escape(name)}$")
        return self.plan.locator(".row").filter(has=self.plan.locator(".name", has_text=exactly))

    @property
    def verdict(self) -> Locator:
        """What happens to the chosen node; rows are there only as far as they are in sight."""
        return self.plan.locator(".verdict")

    @property
    def sentence(self) -> Locator:
        return self.plan.locator("h1")

    @property
    def chosen(self) -> Locator:
        return self.plan.locator(".details h2")

    @property
    def answer(self) -> Locator:
        """What the page says of a question that is not answered."""
        return self.plan.locator(".answer")

    def resize(self, width: int, height: int) -> None:
        self.page.set_viewport_size({"width": width, "height": height})

    def type_command(self, title: str) -> None:
        """Write into the palette, and leave it open."""
        self._ask(f">{title}")
        expect(
            self.page.locator(".quick-input-list .monaco-list-row").filter(has_text=title).first
        ).to_be_visible()

    def choose(self, file: str) -> None:
        """Open a model, and its node in the page, whose row comes into sight."""
        self.open(file)
        self.run("stateaware: Simulate Plan")
        expect(self.chosen).to_have_text(Path(file).stem)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    need(NODE, CODE_SERVER, CHROMIUM, UNIVERSAL)
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plans") / "jaffle_shop"
    copy_project(ROOT / "examples" / "jaffle_shop", folder)
    write_artifacts(folder, 50, shop_orders=20)
    return folder


@pytest.fixture(scope="module")
def window(browser: Browser, project: Path) -> Iterator[PlanWindow]:
    server = CodeServer(project.parent / "server", project, {})
    server.install(UNIVERSAL)
    server.start("workspace-trust")
    window = PlanWindow(server, browser, MODEL)
    window.resize(1400, 840)
    window.run("View: Close Primary Side Bar")
    yield window
    window.close()
    server.stop()


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where pictures go: kept by STATEAWARE_SHOTS=FOLDER, seen from the top of the checkout."""
    return ROOT / os.environ.get("STATEAWARE_SHOTS", tmp_path)


def test_lens_and_hover_tell_the_decision(window: PlanWindow, shots: Path) -> None:
    window.to_top()
    expect(window.lenses(re.compile(r"would be reused until .*UTC.*simulate"))).to_be_visible(timeout=60_000)
    window.open(ORDERS)
    window.to_top()
    expect(window.lenses("would build: new data in source shop.orders")).to_be_visible()
    window.open(ENTRIES)
    window.resize(1000, 620)
    window.to_top()
    window.hover("- name: fct_orders", "fct_orders")
    card = window.card("Would be reused now")
    expect(card).to_contain_text(re.compile(r"built 5\d min ago, next eligible"))
    window.shoot(shots / "plan-lens.png", *window.parts("editor"))
    window.leave()
    window.resize(1400, 840)


def test_lens_opens_the_page(window: PlanWindow, shots: Path) -> None:
    window.open(MODEL)
    window.to_top()
    window.lenses("simulate").click()
    expect(window.tab("Plan: jaffle_shop")).to_be_visible()
    expect(window.chosen).to_have_text("fct_orders")
    expect(window.verdict).to_contain_text(re.compile("reuse.*may build from"))
    expect(window.row("fct_orders")).to_be_visible()
    expect(window.plan.locator(".about")).to_contain_text("run_results.json")
    expect(window.answer).to_have_text("")
    window.shoot(shots / "plan.png")


def test_command_opens_the_same_page(window: PlanWindow, shots: Path) -> None:
    window.open("models/marts/dim_products.sql")
    window.to_top()
    window.type_command("stateaware: Simulate")
    window.shoot(shots / "plan-palette.png")
    window.page.keyboard.press("Escape")
    window.choose("models/marts/dim_products.sql")
    expect(window.tab("Plan: jaffle_shop")).to_have_count(1)


def test_new_data_of_a_source_is_another_decision(window: PlanWindow, shots: Path) -> None:
    window.choose(STORES)
    expect(window.verdict).to_contain_text("no parent has new data")
    expect(window.sentence).to_contain_text("would build 2 of 17")
    window.plan.locator("summary", has_text="New data").click()
    window.plan.get_by_role("checkbox", name="shop.stores").check()
    expect(window.verdict).to_contain_text("new data in source shop.stores")
    expect(window.sentence).to_contain_text("would build 3 of 17")
    expect(window.plan.locator("summary", has_text="New data")).to_contain_text("1 source")
    window.shoot(shots / "plan-new-data.png")
    window.plan.get_by_role("button", name="Schedule").click()
    expect(window.sentence).to_contain_text("Over 7 days", timeout=60_000)
    window.plan.get_by_role("button", name="One run").click()
    expect(window.sentence).to_contain_text("would build 3 of 17")
    window.plan.locator("summary", has_text="New data").click()


def test_click_on_a_node_leads_to_its_setting(window: PlanWindow) -> None:
    window.choose(STORES)
    window.row("stg_stores").locator(".name").click()
    expect(window.page.locator(".tab.active").filter(has_text="_shop__models.yml")).to_be_visible()
    window.plan.locator(".details").get_by_text("_shop__models.yml:30").click()
    expect(window.position(re.compile("Ln 30,"))).to_be_visible()
    window.plan.locator(".details").get_by_text("stg_stores.sql").click()
    expect(window.page.locator(".tab.active").filter(has_text="stg_stores.sql")).to_be_visible()


def test_edit_makes_another_plan(window: PlanWindow) -> None:
    window.choose(ORDERS)
    expect(window.verdict).to_contain_text("build")
    window.open(PROJECT)
    window.go_to(23, len("        build_after: {count: 3") + 1)
    window.page.keyboard.press("Backspace")
    window.page.keyboard.type("9")
    expect(window.line("count: 90")).to_be_visible()
    expect(window.verdict).to_contain_text("reuse")
    window.revert()
    expect(window.verdict).to_contain_text("build")


def test_page_of_the_freshness_view(window: PlanWindow) -> None:
    window.open("models/intermediate/int_sessions.sql")
    window.run("Explorer: Focus on Freshness View")
    row = window.view_rows("int_sessions").first
    row.hover()
    row.get_by_role("button", name="Simulate Plan").click()
    expect(window.chosen).to_have_text("int_sessions")


def test_artifacts_that_change_are_read_again(window: PlanWindow, project: Path) -> None:
    window.choose(ORDERS)
    results = project / "target" / "run_results.json"
    results.write_text("{")
    expect(window.answer).to_contain_text("half written")
    expect(window.verdict).to_contain_text("build")  # what was shown stays
    write_artifacts(project, 10, shop_orders=5)
    expect(window.answer).to_have_text("")
    expect(window.verdict).to_contain_text("reuse")
    write_artifacts(project, 50, shop_orders=20)
    expect(window.verdict).to_contain_text("build")


def test_page_stays_in_step_with_the_server(window: PlanWindow) -> None:
    window.run("stateaware: Restart Server")
    expect(window.answer).to_have_text("")
    window.plan.locator("summary", has_text="New data").click()
    box = window.plan.get_by_role("checkbox", name="shop.stores")
    expect(box).to_be_checked()
    box.uncheck()
    expect(window.sentence).to_contain_text("would build 2 of 17")
    box.check()
    expect(window.sentence).to_contain_text("would build 3 of 17")


def test_page_comes_back_with_the_window(window: PlanWindow) -> None:
    window.page.goto(f"{window.server.address}/?folder={window.server.workspace}")
    window.page.wait_for_selector(".monaco-workbench", timeout=90_000)
    expect(window.tab("Plan: jaffle_shop")).to_be_visible()
    expect(window.sentence).to_contain_text("would build 3 of 17", timeout=60_000)
    expect(window.plan.locator("summary", has_text="New data")).to_contain_text("1 source")


def test_nothing_outside_was_asked_for_by_the_page(window: PlanWindow) -> None:
    assert window.asked_elsewhere == []
