"""One artifact of dbt as JSON, with its kind and version checked; whatever is wrong is said with the file."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from stateaware.errors import UsageError
from stateaware.plan.clock import EARLIEST, UTC, aware
from stateaware.project.files import read_bytes
from stateaware.records import dataclass

Kind: TypeAlias = Literal["manifest", "run-results", "sources"]

_FILES: Final[dict[Kind, str]] = {
    "manifest": "manifest.json",
    "run-results": "run_results.json",
    "sources": "sources.json",
}
_OLDEST: Final[dict[Kind, int]] = {"manifest": 10, "run-results": 4, "sources": 3}
"""The first schema versions that have what is read here; dbt 1.8 writes 12, 6 and 3, v2 the same."""
_MOST_BYTES: Final[dict[Kind, int]] = {"manifest": 1 << 30, "run-results": 1 << 29, "sources": 1 << 28}
_ZONE: Final = re.compile(r"(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})$")
_MOST_FILES: Final = 10_000
"""Of one folder of runs; the rest is left out."""
_SCHEMA: Final = re.compile(r"/dbt/([a-z-]+)/v([0-9]{1,4})(?:\.json)?$")


class ArtifactError(UsageError):
    """An artifact of dbt cannot be used."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file as it was written.

    Args:
        path: where it was read.
        data: the document.
        dbt_version: of the dbt that wrote it; empty where it does not say.
        generated_at: when, in UTC; None where it does not say.
        invocation_id: of the run; empty where it does not say.
    """

    path: Path
    data: dict[str, Any]
    dbt_version: str = ""
    generated_at: datetime | None = None
    invocation_id: str = ""

    @property
    def engine(self) -> Literal["core", "fusion"]:
        """Which dbt wrote it; its schema number does not tell, since v2 writes those of dbt Core."""
        major = self.dbt_version.partition(".")[0]
        return "fusion" if major.isdigit() and int(major) >= 2 else "core"

    def items(self, key: str) -> Iterator[dict[str, Any]]:
        """The objects of a list in it; anything else in there is passed over."""
        found = self.data.get(key)
        if isinstance(found, list):
            yield from (item for item in found if isinstance(item, dict))


def read_artifact(path: Path, kind: Kind) -> Artifact:
    """Read one artifact.

    Raises:
        ArtifactError: it is not there, too big, no JSON, of another kind, or too old.
    """
    data = _document(path, kind)
    metadata = data.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    schema = metadata.get("dbt_schema_version")
    found = _SCHEMA.search(schema) if isinstance(schema, str) else None
    if found is None:
        raise ArtifactError(f"{path} is no {_FILES[kind]} of dbt: it does not say its schema", _again(kind))
    if found[1] != kind:
        raise ArtifactError(f"{path} is a {found[1]} file of dbt, not {_FILES[kind]}", "Name the other file.")
    if int(found[2]) < _OLDEST[kind]:
        raise ArtifactError(
            f"{path} has version {found[2]} of its schema, which is too old", "Make it with dbt 1.8 or newer."
        )
    return Artifact(
        path,
        data,
        _text(metadata.get("dbt_version")),
        read_moment(metadata.get("generated_at")),
        _text(metadata.get("invocation_id")),
    )


def _document(path: Path, kind: Kind) -> dict[str, Any]:
    try:
        size = path.stat().st_size
        if size > _MOST_BYTES[kind]:
            raise ArtifactError(
                f"{path} is too big: {size >> 20} MiB", f"{_MOST_BYTES[kind] >> 20} MiB are read."
            )
        text = read_bytes(str(path), limit=_MOST_BYTES[kind])
        with uncollected():
            data = json.loads(text)  # with or without a byte order mark
    except FileNotFoundError:
        raise ArtifactError(f"no file {path}", _again(kind)) from None
    except OSError as error:
        raise ArtifactError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None
    except (ValueError, RecursionError) as error:
        place = f":{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise ArtifactError(f"{path}{place}: not JSON; it may be half written", _again(kind)) from None
    if not isinstance(data, dict):
        raise ArtifactError(f"{path} is no {_FILES[kind]} of dbt: its top is no object", _again(kind))
    return data


@contextmanager
def uncollected() -> Iterator[None]:
    """While much is made and nothing of it is garbage: looking for some takes longer than making it."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def read_artifacts(paths: Iterable[Path], kind: Kind, notes: list[str]) -> list[Artifact]:
    """Read files, each named itself or by a folder of it or of runs; the oldest first, each run once.

    A file in a folder of several that cannot be used is left out with a note.

    Raises:
        ArtifactError: one that is named cannot be used, or a folder has none that can.
    """
    found: dict[object, Artifact] = {}
    for path in paths:
        files = find_artifacts(path, kind) if path.is_dir() else [path]
        if not files:
            raise ArtifactError(f"no {_FILES[kind]} in {path}", _again(kind))
        read = len(found)
        for file in files:
            try:
                artifact = read_artifact(file, kind)
            except ArtifactError as error:
                if len(files) == 1 or (file is files[-1] and read == len(found) == 0):
                    raise
                notes.append(f"left out: {error.message}")
                continue
            known = bool(artifact.invocation_id and artifact.generated_at)
            found.setdefault((artifact.invocation_id, artifact.generated_at) if known else file, artifact)
    return sorted(found.values(), key=lambda artifact: artifact.generated_at or EARLIEST)


def find_artifacts(folder: Path, kind: Kind) -> list[Path]:
    """The files of a folder, or of the folders in it and in these; none where there are none."""
    name = _FILES[kind]
    patterns = (name, f"{Path(name).stem}*.json", f"*/{name}", f"*/*/{name}")
    found = dict.fromkeys(file for pattern in patterns for file in sorted(folder.glob(pattern)))
    return list(found)[:_MOST_FILES]


def _again(kind: Kind) -> str:
    command = {"manifest": "dbt parse", "run-results": "dbt build", "sources": "dbt source freshness"}[kind]
    return f"It is written by `{command}`, into the target folder."


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def has_zone(value: str) -> bool:
    """Whether a time says its zone."""
    return _ZONE.search(value) is not None


def read_moment(value: object) -> datetime | None:
    """A time as dbt writes it, in UTC; one without a zone is in UTC already. None where it is none.

    Year 0001 stays: dbt writes it for an empty table.
    """
    if not isinstance(value, str) or not 10 <= len(value) <= 40:
        return None
    text = f"{value[:-1]}+00:00" if value[-1] in "Zz" else value
    fraction = re.search(r"\.([0-9]+)", text)
    if fraction is not None:  # 3.10 reads three or six digits, v2 may write nine
        text = f"{text[: fraction.start()]}.{fraction[1][:6]:0<6}{text[fraction.end() :]}"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return aware(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC), "a time of dbt")
