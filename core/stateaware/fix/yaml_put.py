"""Puts a setting into YAML under keys of which some, or all, may still have to be written."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from stateaware.findings import Edit
from stateaware.fix.yaml_edit import append_entry, fill_null, insert_lines
from stateaware.syntax.tree import Mapping
from stateaware.text.source import SourceText

Written: TypeAlias = Callable[[int], "str | None"]
"""The text of a setting, key and all, for a key at a 0-based column; its further lines are indented."""

_PLAIN: Final = re.compile(r"\+?[A-Za-z_][\w-]*")
_WORDS: Final = frozenset("y n yes no on off true false null".split())  # noqa: SIM905
_STEP: Final = 2


def put(
    source: SourceText, mapping: Mapping, path: Sequence[str], written: Written, flow: str | None
) -> tuple[Edit, ...]:
    """Edits that write a setting below a path of keys; none where it cannot be done cleanly.

    ``flow`` is the setting on one line (``+freshness: {...}``), for where the map around it is.
    """
    for number, key in enumerate(path):
        entry = mapping.get(key)
        if entry is None:
            return _append(source, mapping, path[number:], written, flow)
        if not isinstance(entry.value, Mapping):
            column = entry.key.span.column - 1 + _STEP
            text = _chain(path[number + 1 :], column, written)
            return () if text is None else fill_null(source, entry, " " * column + text)
        if entry.merged:
            return ()
        mapping = entry.value
    return _append(source, mapping, (), written, flow)


def _append(
    source: SourceText, mapping: Mapping, path: Sequence[str], written: Written, flow: str | None
) -> tuple[Edit, ...]:
    if mapping.flow:
        if flow is None:
            return ()
        for key in reversed(path):
            flow = f"{quoted(key)}: {{{flow}}}"
        name, _, value = flow.partition(": ")
        return append_entry(source, mapping, name, value)
    if not mapping.entries:
        return ()
    column = next((entry.key.span.column - 1 for entry in mapping.entries if not entry.merged), 0)
    text = _chain(path, column, written)
    return () if text is None else insert_lines(source, mapping, text)


def _chain(path: Sequence[str], column: int, written: Written) -> str | None:
    text = written(column + _STEP * len(path))
    if text is None:
        return None
    keys = (f"{quoted(key)}:\n{' ' * (column + _STEP * (depth + 1))}" for depth, key in enumerate(path))
    return "".join(keys) + text


def quoted(key: str) -> str:
    """A key as YAML, in quotes where it would not be read as it is."""
    return key if _PLAIN.fullmatch(key) and key.lower() not in _WORDS else f'"{key}"'
