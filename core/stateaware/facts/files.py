"""The files of one package, by what dbt reads them as."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from stateaware.project.files import ignore_filter, relative, walk
from stateaware.project.packages import PackageSource
from stateaware.records import dataclass, field


@dataclass(frozen=True, slots=True)
class ResourceFile:
    """A file below one of a package's resource paths.

    ``path`` is relative to the package (dbt's ``original_file_path``), ``file`` to the root project,
    ``folders`` are those between the resource path and the file: the middle of the fqn.
    """

    path: str
    file: str
    absolute: str
    folders: tuple[str, ...]

    @property
    def stem(self) -> str:
        """The file's name without its ending: a model's name."""
        return self.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]

    @property
    def suffix(self) -> str:
        """The lower-cased ending, without the dot."""
        return self.path.rsplit(".", 1)[-1].lower()


@dataclass(slots=True)
class PackageFiles:
    """What was found in one package, each list in a stable order."""

    models: list[ResourceFile] = field(default_factory=list)
    properties: list[ResourceFile] = field(default_factory=list)
    macros: list[ResourceFile] = field(default_factory=list)
    snapshots: list[ResourceFile] = field(default_factory=list)
    seeds: list[ResourceFile] = field(default_factory=list)
    analyses: list[ResourceFile] = field(default_factory=list)


_PROPERTIES: Final = (".yml", ".yaml")
_KINDS: Final = {
    "model-paths": (("sql", "py"), "models"),
    "macro-paths": (("sql",), "macros"),
    "snapshot-paths": (("sql",), "snapshots"),
    "seed-paths": (("csv",), "seeds"),
    "analysis-paths": (("sql",), "analyses"),
    "test-paths": ((), ""),
}


def list_files(package: PackageSource, root: str) -> PackageFiles:
    """Walk a package's resource paths. A path inside another is walked once for each, as in dbt.

    A path that leads to a folder around the package (``..``, ``/``) is left out: dbt would find the
    package's own files in it a second time and stop, and nobody wants a whole disk to be read.
    """
    found = PackageFiles()
    ignored = ignore_filter(package.root)
    base = str(package.root)
    seen_properties: set[str] = set()
    for key, (suffixes, kind) in _KINDS.items():
        endings = (*(f".{suffix}" for suffix in suffixes), *_PROPERTIES)
        resources = getattr(found, kind) if kind else []
        seen: set[str] = set()
        for path in package.project_file.paths(key):
            folder = os.path.normpath(os.path.join(base, path))  # noqa: PTH118 - hot, and pathlib is 7x slower
            if base.startswith(folder.rstrip(os.sep) + os.sep):
                continue
            for resource in _resources(folder, endings, base, package, root):
                if resource.absolute in seen or (ignored is not None and ignored(resource.path)):
                    continue
                seen.add(resource.absolute)
                if not resource.path.lower().endswith(_PROPERTIES):
                    resources.append(resource)
                elif resource.absolute not in seen_properties:
                    seen_properties.add(resource.absolute)
                    found.properties.append(resource)
    return found


def _resources(
    folder: str, endings: tuple[str, ...], base: str, package: PackageSource, root: str
) -> Iterator[ResourceFile]:
    for place, names in walk(folder, endings):
        if not names:
            continue
        prefix = place.rstrip(os.sep) + os.sep
        inner = relative(place, folder) if place != folder else ""
        folders = tuple(inner.split("/")) if inner else ()
        within = _prefix(place, base)
        outside = within if package.is_root else _prefix(place, root)
        for name in names:
            path = within + name
            yield ResourceFile(path, path if outside is within else outside + name, prefix + name, folders)


def _prefix(place: str, root: str) -> str:
    """What stands before the names of a folder's files when they are told from another folder."""
    return "" if place == root else relative(place, root) + "/"
