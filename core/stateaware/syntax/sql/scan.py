"""Reads a model's or macro file's SQL without rendering it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple, NoReturn

from stateaware.syntax.sql.arguments import config_call, ref_call, source_call
from stateaware.syntax.sql.calls import (
    ConfigCall,
    MacroDefinition,
    RefCall,
    SourceCall,
    SqlFacts,
    SqlProblem,
)
from stateaware.syntax.sql.expression import RESERVED
from stateaware.syntax.sql.lexer import FILE_END, tokenize
from stateaware.syntax.sql.literals import plain_config
from stateaware.syntax.sql.nodes import Broken, Call, Told, Tree, fail
from stateaware.syntax.sql.places import locator
from stateaware.syntax.sql.statement import (
    BRANCHES,
    CONDITIONAL,
    FoundCall,
    Statement,
    is_known,
    parse_output,
    parse_statement,
)
from stateaware.syntax.sql.value import dotted_name
from stateaware.syntax.tree import Entry
from stateaware.text import LineIndex, Span, decode

DECIDING: Final = frozenset({"freshness", "state", "enabled"})
"""The keys whose values must be known; one that only rendering can tell sets ``needs_render``."""

_STRING: Final = r"""('[^'\\]*'|"[^"\\]*")"""
_TAG: Final = re.compile(
    rf"""\{{(?:\{{-?\s*(?:(ref\(\s*{_STRING}\s*\))|(source\(\s*{_STRING}\s*,\s*{_STRING}\s*\)))\s*-?\}}\}}|([{{%#]))"""
)
_PLAIN: Final = re.compile(
    rf"""\{{\{{-?\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(\(\s*(?:{_STRING}\s*(?:,\s*{_STRING}\s*)*)?\))?\s*-?\}}\}}"""
)
"""``{{ name }}`` and ``{{ name('text', 'text') }}``: the commonest tags, not worth a parse."""
_NOT_PLAIN: Final = frozenset({"config", "ref", "source", "builtins.ref", "builtins.source", *RESERVED})
_BARE: Final = re.compile(r"\{%[-+]?\s*(endif|else|endfor|endset|endmacro)\s*[-+]?%\}")
_RAW: Final = re.compile(r"\{%[-+]?\s*raw\s*[-+]?%\}")
_RAW_END: Final = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")
_EMPTY: Final = SqlFacts()


def scan_sql(data: bytes | str, path: str = "") -> SqlFacts:
    """What a SQL file says, read statically.

    Takes time linear in the size of the file and gives an answer for any input: what dbt could not
    read either is the ``problem`` of the answer, together with the facts found around it.
    ``path`` decides nothing; it is there so that every scanner is called alike.
    """
    if isinstance(data, str):
        text = data
    else:
        try:
            text = decode(data)
        except UnicodeDecodeError as error:
            return SqlFacts(problem=encoding_problem(data, error))
    if "{{" not in text and "{%" not in text and "{#" not in text:
        return _EMPTY
    return _Scan(text).run()


def encoding_problem(data: bytes, error: UnicodeDecodeError) -> SqlProblem:
    """The problem of a file that is not UTF-8, at its first wrong byte."""
    before = data[: error.start].decode("utf-8-sig", "replace")
    line, column = LineIndex(before).position(len(before))
    message = f"byte {data[error.start]:#04x} is not UTF-8"
    return SqlProblem("encoding", message, Span(line, column, line, column + 1))


class _Block(NamedTuple):
    """A block that is still open.

    ``outer_calls`` are set aside while a macro, not one inside another, collects its own;
    ``configs`` is how many config calls stand before it.
    """

    statement: Statement
    start: int
    configs: int
    outer_calls: dict[str, None] | None = None


