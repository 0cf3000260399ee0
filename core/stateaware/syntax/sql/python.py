"""Reads a Python model the way both engines do: by its syntax tree, never by running it.

``dbt.config()``, ``dbt.ref()`` and ``dbt.source()`` count wherever they stand, even below
``if False``, and take literal arguments only.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from stateaware.syntax.sql.calls import (
    ConfigCall,
    ProblemKind,
    RefCall,
    SourceCall,
    SqlFacts,
    SqlProblem,
)
from stateaware.syntax.sql.python_depth import is_too_deep
from stateaware.syntax.sql.scan import encoding_problem
from stateaware.syntax.sql.value import last_of_each
from stateaware.syntax.tree import Entry, Expression, Mapping, Node, Scalar, Sequence
from stateaware.text import LineIndex, Span, decode

_LARGEST: Final = 1_000_000
_DBT_CALLS: Final = frozenset({"dbt.config", "dbt.ref", "dbt.source"})


def scan_python(data: bytes | str, path: str = "") -> SqlFacts:
    """What a Python model says; what dbt would refuse it for is its ``problem``.

    Needs time linear in the size of the file; files larger than a million characters, or nested so
    deeply that Python's own parser might fail, are not read. ``path`` decides nothing.
    """
    if isinstance(data, str):
        text = data
    else:
        try:
            text = decode(data)
        except UnicodeDecodeError as error:
            return SqlFacts(problem=encoding_problem(data, error))
    if len(text) > _LARGEST or is_too_deep(text):
        return _refused("syntax", "this file is too large or too deeply nested to be read", Span(1, 1, 1, 1))
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        return _refused("syntax", error.msg, LineIndex(text).clamp(_error_span(error)))
    except (ValueError, RecursionError, MemoryError) as error:
        return _refused("syntax", str(error) or "this file cannot be parsed", Span(1, 1, 1, 1))
    if not tree.body:
        return SqlFacts()
    return _Reader(text).read(tree)


def _refused(kind: ProblemKind, message: str, span: Span) -> SqlFacts:
    return SqlFacts(problem=SqlProblem(kind, message, span))


def _error_span(error: SyntaxError) -> Span:
    line, column = error.lineno or 1, max(1, error.offset or 1)
    end_line, end_column = error.end_lineno or line, error.end_offset or 0
    if (end_line, end_column) <= (line, column):
        end_line, end_column = line, column + 1
    return Span(line, column, end_line, end_column)


def _model_problem(tree: ast.Module) -> str:
    """Why the ``model`` function is not what dbt asks for, or an empty string."""
    models = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "model"]
    if len(models) != 1:
        return f"dbt wants exactly one function `model` in a file, and this has {len(models)}"
    names = [argument.arg for argument in models[0].args.args]
    if len(names) != 2 or names[0] != "dbt":
        return "dbt wants `def model(dbt, session)`"
    last = models[0].body[-1]
    if not isinstance(last, ast.Return) or isinstance(last.value, ast.Tuple):
        return "dbt wants `model` to end with `return` and one dataframe"
    return ""


class _NotLiteral(Exception):
    """An argument that is no literal."""

    def __init__(self, node: ast.expr) -> None:
        super().__init__()
        self.node = node


class _Reader:
    """Finds the calls of one syntax tree."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._index = LineIndex(text)
        self._ascii = text.isascii()
        self._problem: SqlProblem | None = None

    def read(self, tree: ast.Module) -> SqlFacts:
        """All facts of a file."""
        wrong = _model_problem(tree)
        if wrong:
            self._problem = SqlProblem("model", wrong, self._model_span(tree))
        configs: list[ConfigCall] = []
        refs: list[RefCall] = []
        sources: list[SourceCall] = []
        dynamic = False
        for name, call, statement in _dbt_calls(tree):
            try:
                if name == "dbt.config":
                    configs.append(self._config(call, statement))
                    continue
                found = self._ref(call) if name == "dbt.ref" else self._source(call)
            except _NotLiteral as error:
                found = None
                self._refuse(error.node, name)
            if isinstance(found, RefCall):
                refs.append(found)
            elif isinstance(found, SourceCall):
                sources.append(found)
            else:
                dynamic = dynamic or name != "dbt.config"
        return SqlFacts(
            configs=tuple(configs),
            refs=tuple(refs),
            sources=tuple(sources),
            dynamic_refs=dynamic,
            problem=self._problem,
        )

    # -- places ----------------------------------------------------------------------------------

    def _column(self, line: int, byte: int) -> int:
        if self._ascii:
            return byte + 1
        return len(self._index.line_text(line).encode()[:byte].decode("utf-8", "ignore")) + 1

    def _span(self, node: ast.expr | ast.stmt | ast.keyword) -> Span:
        end_line = node.end_lineno or node.lineno
        end = node.end_col_offset or node.col_offset
        return Span(
            node.lineno, self._column(node.lineno, node.col_offset), end_line, self._column(end_line, end)
        )

    def _written(self, span: Span) -> str:
        start = self._index.offset(span.line, span.column)
        return self._text[start : self._index.offset(span.end_line, span.end_column)]

    def _model_span(self, tree: ast.Module) -> Span:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name == "model":
                line = node.lineno
                return Span(
                    line, self._column(line, node.col_offset), line, len(self._index.line_text(line)) + 1
                )
        return Span(1, 1, 1, 1)

    def _refuse(self, node: ast.expr, name: str) -> None:
        if self._problem is None:
            span = self._span(node)
            self._problem = SqlProblem("argument", f"`{name}` takes literals only", span)

    # -- calls -----------------------------------------------------------------------------------

    def _config(self, call: ast.Call, statement: ast.stmt) -> ConfigCall:
        named: list[Entry] = []
        placed: list[Entry] = []
        unpacked: list[Expression] = []
        for keyword in call.keywords:
            if keyword.arg is None:
                unpacked.append(self._expression(keyword.value))
                continue
            value = self._node(keyword.value)
            start = self._span(keyword)
            key = Span(start.line, start.column, start.line, start.column + len(keyword.arg))
            named.append(Entry(Scalar(keyword.arg, key, "native", native=keyword.arg), value))
        for argument in call.args:
            value = self._node(argument)
            if isinstance(value, Mapping):
                placed.extend(value.entries)
            else:
                unpacked.append(value if isinstance(value, Expression) else self._expression(argument))
        arguments, replaced = last_of_each(tuple(named))
        return ConfigCall(
            span=self._span(call),
            block=self._span(statement),
            reported_at=None,
            arguments=arguments,
            placed=tuple(placed),
            unpacked=tuple(unpacked),
            replaced=replaced,
            positional=len(call.args),
            keywords=len(call.keywords),
        )

    def _ref(self, call: ast.Call) -> RefCall | None:
        names = [(self._string(argument), argument) for argument in call.args]
        version: str | int | float | None = None
        for keyword in call.keywords:
            value = keyword.value
            if not isinstance(value, ast.Constant):
                raise _NotLiteral(value)
            if keyword.arg in ("v", "version") and isinstance(value.value, (str, int, float)):
                version = value.value
        if not 1 <= len(names) <= 2:
            return None
        name, argument = names[-1]
        package = names[0][0] if len(names) == 2 else None
        return RefCall(self._span(call), name, self._span(argument), package, version)

    def _source(self, call: ast.Call) -> SourceCall | None:
        names = [self._string(argument) for argument in call.args]
        if len(names) != 2:
            return None
        source, table = (self._span(argument) for argument in call.args)
        return SourceCall(self._span(call), names[0], source, names[1], table)

    def _string(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        raise _NotLiteral(node)

    # -- values ----------------------------------------------------------------------------------

    def _expression(self, node: ast.expr) -> Expression:
        span = self._span(node)
        self._refuse(node, "dbt.config")
        return Expression(self._written(span), span)

    def _node(self, node: ast.expr) -> Node:
        """The located tree of a literal, as Python's ``literal_eval`` understands the word."""
        span = self._span(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, int, float, bool, type(None))):
            return _scalar(node.value, span)
        if (
            isinstance(node, ast.UnaryOp)
            and isinstance(node.op, (ast.USub, ast.UAdd))
            and isinstance(node.operand, ast.Constant)
            and isinstance(node.operand.value, (int, float))
        ):
            value = node.operand.value
            return _scalar(-value if isinstance(node.op, ast.USub) else value, span)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return Sequence(tuple(self._node(item) for item in node.elts), span, flow=True)
        if isinstance(node, ast.Dict):
            return self._mapping(node, span)
        return self._expression(node)

    def _mapping(self, node: ast.Dict, span: Span) -> Node:
        entries = []
        for key, value in zip(node.keys, node.values, strict=True):
            if not isinstance(key, ast.Constant):
                return self._expression(node)
            name = Scalar(str(key.value), self._span(key), "native", native=key.value)
            entries.append(Entry(name, self._node(value)))
        return Mapping(last_of_each(tuple(entries))[0], span, flow=True)


def _scalar(value: object, span: Span) -> Scalar:
    return Scalar("" if value is None else str(value), span, "native", native=value)


def _dbt_calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call, ast.stmt]]:
    """The ``dbt.*`` calls in written order, each with the innermost statement that holds it."""
    pending: list[tuple[ast.AST, ast.stmt | None]] = [(tree, None)]
    while pending:
        node, statement = pending.pop()
        if isinstance(node, ast.stmt):
            statement = node
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and statement is not None:
            owner = node.func.value
            name = f"{owner.id}.{node.func.attr}" if isinstance(owner, ast.Name) else ""
            if name in _DBT_CALLS:
                yield name, node, statement
        pending.extend((child, statement) for child in reversed(list(ast.iter_child_nodes(node))))
