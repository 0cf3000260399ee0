"""The files of one package, by what dbt reads them as."""

from __future__ import annotations

import os

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


_KINDS = {
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
        endings = (*(f".{suffix}" for suffix in suffixes), ".yml", ".yaml")
        seen: set[str] = set()
        for path in package.project_file.paths(key):
            folder = os.path.normpath(os.path.join(base, path))  # noqa: PTH118 - hot, and pathlib is 7x slower
            if base.startswith(folder.rstrip(os.sep) + os.sep):
                continue
            for absolute in walk(folder, endings):
                resource = _resource(absolute, folder, base, package, root)
                if resource.absolute in seen or (ignored is not None and ignored(resource.path)):
                    continue
                seen.add(resource.absolute)
                if resource.suffix in ("yml", "yaml"):
                    if resource.absolute not in seen_properties:
                        seen_properties.add(resource.absolute)
                        found.properties.append(resource)
                else:
                    getattr(found, kind).append(resource)
    return found


def _resource(absolute: str, folder: str, base: str, package: PackageSource, root: str) -> ResourceFile:
    path = relative(absolute, base)
    inner = relative(absolute, folder)
    file = path if package.is_root else relative(absolute, root)
    return ResourceFile(path, file, absolute, tuple(inner.split("/")[:-1]))
