"""Fixes that move a key to its place under ``config``, or take it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stateaware.findings import Fix
from stateaware.rules.edits import is_code
from stateaware.rules.slips import has_slipped
from stateaware.syntax.tree import Mapping
from stateaware.text.source import SourceText

if TYPE_CHECKING:
    from stateaware.rules.homes import Found
    from stateaware.syntax.tree import Entry, Node
    from stateaware.workspace import Project


def move_under_config(project: Project, found: Found, keys: tuple[str, ...]) -> tuple[Fix, ...]:
    """Move a key that stands beside ``config``, where there is none of that name.

    Where ``config`` is still to be made, only the first of several ``keys`` gets the fix: two of them
    would make it twice.
    """
    from stateaware.fix.yaml_edit import move_under

    text = project.text(found.home.file)
    if text is None or has_slipped(found.home.node):
        return ()
    node = found.home.node
    if found.home.node.get("config") is None:
        first = next((entry for entry in node.entries if entry.key.text in keys), None)
        if first is not found.written:
            return ()
    edits = move_under(SourceText(found.home.file, text), node, found.written, "config")
    return (Fix(f"Move `{found.key}` under `config`", edits),) if edits else ()


def remove_key(project: Project, found: Found, *, safe: bool) -> tuple[Fix, ...]:
    """Take a key away that does nothing, or whose value stands elsewhere too."""
    from stateaware.fix.yaml_edit import delete_entry

    text = project.text(found.home.file)
    holder = found.home.config if found.in_config else found.home.node
    if text is None or not isinstance(holder, Mapping):
        return ()
    edits = delete_entry(SourceText(found.home.file, text), holder, found.written)
    return (Fix(f"Remove `{found.key}`", edits, safe),) if edits else ()


def remove_from_block(project: Project, file: str, block: Node | None, entry: Entry) -> tuple[Fix, ...]:
    """Take a key that nothing reads out of a block; unsafe, since somebody meant something by it.

    Not where nothing else is in the block: an empty one may switch off what is inherited.
    """
    from stateaware.fix.yaml_edit import delete_entry

    text = project.text(file)
    if text is None or is_code(file) or not isinstance(block, Mapping) or len(block.entries) < 2:
        return ()
    edits = delete_entry(SourceText(file, text), block, entry)
    return (Fix(f"Remove `{entry.key.text}`", edits, safe=False),) if edits else ()


def same_value(one: Node, other: Node) -> bool:
    """Whether two written values say the same, however they are laid out."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        ours = {entry.key.text: entry.value for entry in one.entries}
        theirs = {entry.key.text: entry.value for entry in other.entries}
        return ours.keys() == theirs.keys() and all(same_value(ours[key], theirs[key]) for key in ours)
    return getattr(one, "text", one) == getattr(other, "text", other)
