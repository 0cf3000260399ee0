"""Filters and tests: Jinja's own where they are harmless, and dbt's additions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from types import GeneratorType
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Undefined
from jinja2.filters import FILTERS
from jinja2.tests import TESTS

from stateaware.syntax.jinja.errors import UnknownFilter
from stateaware.syntax.jinja.markers import BoolMarker, NativeMarker, NumberMarker, TextMarker
from stateaware.syntax.jinja.objects import Opaque, Relation
from stateaware.syntax.jinja.undecided import Undecidable, Undecided

if TYPE_CHECKING:
    from stateaware.syntax.jinja.machine import Machine
    from stateaware.syntax.jinja.objects import Arguments, Keywords

_PLAIN: Final = frozenset(
    {
        "abs", "batch", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float",
        "groupby", "int", "items", "last", "length", "list", "lower", "max", "min", "reverse", "round",
        "safe", "slice", "sort", "sum", "title", "trim", "unique", "upper", "wordcount", "attr",
    }
)  # fmt: skip
"""Jinja's own functions, called as they are: they take time and memory in proportion to their input."""
_UNREAD: Final = frozenset(
    {
        "filesizeformat", "forceescape", "pprint", "random", "striptags", "truncate", "urlencode", "urlize",
        "wordwrap", "xmlattr",
    }
)  # fmt: skip
"""Filters that exist but are not evaluated; no interval is made with them."""
_UNREAD_TESTS: Final = frozenset({"filter", "test", "callable", "escaped"})
_KNOWN_OF_OPAQUE: Final = frozenset({"defined", "undefined", "none", "string", "number", "boolean"})
_LONGEST_NUMBER: Final = 400


def apply_filter(machine: Machine, name: str, value: Any, arguments: Arguments, keywords: Keywords) -> object:
    """A filter's result.

    Raises:
        UnknownFilter: there is no filter of that name.
    """
    own = _OWN.get(name)
    if own is None and name not in _PLAIN and name not in _UNREAD:
        raise UnknownFilter(f"there is no filter `{name}`")
    undecided = machine.weigh_all(value, arguments, keywords)
    if isinstance(value, Opaque):
        undecided = Undecided(value.reason, value.name)
    if name in ("default", "d") and not isinstance(value, Undecided):
        return _default(machine, value, arguments, keywords)
    if undecided is not None:
        return undecided.derive(f"|{name}({arguments})")
    if name in _UNREAD:
        return Undecided(f"what the filter `{name}` gives is not computed here", f"|{name}")
    for argument in (*arguments, *keywords.values()):
        machine.meter.check_argument(argument)
    if own is not None:
        return own(machine, value, arguments, keywords)
    if name == "int" and isinstance(value, str) and len(value) > _LONGEST_NUMBER:
        raise Undecidable("rendering this reads a number that is too long")
    result = _call(machine, FILTERS[name], value, arguments, keywords)
    return bounded(machine, result) if isinstance(result, (GeneratorType, Iterable)) else result


def apply_test(machine: Machine, name: str, value: Any, arguments: Arguments) -> object:
    """A test's result, a bool or unknown.

    Raises:
        UnknownFilter: there is no test of that name.
    """
    if name not in TESTS:
        raise UnknownFilter(f"there is no test `{name}`")
    if name in ("defined", "undefined") and isinstance(value, Undecided):
        return Undecided(value.reason, f"{value.key} is {name}")
    undecided = machine.weigh_all(value, arguments, {})
    if undecided is not None:
        return undecided.derive(f" is {name}{arguments}")
    if isinstance(value, Opaque) and name not in _KNOWN_OF_OPAQUE:
        if isinstance(value, Relation) and name == "mapping":
            return True
        return Undecided(value.reason, f"{value.name} is {name}")
    if name in _UNREAD_TESTS:
        return Undecided(f"what the test `{name}` gives is not computed here", f"is {name}")
    return bool(_call(machine, TESTS[name], value, arguments, {}))


def bounded(machine: Machine, values: Any) -> object:
    """A list of what an iterator gives, paid for one by one; any other value as it is."""
    if isinstance(values, (str, list, tuple, dict, set, Undefined)):
        return values
    found = []
    for item in values:
        machine.meter.charge()
        found.append(item)
    return found


def _call(machine: Machine, function: Any, value: Any, arguments: Arguments, keywords: Keywords) -> Any:
    kind = getattr(getattr(function, "jinja_pass_arg", None), "name", "")
    if kind == "environment":
        return function(machine.environment, value, *arguments, **keywords)
    if kind == "eval_context":
        return function(machine.evaluation, value, *arguments, **keywords)
    return function(value, *arguments, **keywords)


# -- filters that differ from Jinja's, or would cost too much as they are -----------------------------


def _default(machine: Machine, value: Any, arguments: Arguments, keywords: Keywords) -> object:
    fallback = arguments[0] if arguments else keywords.get("default_value", "")
    boolean = arguments[1] if len(arguments) > 1 else keywords.get("boolean", False)
    if isinstance(value, Undefined) or (boolean and not value):
        return fallback
    return value


