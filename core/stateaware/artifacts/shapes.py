"""Values of an artifact as what they should be, or as nothing."""

from __future__ import annotations

from typing import Any


def text(value: object) -> str:
    """A text, or an empty one."""
    return value if isinstance(value, str) else ""


def maybe_text(value: object) -> str | None:
    """A text, or None."""
    return value if isinstance(value, str) else None


def table(value: object) -> dict[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def texts(value: object) -> tuple[str, ...]:
    """The texts of a list; one text stands for a list of it."""
    if isinstance(value, str):
        return (value,)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def depends_on(entry: dict[str, Any], kind: str) -> tuple[str, ...]:
    """``depends_on.nodes`` or ``.macros``, each once; seeds may have neither."""
    return tuple(dict.fromkeys(texts(table(entry.get("depends_on")).get(kind))))
