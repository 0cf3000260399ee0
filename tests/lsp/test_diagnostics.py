"""Diagnostics as editors get them: pushed or pulled, while somebody types, in whatever units."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from editors import Editor, capabilities_of, until, until_async
from written import PROJECT, write_files

pytestmark = pytest.mark.asyncio

WRONG = "models:\n  - name: orders\n    config: {freshness: {build_after: {count: 4, period: hours}}}\n"
RIGHT = WRONG.replace("hours", "hour")
SWITCHED_OFF = "models:\n  - name: orders\n    config: {freshness: null}\n"
FOLDER = "models:\n  shop:\n    +freshness: {build_after: {count: 4, period: hour}}\n"
SQL = "{{ config(freshness={'build_after': {'count': 4, 'period': 'PERIOD'}}) }} select 1\n"
FILES: dict[str, str | bytes] = {
    "models/m.yml": WRONG,
    "models/orders.sql": "select 1\n",
    "models/other.sql": SQL.replace("PERIOD", "hour"),
}
FAST = {"settings": {"delay": 0, "pause": 0}}


@pytest.mark.parametrize("name", ["visual-studio-code@v1.65.2", "neovim", "emacs"])
async def test_they_are_pushed_where_the_editor_does_not_pull(
    client_for: Any, tmp_path: Path, name: str
) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, name, FAST) as client:
        editor = Editor(client, tmp_path)
        (found,) = await editor.until_pushed("models/m.yml", ["SA106"])  # not open
        assert found.source == "stateaware"
        assert found.severity == types.DiagnosticSeverity.Error
        assert found.code_description
        assert found.code_description.href.endswith("/SA106.md")
        editor.open("models/m.yml")
        editor.write("models/m.yml", RIGHT)
        await editor.until_pushed("models/m.yml", [])
        editor.open("models/other.sql")
        editor.write("models/other.sql", SQL.replace("PERIOD", "weekly"))
        await editor.until_pushed("models/other.sql", ["SA106"])
        editor.close("models/other.sql")
        await editor.until_pushed("models/other.sql", [])
        editor.close("models/m.yml")
        await editor.until_pushed("models/m.yml", ["SA106"])
        with pytest.raises(Exception, match="Method Not Found"):
            await editor.pull("models/m.yml")
    assert client.diagnostic_refresh_count == 0


async def test_they_are_pulled_where_the_editor_can_and_then_never_pushed(
    client_for: Any, tmp_path: Path
) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "visual-studio-code", FAST) as client:
        editor = Editor(client, tmp_path)
        editor.open("models/m.yml")
        assert await editor.pulled("models/m.yml") == ["SA106"]
        editor.write("models/m.yml", RIGHT)
        assert await editor.pulled("models/m.yml") == []  # the newest text, whatever the pauses
        editor.write("models/m.yml", SWITCHED_OFF)
        editor.open("dbt_project.yml")
        editor.write("dbt_project.yml", PROJECT + FOLDER)
        await until_async(lambda: _is(editor, "models/m.yml", ["SA301"]))
    assert client.diagnostics == {}


async def _is(editor: Editor, file: str, codes: list[str]) -> bool:
    return await editor.pulled(file) == codes


async def test_an_edit_that_concerns_other_files_asks_for_another_pull(
    client_for: Any, tmp_path: Path
) -> None:
    write_files(tmp_path, {**FILES, "models/m.yml": SWITCHED_OFF})
    async with client_for(tmp_path, "visual-studio-code", FAST) as client:
        editor = Editor(client, tmp_path)
        editor.open("dbt_project.yml")
        assert await editor.pulled("models/m.yml") == []
        asked = client.diagnostic_refresh_count
        editor.write("dbt_project.yml", PROJECT + FOLDER)
        await until(lambda: client.diagnostic_refresh_count > asked)
        assert await editor.pulled("models/m.yml") == ["SA301"]


async def test_a_second_pull_says_that_nothing_changed(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "visual-studio-code", FAST) as client:
        editor = Editor(client, tmp_path)
        editor.open("models/m.yml")
        first = await editor.pull("models/m.yml")
        second = await editor.pull("models/m.yml", first.result_id)
        assert isinstance(second, types.RelatedUnchangedDocumentDiagnosticReport)
        assert second.result_id == first.result_id
        editor.replace("models/m.yml", (0, 0), (0, 0), "# moved\n")
        third = await editor.pull("models/m.yml", first.result_id)
        assert isinstance(third, types.RelatedFullDocumentDiagnosticReport)
        assert third.items[0].range.start.line == 3


async def test_the_whole_workspace_with_result_ids(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, {**FILES, "models/bad.sql": SQL.replace("PERIOD", "weeks")})
    async with client_for(tmp_path, "visual-studio-code", FAST) as client:
        editor = Editor(client, tmp_path)
        found = await editor.workspace()
        assert {file: [one.code for one in report.items] for file, report in found.items()} == {
            "models/m.yml": ["SA106"],
            "models/bad.sql": ["SA106"],
        }
        known = {file: report.result_id for file, report in found.items()}
        again = await editor.workspace(known)
        assert [report.kind for report in again.values()] == ["unchanged", "unchanged"]
        editor.open("models/m.yml")
        editor.write("models/m.yml", RIGHT)

        async def empty() -> bool:
            report = (await editor.workspace(known)).get("models/m.yml")
            return report is not None and report.kind == "full" and not report.items and report.version == 2

        await until_async(empty)


async def test_switched_off_there_are_none(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    settings = {"settings": {"diagnostics": {"enabled": False}}}
    async with client_for(tmp_path, "visual-studio-code", settings) as client:
        editor = Editor(client, tmp_path)
        assert await editor.pulled("models/m.yml") == []
        assert await editor.workspace() == {}


async def test_related_places_and_tags(client_for: Any, tmp_path: Path) -> None:
    text = SWITCHED_OFF.replace("orders", "nobody") + SWITCHED_OFF.partition("\n")[2]
    folders = PROJECT + FOLDER + "    nowhere: {+freshness: null}\n"
    write_files(tmp_path, {**FILES, "models/m.yml": text, "dbt_project.yml": folders})
    async with client_for(tmp_path, "emacs", FAST) as client:
        editor = Editor(client, tmp_path)
        [unused] = await editor.until_pushed("dbt_project.yml", ["SA406"])
        assert list(unused.tags) == [types.DiagnosticTag.Unnecessary]
        entry, null = await editor.until_pushed("models/m.yml", ["SA411", "SA301"])
        assert not entry.tags
        assert null.related_information[0].location.uri == editor.uri("dbt_project.yml")
        assert null.related_information[0].location.range.start.line == PROJECT.count("\n") + 2


def units(text: str, encoding: str) -> int:
    return (
        len(text.encode(encoding if encoding == "utf-8" else f"{encoding}-le"))
        // ({"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding])
    )


@pytest.mark.parametrize(
    ("encoding", "line_end"), [("utf-8", "\r"), ("utf-16", "\r\n"), ("utf-32", "\n"), ("utf-16", "\n")]
)
async def test_every_unit_of_columns(client_for: Any, tmp_path: Path, encoding: str, line_end: str) -> None:
    before = '  - {name: "ü😀\u2028x", config: {freshness: {build_after: {count: 4, period: '
    text = f"models: # 😀{line_end}{before}hours}}}}}}}}{line_end}"
    write_files(tmp_path, {**FILES, "models/m.yml": b"\xef\xbb\xbf" + text.encode()})
    able = capabilities_of("visual-studio-code")
    assert able.general
    able.general.position_encodings = [types.PositionEncodingKind(encoding)]
    async with client_for(tmp_path, able, FAST) as client:
        editor = Editor(client, tmp_path)
        start = units(before, encoding)

        async def expect(code: str, column: int, end: int) -> None:
            (found,) = [one for one in (await editor.pull("models/m.yml")).items if one.code == code]
            assert found.range == types.Range(types.Position(1, column), types.Position(1, end))

        await expect("SA106", start, start + 5)  # as it is on disk, with its byte order mark
        editor.open("models/m.yml")
        await expect("SA106", start, start + 5)
        # the word is retyped behind all that counts differently
        editor.replace("models/m.yml", (1, start), (1, start + 5), "😀ü")
        await expect("SA106", start, start + units("😀ü", encoding))
        editor.replace("models/m.yml", (1, start), (1, start + units("😀", encoding)), "")
        editor.replace("models/m.yml", (0, 9), (0, 9 + units("😀", encoding)), "x")
        await expect("SA106", start, start + units("ü", encoding))


async def test_changes_count_lines_as_the_protocol_does(client_for: Any, tmp_path: Path) -> None:
    text = "# a\x0cb\x1cc\x85d\u2028e\n" + WRONG
    write_files(tmp_path, {**FILES, "models/m.yml": text})
    async with client_for(tmp_path, "visual-studio-code", FAST) as client:
        editor = Editor(client, tmp_path)
        editor.open("models/m.yml")
        column = WRONG.splitlines()[2].index("hours")
        editor.replace("models/m.yml", (3, column), (3, column + 5), "hour")
        # what does not exist is moved to where the text ends
        editor.replace("models/m.yml", (99, 5), (99, 9), "# end\n")
        editor.replace("models/m.yml", (1, 500), (1, 900), " # here")
        assert await editor.pulled("models/m.yml") == ["SA601"]  # YAML does not allow such characters
        editor.replace("models/m.yml", (0, 0), (1, 0), "")
        assert await editor.pulled("models/m.yml") == []
        editor.replace("models/m.yml", (2, column), (2, column + 4), "hours")
        assert await editor.pulled("models/m.yml") == ["SA106"]


async def test_text_that_is_no_unicode_does_not_stop_anything(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "visual-studio-code", FAST) as client:
        editor = Editor(client, tmp_path)
        editor.open("models/m.yml")
        editor.replace("models/m.yml", (0, 7), (0, 7), " # \ud83d")
        assert await editor.pulled("models/m.yml") == ["SA106"]
        editor.write("models/m.yml", RIGHT)
        assert await editor.pulled("models/m.yml") == []


async def test_half_typed_files_keep_what_the_others_say(client_for: Any, tmp_path: Path) -> None:
    files = {**FILES, "models/m.yml": SWITCHED_OFF, "dbt_project.yml": PROJECT + FOLDER}
    write_files(tmp_path, {**files, "models/bad.sql": SQL.replace("PERIOD", "weeks")})
    async with client_for(tmp_path, "emacs", FAST) as client:
        editor = Editor(client, tmp_path)
        await editor.until_pushed("models/m.yml", ["SA301"])
        await editor.until_pushed("models/bad.sql", ["SA106"])
        editor.open("dbt_project.yml")
        editor.write("dbt_project.yml", PROJECT + FOLDER + "vars: {unfinished: [\n")
        await editor.until_pushed("dbt_project.yml", ["SA601"])
        assert editor.pushed("models/m.yml") == ["SA301"]
        assert editor.pushed("models/bad.sql") == ["SA106"]
        editor.write("dbt_project.yml", PROJECT)
        await editor.until_pushed("dbt_project.yml", [])
        await editor.until_pushed("models/m.yml", [])
        editor.open("models/bad.sql")
        editor.write("models/bad.sql", "{{ config(freshness={'build_after': {'count'")
        await until(lambda: editor.pushed("models/bad.sql") != ["SA106"])
        editor.write("models/bad.sql", SQL.replace("PERIOD", "day"))
        await editor.until_pushed("models/bad.sql", [])


async def test_an_open_macro_counts_as_it_is_typed(client_for: Any, tmp_path: Path) -> None:
    macro = "{% macro period() %}{{ return('PERIOD') }}{% endmacro %}\n"
    call = "{{ config(freshness={'build_after': {'count': 4, 'period': period()}}) }} select 1\n"
    write_files(
        tmp_path,
        {**FILES, "macros/period.sql": macro.replace("PERIOD", "hour"), "models/called.sql": call},
    )
    async with client_for(tmp_path, "emacs", FAST) as client:
        editor = Editor(client, tmp_path)
        await editor.until_pushed("models/m.yml", ["SA106"])
        editor.open("macros/period.sql")
        editor.write("macros/period.sql", macro.replace("PERIOD", "weeks"))
        await until(lambda: editor.pushed("models/called.sql"))
        editor.close("macros/period.sql")
        await editor.until_pushed("models/called.sql", [])
