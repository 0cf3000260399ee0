"""The code of a project's nodes from its files alone: what a plan has without a manifest.

There is no compiled code, and of the configuration only how a model is materialized. Which macros a
model uses is told by the names in its Jinja, and so by more names than dbt follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stateaware.fingerprint.code import NodeCode
from stateaware.fingerprint.seeds import seed_version
from stateaware.rules.materialized import materialization

if TYPE_CHECKING:
    from stateaware.workspace import Project

_JINJA: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_WORD: Final = re.compile(r"[A-Za-z_]\w*")
_PARENT_ADAPTERS: Final[Mapping[str, str]] = {
    "databricks": "spark",
    "redshift": "postgres",
    "fabric": "sqlserver",
    "synapse": "fabric",
    "athena": "trino",
}
"""Adapters that also take the macros of another (``adapter.dispatch``)."""


def project_code(project: Project, adapter: str | None = None) -> Iterator[NodeCode]:
    """The models, snapshots and seeds of a project and its packages. Unreadable files are left out.

    ``adapter`` is that of the manifest beside which they are to be seen, since macros are chosen by it;
    without one it is that of the profile.
    """
    macros = _MacroTexts(project, adapter or project.adapter)
    for model in project.models.values():
        raw = project.text(model.file.file)
        if raw is None:
            continue
        materialized = materialization(project, model)
        yield NodeCode(
            model.unique_id,
            language=model.language,
            raw=raw.strip(),
            config={} if materialized is None else {"materialized": materialized},
            macros=macros.used(raw) if model.language == "sql" else (),
            whole=False,
        )
    yield from _snapshots(project, macros)
    yield from _seeds(project)


def code_by_id(project: Project, adapter: str | None = None) -> dict[str, NodeCode]:
    """The same by unique_id."""
    return {node.unique_id: node for node in project_code(project, adapter)}


def _snapshots(project: Project, macros: _MacroTexts) -> Iterator[NodeCode]:
    for snapshot in project.snapshots:
        yield NodeCode(
            snapshot.unique_id,
            raw=snapshot.code,
            config={"materialized": "snapshot"},
            macros=macros.used(snapshot.code),
            whole=False,
        )


def _seeds(project: Project) -> Iterator[NodeCode]:
    for package, files in project.package_files.items():
        for file in files.seeds:
            try:
                version = seed_version(Path(file.absolute))
            except OSError:
                continue
            yield NodeCode(f"seed.{package}.{file.stem}", raw=version, whole=False)


class _MacroTexts:
    """Which macros a text may use, and those that they may use."""

    def __init__(self, project: Project, adapter: str | None) -> None:
        found: dict[str, list[str]] = {}
        for macros in project.inputs.macros.definitions.values():
            for macro in macros:
                found.setdefault(macro.name, []).append(macro.source)
        self._found = found
        self._prefixes = tuple(f"{name}__" for name in _adapters(adapter))
        self._named: dict[str, frozenset[str]] = {}

    def used(self, text: str) -> tuple[str, ...]:
        """The texts of the macros that are reached from the Jinja of a text, sorted."""
        todo = list(self._names(text))
        reached: set[str] = set()
        while todo:
            name = todo.pop()
            if name not in reached:
                reached.add(name)
                todo += self._names_in_macro(name) - reached
        return tuple(sorted({text for name in reached for text in self._found[name]}))

    def _names_in_macro(self, name: str) -> frozenset[str]:
        if name not in self._named:
            self._named[name] = frozenset(
                one for source in self._found[name] for one in self._names(source) if one != name
            )
        return self._named[name]

    def _names(self, text: str) -> Iterator[str]:
        if not self._found:
            return
        for word in set(_words(text)):
            if word in self._found:
                yield word
            dispatched = (f"{prefix}{word}" for prefix in self._prefixes)
            yield from islice((one for one in dispatched if one in self._found), 1)


def _words(text: str) -> Iterable[str]:
    for block in _JINJA.finditer(text):
        yield from _WORD.findall(block.group())


def _adapters(adapter: str | None) -> Iterator[str]:
    name = (adapter or "").lower()
    while name:
        yield name
        name = _PARENT_ADAPTERS.get(name, "")
    yield "default"
