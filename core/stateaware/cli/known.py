"""What plan, simulate and advise share: the options for what is known, lengths of time, notes."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stateaware.artifacts.manifest import MANIFEST
from stateaware.artifacts.reading import find_artifacts
from stateaware.cli.ground import Footing, add_manifest
from stateaware.config.durations import parse_duration
from stateaware.errors import UsageError
from stateaware.forecast.basis import Basis, origin_basis, with_artifacts, with_statements
from stateaware.forecast.known import Given
from stateaware.plan.clock import parse_moment
from stateaware.report.characters import one_line
from stateaware.rules.spans_of_time import SECONDS

if TYPE_CHECKING:
    from argparse import _ActionsContainer

_ARTIFACTS: Final = (
    (
        "--state",
        "DIR",
        "a folder with artifacts of another run, or with folders of runs; also what state: compares with",
    ),
    ("--run-results", "PATH", "a run_results.json, or a folder of them; may be repeated"),
    ("--sources", "FILE", "a sources.json; may be repeated"),
)


def add_known(parser: ArgumentParser) -> None:
    """The options for what is known of earlier builds and of new data."""
    known = parser.add_argument_group("what is known")
    add_artifacts(known)
    known.add_argument("--state-file", metavar="FILE", help="a state file that stateaware state has written")
    known.add_argument(
        "--assume",
        metavar="WHAT",
        action="append",
        default=[],
        help="source:raw.orders@2h (new data then), model:orders@built:30m; may be repeated",
    )
    known.add_argument(
        "--changed",
        metavar="NODE",
        action="append",
        default=[],
        help="a node whose code has changed; may be repeated",
    )


def add_artifacts(group: _ActionsContainer) -> None:
    """The options that name what dbt has written."""
    add_manifest(group)
    for option, metavar, text in _ARTIFACTS:
        group.add_argument(option, metavar=metavar, action="append", default=[], help=text)
    group.add_argument("--no-state", action="store_true", help="do not read the target folder")


def read_given(arguments: Namespace) -> Given:
    """Which artifacts these options name.

    Raises:
        UsageError: a folder is not there.
    """
    folders = [Path(folder) for folder in arguments.state]
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"--state: no folder {folder}", "Name the folder of run_results.json.")
    compared = [folder for folder in folders if (folder / MANIFEST).is_file()]
    return Given(
        run_results=(
            *(one for one in folders if one not in compared or find_artifacts(one, "run-results")),
            *map(Path, arguments.run_results),
        ),
        sources=(
            *(folder for folder in folders if find_artifacts(folder, "sources")),
            *map(Path, arguments.sources),
        ),
        nothing=arguments.no_state,
        state=tuple(folders),
        state_file=Path(arguments.state_file) if getattr(arguments, "state_file", None) else None,
    )


def read_basis(footing: Footing, arguments: Namespace, given: Given, at: datetime) -> Basis:
    """What everything stands on at a moment: the graph, then artifacts, then what the options state.

    Raises:
        ArtifactError: an artifact cannot be used.
        UsageError: a statement cannot be read, or names no node.
    """
    basis = with_artifacts(origin_basis(footing.origin, at), footing.ground, given, at)
    return with_statements(basis, arguments.assume, arguments.changed, at)


def read_start(text: str | None, option: str, arguments: Namespace) -> datetime:
    """The moment that an option names, else now; Jinja sees a moment that is named, unless --now says other.

    Raises:
        UsageError: it is no moment.
    """
    if not text:
        return datetime.now(timezone.utc)
    if arguments.now is None and not arguments.manifest:
        arguments.now = text
    return parse_moment(text, option)


def read_length(text: str, option: str, *, days: int = 3650, like: str = "7d, 12h, 30m") -> timedelta:
    """A length of time, of at most so many days.

    Raises:
        UsageError: it is none, or too long; ``like`` shows how it is written.
    """
    length = parse_duration(text.strip())
    seconds = 0 if length is None else length[0] * SECONDS[length[1]]
    if not 0 < seconds <= days * 86400:
        raise UsageError(f"{option}: `{text}` is no length of time", f"Write it like this: {like}")
    return timedelta(seconds=seconds)


def say_notes(notes: Iterable[str], arguments: Namespace) -> None:
    """Write notes to standard error, unless -q asks for quiet."""
    for note in notes if not arguments.quiet else ():
        sys.stderr.write(f"note: {one_line(note)}\n")
