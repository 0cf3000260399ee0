"""Texts of others in Markdown: nothing in them formats, links or mentions."""

from __future__ import annotations

from typing import Final

from stateaware.text.pieces import single

_SPECIAL: Final = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>|#@~"})


def code_span(text: str) -> str:
    """A code span in a table's cell, whatever the text holds."""
    plain = single(text).replace("|", "\\|")
    if not plain:
        return ""
    return f"`{plain}`" if "`" not in plain else f"`` {plain} ``"


def plain_text(text: str) -> str:
    """A text that Markdown shows as it is; nobody is mentioned and nothing is linked by it."""
    return single(text).translate(_SPECIAL)
