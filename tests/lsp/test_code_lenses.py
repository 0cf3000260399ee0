"""Code lenses, inlay hints and commands as editors get them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from editors import Editor, capabilities_of
from unit.locate.test_lenses import FILES
from written import write_files

pytestmark = pytest.mark.asyncio

ENTRIES = "models/staging/s.yml"
ALL = types.Range(types.Position(0, 0), types.Position(99, 0))
COMMANDS = {"clientCommands": ["stateaware.explain", "stateaware.showLocations"]}


def with_hints() -> types.ClientCapabilities:
    able = capabilities_of("visual-studio-code")
    assert able.text_document
    able.text_document.inlay_hint = types.InlayHintClientCapabilities()
    return able


async def execute(client: Any, command: str, *arguments: Any) -> Any:
    params = types.ExecuteCommandParams(f"stateaware.server.{command}", list(arguments))
    return await client.workspace_execute_command_async(params)


async def lenses(client: Any, editor: Editor, file: str) -> list[types.CodeLens]:
    document = types.TextDocumentIdentifier(editor.uri(file))
    return await client.text_document_code_lens_async(types.CodeLensParams(document)) or []


async def hints(client: Any, editor: Editor, file: str, where: types.Range = ALL) -> list[types.InlayHint]:
    document = types.TextDocumentIdentifier(editor.uri(file))
    return await client.text_document_inlay_hint_async(types.InlayHintParams(document, where)) or []


def text_of(hint: types.InlayHint) -> str:
    return hint.label if isinstance(hint.label, str) else "".join(part.value for part in hint.label)


async def test_what_is_inherited_is_a_hint_and_what_is_set_here_a_lens(
    client_for: Any, tmp_path: Path
) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, with_hints(), COMMANDS) as client:
        await execute(client, "checkWorkspace")
        editor = Editor(client, tmp_path)
        editor.open(ENTRIES)
        (lens,) = await lenses(client, editor, ENTRIES)
        assert lens.command
        assert lens.command.title == "build_after 4 hours, any  ·  overrides 2 hours, all (dbt_project.yml:8)"
        assert lens.command.command == "stateaware.showLocations"
        assert lens.range.start.line == 2
        shown = await hints(client, editor, ENTRIES)
        assert [(hint.position.line, text_of(hint)) for hint in shown] == [
            (1, "2 hours, all · dbt_project.yml:8"),
            (9, "warn after 1 day · models/staging/s.yml:8"),
        ]
        first = types.Range(types.Position(0, 0), types.Position(3, 0))
        assert len(await hints(client, editor, ENTRIES, first)) == 1
        (top,) = await lenses(client, editor, "models/staging/plain.sql")
        assert top.command
        assert top.command.title == "build_after 2 hours, all  ·  from dbt_project.yml:8"


async def test_an_editor_without_hints_or_commands_gets_lenses_that_it_can_use(
    client_for: Any, tmp_path: Path
) -> None:
    write_files(tmp_path, FILES)
    able = types.ClientCapabilities()
    async with client_for(tmp_path, able) as client:
        await execute(client, "checkWorkspace")
        editor = Editor(client, tmp_path)
        shown = await lenses(client, editor, ENTRIES)
        assert [lens.range.start.line for lens in shown] == [1, 2, 9]
        command = shown[0].command
        assert command
        assert command.command == "stateaware.server.explain"
        explained = await client.workspace_execute_command_async(
            types.ExecuteCommandParams(command.command, command.arguments)
        )
        assert explained["node"] == "model.shop.plain"


async def test_both_can_be_switched_off(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    off = {"settings": {"codeLens": {"enabled": False}, "inlayHints": {"enabled": False}}}
    async with client_for(tmp_path, with_hints(), off) as client:
        await execute(client, "checkWorkspace")
        editor = Editor(client, tmp_path)
        assert await lenses(client, editor, ENTRIES) == []
        assert await hints(client, editor, ENTRIES) == []


async def test_lenses_stay_while_the_project_file_is_half_typed(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "visual-studio-code") as client:
        await execute(client, "checkWorkspace")
        editor = Editor(client, tmp_path)
        editor.open("dbt_project.yml")
        before = await lenses(client, editor, "dbt_project.yml")
        assert len(before) == 2
        editor.write("dbt_project.yml", str(FILES["dbt_project.yml"]) + "  x: {a\n")
        assert await lenses(client, editor, "dbt_project.yml") == before


async def test_nothing_jumps_while_an_entry_is_half_typed(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    whole = str(FILES[ENTRIES])
    async with client_for(tmp_path, with_hints(), COMMANDS) as client:
        await execute(client, "checkWorkspace")
        editor = Editor(client, tmp_path)
        editor.open(ENTRIES)

        async def shown() -> list[tuple[int, str]]:
            found = [(one.position.line, text_of(one)) for one in await hints(client, editor, ENTRIES)]
            for lens in await lenses(client, editor, ENTRIES):
                assert lens.command
                found.append((lens.range.start.line, lens.command.title))
            return sorted(found)

        before = await shown()
        assert [line for line, _ in before] == [1, 2, 9]
        editor.write(ENTRIES, whole.replace("hour}}", "hour}"))
        assert await shown() == before
        editor.write(ENTRIES, whole.replace("hour}}", "hour").replace("- name: own", "- name: {ow"))
        assert await shown() == before
        editor.write(ENTRIES, whole.replace("hour}}", "hour"))
        assert await shown() == before
        editor.write(ENTRIES, "# one more\n" + whole.replace("hour}}", "hour"))
        assert [line for line, _ in await shown()] == [2, 3, 10]
        assert [text.partition("·")[0] for _, text in await shown()] == [
            text.partition("·")[0] for _, text in before
        ]
        editor.write(ENTRIES, whole.replace("hour}}", "day}}"))
        assert [text for _, text in await shown()][1].startswith("build_after 4 days")


async def test_the_lens_of_a_model_stays_while_its_config_is_half_typed(
    client_for: Any, tmp_path: Path
) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "visual-studio-code") as client:
        await execute(client, "checkWorkspace")
        editor = Editor(client, tmp_path)
        editor.open("models/code.sql")
        before = await lenses(client, editor, "models/code.sql")
        assert len(before) == 1
        editor.write("models/code.sql", str(FILES["models/code.sql"]).replace("'hour'", "'hour"))
        assert await lenses(client, editor, "models/code.sql") == before
        editor.write("models/code.sql", "select 1")
        (after,) = await lenses(client, editor, "models/code.sql")
        assert after.command
        assert after.command.title == "build_after 1 day, any  ·  from dbt_project.yml:6"


async def test_commands_answer_as_json(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "visual-studio-code") as client:
        checked = await execute(client, "checkWorkspace")
        (project,) = checked["projects"]
        assert project["name"] == "shop"
        assert set(project) == {"root", "name", "engine", "errors", "warnings", "infos"}
        editor = Editor(client, tmp_path)
        uri = editor.uri("models/staging/own.sql")
        explained = await execute(client, "explain", {"uri": uri})
        assert explained["node"] == "model.shop.own"
        assert explained["values"][0]["layers"][0]["status"] == "in force"
        assert explained["values"][0]["layers"][0]["location"]["uri"] == editor.uri(ENTRIES)
        assert (await execute(client, "explain", {"node": "model.shop.code"}))["node"] == "model.shop.code"
        assert await execute(client, "explain", {"node": "no_such"}) is None
        plan = await execute(client, "simulatePlan", {"uri": editor.uri(ENTRIES)})
        assert [node["name"] for node in plan["plan"]["nodes"]] == ["plain", "own"]
        tree = await execute(client, "tree", {"uri": editor.uri(ENTRIES)})
        assert [node["label"] for node in tree["nodes"]] == ["plain", "own", "raw.pay"]
        folders = await execute(client, "tree", {"uri": editor.uri("dbt_project.yml")})
        assert [node["label"] for node in folders["nodes"]][:1] == ["models.shop"]
