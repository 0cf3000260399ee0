"""What happens when the program itself is wrong: a short message, and a report that can be sent."""

from __future__ import annotations

import os
import platform
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from stateaware._version import __version__
from stateaware.cli.commands import COMMANDS
from stateaware.project.storage import private_folder

_KEPT = 20


def explain_crash(error: BaseException, arguments: Sequence[str]) -> str:
    """Save a report and return the message for the user."""
    report = "\n".join(_report(error, arguments)) + "\n"
    message = f"stateaware: this is a bug of stateaware ({type(error).__name__}), not of your project"
    path = _save(report)
    if path is None:
        return f"{message}\n{report}"
    return (
        f"{message}\n"
        f"A report without any content of your project is in {path}\n"
        "Please send it with a word on what you did. --debug shows the whole error."
    )


def _report(error: BaseException, arguments: Sequence[str]) -> Iterator[str]:
    """Versions, names of options and our own frames: no message, no values, no paths of the user."""
    yield f"stateaware {__version__}, Python {platform.python_version()}, {platform.platform()}"
    options = [
        word.split("=")[0] if word.startswith("--") else word[:2] for word in arguments if word[:1] == "-"
    ]
    yield f"command: {' '.join([name for name in arguments[:1] if name in COMMANDS] + options)}"
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield f"{type(link).__module__}.{type(link).__qualname__}"
        for frame in traceback.extract_tb(link.__traceback__):
            # a frame outside of Python files belongs to rendered Jinja: its line would be the project's
            line = frame.line if frame.filename.endswith(".py") else ""
            yield f"  {_inside(frame.filename)}:{frame.lineno} {frame.name}: {line}"
        link = link.__cause__ or link.__context__


def _inside(file: str) -> str:
    """A module's path from its package on, without the folders of this machine."""
    if not file.endswith(".py"):
        return "(generated)"
    parts = Path(file).parts
    for top in ("site-packages", "stateaware", "stateaware_lsp"):
        if top in parts:
            at = len(parts) - 1 - parts[::-1].index(top)
            return "/".join(parts[at + (top == "site-packages") :])
    return parts[-1]


def _save(report: str) -> Path | None:
    folder = private_folder("crashes")
    if folder is None:
        return None
    path = folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
    try:
        path.write_text(report, "utf-8")
        for old in sorted(folder.glob("*.txt"))[:-_KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return None
    return path
