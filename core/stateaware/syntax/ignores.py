"""``stateaware: ignore[...]`` comments, as written: which codes, where, and for what reason."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final, Literal, TypeAlias

from stateaware.records import dataclass
from stateaware.text.source import LineIndex
from stateaware.text.span import Span

MARKER: Final = "stateaware:"
"""A file without this word holds no ignore comment."""

_DIRECTIVE: Final = re.compile(
    r"[\s#*-]*stateaware:\s*(?P<kind>[A-Za-z][\w-]*)(?P<list>\s*\[(?P<codes>[^\]]*)(?P<close>\]?))?(?P<reason>.*)",
    re.DOTALL,
)
_WORDS: Final = re.compile(r"[^\s,]+")

MOST_CODES: Final = 100
"""Names in the brackets of one comment."""

Kind: TypeAlias = Literal["ignore", "ignore-file", "other"]


@dataclass(frozen=True, slots=True)
class Code:
    """One name in the brackets, as written."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Ignore:
    """One comment that silences findings.

    ``span`` is the whole comment. ``codes`` empty means all. ``first`` and ``last`` are the lines
    that it covers (the whole file where ``kind`` is ``ignore-file``). ``problem`` is why it does
    nothing, in words for the user; then nothing is covered.
    """

    span: Span
    kind: Kind
    codes: tuple[Code, ...]
    reason: str
    first: int
    last: int
    problem: str = ""

    def covers(self, span: Span | None) -> bool:
        """Whether a finding at a span (None: the whole file) is among what is silenced."""
        if self.problem:
            return False
        if self.kind == "ignore-file":
            return True
        line, end = (
            (1, 1) if span is None else (span.line, max(span.line, span.end_line - (span.end_column == 1)))
        )
        if self.first <= line <= self.last:
            return True
        # behind the last line of what a finding covers is as good as behind its first
        return self.first == self.last == end and span is not None


def find_ignores(path: str, text: str) -> tuple[Ignore, ...]:
    """The ignore comments of a file, in written order; well-formed or with their ``problem``."""
    from stateaware.syntax.comments import find_comments  # most projects hold no such comment

    comments = find_comments(path, text, MARKER)
    if not comments:
        return ()
    index = LineIndex(text)
    out = []
    for comment in comments:
        found = _DIRECTIVE.match(comment.body)
        if found is None:
            continue
        word = found["kind"]
        kind: Kind = word if word in ("ignore", "ignore-file") else "other"  # type: ignore[assignment]
        if kind == "other" and found["list"] is None:
            continue  # prose that happens to start with our name
        base = text.index(comment.body, comment.start) if comment.body else comment.start
        codes = tuple(
            Code(
                each[0],
                index.span(
                    base + found.start("codes") + each.start(), base + found.start("codes") + each.end()
                ),
            )
            for each in islice(_WORDS.finditer(found["codes"] or ""), MOST_CODES + 1)
        )
        problem = ""
        if kind == "other":
            problem = f"`{word}` is none of `ignore` and `ignore-file`"
        elif found["list"] is not None and not found["close"]:
            problem = "the bracket is not closed"
        elif len(codes) > MOST_CODES:
            problem = (
                f"it names more than {MOST_CODES} rules; name a group of them, like `SA1`, or none for all"
            )
            codes = codes[:MOST_CODES]
        elif kind == "ignore-file" and not comment.at_top:
            problem = "`ignore-file` counts only at the top of a file"
        first, last = (1, len(index)) if kind == "ignore-file" else (comment.first, comment.last)
        reason = " ".join(found["reason"].split()).lstrip(":- ")
        out.append(Ignore(index.span(comment.start, comment.end), kind, codes, reason, first, last, problem))
    return tuple(out)
