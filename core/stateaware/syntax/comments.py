"""Comments of YAML, SQL with Jinja, and Python texts, with what each stands beside.

Only asked for in files that hold a word which matters in a comment, so exactness comes before speed:
a ``#`` in a YAML string or a ``--`` in a Jinja tag is no comment.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import Final, NamedTuple

from stateaware.syntax.yaml import MAX_DEPTH
from stateaware.text.source import LineIndex

# Every alternative accepts any character up to its end or the end of the text, so that no input makes
# the expression try twice.
_TAG: Final = r"""(?:
    \{\{ (?: '(?:\\.|[^'\\])*(?:'|\Z) | "(?:\\.|[^"\\])*(?:"|\Z) | \}(?!\}) | [^'"}] )* (?:\}\}|\Z)
  | \{%  (?: '(?:\\.|[^'\\])*(?:'|\Z) | "(?:\\.|[^"\\])*(?:"|\Z) | %(?!\}) | [^'"%] )* (?:%\}|\Z)
)"""
_SQL: Final = re.compile(
    rf"""
      \{{\#(?P<jinja>.*?)(?:\#\}}|\Z)
    | \{{%-?\s*raw\s*-?%\}}.*?(?:\{{%-?\s*endraw\s*-?%\}}|\Z)
    | (?P<tag>{_TAG})
    | --(?P<line>[^\r\n]*)
    | /\*(?P<block>.*?)(?:\*/|\Z)
    | '(?:''|[^'{{]|\{{(?![{{%])|{_TAG})*'
    | "(?:""|[^"{{]|\{{(?![{{%])|{_TAG})*"
    """,
    re.VERBOSE | re.DOTALL,
)

LONGEST_PYTHON_LINE: Final = 10_000
"""In Python with longer lines comments are not looked for: the tokenizer's time grows with the square."""


class Comment(NamedTuple):
    """One comment.

    ``body`` is its text without the marks; ``start`` and ``end`` are offsets, marks included.
    ``first`` and ``last`` are the 1-based lines that it speaks of: for a comment on a line of its
    own the entry, tag or statement below it, else the one it stands behind. ``first`` is 0 where
    nothing follows. ``at_top`` is true when only comments and blank lines come before.
    """

    body: str
    start: int
    end: int
    first: int
    last: int
    at_top: bool


def find_comments(path: str, text: str, word: str) -> list[Comment]:
    """The comments of a file that hold a word, in written order; the path's ending decides the language."""
    if word not in text:
        return []
    ending = path.rsplit(".", 1)[-1].lower()
    if ending in ("yml", "yaml"):
        return _yaml_comments(text, word)
    return _python_comments(text, word) if ending == "py" else _sql_comments(text, word)


def _yaml_comments(text: str, word: str) -> list[Comment]:
    index = LineIndex(text)
    scalars = _yaml_scalars(text, index)
    starts = [start for start, _ in scalars]

    def in_scalar(offset: int) -> bool:
        at = bisect_right(starts, offset) - 1
        return at >= 0 and offset < scalars[at][1]

    def comment_start(line: int) -> int | None:
        content, base = index.line_text(line), index.offset(line, 1)
        for found in re.finditer(r"(?:(?<=[ \t])|^)#", content):
            if not in_scalar(base + found.start()):
                return base + found.start()
        return None

    comments = []
    first_content = next((number for number in range(1, len(index) + 1) if _is_content(index, number)), 0)
    for line in range(1, len(index) + 1):
        content = index.line_text(line)
        start = comment_start(line) if word in content else None
        if start is None:
            continue
        base = index.offset(line, 1)
        own_line = not content[: start - base].strip()
        first, last = _yaml_block(index, line) if own_line else (line, line)
        at_top = own_line and (not first_content or line < first_content)
        end = base + len(content)
        comments.append(Comment(text[start + 1 : end], start, end, first, last, at_top))
    return comments


def _is_content(index: LineIndex, line: int) -> bool:
    content = index.line_text(line).strip()
    return bool(content) and not content.startswith(("#", "%", "---"))


def _yaml_block(index: LineIndex, line: int) -> tuple[int, int]:
    """The lines of the entry or list item that starts below a line, by indentation."""
    first = line + 1
    while first <= len(index) and not _is_content(index, first):
        first += 1
    if first > len(index):
        return 0, 0
    head = index.line_text(first)
    indent = len(head) - len(head.lstrip())
    last = first
    for number in range(first + 1, len(index) + 1):
        content = index.line_text(number)
        bare = content.lstrip()
        if not bare or bare.startswith("#"):
            continue
        depth = len(content) - len(bare)
        # a list may stand at the indentation of its key
        if depth < indent or (
            depth == indent and (not bare.startswith("- ") or head.lstrip().startswith("- "))
        ):
            break
        last = number
    return first, last


def _yaml_scalars(text: str, index: LineIndex) -> list[tuple[int, int]]:
    """Offsets of every scalar, up to a syntax error; block scalars start below their header."""
    import yaml

    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    spans: list[tuple[int, int]] = []
    depth = 0
    try:
        for token in yaml.scan(text, Loader=loader):
            if isinstance(token, (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken)):
                depth += 1
                if depth > MAX_DEPTH:
                    break  # the scanner takes time in the square of the depth
            elif isinstance(token, (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)):
                depth -= 1
            elif isinstance(token, yaml.ScalarToken):
                start, end = token.start_mark.index, token.end_mark.index
                if token.style in ("|", ">"):
                    start = index.offset(index.position(start)[0] + 1, 1)
                spans.append((start, end))
    except (yaml.YAMLError, RecursionError):
        pass  # a file that is no YAML is told by a rule; what was read so far still counts
    return spans


def _sql_comments(text: str, word: str) -> list[Comment]:
    index = LineIndex(text)
    tags: list[tuple[int, int]] = []
    found_comments: list[tuple[str, int, int]] = []
    covered: list[tuple[int, int]] = []
    for found in _SQL.finditer(text):
        if found["tag"] is not None:
            tags.append((index.position(found.start())[0], index.position(found.end())[0]))
            continue
        for name in ("jinja", "line", "block"):
            body = found[name]
            if body is not None:
                covered.append(found.span())
                if word in body:
                    found_comments.append((body, *found.span()))
    content = _first_content(text, covered)
    comments = []
    for body, start, end in found_comments:
        line, last_line = index.position(start)[0], index.position(end)[0]
        before = text[index.offset(line, 1) : start].strip()
        after = index.line_text(last_line)[index.position(end)[1] - 1 :].strip()
        if not before and not after:
            first, last = _sql_below(index, last_line, tags, covered)
        else:
            first = min((top for top, bottom in tags if bottom == line and top < line), default=line)
            last = max((bottom for top, bottom in tags if top == last_line), default=last_line)
        comments.append(Comment(body, start, end, first, last, start < content and not before))
    return comments


def _first_content(text: str, comments: Iterable[tuple[int, int]]) -> int:
    at = 0
    for start, end in comments:
        if text[at:start].strip():
            break
        at = end
    rest = text[at:]
    return at + len(rest) - len(rest.lstrip()) if rest.strip() else len(text) + 1


def _sql_below(
    index: LineIndex, line: int, tags: list[tuple[int, int]], comments: list[tuple[int, int]]
) -> tuple[int, int]:
    """The next line with content, to the end of the Jinja tag that starts on it."""
    number = line + 1
    while number <= len(index):
        start = index.offset(number, 1)
        content = index.line_text(number)
        start += len(content) - len(content.lstrip())
        inside = next((end for begin, end in comments if begin <= start < end), None)
        if content.strip() and inside is None:
            return number, max((bottom for top, bottom in tags if top == number), default=number)
        number = max(number + 1, index.position(inside)[0]) if inside is not None else number + 1
        if inside is not None and index.line_text(number)[index.position(inside)[1] - 1 :].strip():
            return number, number
    return 0, 0


def _python_comments(text: str, word: str) -> list[Comment]:
    import io
    import tokenize

    if max(map(len, text.splitlines()), default=0) > LONGEST_PYTHON_LINE:
        return []
    index = LineIndex(text)
    statements: list[tuple[int, int]] = []
    raw: list[tuple[str, int, int, bool]] = []
    start = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            if token.type == tokenize.COMMENT:
                if word in token.string:
                    offset = index.offset(token.start[0], token.start[1] + 1)
                    own_line = not token.line[: token.start[1]].strip() and not start
                    raw.append((token.string[1:], offset, token.start[0], own_line))
            elif token.type == tokenize.NEWLINE:
                statements.append((start or token.start[0], token.start[0]))
                start = 0
            elif token.type not in (tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER):
                start = start or token.start[0]
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass  # dbt tells broken Python; comments before the break still count
    comments = []
    for body, offset, line, own_line in raw:
        if own_line:
            first, last = next((pair for pair in statements if pair[0] > line), (0, 0))
        else:
            first, last = next((pair for pair in statements if pair[0] <= line <= pair[1]), (line, line))
        at_top = own_line and (not statements or line < statements[0][0])
        comments.append(Comment(body, offset, offset + len(body) + 1, first, last, at_top))
    return comments
