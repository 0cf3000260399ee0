"""Positions and ranges in text; knows nothing of dbt, YAML or Jinja."""

from stateaware.text.span import Span
from stateaware.text.source import LineIndex, SourceText, decode

__all__ = ["LineIndex", "SourceText", "Span", "decode"]
