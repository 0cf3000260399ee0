"""Findings as diagnostics: pulled by editors that can, pushed to all others, never both."""

from __future__ import annotations

import hashlib
from typing import Final

from lsprotocol import types

from stateaware.findings import Finding
from stateaware_lsp.projects import OpenProject, shown
from stateaware_lsp.rule_pages import page_uri
from stateaware_lsp.server import Server

SOURCE: Final = "stateaware"

_SEVERITIES: Final = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}
_TAGS: Final = {
    "unnecessary": types.DiagnosticTag.Unnecessary,
    "deprecated": types.DiagnosticTag.Deprecated,
}


def register(server: Server) -> None:
    """Teach a server the feature."""
    server.listeners.append(_Push(server).tell)
    server.starters.append(_offer_pulling)


def pulls(server: Server) -> bool:
    """Whether the editor asks for diagnostics by itself, and would on our wish ask again.

    One that never asks again would not see what an edit did to other files, so it is told.
    """
    document = server.client_capabilities.text_document
    workspace = server.client_capabilities.workspace
    again = workspace.diagnostics if workspace is not None else None
    able = document is not None and document.diagnostic is not None
    return able and again is not None and bool(again.refresh_support)


def _offer_pulling(server: Server) -> None:
    if not pulls(server):
        return

    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier=SOURCE),
    )
    async def document(
        params: types.DocumentDiagnosticParams,
    ) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
        await server.ready.wait()
        found = server.locate(params.text_document.uri)
        items: list[types.Diagnostic] = []
        if found is not None and server.settings.diagnostics:
            project = found.project
            if found.path == project.index.project_file:
                # what is wrong in it depends on every file, and is found in a thread
                await server.settled(project)
                findings = project.findings.get(found.file, ())
            else:
                findings = project.index.findings_of(found.path)
            items = diagnostics(server, project, found.file, findings)
        result = _result_id(items)
        if result == params.previous_result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(result_id=result)
        return types.RelatedFullDocumentDiagnosticReport(items=items, result_id=result)

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def workspace(params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        await server.ready.wait()
        known = {previous.uri: previous.value for previous in params.previous_result_ids}
        full = types.WorkspaceFullDocumentDiagnosticReport
        unchanged = types.WorkspaceUnchangedDocumentDiagnosticReport
        reports: list[
            types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport
        ] = []
        told = set()
        for project in server.projects if server.settings.diagnostics else ():
            for file, findings in list(project.findings.items()):
                if not server.projects.owns(project, file):
                    continue
                uri = server.uri_of(project.index.absolute(file))
                items = diagnostics(server, project, file, findings)
                result = _result_id(items)
                told.add(uri)
                version = _version(server, uri)
                if known.get(uri) == result:
                    reports.append(unchanged(uri=uri, result_id=result, version=version))
                elif items or uri in known:
                    reports.append(full(uri=uri, items=items, version=version, result_id=result))
        reports += [
            full(uri=uri, items=[], version=_version(server, uri), result_id=_result_id([]))
            for uri, value in known.items()
            if uri not in told and value != _result_id([])
        ]
        return types.WorkspaceDiagnosticReport(reports)


class _Push:
    """Tells the editor when findings change: with the diagnostics, or to ask for them again."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def tell(self, project: OpenProject, files: set[str], edited: bool) -> None:
        """Findings of some files changed."""
        server = self._server
        if pulls(server):
            # an editor pulls what is being edited by itself
            if files and not edited:
                server.workspace_diagnostic_refresh(None)
            return
        for file in sorted(files):
            if not server.projects.owns(project, file):
                continue
            uri = server.uri_of(project.index.absolute(file))
            findings = project.findings.get(file, ()) if server.settings.diagnostics else ()
            items = diagnostics(server, project, file, findings)
            server.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(uri, items, version=_version(server, uri))
            )


def diagnostics(
    server: Server, project: OpenProject, file: str, findings: tuple[Finding, ...]
) -> list[types.Diagnostic]:
    """The diagnostics of one file."""
    visible = list(shown(findings))
    if not visible:
        return []
    positions = server.positions_of(project.index.inputs.text(file) or "")
    return [
        types.Diagnostic(
            range=positions.range(finding.place.span),
            message=_message(finding),
            severity=_SEVERITIES[finding.severity],
            code=finding.code,
            code_description=types.CodeDescription(uri) if (uri := page_uri(finding.code)) else None,
            source=SOURCE,
            tags=[_TAGS[tag] for tag in finding.tags] or None,
            related_information=[
                types.DiagnosticRelatedInformation(
                    server.location(project, related.place.file, related.place.span), related.message
                )
                for related in finding.related
            ]
            or None,
            data={"item": finding.item, "project": str(project.root)},
        )
        for finding in visible
    ]


def _message(finding: Finding) -> str:
    rest = (_sentence(text) for text in (finding.hint, *finding.notes) if text)
    return "\n".join((f"{finding.message}.", *rest))


def _sentence(text: str) -> str:
    first = text.partition(" ")[0]
    named = first == "dbt" or "_" in first  # dbt and its keys are written as they are
    return f"{text if named else text[0].upper() + text[1:]}."


def _result_id(items: list[types.Diagnostic]) -> str:
    return hashlib.sha256(repr(items).encode("utf-8", "replace")).hexdigest()[:16] if items else "empty"


def _version(server: Server, uri: str) -> int | None:
    document = server.workspace.text_documents.get(uri)
    return None if document is None else document.version
