"""Texts that need no evaluation: a literal between braces."""

from __future__ import annotations

import re
from typing import Final

from stateaware.syntax.jinja.dialect import DialectName

NOT_LITERAL: Final = object()

_LITERAL: Final = re.compile(
    r"""\s*(?:(?P<number>-?(?:0|[1-9]\d{0,17}))|(?P<word>[Tt]rue|[Ff]alse|[Nn]one)|'(?P<one>[^'\\{}%#]{0,1000})'|"(?P<two>[^"\\{}%#]{0,1000})")\s*"""
)
_WORDS: Final = {"true": True, "false": False, "none": None}


def literal_expression(source: str) -> object:
    """The value of an expression that is a literal, or ``NOT_LITERAL``."""
    found = _LITERAL.fullmatch(source)
    if found is None:
        return NOT_LITERAL
    if found["number"] is not None:
        return int(found["number"])
    if found["word"] is not None:
        return _WORDS[found["word"].lower()]
    return found["one"] if found["one"] is not None else found["two"]


def literal_text(text: str, dialect: DialectName) -> object:
    """The value of a YAML text that is ``{{ literal }}``, or ``NOT_LITERAL``."""
    if not (text.startswith("{{") and text.endswith("}}")):
        return NOT_LITERAL
    value = literal_expression(text[2:-2])
    # dbt Core folds a constant into text
    return str(value) if dialect == "core" and value is not NOT_LITERAL else value
