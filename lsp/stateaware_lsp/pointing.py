"""What the requests about a position share: what stands there, the right part of the project, and links."""

from __future__ import annotations

from lsprotocol import types

from stateaware.graph.nodes import ModelNode, SourceNode
from stateaware.locate import Target, locate
from stateaware.locate.target import OfEntry
from stateaware.records import dataclass
from stateaware.text.span import Span
from stateaware.workspace import Project
from stateaware_lsp.projects import OpenProject
from stateaware_lsp.server import Located, Server


@dataclass(frozen=True, slots=True)
class Pointed:
    """Something of ours at a position of a document."""

    server: Server
    located: Located
    target: Target

    @property
    def project(self) -> OpenProject:
        """The project of the document."""
        return self.located.project

    @property
    def around(self) -> Project:
        """A project that holds the nodes of the target."""
        if isinstance(self.target.subject, OfEntry):
            return self.project.index.near(self.target.subject.near)
        return self.located.view

    def near(self, node: ModelNode | SourceNode) -> Project:
        """A project that knows all about a node."""
        if isinstance(node, SourceNode):
            return self.project.index.near(f"source:{node.source_name}")
        return self.project.index.near(node.file.stem)

    def link(self, file: str, span: Span | None) -> str:
        """The URI of a place in a project-relative file, with its line."""
        uri = self.server.uri_of(self.project.index.absolute(file))
        return uri if span is None or not uri else f"{uri}#L{span.line}"


def point(server: Server, uri: str, position: types.Position) -> Pointed | None:
    """What stands at a position; None where it is not ours, or not known as the text is now."""
    located = server.locate(uri)
    if located is None or located.project.index.stale(located.path):
        return None
    place = located.positions.place(position)
    target = locate(located.project.index.project, located.file, *place)
    return None if target is None else Pointed(server, located, target)
