"""Values of a setting as text: as YAML, and as a dictionary of Jinja or Python."""

from __future__ import annotations

import json
import re
from typing import Final

from stateaware.syntax.scalars import YamlVersion, scalar_value
from stateaware.syntax.tree import Expression, Mapping, Node, Scalar, Sequence

_PLAIN: Final = re.compile(r"[A-Za-z_][\w]*(?: [A-Za-z0-9]\w*)*|\d+[A-Za-z]+(?: \d+[A-Za-z]+)*")
_WORDS: Final = frozenset("y n yes no on off true false null none".split())  # noqa: SIM905
_JINJA: Final = ("{{", "{%", "{#")


def as_yaml(node: Node) -> str | None:
    """A value of code as YAML on one line; None where it would mean something else there."""
    if isinstance(node, Expression):
        return json.dumps(f"{{{{ {node.source} }}}}", ensure_ascii=False) if '"' not in node.source else None
    if isinstance(node, Mapping):
        pairs = [(as_yaml(entry.key), as_yaml(entry.value)) for entry in node.entries]
        if any(key is None or value is None for key, value in pairs):
            return None
        return f"{{{', '.join(f'{key}: {value}' for key, value in pairs)}}}"
    if isinstance(node, Sequence):
        return None
    value = node.native
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if not isinstance(value, str):
        return str(value)
    if any(mark in value for mark in _JINJA):
        return None
    plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
    return value if plain else json.dumps(value, ensure_ascii=False)


def as_yaml_lines(node: Node, column: int) -> str | None:
    """A value of code as YAML behind a key's colon: maps as lines below a key at a 0-based column."""
    if not isinstance(node, Mapping) or not node.entries:
        text = as_yaml(node)
        return None if text is None else f" {text}"
    lines = []
    for entry in node.entries:
        key, value = as_yaml(entry.key), as_yaml_lines(entry.value, column + 2)
        if key is None or value is None:
            return None
        lines.append(f"\n{' ' * (column + 2)}{key}:{value}")
    return "".join(lines)


def as_code(node: Node, yaml: YamlVersion, *, python: bool) -> str | None:
    """A value of YAML as a literal of Jinja or Python; None where Jinja makes it."""
    if isinstance(node, Mapping):
        pairs = []
        for entry in node.entries:
            value = as_code(entry.value, yaml, python=python)
            if value is None or entry.merged:
                return None
            pairs.append(f"{_text(entry.key.text, python)}: {value}")
        return f"{{{', '.join(pairs)}}}"
    if not isinstance(node, Scalar):
        return None
    if any(mark in node.text for mark in _JINJA):
        return None
    native = scalar_value(node, yaml)
    if native is None or isinstance(native, bool):
        return str(native) if python else str(native).lower()
    if isinstance(native, (int, float)):
        return str(native)
    if not isinstance(native, str) or any(mark in native for mark in "'\"\\") or not native.isprintable():
        return None
    return _text(native, python)


def _text(value: str, python: bool) -> str:
    quote = '"' if python else "'"
    return f"{quote}{value}{quote}"
