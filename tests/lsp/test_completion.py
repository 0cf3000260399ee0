"""Completion as an editor sees it: what is offered, and what the text looks like once it is taken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from written import write_files

MODELS = "models:\n  - name: orders\n    config:\n      freshness:\n        build_after:\n          "


def capabilities(*, snippets: bool = True, adjust: bool = False, units: str = "utf-16") -> Any:
    modes = types.ClientCompletionItemInsertTextModeOptions([types.InsertTextMode.AdjustIndentation])
    item = types.ClientCompletionItemOptions(
        snippet_support=snippets,
        insert_text_mode_support=modes if adjust else None,
        documentation_format=[types.MarkupKind.Markdown],
    )
    return types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(
            completion=types.CompletionClientCapabilities(completion_item=item)
        ),
        general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(units)]),
    )


def units_before(line: str, units: str) -> int:
    return (
        len(line.encode(units if units == "utf-8" else f"{units}-le"))
        // {"utf-8": 1, "utf-16": 2, "utf-32": 4}[units]
    )


def run(
    client_for: Any,
    root: Path,
    file: str,
    text: str,
    typed: str | None = None,
    units: str = "utf-16",
    **client: Any,
) -> tuple[list[types.CompletionItem], Callable[[types.CompletionItem], str]]:
    """What is offered at the ``|`` of a text, and a function that takes an item."""
    write_files(root, {file: text.replace("|", "")})
    at = text.index("|")
    line = text.count("\n", 0, at)
    start = text.rfind("\n", 0, at) + 1
    text = text.replace("|", "", 1)
    position = types.Position(line, units_before(text[start:at], units))

    async def ask() -> list[types.CompletionItem]:
        async with client_for(root, capabilities(units=units, **client)) as editor:
            uri = (root / file).as_uri()
            editor.text_document_did_open(
                types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "yaml", 1, text))
            )
            for _ in range(100):
                context = types.CompletionContext(types.CompletionTriggerKind.Invoked)
                if typed is not None:
                    context = types.CompletionContext(types.CompletionTriggerKind.TriggerCharacter, typed)
                answer = await editor.text_document_completion_async(
                    types.CompletionParams(types.TextDocumentIdentifier(uri), position, context=context)
                )
                if answer is not None:
                    return list(answer.items)
                await asyncio.sleep(0.02)
            return []

    def take(item: types.CompletionItem) -> str:
        edit = item.text_edit
        assert isinstance(edit, types.TextEdit)
        assert edit.range.start.line == edit.range.end.line == line
        content = text[start:].split("\n", 1)[0]

        def offset(character: int) -> int:
            return next(n for n in range(len(content) + 1) if units_before(content[:n], units) == character)

        first, last = start + offset(edit.range.start.character), start + offset(edit.range.end.character)
        assert (item.filter_text or item.label).startswith(text[first:at])
        return text[:first] + edit.new_text + text[last:]

    return asyncio.run(ask()), take


def test_keys_with_documentation_where_they_may_stand(client_for: Any, tmp_path: Path) -> None:
    items, take = run(client_for, tmp_path, "models/_m.yml", MODELS + "per|", snippets=False)
    assert [item.label for item in items] == ["count", "period", "updates_on"]
    period = items[1]
    assert period.kind == types.CompletionItemKind.Property
    assert period.detail == "minute | hour | day · needs count"
    assert isinstance(period.documentation, types.MarkupContent)
    assert "The unit of `count`" in period.documentation.value
    assert take(period) == MODELS + "period: "


def test_a_snippet_only_for_editors_that_know_them(client_for: Any, tmp_path: Path) -> None:
    items, take = run(client_for, tmp_path, "models/_m.yml", "models:\n  - name: orders\n    |")
    block = items[0]
    assert block.insert_text_format == types.InsertTextFormat.Snippet
    assert take(block) == (
        "models:\n  - name: orders\n    config:\n      freshness:\n        build_after:\n"
        "          count: ${1:4}\n          period: ${2|hour,minute,day|}"
    )


def test_a_block_as_plain_text(client_for: Any, tmp_path: Path) -> None:
    items, take = run(
        client_for, tmp_path, "models/_m.yml", "models:\r\n  - name: orders\r\n    con|\r\n", snippets=False
    )
    assert items[0].insert_text_format == types.InsertTextFormat.PlainText
    assert take(items[0]) == (
        "models:\r\n  - name: orders\r\n    config:\r\n      freshness:\r\n        build_after:\r\n"
        "          count: 4\r\n          period: hour\r\n"
    )


def test_an_editor_that_indents_gets_lines_relative_to_the_first(client_for: Any, tmp_path: Path) -> None:
    items, take = run(client_for, tmp_path, "models/_m.yml", "models:\n  - |", adjust=True, snippets=False)
    assert items[0].insert_text_mode == types.InsertTextMode.AdjustIndentation
    assert take(items[0]).splitlines()[:3] == ["models:", "  - config:", "    freshness:"]


@pytest.mark.parametrize("units", ["utf-8", "utf-16", "utf-32"])
def test_columns_behind_astral_characters(client_for: Any, tmp_path: Path, units: str) -> None:
    text = "models:\n  - {name: 😀é, config: {freshness: {build_after: {count: 4, period: ho|}}}}\n"
    items, take = run(client_for, tmp_path, "models/_m.yml", text, units=units)
    assert [item.label for item in items] == ["hour", "minute", "day"]
    assert take(items[0]) == text.replace("ho|", "hour")


def test_a_colon_brings_values_with_a_blank(client_for: Any, tmp_path: Path) -> None:
    items, take = run(client_for, tmp_path, "models/_m.yml", MODELS + "updates_on:|", typed=":")
    assert take(items[1]) == MODELS + "updates_on: all"


def test_a_config_call(client_for: Any, tmp_path: Path) -> None:
    items, take = run(
        client_for, tmp_path, "models/orders.sql", "{{ config(|) }}\nselect 1\n", typed="(", snippets=False
    )
    assert "freshness: build_after 4 hours" in [item.label for item in items]
    block = next(item for item in items if item.label == "freshness: build_after 4 hours")
    assert take(block) == (
        "{{ config(freshness={'build_after': {'count': 4, 'period': 'hour'}}) }}\nselect 1\n"
    )
