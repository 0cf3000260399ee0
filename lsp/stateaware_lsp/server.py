"""The server's state, and how a change of a file becomes news for the editor."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from lsprotocol import types
from pygls import uris
from pygls.exceptions import JsonRpcException, PyglsError
from pygls.lsp.server import LanguageServer

from stateaware._version import __version__
from stateaware.errors import StateawareError
from stateaware.index.index import CancelledError, Findings
from stateaware.records import dataclass
from stateaware.workspace import Project
from stateaware_lsp.client_settings import ClientSettings, read_client_settings
from stateaware_lsp.positions import Positions
from stateaware_lsp.projects import OpenProject, Projects, find_roots

_LOG: Final = logging.getLogger("stateaware.lsp")


@dataclass(frozen=True, slots=True)
class Located:
    """A file of a project as the editor sees it.

    ``path`` is the path under which the index knows it, ``file`` its project-relative name.
    """

    project: OpenProject
    uri: str
    path: str
    file: str
    text: str
    positions: Positions

    @property
    def view(self) -> Project:
        """The project as far as this file is concerned."""
        return self.project.index.view(self.path)


class Server(LanguageServer):
    """One editor's server.

    The editor's edits are noted at once and looked at after a short pause (``delay``), file by file;
    after a longer one (``pause``) everything is checked in a thread, and given up when another edit
    comes. Requests always see the newest text.
    """

    def __init__(self) -> None:
        super().__init__("stateaware", __version__, max_workers=2)
        self.settings = ClientSettings()
        self.projects = Projects()
        self.exit_code = 1
        self.leaving = False
        self.listeners: list[Callable[[OpenProject, set[str], bool], None]] = []
        """Called with a project, the project-relative files of which the findings changed, and whether
        that is because somebody edits them."""
        self.ready = asyncio.Event()
        self._pending: dict[OpenProject, set[str]] = {}
        self._paths: dict[str, str] = {}
        self._look: asyncio.TimerHandle | None = None
        self._sweep: asyncio.TimerHandle | None = None
        self._sweeping: asyncio.Task[None] | None = None
        self.background: asyncio.Future[None] | None = None
        self._worker = ThreadPoolExecutor(1, "stateaware-check")

    # Where things are

    def locate(self, uri: str) -> Located | None:
        """The file of a document, with all edits seen; None where no project reads it."""
        self.look()
        place = self._place(uri)
        if place is None:
            return None
        project, path = place
        file = project.index.relative(path)
        text = self.text_of(path)
        if file is None or text is None:
            return None
        return Located(project, uri, path, file, text, self.positions_of(text))

    def _place(self, uri: str) -> tuple[OpenProject, str] | None:
        path = uris.to_fs_path(uri)
        return None if path is None else self.projects.of(str(Path(path)))

    def text_of(self, path: str) -> str | None:
        """A file's text by the path under which an index knows it: the open buffer, else the disk."""
        place = self.projects.of(path)
        if place is None:
            return None
        index = place[0].index
        return index.inputs.text(index.relative(path) or "")

    def positions_of(self, text: str) -> Positions:
        """Positions in a text, in the editor's units."""
        encoding = self.workspace.position_encoding
        return Positions(text, str(getattr(encoding, "value", encoding) or "utf-16"))

    def uri_of(self, path: str) -> str:
        """The editor's name of a file: that of its open document, else a file URI."""
        return self._paths.get(path) or uris.from_fs_path(path) or ""

    def location(self, project: OpenProject, file: str, span: object) -> types.Location:
        """Where a span of a project-relative file is."""
        from stateaware.text.span import Span

        path = project.index.absolute(file)
        text = project.index.inputs.text(file) or ""
        found = self.positions_of(text).range(span if isinstance(span, Span) else None)
        return types.Location(self.uri_of(path), found)

    # Edits

    def opened(self, uri: str, text: str) -> None:
        """A document is open, or has another text, and from now on counts instead of the file."""
        path = uris.to_fs_path(uri)
        if path is None:
            return
        place = self.projects.of(str(Path(path)))
        known = str(Path(path)) if place is None else place[1]
        self.projects.overlay[known] = text.encode("utf-8", "surrogatepass")
        self._paths[known] = uri
        if place is not None:
            self._note(place[0], known)

    def closed(self, uri: str) -> None:
        """A document is closed, and the file on disk counts again."""
        for known in [path for path, name in self._paths.items() if name == uri]:
            del self._paths[known]
            self.projects.overlay.pop(known, None)
            place = self.projects.of(known)
            if place is not None:
                self._note(place[0], known)

    def changed_on_disk(self, paths: set[str], *, relist: bool) -> None:
        """Files changed outside the editor; ``relist``: some came or went."""
        for project in self.projects:
            inside = {path for path in paths if Path(path).is_relative_to(project.root)}
            known = {found for path in inside if (found := project.known_path(path))}
            others = inside - known
            if relist and others:
                project.forget_links()
            if inside:
                self._note(project, *known, *others)

    def _note(self, project: OpenProject, *paths: str) -> None:
        self._pending.setdefault(project, set()).update(paths)
        loop = asyncio.get_running_loop()
        if self._look is not None:
            self._look.cancel()
        self._look = loop.call_later(self.settings.delay, self._look_and_tell)

    def look(self) -> dict[OpenProject, set[str]]:
        """Take all noted edits into the indexes; returns the files that were edited."""
        pending, self._pending = self._pending, {}
        for project, paths in pending.items():
            known = {path for path in paths if project.index.relative(path) is not None}
            gone = {path for path in known if path not in self.projects.overlay and not Path(path).exists()}
            try:
                project.index.change(paths, relist=bool(paths - known or gone))
            except StateawareError as error:
                self.tell_problem(error)
                self._drop(project)
        return pending

    def _look_and_tell(self) -> None:
        edited = dict(self._pending)
        self.look()
        for project, paths in edited.items():
            changed: set[str] = set()
            for path in paths:
                file = project.index.relative(path)
                if file is None:
                    continue
                project.findings[file] = project.index.findings_of(path)
                changed.add(file)
            self._tell(project, changed, edited=True)
        self.sweep_soon()

    def _tell(self, project: OpenProject, files: set[str], *, edited: bool = False) -> None:
        for listener in self.listeners:
            listener(project, files, edited)

    # Everything

    def sweep_soon(self) -> None:
        """Check everything once nothing has been typed for a while."""
        if self._sweep is not None:
            self._sweep.cancel()
        self._sweep = asyncio.get_running_loop().call_later(self.settings.pause, self._start_sweep)

    def _start_sweep(self) -> None:
        if self._sweeping is not None and not self._sweeping.done():
            self.sweep_soon()
            return
        self._sweeping = asyncio.ensure_future(self.sweep())

    async def sweep(self) -> None:
        """Check every project that changed since it was last checked, in a thread."""
        self.look()
        for project in self.projects:
            index, version = project.index, project.index.version
            if project.checked == version:
                continue

            def stopped(index: object = index, version: int = version) -> bool:
                return self.leaving or index.version != version  # type: ignore[attr-defined]

            loop = asyncio.get_running_loop()
            try:
                found = await loop.run_in_executor(self._worker, index.findings, stopped)
            except CancelledError:
                continue
            except Exception as error:  # noqa: BLE001 - a bug in a rule must not end the server
                self._tell_bug(error)
                continue
            if index.version == version:
                self._take(project, found)
                project.checked = version
        self.report_status("ready")

    def _take(self, project: OpenProject, found: Findings) -> None:
        before = project.findings
        project.findings = found
        changed = {
            file for file in before.keys() | found.keys() if before.get(file, ()) != found.get(file, ())
        }
        self._tell(project, changed)

    # Projects

    async def open_projects(self) -> None:
        """Find the projects of the editor's folders, read and check them."""
        folders = [uris.to_fs_path(uri) or "" for uri in self.workspace.folders]
        if not folders and self.workspace.root_path:
            folders = [self.workspace.root_path]
        roots = find_roots([folder for folder in folders if folder], list(self.projects.overlay))
        for root in [root for root in self.projects.by_root if root not in roots]:
            self._drop(self.projects.by_root[root])
        self.report_status("indexing")
        loop = asyncio.get_running_loop()
        started = time.perf_counter()
        for root in roots:
            if root in self.projects.by_root:
                continue
            try:
                project = await loop.run_in_executor(self._worker, self.projects.open, root, self.settings)
            except StateawareError as error:
                self.tell_problem(error)
                continue
            except Exception as error:  # noqa: BLE001 - one project must not keep the others from being read
                self._tell_bug(error)
                continue
            self.projects.by_root[root] = project
        self._reopen_documents()
        _LOG.info("%d projects read in %.2f s", len(self.projects.by_root), time.perf_counter() - started)
        await self.sweep()
        self.ready.set()

    def _reopen_documents(self) -> None:
        """Put open buffers under the paths by which the indexes know their files."""
        for uri, document in list(self.workspace.text_documents.items()):
            for known in [path for path, name in self._paths.items() if name == uri]:
                del self._paths[known]
                self.projects.overlay.pop(known, None)
            self.opened(uri, document.source)

    async def open_file_project(self, uri: str) -> None:
        """Read the project of a document that none of the known ones reads."""
        path = uris.to_fs_path(uri)
        if path is None or self.projects.of(path) is not None or not self.ready.is_set():
            return
        known = set(self.projects.by_root)
        if set(find_roots([], [path])) - known:
            await self.open_projects()

    async def reload(self) -> None:
        """Read everything anew, with the settings as they are now."""
        for project in self.projects:
            self._drop(project)
        await self.open_projects()

    def _drop(self, project: OpenProject) -> None:
        self.projects.by_root.pop(project.root, None)
        self._pending.pop(project, None)
        gone = set(project.findings)
        project.findings = {}
        self._tell(project, gone)

    # Settings

    def take_settings(self, given: object) -> bool:
        """Use settings of the editor; returns whether they differ from those before."""
        settings, problems = read_client_settings(given)
        for problem in problems:
            self._warn(problem)
        changed = settings != self.settings
        self.settings = settings
        return changed

    # Messages

    def tell_problem(self, error: StateawareError) -> None:
        """Show a problem of the user's files that stands in the way."""
        self._warn(f"{error.message}. {error.remedy}" if error.remedy else error.message)
        self.report_status("error", error.message)

    def _warn(self, text: str) -> None:
        message = types.ShowMessageParams(types.MessageType.Warning, f"stateaware: {text}")
        self.window_show_message(message)

    def _tell_bug(self, error: Exception) -> None:
        # the message of an error may quote the project, and goes nowhere
        _LOG.error("a bug: %s", type(error).__name__, exc_info=_LOG.isEnabledFor(logging.DEBUG))
        self.report_status("error", f"a bug of stateaware ({type(error).__name__})")

    def report_status(self, state: str, message: str = "") -> None:
        """Tell an editor that wants to know how the server is: ``stateaware/status``."""
        totals = {"error": 0, "warning": 0, "info": 0}
        for project in self.projects:
            for severity, count in project.counts().items():
                totals[severity] += count
        engines = {project.index.settings.engine for project in self.projects}
        self.protocol.notify(
            "stateaware/status",
            {
                "state": state,
                "version": __version__,
                "engine": ", ".join(sorted(engines)),
                "projects": len(self.projects.by_root),
                "errors": totals["error"],
                "warnings": totals["warning"],
                "message": message,
            },
        )

    def report_server_error(
        self, error: Exception, source: type[PyglsError] | type[JsonRpcException]
    ) -> None:
        """Log the kind of an error only: its text may hold a part of the project."""
        _LOG.error("%s in a request", type(error).__name__, exc_info=_LOG.isEnabledFor(logging.DEBUG))


def make_server() -> Server:
    """A server with all its features."""
    from stateaware_lsp.features import register_all

    server = Server()
    register_all(server)
    return server
