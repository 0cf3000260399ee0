"""Jinja expressions, parsed with the offset of every part.

Accepts what Jinja2 and minijinja accept together; the few differences do not matter to where a
value starts and ends. Constant arithmetic is folded while parsing.
"""

from __future__ import annotations

from typing import Final, NoReturn

from stateaware.syntax.sql.constant import join, number, unescape
from stateaware.syntax.sql.lexer import (
    BAD,
    END,
    FILE_END,
    MAX_DEPTH,
    NAME,
    NUMBER,
    OPEN_STRING,
    STRING,
    Token,
)
from stateaware.syntax.sql.nodes import (
    LAZY,
    Argument,
    Call,
    Collection,
    Constant,
    Dictionary,
    Name,
    Operation,
    Tree,
    fail,
)

_BINDING: Final = {
    "or": 1, "and": 2, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "in": 4,
    "+": 5, "-": 5, "~": 6, "*": 7, "/": 7, "//": 7, "%": 7, "**": 8,
}  # fmt: skip
_CONSTANTS: Final = {"true": True, "True": True, "false": False, "False": False, "none": None, "None": None}
_NO_OPERAND: Final = frozenset({"and", "or", "not", "in", "is", "if", "else"})
RESERVED: Final = frozenset({*_NO_OPERAND, *_CONSTANTS})
"""Names that are no variables."""
_ENDS_VALUE: Final = frozenset({",", ":", ")", "]", "}", END})


