"""Values that Jinja makes: whether one is, and how a text becomes a number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stateaware.findings import Edit, Fix
from stateaware.rules.edits import written_text

if TYPE_CHECKING:
    from stateaware.text.span import Span
    from stateaware.workspace import Project

_MARKS: Final = ("{{", "{%", "{#")
_CALL: Final = re.compile(r"\s*\{\{-?\s*((?:env_var|var)\([^()|]*\))\s*-?\}\}\s*\Z")


def has_jinja(text: str) -> bool:
    """Whether a written scalar holds Jinja."""
    return any(mark in text for mark in _MARKS)


def as_number(project: Project, file: str, span: Span, raw: str) -> Fix | None:
    """A fix that makes a lone ``env_var()`` or ``var()`` a number: ``{{ env_var('N', '4') | int }}``.

    dbt v2 gives the number only where nothing but the expression stands in the quotes.
    """
    call = _CALL.match(raw)
    text = written_text(project, file, span)
    if call is None or text is None or raw not in text:
        return None
    new = f"{{{{ {call[1]} | int }}}}"
    return Fix("Add `| int`", (Edit(file, span, text.replace(raw, new)),))
