"""The editor's settings, stateaware.toml, and what happens when they change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from editors import Editor, until, until_async
from written import write_files

pytestmark = pytest.mark.asyncio

NULL = "models:\n  - name: orders\n    config: {freshness: null}\n"
FOLDER = "models:\n  shop:\n    +freshness: {build_after: {count: 4, period: hour}}\n"
FILES: dict[str, str | bytes] = {
    "dbt_project.yml": "name: shop\nversion: '1.0'\nprofile: shop\n" + FOLDER,
    "models/m.yml": NULL,
    "models/orders.sql": "select 1\n",
    "models/jinja.sql": "{{ config(freshness={'build_after': {'count': var('n', 0), 'period': 'hour'}}) }} select 1\n",
}
FAST = {"delay": 0, "pause": 0}
CHANGED = types.FileChangeType.Changed


def null_says(editor: Editor) -> str:
    found = editor.client.diagnostics.get(editor.uri("models/m.yml"), ())
    return " ".join(one.message for one in found if one.code == "SA301").partition("\n")[0]


async def test_initialization_options(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    for engine, words in (("core", "does not switch off"), ("documented", "switches off")):
        async with client_for(tmp_path, "emacs", {"settings": {**FAST, "engine": engine}}) as client:
            editor = Editor(client, tmp_path)
            assert words in await until(lambda editor=editor: null_says(editor)), engine


async def test_vars_and_trust(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    for settings, codes in (
        ({}, ["SA105"]),
        ({"vars": {"n": 3}}, []),
        ({"trusted": False}, []),  # no Jinja is evaluated
    ):
        async with client_for(tmp_path, settings={**FAST, **settings}) as client:
            editor = Editor(client, tmp_path)
            found = await editor.pulled("models/jinja.sql")
            assert [code for code in found if code == "SA105"] == codes, settings
            assert await editor.pulled("models/m.yml") == ["SA301"]  # constants are read all the same


async def test_workspace_configuration_and_its_change(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    configuration = {"stateaware": {**FAST, "engine": "core"}}
    async with client_for(tmp_path, "emacs", configuration=configuration) as client:
        editor = Editor(client, tmp_path)
        assert "does not switch off" in await until(lambda: null_says(editor))
        client.set_configuration({**FAST, "engine": "documented"}, section="stateaware")
        client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
        await until(lambda: "switches off" in null_says(editor))


async def test_settings_that_come_with_the_notification(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, types.ClientCapabilities(), FAST) as client:
        editor = Editor(client, tmp_path)
        await until(lambda: "switches off" in null_says(editor))
        given = {"stateaware": {**FAST, "engine": "core"}}
        client.workspace_did_change_configuration(types.DidChangeConfigurationParams(given))
        await until(lambda: "does not switch off" in null_says(editor))


async def test_settings_that_make_no_sense_are_told_and_left_out(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    settings = {**FAST, "engine": "oracle", "trusted": "perhaps", "poll": -1}
    async with client_for(tmp_path, "emacs", settings) as client:
        editor = Editor(client, tmp_path)
        await until(lambda: "switches off" in null_says(editor))
        told = [message.message for message in client.messages]
        assert len(told) == 3
        assert all(message.startswith("stateaware: stateaware.") for message in told)


async def test_stateaware_toml_and_its_change(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, {**FILES, "stateaware.toml": 'ignore = ["SA301"]\n'})
    async with client_for(tmp_path, settings=FAST) as client:
        editor = Editor(client, tmp_path)
        assert await editor.pulled("models/m.yml") == []
        (tmp_path / "stateaware.toml").write_text("")
        editor.tell(("stateaware.toml", CHANGED))
        await until_async(lambda: _is(editor, ["SA301"]))
        # one that cannot be read leaves everything as it is
        (tmp_path / "stateaware.toml").write_text("ignore = [\n")
        editor.tell(("stateaware.toml", CHANGED))
        await until(lambda: client.messages)
        assert "stateaware.toml" in client.messages[0].message
        assert await editor.pulled("models/m.yml") == ["SA301"]
        (tmp_path / "stateaware.toml").unlink()
        (tmp_path / "pyproject.toml").write_text('[tool.stateaware]\nignore = ["SA301"]\n')
        editor.tell(("stateaware.toml", types.FileChangeType.Deleted))
        await until_async(lambda: _is(editor, []))


async def _is(editor: Editor, codes: list[str]) -> bool:
    return await editor.pulled("models/m.yml") == codes


async def test_an_editor_that_answers_with_errors(client_for: Any, tmp_path: Path) -> None:
    """It claims more than it can do: the project is read all the same, and the disk looked at."""
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "emacs", {**FAST, "poll": 50}) as client:
        del client.protocol.fm.features[types.WORKSPACE_CONFIGURATION]
        del client.protocol.fm.features[types.CLIENT_REGISTER_CAPABILITY]
        del client.protocol.fm.features[types.WINDOW_WORK_DONE_PROGRESS_CREATE]
        editor = Editor(client, tmp_path)
        await editor.until_pushed("models/m.yml", ["SA301"])
        (tmp_path / "models/m.yml").write_text("models: []\n")
        await editor.until_pushed("models/m.yml", [])
