"""Jinja text to Jinja2's syntax tree, with dbt's own statements."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

from jinja2 import TemplateSyntaxError, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import SandboxedEnvironment

from stateaware.syntax.jinja.errors import JinjaSyntaxError
from stateaware.syntax.jinja.limits import MAX_SOURCE
from stateaware.syntax.jinja.undecided import LimitExceeded


class _DbtBlocks(Extension):
    """``snapshot``, whose body counts, and blocks that define something elsewhere."""

    tags: Final = {"snapshot", "materialization", "test", "data_test", "docs"}  # type: ignore[misc]

    def parse(self, parser: Parser) -> nodes.Node | list[nodes.Node]:
        """Skip the head of the block; keep the body of a snapshot."""
        opening = next(parser.stream)
        while parser.stream.current.type not in ("block_end", "eof"):
            next(parser.stream)
        body = parser.parse_statements((f"name:end{opening.value}",), drop_needle=True)
        return nodes.Scope(body, lineno=opening.lineno) if opening.value == "snapshot" else []


class _MacroParser(Parser):
    """A parser that allows types behind the parameters of a macro, as dbt does."""

    def parse_signature(self, node: nodes.Macro | nodes.CallBlock) -> None:
        """``(a, b: string, c=1)``."""
        arguments: list[nodes.Name] = []
        defaults: list[nodes.Expr] = []
        node.args, node.defaults = arguments, defaults
        self.stream.expect("lparen")
        while self.stream.current.type != "rparen":
            if arguments:
                self.stream.expect("comma")
                if self.stream.current.type == "rparen":
                    break
            argument = self.parse_assign_target(name_only=True)
            argument.set_ctx("param")
            if self.stream.skip_if("colon"):
                self._skip_type()
            if self.stream.skip_if("assign"):
                defaults.append(self.parse_expression())
            elif defaults:
                self.fail("non-default argument follows default argument")
            arguments.append(argument)
        self.stream.expect("rparen")

    def _skip_type(self) -> None:
        self.stream.expect("name")
        depth = 0
        while self.stream.current.type == "lbracket" or depth:
            kind = next(self.stream).type
            depth += (kind == "lbracket") - (kind == "rbracket")
            if kind == "eof":
                self.fail("a type is not closed")


class _Environment(SandboxedEnvironment):
    """Parses and lends its safe access to attributes to Jinja's filters; it compiles nothing."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return _MacroParser(self, source, name, filename).parse()


@cache
def environment() -> SandboxedEnvironment:
    """The one environment; nothing in it changes."""
    return _Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols", _DbtBlocks], cache_size=0)


def parse_template(source: str) -> nodes.Template:
    """The syntax tree of a text.

    Raises:
        JinjaSyntaxError: it is no Jinja.
        LimitExceeded: it is too long or too deep to be read.
    """
    return _guarded(source, environment().parse)


def parse_expression(source: str) -> nodes.Template:
    """The syntax tree of an expression, as a template that consists of one output of it.

    Raises:
        JinjaSyntaxError: it is no expression.
        LimitExceeded: it is too long or too deep to be read.
    """
    return _guarded(source, _parse_expression)


def _parse_expression(source: str) -> nodes.Template:
    parser = Parser(environment(), source, state="variable")
    expression = parser.parse_expression()
    if not parser.stream.eos:
        parser.fail("the expression goes on where it should end", parser.stream.current.lineno)
    return nodes.Template([nodes.Output([expression], lineno=1)], lineno=1)


def _guarded(source: str, parse: Callable[[str], nodes.Template]) -> nodes.Template:
    if len(source) > MAX_SOURCE:
        raise LimitExceeded("this is too long to be rendered")
    try:
        return parse(source)
    except TemplateSyntaxError as error:
        raise JinjaSyntaxError(error.message or "this is no Jinja", error.lineno) from None
    except (RecursionError, MemoryError):
        raise LimitExceeded("this is nested too deeply to be rendered") from None
    except (ValueError, OverflowError) as error:
        raise JinjaSyntaxError(str(error)) from None
