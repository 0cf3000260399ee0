"""VS Code in a browser: code-server with throw-away state, and what a user does in its window."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Error, Locator, Page, expect
from tools import CODE_SERVER, NODE

CHROMIUM_ARGUMENTS: Final = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]

SETTINGS: Final = {
    "chat.disableAIFeatures": True,
    "editor.fontFamily": "'DejaVu Sans Mono', monospace",
    "editor.hover.delay": 100,
    "editor.inlayHints.enabled": "on",
    "editor.lightbulb.enabled": "off",
    "editor.minimap.enabled": False,
    "editor.occurrencesHighlight": "off",
    "editor.stickyScroll.enabled": False,
    "extensions.autoCheckUpdates": False,
    "extensions.ignoreRecommendations": True,
    "files.autoSave": "off",
    "files.hotExit": "off",
    "git.enabled": False,
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "window.confirmBeforeClose": "never",
    "workbench.colorTheme": "Default Dark Modern",
    "workbench.enableExperiments": False,
    "workbench.reduceMotion": "on",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
}


class CodeServer:
    """One code-server with its own home, data, extensions and port."""

    def __init__(self, folder: Path, workspace: Path, settings: dict[str, object]) -> None:
        self.folder = folder
        self.workspace = workspace
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        (folder / "home").mkdir(parents=True)
        self.environment = os.environ | {
            "PATH": f"{NODE}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder / "home"),
            "EXTENSIONS_GALLERY": '{"serviceUrl":""}',
        }
        # To code-server the machine is a remote one: settings of the machine count only from Machine.
        for kind in ("User", "Machine"):
            (folder / "data" / kind).mkdir(parents=True)
            (folder / "data" / kind / "settings.json").write_text(json.dumps(SETTINGS | settings))
        (folder / "config.yaml").write_text(f"bind-addr: 127.0.0.1:{self.port}\nauth: none\ncert: false\n")
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *arguments: str) -> list[str]:
        state = {"config": "config.yaml", "user-data-dir": "data", "extensions-dir": "extensions"}
        options = [f"--{option}={self.folder / name}" for option, name in state.items()]
        return [str(CODE_SERVER), *options, *arguments]

    def install(self, package: Path) -> None:
        """Install an extension from its .vsix, as a user does."""
        command = self.command("--install-extension", str(package))
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self, *options: str) -> None:
        still = ["telemetry", "update-check", "getting-started-override", "proxy", *options]
        with (self.folder / "code-server.log").open("wb") as log:
            self.process = subprocess.Popen(
                self.command(*(f"--disable-{what}" for what in still)),
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while not self._answers():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError((self.folder / "code-server.log").read_text())
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=2):  # noqa: S310
                return True
        except OSError:
            return False

    def stop(self) -> None:
        """End code-server with its extension host and the language server."""
        if self.process is None or self.process.poll() is not None:
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)

    def log(self) -> str:
        """What the extension wrote to its output channel."""
        files = sorted((self.folder / "data" / "logs").rglob("stateaware*/*.log"))
        return "\n".join(file.read_text(errors="replace") for file in files)


class Workbench:
    """The window, and the gestures of the tests."""

    def __init__(self, server: CodeServer, browser: Browser, file: str) -> None:
        self.server = server
        self.context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        self.context.set_default_timeout(30_000)
        self.asked_elsewhere: list[str] = []
        self.context.on("response", lambda answer: self._watch(answer.url, local=answer.from_service_worker))
        self.page: Page = self.context.new_page()
        target = f"vscode-remote://127.0.0.1:{server.port}{server.workspace / file}"
        payload = json.dumps([["openFile", target]])
        self.page.goto(f"{server.address}/?folder={server.workspace}&payload={payload}")
        self.page.wait_for_selector(".monaco-workbench", timeout=90_000)
        self.page.wait_for_selector(".monaco-editor .view-line", timeout=60_000)

    def _watch(self, url: str, *, local: bool) -> None:
        if not local and not url.startswith((self.server.address, "data:", "blob:", "vscode-file:")):
            self.asked_elsewhere.append(url)

    def close(self) -> None:
        self.context.close()

    # What is there.

    @property
    def editor(self) -> Locator:
        """The active editor group's editor."""
        return self.page.locator(".editor-group-container.active .monaco-editor").first

    def line(self, text: str) -> Locator:
        return self.editor.locator(".view-line").filter(has_text=text).first

    def squiggles(self, severity: str) -> Locator:
        return self.editor.locator(f".squiggly-{severity}")

    def problems(self, text: str) -> Locator:
        return self.page.locator(".markers-panel .monaco-list-row").filter(has_text=text)

    def lenses(self, text: str | re.Pattern[str]) -> Locator:
        return self.editor.locator(".codelens-decoration a").filter(has_text=text)

    def suggestions(self, text: str) -> Locator:
        return self.page.locator(".suggest-widget.visible .monaco-list-row").filter(has_text=text)

    def card(self, text: str) -> Locator:
        """The hover that is open and says so."""
        return self.page.locator(".monaco-hover:not(.hidden)").filter(has_text=text).first

    def view_rows(self, text: str | re.Pattern[str]) -> Locator:
        """Rows of the Freshness view."""
        pane = self.page.locator(".pane").filter(has=self.page.locator(".pane-header", has_text="Freshness"))
        return pane.locator(".monaco-list-row").filter(has_text=text)

    def parts(self, *names: str) -> list[Locator]:
        """Parts of the window: editor, panel, sidebar."""
        return [self.page.locator(f".part.{name}").first for name in names]

    @property
    def status(self) -> Locator:
        return self.page.locator(".statusbar-item").filter(has_text="stateaware").last

    @property
    def peek(self) -> Locator:
        """The list of places inside an editor."""
        return self.page.locator(".zone-widget")

    def position(self, text: str | re.Pattern[str]) -> Locator:
        """The item of the status bar that says where the cursor is."""
        return self.page.locator(".statusbar-item").filter(has_text=text)

    def tab(self, name: str) -> Locator:
        return self.page.locator(".tab").filter(has_text=name)

    # What a user does.

    def _ask(self, text: str) -> None:
        """Write into the box at the top, where a first character says whether it is a command or a line."""
        box = self.page.locator(".quick-input-widget input[type=text]")
        for patience in (3_000, 6_000, 30_000):  # the box closes if something else takes the focus just then
            self.page.keyboard.press("F1")
            try:
                box.fill(text, timeout=patience)
            except Error:
                continue
            return
        raise AssertionError("the box for commands does not open")

    def run(self, title: str) -> None:
        """Run a command from the palette."""
        self._ask(f">{title}")
        row = self.page.locator(".quick-input-list .monaco-list-row").filter(has_text=title).first
        expect(row).to_be_visible()
        row.click()
        expect(self.page.locator(".quick-input-widget")).to_be_hidden()

    def open(self, file: str) -> None:
        """Open a file of the workspace by its path."""
        self._ask(str(self.server.workspace / file))
        row = self.page.locator(".quick-input-list .monaco-list-row").filter(has_text=Path(file).name).first
        expect(row).to_be_visible()
        self.page.keyboard.press("Enter")
        # The tab shows the name alone, and both projects have files of that name.
        path = re.compile(r"^\W*" + r"\W*".join(re.escape(part) for part in Path(file).parts))
        expect(self.page.locator(".editor-group-container.active .breadcrumbs-control")).to_have_text(path)
        self.page.wait_for_selector(".editor-group-container.active .monaco-editor .view-line")

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor there and bring the line into the middle of the window."""
        self._ask(f":{line}:{column}")
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".quick-input-widget")).to_be_hidden()

    def hide_panel(self) -> None:
        self.run("View: Hide Panel")

    def revert(self) -> None:
        """Drop the edits of the active file."""
        self.page.keyboard.press("Escape")
        self.run("File: Revert File")
        expect(self.page.locator(".tab.active.dirty")).to_have_count(0)

    def close_peek(self) -> None:
        self.page.keyboard.press("Escape")
        expect(self.peek).to_have_count(0)

    def close_beside(self) -> None:
        """Close the document that was opened beside the active one."""
        self.run("View: Close Editors in Other Groups")

    def to_top(self) -> None:
        """Above the first line: a lens there comes later than the text, and is out of sight at first."""
        self.editor.locator(".codelens-decoration").first.wait_for(state="attached")
        self.go_to(1)
        self.page.keyboard.press("Control+Home")

    def hover(self, line: str, word: str) -> None:
        self.page.mouse.move(5, 5)
        self.line(line).get_by_text(word, exact=False).first.hover()

    def leave(self) -> None:
        """Take the mouse away, so that a hover closes."""
        self.page.mouse.move(5, 795)
        self.page.keyboard.press("Escape")

    def shoot(self, file: Path, *parts: Locator) -> None:
        """Take a picture of these parts, or of the whole window."""
        self.page.wait_for_timeout(500)  # hovers fade in
        boxes = [box for part in parts if (box := part.bounding_box())]
        file.parent.mkdir(parents=True, exist_ok=True)
        if not boxes:
            self.page.screenshot(path=file)
            return
        left = min(box["x"] for box in boxes)
        top = min(box["y"] for box in boxes)
        right = max(box["x"] + box["width"] for box in boxes)
        bottom = max(box["y"] + box["height"] for box in boxes)
        self.page.screenshot(
            path=file, clip={"x": left, "y": top, "width": right - left, "height": bottom - top}
        )


def copy_project(source: Path, target: Path) -> None:
    """Copy a project without what running dbt left in it."""
    shutil.copytree(
        source, target, ignore=shutil.ignore_patterns("target", "dbt_packages", "logs", "*.duckdb")
    )
