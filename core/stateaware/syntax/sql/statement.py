"""The statements of ``{% ... %}``: which expressions they hold and which blocks they open."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, NamedTuple

from stateaware.syntax.sql.expression import Parser
from stateaware.syntax.sql.lexer import BAD, END, FILE_END, NAME, OPEN_STRING, Token
from stateaware.syntax.sql.nodes import Call, Constant, Tree
from stateaware.syntax.sql.value import walk

BLOCKS: Final = frozenset(
    {
        "if", "for", "macro", "call", "filter", "with", "block", "autoescape",
        "materialization", "snapshot", "test", "data_test",
    }
)  # fmt: skip
CONDITIONAL: Final = frozenset({"if", "for", "macro", "call", "materialization", "test", "data_test"})
"""Blocks whose body may run never, or more than once, or elsewhere."""
BRANCHES: Final = {"else": frozenset({"if", "for"}), "elif": frozenset({"if"})}
_SINGLE: Final = frozenset({"break", "continue", "debug", "include", "import", "from", "extends"})


class FoundCall(NamedTuple):
    """A call in a tag. ``optional``: an operator of the same expression may leave it out."""

    call: Call
    optional: bool


class Statement(NamedTuple):
    """One tag. ``start`` and ``end`` are those of the keyword, ``name`` the token of a macro's name."""

    keyword: str
    start: int
    end: int
    calls: tuple[FoundCall, ...] = ()
    assigns: tuple[str, ...] = ()
    opens: bool = False
    name: Token | None = None


def parse_output(tokens: list[Token]) -> tuple[Tree, tuple[FoundCall, ...]]:
    """The expression of ``{{ ... }}`` and the calls in it."""
    parser = Parser(tokens)
    node = parser.tuple_expression()
    parser.finish()
    return node, _calls(parser, (node,))


def _calls(parser: Parser, trees: tuple[Tree, ...]) -> tuple[FoundCall, ...]:
    """The calls that a parser has read, in written order."""
    if parser.lazy:
        found = ((node, optional) for tree in trees for node, optional in walk(tree))
        return tuple(FoundCall(node, optional) for node, optional in found if isinstance(node, Call))
    calls = parser.calls
    if len(calls) > 1:
        calls.sort(key=_start)
    return tuple(FoundCall(call, optional=False) for call in calls)


def _start(call: Call) -> int:
    return call.start


def parse_statement(tokens: list[Token]) -> Statement:
    """The statement of ``{% ... %}``; an unknown keyword gives a statement without calls."""
    parser = Parser(tokens)
    word = parser.expect(NAME, "a statement")
    keyword = word.value
    opens = keyword in BLOCKS
    trees: tuple[Tree, ...] = ()
    assigns: tuple[str, ...] = ()
    if keyword in ("if", "elif", "do"):
        trees = (parser.tuple_expression(),)
    elif keyword == "set":
        trees, assigns, opens = _set(parser)
    elif keyword == "for":
        trees, assigns = _for(parser)
    elif keyword in ("macro", "test", "data_test"):
        return _definition(parser, tokens, word)
    elif keyword == "call":
        trees, assigns = _call(parser, tokens)
    elif keyword == "with":
        trees, assigns = _with(parser)
    elif keyword != "else" and keyword != "filter":
        _refuse_unreadable(tokens)
        names = tuple(token.value for token in tokens if token.kind == NAME) if keyword in _SINGLE else ()
        return Statement(keyword, word.start, word.end, (), names, opens)
    else:
        _refuse_unreadable(tokens)
        return Statement(keyword, word.start, word.end, opens=opens)
    if opens or keyword == "elif":
        parser.take(":")  # as in Python; Jinja2 allows it
    parser.finish()
    return Statement(keyword, word.start, word.end, _calls(parser, trees), assigns, opens)


def is_known(keyword: str) -> bool:
    """Whether dbt has a statement of this name (closing tags aside)."""
    return keyword in BLOCKS or keyword in _SINGLE or keyword in ("set", "do")


def _targets(parser: Parser) -> tuple[str, ...]:
    names: list[str] = []
    while True:
        if parser.take("("):
            names += _targets(parser)
            parser.expect(")")
        else:
            names.append(parser.expect(NAME, "a name").value)
            while parser.take("."):
                parser.expect(NAME, "a name")
        if not parser.take(","):
            return tuple(names)
        if parser.token.kind not in (NAME, "("):
            return tuple(names)


def _set(parser: Parser) -> tuple[tuple[Tree, ...], tuple[str, ...], bool]:
    names = _targets(parser)
    if parser.take("="):
        return (parser.tuple_expression(),), names, False
    trees = []
    while parser.token.kind == "|":
        at = parser.advance().end
        trees.append(parser.filter_on(Constant(at, at, "")))
    if parser.token.kind != END:
        parser.fail("`=` or the end of the tag")
    return tuple(trees), names, True


def _for(parser: Parser) -> tuple[tuple[Tree, ...], tuple[str, ...]]:
    names = _targets(parser)
    if not parser.take_word("in"):
        parser.fail("`in`")
    trees = [parser.condition()]
    while parser.take(","):
        trees.append(parser.condition())
    if parser.take_word("if"):
        trees.append(parser.expression())
    parser.take_word("recursive")
    return tuple(trees), names


def _definition(parser: Parser, tokens: list[Token], word: Token) -> Statement:
    """A macro or test; its parameters may carry defaults and types, which do not matter here."""
    name = parser.expect(NAME, "a name")
    parser.expect("(")
    _refuse_unreadable(tokens)
    return Statement(word.value, word.start, word.end, (), (name.value, *_parameters(tokens)), True, name)


def _call(parser: Parser, tokens: list[Token]) -> tuple[tuple[Tree, ...], tuple[str, ...]]:
    names: tuple[str, ...] = ()
    if parser.token.kind == "(":
        names = _parameters(tokens)
        parser.arguments()
    return (parser.expression(),), names


def _with(parser: Parser) -> tuple[tuple[Tree, ...], tuple[str, ...]]:
    trees: list[Tree] = []
    names: list[str] = []
    while parser.token.kind == NAME:
        names += _targets(parser)
        parser.expect("=")
        trees.append(parser.expression())
        if not parser.take(","):
            break
    return tuple(trees), tuple(names)


def _parameters(tokens: list[Token]) -> tuple[str, ...]:
    """Names that stand first or behind a comma in the first pair of brackets."""
    names = []
    depth = 0
    for before, token in pairwise(tokens):
        if depth == 1 and token.kind == NAME and before.kind in ("(", ","):
            names.append(token.value)
        if token.kind in ("(", "[", "{"):
            depth += 1
        elif token.kind in (")", "]", "}"):
            depth -= 1
            if depth == 0:
                break
    return tuple(names)


def _refuse_unreadable(tokens: list[Token]) -> None:
    if tokens[-1].kind in (BAD, OPEN_STRING, FILE_END):
        Parser(tokens, len(tokens) - 1).fail("the end of the tag")
