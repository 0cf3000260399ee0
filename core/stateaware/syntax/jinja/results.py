"""What rendering a model gives."""

from __future__ import annotations

from stateaware.records import dataclass
from stateaware.syntax.jinja.errors import JinjaError
from stateaware.syntax.tree import Unknown


@dataclass(frozen=True, slots=True)
class ExecutedConfig:
    """An executed ``config()``.

    ``arguments`` are plain values by key, in the order in which they were set, with ``Unknown``
    wherever a value (or a part of one) is not known. ``line`` is the line in the model's file from
    which the call was made, directly or through a macro.
    """

    arguments: dict[str, object]
    line: int


@dataclass(frozen=True, slots=True)
class RenderedModel:
    """What a model does when dbt parses it.

    ``configs`` are the calls in order; ``refs`` are ``(package or None, name, version or None)``,
    ``sources`` pairs of names, as far as they are constant and their branch was tried. ``unknown``
    says why it is not known which ``config()`` calls run: ``configs`` are then those that run in any
    case. ``unsettled``: others than these refs and sources may run, or not all of them. ``problem`` is
    the error with which dbt gives up on the model; ``configs`` are then those before it.
    """

    configs: tuple[ExecutedConfig, ...] = ()
    refs: tuple[tuple[str | None, str, object], ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    unknown: Unknown | None = None
    unsettled: bool = False
    problem: JinjaError | None = None
