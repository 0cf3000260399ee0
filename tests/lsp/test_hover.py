"""Hovers, definitions, references and symbols as an editor sees them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

from written import PROJECT, write_files

TREE = PROJECT + (
    "models:\n  shop:\n    +freshness: {build_after: {count: 1, period: day}}\n"
    "    marts:\n      +freshness: null\n"
    "  pkg:\n    +freshness: {build_after: {count: 2, period: hour}}\n"
)
MARTS = (
    "models:\n  - name: orders\n    description: '😀 one row'\n"
    "    config: {meta: '😀', freshness: {build_after: {count: 4, period: hour, updates_on: all}}}\n"
    "  - name: plain\n  - name: cleared\n    config: {freshness: null}\n"
    "  - name: dim\n    versions: [{v: 1}, {v: 2, config: {freshness: {build_after: {count: 3, period: day}}}}]\n"
    "  - name: today\n    config: {materialized: view}\n"
    "sources:\n  - name: raw\n    config: {loaded_at_field: _at}\n    tables:\n      - name: pay\n      - name: users\n"
)
FILES: dict[str, str | bytes] = {
    "dbt_project.yml": TREE,
    "packages.yml": "packages:\n  - local: pkg\n",
    "pkg/dbt_project.yml": "name: pkg\nversion: '1.0'\n",
    "pkg/models/p.sql": "select 1 as id",
    "models/marts/_marts.yml": MARTS.replace("\n", "\r\n"),
    "models/marts/orders.sql": "select '😀' as a from {{ ref('plain') }} join {{ source('raw', 'pay') }} using (id)\n",
    "models/marts/plain.sql": "select 1 from {{ ref('p') }}",
    "models/marts/cleared.sql": "select 1 as id",
    "models/marts/dim_v1.sql": "select 1 as id",
    "models/marts/dim_v2.sql": "select 1 as id",
    "models/marts/today.sql": "{{ config(freshness={'build_after': {'count': modules.datetime.date.today().day, 'period': 'day'}}) }} select 1",
    "models/quiet.yml": "models:\n  - name: stg\n    description: nothing of ours\n",
    "models/stg.sql": "select 1 as id",
}


class Session:
    """An open editor on the project above."""

    def __init__(self, client: LanguageClient, root: Path, units: str) -> None:
        self.client, self.root, self.units = client, root, units
        self.texts = {name: str(text) for name, text in FILES.items()}

    def uri(self, file: str) -> str:
        return (self.root / file).as_uri()

    def at(self, file: str, mark: str, word: str = "") -> dict[str, Any]:
        text = self.texts[file]
        offset = text.index(word or mark, text.index(mark))
        start = text.rfind("\n", 0, offset) + 1
        position = types.Position(text.count("\n", 0, offset), self.length(text[start:offset]))
        return {"text_document": types.TextDocumentIdentifier(self.uri(file)), "position": position}

    def length(self, text: str) -> int:
        size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[self.units]
        return len(text.encode(self.units if size == 1 else f"{self.units}-le")) // size

    def open(self, file: str) -> None:
        document = types.TextDocumentItem(self.uri(file), "yaml", 1, self.texts[file])
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    def write(self, file: str, text: str) -> None:
        self.texts[file] = text
        change = types.TextDocumentContentChangeWholeDocument(text)
        document = types.VersionedTextDocumentIdentifier(uri=self.uri(file), version=2)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    async def hover(self, file: str, mark: str, word: str = "") -> types.Hover | None:
        return await self.client.text_document_hover_async(types.HoverParams(**self.at(file, mark, word)))

    async def said(self, file: str, mark: str, word: str = "") -> str:
        hover = await self.hover(file, mark, word)
        if hover is None:
            return ""
        assert isinstance(hover.contents, types.MarkupContent)
        return hover.contents.value

    async def ready(self) -> None:
        for _ in range(200):
            if await self.hover("models/stg.sql", "select") is None and await self.said(
                "dbt_project.yml", "shop:"
            ):
                return
            await asyncio.sleep(0.02)
        raise AssertionError("the server did not become ready")


def capabilities(*, markdown: bool, units: str, rich: bool = True) -> types.ClientCapabilities:
    formats = [types.MarkupKind.Markdown, types.MarkupKind.PlainText][0 if markdown else 1 :]
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(units)]),
        text_document=types.TextDocumentClientCapabilities(
            hover=types.HoverClientCapabilities(content_format=formats),
            definition=types.DefinitionClientCapabilities(link_support=rich),
            document_symbol=types.DocumentSymbolClientCapabilities(hierarchical_document_symbol_support=rich),
        ),
    )


def session(
    client_for: Any,
    root: Path,
    use: Callable[[Session], Awaitable[None]],
    *,
    markdown: bool = True,
    units: str = "utf-16",
    rich: bool = True,
    **settings: Any,
) -> None:
    write_files(root, FILES)

    async def run() -> None:
        able = capabilities(markdown=markdown, units=units, rich=rich)
        async with client_for(root, able, settings) as client:
            here = Session(client, root, units)
            await here.ready()
            await use(here)

    asyncio.run(run())


@pytest.mark.parametrize("units", ["utf-8", "utf-16", "utf-32"])
def test_the_word_is_marked_in_every_unit(client_for: Any, tmp_path: Path, units: str) -> None:
    async def use(here: Session) -> None:
        for file, mark, word in (
            ("models/marts/_marts.yml", "freshness", ""),
            ("models/marts/_marts.yml", "updates_on", "all"),
            ("models/marts/orders.sql", "ref('plain')", ""),
        ):
            hover = await here.hover(file, mark, word)
            assert hover is not None
            assert hover.range is not None
            at = here.at(file, mark, word)["position"]
            length = here.length(word or mark)
            assert hover.range == types.Range(at, types.Position(at.line, at.character + length))

    session(client_for, tmp_path, use, units=units)


def test_what_is_said(client_for: Any, tmp_path: Path) -> None:
    marts = "models/marts/_marts.yml"

    async def use(here: Session) -> None:
        uri = here.uri
        assert await here.said(marts, "name: orders", "orders") == (
            f"**model.shop.orders** [models/marts/orders.sql]({uri('models/marts/orders.sql')})\n\n"
            "**build_after** 4 hours, when all parents have new data\n\n"
            "```yaml\nfreshness:\n  build_after:\n    count: 4\n    period: hour\n    updates_on: all\n```\n\n"
            f"- [models/marts/\\_marts.yml:4]({uri(marts)}#L4) · properties · 4 hours, all · **in force**\n"
            f"- [dbt_project.yml:8]({uri('dbt_project.yml')}#L8) · folder marts · null · shadowed\n"
            f"- [dbt_project.yml:6]({uri('dbt_project.yml')}#L6) · project shop · 1 day, any · shadowed\n\n"
            "the same on dbt v2 and dbt Core 1.11\n\n"
            "**parents** plain (no build_after), source raw.pay (loaded_at_field \\_at)\n\n"
            "**so** builds at most every 4 hours, and only when both parents have new data since its last "
            "build, or its code changed"
        )
        # other engines, defaults, what only dbt can tell, and models whose file sets nothing of ours
        cleared = await here.said(marts, "cleared")
        assert "**build_after** switched off" in cleared
        assert "*dbt v2:* 1 day, when any parent has new data" in cleared
        assert (await here.said("models/marts/today.sql", "config")).startswith("**model.shop.today**")
        assert "folder marts · null · **clears**" in await here.said(marts, "plain")
        stg = await here.said("models/quiet.yml", "stg")
        assert "**model.shop.stg**" in stg
        assert "1 day, when any parent has new data" in stg
        # references, also to packages and their layers
        assert "root project, package pkg" in await here.said("models/marts/plain.sql", "ref(")
        assert (await here.said("models/marts/orders.sql", "source(")).startswith("**source.shop.raw.pay**")
        # several nodes
        dim = await here.said(marts, "name: dim", "dim")
        assert dim.startswith("**dim**\n\n- **dim.v1** · build_after switched off")
        assert (
            f"- **dim.v2** · build_after 3 days, when any parent has new data · [models/marts/\\_marts.yml:9]({uri(marts)}#L9)"
            in dim
        )
        assert (await here.said(marts, "v: 2", "2")).startswith("**model.shop.dim.v2**")
        assert (await here.said(marts, "name: raw", "raw")).startswith("**source raw**\n\n- **raw.pay** · ")
        # keys and words
        block = await here.said(marts, "freshness")
        assert block.startswith("**model.shop.orders**")
        assert "\n\n---\n\n`freshness`: When dbt may reuse this model" in block
        word = await here.said(marts, "updates_on", "all")
        assert word.startswith(
            "`all`: Every direct parent needs new data since the last build.\n\n`updates_on`: "
        )
        assert word.endswith(
            f"**orders** · build_after 4 hours, when all parents have new data · [models/marts/\\_marts.yml:4]({uri(marts)}#L4)"
        )
        # places of dbt_project.yml
        folder = await here.said("dbt_project.yml", "marts")
        assert folder.startswith("**models.shop.marts**\n\n**build_after** switched off")
        assert folder.endswith("reaches 6 models, 4 override it")
        assert "How many periods" in await here.said("dbt_project.yml", "count")
        # what is not ours
        for file, mark in (
            (marts, "description"),
            (marts, "meta"),
            (marts, "materialized"),
            ("models/marts/orders.sql", "select"),
        ):
            assert await here.said(file, mark) == ""

    session(client_for, tmp_path, use)


def test_plain_text_and_an_engine(client_for: Any, tmp_path: Path) -> None:
    async def use(here: Session) -> None:
        said = await here.said("models/marts/_marts.yml", "cleared")
        assert said == (
            "model.shop.cleared                                models/marts/cleared.sql\n\n"
            "build_after   1 day, when any parent has new data\n"
            "    models/marts/_marts.yml:7   properties     null         inherits\n"
            "    dbt_project.yml:8           folder marts   null         inherits\n"
            "  > dbt_project.yml:6           project shop   1 day, any   in force\n"
            "so            builds at most once a day, and only when its code changed"
        )
        assert "build_after   unknown until dbt runs" in await here.said("models/marts/today.sql", "config")
        said = await here.said("models/marts/_marts.yml", "period")
        assert said.startswith("period: The unit of `count`")
        assert "](" not in said

    session(client_for, tmp_path, use, markdown=False, engine="fusion", trusted=False)


def test_half_typed_files(client_for: Any, tmp_path: Path) -> None:
    marts = "models/marts/_marts.yml"

    async def use(here: Session) -> None:
        here.open(marts)
        here.open("dbt_project.yml")
        here.open("models/marts/orders.sql")
        before = here.texts[marts]
        here.write(marts, before + "  - name: more\r\n    config: {freshness: {build_after: {count: \r\n")
        for mark in ("orders", "cleared", "count"):
            said = await here.said(marts, mark)
            assert said == "" or "build_after" in said
        here.write(marts, before.replace("count: 4", "count: 5"))
        assert "**build_after** 5 hours" in await here.said(marts, "orders")
        here.write("dbt_project.yml", TREE + "    x: {\n")
        assert await here.said("dbt_project.yml", "marts") == ""
        assert "1 day, any" in await here.said(marts, "orders")
        here.write("dbt_project.yml", TREE.replace("count: 1", "count: 7"))
        assert "7 days" in await here.said("dbt_project.yml", "shop:")
        here.write("models/marts/orders.sql", "select '{{ config(freshness={'build")
        assert await here.said("models/marts/orders.sql", "config") == ""

    session(client_for, tmp_path, use)


def places(found: Any, root: Path) -> list[str]:
    """Locations or links as ``file:line``, lines from 1."""
    out = []
    for one in found or ():
        link = isinstance(one, types.LocationLink)
        uri, start = (
            (one.target_uri, one.target_selection_range.start) if link else (one.uri, one.range.start)
        )
        out.append(f"{uri.removeprefix(root.as_uri() + '/')}:{start.line + 1}")
    return out


@pytest.mark.parametrize("rich", [True, False])
def test_definitions_references_and_symbols(client_for: Any, tmp_path: Path, rich: bool) -> None:
    marts = "models/marts/_marts.yml"

    async def use(here: Session) -> None:
        client = here.client

        async def definition(file: str, mark: str, word: str = "") -> list[str]:
            params = types.DefinitionParams(**here.at(file, mark, word))
            return places(await client.text_document_definition_async(params), here.root)

        async def references(file: str, mark: str, word: str = "") -> list[str]:
            context = types.ReferenceContext(include_declaration=True)
            params = types.ReferenceParams(context, **here.at(file, mark, word))
            return places(await client.text_document_references_async(params), here.root)

        assert await definition(marts, "orders") == [f"{marts}:4"]
        assert await definition(marts, "plain") == ["dbt_project.yml:8"]
        assert await definition("models/quiet.yml", "stg") == ["dbt_project.yml:6"]
        assert await definition("models/marts/orders.sql", "ref(") == ["dbt_project.yml:8"]
        assert await definition("models/marts/orders.sql", "source(") == [f"{marts}:14"]
        assert await definition("models/marts/today.sql", "config") == ["models/marts/today.sql:1"]
        assert await definition("dbt_project.yml", "pkg:") == ["dbt_project.yml:10"]
        assert await definition(marts, "description") == []
        assert await references(marts, "orders") == [f"{marts}:4", "dbt_project.yml:8", "dbt_project.yml:6"]
        assert sorted(await references("dbt_project.yml", "marts")) == [
            f"models/marts/{name}.sql:1"
            for name in ("cleared", "dim_v1", "dim_v2", "orders", "plain", "today")
        ]
        assert sorted(await references("dbt_project.yml", "+freshness: null", "+freshness")) == [
            f"models/marts/{name}.sql:1" for name in ("dim_v1", "plain")
        ]

        params = types.DocumentSymbolParams(types.TextDocumentIdentifier(here.uri(marts)))
        found = await client.text_document_document_symbol_async(params)
        assert found is not None
        if rich:
            shown = [(one.name, [inner.name for inner in one.children or ()]) for one in found]  # type: ignore[union-attr]
            assert shown == [
                ("orders", ["freshness"]),
                ("cleared", ["freshness"]),
                ("dim", ["dim.v2"]),
                ("raw", ["loaded_at_field"]),
            ]
        else:
            named = [(one.name, one.container_name) for one in found]  # type: ignore[union-attr]
            assert named[:3] == [("orders", None), ("freshness", "orders"), ("build_after", "freshness")]
        empty = types.DocumentSymbolParams(types.TextDocumentIdentifier(here.uri("models/stg.sql")))
        assert not await client.text_document_document_symbol_async(empty)

    session(client_for, tmp_path, use, rich=rich)
