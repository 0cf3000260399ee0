"""dbt_project.yml: names, paths and the configuration trees, before any of it is resolved."""

from __future__ import annotations

from typing import Final

from stateaware.records import dataclass, replace
from stateaware.syntax.scalars import scalar_value
from stateaware.syntax.tree import Mapping, Node, Scalar, Sequence
from stateaware.syntax.yaml import YamlDocument, parse_yaml
from stateaware.text.source import decode
from stateaware.text.span import Span

PROJECT_FILE: Final = "dbt_project.yml"

_DEFAULT_PATHS: Final = {
    "model-paths": ("models",),
    "seed-paths": ("seeds",),
    "snapshot-paths": ("snapshots",),
    "analysis-paths": ("analyses",),
    "macro-paths": ("macros",),
    "test-paths": ("tests",),
}


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """One dbt_project.yml as written.

    ``file`` is its path relative to the root project, with forward slashes. ``tree`` is empty where
    the document is unreadable; ``document.problem`` or ``encoding_problem`` then says why.
    """

    file: str
    document: YamlDocument
    tree: Mapping
    encoding_problem: str = ""
    name: str = ""
    """The project's name; empty where none is written."""

    @property
    def readable(self) -> bool:
        """Whether it is a map in YAML and UTF-8; all that it sets is missing otherwise."""
        return isinstance(self.document.root, Mapping) and not self.document.problem

    def text(self, key: str) -> str:
        """A top-level value that is plain text; empty otherwise."""
        node = self.tree.value(key)
        return node.text if isinstance(node, Scalar) and scalar_value(node, "1.2") is not None else ""

    def paths(self, key: str) -> tuple[str, ...]:
        """One of the ``…-paths`` settings, with dbt's default, in written order."""
        node = self.tree.value(key)
        if isinstance(node, Sequence):
            written = tuple(item.text for item in node.items if isinstance(item, Scalar))
        elif isinstance(node, Scalar) and node.text:
            written = (node.text,)
        else:
            written = _DEFAULT_PATHS[key]
        return tuple(dict.fromkeys(_clean(path) for path in written))

    @property
    def model_paths(self) -> tuple[str, ...]:
        """Folders that hold models."""
        return self.paths("model-paths")

    @property
    def resource_paths(self) -> tuple[str, ...]:
        """Every folder in which dbt looks for properties files (``all_source_paths`` in dbt Core)."""
        found = (path for key in _DEFAULT_PATHS for path in self.paths(key))
        return tuple(dict.fromkeys(found))

    @property
    def install_path(self) -> str:
        """Where ``dbt deps`` puts packages."""
        return _clean(self.text("packages-install-path") or "dbt_packages")

    @property
    def places(self) -> tuple[object, ...]:
        """All that decides which files belong to the project: its name and every path."""
        return (self.name, self.install_path, *(self.paths(key) for key in _DEFAULT_PATHS))

    def mapping(self, key: str) -> Mapping | None:
        """A top-level value that is a mapping."""
        node = self.tree.value(key)
        return node if isinstance(node, Mapping) else None

    def node(self, key: str) -> Node | None:
        """A top-level value of any kind."""
        return self.tree.value(key)


def _clean(path: str) -> str:
    path = path.replace("\\", "/")
    while path.startswith("./"):
        path = path[2:]
    return path.rstrip("/") or "."


def read_project_file(data: bytes, file: str) -> ProjectFile:
    """Read the bytes of a dbt_project.yml; mistakes in it are kept as problems, never raised."""
    empty = Mapping((), Span.at(1, 1))
    try:
        text = decode(data)
    except UnicodeDecodeError as error:
        return ProjectFile(file, YamlDocument(None), empty, f"not UTF-8: byte {error.start}")
    document = parse_yaml(text)
    tree = document.root if isinstance(document.root, Mapping) else empty
    unnamed = ProjectFile(file, document, tree)
    return replace(unnamed, name=unnamed.text("name"))
