"""The documents that are open in the editor, by their URI and by where their file is."""

from __future__ import annotations

import os


class OpenDocuments:
    """The texts of open documents."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        """By URI."""
        self._known: dict[str, str] = {}
        """The URIs by the path under which a project knows the file."""
        self._real: dict[str, str] = {}
        """The same by the path with all links followed."""

    def put(self, uri: str, text: str, path: str, known: str | None) -> None:
        """A document is open at a path, or has another text; ``known`` is the path that its project has."""
        if uri not in self.texts:
            self._real[os.path.realpath(path)] = uri
        self.texts[uri] = text
        if known is not None:
            self._known[known] = uri

    def drop(self, uri: str) -> None:
        """A document is closed."""
        self.texts.pop(uri, None)
        for paths in (self._known, self._real):
            for known in [known for known, name in paths.items() if name == uri]:
                del paths[known]

    def uri_at(self, known: str) -> str | None:
        """The document of a file, by the path under which its project knows it."""
        return self._known.get(known)

    def text_at(self, path: str) -> str | None:
        """The text of the document of a file, which may have been opened through a link."""
        uri = self._known.get(path) or self._real.get(os.path.realpath(path))
        return None if uri is None else self.texts.get(uri)
