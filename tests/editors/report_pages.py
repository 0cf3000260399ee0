"""Pages of reports, as the command line writes them, and the window of an editor that is none."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Locator, Page
from tools import ROOT, SERVER_ENVIRONMENT

JAFFLE: Final = ROOT / "examples" / "jaffle_shop"
PLAN: Final = ("--at", "2026-11-22T09:00Z", "--no-state", "--assume", "model:*@built:50m")
PLANNED: Final = (
    *PLAN,
    "--assume",
    "seed:*@built:1d",
    "--assume",
    "source:*@1d",
    "--assume",
    "source:shop.orders@20m",
)
SIMULATED: Final = (
    *("--from", "2026-11-22T09:00Z", "--for", "3d", "--no-state", "--assume", "model:*@built:50m"),
    *("--arrival", "shop.*=1h", "--arrival", "shop.products=2d", "--arrival", "web.*=3h"),
)

# The rules that VS Code puts a webview under, and an editor that only remembers what the page says.
_THEME: Final = """\
:root {
  --vscode-editor-background: #1f1f1f; --vscode-editor-foreground: #cccccc; --vscode-sideBar-background: #181818;
  --vscode-descriptionForeground: #9d9d9d; --vscode-panel-border: #2b2b2b; --vscode-focusBorder: #0078d4;
  --vscode-textLink-foreground: #4daafc; --vscode-input-background: #313131; --vscode-list-hoverBackground: #2a2d2e;
  --vscode-list-inactiveSelectionBackground: #37373d;
}
"""
_WEBVIEW: Final = """\
<!doctype html>
<html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'nonce-here'; script-src 'nonce-here'">
<style nonce="here">%s</style></head>
<body class="vscode-dark"><div id="report"></div>
<script nonce="here">
  window.said = [];
  let kept = undefined;
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => window.said.push(structuredClone(message)),
    getState: () => kept,
    setState: (state) => { kept = structuredClone(state); },
  });
</script>
<script nonce="here">%s</script></body></html>
"""


def write_page(command: str, project: Path, file: Path, *arguments: str) -> Path:
    """The page of a plan or a simulation of a project."""
    output = ("--format", "html", "--output", str(file))
    done = subprocess.run(
        [sys.executable, "-m", "stateaware", command, "--project-dir", str(project), *arguments, *output],
        env=os.environ | SERVER_ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return file


def document_of(page: Path) -> dict[str, Any]:
    """The data in a page."""
    found = re.search(r'id="report-data">(.*?)</script>', page.read_text("utf-8"))
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])
    return told


def write_webview(page: Path, file: Path) -> Path:
    """The same script and style as in a page, as an editor would have them."""
    text = page.read_text("utf-8")
    style, script = (re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL) for tag in ("style", "script"))
    assert style is not None
    assert script is not None
    file.write_text(_WEBVIEW % (_THEME + style[1], script[1]), "utf-8")
    return file


class Report:
    """A page of a report in a browser, which watches for what should not happen."""

    def __init__(
        self, browser: Browser, file: Path, *, width: int = 1280, height: int = 720, scheme: Any = "light"
    ) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
        )
        self.context.set_default_timeout(20_000)
        self.faults: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.faults.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._watch(request.url, file.as_uri()))
        self.page.goto(file.as_uri())

    def _watch(self, url: str, own: str) -> None:
        if url != own:
            self.faults.append(f"asked for {url}")

    def close(self) -> None:
        """End it; nothing may have been wrong."""
        self.context.close()
        assert self.faults == []

    @property
    def rows(self) -> Locator:
        return self.page.locator(".row")

    def row(self, name: str) -> Locator:
        return self.rows.filter(has=self.page.locator(".name", has_text=re.compile(rf"^{re.escape(name)}$")))

    @property
    def details(self) -> Locator:
        return self.page.locator(".details")

    @property
    def slider(self) -> Locator:
        return self.page.locator('input[type="range"]')

    def choose(self, name: str) -> None:
        self.row(name).locator(".name").click()

    def box(self, name: str) -> Locator:
        """A node in the graph."""
        return self.page.locator(".box").filter(
            has=self.page.locator("title", has_text=re.compile(rf"^{re.escape(name)}$"))
        )

    def names(self) -> list[str]:
        """The rows in sight, from top to bottom."""
        found: list[str] = self.page.evaluate(
            "[...document.querySelectorAll('.row')].sort((a, b) => a.dataset.place - b.dataset.place)"
            ".map((row) => row.querySelector('.name').textContent)"
        )
        return found

    def said(self, kind: str) -> list[dict[str, Any]]:
        """The messages of a kind that the page has sent to the editor."""
        messages: list[dict[str, Any]] = self.page.evaluate("window.said")
        return [message for message in messages if message["type"] == kind]

    def tell(self, message: dict[str, Any]) -> None:
        """Send a message as the editor does."""
        self.page.evaluate("(message) => window.postMessage(message)", message)
