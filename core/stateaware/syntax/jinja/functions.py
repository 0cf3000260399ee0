"""The functions that only compute, and those that read variables."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from stateaware.syntax.jinja.errors import EvaluationError, MissingEnvVar, MissingVar, SecretEnvVar
from stateaware.syntax.jinja.objects import MISSING, Arguments, Function, Keywords, Namespace, Thing
from stateaware.syntax.jinja.undecided import Undecided

if TYPE_CHECKING:
    from stateaware.syntax.jinja.machine import Machine

_SECRETS: Final = "DBT_ENV_SECRET"
UNSET: Final = object()


def bind(function: str, parameters: str, arguments: Arguments, keywords: Keywords) -> list[Any]:
    """Arguments in the order of the parameters; ``UNSET`` for those not given."""
    names = parameters.split()
    bound: list[Any] = [*arguments, *[UNSET] * (len(names) - len(arguments))]
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
    name = str(bind("has_var", "var_name", arguments, keywords)[0])
    machine.context.reads.vars_read[name] = machine.context.vars.get(name)
    return name in machine.context.vars


def _var(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    name, default = bind("var", "var_name default", arguments, keywords)
    context = machine.context
    if name not in context.vars:
        context.reads.vars_read.setdefault(str(name), None)
        if default is UNSET:
            if context.place == "sql":
                return None  # while parsing, both engines let a model pass [jinja_sql_var_unset]
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
    name, default = bind("env_var", "var default", arguments, keywords)
    context = machine.context
    if not isinstance(name, str):
        raise EvaluationError("env_var() takes the name of a variable")
    if name.startswith(_SECRETS):
        raise SecretEnvVar(f"`{name}` is a secret, which dbt reads in profiles.yml and packages.yml only")
    value = context.env.get(name)
    context.reads.env_read[name] = value
    if value is not None:
        return value
    if default is not UNSET and default is not None:
        return default
    if context.missing_env == "unknown":
        return Undecided(f"the environment variable `{name}` is not set here", f"env_var({name})")
    raise MissingEnvVar(f"the environment variable `{name}` is not set and has no default")


# -- data --------------------------------------------------------------------------------------------


def _from_json(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    text, default = bind("fromjson", "string default", arguments, keywords)
    machine.meter.charge_text(len(text))
    try:
        return json.loads(text)
    except ValueError:
        if machine.dialect.tolerates_types:
            return Undecided(
                "what fromjson() makes of such a text is not known here", f"fromjson({text[:60]})"
            )
        return None if default is UNSET else default


def _to_json(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    value, default, sort_keys = bind("tojson", "value default sort_keys", arguments, keywords)
    if (textless := machine.textless(value)) is not None:
        return textless
    try:
        return json.dumps(value, sort_keys=sort_keys is True)
    except (ValueError, TypeError):
        return None if default is UNSET else default


def _from_yaml(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    import yaml

    from stateaware.syntax.jinja.yaml_text import load_yaml

    text, default = bind("fromyaml", "value default", arguments, keywords)
    machine.meter.charge_text(16 * len(text))
    try:
        return load_yaml(text, machine.dialect.yaml, machine.meter)
    except (AttributeError, ValueError, yaml.YAMLError):
        return None if default is UNSET else default


def _to_yaml(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    import yaml

    value, default, sort_keys = bind("toyaml", "value default sort_keys", arguments, keywords)
    if (textless := machine.textless(value)) is not None:
        return textless
    try:
        return yaml.safe_dump(value, sort_keys=sort_keys is True)
    except (ValueError, yaml.YAMLError):
        return None if default is UNSET else default


def _range(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    numbers = range(*arguments)
    machine.meter.charge(len(numbers))
    return list(numbers)


def _dict(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    return dict(*arguments, **keywords)


def _set(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    value, default = bind("set", "value default", arguments, keywords)
    try:
        return set(machine.iterate(value))
    except (TypeError, EvaluationError):
        return None if default is UNSET else default


def _zip(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    rows = [machine.iterate(value) for value in arguments]
    return list(zip(*rows, strict=False))


def _namespace(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    return Namespace(dict(*arguments, **keywords))


def _md5(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    return hashlib.md5(str(arguments[0]).encode(), usedforsecurity=False).hexdigest()


DATA_FUNCTIONS: Final[dict[str, object]] = {
    "var": _Var(),
    "env_var": Function("env_var", _env_var),
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
    "local_md5": Function("local_md5", _md5),
}
