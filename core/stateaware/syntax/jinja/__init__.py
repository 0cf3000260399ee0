"""Evaluates Jinja the way dbt does while it parses, without running anything of the project's.

A value that dbt itself learns only later is ``stateaware.syntax.tree.Unknown``; what dbt could not
evaluate either raises a ``JinjaError``. Neither Jinja2 nor anything else heavy is imported before
the first text that is more than a literal.
"""

from __future__ import annotations

from stateaware.syntax.jinja.context import JinjaContext, MacroSource, Reads
from stateaware.syntax.jinja.errors import (
    EvaluationError,
    InvalidConfigCall,
    JinjaError,
    JinjaSyntaxError,
    MissingEnvVar,
    MissingVar,
    RaisedError,
    SecretEnvVar,
    UndefinedName,
    UnknownFilter,
    UnknownFunction,
)
from stateaware.syntax.jinja.literal import NOT_LITERAL, literal_expression, literal_text
from stateaware.syntax.jinja.results import ExecutedConfig, RenderedModel
from stateaware.syntax.tree import Unknown

_UNTRUSTED = Unknown("Jinja is not evaluated in a folder that is not trusted")


def evaluate(source: str, context: JinjaContext) -> object:
    """The value of an expression, such as an argument of ``config()``, in plain Python data.

    ``Unknown`` where it (or, inside a dict or list, a part of it) cannot be known; its
    ``candidates`` are all values that it can have, if they can be told. An undefined name gives
    None in dbt v2's dialect.

    Raises:
        JinjaError: dbt fails on it as well.
    """
    value = literal_expression(source)
    if value is not NOT_LITERAL:
        return value
    if not context.trusted:
        return _UNTRUSTED
    from stateaware.syntax.jinja.evaluation import evaluate_expression

    return evaluate_expression(source, context)


def render_value(text: str, context: JinjaContext) -> object:
    """The value of a YAML scalar that contains Jinja.

    Its type follows the dialect: dbt v2 keeps the type of a lone ``{{ expression }}`` and makes
    text of all else; dbt Core keeps the type of a single part and makes text of constants.

    Raises:
        JinjaError: dbt fails on it as well.
    """
    value = literal_text(text, context.dialect)
    if value is not NOT_LITERAL:
        return value
    if not context.trusted:
        return _UNTRUSTED
    from stateaware.syntax.jinja.evaluation import render_text

    return render_text(text, context)


def render_model(text: str, context: JinjaContext) -> RenderedModel:
    """The ``config()``, ``ref()`` and ``source()`` calls that a model executes when dbt parses it.

    Never raises; failures are part of the result.
    """
    if not context.trusted:
        return RenderedModel(unknown=_UNTRUSTED, unsettled=True)
    from stateaware.syntax.jinja.evaluation import render_template

    return render_template(text, context)


__all__ = [
    "EvaluationError",
    "ExecutedConfig",
    "InvalidConfigCall",
    "JinjaContext",
    "JinjaError",
    "JinjaSyntaxError",
    "MacroSource",
    "MissingEnvVar",
    "MissingVar",
    "RaisedError",
    "Reads",
    "RenderedModel",
    "SecretEnvVar",
    "UndefinedName",
    "UnknownFilter",
    "UnknownFunction",
    "evaluate",
    "render_model",
    "render_value",
]
