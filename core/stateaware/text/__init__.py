"""Positions and ranges in text; knows nothing of dbt, YAML or Jinja."""

from stateaware.text.source import LineIndex, SourceText, decode
from stateaware.text.span import Span

__all__ = ["LineIndex", "SourceText", "Span", "decode"]
