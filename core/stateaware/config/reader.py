"""Renders the Jinja in a written block and reads it under an engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal, Protocol

from stateaware.config import coercing, strict
from stateaware.config.profiles import Profile
from stateaware.config.values import Block, JinjaFailure
from stateaware.syntax.scalars import scalar_value
from stateaware.syntax.tree import Entry, Expression, Mapping, Node, Scalar, Sequence, from_native

if TYPE_CHECKING:
    from stateaware.syntax.jinja import JinjaContext

_MARKS: Final = ("{{", "{%", "{#")

FRESHNESS: Final = "freshness"
STATE: Final = "state"
LOADED_AT_FIELD: Final = "loaded_at_field"
LOADED_AT_QUERY: Final = "loaded_at_query"
MODEL_KEYS: Final = (FRESHNESS, STATE)
SOURCE_KEYS: Final = (FRESHNESS, LOADED_AT_FIELD, LOADED_AT_QUERY)
_ALL_KEYS: Final = (FRESHNESS, STATE, LOADED_AT_FIELD, LOADED_AT_QUERY)


def stored_keys(resource: Literal["models", "sources"], profile: Profile) -> tuple[str, ...]:
    """The keys that an engine stores for models or sources."""
    if profile.keeps_custom_keys:
        return _ALL_KEYS
    return MODEL_KEYS if resource == "models" else SOURCE_KEYS


class _Shapes(Protocol):
    """What both modules of shapes offer."""

    def read_model_freshness(self, node: Node) -> Block: ...
    def read_source_freshness(self, node: Node) -> Block: ...
    def read_state(self, node: Node) -> Block: ...
    def read_text(self, node: Node, key: str) -> Block: ...


class Reader:
    """Reads values of one place: a project file, the properties or the SQL of one package.

    ``context`` is asked for only when a value contains Jinja, since making one is not free.
    """

    __slots__ = ("_context", "_make", "profile")

    def __init__(self, profile: Profile, make_context: Callable[[], JinjaContext]) -> None:
        self.profile = profile
        self._make = make_context
        self._context: JinjaContext | None = None

    @property
    def context(self) -> JinjaContext:
        """The Jinja context of the place."""
        if self._context is None:
            self._context = self._make()
        return self._context

    def expand(self, node: Node) -> Node:
        """The same tree with every scalar given its value: Jinja rendered, YAML types resolved.

        A scalar that cannot be decided carries ``Unknown``, one whose Jinja fails ``JinjaFailure``.
        """
        if isinstance(node, Mapping):
            entries = (Entry(entry.key, self.expand(entry.value), entry.merged) for entry in node.entries)
            return Mapping(tuple(entries), node.span, node.flow)
        if isinstance(node, Sequence):
            return Sequence(tuple(self.expand(item) for item in node.items), node.span, node.flow)
        if isinstance(node, Expression):
            return from_native(self._evaluate(node.source, expression=True), node.span)
        if node.style == "native":
            return node
        if any(mark in node.text for mark in _MARKS):
            return from_native(self._evaluate(node.text, expression=False), node.span)
        return Scalar(node.text, node.span, "native", None, scalar_value(node, self.profile.yaml))

    def text(self, node: Node) -> str | None:
        """The text of a name, rendered; None where it is no text or cannot be decided."""
        if not isinstance(node, Scalar):
            return None
        if not any(mark in node.text for mark in _MARKS):
            return node.text
        value = self._evaluate(node.text, expression=False)
        return value if isinstance(value, str) else None

    def _evaluate(self, source: str, *, expression: bool) -> object:
        from stateaware.syntax.jinja import JinjaError, evaluate, render_value

        try:
            return evaluate(source, self.context) if expression else render_value(source, self.context)
        except JinjaError as error:
            return JinjaFailure(type(error).__name__, str(error))

    def read(self, key: str, node: Node, *, source: bool = False) -> Block:
        """Read the value of one of the keys of models (or sources) as the profile's engine does."""
        shapes: _Shapes = strict if self.profile.typing == "strict" else coercing
        if key == LOADED_AT_QUERY:
            # both engines keep the query as written and render it when they run it
            if isinstance(node, Scalar) and any(mark in node.text for mark in _MARKS):
                return Block("set", node.text, node)
            return shapes.read_text(self.expand(node), key)
        tree = self.expand(node)
        if key == LOADED_AT_FIELD:
            return shapes.read_text(tree, key)
        if key == STATE:
            return shapes.read_state(tree)
        return shapes.read_source_freshness(tree) if source else shapes.read_model_freshness(tree)
