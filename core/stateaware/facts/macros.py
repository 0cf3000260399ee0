"""The macros of a project and its packages, and which of them call ``config()``.

Packages bring hundreds of macro files, few of which configure anything: a file is read as Jinja only where
its bytes hold a word that matters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from stateaware.facts.files import PackageFiles
from stateaware.facts.load import CODE_NEEDLES
from stateaware.project.packages import PackageSource
from stateaware.records import cached_property
from stateaware.syntax.sql import MacroDefinition, scan_sql

_CONFIG: Final = re.compile(rb"\bconfig\s*\(|\0")  # a NUL: an encoding other than UTF-8
_RELATION: Final = re.compile(rb"\b(?:ref|source)\s*\(|\0")
_NEEDLES: Final = tuple(needle.decode() for needle in CODE_NEEDLES)


class Macros:
    """Definitions by package, read when first asked for."""

    def __init__(
        self,
        packages: tuple[PackageSource, ...],
        files: Mapping[str, PackageFiles],
        read: Callable[[str], bytes],
    ) -> None:
        self._packages = packages
        self._files_of = files
        self._read = read
        self._scanned: dict[int, tuple[MacroDefinition, ...]] = {}

    @cached_property
    def _files(self) -> list[tuple[str, str, bytes]]:
        """Package, name and bytes of every macro file, in the order of the packages and their files."""
        found = []
        for package in self._packages:
            for file in self._files_of[package.name].macros:
                try:
                    found.append((package.name, file.file, self._read(file.absolute)))
                except OSError:  # noqa: PERF203 - a file that vanished is no macro
                    continue
        return found

    def _in(self, number: int) -> tuple[MacroDefinition, ...]:
        """The macros of one file; most files are never asked for."""
        if number not in self._scanned:
            _, name, data = self._files[number]
            self._scanned[number] = scan_sql(data, name).macros
        return self._scanned[number]

    @cached_property
    def definitions(self) -> dict[str, tuple[MacroDefinition, ...]]:
        """The macros of each package, by its name, in the order of its files."""
        found: dict[str, list[MacroDefinition]] = {package.name: [] for package in self._packages}
        for number, (package, _, _) in enumerate(self._files):
            found[package].extend(self._in(number))
        return {package: tuple(macros) for package, macros in found.items()}

    @cached_property
    def configuring(self) -> frozenset[str]:
        """Names of macros that call ``config()``, directly or through another macro."""
        return self._spread(
            macro.name
            for number, (_, _, data) in enumerate(self._files)
            if _CONFIG.search(data)
            for macro in self._in(number)
            if macro.configures
        )

    @cached_property
    def setting(self) -> frozenset[str]:
        """Those of them that may set a key of ours by themselves: its name stands in what they run."""
        if not self.configuring:
            return frozenset()
        naming = self._spread(
            macro.name
            for number, (_, _, data) in enumerate(self._files)
            if any(needle in data for needle in CODE_NEEDLES)
            for macro in self._in(number)
            if _names_ours(macro.source)
        )
        return naming & self.configuring

    @cached_property
    def referring(self) -> frozenset[str]:
        """Names of macros that call ``ref()`` or ``source()``, directly or through another macro."""
        return self._spread(
            macro.name
            for number, (_, _, data) in enumerate(self._files)
            if _RELATION.search(data)
            for macro in self._in(number)
            if _RELATION.search(macro.source.encode())
        )

    def _spread(self, first: Iterable[str]) -> frozenset[str]:
        """Names and those of all macros that call one of them, through any number of others.

        ``duckdb__name`` and ``default__name`` are called as ``name``, through ``adapter.dispatch()``.
        """
        found = _with_dispatched(first)
        new = found
        while new:
            words = re.compile(b"|".join(re.escape(name.encode()) for name in sorted(new)))
            new = {
                macro.name
                for number, (_, _, data) in enumerate(self._files)
                if words.search(data)
                for macro in self._in(number)
                if macro.name not in found and any(name.rsplit(".", 1)[-1] in found for name in macro.calls)
            }
            new = _with_dispatched(new)
            found |= new
        return frozenset(found)

    def configures(self, calls: tuple[str, ...]) -> bool:
        """Whether one of the called names is a macro that calls ``config()``."""
        return any(name.rsplit(".", 1)[-1] in self.configuring for name in calls)

    def refers(self, calls: tuple[str, ...]) -> bool:
        """Whether one of the called names is a macro that calls ``ref()`` or ``source()``."""
        return any(name.rsplit(".", 1)[-1] in self.referring for name in calls)


def _with_dispatched(names: Iterable[str]) -> set[str]:
    written = set(names)
    return written | {name.partition("__")[2] for name in written if name.partition("__")[2]}


def _names_ours(source: str) -> bool:
    return any(needle in source for needle in _NEEDLES)