class _Scan:
    """One pass over one text."""

    __slots__ = (
        "blocks", "calls", "configs", "dynamic_refs", "in_macro", "local", "locate", "macros",
        "needs_render", "nesting", "problem", "refs", "sources", "text",
    )  # fmt: skip

    def __init__(self, text: str) -> None:
        self.text = text
        self.locate = locator(text)
        self.configs: list[ConfigCall] = []
        self.refs: list[RefCall] = []
        self.sources: list[SourceCall] = []
        self.calls: dict[str, None] = {}
        self.macros: list[MacroDefinition] = []
        self.blocks: list[_Block] = []
        self.nesting = 0
        self.in_macro = False
        self.local: set[str] = set()
        self.dynamic_refs = False
        self.needs_render = False
        self.problem: SqlProblem | None = None

    def run(self) -> SqlFacts:
        """Read all tags; behind one with an error reading goes on where its end can be told."""
        at = 0
        while at >= 0 and (found := _TAG.search(self.text, at)):
            at = self._read(found)
        if self.problem is None and self.blocks:
            self.problem = self._unclosed(self.blocks[-1])
        return SqlFacts(
            configs=tuple(self.configs),
            refs=tuple(self.refs),
            sources=tuple(self.sources),
            calls=tuple(self.calls),
            macros=tuple(self.macros),
            dynamic_refs=self.dynamic_refs,
            needs_render=self.needs_render,
            problem=self.problem,
        )

    def _read(self, found: re.Match[str]) -> int:
        """Read one tag; the offset behind it, or -1 behind an error after which nothing can be told."""
        try:
            return self._tag(found)
        except Broken as error:
            broken = error
        except RecursionError:
            broken = Broken("brackets nest too deeply", found.start(), found.end())
        self.problem = self.problem or self._problem(broken)
        return self._behind_error(found, broken)

    # -- tags ------------------------------------------------------------------------------------

    def _tag(self, found: re.Match[str]) -> int:
        """Read one tag; the offset behind it."""
        conditional = self.nesting > 0
        if found.lastindex == 1:
            span, name = self.locate(*found.span(1)), self.locate(*found.span(2))
            self.refs.append(RefCall(span, found[2][1:-1], name, conditional=conditional))
            return found.end()
        if found.lastindex == 3:
            spans = [self.locate(*found.span(group)) for group in (3, 4, 5)]
            call = SourceCall(spans[0], found[4][1:-1], spans[1], found[5][1:-1], spans[2], conditional)
            self.sources.append(call)
            return found.end()
        start = found.start()
        if found[6] == "#":
            return self._behind("#}", start, "this comment is never closed")
        output = found[6] == "{"
        if output:
            plain = _PLAIN.match(self.text, start)
            if plain and plain[1] not in _NOT_PLAIN:
                if plain[2]:
                    self.calls[plain[1]] = None
                return plain.end()
            config = plain_config(self.text, start, self.locate)
            if config is not None:
                return self._plain_config(start, *config)
        elif bare := _BARE.match(self.text, start):
            self._statement(Statement(bare[1], *bare.span(1)), start, bare.end())
            return bare.end()
        elif raw := _RAW.match(self.text, start):
            end = _RAW_END.search(self.text, raw.end())
            if end is None:
                fail("this raw block is never closed", start, raw.end(), "file end")
            return end.end()
        inside = start + 2 + (self.text[start + 2 : start + 3] in ("-", "+"))
        tokens = tokenize(self.text, inside, "}}" if output else "%}")
        end_token = tokens[-1]
        try:
            if output:
                tree, calls = parse_output(tokens)
                whole = tree.callee if isinstance(tree, Call) else None
                self._calls(calls, start, end_token.end, whole)
            else:
                self._statement(parse_statement(tokens), start, end_token.end)
        except Broken as broken:
            if broken.told == "nowhere" and end_token.kind == FILE_END:
                opening = self.text[start : start + 2]
                fail(f"this `{opening}` is never closed", start, start + 2, "nowhere")
            raise
        return end_token.end

    def _behind(self, closer: str, start: int, message: str) -> int:
        end = self.text.find(closer, start + 2)
        if end < 0:
            fail(message, start, start + 2, "file end")
        return end + 2

    def _behind_error(self, found: re.Match[str], broken: Broken) -> int:
        """The offset behind a tag with an error; -1 if its end cannot be told."""
        if broken.told == "file end" or (broken.told == "nowhere" and broken.start == found.start()):
            return -1
        closer = "}}" if found[6] == "{" else "%}"
        end = self.text.find(closer, max(broken.start, found.end()))
        return end + 2 if end >= 0 else -1

    # -- statements ------------------------------------------------------------------------------

    def _statement(self, statement: Statement, start: int, end: int) -> None:
        keyword = statement.keyword
        if keyword.startswith("end"):
            self._close(statement, start, end)
            return
        allowed = BRANCHES.get(keyword)
        if allowed is not None:
            if not self.blocks:
                fail(f"`{keyword}` stands outside of any block", start, end)
            if self.blocks[-1].statement.keyword not in allowed:
                self._misplaced(statement)
        elif not is_known(keyword):
            if self.blocks:
                self._misplaced(statement)
            fail(f"dbt knows no statement `{keyword}`", start, end)
        self._calls(statement.calls, start, end)
        self.local.update(statement.assigns)
        if statement.opens:
            outer = None
            if keyword == "macro" and not self.in_macro:
                outer, self.calls, self.in_macro = self.calls, {}, True
            self.blocks.append(_Block(statement, start, len(self.configs), outer))
            self.nesting += keyword in CONDITIONAL

    def _close(self, statement: Statement, start: int, end: int) -> None:
        keyword = statement.keyword
        if not self.blocks:
            fail(f"`{keyword}` closes no open block", start, end)
        block = self.blocks[-1]
        if keyword != "end" + block.statement.keyword:
            self._misplaced(statement)
        self.blocks.pop()
        self.nesting -= block.statement.keyword in CONDITIONAL
        if block.outer_calls is None or block.statement.name is None:
            return
        name = block.statement.name
        calls = tuple(self.calls)
        self.calls, self.in_macro = block.outer_calls, False
        span = self.locate(block.start, end)
        configures = len(self.configs) > block.configs
        where = self.locate(name.start, name.end)
        source = self.text[block.start : end]
        self.macros.append(MacroDefinition(name.value, span, where, source, calls, configures))

    def _misplaced(self, statement: Statement) -> NoReturn:
        opener = self.blocks[-1].statement.keyword
        line = self.locate(self.blocks[-1].start, self.blocks[-1].start).line
        message = f"`{statement.keyword}` stands inside the `{opener}` of line {line}, which is not closed"
        fail(message, statement.start, statement.end)

    # -- expressions -----------------------------------------------------------------------------

    def _calls(self, calls: tuple[FoundCall, ...], start: int, end: int, whole: Tree | None = None) -> None:
        """Note the calls of one tag; ``whole`` is the callee of the call that is all of an output."""
        for call, optional in calls:
            name = dotted_name(call.callee)
            conditional = optional or self.nesting > 0
            if name == "config":
                reported = start if call.callee is whole else call.callee.start
                self._config(call, start, end, reported, conditional=conditional)
            elif name in ("ref", "builtins.ref"):
                self._ref(call, conditional=conditional)
            elif name in ("source", "builtins.source"):
                self._source(call, conditional=conditional)
            elif name is not None:
                self.calls[name] = None

    def _config(self, node: Call, start: int, end: int, reported: int, *, conditional: bool) -> None:
        call = config_call(
            node,
            self.text,
            self.locate,
            block=self.locate(start, end),
            reported_at=self.locate(reported, reported),
            conditional=conditional,
            local=self.local,
        )
        self._note_config(call)

    def _plain_config(
        self, start: int, arguments: tuple[Entry, ...], name: int, closed: int, end: int
    ) -> int:
        """Note a config call that was read the short way; the offset behind its tag."""
        block = self.locate(start, end)
        self._note_config(
            ConfigCall(
                span=self.locate(name, closed),
                block=block,
                reported_at=Span.at(block.line, block.column),
                arguments=arguments,
                conditional=self.nesting > 0,
                keywords=len(arguments),
            )
        )
        return end

    def _note_config(self, call: ConfigCall) -> None:
        self.configs.append(call)
        deciding = bool(call.unpacked) or any(entry.key.text in DECIDING for entry in call.arguments)
        if deciding and (call.conditional or call.local_names):
            self.needs_render = True

    def _ref(self, node: Call, *, conditional: bool) -> None:
        call = ref_call(node, self.locate, conditional=conditional)
        if call is None:
            self.dynamic_refs = True
        else:
            self.refs.append(call)

    def _source(self, node: Call, *, conditional: bool) -> None:
        call = source_call(node, self.locate, conditional=conditional)
        if call is None:
            self.dynamic_refs = True
        else:
            self.sources.append(call)

    # -- problems --------------------------------------------------------------------------------

    def _unclosed(self, block: _Block) -> SqlProblem:
        keyword = block.statement.keyword
        message = f"this `{keyword}` is never closed: `end{keyword}` is missing"
        return self._problem(Broken(message, block.statement.start, block.statement.end, "nowhere"))

    def _problem(self, broken: Broken) -> SqlProblem:
        place = self._told_at(broken.told, broken.start)
        reported_at = None if place is None else self.locate(place, place)
        return SqlProblem("syntax", broken.message, self.locate(broken.start, broken.end), reported_at)

    def _told_at(self, told: Told, start: int) -> int | None:
        if told == "nowhere":
            return None
        if told == "file end":
            return len(self.text) - self.text.endswith("\n")
        return start
