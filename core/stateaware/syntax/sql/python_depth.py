"""Whether Python's parser can be trusted with a file.

Python's own parser recurses in C once for each operator of a chain such as ``--1`` or ``a.b.c``,
and a long chain ends the process. The brackets it limits itself.
"""

from __future__ import annotations

import re
from typing import Final

_DEEPEST: Final = 500
_PIECE: Final = re.compile(
    r"""(\"{3}|'{3})
    | \b(?:[fF][rR]?|[rR][fF])(?:"([^"\\\n]*)"?|'([^'\\\n]*)'?)
    | "[^"\\\n]*(?:\\.[^"\\\n]*)*"? | '[^'\\\n]*(?:\\.[^'\\\n]*)*'?
    | \#[^\n]*
    | ([(\[{]) | ([)\]}]) | ([,;]) | (\n)
    | ([-+~*/%@&|^.] | \b(?:not|lambda|else|await)\b)
    | \b(elif)\b
    """,
    re.VERBOSE | re.DOTALL,
)


def is_too_deep(text: str) -> bool:
    """Whether some expression has a longer chain of operators, or some ``if`` more ``elif``, than is safe."""
    counts = [0]
    total = branches = 0
    at = 0
    while found := _PIECE.search(text, at):
        at = found.end()
        quotes, first, second, opening, closing, comma, line_end, operator, branch = found.groups()
        if quotes:
            end = text.find(quotes, at)
            inside = text[at:] if end < 0 else text[at:end]
            if _operators(inside) > _DEEPEST and text[found.start() - 1 : found.start()] in tuple("fFrR"):
                return True
            at = len(text) if end < 0 else end + 3
        elif first or second:
            if _operators(first or second) > _DEEPEST:
                return True
        elif opening:
            counts.append(0)
        elif closing or operator:
            if closing and len(counts) > 1:
                total -= counts.pop()
            counts[-1] += 1
            total += 1
            if total > _DEEPEST:
                return True
        elif comma or (line_end and len(counts) == 1):
            total -= counts[-1]
            counts[-1] = 0
        elif branch:
            branches += 1
            if branches > _DEEPEST:
                return True
    return False


def _operators(text: str) -> int:
    return sum(map(text.count, "-+~*/%@&|^.(["))
