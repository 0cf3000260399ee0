"""What stands above models and sources: the trees of dbt_project.yml, and how values are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stateaware.config.contexts import Contexts
from stateaware.config.project_tree import TreeKind, TreeLevel, build_tree
from stateaware.config.reader import Reader
from stateaware.records import cached_property

if TYPE_CHECKING:
    from stateaware.inputs import Inputs, LoadOptions
    from stateaware.project.profile_file import ProfileTarget


class Frame:
    """One project's layers above its files, under one engine.

    It depends on the project files, the macros and the options alone, so that a language server can
    keep it while models and properties are edited.
    """

    def __init__(self, inputs: Inputs, options: LoadOptions) -> None:
        self.options = options
        self._packages = inputs.packages
        self._root = inputs.root
        self._project_file = inputs.package.project_file
        self.contexts = Contexts(inputs.packages, inputs.macros, options, lambda: (self.target, self.adapter))

    @cached_property
    def profile_target(self) -> ProfileTarget:
        """The target and adapter of profiles.yml, read when first asked for."""
        from stateaware.project.profile_file import read_target

        return read_target(
            self._project_file,
            self._root,
            self.contexts.env,
            self.options.target,
            profiles_dir=self.options.profiles_dir,
            working_dir=self.options.working_dir,
        )

    @property
    def adapter(self) -> str | None:
        """The adapter's type (``snowflake``): from the options, else from profiles.yml; None if unknown."""
        return self.options.adapter or self.profile_target.adapter

    @property
    def target(self) -> str | None:
        """The name of the target: from the options, else from profiles.yml; None if unknown."""
        return self.options.target or self.profile_target.name

    @cached_property
    def readers(self) -> dict[str, Reader]:
        """Readers of properties files, by package."""
        profile = self.options.profile
        return {p.name: Reader(profile, self.contexts.maker("properties", p)) for p in self._packages}

    @cached_property
    def model_trees(self) -> dict[str, TreeLevel]:
        """The ``models:`` trees, by package."""
        return self._trees("models")

    @cached_property
    def source_trees(self) -> dict[str, TreeLevel]:
        """The ``sources:`` trees, by package."""
        return self._trees("sources")

    def _trees(self, kind: TreeKind) -> dict[str, TreeLevel]:
        trees = {}
        for package in self._packages:
            reader = Reader(self.options.profile, self.contexts.maker("project", package))
            trees[package.name] = build_tree(
                kind, package.project_file.node(kind), reader, package.project_file.file
            )
        return trees
