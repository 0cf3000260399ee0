"""What editors can do, and what people do in them."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import LanguageClient, client_capabilities

PATIENCE = 60
"""Seconds after which something that must happen has not."""

SERVER = (sys.executable, "-m", "stateaware", "lsp")
"""The command that starts a server."""


def capabilities_of(editor: str) -> types.ClientCapabilities:
    """An editor's capabilities: ``visual-studio-code``, ``neovim`` or ``emacs``, also ``NAME@VERSION``.

    Without a version VS Code is a recent one, which pulls diagnostics and does it again when asked.
    """
    found = client_capabilities(editor)
    if editor != "visual-studio-code":
        return found
    assert found.text_document is not None
    assert found.workspace is not None
    found.text_document.diagnostic = types.DiagnosticClientCapabilities(
        dynamic_registration=True, related_document_support=False
    )
    found.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
    found.general = found.general or types.GeneralClientCapabilities()
    found.general.position_encodings = [types.PositionEncodingKind.Utf16]
    return found


async def until(holds: Callable[[], Any]) -> Any:
    """Wait until something holds, and return it."""
    return await until_async(lambda: _now(holds()))


async def until_async(holds: Callable[[], Awaitable[Any]]) -> Any:
    """Wait until something that is asked for holds, and return it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = await holds()
        if found:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come to that")


async def _now(value: Any) -> Any:
    return value


class Editor:
    """A client, by the project-relative names of files."""

    def __init__(self, client: LanguageClient, root: Path) -> None:
        self.client = client
        self.root = root
        self.versions: dict[str, int] = {}

    def uri(self, file: str) -> str:
        """The URI of a file."""
        return (self.root / file).as_uri()

    def open(self, file: str, text: str | None = None) -> None:
        """Open a document, with the text on disk or another."""
        if text is None:
            text = (self.root / file).read_bytes().decode("utf-8-sig")
        self.versions[file] = 1
        item = types.TextDocumentItem(self.uri(file), "yaml", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, file: str, *changes: types.TextDocumentContentChangeEvent) -> int:
        """Send changes of a document; returns its new version."""
        self.versions[file] += 1
        name = types.VersionedTextDocumentIdentifier(uri=self.uri(file), version=self.versions[file])
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(name, list(changes)))
        return self.versions[file]

    def write(self, file: str, text: str) -> int:
        """Replace a document's text."""
        return self.change(file, types.TextDocumentContentChangeWholeDocument(text))

    def replace(self, file: str, start: tuple[int, int], end: tuple[int, int], text: str) -> int:
        """Replace a part of a document, by 0-based lines and columns in the editor's units."""
        where = types.Range(types.Position(*start), types.Position(*end))
        return self.change(file, types.TextDocumentContentChangePartial(range=where, text=text))

    def close(self, file: str) -> None:
        """Close a document."""
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(self.uri(file)))
        )

    def tell(self, *events: tuple[str, types.FileChangeType]) -> None:
        """Tell of changes on disk."""
        found = [types.FileEvent(self.uri(file), kind) for file, kind in events]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(found))

    def pushed(self, file: str) -> list[str] | None:
        """The codes of a file's diagnostics as they were last pushed; None before the first time."""
        found = self.client.diagnostics.get(self.uri(file))
        return None if found is None else [str(one.code) for one in found]

    async def until_pushed(self, file: str, codes: list[str]) -> list[types.Diagnostic]:
        """Wait until these are the diagnostics of a file."""
        try:
            await until(lambda: self.pushed(file) == codes)
        except AssertionError:
            raise AssertionError(f"{file}: {self.pushed(file)} instead of {codes}") from None
        return list(self.client.diagnostics[self.uri(file)])

    async def pull(
        self, file: str, known: str | None = None
    ) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
        """Ask for the diagnostics of a file."""
        name = types.TextDocumentIdentifier(self.uri(file))
        return await self.client.text_document_diagnostic_async(
            types.DocumentDiagnosticParams(name, previous_result_id=known)
        )

    async def pulled(self, file: str) -> list[str]:
        """The codes of a file's diagnostics, asked for."""
        report = await self.pull(file)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        return [str(one.code) for one in report.items]

    async def workspace(self, known: dict[str, str] | None = None) -> dict[str, Any]:
        """Ask for the diagnostics of all files; reports by file."""
        before = [types.PreviousResultId(self.uri(file), value) for file, value in (known or {}).items()]
        answer = await self.client.workspace_diagnostic_async(
            types.WorkspaceDiagnosticParams(previous_result_ids=before)
        )
        start = self.uri("") + "/"
        return {report.uri.removeprefix(start): report for report in answer.items}
