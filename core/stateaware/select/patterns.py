"""Wildcards of selections: those of file names (``*``, ``?``, ``[…]``), and of paths."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import translate
from functools import lru_cache
from itertools import takewhile
from typing import Final

_WILD: Final = re.compile(r"[*?\[\]]")


def is_wild(text: str) -> bool:
    """Whether a text holds a wildcard."""
    return _WILD.search(text) is not None


@lru_cache(maxsize=256)
def matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a text as a whole matches a pattern; capitals matter on every system."""
    if not is_wild(pattern):
        return lambda text: text == pattern
    match = re.compile(translate(pattern)).match
    return lambda text: match(text) is not None


@lru_cache(maxsize=256)
def path_matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a path matches as of ``Path.glob``: ``*`` stays in a folder, ``**`` is any folders or none."""
    parts = [part for part in pattern.replace("\\", "/").split("/") if part not in ("", ".")]
    if not any(map(is_wild, parts)):
        plain = "/".join(parts)
        return lambda text: text == plain
    steps = [None if part == "**" else matcher(part) for part in parts]
    fixed = "/".join(takewhile(lambda part: not is_wild(part), parts))
    return lambda text: text.startswith(fixed) and _walk(steps, text.split("/"))


def _walk(steps: list[Callable[[str], bool] | None], names: list[str]) -> bool:
    """Whether all names are used up by all steps; None is a step that takes any number of names."""
    places = _skip(steps, {0})
    for name in names:
        after = set()
        for place in places:
            step = steps[place] if place < len(steps) else _nothing
            if step is None:
                after.add(place)
            elif step(name):
                after.add(place + 1)
        if not after:
            return False
        places = _skip(steps, after)
    return len(steps) in places


def _skip(steps: list[Callable[[str], bool] | None], places: set[int]) -> set[int]:
    found = set(places)
    for place in places:
        while place < len(steps) and steps[place] is None:
            place += 1
            found.add(place)
    return found


def _nothing(_: str) -> bool:
    return False
