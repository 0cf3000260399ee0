"""Where the graph of a plan or a simulation comes from: a project's files, or --manifest."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stateaware.artifacts.manifest import read_manifest
from stateaware.cli.load import prepare
from stateaware.cli.places import one_project
from stateaware.errors import UsageError
from stateaware.forecast.origin import Ground, ManifestOrigin, Origin, origin_of
from stateaware.inputs import LoadOptions
from stateaware.project.search import project_above
from stateaware.records import dataclass
from stateaware.workspace import load_project, require_readable

if TYPE_CHECKING:
    from argparse import _ActionsContainer

_OF_FILES: Final = ("engine", "target", "vars", "env", "adapter", "now", "profiles_dir")
"""Options about how files are read: in a manifest dbt has read them already."""


@dataclass(frozen=True, slots=True)
class Footing:
    """What a plan stands on.

    Args:
        ground: where the graph comes from.
        folder: the project's folder, or without one the working directory: settings are looked up there.
        options: how it was loaded.
    """

    ground: Ground
    folder: Path
    options: LoadOptions

    @property
    def origin(self) -> Origin:
        """The ground, a project's files as such."""
        return origin_of(self.ground)


def add_manifest(parser: _ActionsContainer) -> None:
    """The option that names a manifest."""
    parser.add_argument(
        "--manifest",
        metavar="FILE",
        help="take the graph and its settings from a manifest.json, or from the folder of one, and not from "
        "the project's files; no project is needed then",
    )


def find_footing(arguments: Namespace) -> Footing:
    """What the options name.

    Raises:
        UsageError: a manifest cannot be used, or stands beside an option about files.
        ProjectNotFound: there is no project, and no manifest is named.
        ProjectUnreadable: its dbt_project.yml cannot be read.
    """
    named = arguments.project or arguments.project_dir
    if not arguments.manifest:
        root = one_project(named)
        options = prepare(root, arguments).options
        return Footing(require_readable(load_project(root, options)), root, options)
    for name in _OF_FILES:
        if getattr(arguments, name):
            option = f"--{name.replace('_', '-')}"
            raise UsageError(
                f"{option} does nothing beside --manifest",
                "A manifest holds what dbt has made of the project: give dbt that option when it parses.",
            )
    folder = one_project(named) if named else project_above(Path.cwd())
    options = prepare(folder or Path.cwd(), arguments).options
    origin = ManifestOrigin(read_manifest(Path(arguments.manifest)), folder)
    return Footing(origin, folder or Path.cwd(), options)
