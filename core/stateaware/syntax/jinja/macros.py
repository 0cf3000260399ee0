"""Macros: those of the project, those of the template itself, and where they are found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2 import nodes

from stateaware.syntax.jinja.errors import EvaluationError, JinjaError
from stateaware.syntax.jinja.names import MacroReturn, unknown_function
from stateaware.syntax.jinja.objects import MISSING, Arguments, Function, Keywords, Thing
from stateaware.syntax.jinja.scope import Scope

if TYPE_CHECKING:
    from stateaware.syntax.jinja.context import MacroSource
    from stateaware.syntax.jinja.machine import Machine
    from stateaware.syntax.jinja.renderer import Renderer


def macro_function(
    renderer: Renderer, node: nodes.Macro | nodes.CallBlock, scope: Scope, name: str
) -> Function:
    """A macro (or the body of a call block) as a function; ``scope`` is where it stands."""

    def run(_: Machine, arguments: Arguments, keywords: Keywords) -> object:
        inner = Scope(scope)
        _bind_parameters(renderer, node, inner, name, arguments, keywords)
        out: list[object] = []
        renderer.meter.enter()
        try:
            renderer.render_body(node.body, inner, out)
        except MacroReturn as returned:
            return returned.value
        finally:
            renderer.meter.leave()
        return renderer.join_text("", out)

    return Function(name, run, takes_undecided=True)


def _bind_parameters(
    renderer: Renderer,
    node: nodes.Macro | nodes.CallBlock,
    scope: Scope,
    name: str,
    arguments: Arguments,
    keywords: Keywords,
) -> None:
    names = [parameter.name for parameter in node.args]
    rest = dict(keywords)
    scope.names["caller"] = rest.pop("caller", renderer.undefined("caller"))
    for at, parameter in enumerate(names):
        if at < len(arguments):
            if parameter in rest:
                raise EvaluationError(f"{name}() is given `{parameter}` twice", renderer.line)
            scope.names[parameter] = arguments[at]
        elif parameter in rest:
            scope.names[parameter] = rest.pop(parameter)
        else:
            from_end = at - len(names) + len(node.defaults)
            default = node.defaults[from_end] if from_end >= 0 else None
            missing = renderer.undefined(parameter)
            scope.names[parameter] = missing if default is None else renderer.evaluate(default, scope)
    scope.names["varargs"] = tuple(arguments[len(names) :])
    scope.names["kwargs"] = rest


@dataclass(frozen=True, slots=True, eq=False)
class PackageMacros(Thing):
    """``package`` in ``{{ package.macro() }}``."""

    package: str
    find: Callable[[str], object]

    def attribute(self, name: str, machine: Machine) -> object:
        """A macro of the package; one that it lacks is no error to dbt before it is needed."""
        found = self.find(f"{self.package}.{name}")
        if found is not MISSING:
            return found
        return unknown_function(name, f"the package `{self.package}` has no macro `{name}` here")


def project_macro(renderer: Renderer, source: MacroSource) -> object:
    """A macro of the project, its text read when it is first called; ``MISSING`` if it defines none."""
    from stateaware.syntax.jinja.renderer import parsed

    try:
        template = parsed(renderer.context, source.source, expression=False)
    except JinjaError as error:
        error.line = renderer.entry_line or renderer.line  # not that in the macro's own file
        raise
    node = next((macro for macro in template.body if isinstance(macro, nodes.Macro)), None)
    if node is None:
        return MISSING
    inner = macro_function(renderer, node, Scope(), source.name)

    def run(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
        outermost = renderer.entry_line is None
        if outermost:
            renderer.entry_line = renderer.line
        try:
            return inner.run(machine, arguments, keywords)
        except JinjaError as error:
            error.line = renderer.entry_line  # not that in the macro's own file
            raise
        finally:
            if outermost:
                renderer.entry_line = None

    return Function(source.name, run, takes_undecided=True)
