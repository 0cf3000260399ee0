"""``state:``, ``result:`` and ``source_status:`` of a selection, from artifacts of another run, as in dbt."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from stateaware.artifacts.changes import Changes, fresher, with_status
from stateaware.artifacts.manifest import MANIFEST, Manifest, read_manifest
from stateaware.artifacts.reading import Artifact, Kind, read_artifact
from stateaware.artifacts.run_results import RUN_RESULTS
from stateaware.artifacts.sources import SOURCES
from stateaware.errors import SelectionError
from stateaware.forecast.origin import Origin
from stateaware.records import cached_property
from stateaware.select.methods import STATES

_FROM_FILES = ("new", "old")
_BY_FILES = "Have dbt parse the project, and name what it wrote: --manifest target/manifest.json"


class Comparison(Mapping[str, Collection[str]]):
    """The unique_ids of each such criterion, worked out when it is asked for.

    Args:
        origin: the graph as it is now.
        folders: those of ``--state``: of each kind of artifact that of the last one counts which has it.
        measured: sources.json as it is now; None for that of the target folder.

    A criterion raises `SelectionError` where an artifact that it needs is not there, and `ArtifactError`
    where it cannot be used.
    """

    def __init__(self, origin: Origin, folders: tuple[Path, ...], measured: Path | None = None) -> None:
        self._origin = origin
        self._folders = folders
        self._measured = measured
        self._found: dict[str, Collection[str]] = {}

    def __getitem__(self, criterion: str) -> Collection[str]:
        if criterion not in self._found:
            method, _, value = criterion.partition(":")
            work_out = {"state": self._state, "result": self._result, "source_status": self._status}.get(
                method
            )
            if work_out is None:
                raise KeyError(criterion)
            self._found[criterion] = work_out(value)
        return self._found[criterion]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def _state(self, value: str) -> Collection[str]:
        if value not in STATES:
            raise KeyError(value)
        manifest = self._origin.manifest
        if manifest is not None:
            return Changes(manifest, self._then).having(value)
        if value not in _FROM_FILES:
            raise SelectionError(f"`state:{value}` cannot be told from files alone", _BY_FILES)
        before = set(Changes(self._then, self._then).having("old"))
        now = self._origin.selectable().resources.keys()
        return now - before if value == "new" else now & before

    @cached_property
    def _then(self) -> Manifest:
        path = self._path(MANIFEST)
        if path is None:
            raise _missing("state:", MANIFEST)
        known = self._origin.manifest
        return known if known is not None and known.path == path else read_manifest(path)

    def _result(self, value: str) -> Collection[str]:
        return with_status(self._read("run-results", RUN_RESULTS, "result:").items("results"), value)

    def _status(self, value: str) -> Collection[str]:
        then = self._read("sources", SOURCES, "source_status:")
        if value != "fresher":
            return ()
        target = self._origin.target
        now = self._measured or (None if target is None else target / SOURCES)
        if now is None or not now.is_file():
            raise SelectionError(
                "`source_status:` needs a sources.json of now beside that of --state",
                "Have dbt measure: dbt source freshness; or name it: --sources path/to/sources.json",
            )
        return fresher(read_artifact(now, "sources").items("results"), then.items("results"))

    def _read(self, kind: Kind, name: str, method: str) -> Artifact:
        path = self._path(name)
        if path is None:
            raise _missing(method, name)
        return read_artifact(path, kind)

    def _path(self, name: str) -> Path | None:
        return next((folder / name for folder in reversed(self._folders) if (folder / name).is_file()), None)


def _missing(method: str, name: str) -> SelectionError:
    return SelectionError(
        f"`{method}` needs the {name} of another run",
        "Name the folder that holds it: --state path/to/artifacts",
    )
