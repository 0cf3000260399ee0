"""Renders templates: statements, macros, and what a model calls on the way."""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias, cast

from jinja2 import Undefined, nodes

from stateaware.records import dataclass
from stateaware.syntax.jinja.builtin_macros import BUILTIN_MACROS
from stateaware.syntax.jinja.context import JinjaContext
from stateaware.syntax.jinja.errors import (
    EvaluationError,
    InvalidConfigCall,
    JinjaSyntaxError,
    UndefinedName,
)
from stateaware.syntax.jinja.evaluator import Evaluator
from stateaware.syntax.jinja.grammar import parse_expression, parse_template
from stateaware.syntax.jinja.limits import Meter
from stateaware.syntax.jinja.loops import Loop
from stateaware.syntax.jinja.macros import PackageMacros, macro_function, project_macro
from stateaware.syntax.jinja.names import lookup, unknown_function
from stateaware.syntax.jinja.objects import MISSING, Arguments, Function, Keywords, Namespace
from stateaware.syntax.jinja.plain import plain
from stateaware.syntax.jinja.results import ExecutedConfig
from stateaware.syntax.jinja.scope import Scope
from stateaware.syntax.jinja.undecided import Decisions, Undecidable, Undecided

Out: TypeAlias = "list[object] | None"
"""Where rendered parts go; None where nobody reads them."""
Signal: TypeAlias = Literal["break", "continue"] | None

_MARKS: Final = ("{{", "{%", "{#")
_MAX_PARSED: Final = 500
_ACTS: Final[tuple[type[Any], ...]] = (
    nodes.Assign, nodes.AssignBlock, nodes.ExprStmt, nodes.Macro, nodes.Break, nodes.Continue,
)  # fmt: skip
_LATE_FILTERS: Final = frozenset({"map", "select", "reject", "selectattr", "rejectattr"})
_HARMLESS: Final = frozenset({"ref", "source", "var", "env_var", "log", "print", "is_incremental", "this"})


@dataclass(frozen=True, slots=True)
class NotedRelation:
    """An executed ``ref()`` or ``source()``."""

    kind: str
    arguments: Arguments
    keywords: Keywords


def parsed(context: JinjaContext, source: str, *, expression: bool) -> nodes.Template:
    """The syntax tree of a text, kept in the context.

    Raises:
        JinjaSyntaxError: it is no Jinja.
    """
    key = f"{expression}:{source}"
    found = context.parsed.get(key)
    if found is None:
        found = parse_expression(source) if expression else parse_template(source)
        if len(context.parsed) >= _MAX_PARSED:
            context.parsed.clear()
        context.parsed[key] = found
    return cast(nodes.Template, found)


