"""Expressions, YAML texts and models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from jinja2 import nodes

from stateaware.syntax.jinja.context import JinjaContext
from stateaware.syntax.jinja.errors import JinjaError
from stateaware.syntax.jinja.markers import native_value
from stateaware.syntax.jinja.names import MacroReturn
from stateaware.syntax.jinja.outcomes import Outcome, Outcomes, agreed, answer, run_all
from stateaware.syntax.jinja.renderer import NotedRelation, Renderer, check_keywords, parsed
from stateaware.syntax.jinja.results import ExecutedConfig, RenderedModel
from stateaware.syntax.jinja.scope import Scope
from stateaware.syntax.jinja.undecided import Undecidable
from stateaware.syntax.tree import Unknown

_Ref: TypeAlias = tuple[str | None, str, object]
_Source: TypeAlias = tuple[str, str]
_DELIMITERS: Final = ("{{", "}}", "{%", "%}", "{#", "#}")


def is_lone_expression(text: str) -> bool:
    """Whether a YAML text is one ``{{ expression }}`` and nothing else, so that dbt v2 keeps its type.

    The expression may hold no two characters that open or close a tag: ``{'a': {'b': 1}}`` ends
    with such a pair, and is text.
    """
    if len(text) < 4 or not (text.startswith("{{") and text.endswith("}}")):
        return False
    if text.startswith("{{-") or text.endswith("-}}"):
        return False
    body = text[2:-2]
    return not any(mark in body for mark in _DELIMITERS)


def evaluate_expression(source: str, context: JinjaContext) -> object:
    """See ``stateaware.syntax.jinja.evaluate``."""
    return answer(run_all(context, lambda renderer: _expression(renderer, source)))


def render_text(text: str, context: JinjaContext) -> object:
    """See ``stateaware.syntax.jinja.render_value``."""
    return answer(run_all(context, lambda renderer: _text(renderer, text)))


def render_template(text: str, context: JinjaContext) -> RenderedModel:
    """See ``stateaware.syntax.jinja.render_model``."""
    outcomes = run_all(context, lambda renderer: _model(renderer, text))
    relations = dict.fromkeys(
        one for run in outcomes.runs for relation in run.renderer.relations if (one := _constant(relation))
    )
    configs, unknown = _agreed_configs(outcomes)
    problem = next((run.ended for run in outcomes.runs if isinstance(run.ended, JinjaError)), None)
    if problem is not None and any(not isinstance(run.ended, JinjaError) for run in outcomes.runs):
        problem, unknown = None, unknown or Unknown(outcomes.reason)
    return RenderedModel(
        configs=configs,
        refs=tuple(one for one in relations if len(one) == 3),
        sources=tuple(one for one in relations if len(one) == 2),
        unknown=unknown,
        unsettled=not (outcomes.complete and _same(outcomes) and all(map(_ran_through, outcomes.runs))),
        problem=problem,
    )


def _expression(renderer: Renderer, source: str) -> object:
    template = _template(renderer, source, expression=True)
    output = template.body[0]
    return renderer.evaluate(output.nodes[0], Scope()) if isinstance(output, nodes.Output) else None


def _text(renderer: Renderer, text: str) -> object:
    typed = renderer.dialect.lone_expression_typed
    if typed and is_lone_expression(text):
        return _expression(renderer, text[2:-2])
    template = _template(renderer, text, expression=False)
    renderer.native_markers = not typed
    parts: list[object] = []
    renderer.render_body(template.body, Scope(), parts)
    if typed or len(parts) != 1:
        return renderer.join_text("", parts)
    return native_value(parts[0])


def _model(renderer: Renderer, text: str) -> object:
    template = _template(renderer, text, expression=False)
    try:
        renderer.render_body(template.body, Scope(), None)
    except JinjaError as error:
        error.line = error.line or renderer.line
        raise
    _run_hooks(renderer)
    return None


def _run_hooks(renderer: Renderer) -> None:
    """Render the texts of hooks for their refs. What fails in them says nothing of what the model sets."""
    try:
        for text in [text for call in renderer.configs for text in _hooks(call.arguments)]:
            renderer.render_nested(text)
    except (JinjaError, Undecidable, MacroReturn):
        renderer.blind = True


def _hooks(arguments: Mapping[str, object]) -> Iterator[str]:
    """The texts of hooks: dbt takes their refs for the model's own."""
    for key in ("pre_hook", "post_hook"):
        written = arguments.get(key)
        for hook in written if isinstance(written, list) else [written]:
            text = hook.get("sql") if isinstance(hook, dict) else hook
            if isinstance(text, str):
                yield text


def _template(renderer: Renderer, source: str, *, expression: bool) -> nodes.Template:
    template = parsed(renderer.context, source, expression=expression)
    if not renderer.dialect.repeated_keyword_wins:
        check_keywords(template)
    return template


# -- what the runs of a model have in common ---------------------------------------------------------


def _agreed_configs(outcomes: Outcomes) -> tuple[tuple[ExecutedConfig, ...], Unknown | None]:
    """The calls of all runs, key by key; where the runs make different calls, those they share."""
    unknown = next(
        (Unknown(run.ended.reason) for run in outcomes.runs if isinstance(run.ended, Undecidable)), None
    )
    if unknown is None and not outcomes.complete:
        unknown = Unknown(outcomes.reason)
    runs = [run.renderer.configs for run in outcomes.runs]
    shapes = {tuple((call.line, tuple(call.arguments)) for call in run) for run in runs}
    if len(shapes) == 1:
        together = zip(*runs, strict=True)
        return tuple(_merged(list(calls), outcomes.reason) for calls in together), unknown
    shared = [call for call in runs[0] if all(call in run for run in runs[1:])]
    return tuple(shared), unknown or Unknown(outcomes.reason)


def _merged(calls: list[ExecutedConfig], reason: str) -> ExecutedConfig:
    first = calls[0]
    arguments = {key: agreed([call.arguments[key] for call in calls], reason) for key in first.arguments}
    return ExecutedConfig(arguments, first.line)


def _constant(relation: NotedRelation) -> _Ref | _Source | None:
    """What a ``ref()`` or ``source()`` names; None where that is no constant."""
    return _ref(relation) if relation.kind == "ref" else _source(relation)


def _ran_through(run: Outcome) -> bool:
    return run.ended is None and not run.renderer.blind


def _same(outcomes: Outcomes) -> bool:
    """Whether all runs make the same calls, with nothing but constants."""
    found = [{_constant(relation) for relation in run.renderer.relations} for run in outcomes.runs]
    return None not in found[0] and all(one == found[0] for one in found)


def _ref(relation: NotedRelation) -> _Ref | None:
    names = [name for name in relation.arguments if isinstance(name, str)]
    if len(names) != len(relation.arguments) or not 1 <= len(names) <= 2:
        return None
    version = relation.keywords.get("v", relation.keywords.get("version"))
    if not isinstance(version, (str, int, float, type(None))):
        return None
    return (names[0] if len(names) == 2 else None), names[-1], version


def _source(relation: NotedRelation) -> _Source | None:
    names = [name for name in relation.arguments if isinstance(name, str)]
    if len(names) != 2 or len(relation.arguments) != 2:
        return None
    return names[0], names[1]
