"""Paths of dbt_project.yml's trees, whether they match a node, and which path was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from stateaware.errors import nearest
from stateaware.records import dataclass
from stateaware.rules.once import once_per_project

if TYPE_CHECKING:
    from stateaware.workspace import Project

Path: TypeAlias = tuple[str, ...]

_SEPARATORS: Final = re.compile(r"[./\\]+")
_ENDINGS: Final = (".sql", ".py", ".SQL")


@dataclass(frozen=True, slots=True)
class Meant:
    """The path that was probably meant, and what is wrong with the written one."""

    path: Path
    reason: str
    certain: bool = True


class KnownPaths:
    """Every path that matches at least one node of a kind.

    ``lookups`` are those by which the engine finds a configuration, ``named`` those of dbt's own fqns,
    by which it says whether a path is used. They differ for versioned models under dbt v2.
    """

    def __init__(self, fqns: list[Path], lookups: list[Path]) -> None:
        self.named = _prefixes(fqns)
        self.lookups = self.named if fqns == lookups else _prefixes(lookups)

    def below(self, path: Path) -> list[str]:
        """The keys that can stand directly below a path."""
        return sorted({known[-1] for known in self.lookups if known[:-1] == path and known})


@once_per_project
def model_paths(project: Project) -> KnownPaths:
    """The paths that match a model, in the project or in a package."""
    models = [*project.models.values(), *(later for _, later in project.graph.duplicate_models)]
    return KnownPaths([model.fqn for model in models], [model.lookup for model in models])


@once_per_project
def source_paths(project: Project) -> KnownPaths:
    """The paths that match a source table."""
    nodes = [*project.sources.values(), *(later for _, later in project.graph.duplicate_tables)]
    fqns = [node.fqn for node in nodes]
    return KnownPaths(fqns, fqns)


@once_per_project
def seed_paths(project: Project) -> KnownPaths:
    """The paths that match a seed."""
    fqns = [
        (package, *file.folders, file.stem)
        for package, files in project.package_files.items()
        for file in files.seeds
    ]
    return KnownPaths(fqns, fqns)


def _prefixes(paths: Iterable[Path]) -> set[Path]:
    found: set[Path] = set()
    for path in paths:
        for length in range(len(path), -1, -1):
            head = path[:length]
            if head in found:
                break
            found.add(head)
    return found


def may_be_missing(key: str, project: Project) -> bool:
    """Whether a key may be the name of a listed package that is not installed."""
    return any(_same_name(key, missing.name) for missing in project.missing_packages)


def _same_name(key: str, package: str) -> bool:
    folded = [re.sub(r"[^a-z0-9]", "", text.lower()) for text in (key, package)]
    return bool(folded[0]) and folded[0] in folded[1]


def meant(path: Path, known: KnownPaths, project: Project, folders: Sequence[str]) -> Meant | None:
    """The path that was probably meant by one that matches nothing, or None.

    ``folders`` are the project's own resource folders (``models``), which are no part of a path.
    """
    packages = {package.name for package in project.packages}
    starts: list[tuple[Path, str]] = [(path, "")]
    if path and path[0] not in packages:
        name = project.name
        starts.append(((name, *path), f"the project's name, `{name}`, must stand above it"))
        if not project.missing_packages:
            starts.append(((name, *path[1:]), f"the project is called `{name}`"))
    for start, reason in starts[1:]:
        if start in known.lookups:
            return Meant(start, reason, certain=len(start) > 1)
    for start, reason in starts:
        if start[0] in packages:
            repaired = _repair(start, known, folders)
            if repaired is not None:
                both = " and ".join(part for part in (reason, repaired.reason) if part)
                return Meant(repaired.path, both, repaired.certain and not reason)
    return None


def _repair(path: Path, known: KnownPaths, folders: Sequence[str]) -> Meant | None:
    length = max((n for n in range(len(path) + 1) if path[:n] in known.lookups), default=0)
    base, rest = path[:length], path[length:]
    if not rest:
        return None
    for candidate, reason, certain in _candidates(base, rest, known, folders):
        if candidate in known.lookups:
            return Meant(candidate, reason, certain)
    return None


def _candidates(
    base: Path, rest: Path, known: KnownPaths, folders: Sequence[str]
) -> Iterator[tuple[Path, str, bool]]:
    """Paths to try, the likeliest first: each with what is wrong as written, and whether that is certain."""
    for folder in folders:
        parts = tuple(folder.split("/"))
        for part in (parts[at:] for at in range(len(parts))):
            if rest[: len(part)] == part:
                yield (*base, *rest[len(part) :]), f"paths start below the folder `{folder}`", True
    for ending in _ENDINGS:
        if rest[-1].endswith(ending):
            name = rest[-1].removesuffix(ending)
            yield (*base, *rest[:-1], name), f"a model's name has no `{ending}`", True
    split = tuple(part for key in rest for part in _SEPARATORS.split(key) if part)
    if split != rest:
        why = "each folder is a level of its own"
        yield (*base, *split), why, True
        for folder in folders:
            parts = tuple(folder.split("/"))
            if split[: len(parts)] == parts:
                yield (*base, *split[len(parts) :]), why, True
        yield (*base, *split[:-1]), why, True
    folded = _in_any_case(base, rest, known)
    if folded is not None:
        yield folded, "upper and lower case count", True
    below = [path for path in known.lookups if path[-len(rest) :] == rest]
    under = [path for path in below if path[: len(base)] == base]
    if len(under) == 1:
        yield under[0], "a folder in between is missing", True
    elif len(base) > 0:
        same = [path for path in below if path[:1] == base[:1]]
        if len(same) == 1:
            yield same[0], f"`{rest[-1]}` is in another folder", False
    near = nearest(rest[0], known.below(base))
    if near is not None:
        yield (*base, near, *rest[1:]), "", False


def _in_any_case(base: Path, rest: Path, known: KnownPaths) -> Path | None:
    path = base
    for key in rest:
        fitting = [name for name in known.below(path) if name.lower() == key.lower()]
        if len(fitting) != 1:
            return None
        path = (*path, fitting[0])
    return path
