"""Writes reports: to the terminal as far as it can show them, and to files."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, TextIO

from stateaware.errors import OutputError, UsageError
from stateaware.project.storage import write_atomically
from stateaware.records import dataclass

_FOR_PEOPLE: Final = ("text", "concise", "github")
_SECRET: Final = "DBT_ENV_SECRET"  # noqa: S105 - dbt's prefix of the variables that must never be shown
_MASK: Final = "*****"


@dataclass(frozen=True, slots=True)
class Target:
    """A format, and the file that it goes to; None is standard output."""

    format: str
    file: Path | None = None


def read_targets(outputs: Iterable[str], environ: Mapping[str, str]) -> list[Target]:
    """The outputs of a run, ``text`` where none is asked for.

    In GitHub Actions annotations are added by themselves.

    Raises:
        UsageError: two formats want standard output and cannot share it.
    """
    targets = []
    for output in outputs:
        name, sign, file = output.partition("=")
        targets.append(Target(name, Path(file) if sign else None))
    targets = targets or [Target("text")]
    shared = [target.format for target in targets if target.file is None]
    machine = [name for name in shared if name not in _FOR_PEOPLE]
    if machine and len(shared) > 1:
        other = next(name for name in reversed(shared) if name != machine[0] or shared.count(name) > 1)
        raise UsageError(
            f"{machine[0]} and {other} cannot share the standard output",
            f"Give one a file: --output {machine[0]}=FILE",
        )
    if environ.get("GITHUB_ACTIONS") == "true" and all(target.format != "github" for target in targets):
        targets.append(Target("github"))
    return targets


def stream_of(target: Target, targets: Iterable[Target]) -> TextIO:
    """Where a target without a file goes: annotations beside a machine's format go to standard error."""
    machine = any(other.file is None and other.format not in _FOR_PEOPLE for other in targets)
    return sys.stderr if target.format == "github" and machine else sys.stdout


def wants_color(when: str, stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether to colour what goes to a stream (``auto``: a terminal that does not object)."""
    if when != "auto":
        return when == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR", "0") not in ("", "0") or environ.get("CLICOLOR_FORCE", "0") not in (
        "",
        "0",
    ):
        return True
    return stream.isatty() and environ.get("TERM") != "dumb"


def can_show_unicode(stream: TextIO) -> bool:
    """Whether a stream's encoding holds every character."""
    return (
        (getattr(stream, "encoding", None) or "ascii").lower().replace("-", "").startswith(("utf", "cp65001"))
    )


def width_of(stream: TextIO) -> int:
    """The columns of a terminal, else 100."""
    columns = os.environ.get("COLUMNS", "")
    if stream.isatty() or columns.isdigit():
        from shutil import get_terminal_size

        return get_terminal_size((100, 24)).columns
    return 100


class Mask:
    """Hides the values of ``DBT_ENV_SECRET…`` variables in what is written."""

    def __init__(self, *environments: Mapping[str, str]) -> None:
        values = {
            value
            for environment in environments
            for name, value in environment.items()
            if name.startswith(_SECRET) and value.strip()
        }
        spellings = {spelling for value in values for spelling in (value, json.dumps(value)[1:-1])}
        self._secrets = sorted(spellings, key=len, reverse=True)
        self.hid = False
        """Whether there was anything to hide so far."""

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        masked = text
        for secret in self._secrets:
            masked = masked.replace(secret, _MASK)
        self.hid = self.hid or masked != text
        return masked


def write_file(path: Path, text: str) -> None:
    """Write a report, in UTF-8.

    Raises:
        OutputError: it cannot be written.
    """
    data = text.encode("utf-8", "backslashreplace")
    try:
        if path.exists() and not path.is_file():  # /dev/stderr and other devices cannot be replaced
            with path.open("wb") as device:
                device.write(data)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, data)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {(error.strerror or str(error)).lower()}") from None
