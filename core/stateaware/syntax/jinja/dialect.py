"""Where dbt v2's Jinja (minijinja) and dbt Core's (Jinja2) differ, as data. Observed by running both."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from stateaware.records import dataclass
from stateaware.syntax.scalars import YamlVersion

DialectName: TypeAlias = Literal["fusion", "core"]
Place: TypeAlias = Literal["project", "properties", "sql"]
"""dbt_project.yml, a properties file, or a model's code (macros included)."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One engine's rules."""

    name: DialectName
    lone_expression_typed: bool
    """A YAML text that is exactly ``{{ expression }}`` has that expression's type, any other is text.
    Otherwise a text of a single part has the part's type, and constants are text."""
    lenient: frozenset[Place]
    """Where attributes and items of undefined values are undefined instead of errors."""
    undefined_is_null: bool
    """An undefined result is null; operators on undefined values, and divisions by zero, are undefined."""
    unknown_function_fails: frozenset[Place]
    """Where calling an undefined name is an error rather than undefined."""
    macros: frozenset[Place]
    """Where the project's macros can be called."""
    mixes_config_arguments: bool
    """``config({...}, key=value)`` is allowed; the positional dict wins."""
    repeated_keyword_wins: bool
    """Of a keyword written twice the last counts; otherwise it is a syntax error."""
    tolerates_types: bool
    """Filters, tests and comparisons take values of odd types, and loops take null."""
    return_ends_template: bool
    """``return()`` outside of a macro ends the template; otherwise it is an error."""
    has_itertools: bool
    """``modules.itertools`` does what Python's does."""
    yaml: YamlVersion
    """What ``fromyaml()`` reads."""


FUSION: Final = Dialect(
    name="fusion",
    lone_expression_typed=True,
    lenient=frozenset({"project", "properties", "sql"}),
    undefined_is_null=True,
    unknown_function_fails=frozenset({"project", "properties", "sql"}),
    macros=frozenset({"properties", "sql"}),
    mixes_config_arguments=True,
    repeated_keyword_wins=True,
    tolerates_types=True,
    return_ends_template=True,
    has_itertools=False,
    yaml="1.2",
)
CORE: Final = Dialect(
    name="core",
    lone_expression_typed=False,
    lenient=frozenset({"sql"}),
    undefined_is_null=False,
    unknown_function_fails=frozenset({"project", "properties"}),
    macros=frozenset({"sql"}),
    mixes_config_arguments=False,
    repeated_keyword_wins=False,
    tolerates_types=False,
    return_ends_template=False,
    has_itertools=True,
    yaml="1.1",
)
DIALECTS: Final[dict[str, Dialect]] = {"fusion": FUSION, "core": CORE}
