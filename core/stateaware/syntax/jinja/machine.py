"""What can be done with values: operators, attributes, text, truth.

Nothing of Python is reachable from a template: it has the operators, filters, methods and names
that this package lists, and pays for each step. A value that is not known runs through all of them;
a condition on one is decided both ways, see ``undecided``.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from types import GeneratorType
from typing import Any, Final

from jinja2 import ChainableUndefined, Undefined, nodes
from jinja2.exceptions import UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from stateaware.syntax.jinja.clock import TIME_TYPES
from stateaware.syntax.jinja.context import JinjaContext
from stateaware.syntax.jinja.dialect import DIALECTS, Dialect
from stateaware.syntax.jinja.errors import EvaluationError, UndefinedName, UndefinedOperand
from stateaware.syntax.jinja.grammar import environment
from stateaware.syntax.jinja.limits import Meter
from stateaware.syntax.jinja.methods import find_method
from stateaware.syntax.jinja.objects import MISSING, Arguments, Function, Keywords, Opaque, Thing
from stateaware.syntax.jinja.undecided import Decisions, Undecidable, Undecided

_OPERATORS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}
_COMPARISONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
    "in": lambda left, right: left in right,
    "notin": lambda left, right: left not in right,
}
PYTHON_ERRORS: Final = (
    TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError, RuntimeError,
)  # fmt: skip
"""What an operation on values may raise; a mistake of the template."""


class Machine:
    """The values of one run, the budget that it shares with the other runs, and its inputs."""

    def __init__(self, context: JinjaContext, meter: Meter, decisions: Decisions) -> None:
        self.context = context
        self.meter = meter
        self.decisions = decisions
        self.dialect: Dialect = DIALECTS[context.dialect]
        self.environment: SandboxedEnvironment = environment()
        self.evaluation = nodes.EvalContext(self.environment)
        self.lenient = context.place in self.dialect.lenient
        self.native_markers = False

    # -- undefined and undecided -----------------------------------------------------------------

    def undefined(self, name: str) -> Undefined:
        """What a missing name, attribute or item is."""
        return ChainableUndefined(name=name) if self.lenient else Undefined(name=name)

    def refuse(self, value: Undefined) -> Undefined:
        """The result of an operation on an undefined value."""
        if self.dialect.undefined_is_null:
            return value
        raise UndefinedName(f"`{undefined_name(value)}` is not defined")

    def truth(self, value: object) -> bool:
        """Whether a value counts as true; an undecided one counts as the run decides."""
        if isinstance(value, Undecided):
            return self.decisions.decide(value)
        return True if isinstance(value, (Thing, Function)) else bool(value)

    def weigh_all(self, value: object, arguments: Arguments, keywords: Keywords) -> Undecided | None:
        """Pay for a value and arguments; some undecided part of them."""
        undecided = self.meter.weigh(value)
        for argument in (*arguments, *keywords.values()):
            undecided = undecided or self.meter.weigh(argument)
        return undecided

    # -- text and iteration ----------------------------------------------------------------------

    def to_text(self, value: object) -> str | Undecided:
        """A value as it is written into text."""
        if isinstance(value, str):
            self.meter.charge_text(len(value))
            return str(value)
        undecided = self.meter.weigh(value) or textless(value)
        if undecided is not None:
            return undecided.derive("~")
        try:
            text = str(value)
        except PYTHON_ERRORS as error:
            raise EvaluationError(str(error)) from None
        self.meter.charge_text(len(text))
        return text

    def textless(self, value: object) -> Undecided | None:
        """Why a value has no text that is known here, if it has none."""
        return textless(value)

    def join_text(self, separator: str, values: object) -> str | Undecided:
        """The texts of several values in a row."""
        texts = []
        length = 0
        for value in self.iterate(values):
            text = self.to_text(value)
            if isinstance(text, Undecided):
                return text
            length += len(text) + len(separator)
            texts.append(text)
        self.meter.charge_text(length)
        return separator.join(texts)

    def iterate(self, value: object) -> list[Any]:
        """The items of a value.

        Raises:
            Undecidable: it is not known what they are.
            EvaluationError: it has none.
        """
        if isinstance(value, Undecided):
            raise Undecidable(value.reason)
        if isinstance(value, Opaque):
            raise Undecidable(value.reason)
        if isinstance(value, Undefined) or (value is None and self.dialect.tolerates_types):
            return []
        if isinstance(value, (str, list, tuple, dict, set, GeneratorType)) and isinstance(value, Iterable):
            items = list(value)
            self.meter.charge(len(items))
            return items
        raise EvaluationError(f"a value of type {type(value).__name__} has no items")

    # -- operators -------------------------------------------------------------------------------

    def binary(self, sign: str, left: Any, right: Any) -> object:
        """``left sign right``."""
        for one in (left, right):
            if isinstance(one, Undecided):
                return one.derive(f" {sign} {_key(left)} {_key(right)}")
        for one in (left, right):
            if isinstance(one, Undefined) and self.dialect.undefined_is_null:
                return one
        self.meter.check_operation(sign, left, right)
        if sign == "%" and isinstance(left, str) and (undecided := self.meter.weigh(right)):
            return undecided.derive("%")
        try:
            result = _OPERATORS[sign](left, right)
        except ZeroDivisionError:
            if self.dialect.undefined_is_null:
                return self.undefined("a division by zero")
            raise EvaluationError("division by zero") from None
        except UndefinedError as error:
            raise UndefinedOperand(str(error)) from None
        except PYTHON_ERRORS as error:
            raise EvaluationError(str(error)) from None
        if isinstance(result, (int, str)):
            self.meter.weigh(result)
        return result

    def compare(self, how: str, left: Any, right: Any) -> object:
        """A comparison: a bool, or unknown."""
        undecided = self.meter.weigh(left) or self.meter.weigh(right)
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Opaque) and other is not None:
                undecided = undecided or Undecided(one.reason, one.name)
        if undecided is not None:
            return undecided.derive(f" {how} {_key(left)} {_key(right)}")
        if how in ("lt", "lteq", "gt", "gteq"):
            for one in (left, right):
                if isinstance(one, Undefined) and self.dialect.tolerates_types:
                    return self._mixed(how, left, right)
        try:
            return bool(_COMPARISONS[how](left, right))
        except (*PYTHON_ERRORS, UndefinedError) as error:
            if self.dialect.tolerates_types:
                return self._mixed(how, left, right)
            failure = UndefinedOperand if isinstance(error, UndefinedError) else EvaluationError
            raise failure(str(error)) from None

    def _mixed(self, how: str, left: object, right: object) -> Undecided:
        return Undecided("values of different types are compared", f"{how} {_key(left)} {_key(right)}")

    def negate(self, value: Any, sign: str) -> object:
        """``-value`` or ``+value``."""
        if isinstance(value, Undecided):
            return value.derive(sign)
        if isinstance(value, Undefined):
            return self.refuse(value)
        if not isinstance(value, (int, float)):
            raise EvaluationError(f"a value of type {type(value).__name__} has no sign")
        return -value if sign == "-" else +value

    # -- attributes and items --------------------------------------------------------------------

    def attribute(self, value: Any, name: str) -> object:
        """``value.name``; undefined if there is none."""
        if isinstance(value, Undecided):
            return value.derive(f".{name}")
        if isinstance(value, Undefined):
            return value if self.lenient else self.refuse(value)
        found: object = MISSING
        if isinstance(value, Thing):
            found = value.attribute(name, self)
        elif name[:1] != "_":
            found = find_method(value, name)
            if found is MISSING and isinstance(value, tuple) and name in getattr(value, "_fields", ()):
                found = getattr(value, name)
        if found is MISSING and isinstance(value, dict):
            found = value.get(name, MISSING)
        return self.undefined(name) if found is MISSING else found

    def item(self, value: Any, key: Any) -> object:
        """``value[key]``; undefined if there is none."""
        undecided = value if isinstance(value, Undecided) else self.meter.weigh(key)
        if undecided is not None:
            return undecided.derive(f"[{_key(key)}]")
        if isinstance(value, Undefined):
            return value if self.lenient else self.refuse(value)
        if isinstance(value, (dict, list, tuple, str)):
            try:
                return value[key]
            except (LookupError, TypeError):
                pass
        if isinstance(key, str):
            return self.attribute(value, key)
        return self.undefined(str(key))

    def item_path(self, value: Any, path: object) -> object:
        """``value.a.0.b`` for ``"a.0.b"``, as filters take attributes."""
        if not isinstance(path, str):
            return self.item(value, path)
        for part in path.split("."):
            value = self.item(value, int(part) if part.isdecimal() else part)
        return value

    # -- what a run notes and asks for; the renderer does it ---------------------------------------

    def note_config(self, arguments: Arguments, keywords: Keywords) -> None:
        """A ``config()`` call is executed."""

    def note_relation(self, kind: str, arguments: Arguments, keywords: Keywords) -> None:
        """A ``ref()`` or ``source()`` is executed."""

    def dispatched(self, name: str, namespace: str | None) -> object:
        """The macro that ``adapter.dispatch()`` finds."""
        return Undecided("macros are not known here", f"dispatch({name})")

    def render_nested(self, text: str) -> object:
        """A text that may hold Jinja itself, rendered: the value of a variable."""
        return text


def undefined_name(value: Undefined) -> str:
    """What is undefined."""
    return str(getattr(value, "_undefined_name", None) or "a value")


def _key(value: object) -> str:
    if isinstance(value, Undecided):
        return value.key
    if isinstance(value, (str, int, float, type(None))):
        return repr(value)[:60]
    return f"{type(value).__name__}:{id(value)}"


def textless(value: object) -> Undecided | None:
    """The reason why a value has no text: some part of it is a thing of dbt or a function."""
    pending = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, Opaque):
            return Undecided(current.reason, current.name)
        if isinstance(current, dict):
            pending.extend((*current.keys(), *current.values()))
        elif isinstance(current, (list, tuple, set)):
            pending.extend(current)
        elif not isinstance(current, (str, int, float, type(None), Undefined, *TIME_TYPES)):
            return Undecided("the text of an object is not known here", "object")
    return None
