"""What a server says of itself: problems of the user's files, bugs, and how it is."""

from __future__ import annotations

import logging
import traceback
from typing import Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException, PyglsError
from pygls.lsp.server import LanguageServer

from stateaware._version import __version__
from stateaware.errors import StateawareError
from stateaware_lsp.buffers import Protocol
from stateaware_lsp.projects import Projects

_LOG: Final = logging.getLogger("stateaware.lsp")


class Speaking(LanguageServer):
    """A server of projects, as far as it speaks without being asked."""

    def __init__(self) -> None:
        super().__init__("stateaware", __version__, protocol_cls=Protocol, max_workers=2)
        self.projects = Projects()

    def tell_problem(self, error: StateawareError) -> None:
        """Show a problem of the user's files that stands in the way."""
        self.warn(f"{error.message}. {error.remedy}" if error.remedy else error.message)
        self.report_status("error", error.message)

    def warn(self, text: str) -> None:
        """Show a warning."""
        message = types.ShowMessageParams(types.MessageType.Warning, f"stateaware: {text}")
        self.window_show_message(message)

    def tell_bug(self, error: Exception) -> None:
        """Log an error that should not be, and tell that there was one.

        Its kind and where it was raised; what it says may quote the project, and goes nowhere.
        """
        frames = "".join(traceback.format_tb(error.__traceback__))
        _LOG.error("a bug: %s\n%s", type(error).__name__, frames)
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
        """Log where an error was raised, and not its text, which may hold a part of the project."""
        data = getattr(error, "data", None)
        frames = data.get("traceback", ()) if isinstance(data, dict) else ()
        _LOG.error("%s\n%s", source.__name__, "".join(frames))
