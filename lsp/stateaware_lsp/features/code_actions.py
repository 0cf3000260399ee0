"""Quick fixes of findings, all safe fixes of a file at once, comments that silence, and refactorings."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final

from lsprotocol import types

from stateaware.findings import Edit, Finding
from stateaware.fix.refactor import Refactoring, settings_at
from stateaware.fix.refactor_folder import move_to_folder
from stateaware.fix.refactor_home import to_code, to_properties
from stateaware.fix.suppress import suppress
from stateaware.index.what_if import fix_all
from stateaware.rules.adoption import IgnoreRule
from stateaware.rules.registry import get_rule
from stateaware.text.span import Span
from stateaware_lsp.features.diagnostics import SOURCE
from stateaware_lsp.projects import shown
from stateaware_lsp.server import Located, Server
from stateaware_lsp.workspace_edits import workspace_edit

FIX_ALL: Final = f"{types.CodeActionKind.SourceFixAll.value}.{SOURCE}"
QUICK_FIX: Final = types.CodeActionKind.QuickFix.value
MOVE: Final = types.CodeActionKind.RefactorMove.value
REWRITE: Final = types.CodeActionKind.RefactorRewrite.value
_KINDS: Final = (QUICK_FIX, FIX_ALL, MOVE, REWRITE)


def register(server: Server) -> None:
    """Teach a server the feature."""

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=list(_KINDS)))
    async def actions(params: types.CodeActionParams) -> list[types.CodeAction] | None:
        await asyncio.sleep(0)
        found = server.locate(params.text_document.uri)
        return None if found is None else list(_Request(server, found, params).actions()) or None


class _Request:
    """One request for actions at a range."""

    def __init__(self, server: Server, found: Located, params: types.CodeActionParams) -> None:
        self._server = server
        self._found = found
        self._context = params.context
        self._range = found.positions.span(params.range)
        self._automatic = params.context.trigger_kind == types.CodeActionTriggerKind.Automatic

    def actions(self) -> Iterator[types.CodeAction]:
        """All that is asked for, the likeliest first."""
        found = self._found
        findings = list(shown(found.project.index.findings_of(found.path)))
        if self._wants(QUICK_FIX):
            here = [(finding, diagnostic) for finding in findings for diagnostic in self._told(finding)]
            yield from self._fixes(here)
            yield from self._suppressions(here)
        if not self._automatic:
            yield from self._refactorings()
        fixable = any(finding.settled_fix(lambda fix: fix.safe) for finding in findings)
        if fixable and self._wants(FIX_ALL) and (self._context.only or not self._automatic):
            edits = fix_all(found.project.index, found.path)
            yield from self._action("Fix all that can be fixed safely", FIX_ALL, edits)

    def _refactorings(self) -> Iterator[types.CodeAction]:
        """Moves of the setting at the cursor; worked out only for somebody who asks."""
        index, found = self._found.project.index, self._found
        if not (self._wants(MOVE) or self._wants(REWRITE)):
            return
        for near, setting in settings_at(found.view, found.file, self._range):
            model = index.project.models.get(near.unique_id)
            if model is None:
                continue
            if self._wants(REWRITE):
                for move in (to_properties, to_code):
                    yield from self._refactoring(move(index.project, model, setting), REWRITE)
            if self._wants(MOVE):
                yield from self._refactoring(move_to_folder(index.project, model, setting), MOVE)

    def _refactoring(self, found: Refactoring | None, kind: str) -> Iterator[types.CodeAction]:
        if found is not None:
            yield from self._action(found.title, kind, found.edits)

    def _wants(self, kind: str) -> bool:
        only = self._context.only
        return only is None or any(kind == asked or kind.startswith(f"{asked}.") for asked in only)

    def _told(self, finding: Finding) -> list[types.Diagnostic | None]:
        """The editor's diagnostic of a finding, if it is at the range; nothing where it is elsewhere."""
        where = self._found.positions.range(finding.place.span)
        for diagnostic in self._context.diagnostics:
            data = diagnostic.data
            item = data.get("item") if isinstance(data, dict) else getattr(data, "item", None)
            same = diagnostic.source == SOURCE and diagnostic.code == finding.code
            if same and item in (None, finding.item) and diagnostic.range == where:
                return [diagnostic]
        span = finding.place.span or Span.at(1, 1)
        meets = span[:2] <= self._range[2:] and self._range[:2] <= span[2:]
        return [None] if meets else []

    def _fixes(self, here: Sequence[tuple[Finding, types.Diagnostic | None]]) -> Iterator[types.CodeAction]:
        told: set[tuple[str, tuple[Edit, ...]]] = set()
        for finding, diagnostic in here:
            settled = finding.settled_fix(lambda fix: bool(fix.edits))
            for fix in finding.fixes:
                if not fix.edits or (fix.title, fix.edits) in told:
                    continue
                told.add((fix.title, fix.edits))
                title = fix.title if fix.safe else f"{fix.title} (may change which value is in force)"
                preferred = fix is settled and fix.safe
                yield from self._action(title, QUICK_FIX, fix.edits, diagnostic, preferred=preferred)

    def _suppressions(
        self, here: Sequence[tuple[Finding, types.Diagnostic | None]]
    ) -> Iterator[types.CodeAction]:
        told: set[tuple[Edit, ...]] = set()
        for finding, diagnostic in here:
            if isinstance(get_rule(finding.code), IgnoreRule):
                continue
            edits = suppress(self._found.text, finding)
            if edits and edits not in told:
                told.add(edits)
                title = f"Suppress {finding.code} with a reason"
                yield from self._action(title, QUICK_FIX, edits, diagnostic)

    def _action(
        self,
        title: str,
        kind: str,
        edits: Sequence[Edit],
        diagnostic: types.Diagnostic | None = None,
        *,
        preferred: bool = False,
    ) -> Iterator[types.CodeAction]:
        if edits:
            edit = workspace_edit(self._server, self._found.project, edits)
            yield types.CodeAction(
                title=title,
                kind=kind,
                diagnostics=[diagnostic] if diagnostic is not None else None,
                is_preferred=preferred or None,
                edit=edit,
            )
