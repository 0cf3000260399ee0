"""What the names in a template mean, by the place where it stands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from stateaware.syntax.jinja.clock import run_started_at
from stateaware.syntax.jinja.errors import (
    EvaluationError,
    MissingEnvVar,
    MissingVar,
    RaisedError,
    SecretEnvVar,
)
from stateaware.syntax.jinja.modules import MODULES
from stateaware.syntax.jinja.objects import (
    MISSING,
    Arguments,
    Fields,
    Function,
    Keywords,
    Namespace,
    Opaque,
    Relation,
    Target,
    Thing,
)
from stateaware.syntax.jinja.undecided import Undecidable, Undecided

if TYPE_CHECKING:
    from stateaware.syntax.jinja.machine import Machine

_SECRETS: Final = "DBT_ENV_SECRET"
_UNSET: Final = object()


class MacroReturn(Exception):
    """``return(value)``."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


def _bind(function: str, parameters: str, arguments: Arguments, keywords: Keywords) -> list[Any]:
    """Arguments in the order of the parameters; ``_UNSET`` for those not given."""
    names = parameters.split()
    bound: list[Any] = [*arguments, *[_UNSET] * (len(names) - len(arguments))]
    if len(arguments) > len(names):
        raise EvaluationError(f"{function}() takes {len(names)} arguments, not {len(arguments)}")
    for name, value in keywords.items():
        if name not in names or names.index(name) < len(arguments):
            raise EvaluationError(f"{function}() does not take `{name}` here")
        bound[names.index(name)] = value
    return bound


# -- var and env_var ---------------------------------------------------------------------------------


class _Var(Thing):
    """``var``: callable, with ``has_var``."""

    call = Function("var", lambda machine, arguments, keywords: _var(machine, arguments, keywords))

    def attribute(self, name: str, machine: Machine) -> object:
        """``has_var`` is all there is."""
        return Function("has_var", _has_var) if name == "has_var" else MISSING


def _has_var(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    name = str(_bind("has_var", "var_name", arguments, keywords)[0])
    machine.context.reads.vars_read[name] = machine.context.vars.get(name)
    return name in machine.context.vars


def _var(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    name, default = _bind("var", "var_name default", arguments, keywords)
    context = machine.context
    if name not in context.vars:
        context.reads.vars_read.setdefault(str(name), None)
        if default is _UNSET:
            raise MissingVar(f"the variable `{name}` is not set and has no default")
        return default
    value = context.vars[name]
    context.reads.vars_read[name] = value
    machine.meter.weigh(value)
    return machine.render_nested(value) if isinstance(value, str) else _copy(value)


def _copy(value: object) -> object:
    """Fresh containers, so that a template that changes one changes nothing of the caller's."""
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_copy(item) for item in value]
    return value


def _env_var(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    name, default = _bind("env_var", "var default", arguments, keywords)
    context = machine.context
    if not isinstance(name, str):
        raise EvaluationError("env_var() takes the name of a variable")
    if name.startswith(_SECRETS):
        raise SecretEnvVar(f"`{name}` is a secret, which dbt reads in profiles.yml and packages.yml only")
    value = context.env.get(name)
    context.reads.env_read[name] = value
    if value is not None:
        return value
    if default is not _UNSET and default is not None:
        return default
    if context.missing_env == "unknown":
        return Undecided(f"the environment variable `{name}` is not set here", f"env_var({name})")
    raise MissingEnvVar(f"the environment variable `{name}` is not set and has no default")


# -- data --------------------------------------------------------------------------------------------


def _from_json(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    text, default = _bind("fromjson", "string default", arguments, keywords)
    machine.meter.charge_text(len(text))
    try:
        return json.loads(text)
    except ValueError:
        if machine.dialect.tolerates_types:
            return Undecided(
                "what fromjson() makes of such a text is not known here", f"fromjson({text[:60]})"
            )
        return None if default is _UNSET else default


def _to_json(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    value, default, sort_keys = _bind("tojson", "value default sort_keys", arguments, keywords)
    if (textless := machine.textless(value)) is not None:
        return textless
    try:
        return json.dumps(value, sort_keys=sort_keys is True)
    except (ValueError, TypeError):
        return None if default is _UNSET else default


def _from_yaml(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    import yaml

    from stateaware.syntax.jinja.yaml_text import load_yaml

    text, default = _bind("fromyaml", "value default", arguments, keywords)
    machine.meter.charge_text(16 * len(text))
    try:
        return load_yaml(text, machine.dialect.yaml, machine.meter)
    except (AttributeError, ValueError, yaml.YAMLError):
        return None if default is _UNSET else default


def _to_yaml(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    import yaml

    value, default, sort_keys = _bind("toyaml", "value default sort_keys", arguments, keywords)
    if (textless := machine.textless(value)) is not None:
        return textless
    try:
        return yaml.safe_dump(value, sort_keys=sort_keys is True)
    except (ValueError, yaml.YAMLError):
        return None if default is _UNSET else default


def _range(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    numbers = range(*arguments)
    machine.meter.charge(len(numbers))
    return list(numbers)


def _dict(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    return dict(*arguments, **keywords)


def _set(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    value, default = _bind("set", "value default", arguments, keywords)
    try:
        return set(machine.iterate(value))
    except (TypeError, EvaluationError):
        return None if default is _UNSET else default


def _zip(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    rows = [machine.iterate(value) for value in arguments]
    return list(zip(*rows, strict=False))


def _namespace(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    return Namespace(dict(*arguments, **keywords))


def _md5(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    return hashlib.md5(str(arguments[0]).encode(), usedforsecurity=False).hexdigest()


# -- control -----------------------------------------------------------------------------------------


def _return(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    raise MacroReturn(_bind("return", "data", arguments, keywords)[0])


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
    name, namespace = _bind("dispatch", "macro_name macro_namespace", arguments, keywords)[:2]
    return machine.dispatched(str(name), None if namespace is _UNSET else str(namespace))


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
    "var": _Var(),
    "env_var": Function("env_var", _env_var),
    "modules": MODULES,
    "flags": _Flags(),
    "return": Function("return", _return, takes_undecided=True),
    "fromjson": Function("fromjson", _from_json),
    "tojson": Function("tojson", _to_json),
    "fromyaml": Function("fromyaml", _from_yaml),
    "toyaml": Function("toyaml", _to_yaml),
    "set": Function("set", _set),
    "set_strict": Function("set_strict", _set),
    "zip": Function("zip", _zip),
    "zip_strict": Function("zip_strict", _zip),
    "range": Function("range", _range),
    "dict": Function("dict", _dict, takes_undecided=True),
    "namespace": Function("namespace", _namespace, takes_undecided=True),
    "log": Function("log", _nothing, takes_undecided=True),
    "print": Function("print", _nothing, takes_undecided=True),
    "local_md5": Function("local_md5", _md5),
}
_SQL: Final[dict[str, object]] = {
    "config": _Config(),
    "ref": Function("ref", _relation("ref")),
    "source": Function("source", _relation("source")),
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
