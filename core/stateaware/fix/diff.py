"""Changes as a unified diff that ``patch -p1`` and ``git apply`` take."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from stateaware.fix.files import Change

_LINES: Final = re.compile(r"[^\n]*\n|[^\n]+")


def draw_diff(changes: Iterable[Change], base: Path) -> str:
    """A unified diff of all changes, with paths relative to a folder."""
    return "".join(line for change in changes for line in _draw(change, base))


def _draw(change: Change, base: Path) -> Iterator[str]:
    from difflib import unified_diff

    name = os.path.relpath(change.path, base).replace(os.sep, "/")
    # a lone carriage return or a form feed ends no line for patch tools, so str.splitlines will not do
    before, after = (_LINES.findall(data.decode()) for data in (change.before, change.after))
    for line in unified_diff(before, after, f"a/{name}", f"b/{name}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
