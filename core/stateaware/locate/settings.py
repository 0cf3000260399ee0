"""The parts of one written setting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stateaware.config.reader import FRESHNESS, STATE
from stateaware.locate.target import Kind, Resource, Subject, Target
from stateaware.syntax.scalars import scalar_value
from stateaware.syntax.tree import Entry, Mapping, Scalar

_WITH_PARTS: Final = (FRESHNESS, STATE)
_TEXTS: Final = frozenset({"filter", "loaded_at_field", "loaded_at_query"})
"""Keys whose values are SQL, about which others know more."""


def setting_target(entry: Entry, subject: Subject, resource: Resource, above: tuple[str, ...] = ()) -> Target:
    """A setting, or a key inside one with the keys ``above``."""
    path = (*above, entry.key.text)
    kind: Kind = "key" if above else "block"
    setting = path[0].removeprefix("+")
    inner: list[Target] = []
    value = None
    if isinstance(entry.value, Mapping):
        if setting in _WITH_PARTS:
            inner = [setting_target(part, subject, resource, path) for part in entry.value]
    elif isinstance(entry.value, Scalar) and entry.key.text.removeprefix("+") not in _TEXTS:
        value = written_word(entry.value)
        inner = [
            Target(
                "value", entry.value.span, entry.value.span, value or "null", subject, resource, path, value
            )
        ]
    return Target(
        kind, entry.key.span, entry.span, entry.key.text, subject, resource, path, value, tuple(inner)
    )


def settings_in(
    holder: object, keys: tuple[str, ...], subject: Subject, resource: Resource
) -> Iterator[Target]:
    """The settings of some keys in a map."""
    for entry in holder if isinstance(holder, Mapping) else ():
        if entry.key.text in keys:
            yield setting_target(entry, subject, resource)


def written_word(node: Scalar) -> str | None:
    """The word that a scalar stands for; None for a null."""
    value = node.native if node.style == "native" else scalar_value(node, "1.2")
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
