"""One criterion of a selection (``2+tag:nightly+``), and how criteria combine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from stateaware.errors import SelectionError, did_you_mean, suggest
from stateaware.records import dataclass

Indirect: TypeAlias = Literal["eager", "cautious", "buildable", "empty"]
INDIRECT: Final[tuple[Indirect, ...]] = ("eager", "cautious", "buildable", "empty")

METHODS: Final = (
    "fqn",
    "tag",
    "path",
    "file",
    "source",
    "config",
    "package",
    "resource_type",
    "test_type",
    "test_name",
    "exposure",
    "metric",
    "semantic_model",
    "saved_query",
    "unit_test",
    "group",
    "access",
    "version",
    "state",
    "result",
    "source_status",
    "selector",
)
EVERYTHING: Final = ("fqn:*", "source:*", "exposure:*", "metric:*", "semantic_model:*")
"""What dbt selects where nothing is asked for."""

UNLIMITED: Final = -1
"""A depth without end."""

_METHOD: Final = re.compile(r"([\w.]+):")
_PARENTS: Final = re.compile(r"(\d*)\+")
_CHILDREN: Final = re.compile(r"\+(\d*)\Z")
_CODE_FILES: Final = (".sql", ".py", ".csv")
_DEEPEST: Final = 9
"""Digits of a depth; more would be no number of steps in any graph."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """What one method finds, with parents and children.

    Args:
        raw: as it was written, for messages.
        method: one of `METHODS`.
        arguments: the rest of the method's name: ``("meta", "owner")`` of ``config.meta.owner:``.
        value: what the method looks for: text, or what selectors.yml has there; of ``selector`` it is
            what that name stands for.
        parents: how many steps up; 0 none, `UNLIMITED` all.
        children: how many steps down.
        family: ``@``: all descendants, and all ancestors of those.
        indirect: which tests come along, where the criterion says so itself.
    """

    raw: str
    method: str
    arguments: tuple[str, ...]
    value: object
    parents: int = 0
    children: int = 0
    family: bool = False
    indirect: Indirect | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Parts that are combined: a union, an intersection, or the first part without the others.

    ``indirect`` is None where the mode of the command line holds; ``expected`` groups tell when they
    match nothing.
    """

    kind: Literal["union", "intersection", "difference"]
    parts: tuple[Spec, ...]
    indirect: Indirect | None = "eager"
    expected: bool = False
    raw: str = ""


Spec: TypeAlias = Criterion | Group


def parse_arguments(
    select: tuple[str, ...], exclude: tuple[str, ...], named: Mapping[str, Spec] | None = None
) -> Group:
    """The values of ``--select`` and ``--exclude``, each with spaces for unions, commas for intersections.

    ``named`` are the selectors that ``selector:`` can name.

    Raises:
        SelectionError: an unknown method or selector, or signs that exclude one another.
    """
    known = named or {}
    included = _parse_union(select or EVERYTHING, known, expected=bool(select))
    if not exclude:
        return Group("difference", (included,))
    return Group("difference", (included, _parse_union(exclude, known, expected=True)))


def _parse_union(values: tuple[str, ...], named: Mapping[str, Spec], *, expected: bool) -> Group:
    parts = tuple(
        Group(
            "intersection",
            tuple(parse_criterion(part, named) for part in raw.split(",")),
            None,
            expected,
            raw,
        )
        for value in values
        for raw in value.split(" ")
    )
    return Group("union", parts, None)


def parse_criterion(raw: str, named: Mapping[str, Spec]) -> Criterion:
    """One criterion as on the command line.

    Raises:
        SelectionError: as for `parse_arguments`.
    """
    rest = raw
    family = rest.startswith("@")
    if family:
        rest = rest[1:]
    above = _PARENTS.match(rest)
    if above:
        rest = rest[above.end() :]
    method = _METHOD.match(rest)
    if method:
        rest = rest[method.end() :]
    below = _CHILDREN.search(rest)
    if below:
        rest = rest[: below.start()]
    name, arguments = split_method(method[1], raw) if method else (_implied_method(rest), ())
    if family and below:
        raise SelectionError(
            f"`{raw}`: a leading `@` and a trailing `+` exclude one another",
            "`@x` has all children of x already, with their parents.",
        )
    value = find_named(rest, named, f"`{raw}`: ") if name == "selector" else rest
    return Criterion(raw, name, arguments, value, _depth(above, raw), _depth(below, raw), family)


def find_named(name: str, named: Mapping[str, Spec], where: str = "") -> Spec:
    """What a selector stands for.

    Raises:
        SelectionError: there is none of that name.
    """
    if name in named:
        return named[name]
    otherwise = f"There are {', '.join(named)}." if named else "selectors.yml names none before it."
    raise SelectionError(f"{where}there is no selector `{name}`", suggest(name, named, otherwise))


def split_method(name: str, raw: str) -> tuple[str, tuple[str, ...]]:
    """A method's name and arguments: ``config.meta.owner`` is ``config`` with ``meta``, ``owner``.

    Raises:
        SelectionError: there is no such method.
    """
    first, *arguments = name.split(".")
    if first not in METHODS:
        raise SelectionError(
            f"`{raw}`: there is no selection method `{first}`",
            suggest(first, METHODS, f"The methods are {', '.join(METHODS)}."),
        )
    return first, tuple(arguments)


def read_indirect(value: object, raw: str) -> Indirect:
    """A mode of indirect selection.

    Raises:
        SelectionError: it is none.
    """
    for mode in INDIRECT:
        if value == mode:
            return mode
    meant = did_you_mean(str(value), INDIRECT)
    raise SelectionError(
        f"{raw}: `{value}` is no mode of indirect selection" + (f", {meant}" if meant else ""),
        f"The modes are {', '.join(INDIRECT)}.",
    )


def _implied_method(value: str) -> str:
    if "/" in value or "\\" in value:
        return "path"
    return "file" if value.lower().endswith(_CODE_FILES) else "fqn"


def _depth(match: re.Match[str] | None, raw: str) -> int:
    if match is None:
        return 0
    if len(match[1]) > _DEEPEST:
        raise SelectionError(f"`{raw}`: {match[1][:20]}… is no depth", "Use a smaller number, or `+` alone.")
    return int(match[1]) if match[1] else UNLIMITED
