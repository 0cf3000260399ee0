"""Values that Jinja makes: when their type is kept, and how a text becomes a number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stateaware.findings import Edit, Fix
from stateaware.rules.edits import is_code, written_text

if TYPE_CHECKING:
    from stateaware.text.span import Span
    from stateaware.workspace import Project

_LONE: Final = re.compile(r"\{\{(?!-)(?:(?!\}\}|\{\{).)*(?<!-)\}\}\Z", re.DOTALL)
_CALL: Final = re.compile(r"\s*\{\{-?\s*((?:env_var|var)\([^()|]*\))\s*-?\}\}\s*\Z")
_BARE: Final = re.compile(r"((?:env_var|var)\([^()|]*\))\Z")


def is_lone(jinja: str) -> bool:
    """Whether dbt v2 keeps the type of what Jinja in YAML gives: one expression with nothing around it."""
    return _LONE.match(jinja) is not None


def as_number(project: Project, file: str, span: Span, raw: str) -> Fix | None:
    """A fix that makes a lone ``env_var()`` or ``var()`` a number: ``{{ env_var('N', '4') | int }}``.

    In YAML dbt v2 gives the number only where nothing but the expression stands in the quotes.
    """
    text = written_text(project, file, span)
    if text is None or raw not in text:
        return None
    call = _CALL.match(raw) or _BARE.match(raw)
    if call is None:
        return None
    new = f"{call[1]} | int" if is_code(file) else f"{{{{ {call[1]} | int }}}}"
    return Fix("Add `| int`", (Edit(file, span, text.replace(raw, new)),))
