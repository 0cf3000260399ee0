"""The macros of a project and its packages, and which of them call ``config()``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from stateaware.facts.files import PackageFiles
from stateaware.facts.load import CODE_NEEDLES
from stateaware.project.packages import PackageSource
from stateaware.syntax.sql import MacroDefinition, scan_sql

_NEEDLES = tuple(needle.decode() for needle in CODE_NEEDLES)


class Macros:
    """Definitions by package, read when first asked for."""

    def __init__(
        self,
        packages: tuple[PackageSource, ...],
        files: Mapping[str, PackageFiles],
        read: Callable[[str], bytes],
    ) -> None:
        self._packages = packages
        self._files = files
        self._read = read

    @cached_property
    def definitions(self) -> dict[str, tuple[MacroDefinition, ...]]:
        """The macros of each package, by its name, in the order of its files."""
        return {package.name: tuple(self._of(package)) for package in self._packages}

    def _of(self, package: PackageSource) -> list[MacroDefinition]:
        found: list[MacroDefinition] = []
        for file in self._files[package.name].macros:
            try:
                data = self._read(file.absolute)
            except OSError:
                continue
            found.extend(scan_sql(data, file.file).macros)
        return found

    @cached_property
    def configuring(self) -> frozenset[str]:
        """Names of macros that call ``config()``, directly or through another macro."""
        return self._spread({macro.name for macro in self._all if macro.configures})

    @cached_property
    def setting(self) -> frozenset[str]:
        """Those of them that may set a key of ours by themselves: its name stands in what they run."""
        naming = {macro.name for macro in self._all if _names_ours(macro.source)}
        return self._spread(naming) & self.configuring if naming else frozenset()

    @property
    def _all(self) -> Iterator[MacroDefinition]:
        for macros in self.definitions.values():
            yield from macros

    @cached_property
    def _calls(self) -> dict[str, set[str]]:
        calls: dict[str, set[str]] = {}
        for macro in self._all:
            calls.setdefault(macro.name, set()).update(name.rsplit(".", 1)[-1] for name in macro.calls)
        return calls

    def _spread(self, found: set[str]) -> frozenset[str]:
        """Names and those of all macros that call one of them, through any number of others."""
        grown = bool(found)
        while grown:
            more = {name for name, used in self._calls.items() if name not in found and used & found}
            found |= more
            grown = bool(more)
        return frozenset(found)

    def configures(self, calls: tuple[str, ...]) -> bool:
        """Whether one of the called names is a macro that calls ``config()``."""
        return any(name.rsplit(".", 1)[-1] in self.configuring for name in calls)


def _names_ours(source: str) -> bool:
    return any(needle in source for needle in _NEEDLES)
