"""Evaluates expressions: a walk over Jinja2's syntax tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from jinja2 import Undefined, nodes
from jinja2.exceptions import TemplateError, UndefinedError

from stateaware.syntax.jinja.errors import EvaluationError, JinjaError, UndefinedName, UnknownFunction
from stateaware.syntax.jinja.filters import apply_filter, apply_test
from stateaware.syntax.jinja.machine import PYTHON_ERRORS, Machine, undefined_name
from stateaware.syntax.jinja.objects import MISSING, Arguments, Fields, Function, Keywords, Opaque, Thing
from stateaware.syntax.jinja.scope import Scope
from stateaware.syntax.jinja.undecided import LimitExceeded, Undecided

_SIGNS: Final[dict[type, str]] = {
    nodes.Add: "+",
    nodes.Sub: "-",
    nodes.Mul: "*",
    nodes.Div: "/",
    nodes.FloorDiv: "//",
    nodes.Mod: "%",
    nodes.Pow: "**",
}


class Evaluator(Machine):
    """Evaluates expression nodes in a scope."""

    line = 1
    """The line of the call that is being made."""

    def evaluate(self, node: nodes.Node, scope: Scope) -> Any:
        """The value of an expression.

        Raises:
            JinjaError: dbt could not evaluate it either.
            Undecidable: what it gives is not known.
        """
        self.meter.charge()
        kind = type(node)
        sign = _SIGNS.get(kind)
        if sign is not None:
            return self.binary(sign, self.evaluate(node.left, scope), self.evaluate(node.right, scope))  # type: ignore[attr-defined]
        method = _METHODS.get(kind)
        if method is None:
            raise LimitExceeded(f"an expression of the kind {kind.__name__} is not evaluated here")
        return method(self, node, scope)

    def lookup(self, name: str) -> object:
        """A name that the template does not define, or ``MISSING``."""
        return MISSING

    # -- leaves and containers -------------------------------------------------------------------

    def _const(self, node: nodes.Const, scope: Scope) -> object:
        return node.value

    def _text(self, node: nodes.TemplateData, scope: Scope) -> object:
        return node.data

    def _name(self, node: nodes.Name, scope: Scope) -> object:
        value = scope.get(node.name)
        if value is MISSING:
            value = self.lookup(node.name)
        return self.undefined(node.name) if value is MISSING else value

    def _list(self, node: nodes.List, scope: Scope) -> object:
        return [self.evaluate(item, scope) for item in node.items]

    def _tuple(self, node: nodes.Tuple, scope: Scope) -> object:
        value = tuple(self.evaluate(item, scope) for item in node.items)
        self.meter.weigh(value)
        return value

    def _dict(self, node: nodes.Dict, scope: Scope) -> object:
        value = {}
        for pair in node.items:
            key = self.evaluate(pair.key, scope)
            if isinstance(key, Undefined):
                key = None
            try:
                value[key] = self.evaluate(pair.value, scope)
            except TypeError as error:
                raise EvaluationError(str(error)) from None
        return value

    # -- operators -------------------------------------------------------------------------------

    def _neg(self, node: nodes.Neg, scope: Scope) -> object:
        return self.negate(self.evaluate(node.node, scope), "-")

    def _pos(self, node: nodes.Pos, scope: Scope) -> object:
        return self.negate(self.evaluate(node.node, scope), "+")

    def _not(self, node: nodes.Not, scope: Scope) -> object:
        value = self.evaluate(node.node, scope)
        return value.derive(" not") if isinstance(value, Undecided) else not self.truth(value)

    def _and(self, node: nodes.And, scope: Scope) -> object:
        left = self.evaluate(node.left, scope)
        return self.evaluate(node.right, scope) if self.truth(left) else left

    def _or(self, node: nodes.Or, scope: Scope) -> object:
        left = self.evaluate(node.left, scope)
        return left if self.truth(left) else self.evaluate(node.right, scope)

    def _compare(self, node: nodes.Compare, scope: Scope) -> object:
        left = self.evaluate(node.expr, scope)
        result: object = True
        for operand in node.ops:
            right = self.evaluate(operand.expr, scope)
            result = self.compare(operand.op, left, right)
            if len(node.ops) > 1 and not self.truth(result):
                return False
            left = right
        return result

    def _concat(self, node: nodes.Concat, scope: Scope) -> object:
        return self.join_text("", [self.evaluate(part, scope) for part in node.nodes])

    def _conditional(self, node: nodes.CondExpr, scope: Scope) -> object:
        if self.truth(self.evaluate(node.test, scope)):
            return self.evaluate(node.expr1, scope)
        return (
            self.undefined("the inline if without else")
            if node.expr2 is None
            else self.evaluate(node.expr2, scope)
        )

    # -- access, filters, tests ------------------------------------------------------------------

    def _attribute(self, node: nodes.Getattr, scope: Scope) -> object:
        return self.attribute(self.evaluate(node.node, scope), node.attr)

    def _item(self, node: nodes.Getitem, scope: Scope) -> object:
        value = self.evaluate(node.node, scope)
        if not isinstance(node.arg, nodes.Slice):
            return self.item(value, self.evaluate(node.arg, scope))
        parts = (node.arg.start, node.arg.stop, node.arg.step)
        bounds = [None if part is None else self.evaluate(part, scope) for part in parts]
        for part in (value, *bounds):
            if isinstance(part, Undecided):
                return part.derive("[:]")
        if isinstance(value, Undefined):
            return self.refuse(value)
        return self.guarded(lambda: self._sliced(value, slice(*bounds)))

    def _sliced(self, value: Any, part: slice) -> object:
        self.meter.charge(1 + len(value) // 8)
        return value[part]

    def _filter(self, node: nodes.Filter, scope: Scope) -> object:
        if node.node is None:
            raise LimitExceeded("a filter stands without a value")
        value = self.evaluate(node.node, scope)
        return self.filtered(node, value, scope)

    def filtered(self, node: nodes.Filter, value: object, scope: Scope) -> object:
        """A value after one filter."""
        arguments, keywords = self._arguments(node, scope)
        return self.tried(lambda: apply_filter(self, node.name, value, arguments, keywords), node.name)

    def _test(self, node: nodes.Test, scope: Scope) -> object:
        value = self.evaluate(node.node, scope)
        arguments, _ = self._arguments(node, scope)
        return self.tried(lambda: apply_test(self, node.name, value, arguments), node.name)

    # -- calls -----------------------------------------------------------------------------------

    def _call(self, node: nodes.Call, scope: Scope) -> object:
        if isinstance(node.node, nodes.Getattr):
            owner = self.evaluate(node.node.node, scope)
            callee = self.attribute(owner, node.node.attr)
            if isinstance(owner, Undefined) and self.lenient:
                return self._call_of_undefined(node, owner, scope)
        else:
            callee = self.evaluate(node.node, scope)
        arguments, keywords = self._arguments(node, scope)
        self.line = node.lineno
        return self.call(callee, arguments, keywords)

    def _call_of_undefined(self, node: nodes.Call, owner: Undefined, scope: Scope) -> object:
        """``name.function()`` where there is no ``name``: perhaps a package that is not installed."""
        self._arguments(node, scope)
        if isinstance(node.node, nodes.Getattr) and isinstance(node.node.node, nodes.Name):
            name = node.node.node.name
            if scope.get(name) is MISSING and self.context.place in self.dialect.macros:
                reason = f"no package `{name}` is installed here"
                return Undecided(reason, f"{name}.{node.node.attr}")
        return owner

    def call(self, callee: Any, arguments: Arguments, keywords: Keywords) -> object:
        """The result of a call."""
        self.meter.charge()
        if isinstance(callee, Undecided):
            return callee.derive(f"({arguments}{keywords})"[:100])
        if isinstance(callee, Undefined):
            if self.context.place in self.dialect.unknown_function_fails:
                raise UnknownFunction(f"there is no function or macro `{undefined_name(callee)}`", self.line)
            return callee
        if isinstance(callee, Opaque):
            return Undecided(callee.reason, f"{callee.name}({arguments})"[:100])
        function = callee.function if isinstance(callee, Fields) else callee
        if isinstance(function, Thing):
            function = function.call
        if not isinstance(function, Function):
            raise EvaluationError(f"a value of type {type(callee).__name__} is no function", self.line)
        undecided = self.weigh_all(None, arguments, keywords)
        if undecided is not None and not function.takes_undecided:
            return undecided.derive(f"{function.name}()")
        result = self.guarded(lambda: function.run(self, arguments, keywords))
        self.meter.weigh(result)
        return result

    def _arguments(
        self, node: nodes.Call | nodes.Filter | nodes.Test, scope: Scope
    ) -> tuple[Arguments, Keywords]:
        arguments = [self.evaluate(argument, scope) for argument in node.args]
        if node.dyn_args is not None:
            arguments += self.iterate(self.evaluate(node.dyn_args, scope))
        keywords = {str(keyword.key): self.evaluate(keyword.value, scope) for keyword in node.kwargs}
        if node.dyn_kwargs is not None:
            unpacked = self.evaluate(node.dyn_kwargs, scope)
            if isinstance(unpacked, (Undecided, Opaque)):
                self.iterate(unpacked)
            if not isinstance(unpacked, dict) or not all(isinstance(key, str) for key in unpacked):
                raise EvaluationError("`**` needs a dict whose keys are text", node.lineno)
            keywords.update(unpacked)
        return tuple(arguments), keywords

    def tried(self, action: Callable[[], Any], name: str) -> Any:
        """Run a filter or test; where the dialect takes more types than Python, a failure is unknown."""
        try:
            return self.guarded(action)
        except EvaluationError:
            if not self.dialect.tolerates_types:
                raise
            return Undecided(f"what `{name}` makes of such a value is not known here", f"{name}?")

    def guarded(self, action: Callable[[], Any]) -> Any:
        """Run something that works on values of any type."""
        try:
            return action()
        except JinjaError:
            raise
        except UndefinedError as error:
            raise UndefinedName(error.message or "a value is not defined", self.line) from None
        except TemplateError as error:
            raise EvaluationError(error.message or "this cannot be evaluated", self.line) from None
        except RecursionError:
            raise LimitExceeded("this is nested too deeply to be rendered") from None
        except PYTHON_ERRORS as error:
            raise EvaluationError(str(error) or type(error).__name__, self.line) from None


_Method: TypeAlias = Callable[[Evaluator, Any, Scope], Any]
_METHODS: Final[dict[type, _Method]] = {
    nodes.Const: Evaluator._const,
    nodes.TemplateData: Evaluator._text,
    nodes.Name: Evaluator._name,
    nodes.List: Evaluator._list,
    nodes.Tuple: Evaluator._tuple,
    nodes.Dict: Evaluator._dict,
    nodes.Neg: Evaluator._neg,
    nodes.Pos: Evaluator._pos,
    nodes.Not: Evaluator._not,
    nodes.And: Evaluator._and,
    nodes.Or: Evaluator._or,
    nodes.Compare: Evaluator._compare,
    nodes.Concat: Evaluator._concat,
    nodes.CondExpr: Evaluator._conditional,
    nodes.Getattr: Evaluator._attribute,
    nodes.Getitem: Evaluator._item,
    nodes.Filter: Evaluator._filter,
    nodes.Test: Evaluator._test,
    nodes.Call: Evaluator._call,
}
