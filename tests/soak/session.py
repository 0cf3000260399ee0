"""An editor with a server in a process of its own, and what a fresh check says of the same files."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path
from typing import Any, Final

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from lsp.agreement import check
from stateaware.check.settings import Settings
from stateaware.findings import Finding
from stateaware.inputs import LoadOptions
from stateaware.project.project_file import read_project_file
from stateaware.text.source import decode
from stateaware_lsp.positions import Positions

PATIENCE: Final = 120
CREATED, CHANGED, DELETED = (
    types.FileChangeType.Created,
    types.FileChangeType.Changed,
    types.FileChangeType.Deleted,
)

Told = dict[str, list[tuple[str, types.Range, str]]]
"""Code, range and first line of every diagnostic, by file."""


class Session:
    """One project under edit. Files are named by their path below ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.buffers: dict[str, list[str]] = {}
        """The texts of open documents, the newest last."""
        self.edits = 0
        self._versions: dict[str, int] = {}
        self._client = LanguageClient("soak", "1")
        self._good = (root / "dbt_project.yml").read_text("utf-8")
        for name in (
            "stateaware/status",
            types.WORKSPACE_DIAGNOSTIC_REFRESH,
            types.CLIENT_REGISTER_CAPABILITY,
        ):
            self._client.feature(name)(lambda *_: None)

    async def start(self) -> None:
        """Start the server, and wait until it has read the project."""
        await self._client.start_io(sys.executable, "-m", "stateaware", "lsp")
        able = types.ClientCapabilities(
            general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind.Utf32]),
            text_document=types.TextDocumentClientCapabilities(
                diagnostic=types.DiagnosticClientCapabilities()
            ),
            workspace=types.WorkspaceClientCapabilities(
                diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True),
                did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(
                    dynamic_registration=True
                ),
            ),
        )
        await self._client.initialize_async(
            types.InitializeParams(
                capabilities=able,
                root_uri=self.root.as_uri(),
                workspace_folders=[types.WorkspaceFolder(self.root.as_uri(), "soak")],
                initialization_options={"delay": 0, "pause": 0},
            )
        )
        self._client.initialized(types.InitializedParams())
        await self.told()

    async def stop(self) -> int:
        """Say goodbye; the server's exit code."""
        await asyncio.wait_for(self._client.shutdown_async(None), PATIENCE)
        self._client.exit(None)
        process: Any = self._client._server
        code = int(await asyncio.wait_for(process.wait(), PATIENCE))
        await self._client.stop()
        return code

    def memory(self) -> float:
        """The server's resident memory in MiB; 0 where the system does not tell."""
        process: Any = self._client._server
        status = Path(f"/proc/{process.pid}/status")
        if not status.is_file():
            return 0
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmRSS"].split()[0]) / 1024

    # What is done

    def uri(self, file: str) -> str:
        """The URI of a file."""
        return (self.root / file).as_uri()

    def files(self) -> list[str]:
        """All files that are there."""
        found = (path for path in self.root.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.root).as_posix() for path in found)

    def on_disk(self, file: str) -> bytes:
        """A file's bytes, whatever is open."""
        return (self.root / file).read_bytes()

    def open(self, file: str) -> None:
        """Open a document, unless it is open or no text."""
        if file in self.buffers:
            return
        try:
            text = decode(self.on_disk(file))
        except UnicodeDecodeError:
            return
        self.edits += 1
        self.buffers[file] = [text]
        self._versions[file] = 1
        item = types.TextDocumentItem(self.uri(file), "yaml", 1, text)
        self._client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def edit(self, file: str, start: int, end: int, new: str) -> None:
        """Change a part of a document."""
        self.edits += 1
        texts = self.buffers[file]
        text = texts[-1]
        positions = Positions(text, "utf-32")
        where = types.Range(*(positions.position(*positions.index.position(at)) for at in (start, end)))
        # an offset between a carriage return and its line feed has no position: it is where the line ends
        begin, stop = positions.offset(where.start), positions.offset(where.end)
        texts.append(text[:begin] + new + text[stop:])
        del texts[:-20]
        self._change(file, types.TextDocumentContentChangePartial(range=where, text=new))

    def undo(self, file: str, steps: int) -> None:
        """Take back some edits of a document."""
        self.edits += 1
        texts = self.buffers[file]
        del texts[max(1, len(texts) - steps) :]
        self._change(file, types.TextDocumentContentChangeWholeDocument(texts[-1]))

    def _change(self, file: str, change: types.TextDocumentContentChangeEvent) -> None:
        self._versions[file] += 1
        name = types.VersionedTextDocumentIdentifier(uri=self.uri(file), version=self._versions[file])
        self._client.text_document_did_change(types.DidChangeTextDocumentParams(name, [change]))

    def close(self, file: str) -> None:
        """Close a document without saving it."""
        self.edits += 1
        del self.buffers[file]
        name = types.TextDocumentIdentifier(self.uri(file))
        self._client.text_document_did_close(types.DidCloseTextDocumentParams(name))

    def save(self, file: str) -> None:
        """Save a document."""
        self.write(file, self.buffers[file][-1].encode("utf-8", "replace"))

    def write(self, file: str, data: bytes) -> None:
        """Write a file past the editor."""
        self.edits += 1
        path = self.root / file
        new = [folder for folder in (path, *path.parents) if not folder.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        if not new:
            self._tell((file, CHANGED))
        else:  # of new folders only the outermost is told
            self._tell((new[-1].relative_to(self.root).as_posix(), CREATED))

    def delete(self, file: str) -> None:
        """Delete a file."""
        self.edits += 1
        (self.root / file).unlink()
        self._tell((file, DELETED))

    def rename(self, old: str, new: str) -> None:
        """Rename a file or folder, over what is there."""
        self.edits += 1
        if (self.root / new).is_dir():
            shutil.rmtree(self.root / new)
            self._tell((new, DELETED))
        (self.root / old).replace(self.root / new)
        self._tell((old, DELETED), (new, CREATED))

    def _tell(self, *events: tuple[str, types.FileChangeType]) -> None:
        found = [types.FileEvent(self.uri(file), kind) for file, kind in events]
        self._client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(found))

    # What comes of it

    def mend(self) -> None:
        """Put dbt_project.yml back to where it was YAML; without it a fresh check says nothing else."""
        file = "dbt_project.yml"
        if file not in self.buffers:
            text = self.on_disk(file).decode("utf-8", "replace")
        else:
            text = self.buffers[file][-1]
        if read_project_file(text.encode("utf-8", "replace"), file).readable:
            self._good = text
        elif file in self.buffers:
            self.edit(file, 0, len(text), self._good)
        else:
            self.write(file, self._good.encode())

    async def told(self) -> Told:
        """What the server says: about every file, and again about every open one."""
        # the answer about dbt_project.yml waits until everything is checked
        await self._pull("dbt_project.yml")
        params = types.WorkspaceDiagnosticParams(previous_result_ids=[])
        answer = await asyncio.wait_for(self._client.workspace_diagnostic_async(params), PATIENCE)
        start = self.uri("") + "/"
        found = {
            report.uri.removeprefix(start): _brief(report.items)
            for report in answer.items
            if report.kind == "full"
        }
        for file in sorted(self.buffers):
            alone = await self._pull(file)
            if alone != found.get(file, []):
                found[f"{file} alone"] = alone
        return {file: items for file, items in found.items() if items}

    async def _pull(self, file: str) -> list[tuple[str, types.Range, str]]:
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(self.uri(file)))
        report = await asyncio.wait_for(self._client.text_document_diagnostic_async(params), PATIENCE)
        return _brief(report.items) if report.kind == "full" else []

    def expected(self) -> Told:
        """What a fresh check says."""
        overlay = {
            str(self.root / file): texts[-1].encode("utf-8", "replace")
            for file, texts in self.buffers.items()
        }
        found = check(self.root, Settings(), LoadOptions(), overlay)
        return {
            file: self._as_told(file, shown, overlay)
            for file, findings in found.items()
            if (shown := _shown(findings))
        }

    def _as_told(
        self, file: str, findings: list[Finding], overlay: dict[str, bytes]
    ) -> list[tuple[str, types.Range, str]]:
        path = str(self.root / file)
        try:
            text = decode(overlay[path] if path in overlay else self.on_disk(file))
        except (OSError, UnicodeDecodeError):
            text = ""
        positions = Positions(text, "utf-32")
        return sorted(
            ((one.code, positions.range(one.place.span), _line(one.message)) for one in findings),
            key=repr,
        )


def _line(message: str) -> str:
    return message.partition("\n")[0].casefold().removesuffix(".")


def _brief(items: Any) -> list[tuple[str, types.Range, str]]:
    return sorted(
        ((str(one.code), one.range, _line(one.message)) for one in items),
        key=repr,
    )


def _shown(findings: tuple[Finding, ...]) -> list[Finding]:
    return [one for one in findings if one.suppressed is None]
