"""Quick fixes and refactorings as an editor gets and applies them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

from written import write_files

WRONG = "models:\n  - name: orders # 😀\n    config: {freshness: {build_after: {count: 4, period: hours}}}\n"
Body = Callable[["Editor"], Coroutine[Any, Any, None]]


class Editor:
    """An editor with one document open."""

    def __init__(self, client: LanguageClient, root: Path, file: str, text: str) -> None:
        self.client = client
        self.root = root
        self.uri = (root / file).as_uri()
        self.text = text
        self.version = 1
        item = types.TextDocumentItem(self.uri, "yaml", 1, text)
        client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    async def diagnostics(self) -> list[types.Diagnostic]:
        identifier = types.TextDocumentIdentifier(self.uri)
        for _ in range(100):
            report = await self.client.text_document_diagnostic_async(
                types.DocumentDiagnosticParams(identifier)
            )
            if report.items or self.version > 1:
                return list(report.items)
            await asyncio.sleep(0.02)
        return []

    async def actions(
        self,
        where: types.Range,
        diagnostics: list[types.Diagnostic] | None = None,
        only: list[str] | None = None,
        trigger: types.CodeActionTriggerKind | None = None,
    ) -> list[types.CodeAction]:
        answer = await self.client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(self.uri),
                where,
                types.CodeActionContext(diagnostics or [], only, trigger),
            )
        )
        return [action for action in answer or [] if isinstance(action, types.CodeAction)]

    def edits(self, action: types.CodeAction) -> dict[str, list[types.TextEdit]]:
        """The edits of an action by URI, with the versions that it names checked."""
        assert action.edit is not None
        if action.edit.changes is not None:
            assert action.edit.document_changes is None
            return {uri: list(edits) for uri, edits in action.edit.changes.items()}
        out = {}
        for change in action.edit.document_changes or ():
            if isinstance(change, types.TextDocumentEdit):
                own = change.text_document.uri == self.uri
                assert change.text_document.version == (self.version if own else None)
                out[change.text_document.uri] = [e for e in change.edits if isinstance(e, types.TextEdit)]
        return out

    def apply(self, action: types.CodeAction) -> str:
        """Apply an action: to the open document as an edit, to others on disk."""
        for uri, edits in self.edits(action).items():
            if uri == self.uri:
                self.text = applied(self.text, edits)
                self.version += 1
                change = types.TextDocumentContentChangeWholeDocument(self.text)
                self.client.text_document_did_change(
                    types.DidChangeTextDocumentParams(
                        types.VersionedTextDocumentIdentifier(self.version, self.uri), [change]
                    )
                )
                continue
            path = Path(uri.removeprefix("file://"))
            before = path.read_bytes().decode() if path.exists() else ""
            path.write_bytes(applied(before, edits).encode())
            event = types.FileEvent(uri, types.FileChangeType.Changed)
            self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        return self.text


def applied(text: str, edits: list[types.TextEdit]) -> str:
    """A text after edits in UTF-16 units."""
    lines = text.splitlines(keepends=True)

    def offset(position: types.Position) -> int:
        before = sum(map(len, lines[: position.line]))
        line = lines[position.line] if position.line < len(lines) else ""
        return before + len(line.encode("utf-16-le")[: 2 * position.character].decode("utf-16-le"))

    for edit in sorted(edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


def run(client_for: Any, root: Path, file: str, files: dict[str, str], body: Body, **client: Any) -> None:
    write_files(root, dict(files))

    async def session() -> None:
        async with client_for(root, **client) as connected:
            await body(Editor(connected, root, file, files[file]))

    asyncio.run(session())


def titles(actions: list[types.CodeAction]) -> list[str]:
    return [action.title for action in actions]


FILES = {"models/m.yml": WRONG, "models/orders.sql": "select 1\n"}


def test_a_quick_fix_mends_what_the_diagnostic_tells(client_for: Any, tmp_path: Path) -> None:
    async def body(editor: Editor) -> None:
        (diagnostic,) = await editor.diagnostics()
        fix, suppress, everything = await editor.actions(diagnostic.range, [diagnostic])
        assert fix.title == "Write `period: hour`"
        assert fix.kind == types.CodeActionKind.QuickFix
        assert fix.is_preferred
        assert list(fix.diagnostics or ()) == [diagnostic]
        assert suppress.title == "Suppress SA106 with a reason"
        assert everything.kind == "source.fixAll.stateaware"
        assert editor.apply(fix) == WRONG.replace("hours", "hour")
        assert await editor.diagnostics() == []

    run(client_for, tmp_path, "models/m.yml", FILES, body)


def test_suppressing_leaves_a_comment_for_the_reason(client_for: Any, tmp_path: Path) -> None:
    async def body(editor: Editor) -> None:
        (diagnostic,) = await editor.diagnostics()
        action = (await editor.actions(diagnostic.range, [diagnostic], [types.CodeActionKind.QuickFix]))[-1]
        assert "}  # stateaware: ignore[SA106] reason\n" in editor.apply(action)
        assert await editor.diagnostics() == []

    run(client_for, tmp_path, "models/m.yml", FILES, body)


def test_fix_all_on_crlf_where_edits_have_no_versions(client_for: Any, tmp_path: Path) -> None:
    text = (WRONG + "  - name: b\n    freshness: {build_after: {count: 1, period: day}}\n").replace(
        "\n", "\r\n"
    )

    async def body(editor: Editor) -> None:
        await editor.diagnostics()
        nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
        (action,) = await editor.actions(nowhere, only=["source.fixAll"])
        assert action.edit is not None
        assert action.edit.document_changes is None
        after = editor.apply(action)
        assert "period: hour}" in after
        assert "    config:\r\n" in after or "config: {freshness" in after
        assert after.count("\r\n") == after.count("\n")
        assert await editor.diagnostics() == []
        assert await editor.actions(nowhere, only=["source.fixAll"]) == []

    files = {"models/m.yml": text, "models/orders.sql": "select 1\n", "models/b.sql": "select 1\n"}
    bare = types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities()),
        workspace=types.WorkspaceClientCapabilities(
            diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
        ),
    )
    run(client_for, tmp_path, "models/m.yml", files, body, capabilities=bare)


@pytest.mark.parametrize("only", ["refactor.extract", "source.organizeImports", "source.fixAll.other"])
def test_other_kinds_get_nothing(client_for: Any, tmp_path: Path, only: str) -> None:
    async def body(editor: Editor) -> None:
        (diagnostic,) = await editor.diagnostics()
        assert await editor.actions(diagnostic.range, [diagnostic], [only]) == []

    run(client_for, tmp_path, "models/m.yml", FILES, body)


def test_unsafe_fixes_say_so_and_are_not_preferred(client_for: Any, tmp_path: Path) -> None:
    text = WRONG.replace(", period: hours", "")

    async def body(editor: Editor) -> None:
        diagnostic = next(d for d in await editor.diagnostics() if d.code == "SA101")
        actions = await editor.actions(diagnostic.range, [diagnostic], ["quickfix"])
        unsafe = [
            action for action in actions if action.title.endswith("(may change which value is in force)")
        ]
        assert len(unsafe) == 3
        assert not any(action.is_preferred for action in unsafe)
        for action in unsafe:
            assert len(editor.edits(action)) == 1

    run(client_for, tmp_path, "models/m.yml", {**FILES, "models/m.yml": text}, body)


def test_away_from_findings_there_is_nothing_to_do(client_for: Any, tmp_path: Path) -> None:
    async def body(editor: Editor) -> None:
        await editor.diagnostics()
        nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
        assert await editor.actions(nowhere, trigger=types.CodeActionTriggerKind.Automatic) == []

    run(client_for, tmp_path, "models/m.yml", FILES, body)


def test_a_setting_moves_to_the_folder_in_two_files(client_for: Any, tmp_path: Path) -> None:
    files = {
        "dbt_project.yml": "name: shop\nversion: '1.0'\nprofile: shop\n",
        "models/marts/m.yml": WRONG.replace("hours", "hour"),
        "models/marts/orders.sql": "select 1\n",
        "models/marts/other.sql": "select 1\n",
    }

    async def body(editor: Editor) -> None:
        place = types.Range(types.Position(2, 30), types.Position(2, 30))
        for _ in range(100):
            if await editor.actions(place, only=["refactor"]):
                break
            await asyncio.sleep(0.02)
        automatic = await editor.actions(place, trigger=types.CodeActionTriggerKind.Automatic)
        assert automatic == []
        actions = await editor.actions(place, only=["refactor"])
        assert titles(actions) == [
            "Move `freshness` to config() in models/marts/orders.sql",
            "Move `freshness` to the folder marts in dbt_project.yml (changes 1 other model)",
        ]
        assert [action.kind for action in actions] == ["refactor.rewrite", "refactor.move"]
        editor.apply(actions[1])
        assert editor.text == "models:\n  - name: orders # 😀\n"
        assert (
            (tmp_path / "dbt_project.yml")
            .read_text()
            .endswith(
                "models:\n  shop:\n    marts:\n      +freshness: {build_after: {count: 4, period: hour}}\n"
            )
        )
        assert await editor.diagnostics() == []

    run(client_for, tmp_path, "models/marts/m.yml", files, body)
