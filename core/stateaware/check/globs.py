"""Path patterns as .gitignore writes them: for ``exclude``, ``per-path`` and items on the command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

_SPECIAL: Final = re.compile(r"[*?\[]")


def is_glob(text: str) -> bool:
    """Whether a text holds a character that makes it a pattern."""
    return _SPECIAL.search(text) is not None


@lru_cache(maxsize=256)
def path_matcher(pattern: str) -> Callable[[str], bool]:
    """Says whether a path (relative, forward slashes) is named by a pattern or lies in a folder it names.

    ``*`` and ``?`` stop at a slash, ``**`` does not. A pattern with a slash counts from the top, one
    without names a file or folder at any depth.

    >>> path_matcher("models/**/_*.yml")("models/marts/core/_core.yml")
    True
    >>> path_matcher("legacy")("models/legacy/orders.sql")
    True
    >>> path_matcher("models/*.sql")("models/marts/orders.sql")
    False
    """
    text = pattern.removeprefix("./").strip("/")
    if text in ("", ".", "**"):
        return lambda path: True
    anchored = "/" in pattern.removeprefix("./").rstrip("/")
    expression = ("" if anchored else r"(?:.*/)?") + _translate(text) + r"(?:/.*)?"
    compiled = re.compile(expression, re.DOTALL)
    return lambda path: compiled.fullmatch(path) is not None


def _translate(pattern: str) -> str:
    out: list[str] = []
    at = 0
    while at < len(pattern):
        if pattern.startswith("**/", at):
            out.append(r"(?:.*/)?")
            at += 3
        elif pattern.startswith("**", at):
            out.append(".*")
            at += 2
        elif pattern[at] == "*":
            out.append("[^/]*")
            at += 1
        elif pattern[at] == "?":
            out.append("[^/]")
            at += 1
        elif pattern[at] == "[" and (end := pattern.find("]", at + 2)) > 0:
            inner = pattern[at + 1 : end].replace("\\", r"\\").replace("[", r"\[")
            out.append("[^" + inner[1:] + "]" if inner[0] in "!^" else "[" + inner + "]")
            at = end + 1
        else:
            out.append(re.escape(pattern[at]))
            at += 1
    return "".join(out)
