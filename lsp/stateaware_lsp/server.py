"""The server's state, and how a change of a file becomes news for the editor."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls import uris

from stateaware.errors import ProjectNotFound, StateawareError
from stateaware.index.index import CancelledError, Findings
from stateaware.records import dataclass
from stateaware.text.span import Span
from stateaware.workspace import Project
from stateaware_lsp.client_settings import ClientSettings, read_client_settings
from stateaware_lsp.open_documents import OpenDocuments
from stateaware_lsp.positions import Positions
from stateaware_lsp.projects import OpenProject, find_roots
from stateaware_lsp.speaking import Speaking
from stateaware_lsp.turns import REQUESTS, Turns

_Handler = TypeVar("_Handler", bound=Callable[..., Any])


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


class Server(Speaking):
    """One editor's server.

    The editor's edits are noted at once and looked at after a short pause (``delay``), file by file;
    after a longer one (``pause``) everything is checked in a thread, and given up when another edit
    comes. Requests always see the newest text.
    """

    def __init__(self) -> None:
        super().__init__()
        self.settings = ClientSettings()
        self.client_commands: frozenset[str] = frozenset()
        """Commands that the editor offers by itself, for lenses to call."""
        self.exit_code = 1
        self.leaving = False
        self.listeners: list[Callable[[OpenProject, set[str], bool], None]] = []
        """Called with a project, the project-relative files of which the findings changed, and whether
        that is because somebody edits them."""
        self.starters: list[Callable[[Server], None]] = []
        """Called once the editor has said what it can do, to offer what suits it."""
        self.ready = asyncio.Event()
        self._aside: set[asyncio.Task[None]] = set()
        self._turns = Turns(self.tell_bug)
        self._pending: dict[OpenProject, set[str]] = {}
        """Edited files that the indexes have not seen."""
        self._untold: dict[OpenProject, set[str]] = {}
        """Edited files of which nothing was told since."""
        self._documents = OpenDocuments()
        self._look: asyncio.TimerHandle | None = None
        self._sweep: asyncio.TimerHandle | None = None
        self._sweeping: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()
        self._worker = ThreadPoolExecutor(1, "stateaware-check")

    def feature(self, feature_name: str, options: Any | None = None) -> Callable[[_Handler], _Handler]:
        """Register a handler; that of a request waits for its turn."""
        register = super().feature(feature_name, options)
        if feature_name not in REQUESTS:
            return register

        def decorate(handler: _Handler) -> _Handler:
            register(self._turns.wrap(handler))
            return handler

        return decorate

    # Where things are

    def locate(self, uri: str) -> Located | None:
        """The file of a document, with all edits seen; None where no project reads it."""
        self.look()
        path = uris.to_fs_path(uri)
        place = None if path is None else self.projects.of(str(Path(path)))
        if place is None:
            return None
        project, known = place
        file = project.index.relative(known)
        text = None if file is None else project.index.inputs.text(file)
        if file is None or text is None:
            return None
        return Located(project, uri, known, file, text, self.positions_of(text))

    def positions_of(self, text: str) -> Positions:
        """Positions in a text, in the editor's units."""
        encoding = self.workspace.position_encoding
        return Positions(text, str(getattr(encoding, "value", encoding) or "utf-16"))

    def uri_of(self, path: str) -> str:
        """The editor's name of a file: that of its open document, else a file URI."""
        return self._documents.uri_at(path) or uris.from_fs_path(path) or ""

    def location(self, project: OpenProject, file: str, span: Span | None) -> types.Location:
        """Where a span of a project-relative file is."""
        path = project.index.absolute(file)
        text = project.index.inputs.text(file) or ""
        return types.Location(self.uri_of(path), self.positions_of(text).range(span))

    # Edits

    def opened(self, uri: str, text: str) -> None:
        """A document is open, or has another text, and from now on counts instead of the file."""
        path = uris.to_fs_path(uri)
        if path is None:
            return
        place = self.projects.of(str(Path(path)))
        self._documents.put(uri, text, path, None if place is None else place[1])
        for project, known in self.projects.reading(str(Path(path))):
            self._note(project, known)

    def closed(self, uri: str) -> None:
        """A document is closed, and the file on disk counts again."""
        path = uris.to_fs_path(uri)
        self._documents.drop(uri)
        if path is None:
            return
        reading = self.projects.reading(str(Path(path)))
        for project, known in reading:
            self._note(project, known)
        if not reading:  # the file is gone, and one that comes in its place is another
            real = os.path.realpath(path)
            for known in [known for known in self.projects.overlay if os.path.realpath(known) == real]:
                del self.projects.overlay[known]

    def changed_on_disk(self, changed: set[str], moved: set[str]) -> None:
        """Files changed outside the editor, or, where ``moved``, came or went."""
        for project in self.projects:
            inside: set[str] = set()
            for path in {*changed, *moved}:
                known = project.known_path(path)
                if known is not None:
                    inside.add(known)
                elif project.matters(path, moved=path in moved):
                    inside.add(path)
            if inside:
                self._note(project, *inside)

    def _note(self, project: OpenProject, *paths: str) -> None:
        self._pending.setdefault(project, set()).update(paths)
        self._untold.setdefault(project, set()).update(paths)
        if self._look is not None:
            self._look.cancel()
        self._look = asyncio.get_running_loop().call_later(self.settings.delay, self._look_and_tell)

    def look(self) -> None:
        """Take all noted edits into the indexes."""
        while self._pending:
            project, paths = self._pending.popitem()
            self._lay_over(paths)
            try:
                relisted = project.take(paths)
            except ProjectNotFound:  # deleted, and whoever did it knows
                self._drop(project)
            except StateawareError as error:
                self.tell_problem(error)
                self._drop(project)
            except Exception as error:  # noqa: BLE001 - a bug must not end the server
                self.tell_bug(error)
            else:
                if relisted:
                    self._adopt()

    def _lay_over(self, paths: Iterable[str]) -> None:
        """Put the texts of open documents over files, and take away those of closed ones."""
        overlay = self.projects.overlay
        for path in paths:
            text = self._documents.text_at(path)
            if text is not None:
                overlay[path] = text.encode("utf-8", "replace")
            else:
                overlay.pop(path, None)

    def _adopt(self) -> None:
        """Look again at open documents whose file came after their text, or after it changed."""
        for uri, text in list(self._documents.texts.items()):
            path = uris.to_fs_path(uri)
            data = text.encode("utf-8", "replace")
            reading = [] if path is None else self.projects.reading(str(Path(path)))
            if any(self.projects.overlay.get(known) != data for _, known in reading):
                self.opened(uri, text)

    def _look_and_tell(self) -> None:
        self.look()
        untold, self._untold = self._untold, {}
        for project, paths in untold.items():
            changed: set[str] = set()
            for path in paths:
                file = project.index.relative(path)
                # all that follows from dbt_project.yml is for the thread
                if file is None or path == project.index.project_file:
                    continue
                try:
                    project.findings[file] = project.index.findings_of(path)
                except Exception as error:  # noqa: BLE001 - a bug in a rule must not keep the others silent
                    self.tell_bug(error)
                    continue
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

    def _start_sweep(self) -> asyncio.Task[None]:
        if self._sweeping is None or self._sweeping.done():
            self._sweeping = asyncio.ensure_future(self.sweep())
        return self._sweeping

    async def settled(self, project: OpenProject) -> None:
        """Wait until ``project.findings`` are those of the files as they are."""
        while not self.leaving and self.projects.by_root.get(project.root) is project:
            self.look()
            if project.checked == project.index.version:
                return
            await asyncio.shield(self._start_sweep())

    async def sweep(self) -> None:
        """Check every project that changed since it was last checked, in a thread."""
        self.look()
        for project in self.projects:
            index, version = project.index, project.index.version
            if project.checked == version:
                continue

            def stale(project: OpenProject = project, version: int = version) -> bool:
                known = self.projects.by_root.get(project.root) is project
                edited = project.index.version != version or project in self._pending
                return self.leaving or edited or not known

            loop = asyncio.get_running_loop()
            found: Findings | None = None
            try:
                found = await loop.run_in_executor(self._worker, index.findings, stale)
            except CancelledError:
                pass
            except Exception as error:  # noqa: BLE001 - a bug in a rule must not end the server
                if not stale():
                    self.tell_bug(error)
                    project.checked = version
            if stale():
                self.sweep_soon()
            elif found is not None:
                project.checked = version
                self._take(project, found)
        self.report_status("ready")

    def _take(self, project: OpenProject, found: Findings) -> None:
        before = project.findings
        project.findings = found
        changed = {
            file for file in before.keys() | found.keys() if before.get(file, ()) != found.get(file, ())
        }
        self._tell(project, changed)

    # Projects

    def folders(self) -> list[str]:
        """The editor's folders."""
        folders = [path for uri in self.workspace.folders if (path := uris.to_fs_path(uri))]
        if not folders and self.workspace.root_path:
            return [self.workspace.root_path]
        return folders

    async def open_projects(self, *, anew: bool = False) -> None:
        """Find the projects of the editor's folders, read and check them; ``anew``: also known ones."""
        async with self._opening:
            folders = self.folders()
            files = [path for uri in self._documents.texts if (path := uris.to_fs_path(uri))]
            self.report_status("indexing")
            loop = asyncio.get_running_loop()
            roots = await loop.run_in_executor(None, find_roots, folders, files)
            for root in [root for root in self.projects.by_root if root not in roots]:
                self._drop(self.projects.by_root[root])
            for root in roots:
                if anew or root not in self.projects.by_root:
                    await self._open(root)
            for uri, text in list(self._documents.texts.items()):
                self.opened(uri, text)
            for project in self.projects:
                await self.settled(project)
            if not self.ready.is_set():
                gc.freeze()  # what is there now stays; looking through it would stop everything for 0.3 s
                gc.enable()
            self.ready.set()

    async def _open(self, root: Path) -> None:
        loop = asyncio.get_running_loop()
        try:
            project = await loop.run_in_executor(self._worker, self.projects.open, root, self.settings)
        except ProjectNotFound:  # deleted just now
            return
        except StateawareError as error:
            self.tell_problem(error)
            return
        except Exception as error:  # noqa: BLE001 - one project must not keep the others from being read
            self.tell_bug(error)
            return
        before = self.projects.by_root.get(root)
        if before is not None:
            project.findings, project.forecast = before.findings, before.forecast
            self._pending.pop(before, None)
            self._untold.pop(before, None)
        self.projects.by_root[root] = project

    async def open_file_project(self, uri: str) -> None:
        """Read the project of a document that none of the known ones reads."""
        path = uris.to_fs_path(uri)
        if path is None or self.projects.of(path) is not None or not self.ready.is_set():
            return
        known = set(self.projects.by_root)
        if set(find_roots([], [path])) - known:
            await self.open_projects()

    async def reload(self) -> None:
        """Read everything anew, with the settings as they are now.

        A project that cannot be read with them stays as it is.
        """
        await self.open_projects(anew=True)

    def run_aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Let something go on while messages are read."""
        task = asyncio.ensure_future(work)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    def _drop(self, project: OpenProject) -> None:
        self.projects.by_root.pop(project.root, None)
        self._pending.pop(project, None)
        self._untold.pop(project, None)
        gone = set(project.findings)
        project.findings = {}
        self._tell(project, gone)

    # Settings

    def take_settings(self, given: object) -> bool:
        """Use settings of the editor; returns whether they differ from those before."""
        settings, problems = read_client_settings(given)
        for problem in problems:
            self.warn(problem)
        changed = settings != self.settings
        self.settings = settings
        return changed


def make_server() -> Server:
    """A server with all its features."""
    from stateaware_lsp.features import register_all

    server = Server()
    register_all(server)
    return server
