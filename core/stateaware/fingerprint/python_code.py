"""The code of Python models without comments, docstrings and layout."""

from __future__ import annotations

import ast
import re
import sys
from typing import Final

from stateaware.fingerprint.config import BUILD_KEYS

MAX_PARSED: Final = 1_000_000
"""Characters; longer texts are taken as they are."""
_HOLDERS: Final = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
PYTHON: Final = f"python {sys.version_info.major}.{sys.version_info.minor}"
"""Syntax trees are written differently by each version of Python."""


def python_form(text: str, *, config_counts: bool) -> str:
    """The syntax tree as text; the text itself where there is none.

    ``dbt.config()`` is left out where the configuration is compared by itself; else the keys in it count
    that shape the build.
    """
    if len(text) > MAX_PARSED or "\0" in text:
        return text.strip()
    try:
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, _HOLDERS):
                _drop_docstring(node)
            elif isinstance(node, ast.Call) and _is_config(node.func):
                kept = [one for one in node.keywords if config_counts and (one.arg or "**") in _COUNTED]
                node.keywords = sorted(kept, key=lambda one: one.arg or "**")
        return ast.dump(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE).strip()


_COUNTED: Final = BUILD_KEYS | {"**"}


def _is_config(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "config"
        and isinstance(function.value, ast.Name)
        and function.value.id == "dbt"
    )


def _drop_docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    first = node.body[0] if node.body else None
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        node.body = node.body[1:]