def _string(machine: Machine, value: Any, arguments: Arguments, keywords: Keywords) -> object:
    return machine.to_text(value)


def _join(machine: Machine, value: Any, arguments: Arguments, keywords: Keywords) -> object:
    separator = arguments[0] if arguments else keywords.get("d", "")
    attribute = arguments[1] if len(arguments) > 1 else keywords.get("attribute")
    items = machine.iterate(value)
    if attribute is not None:
        items = [machine.item(item, attribute) for item in items]
    return machine.join_text(str(separator), items)


def _replace(machine: Machine, value: Any, arguments: Arguments, keywords: Keywords) -> object:
    text = str(value)
    old, new = str(arguments[0]), str(arguments[1])
    machine.meter.charge_text(len(text) + text.count(old) * len(new))
    return text.replace(old, new, *arguments[2:3])


def _center(machine: Machine, value: Any, arguments: Arguments, keywords: Keywords) -> object:
    return str(value).center(*arguments, **keywords)


def _indent(machine: Machine, value: Any, arguments: Arguments, keywords: Keywords) -> object:
    text = str(value)
    width = arguments[0] if arguments else keywords.get("width", 4)
    each = len(width) if isinstance(width, str) else int(width)
    machine.meter.charge_text(len(text) + (1 + text.count("\n")) * each)
    return _call(machine, FILTERS["indent"], text, arguments, keywords)


def _format(machine: Machine, value: Any, arguments: Arguments, keywords: Keywords) -> object:
    template = str(value)
    machine.meter.check_format(template)
    return template % (keywords or arguments)


def _to_json(machine: Machine, value: Any, arguments: Arguments, keywords: Keywords) -> object:
    if (textless := machine.textless(value)) is not None:
        return textless
    return json.dumps(value, indent=keywords.get("indent"), sort_keys=machine.dialect.name == "core")


def _map(machine: Machine, value: Any, arguments: Arguments, keywords: Keywords) -> object:
    items = machine.iterate(value) if value else []
    if not arguments:
        attribute, fallback = keywords["attribute"], keywords.get("default")
        found = [machine.item_path(item, attribute) for item in items]
        return [fallback if isinstance(item, Undefined) and "default" in keywords else item for item in found]
    name, *rest = arguments
    return [apply_filter(machine, str(name), item, tuple(rest), keywords) for item in items]


def _choose(by_attribute: bool, wanted: bool) -> Callable[..., object]:
    def choose(machine: Machine, value: Any, arguments: Arguments, keywords: Keywords) -> object:
        items = machine.iterate(value) if value else []
        rest = list(arguments)
        attribute = rest.pop(0) if by_attribute else None
        test = rest.pop(0) if rest else None
        kept = []
        for item in items:
            subject = item if attribute is None else machine.item_path(item, attribute)
            passed = subject if test is None else apply_test(machine, str(test), subject, tuple(rest))
            if machine.truth(passed) is wanted:
                kept.append(item)
        return kept

    return choose


def _marked(marker: type[str]) -> Callable[..., object]:
    def mark(machine: Machine, value: Any, arguments: Arguments, keywords: Keywords) -> object:
        if machine.native_markers:
            return marker(machine.to_text(value))
        return _FUSION_MARKS[marker](machine, value) if machine.dialect.name == "fusion" else value

    return mark


def _as_text(machine: Machine, value: Any) -> object:
    return machine.to_text(value)


def _as_number(machine: Machine, value: Any) -> object:
    if isinstance(value, str) and len(value) < _LONGEST_NUMBER:
        try:
            return int(value)
        except ValueError:
            return value
    return value


def _as_bool(machine: Machine, value: Any) -> object:
    return {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) else value


def _as_native(machine: Machine, value: Any) -> object:
    return value


_FUSION_MARKS: Final[dict[type[str], Callable[[Machine, Any], object]]] = {
    TextMarker: _as_text,
    NumberMarker: _as_number,
    BoolMarker: _as_bool,
    NativeMarker: _as_native,
}


def _is_list(machine: Machine, value: Any, arguments: Arguments, keywords: Keywords) -> object:
    return isinstance(value, list)


_OWN: Final[dict[str, Callable[[Machine, Any, Arguments, Keywords], object]]] = {
    "string": _string,
    "join": _join,
    "replace": _replace,
    "center": _center,
    "indent": _indent,
    "format": _format,
    "tojson": _to_json,
    "map": _map,
    "select": _choose(False, True),
    "reject": _choose(False, False),
    "selectattr": _choose(True, True),
    "rejectattr": _choose(True, False),
    "as_text": _marked(TextMarker),
    "as_bool": _marked(BoolMarker),
    "as_number": _marked(NumberMarker),
    "as_native": _marked(NativeMarker),
    "is_list": _is_list,
}
