"""What a model's own code sets: ``config()`` calls read statically, or rendered where that is not enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stateaware.config.layers import Layer, Setting
from stateaware.config.profiles import Profile
from stateaware.config.reader import MODEL_KEYS, Reader
from stateaware.config.values import Block
from stateaware.graph.nodes import ModelNode
from stateaware.syntax.tree import Entry, Scalar, Unknown, from_native
from stateaware.text.source import LineIndex
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.config.contexts import Contexts
    from stateaware.config.rendering import Rendering

MOST_SETTINGS: Final = 100
"""Of more settings of one key in one file only the last are looked at: each is compared with all others."""

_START: Final = Span.at(1, 1)


class CodeReader:
    """Reads the code layer of models, each file once."""

    def __init__(self, profile: Profile, contexts: Contexts, rendering: Rendering) -> None:
        self._profile = profile
        self._contexts = contexts
        self._rendering = rendering
        self._readers: dict[str, Reader] = {}
        self._rendered: dict[str, dict[str, tuple[Setting, ...]]] = {}

    def settings(self, model: ModelNode, key: str) -> tuple[Setting, ...]:
        """The settings of a key in the model's code, in the order in which they are made."""
        if not model.code.speaks:
            return ()
        facts = model.facts
        if facts.needs_render or self._contexts.configures(facts.calls):
            if model.file.file not in self._rendered:
                self._rendered[model.file.file] = self._render(model)  # sets the model's failure, too
            return self._rendered[model.file.file].get(key, ())
        entries = [call.get(key) for call in facts.configs if not call.conditional]
        written = [entry for entry in entries if entry is not None]
        return tuple(self._setting(model, entry, key) for entry in written[-MOST_SETTINGS:])

    def _setting(self, model: ModelNode, entry: Entry, key: str) -> Setting:
        reader = self._readers.get(model.package.name)
        if reader is None:
            maker = self._contexts.maker("sql", model.package)
            reader = self._readers[model.package.name] = Reader(self._profile, maker)
        layer = Layer("config()", model.file.file)
        return Setting(layer, entry.key, entry.value, reader.read(key, entry.value))

    def _render(self, model: ModelNode) -> dict[str, tuple[Setting, ...]]:
        from stateaware.syntax.jinja import UndefinedName

        text, rendered = self._rendering.text(model), self._rendering.model(model)
        if text is None or rendered is None:
            return {}
        unknown = rendered.unknown
        if type(rendered.problem) is UndefinedName and self._profile.dialect == "fusion":
            # dbt v2 goes on with what is undefined in more places than are known here
            unknown = Unknown(f"it hangs on something undefined: {rendered.problem.message}")
        else:
            model.failure = rendered.problem
        found: dict[str, list[Setting]] = {}
        for name in MODEL_KEYS:
            calls = [call for call in rendered.configs if name in call.arguments]
            for call in calls[-MOST_SETTINGS:]:
                entry = self._place(model, name, call.arguments[name], call.line, text)
                found.setdefault(name, []).append(self._setting(model, entry, name))
        if unknown is not None:
            for name in MODEL_KEYS:
                if self._may_set(model, name):
                    entry = self._place(model, name, None, 0, text)
                    block = Block("unknown", None, entry.value, (), unknown)
                    layer = Layer("config()", model.file.file)
                    found.setdefault(name, []).append(Setting(layer, entry.key, entry.value, block))
        return {name: tuple(settings) for name, settings in found.items()}

    def _may_set(self, model: ModelNode, key: str) -> bool:
        """Whether an undecidable file could set a key: it names it, or hands over something unread."""
        facts = model.facts
        named = any(call.get(key) is not None or call.unpacked for call in facts.configs)
        return named or self._contexts.configures(facts.calls)

    def _place(self, model: ModelNode, key: str, value: object, line: int, text: str) -> Entry:
        """A rendered value at its written place: the argument with that key on or after the line."""
        for call in model.facts.configs:
            written = call.get(key)
            if written is not None and (line == 0 or call.span.line <= line <= call.span.end_line):
                if not isinstance(value, Unknown) and value is None and line == 0:
                    return written
                return Entry(written.key, from_native(value, written.value.span))
        span = _START
        if line:
            index = LineIndex(text)
            span = Span(line, 1, line, len(index.line_text(line)) + 1)
        return Entry(Scalar(key, span), from_native(value, span))
