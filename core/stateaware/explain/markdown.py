"""An explanation in Markdown, for hovers: the words of `explanation_lines`, with links to the places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from stateaware.explain.explanation import Explanation, LayerLine, ValueLine
from stateaware.explain.folder import FolderExplanation
from stateaware.explain.text import HOLDS, parents_text, value_label, value_text
from stateaware.explain.yaml_block import value_yaml
from stateaware.graph.nodes import SourceNode
from stateaware.text.pieces import single
from stateaware.text.span import Span
from stateaware.workspace import Project

Link: TypeAlias = Callable[[str, Span | None], str]
"""The URI of a span of a project-relative file; an empty text where there is none."""

_SPECIAL: Final = re.compile(r"[\\`*\[\]<>&|~$]|(?<!\w)_|_(?!\w)")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_IN_URI: Final = str.maketrans({"(": "%28", ")": "%29", " ": "%20", "<": "%3C", ">": "%3E"})
_FENCE: Final = re.compile(r"`{3,}")


def explanation_markdown(project: Project, explanation: Explanation, link: Link) -> str:
    """All that ``explain`` says about a node, each value also as a YAML block."""
    return "\n\n".join(_blocks(explanation, link))


def _blocks(explanation: Explanation, link: Link) -> Iterator[str]:
    node = explanation.node
    yield f"**{escape(node.unique_id)}** {place_link(node.file.file, None, link)}"
    for value in explanation.values:
        yield from _value(value, isinstance(node, SourceNode), link)
    if explanation.parents:
        yield f"**parents** {escape(parents_text(explanation))}"
    if explanation.conclusion:
        yield f"**so** {escape(explanation.conclusion)}"


def folder_markdown(folder: FolderExplanation, link: Link) -> str:
    """What is said about a place of dbt_project.yml."""
    blocks = [f"**{escape(folder.title)}**"]
    for value in folder.values:
        blocks += _value(value.line, folder.resource == "source", link)
        blocks.append(escape(value.reach_text))
    return "\n\n".join(blocks)


def _value(value: ValueLine, source: bool, link: Link) -> Iterator[str]:
    yield f"**{escape(value_label(value, source))}** {escape(value_text(value, source))}"
    block = "" if value.effective.unknown is not None else value_yaml(value.key, value.effective.value)
    if block:
        yield fenced(block, "yaml")
    if value.layers:
        yield "\n".join(_layer(line, link) for line in value.layers)
    notes = [escape(note) for note in value.notes]
    notes += [f"*{escape(other.title)}:* {escape(other.text)}" for other in value.engines]
    if value.layers and value.same_engines and not value.engines:
        notes.append(f"the same on {' and '.join(map(escape, value.same_engines))}")
    yield from notes


def _layer(line: LayerLine, link: Link) -> str:
    setting = line.setting
    status = f"**{line.status}**" if line.status in HOLDS else line.status
    parts = (place_link(setting.file, setting.span, link), setting.layer.label, line.text)
    return "- " + " · ".join((parts[0], *map(escape, parts[1:]), status))


def place_link(file: str, span: Span | None, link: Link) -> str:
    """A file, or the line where a span of it starts, as a link; as text where there is no URI."""
    text = escape(file if span is None else f"{file}:{span.line}")
    uri = link(file, span)
    return f"[{text}]({uri.translate(_IN_URI)})" if uri else text


def escape(text: str) -> str:
    """A text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\g<0>", _CONTROL.sub("\N{REPLACEMENT CHARACTER}", single(text)))


def fenced(text: str, language: str) -> str:
    """A text as a block of code, whatever it holds."""
    longest = max((len(found) for found in _FENCE.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
