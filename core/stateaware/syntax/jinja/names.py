"""What the names in a template mean, by the place where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from stateaware.syntax.jinja.clock import run_started_at
from stateaware.syntax.jinja.errors import RaisedError
from stateaware.syntax.jinja.functions import DATA_FUNCTIONS, UNSET, bind
from stateaware.syntax.jinja.modules import MODULES
from stateaware.syntax.jinja.objects import (
    MISSING,
    Arguments,
    Fields,
    Function,
    Keywords,
    Opaque,
    Relation,
    Target,
    Thing,
)
from stateaware.syntax.jinja.undecided import Undecidable, Undecided

if TYPE_CHECKING:
    from stateaware.syntax.jinja.machine import Machine


class MacroReturn(Exception):
    """``return(value)``."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


# -- control -----------------------------------------------------------------------------------------


def _return(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    raise MacroReturn(bind("return", "data", arguments, keywords)[0])


def _nothing(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    return ""


def _undefined(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    return machine.undefined("the result of a query")


def _raise(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    text = machine.to_text(arguments[0]) if arguments else ""
    if isinstance(text, Undecided):
        raise Undecidable(text.reason)
    raise RaisedError(str(text))


def unknown_function(name: str, reason: str) -> Function:
    """A function whose results are not known."""

    def run(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
        return Undecided(reason, f"{name}({arguments}{keywords})"[:200])

    return Function(name, run, takes_undecided=True, known=False)


# -- ref, source and the like ------------------------------------------------------------------------


def _relation(kind: str) -> Callable[[Machine, Arguments, Keywords], object]:
    def run(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
        machine.note_relation(kind, arguments, keywords)
        written = ", ".join(map(repr, arguments))
        return Relation(f"{kind}({written})", f"where {kind}({written}) is built is not known here")

    return run


def _config(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    machine.note_config(arguments, keywords)
    return ""


class _Config(Thing):
    """``config``: callable, and asked for values that only dbt's merging gives."""

    call = Function("config", _config, takes_undecided=True)

    def attribute(self, name: str, machine: Machine) -> object:
        """``get``, ``require`` and any other method."""
        if name in ("set", "persist_relation_docs", "persist_column_docs"):
            return Function(name, _nothing, takes_undecided=True)
        return unknown_function(
            f"config.{name}", f"what config.{name}() gives is known after dbt's own merging"
        )


class _Adapter(Thing):
    """``adapter``: ``dispatch`` finds macros, everything else asks the warehouse."""

    def attribute(self, name: str, machine: Machine) -> object:
        """A method of the adapter."""
        if name == "dispatch":
            return Function("dispatch", _dispatch)
        if name == "type":
            return Function("type", _adapter_type)
        if name in ("get_columns_in_relation", "get_missing_columns"):
            return Function(name, _no_columns, takes_undecided=True)
        return unknown_function(f"adapter.{name}", f"what adapter.{name}() gives is known to the warehouse")


def _no_columns(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    """What asking for columns gives while dbt parses, in both engines."""
    return []


def _adapter_type(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    known = machine.context.target.get("type")
    return Undecided("the adapter is not known", "adapter.type()") if known is None else known


def _dispatch(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    name, namespace = bind("dispatch", "macro_name macro_namespace", arguments, keywords)[:2]
    return machine.dispatched(str(name), None if namespace is UNSET else str(namespace))


class _Flags(Thing):
    """``flags``: options of the command line."""

    def attribute(self, name: str, machine: Machine) -> object:
        """One option."""
        return Undecided(f"flags.{name} depends on how dbt is called", f"flags.{name}")


class _Exceptions(Thing):
    """``exceptions``: raise an error, or warn."""

    def attribute(self, name: str, machine: Machine) -> object:
        """One of its functions."""
        return Function(name, _nothing if name.startswith("warn") else _raise, takes_undecided=True)


# -- tables ------------------------------------------------------------------------------------------

_COMMON: Final[dict[str, object]] = {
    **DATA_FUNCTIONS,
    "modules": MODULES,
    "flags": _Flags(),
    "return": Function("return", _return, takes_undecided=True),
    "log": Function("log", _nothing, takes_undecided=True),
    "print": Function("print", _nothing, takes_undecided=True),
}
_SQL: Final[dict[str, object]] = {
    "config": _Config(),
    "ref": Function("ref", _relation("ref"), takes_undecided=True),
    "source": Function("source", _relation("source"), takes_undecided=True),
    "metric": Function("metric", _relation("metric")),
    "function": Function("function", _relation("function")),
    "this": Relation("this", "where this model is built is not known here"),
    "model": Opaque("model", "the model's own entry in the manifest is not known here"),
    "graph": Opaque("graph", "the graph is not known here"),
    "api": Opaque("api", "the adapter's classes are not known here"),
    "adapter": _Adapter(),
    "is_incremental": Function("is_incremental", lambda *_: False),
    "run_query": Function("run_query", _undefined, takes_undecided=True),
    "get_columns_in_relation": Function("get_columns_in_relation", _no_columns, takes_undecided=True),
    "load_result": Function("load_result", _undefined, takes_undecided=True),
    "statement": Function("statement", _nothing, takes_undecided=True),
    "store_result": Function("store_result", _nothing, takes_undecided=True),
    "store_raw_result": Function("store_raw_result", _nothing, takes_undecided=True),
    "write": Function("write", _nothing, takes_undecided=True),
}
_SQL["builtins"] = Fields("builtins", {**_COMMON, **_SQL})
_ITERTOOLS: Final = Opaque("modules.itertools", "what modules.itertools gives is not known here")
_UNKNOWN: Final = {
    "dbt_version": "dbt's version is not known here",
    "invocation_id": "it is different in every run",
    "thread_id": "it is different in every run",
    "project_name": "the root project's name is not known here",
}
_UNKNOWN_IN_SQL: Final = frozenset(
    {
        "database", "schema", "node", "context", "selected_resources", "dbt_metadata_envs",
        "invocation_args_dict", "pre_hooks", "post_hooks", "sql", "sql_now", "compiled_code", "column", "env",
        "validation", "render", "try_or_compiler_error", "diff_of_two_dicts", "doc", "cycler", "joiner",
        "lipsum", "defer_relation", "context_macro_stack", "load_agate_table", "submit_python_job",
    }
)  # fmt: skip
"""Names that dbt defines and that are not modelled here."""


class BuiltinPackage(Thing):
    """``dbt``: the macros that come with dbt."""

    def attribute(self, name: str, machine: Machine) -> object:
        """A macro; those that do nothing while dbt parses are known."""
        known = _SQL.get(name)
        if isinstance(known, Function):
            return known
        return unknown_function(f"dbt.{name}", f"what dbt's own macro `{name}` gives is not known here")


def lookup(name: str, machine: Machine) -> object:
    """The meaning of a name that the template itself does not define; ``MISSING`` if dbt has none."""
    context = machine.context
    if name == "modules" and not machine.dialect.has_itertools:
        return Fields(name, {**MODULES.fields, "itertools": _ITERTOOLS})
    if name in _COMMON:
        return _COMMON[name]
    if name == "target":
        return Target({str(key): value for key, value in context.target.items()})
    if name == "execute":
        known = context.place == "sql" or machine.dialect.name == "fusion"
        return False if known else MISSING
    if name == "exceptions":
        return _Exceptions() if context.place == "sql" or machine.dialect.name == "fusion" else MISSING
    if name == "run_started_at":
        return run_started_at(machine)
    if name in _UNKNOWN:
        return Undecided(_UNKNOWN[name], name)
    if context.place != "sql":
        return MISSING
    if name in _SQL:
        return _SQL[name]
    if name == "dbt":
        return BuiltinPackage()
    if name in _UNKNOWN_IN_SQL:
        return Undecided(f"what `{name}` holds is not known here", name)
    return MISSING
