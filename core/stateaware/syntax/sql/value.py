"""Parsed expressions to located trees."""

from __future__ import annotations

from collections.abc import Iterator

from stateaware.syntax import tree
from stateaware.syntax.sql.nodes import (
    LAZY,
    Argument,
    Call,
    Collection,
    Constant,
    Dictionary,
    Name,
    Operation,
    Tree,
)
from stateaware.syntax.sql.places import Locate


def located(node: Tree, text: str, locate: Locate) -> tree.Node:
    """The located tree of a literal; anything that is no literal becomes an ``Expression``."""
    if isinstance(node, Constant):
        value = node.value
        written = "" if value is None else str(value)
        return tree.Scalar(written, locate(node.start, node.end), "native", native=value)
    if isinstance(node, Collection):
        items = tuple(located(child, text, locate) for child in node.children)
        return tree.Sequence(items, locate(node.start, node.end), flow=True)
    entries = literal_entries(node, text, locate)
    if entries is not None:
        return tree.Mapping(last_of_each(entries)[0], locate(node.start, node.end), flow=True)
    return tree.Expression(text[node.start : node.end], locate(node.start, node.end))


def literal_entries(node: Tree, text: str, locate: Locate) -> tuple[tree.Entry, ...] | None:
    """The entries of ``{...}`` or ``dict(...)`` as written; None if keys or form are no literals."""
    if isinstance(node, Dictionary):
        entries = []
        for key, value in zip(node.keys, node.children, strict=True):
            if not isinstance(key, Constant):
                return None
            name = tree.Scalar(str(key.value), locate(key.start, key.end), "native", native=key.value)
            entries.append(tree.Entry(name, located(value, text, locate)))
        return tuple(entries)
    if not (isinstance(node, Call) and isinstance(node.callee, Name) and node.callee.name == "dict"):
        return None
    found: list[tree.Entry] = []
    for argument in node.arguments:
        if argument.kind == "=":
            found.append(keyword_entry(argument, text, locate))
            continue
        inner = None if argument.kind == "*" else literal_entries(argument.value, text, locate)
        if inner is None:
            return None
        found.extend(inner)
    return tuple(found)


def keyword_entry(argument: Argument, text: str, locate: Locate) -> tree.Entry:
    """The entry of ``name=value``."""
    span = locate(argument.name_start, argument.name_end)
    name = tree.Scalar(argument.name, span, "native", native=argument.name)
    return tree.Entry(name, located(argument.value, text, locate))


def last_of_each(entries: tuple[tree.Entry, ...]) -> tuple[tuple[tree.Entry, ...], tuple[tree.Entry, ...]]:
    """The entries in force and the ones they replace; a repeated key keeps its first position."""
    in_force: dict[str, tree.Entry] = {}
    replaced = []
    for entry in entries:
        name = entry.key.text
        if name in in_force:
            replaced.append(in_force[name])
        in_force[name] = entry
    return tuple(in_force.values()), tuple(replaced)


def walk(node: Tree) -> Iterator[tuple[Tree, bool]]:
    """A node and all below it, in written order, each with whether it may be left out at run time."""
    pending: list[tuple[Tree, bool]] = [(node, False)]
    while pending:
        found = pending.pop()
        yield found
        current, optional = found
        if isinstance(current, Call):
            pending.extend((argument.value, optional) for argument in reversed(current.arguments))
            pending.append((current.callee, optional))
        elif isinstance(current, Dictionary):
            pairs = list(zip(current.keys, current.children, strict=True))
            for key, value in reversed(pairs):
                pending += ((value, optional), (key, optional))
        elif isinstance(current, (Collection, Operation)):
            lazy = isinstance(current, Operation) and current.operator in LAZY
            rest = ((child, optional or lazy) for child in reversed(current.children[1:]))
            pending.extend(rest)
            pending.extend((child, optional) for child in current.children[:1])


def dotted_name(node: Tree) -> str | None:
    """``a.b.c`` for a name with attributes; None for any other expression."""
    parts: list[str] = []
    while isinstance(node, Operation) and node.operator[0] == ".":
        parts.append(node.operator)
        node = node.children[0]
    if not isinstance(node, Name):
        return None
    return node.name + "".join(reversed(parts))


def names_in(node: Tree) -> set[str]:
    """The variables an expression reads, the functions it calls included."""
    return {current.name for current, _ in walk(node) if isinstance(current, Name)}
