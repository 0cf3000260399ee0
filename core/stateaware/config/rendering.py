"""What models do when dbt parses them: each is rendered once, where reading it is not enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from stateaware.text.source import decode

if TYPE_CHECKING:
    from stateaware.config.contexts import Contexts
    from stateaware.graph.nodes import ModelNode
    from stateaware.project.packages import PackageSource
    from stateaware.syntax.jinja import RenderedModel


class Rendering:
    """Renders code in the sandbox, and keeps what came of each model."""

    def __init__(self, contexts: Contexts, read: Callable[[str], bytes]) -> None:
        self._contexts = contexts
        self._read = read
        self._speaking: dict[str, bool] = {}
        self._found: dict[str, RenderedModel | None] = {}

    def model(self, model: ModelNode) -> RenderedModel | None:
        """What a model's SQL does; None where its file cannot be read, or it is Python."""
        file = model.file.file
        if file not in self._found:
            text = self.text(model) if model.language == "sql" else None
            self._found[file] = None if text is None else self.code(text, model.package)
        return self._found[file]

    def code(self, text: str, package: PackageSource) -> RenderedModel:
        """What SQL in a package does."""
        from stateaware.syntax.jinja import render_model

        return render_model(text, self._contexts.maker("sql", package)())

    def speaks_in_vars(self, package: PackageSource) -> bool:
        """Whether a variable that a package sees holds Jinja, which runs where the variable is used."""
        found = self._speaking.get(package.name)
        if found is None:
            values = self._contexts.vars_of(package).values()
            found = self._speaking[package.name] = any("{{" in str(value) for value in values)
        return found

    def text(self, model: ModelNode) -> str | None:
        """The text of a model's file; None where it cannot be read."""
        try:
            return decode(self._read(model.file.absolute))
        except (OSError, UnicodeDecodeError):
            return None