class Parser:
    """Reads the tokens of one tag from left to right.

    ``calls`` are the calls read so far, inner ones first; ``lazy`` says that an operator was read
    which may leave some of them out.
    """

    __slots__ = ("_at", "_depth", "_tokens", "calls", "lazy", "token")

    def __init__(self, tokens: list[Token], at: int = 0) -> None:
        self.calls: list[Call] = []
        self.lazy = False
        self._tokens = tokens
        self._at = at
        self._depth = 0
        self.token = tokens[at]

    # -- tokens ----------------------------------------------------------------------------------

    def advance(self) -> Token:
        """Take the current token."""
        token = self.token
        self._at += 1
        self.token = self._tokens[self._at]
        return token

    def take(self, kind: str) -> bool:
        """Take the current token if it is of a kind."""
        if self.token.kind != kind:
            return False
        self.advance()
        return True

    def take_word(self, word: str) -> bool:
        """Take the current token if it is this word."""
        if self.token.kind != NAME or self.token.value != word:
            return False
        self.advance()
        return True

    def expect(self, kind: str, what: str | None = None) -> Token:
        """Take a token of a kind, or fail."""
        if self.token.kind != kind:
            self.fail(what or f"`{kind}`")
        if kind == END:
            return self.token
        return self.advance()

    def fail(self, wanted: str) -> NoReturn:
        """Stop at the current token."""
        token = self.token
        if token.kind == BAD:
            fail(token.value, token.start, token.end)
        if token.kind == OPEN_STRING:
            fail(token.value, token.start, token.end, "file end")
        if token.kind == FILE_END:
            fail(token.value, token.start, token.end, "nowhere")
        if token.kind == END:
            fail(f"the tag ends where {wanted} should stand", token.start, token.end)
        fail(f"`{token.value}` stands where {wanted} should", token.start, token.end)

    def finish(self) -> None:
        """Fail unless the tag ends here."""
        if self.token.kind != END:
            self.fail("the end of the tag")

    # -- expressions -----------------------------------------------------------------------------

    def tuple_expression(self) -> Tree:
        """An expression, or several with commas between them."""
        first = self.expression()
        if self.token.kind != ",":
            return first
        items = [first]
        while self.take(","):
            if self.token.kind in (END, ")", "="):
                break
            items.append(self.expression())
        return Collection(first.start, items[-1].end, tuple(items))

    def expression(self) -> Tree:
        """An expression with ``a if b else c``."""
        token = self.token
        if (
            token.kind == STRING
            and "\\" not in token.value
            and self._tokens[self._at + 1].kind in _ENDS_VALUE
        ):
            self.advance()
            return Constant(token.start, token.end, token.value[1:-1])
        self._depth += 1
        if self._depth > MAX_DEPTH + 1:
            fail(f"expressions nest deeper than {MAX_DEPTH}", token.start, token.end)
        node = self._binary(1)
        while self.take_word("if"):
            self.lazy = True
            test = self._binary(1)
            if self.take_word("else"):
                other = self.expression()
                node = Operation(node.start, other.end, "if", (test, node, other))
            else:
                node = Operation(node.start, test.end, "if", (test, node))
        self._depth -= 1
        return node

    def condition(self) -> Tree:
        """An expression without a trailing ``if``, as after ``for x in``."""
        return self._binary(1)

    def _binary(self, lowest: int) -> Tree:
        node = self._negation() if lowest <= 3 else self._unary()
        while True:
            operator = self.token.value if self.token.kind == NAME else self.token.kind
            if operator == "not" and lowest <= 4 and self._tokens[self._at + 1].value == "in":
                self.advance()
                operator = "in"
            binding = _BINDING.get(operator)
            if binding is None or binding < lowest:
                return node
            self.advance()
            self.lazy = self.lazy or operator in LAZY
            node = join(operator, node, self._binary(binding + 1))

    def _negation(self) -> Tree:
        starts = []
        while self.token.kind == NAME and self.token.value == "not":
            starts.append(self.advance().start)
        node = self._binary(4) if starts else self._unary()
        for start in reversed(starts):
            if isinstance(node, Constant):
                node = Constant(start, node.end, not node.value)
            else:
                node = Operation(start, node.end, "not", (node,))
        return node

    def _unary(self) -> Tree:
        signs = []
        while self.token.kind in ("-", "+"):
            signs.append(self.advance())
        node = self._postfix(self._primary())
        for sign in reversed(signs):
            if isinstance(node, Constant) and type(node.value) in (int, float):
                value = node.value if sign.kind == "+" else -node.value  # type: ignore[operator]
                node = Constant(sign.start, node.end, value)
            else:
                node = Operation(sign.start, node.end, sign.kind, (node,))
        return self._filtered(node)

    def _primary(self) -> Tree:
        token = self.token
        kind = token.kind
        if kind == NAME:
            if token.value in _NO_OPERAND:
                self.fail("a value")
            self.advance()
            if token.value in _CONSTANTS:
                return Constant(token.start, token.end, _CONSTANTS[token.value])
            return Name(token.start, token.end, token.value)
        if kind == STRING:
            return self._string()
        if kind == NUMBER:
            self.advance()
            return number(token)
        if kind == "(":
            return self._parenthesized()
        if kind == "[":
            self.advance()
            items = self._items("]")
            return Collection(token.start, self.advance().end, items)
        if kind == "{":
            return self._dictionary()
        return self.fail("a value")

    def _string(self) -> Tree:
        token = self.advance()
        value = unescape(token.value)
        end = token.end
        while self.token.kind == STRING:
            more = self.advance()
            end = more.end
            tail = unescape(more.value)
            value = None if value is None or tail is None else value + tail
        if value is None:
            return Operation(token.start, end, "string", ())
        return Constant(token.start, end, value)

    def _parenthesized(self) -> Tree:
        start = self.advance().start
        if self.token.kind == ")":
            return Collection(start, self.advance().end, ())
        node = self.tuple_expression()
        end = self.expect(")", "`,` or `)`").end
        return node._replace(start=start, end=end)

    def _items(self, closer: str) -> tuple[Tree, ...]:
        items = []
        while self.token.kind != closer:
            items.append(self.expression())
            if self.token.kind != closer:
                self.expect(",", f"`,` or `{closer}`")
        return tuple(items)

    def _dictionary(self) -> Tree:
        start = self.advance().start
        keys, values = [], []
        while self.token.kind != "}":
            keys.append(self.expression())
            self.expect(":")
            values.append(self.expression())
            if self.token.kind != "}":
                self.expect(",", "`,` or `}`")
        return Dictionary(start, self.advance().end, tuple(keys), tuple(values))

    def _postfix(self, node: Tree) -> Tree:
        while True:
            kind = self.token.kind
            if kind == ".":
                self.advance()
                if self.token.kind not in (NAME, NUMBER):
                    self.fail("a name")
                name = self.advance()
                node = Operation(node.start, name.end, "." + name.value, (node,))
            elif kind == "(":
                node = self._call(node)
            elif kind == "[":
                node = self._subscript(node)
            else:
                return node

    def _call(self, callee: Tree) -> Tree:
        arguments, end = self.arguments()
        call = Call(callee.start, end, callee, arguments, end)
        self.calls.append(call)
        return call

    def arguments(self) -> tuple[tuple[Argument, ...], int]:
        """The arguments of a call and the offset behind the closing bracket."""
        self.expect("(")
        found: list[Argument] = []
        named = False
        while self.token.kind != ")":
            token = self.token
            if token.kind in ("*", "**"):
                self.advance()
                found.append(Argument(token.kind, "", token.start, token.end, self.expression()))
                named = named or token.kind == "**"
            elif token.kind == NAME and self._tokens[self._at + 1].kind == "=":
                self.advance()
                self.advance()
                found.append(Argument("=", token.value, token.start, token.end, self.expression()))
                named = True
            else:
                value = self.expression()
                if named:
                    message = "a positional argument stands behind a keyword argument"
                    fail(message, value.start, value.end, "nowhere")
                found.append(Argument("", "", value.start, value.start, value))
            if self.token.kind != ")":
                self.expect(",", "`,` or `)`")
        return tuple(found), self.advance().end

    def _subscript(self, node: Tree) -> Tree:
        self.advance()
        parts = [node]
        while self.token.kind != "]":
            if not (self.take(":") or self.take(",")):
                parts.append(self.expression())
                if self.token.kind not in ("]", ":", ","):
                    self.fail("`]`")
        return Operation(node.start, self.advance().end, "[]", tuple(parts))

    def _filtered(self, node: Tree) -> Tree:
        while True:
            if self.token.kind == "|":
                self.advance()
                node = self.filter_on(node)
            elif self.token.kind == NAME and self.token.value == "is":
                self.advance()
                node = self._test(node)
            elif self.token.kind == "(":
                node = self._call(node)
            else:
                return node

    def filter_on(self, node: Tree) -> Tree:
        """``name(arguments)`` of a filter, applied to a value."""
        name = self.expect(NAME, "a filter's name")
        end, label = name.end, name.value
        while self.take("."):
            part = self.expect(NAME, "a filter's name")
            end, label = part.end, f"{label}.{part.value}"
        children = [node]
        if self.token.kind == "(":
            arguments, end = self.arguments()
            children += [argument.value for argument in arguments]
        return Operation(node.start, end, "|" + label, tuple(children))

    def _test(self, node: Tree) -> Tree:
        self.take_word("not")
        name = self.expect(NAME, "a test's name")
        end = name.end
        children = [node]
        if self.token.kind == "(":
            arguments, end = self.arguments()
            children += [argument.value for argument in arguments]
        elif self.token.kind in (STRING, NUMBER, "[", "{") or (
            self.token.kind == NAME and self.token.value not in _NO_OPERAND
        ):
            operand = self._postfix(self._primary())
            end = operand.end
            children.append(operand)
        return Operation(node.start, end, "is " + name.value, tuple(children))