class Renderer(Evaluator):
    """One run of one template."""

    def __init__(self, context: JinjaContext, meter: Meter, decisions: Decisions) -> None:
        super().__init__(context, meter, decisions)
        self.entry_line: int | None = None
        """The line of the template from which the running project macro was called."""
        self.configs: list[ExecutedConfig] = []
        self.relations: list[NotedRelation] = []
        self.blind = False
        """Whether other refs may run than those that did: a macro or a branch that is not known."""
        self._macros: dict[str, object] = {}
        self._inert: dict[int, bool] = {}

    # -- statements ------------------------------------------------------------------------------

    def render_body(self, body: list[nodes.Node], scope: Scope, out: Out) -> Signal:
        """Execute statements in order; tells of a ``break`` or ``continue`` on the way."""
        for node in body:
            self.meter.charge()
            signal = self._statement(node, scope, out)
            if signal is not None:
                return signal
        return None

    def _statement(self, node: nodes.Node, scope: Scope, out: Out) -> Signal:
        if isinstance(node, nodes.Output):
            for child in node.nodes:
                value = self.evaluate(child, scope)
                if out is not None:
                    out.append(
                        self.to_text(value) if self.native_markers and _is_folded(child, value) else value
                    )
        elif isinstance(node, nodes.If):
            return self._if(node, scope, out)
        elif isinstance(node, nodes.For):
            self._for(node, scope, out)
        elif isinstance(node, nodes.Assign):
            self.assign(node.target, self.evaluate(node.node, scope), scope)
        elif isinstance(node, nodes.AssignBlock):
            self._assign_block(node, scope)
        elif isinstance(node, nodes.ExprStmt):
            self.evaluate(node.node, scope)
        elif isinstance(node, nodes.Macro):
            scope.names[node.name] = macro_function(self, node, scope, node.name)
        elif isinstance(node, nodes.CallBlock):
            self._call_block(node, scope, out)
        elif isinstance(node, nodes.FilterBlock):
            inner: list[object] = []
            self.render_body(node.body, Scope(scope), inner)
            self._emit(self._through_filters(node.filter, self.join_text("", inner), scope), out)
        elif isinstance(node, nodes.With):
            self._with(node, scope, out)
        elif isinstance(node, (nodes.Scope, nodes.ScopedEvalContextModifier, nodes.Block)):
            return self.render_body(node.body, Scope(scope), out)
        elif isinstance(node, nodes.Break):
            return "break"
        elif isinstance(node, nodes.Continue):
            return "continue"
        else:
            raise JinjaSyntaxError(f"dbt cannot use `{type(node).__name__.lower()}`", node.lineno)
        return None

    def _emit(self, value: object, out: Out) -> None:
        if out is not None:
            out.append(value)

    def _if(self, node: nodes.If, scope: Scope, out: Out) -> Signal:
        for branch in (node, *node.elif_):
            test = self.evaluate(branch.test, scope)
            if isinstance(test, Undecided) and out is None and self._is_inert(node):
                self._pass_over(node)
                return None
            if self.truth(test):
                return self.render_body(branch.body, scope, out)
        return self.render_body(node.else_, scope, out)

    def _for(self, node: nodes.For, scope: Scope, out: Out) -> None:
        values = self.evaluate(node.iter, scope)
        if isinstance(values, Undecided) and out is None and self._is_inert(node):
            self._pass_over(node)
            return
        self.loop_over(node, values, scope, out, 0)

    def loop_over(self, node: nodes.For, values: object, scope: Scope, out: Out, depth: int) -> None:
        """Run a loop's body for each item, or its ``else``."""
        items = self.iterate(values)
        if node.test is not None:
            items = [item for item in items if self._passes(node, item, scope)]
        loop = Loop(self, node, scope, items, depth)
        for at, item in enumerate(items):
            self.meter.charge()
            loop.at = at
            inner = Scope(scope, {"loop": loop})
            self.assign(node.target, item, inner)
            if self.render_body(node.body, inner, out) == "break":
                break
        if not items:
            self.render_body(node.else_, Scope(scope), out)

    def _passes(self, node: nodes.For, item: object, scope: Scope) -> bool:
        inner = Scope(scope)
        self.assign(node.target, item, inner)
        return node.test is None or self.truth(self.evaluate(node.test, inner))

    def assign(self, target: nodes.Node, value: object, scope: Scope) -> None:
        """Give a name, several names or an attribute of a namespace a value."""
        if isinstance(target, nodes.Name):
            scope.names[target.name] = value
        elif isinstance(target, nodes.NSRef):
            owner = scope.get(target.name)
            if not isinstance(owner, Namespace):
                raise EvaluationError(f"`{target.name}` is no namespace", target.lineno)
            owner.values[target.attr] = value
        elif isinstance(target, nodes.Tuple):
            items = self.iterate(value)
            if len(items) != len(target.items):
                raise EvaluationError(f"{len(items)} values for {len(target.items)} names", target.lineno)
            for part, item in zip(target.items, items, strict=True):
                self.assign(part, item, scope)

    def _assign_block(self, node: nodes.AssignBlock, scope: Scope) -> None:
        out: list[object] = []
        self.render_body(node.body, Scope(scope), out)
        value: object = self.join_text("", out)
        if node.filter is not None:
            value = self._through_filters(node.filter, value, scope)
        self.assign(node.target, value, scope)

    def _through_filters(self, node: nodes.Filter, value: object, scope: Scope) -> object:
        chain = []
        current: nodes.Expr | None = node
        while isinstance(current, nodes.Filter):
            chain.append(current)
            current = current.node
        for step in reversed(chain):
            value = self.filtered(step, value, scope)
        return value

    def _with(self, node: nodes.With, scope: Scope, out: Out) -> None:
        inner = Scope(scope)
        values = [self.evaluate(value, scope) for value in node.values]
        for target, value in zip(node.targets, values, strict=True):
            self.assign(target, value, inner)
        self.render_body(node.body, inner, out)

    def _call_block(self, node: nodes.CallBlock, scope: Scope, out: Out) -> None:
        caller = macro_function(self, node, scope, "caller")
        callee = self.evaluate(node.call.node, scope)
        arguments, keywords = self._arguments(node.call, scope)
        unknown = isinstance(callee, Undecided) or (isinstance(callee, Function) and not callee.known)
        if unknown and not self._is_inert(node):
            reason = self.call(callee, arguments, keywords)
            raise Undecidable(
                reason.reason if isinstance(reason, Undecided) else "an unknown macro is called"
            )
        self.line = node.lineno
        self._emit(self.call(callee, arguments, {**keywords, "caller": caller}), out)

    def _is_inert(self, node: nodes.Node) -> bool:
        """Whether leaving a statement out changes nothing but the text."""
        known = self._inert.get(id(node))
        if known is None:
            names = [
                call.node.name if isinstance(call.node, nodes.Name) else ""
                for call in node.find_all(nodes.Call)
            ]
            acts = any(node.find(kind) for kind in _ACTS)
            known = self._inert[id(node)] = not acts and _HARMLESS.issuperset(names)
        return known

    def _pass_over(self, node: nodes.If | nodes.For) -> None:
        """Keep what an inert statement may refer to, whichever way it goes."""
        for call in node.find_all(nodes.Call):
            kind = call.node.name if isinstance(call.node, nodes.Name) else ""
            if kind in ("ref", "source"):
                self.blind = True
                values = [part.value for part in call.args if isinstance(part, nodes.Const)]
                named = {
                    one.key: one.value.value for one in call.kwargs if isinstance(one.value, nodes.Const)
                }
                if (len(values), len(named)) == (len(call.args), len(call.kwargs)):
                    self.note_relation(kind, tuple(values), named)

    # -- names and macros ------------------------------------------------------------------------

    def lookup(self, name: str) -> object:
        """A name of dbt, a macro of the project, or one of its packages."""
        found = lookup(name, self)
        if found is not MISSING or self.context.place not in self.dialect.macros:
            return found
        macro = self._find_macro(f"{self.context.package}.{name}")
        if macro is MISSING:
            macro = self._find_macro(name)
        if macro is not MISSING:
            return macro
        prefix = f"{name}."
        if any(key.startswith(prefix) for key in self.context.macros):
            return PackageMacros(name, self._find_macro)
        if name in BUILTIN_MACROS or "__" in name:
            return unknown_function(name, f"what dbt's own macro `{name}` gives is not known here")
        return MISSING

    def _find_macro(self, name: str) -> object:
        if name not in self._macros:
            source = self.context.macros.get(name)
            self._macros[name] = MISSING if source is None else project_macro(self, source)
        return self._macros[name]

    def dispatched(self, name: str, namespace: str | None) -> object:
        """The implementation of a macro for the adapter, or the default one."""
        adapter = self.context.target.get("type")
        known = self.context.macros
        owner = f"{namespace}." if namespace else ""
        if adapter is None and any(
            key.endswith(f"__{name}") and not key.endswith(f"default__{name}") for key in known
        ):
            self.blind = True
            return unknown_function(name, "which adapter's macro is called is not known here")
        for candidate in (f"{adapter}__{name}", f"default__{name}"):
            for key in (f"{owner}{candidate}", candidate):
                if key in known:
                    return self._find_macro(key)
        return unknown_function(name, f"no macro `default__{name}` is known here")

    def render_nested(self, text: str) -> object:
        """A variable's text, rendered if it holds Jinja."""
        if not any(mark in text for mark in _MARKS):
            return text
        out: list[object] = []
        self.meter.enter()
        self.render_body(parsed(self.context, text, expression=False).body, Scope(), out)
        self.meter.leave()
        return self.join_text("", out)

    # -- what a model says -----------------------------------------------------------------------

    def note_config(self, arguments: Arguments, keywords: Keywords) -> None:
        """Keep the keys of an executed ``config()``."""
        line = self.line if self.entry_line is None else self.entry_line
        merged = dict(keywords)
        if arguments and not self.dialect.mixes_config_arguments and (keywords or len(arguments) > 1):
            raise InvalidConfigCall("config() takes keywords or one dict, not both", line)
        for argument in arguments:
            if isinstance(argument, Undecided):
                raise Undecidable(argument.reason)
            if not isinstance(argument, dict):
                raise InvalidConfigCall("config() takes a dict, if anything, before its keywords", line)
        if len(arguments) == 1:
            merged.update({str(key): value for key, value in arguments[0].items()})
        if any(isinstance(value, Undefined) for value in merged.values()):
            name = next(key for key, value in merged.items() if isinstance(value, Undefined))
            raise UndefinedName(f"the value of `{name}` in config() is not defined", line)
        self.configs.append(ExecutedConfig({key: plain(value, self) for key, value in merged.items()}, line))

    def note_relation(self, kind: str, arguments: Arguments, keywords: Keywords) -> None:
        """Keep an executed ``ref()`` or ``source()``."""
        self.relations.append(NotedRelation(kind, arguments, keywords))


def check_keywords(template: nodes.Template) -> None:
    """Refuse a keyword written twice in one call, as Jinja2 does for the whole text.

    Raises:
        JinjaSyntaxError: there is one.
    """
    for call in template.find_all(nodes.Call):
        names = [keyword.key for keyword in call.kwargs]
        for name in names:
            if names.count(name) > 1:
                raise JinjaSyntaxError(f"keyword argument repeated: {name}", call.lineno)


def _is_folded(node: nodes.Node, value: object) -> bool:
    """Whether Jinja2 computes an output before rendering, which makes text of it."""
    if isinstance(node, (nodes.Name, nodes.Call)) or node.find(nodes.Name) or node.find(nodes.Call):
        return False
    late = any(found.name in _LATE_FILTERS for found in node.find_all(nodes.Filter))
    return not late and type(value) in (bool, int, float, str, list, tuple, dict, type(None))
