"""The Jinja contexts of a project's places: what ``var()``, ``env_var()`` and macros mean there."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Literal, TypeAlias

from stateaware.cache.watch import Environment
from stateaware.config.profiles import Profile
from stateaware.facts.macros import Macros
from stateaware.project.packages import PackageSource
from stateaware.records import cached_property
from stateaware.syntax.scalars import scalar_value
from stateaware.syntax.tree import Mapping as Tree
from stateaware.syntax.tree import Node, Scalar, Sequence

if TYPE_CHECKING:
    from stateaware.inputs import LoadOptions
    from stateaware.syntax.jinja import JinjaContext, MacroSource

JinjaPlace: TypeAlias = Literal["project", "properties", "sql"]


class Contexts:
    """Makes contexts, and remembers what the renders read, for caches and for rules about the clock."""

    def __init__(
        self,
        packages: tuple[PackageSource, ...],
        macros: Macros,
        options: LoadOptions,
        chosen: Callable[[], tuple[str | None, str | None]],
    ) -> None:
        """``chosen`` gives the name and the adapter of the target, None for what is unknown."""
        self._packages = packages
        self._defined = macros
        self._options = options
        self._chosen = chosen
        self.made: list[JinjaContext] = []

    def maker(self, place: JinjaPlace, package: PackageSource) -> Callable[[], JinjaContext]:
        """A function that makes the context of a place in a package."""
        return lambda: self._make(place, package)

    def _make(self, place: JinjaPlace, package: PackageSource) -> JinjaContext:
        from stateaware.syntax.jinja import JinjaContext

        context = JinjaContext(
            dialect=self._options.profile.dialect,
            place=place,
            vars=dict(self._options.vars) if place == "project" else self.vars_of(package),
            env=self.env,
            target=self.target,
            now=self._options.now or datetime.now(timezone.utc),
            macros=self.macros if place != "project" else {},
            package=package.name,
            # the machine that checks is seldom the one where dbt runs
            missing_env="unknown",
            trusted=self._options.trusted,
        )
        self.made.append(context)
        return context

    def configures(self, calls: tuple[str, ...]) -> bool:
        """Whether one of the called names is a macro that calls ``config()``."""
        return self._defined.configures(calls)

    @cached_property
    def env(self) -> Mapping[str, str]:
        """The environment: the process's, with the options laid over it."""
        return Environment({**os.environ, **self._options.env})

    @cached_property
    def target(self) -> Mapping[str, object]:
        """What is known of ``target``."""
        name, adapter = self._chosen()
        known: dict[str, object] = {}
        if name is not None:
            known["name"] = known["target_name"] = name
        if adapter is not None:
            known["type"] = adapter
        return known

    def vars_of(self, package: PackageSource) -> dict[str, object]:
        """Variables as a package sees them: its own, the root project's, then the command line's."""
        root = self._packages[0]
        profile = self._options.profile
        scoped: dict[str, object] = {}
        for source in dict.fromkeys((package.name, root.name)):
            owner = next(p for p in self._packages if p.name == source)
            written = owner.project_file.mapping("vars")
            values = plain(written, profile) if written is not None else {}
            if isinstance(values, dict):
                scoped.update(values)
                own = values.get(package.name)
                scoped.update(own if isinstance(own, dict) else {})
        scoped.update(self._options.vars)
        return scoped

    @cached_property
    def macros(self) -> dict[str, MacroSource]:
        """All macros by name and by ``package.name``; the root project's come first."""
        from stateaware.syntax.jinja import MacroSource

        found: dict[str, MacroSource] = {}
        for package in self._packages:
            for macro in self._defined.definitions[package.name]:
                source = MacroSource(macro.name, package.name, macro.source)
                found.setdefault(macro.name, source)
                found[f"{package.name}.{macro.name}"] = source
        return found


def plain(node: Node, profile: Profile) -> object:
    """A written value as Python data, Jinja left as text: dbt does not render ``vars``."""
    if isinstance(node, Tree):
        return {entry.key.text: plain(entry.value, profile) for entry in node.entries}
    if isinstance(node, Sequence):
        return [plain(item, profile) for item in node.items]
    return scalar_value(node, profile.yaml) if isinstance(node, Scalar) else None
