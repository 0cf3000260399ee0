"""Keep what is known of builds in one small file, in place of a manifest and a history of runs.

`update` reads dbt's artifacts as `plan` does and writes what is newer in them into FILE, which is made where
it is not there; `show` lists what a file knows. `plan --state-file FILE` reads it. Only the nodes of the
project are touched: several projects can share a file. Exit codes: 0 done, 4 wrong use.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from stateaware.artifacts.state_file import Remembered, StateFile, read_state_file, state_text
from stateaware.cli.documents import print_lines
from stateaware.cli.ground import find_footing
from stateaware.cli.known import add_artifacts, read_given, say_notes
from stateaware.cli.load import prepare
from stateaware.cli.output import write_file
from stateaware.cli.parser import add_common
from stateaware.errors import EXIT_OK, UsageError
from stateaware.forecast.known import read_known
from stateaware.forecast.remembering import remember
from stateaware.plan.words import named
from stateaware.records import replace
from stateaware.text.pieces import Line, Piece, single


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("action", metavar="ACTION", choices=("update", "show"), help="update or show")
    parser.add_argument("file", metavar="FILE", help="the state file")
    parser.add_argument("project", metavar="PROJECT_DIR", nargs="?", help="default: the nearest project")
    add_artifacts(parser.add_argument_group("what is read"))
    add_common(parser)


def run(arguments: Namespace) -> int:
    """Write or list, and return the exit code."""
    path = Path(arguments.file)
    if arguments.action == "show":
        env = prepare(Path.cwd(), arguments).options.env
        print_lines(_shown(read_state_file(path), arguments.verbose), env, arguments.color)
        return EXIT_OK
    footing = find_footing(arguments)
    origin, given = footing.origin, read_given(arguments)
    known = read_known(origin, given)
    if not known.anything:
        raise UsageError(
            "there is nothing to remember: no run_results.json and no sources.json",
            "Name the folder that has them: --state path/to/artifacts",
        )
    found = known.about(origin.lineage())
    before = read_state_file(path) if path.exists() else StateFile()
    old = before.projects.get(origin.name, Remembered())
    kept, dropped = remember(origin, found, known.before, old)
    after = replace(before.with_project(origin.name, kept), written_at=datetime.now(timezone.utc))
    write_file(path, state_text(after))
    say_notes((*found.notes, *dropped), arguments)
    if not arguments.quiet:
        line = f"{path}: {origin.name}, {_counted(old, kept)}"
        print_lines([(Piece(line),)], footing.options.env, arguments.color)
    return EXIT_OK


def _counted(old: Remembered, new: Remembered) -> str:
    """``14 nodes (3 newer), 6 sources (1 newer)``."""
    nodes = sum(1 for key, one in new.nodes.items() if key not in old.nodes or old.nodes[key] != one)
    sources = sum(1 for key, one in new.sources.items() if key not in old.sources or old.sources[key] != one)
    told = ((len(new.nodes), "node", nodes), (len(new.sources), "source", sources))
    return ", ".join(f"{_many(count, name)} ({newer} newer)" for count, name, newer in told)


def _many(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"


def _shown(file: StateFile, verbosity: int) -> Iterator[Line]:
    written = "" if file.written_at is None else f", written {_moment(file.written_at)}"
    yield (Piece(f"State of {_many(len(file.projects), 'project')}{written}", "strong"),)
    for name, known in sorted(file.projects.items()):
        yield ()
        yield (
            Piece(
                f"{single(name)}: {_many(len(known.nodes), 'node')}, {_many(len(known.sources), 'source')}"
            ),
        )
        for key, kept in sorted(known.nodes.items()):
            if verbosity or not key.startswith(("test.", "unit_test.")):
                record = kept.record
                yield (Piece(f"  {single(named(key))}: {record.status}, {_moment(record.completed_at)}"),)
        for key, seen in sorted(known.sources.items()):
            loaded = "not measured" if seen.version.value is None else single(seen.version.value)
            yield (Piece(f"  {single(named(key))}: {loaded}, measured {_moment(seen.measured_at)}"),)


def _moment(moment: datetime) -> str:
    return f"{moment.replace(tzinfo=None, microsecond=0).isoformat(' ')} UTC"
