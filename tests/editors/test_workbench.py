"""The packaged extension in a real VS Code, as a user installs it.

The tests of one window build on each other's window, not on each other's files: each undoes its edits.
"""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from tools import CHROMIUM, CODE_SERVER, NODE, ROOT, SERVER, SERVER_ENVIRONMENT, UNIVERSAL, need
from workbench import CHROMIUM_ARGUMENTS, CodeServer, Workbench, copy_project

expect.set_options(timeout=20_000)

RIGHT_MARTS = "jaffle_shop/models/marts/_marts.yml"
WRONG_MARTS = "jaffle_shop_broken/models/marts/_marts.yml"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    need(NODE, CODE_SERVER, CHROMIUM, UNIVERSAL)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def window(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """A window on both example projects, with a Python found on the PATH and the bundled server."""
    folder = tmp_path_factory.mktemp("window")
    copy_project(ROOT / "examples", folder / "workspace")
    server = CodeServer(folder, folder / "workspace", {})
    server.install(UNIVERSAL)
    server.start("workspace-trust")
    window = Workbench(server, browser, WRONG_MARTS)
    yield window
    window.close()
    server.stop()


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where pictures go: kept by STATEAWARE_SHOTS=FOLDER, seen from the top of the checkout."""
    return ROOT / os.environ.get("STATEAWARE_SHOTS", tmp_path)


def test_squiggle_and_problem(window: Workbench, shots: Path) -> None:
    expect(window.squiggles("error").first).to_be_visible(timeout=60_000)
    window.run("Problems: Focus on Problems View")
    problem = window.problems("period must be minute, hour or day; `hours` is none of them").first
    expect(problem).to_contain_text("stateaware")
    expect(problem).to_contain_text("SA106")
    window.shoot(shots / "diagnostics.png", *window.parts("editor", "panel"))
    window.hide_panel()


def test_problems_of_files_that_nobody_opened(window: Workbench) -> None:
    window.run("Problems: Focus on Problems View")
    filter_box = window.page.locator(".part.panel").get_by_placeholder("Filter")
    filter_box.fill("dbt_project.yml")
    expect(window.problems("lacks its `+`").first).to_be_visible()
    filter_box.fill("")
    window.hide_panel()


def test_status_item(window: Workbench) -> None:
    version = json.loads((ROOT / "editors" / "vscode" / "package.json").read_text())["version"]
    window.status.hover()
    expect(window.card(f"stateaware {version}: 2 projects")).to_be_visible()
    window.leave()
    window.status.click()
    expect(window.page.locator(".panel .output-view").first).to_be_visible()
    expect(window.page.locator(".panel .title-actions select, .panel .monaco-select-box").last).to_have_value(
        "stateaware"
    )
    window.hide_panel()


def test_hover_names_value_and_origin(window: Workbench, shots: Path) -> None:
    window.open(RIGHT_MARTS)
    window.hover("- name: fct_orders", "fct_orders")
    card = window.card("4 hours")
    expect(card).to_contain_text("build_after")
    expect(card).to_contain_text("dbt_project.yml:26")
    expect(card).to_contain_text("dbt_project.yml:17")
    window.shoot(shots / "hover.png", *window.parts("editor"))
    window.leave()


def test_inlay_hint_where_a_value_is_inherited(window: Workbench, shots: Path) -> None:
    window.open(RIGHT_MARTS)
    expect(window.line("- name: fct_orders")).to_contain_text("4 hours, all")
    window.shoot(shots / "lenses.png", *window.parts("editor"))


def test_code_lens_leads_to_the_layers(window: Workbench) -> None:
    window.open("jaffle_shop/models/marts/fct_orders.sql")
    window.to_top()
    window.lenses("build_after 4 hours, all · from dbt_project.yml:26").click()
    expect(window.peek).to_contain_text("dbt_project.yml")
    window.close_peek()


def test_lens_on_a_folder_leads_to_what_overrides_it(window: Workbench) -> None:
    window.open("jaffle_shop/dbt_project.yml")
    window.go_to(25)
    window.lenses("build_after 4 hours, all · reaches 7 models").click()
    expect(window.peek).to_contain_text("dim_products.sql")
    window.close_peek()


def test_explanation_links_to_the_layers(window: Workbench) -> None:
    window.open("jaffle_shop/models/marts/fct_orders.sql")
    window.run("stateaware: Explain Freshness Here")
    expect(window.tab("explain fct_orders")).to_be_visible()
    link = window.page.locator(".detected-link").filter(has_text="dbt_project.yml:26")
    expect(link).to_be_visible()
    link.click(modifiers=["ControlOrMeta"])
    expect(window.page.locator(".tab.active").filter(has_text="dbt_project.yml")).to_be_visible()
    expect(window.position("Ln 26")).to_be_visible()
    window.close_beside()


def test_completion(window: Workbench) -> None:
    window.open(RIGHT_MARTS)
    window.go_to(16, 19)
    window.page.keyboard.press("Shift+End")
    window.page.keyboard.press("Delete")
    window.page.keyboard.type(" ")
    window.page.keyboard.press("Control+Space")
    for word in ("minute", "hour", "day"):
        expect(window.suggestions(word).first).to_be_visible()
    window.suggestions("day").first.click()
    expect(window.line("period: day").first).to_be_visible()
    window.revert()


def test_quick_fix(window: Workbench) -> None:
    window.open(WRONG_MARTS)
    window.go_to(10, 20)
    expect(window.squiggles("error").first).to_be_visible()
    before = window.squiggles("error").count()
    window.page.keyboard.press("Control+.")
    action = window.page.locator(".action-widget .monaco-list-row").filter(has_text="period: hour").first
    expect(action).to_be_visible()
    action.click()
    expect(window.line("period: hour")).not_to_contain_text("hours")
    expect(window.squiggles("error")).to_have_count(before - 1)
    window.revert()
    expect(window.squiggles("error")).to_have_count(before)


def test_definition_is_the_layer_in_force(window: Workbench) -> None:
    window.open(RIGHT_MARTS)
    window.go_to(4, 13)
    window.page.keyboard.press("F12")
    expect(window.page.locator(".tab.active")).to_contain_text("dbt_project.yml")
    expect(window.position(re.compile("Ln 2[67]"))).to_be_visible()


def test_freshness_view_follows_the_file(window: Workbench, shots: Path) -> None:
    window.run("Explorer: Focus on Freshness View")
    window.open("jaffle_shop/models/marts/dim_products.sql")
    expect(window.view_rows("dim_products").first).to_be_visible()
    window.open("jaffle_shop/models/marts/fct_orders.sql")
    expect(window.view_rows("fct_orders").first).to_be_visible()
    window.leave()
    window.shoot(shots / "view.png")
    window.view_rows("dbt_project.yml:26").first.click()
    expect(window.page.locator(".tab.active")).to_contain_text("dbt_project.yml")


def test_check_workspace(window: Workbench) -> None:
    window.run("stateaware: Check Workspace")
    told = window.page.locator(".notification-list-item").filter(has_text="2 projects")
    expect(told).to_be_visible()
    told.get_by_role("button", name="Show Problems").click()
    expect(window.page.locator(".markers-panel")).to_be_visible()
    window.hide_panel()


def test_simulate_plan(window: Workbench) -> None:
    window.open("jaffle_shop/models/marts/fct_orders.sql")
    window.run("stateaware: Simulate Plan")
    expect(window.tab("Plan: jaffle_shop")).to_be_visible()
    window.close_beside()


def test_settings_take_effect_at_once(window: Workbench) -> None:
    window.open("jaffle_shop/models/marts/fct_orders.sql")
    window.to_top()
    expect(window.lenses("build_after").first).to_be_visible()
    write_settings(window.server, {"stateaware.codeLens.enabled": False})
    expect(window.lenses("build_after")).to_have_count(0)
    write_settings(window.server, {"stateaware.codeLens.enabled": True})
    expect(window.lenses("build_after").first).to_be_visible()


def test_restart(window: Workbench) -> None:
    window.open(WRONG_MARTS)
    before = server_processes(window.server)
    window.run("stateaware: Restart Server")
    expect(window.squiggles("error")).to_have_count(0)
    expect(window.squiggles("error").first).to_be_visible()
    after = server_processes(window.server)
    assert len(before) == len(after) == 1
    assert before != after


def test_server_comes_back_after_a_crash(window: Workbench) -> None:
    (process,) = server_processes(window.server)
    os.kill(process, signal.SIGKILL)
    expect(window.squiggles("error")).to_have_count(0)
    expect(window.squiggles("error").first).to_be_visible()
    assert server_processes(window.server) != [process]


def test_nothing_outside_was_asked_for(window: Workbench) -> None:
    assert window.asked_elsewhere == []


def server_processes(server: CodeServer) -> list[int]:
    """The language servers that this code-server's extension started."""
    launcher = str(server.folder / "extensions").encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if launcher in command and b"launch.py" in command:
                found.append(int(entry.name))
    return found


def write_settings(server: CodeServer, settings: dict[str, object]) -> None:
    """Change the settings of this machine in a running window."""
    file = server.folder / "data" / "Machine" / "settings.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | settings))


def test_nothing_of_a_workspace_runs_before_it_is_trusted(browser: Browser, tmp_path: Path) -> None:
    workspace, ran = tmp_path / "workspace", tmp_path / "ran"
    copy_project(ROOT / "examples" / "jaffle_shop_broken", workspace)
    program(workspace / "inside" / "python", f'touch "{ran}"; exec "{SERVER[0]}" "$@"')
    (workspace / ".vscode").mkdir()
    own = {"stateaware.interpreter": "${workspaceFolder}/inside/python"}
    (workspace / ".vscode" / "settings.json").write_text(json.dumps(own))
    trust = "security.workspace.trust"
    server = CodeServer(tmp_path, workspace, {f"{trust}.enabled": True, f"{trust}.startupPrompt": "never"})
    server.install(UNIVERSAL)
    server.start()
    try:
        window = Workbench(server, browser, "models/marts/_marts.yml")
        expect(window.page.get_by_text("Restricted Mode").first).to_be_visible()
        expect(window.squiggles("error").first).to_be_visible(timeout=60_000)
        assert not ran.exists()

        window.run("Workspaces: Manage Workspace Trust")
        window.page.get_by_role("button", name="Trust", exact=True).click()
        granted = window.page.get_by_text("You trust this folder")
        expect(granted).to_be_visible()
        window.page.get_by_role("dialog").get_by_role("button", name="Close").click()
        expect(granted).to_be_hidden()
        expect(window.squiggles("error").first).to_be_visible(timeout=60_000)
        window.page.wait_for_timeout(500)
        assert ran.exists()
        window.close()
    finally:
        server.stop()


def test_old_python_then_the_environments_own_server(browser: Browser, tmp_path: Path) -> None:
    """The reason is said where there is no fit Python, and a new setting is enough to go on."""
    old = program(tmp_path / "old" / "python", 'echo "3.9.18"; echo "$0"')
    copy_project(ROOT / "examples" / "jaffle_shop_broken", tmp_path / "workspace")
    server = CodeServer(tmp_path, tmp_path / "workspace", {"stateaware.interpreter": str(old)})
    server.install(UNIVERSAL)
    server.start("workspace-trust")
    try:
        window = Workbench(server, browser, "models/marts/_marts.yml")
        told = window.page.locator(".notification-list-item").filter(has_text="is Python 3.9")
        expect(told).to_be_visible(timeout=60_000)
        expect(told.get_by_role("button", name="Choose Interpreter")).to_be_visible()
        window.status.hover()
        expect(window.card("is Python 3.9")).to_be_visible()

        exports = "\n".join(f'export {name}="{value}"' for name, value in SERVER_ENVIRONMENT.items())
        fit = program(tmp_path / "fit" / "python", f'{exports}\nexec "{SERVER[0]}" "$@"')
        write_settings(
            server, {"stateaware.interpreter": str(fit), "stateaware.server.source": "environment"}
        )
        expect(window.squiggles("error").first).to_be_visible(timeout=60_000)
        window.close()
    finally:
        server.stop()


def program(file: Path, script: str) -> Path:
    file.parent.mkdir()
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file
