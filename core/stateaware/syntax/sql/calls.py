"""What a model's SQL or Python file says about itself, with the place of every part."""

from __future__ import annotations

from typing import Literal, TypeAlias

from stateaware.records import dataclass
from stateaware.syntax.tree import Entry, Expression, Scalar
from stateaware.text.span import Span

ProblemKind: TypeAlias = Literal["encoding", "syntax", "argument", "model"]


@dataclass(frozen=True, slots=True)
class SqlProblem:
    """Why dbt cannot read a file.

    ``encoding``: not UTF-8. ``syntax``: Jinja (or Python) syntax. In Python models also ``argument``:
    an argument that is no literal, and ``model``: the ``model`` function is not what dbt asks for.
    ``span`` is the text to mark, ``reported_at`` the point that dbt v2 names (None where it names none).
    """

    kind: ProblemKind
    message: str
    span: Span
    reported_at: Span | None = None


@dataclass(frozen=True, slots=True)
class ConfigCall:
    """One ``config(...)``.

    ``span`` is the call, ``block`` the ``{{ ... }}`` or ``{% ... %}`` that holds it (in Python: the
    statement). ``reported_at`` is the point where dbt v2 reports a bad value of this call: the start
    of the block if the call is all of a ``{{ ... }}``, else the start of the call; None in Python.

    ``arguments`` are the keys that the call sets, in the order in which dbt v2 stores them: keywords
    and ``**{...}`` as written, then a positional dict. Where dbt v2 takes no positional dict (there
    are several, or it is a Python model) ``arguments`` lacks it; ``placed`` always holds what
    positional dicts set. A repeated key appears once, with the value
    in force; the entries it replaces are in ``replaced``, and ``duplicate_kwargs`` holds the later
    keys of a keyword written twice (an error in dbt Core).
    ``unpacked`` are ``**expression`` and positional arguments that are no literal dicts.
    ``conditional``: inside ``if``, ``for``, ``macro``, ``call`` or a short-circuit operator, so that
    only rendering tells whether it runs. ``local_names``: names used in the arguments which the
    file itself assigns.
    """

    span: Span
    block: Span
    reported_at: Span | None
    arguments: tuple[Entry, ...]
    conditional: bool = False
    placed: tuple[Entry, ...] = ()
    unpacked: tuple[Expression, ...] = ()
    replaced: tuple[Entry, ...] = ()
    duplicate_kwargs: tuple[Scalar, ...] = ()
    positional: int = 0
    keywords: int = 0
    local_names: tuple[str, ...] = ()

    def get(self, key: str) -> Entry | None:
        """The entry of a key, or None."""
        for entry in self.arguments:
            if entry.key.text == key:
                return entry
        return None


@dataclass(frozen=True, slots=True)
class RefCall:
    """One ``ref(...)`` with constant arguments. ``name_span`` is the model's name with its quotes."""

    span: Span
    name: str
    name_span: Span
    package: str | None = None
    version: str | int | float | None = None
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class SourceCall:
    """One ``source(...)`` with constant arguments. The name spans include the quotes."""

    span: Span
    source: str
    source_span: Span
    table: str
    table_span: Span
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class MacroDefinition:
    """One ``{% macro %}``. ``name_span`` is its name, ``source`` the whole text from tag to end tag.

    ``calls`` are the functions called inside, ``configures`` says that ``config()`` is among them.
    """

    name: str
    span: Span
    name_span: Span
    source: str
    calls: tuple[str, ...] = ()
    configures: bool = False


@dataclass(frozen=True, slots=True)
class SqlFacts:
    """All that one file says.

    ``calls`` are the names of the other functions and macros it calls, dotted where written so,
    each once; what a ``{% macro %}`` in the file calls is listed with that macro instead.
    ``dynamic_refs``: some ``ref`` or ``source`` has an argument that is no constant.
    ``needs_render``: the file's own ``config()`` calls, read statically, do not decide what it sets
    for freshness, state and enabled.
    """

    configs: tuple[ConfigCall, ...] = ()
    refs: tuple[RefCall, ...] = ()
    sources: tuple[SourceCall, ...] = ()
    calls: tuple[str, ...] = ()
    macros: tuple[MacroDefinition, ...] = ()
    dynamic_refs: bool = False
    needs_render: bool = False
    problem: SqlProblem | None = None
