"""``config()``, ``ref()`` and ``source()`` calls, from parsed expressions to facts."""

from __future__ import annotations

from stateaware.syntax.sql.calls import ConfigCall, RefCall, SourceCall
from stateaware.syntax.sql.nodes import Call, Constant
from stateaware.syntax.sql.places import Locate
from stateaware.syntax.sql.value import keyword_entry, last_of_each, literal_entries, names_in
from stateaware.syntax.tree import Entry, Expression, Scalar
from stateaware.text import Span


def config_call(
    call: Call,
    text: str,
    locate: Locate,
    *,
    block: Span,
    reported_at: Span,
    conditional: bool,
    local: set[str],
) -> ConfigCall:
    """The facts of one ``config()``; ``local`` are the names assigned so far in the file."""
    named: list[Entry] = []
    placed: list[Entry] = []
    unpacked: list[Expression] = []
    duplicates: list[Scalar] = []
    keywords: set[str] = set()
    positional = 0
    used: set[str] = set()
    for argument in call.arguments:
        if local:
            used |= names_in(argument.value) & local
        if argument.kind == "=":
            entry = keyword_entry(argument, text, locate)
            if argument.name in keywords:
                duplicates.append(entry.key)
            keywords.add(argument.name)
            named.append(entry)
            continue
        positional += argument.kind != "**"
        entries = None if argument.kind == "*" else literal_entries(argument.value, text, locate)
        if entries is not None:
            (named if argument.kind == "**" else placed).extend(entries)
        else:
            value = argument.value
            unpacked.append(Expression(text[value.start : value.end], locate(value.start, value.end)))
    arguments, replaced = last_of_each((*named, *placed) if positional == 1 else tuple(named))
    return ConfigCall(
        span=locate(call.callee.start, call.closed),
        block=block,
        reported_at=reported_at,
        arguments=arguments,
        conditional=conditional,
        placed=tuple(placed),
        unpacked=tuple(unpacked),
        replaced=replaced,
        duplicate_kwargs=tuple(duplicates),
        positional=positional,
        keywords=len(keywords),
        local_names=tuple(sorted(used)),
    )


def ref_call(call: Call, locate: Locate, *, conditional: bool) -> RefCall | None:
    """The facts of one ``ref()``; None if an argument is no constant."""
    names: list[Constant] = []
    version: str | int | float | None = None
    for argument in call.arguments:
        value = argument.value
        if not isinstance(value, Constant):
            return None
        if argument.kind == "=" and argument.name in ("v", "version"):
            version = value.value
        elif argument.kind == "" and isinstance(value.value, str):
            names.append(value)
        else:
            return None
    if not 1 <= len(names) <= 2:
        return None
    name = names[-1]
    package = str(names[0].value) if len(names) == 2 else None
    span = locate(call.callee.start, call.closed)
    return RefCall(span, str(name.value), locate(name.start, name.end), package, version, conditional)


def source_call(call: Call, locate: Locate, *, conditional: bool) -> SourceCall | None:
    """The facts of one ``source()``; None if its arguments are not two constant strings."""
    if len(call.arguments) != 2:
        return None
    source, table = (argument.value for argument in call.arguments)
    if not isinstance(source, Constant) or not isinstance(source.value, str):
        return None
    if not isinstance(table, Constant) or not isinstance(table.value, str):
        return None
    if any(argument.kind for argument in call.arguments):
        return None
    return SourceCall(
        locate(call.callee.start, call.closed),
        source.value,
        locate(source.start, source.end),
        table.value,
        locate(table.start, table.end),
        conditional,
    )
