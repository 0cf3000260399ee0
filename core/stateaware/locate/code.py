"""What can be pointed at in a model's file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stateaware.config.reader import MODEL_KEYS
from stateaware.locate.settings import setting_target
from stateaware.locate.target import OfFile, OfRef, OfSource, Target
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.facts.load import CodeFacts
    from stateaware.syntax.sql import ConfigCall


def code_targets(code: CodeFacts) -> Iterator[Target]:
    """The config() calls that set something of ours, and all ref() and source() calls."""
    file, facts = code.file.file, code.facts
    name = "dbt.config" if code.file.suffix == "py" else "config"
    for call in facts.configs:
        target = _call(call, name, OfFile(file))
        if target.children:
            yield target
    for ref in facts.refs:
        version = None if ref.version is None else str(ref.version)
        subject = OfRef(file, ref.name, ref.package, version)
        yield Target("reference", ref.span, ref.span, ref.name, subject, "model")
    for found in facts.sources:
        label = f"{found.source}.{found.table}"
        of_source = OfSource(file, found.source, found.table)
        yield Target("reference", found.span, found.span, label, of_source, "source")


def _call(call: ConfigCall, name: str, subject: OfFile) -> Target:
    line, column, end_line, end_column = call.span
    end = column + len(name)
    if line == end_line:
        end = min(end, end_column)
    settings = [entry for entry in call.arguments if entry.key.text in MODEL_KEYS]
    known = {entry.key.text for entry in settings}
    settings += [
        entry for entry in call.placed if entry.key.text in MODEL_KEYS and entry.key.text not in known
    ]
    children = tuple(setting_target(entry, subject, "model") for entry in settings)
    return Target(
        "call", Span(line, column, line, end), call.span, "config()", subject, "model", children=children
    )
