"""What is said about a thing that is pointed at: the words of ``explain``, and what a key means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

from stateaware.explain.explanation import Explanation, ValueLine, explain_node
from stateaware.explain.folder import FolderExplanation, explain_folder
from stateaware.explain.key_docs import key_documentation, value_documentation
from stateaware.explain.markdown import Link, escape, explanation_markdown, folder_markdown, place_link
from stateaware.explain.text import explanation_lines, folder_lines, value_label, value_text
from stateaware.graph.nodes import ModelNode, SourceNode
from stateaware.locate.nodes import nodes_of
from stateaware.locate.target import OfEntry, OfTree, Target
from stateaware.text.pieces import plain_line
from stateaware.workspace import Project

Node: TypeAlias = ModelNode | SourceNode
Near: TypeAlias = Callable[[Node], Project]
"""A project that knows all about a node."""

_MOST_LISTED: Final = 10


def hover_text(
    target: Target, project: Project, near: Near, link: Link, *, markdown: bool = True
) -> str | None:
    """What to show for a target; None where there is nothing to say.

    Args:
        target: what is pointed at.
        project: one that holds its nodes, the whole for places of dbt_project.yml.
        near: gives a project that knows all about one of these nodes.
        link: the URI of a place.
        markdown: whether the editor shows Markdown, else plain text.
    """
    style: _Style = _Markdown(link) if markdown else _Plain()
    documentation = _documentation(target, markdown)
    if target.kind in ("key", "value") and documentation:
        parts = [documentation, _one_line(target, project, near, style)]
    elif isinstance(target.subject, OfTree):
        subject = target.subject
        parts = [style.folder(explain_folder(project, subject.resource, subject.path)), documentation]
    else:
        parts = [_nodes(target, project, near, style), documentation]
    return style.joined([part for part in parts if part])


class _Style(Protocol):
    def node(self, project: Project, explanation: Explanation) -> str: ...
    def folder(self, folder: FolderExplanation) -> str: ...
    def label(self, text: str) -> str: ...
    def words(self, text: str) -> str: ...
    def place(self, value: ValueLine) -> str: ...
    def joined(self, parts: list[str]) -> str | None: ...


class _Markdown:
    def __init__(self, link: Link) -> None:
        self._link = link

    def node(self, project: Project, explanation: Explanation) -> str:
        return explanation_markdown(project, explanation, self._link)

    def folder(self, folder: FolderExplanation) -> str:
        return folder_markdown(folder, self._link)

    def label(self, text: str) -> str:
        return f"**{escape(text)}**"

    def words(self, text: str) -> str:
        return escape(text)

    def place(self, value: ValueLine) -> str:
        winner = value.effective.winner
        return "" if winner is None else place_link(winner.file, winner.span, self._link)

    def joined(self, parts: list[str]) -> str | None:
        return "\n\n---\n\n".join(parts) or None


class _Plain:
    def node(self, project: Project, explanation: Explanation) -> str:
        return "\n".join(plain_line(line) for line in explanation_lines(explanation))

    def folder(self, folder: FolderExplanation) -> str:
        return "\n".join(plain_line(line) for line in folder_lines(folder))

    def label(self, text: str) -> str:
        return text

    def words(self, text: str) -> str:
        return text

    def place(self, value: ValueLine) -> str:
        winner = value.effective.winner
        return "" if winner is None else f"{winner.file}:{winner.span.line}"

    def joined(self, parts: list[str]) -> str | None:
        return "\n\n".join(parts) or None


def _documentation(target: Target, markdown: bool) -> str:
    """What the key and the word mean."""
    if not target.path:
        return ""
    found = []
    if target.kind == "value":
        word = value_documentation(target.path, target.value, target.resource, markdown=markdown)
        if word:
            written = "null" if target.value is None else target.value
            found.append(f"`{written}`: {word}" if markdown else f"{written}: {word}")
    text = key_documentation(target.path, target.resource, markdown=markdown)
    if text:
        name = target.path[-1].removeprefix("+")
        found.append(f"`{name}`: {text}" if markdown else f"{name}: {text}")
    return "\n\n".join(found)


def _nodes(target: Target, project: Project, near: Near, style: _Style) -> str:
    nodes = nodes_of(project, target.subject)
    if len(nodes) == 1:
        whole = near(nodes[0])
        return style.node(whole, explain_node(whole, whole.nodes[nodes[0].unique_id]))
    if not nodes:
        return ""
    lines = [
        f"- {style.label(node.label)} {style.words('·')} {_value(node, target.setting, near, style)}"
        for node in nodes[:_MOST_LISTED]
    ]
    if len(nodes) > _MOST_LISTED:
        lines.append(f"- {style.words(f'and {len(nodes) - _MOST_LISTED} more')}")
    return f"{style.label(_title(target))}\n\n" + "\n".join(lines)


def _title(target: Target) -> str:
    if target.resource == "source":
        return f"source {target.subject.name}" if isinstance(target.subject, OfEntry) else target.label
    return target.subject.name if isinstance(target.subject, OfEntry) else target.label


def _one_line(target: Target, project: Project, near: Near, style: _Style) -> str:
    """What is in force of the setting that a key belongs to, where that is about one node."""
    nodes = () if isinstance(target.subject, OfTree) else nodes_of(project, target.subject)
    if len(nodes) != 1:
        return ""
    label = style.label(nodes[0].label)
    return f"{label} {style.words('·')} {_value(nodes[0], target.setting, near, style)}"


def _value(node: Node, setting: str, near: Near, style: _Style) -> str:
    """One value of a node in a line, with the place that it comes from."""
    whole = near(node)
    explanation = explain_node(whole, whole.nodes[node.unique_id])
    source = isinstance(node, SourceNode)
    for value in explanation.values:
        if value.key == (setting or "freshness"):
            said = f"{value_label(value, source)} {value_text(value, source)}"
            place = style.place(value)
            return style.words(said) + (f" · {place}" if place else "")
    return ""
