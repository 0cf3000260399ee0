"""The packages that a project uses: installed ones, and ``local:`` ones without ``dbt deps``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from stateaware.project.files import read_bytes, relative
from stateaware.project.project_file import PROJECT_FILE, ProjectFile, read_project_file
from stateaware.records import dataclass
from stateaware.syntax.tree import Mapping, Node, Scalar, Sequence
from stateaware.syntax.yaml import parse_yaml
from stateaware.text.source import decode
from stateaware.text.span import Span

_LISTS: Final = ("packages.yml", "dependencies.yml")
_MAX_PACKAGES: Final = 200


@dataclass(frozen=True, slots=True)
class PackageSource:
    """One project whose nodes take part: the root project or a package.

    ``folder`` is its folder relative to the root project ("" for the root itself).
    """

    root: Path
    folder: str
    project_file: ProjectFile

    @property
    def name(self) -> str:
        """The project's name as dbt uses it in unique_ids and config paths."""
        return self.project_file.name

    @property
    def is_root(self) -> bool:
        """Whether this is the project that was opened."""
        return not self.folder


@dataclass(frozen=True, slots=True)
class MissingPackage:
    """A package that is listed but not installed, so its nodes are unknown."""

    name: str
    file: str
    span: Span


def find_packages(root: PackageSource) -> tuple[list[PackageSource], list[MissingPackage]]:
    """Packages in the order in which dbt lists them: installed, then local ones not installed.

    A ``local:`` package is read where it lies, since what ``dbt deps`` copied may be stale.
    """
    found: dict[str, PackageSource] = {}
    missing: list[MissingPackage] = []
    installed = _installed(root)
    pending = [root]
    while pending and len(found) < _MAX_PACKAGES:
        for wanted in _listed(pending.pop(0), root):
            if wanted.local:
                package = _package(Path(wanted.local), root)
                if package is None:
                    missing.append(MissingPackage(wanted.name, wanted.file, wanted.span))
                elif package.name not in found and package.name != root.name:
                    found[package.name] = package
                    pending.append(package)
            elif wanted.folder not in {item.root.name for item in installed} | {
                item.name for item in installed
            }:
                missing.append(MissingPackage(wanted.name, wanted.file, wanted.span))
    for package in installed:
        if package.name not in found and package.name != root.name:
            found[package.name] = package
    return list(found.values()), missing


@dataclass(frozen=True, slots=True)
class _Wanted:
    name: str
    folder: str
    local: str
    file: str
    span: Span


def _installed(root: PackageSource) -> list[PackageSource]:
    base = root.root / root.project_file.install_path
    try:
        folders = sorted(path for path in base.iterdir() if not path.name.startswith("__"))
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return []
    return [package for folder in folders if (package := _package(folder, root)) is not None]


def _package(folder: Path, root: PackageSource) -> PackageSource | None:
    path = folder / PROJECT_FILE
    try:
        data = read_bytes(str(path))
    except OSError:
        return None
    place = relative(str(folder), str(root.root))
    project_file = read_project_file(data, f"{place}/{PROJECT_FILE}")
    return PackageSource(folder, place, project_file) if project_file.name else None


def _listed(package: PackageSource, root: PackageSource) -> list[_Wanted]:
    for name in _LISTS:
        try:
            text = decode(read_bytes(str(package.root / name)))
        except (OSError, UnicodeDecodeError):
            continue
        tree = parse_yaml(text).root
        listed = tree.value("packages") if isinstance(tree, Mapping) else None
        if isinstance(listed, Sequence):
            file = f"{package.folder}/{name}" if package.folder else name
            return [wanted for item in listed.items if (wanted := _wanted(item, package, file, root))]
    return []


def _wanted(item: Node, package: PackageSource, file: str, root: PackageSource) -> _Wanted | None:
    if not isinstance(item, Mapping):
        return None
    for kind in ("local", "package", "git", "tarball", "private"):
        value = item.value(kind)
        if not isinstance(value, Scalar) or "{{" in value.text:
            continue
        if kind == "local":
            place = str((package.root / value.text.replace("\0", "\ufffd")).resolve())
            return _Wanted(value.text, "", place, file, value.span)
        folder = value.text.rstrip("/").rsplit("/", 1)[-1].removesuffix(".git")
        subdirectory = item.value("subdirectory")
        if isinstance(subdirectory, Scalar):
            folder = subdirectory.text.rstrip("/").rsplit("/", 1)[-1]
        named = item.value("name")
        if isinstance(named, Scalar):
            folder = named.text
        return _Wanted(value.text, folder, "", file, value.span)
    return None
