"""Which projects there are, and what changes on disk while the editor is open."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from editors import Editor, capabilities_of, until
from written import PROJECT, write_files

pytestmark = pytest.mark.asyncio

WRONG = "models:\n  - name: orders\n    config: {freshness: {build_after: {count: 4, period: hours}}}\n"
SQL = "{{ config(freshness={'build_after': {'count': 4, 'period': 'hours'}}) }} select 1\n"
FILES: dict[str, str | bytes] = {"models/m.yml": WRONG, "models/orders.sql": "select 1\n"}
FAST = {"delay": 0, "pause": 0, "poll": 50}
CREATED, CHANGED, DELETED = (
    types.FileChangeType.Created,
    types.FileChangeType.Changed,
    types.FileChangeType.Deleted,
)

WATCHES = pytest.mark.parametrize("watches", [True, False], ids=["watched", "polled"])


def able(watches: bool) -> types.ClientCapabilities:
    found = capabilities_of("emacs")
    assert found.workspace
    found.workspace.did_change_watched_files = types.DidChangeWatchedFilesClientCapabilities(
        dynamic_registration=watches
    )
    return found


@WATCHES
async def test_files_that_change_come_and_go(client_for: Any, tmp_path: Path, watches: bool) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, able(watches), FAST) as client:
        editor = Editor(client, tmp_path)

        def tell(*events: tuple[str, types.FileChangeType]) -> None:
            if watches:
                editor.tell(*events)

        await editor.until_pushed("models/m.yml", ["SA106"])
        write_files(tmp_path, {"models/m.yml": WRONG.replace("hours", "hour")})
        tell(("models/m.yml", CHANGED))
        await editor.until_pushed("models/m.yml", [])

        write_files(tmp_path, {"models/new/one.sql": SQL})
        tell(("models/new/one.sql", CREATED))
        await editor.until_pushed("models/new/one.sql", ["SA106"])

        (tmp_path / "models/new/one.sql").rename(tmp_path / "models/new/two.sql")
        tell(("models/new/one.sql", DELETED), ("models/new/two.sql", CREATED))
        await editor.until_pushed("models/new/one.sql", [])
        await editor.until_pushed("models/new/two.sql", ["SA106"])

        # of a folder only itself is told
        (tmp_path / "models/new").rename(tmp_path / "models/old")
        tell(("models/new", DELETED), ("models/old", CREATED))
        await editor.until_pushed("models/new/two.sql", [])
        await editor.until_pushed("models/old/two.sql", ["SA106"])
        shutil.rmtree(tmp_path / "models/old")
        tell(("models/old", DELETED))
        await editor.until_pushed("models/old/two.sql", [])

        # the model is gone, and so its entry speaks of nobody
        (tmp_path / "models/orders.sql").unlink()
        tell(("models/orders.sql", DELETED))
        await editor.until_pushed("models/m.yml", ["SA411"])

        text = PROJECT + "models:\n  shop:\n    +freshness: {build_after: {count: 4, period: hours}}\n"
        (tmp_path / "dbt_project.yml").write_text(text)
        tell(("dbt_project.yml", CHANGED))
        await editor.until_pushed("dbt_project.yml", ["SA406", "SA106"])  # there are no models any more


@WATCHES
async def test_a_project_that_is_made_later_and_goes_again(
    client_for: Any, tmp_path: Path, watches: bool
) -> None:
    async with client_for(tmp_path, able(watches), FAST) as client:
        editor = Editor(client, tmp_path)
        write_files(tmp_path / "late", FILES)
        if watches:
            editor.tell(("late", CREATED))
        await editor.until_pushed("late/models/m.yml", ["SA106"])
        (tmp_path / "late/dbt_project.yml").unlink()
        if watches:
            editor.tell(("late/dbt_project.yml", DELETED))
        await editor.until_pushed("late/models/m.yml", [])
        write_files(tmp_path / "late", FILES)
        if watches:
            editor.tell(("late/dbt_project.yml", CREATED))
        await editor.until_pushed("late/models/m.yml", ["SA106"])
        shutil.rmtree(tmp_path / "late")
        if watches:
            editor.tell(("late", DELETED))
        await editor.until_pushed("late/models/m.yml", [])
        assert client.messages == []


async def test_an_open_buffer_counts_more_than_the_disk(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, able(True), FAST) as client:
        editor = Editor(client, tmp_path)
        await editor.until_pushed("models/m.yml", ["SA106"])
        editor.open("models/m.yml", WRONG.replace("hours", "hour"))
        await editor.until_pushed("models/m.yml", [])
        write_files(tmp_path, {"models/m.yml": WRONG + "# saved elsewhere\n", "models/other.sql": SQL})
        editor.tell(("models/m.yml", CHANGED), ("models/other.sql", CREATED))
        await editor.until_pushed("models/other.sql", ["SA106"])
        assert editor.pushed("models/m.yml") == []
        editor.close("models/m.yml")
        await editor.until_pushed("models/m.yml", ["SA106"])


async def test_a_buffer_that_is_saved_for_the_first_time(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, able(True), FAST) as client:
        editor = Editor(client, tmp_path)
        await editor.until_pushed("models/m.yml", ["SA106"])
        editor.open("models/new.sql", SQL)
        (tmp_path / "models/new.sql").write_text("select 1\n")  # as it was some keystrokes ago
        editor.tell(("models/new.sql", CREATED))
        await editor.until_pushed("models/new.sql", ["SA106"])


async def test_two_roots(client_for: Any, tmp_path: Path) -> None:
    one, two = write_files(tmp_path / "one", FILES), write_files(tmp_path / "two", FILES)
    async with client_for(one, able(True), FAST, folders=[one, two]) as client:
        editor = Editor(client, tmp_path)
        await editor.until_pushed("one/models/m.yml", ["SA106"])
        await editor.until_pushed("two/models/m.yml", ["SA106"])
        editor.open("two/models/m.yml", WRONG.replace("hours", "hour"))
        await editor.until_pushed("two/models/m.yml", [])
        assert editor.pushed("one/models/m.yml") == ["SA106"]
        folder = types.WorkspaceFolder(one.as_uri(), "one")
        event = types.WorkspaceFoldersChangeEvent(added=[], removed=[folder])
        client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
        await editor.until_pushed("one/models/m.yml", [])
        assert editor.pushed("two/models/m.yml") == []
        event = types.WorkspaceFoldersChangeEvent(added=[folder], removed=[])
        client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
        await editor.until_pushed("one/models/m.yml", ["SA106"])


async def test_a_project_in_a_project_and_its_package(client_for: Any, tmp_path: Path) -> None:
    """A package with integration tests, which read the package's own models."""
    write_files(tmp_path / "pkg", FILES)
    write_files(
        tmp_path / "pkg/integration_tests",
        {
            "dbt_project.yml": PROJECT.replace("shop", "tests"),
            "packages.yml": "packages:\n  - local: ../\n",
            "models/t.sql": SQL,
        },
    )
    (tmp_path / "pkg/integration_tests/dbt_packages").mkdir()
    (tmp_path / "pkg/integration_tests/dbt_packages/shop").symlink_to(tmp_path / "pkg")
    async with client_for(tmp_path, able(True), FAST) as client:
        editor = Editor(client, tmp_path)
        await editor.until_pushed("pkg/models/m.yml", ["SA106"])
        await editor.until_pushed("pkg/integration_tests/models/t.sql", ["SA106"])
        editor.open("pkg/models/m.yml", WRONG.replace("hours", "hour"))
        await editor.until_pushed("pkg/models/m.yml", [])
        editor.open("pkg/integration_tests/models/t.sql", SQL.replace("hours", "hour"))
        await editor.until_pushed("pkg/integration_tests/models/t.sql", [])


async def test_a_folder_inside_a_project_and_a_file_outside_any(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path / "shop", FILES)
    write_files(tmp_path / "elsewhere", FILES)
    (tmp_path / "loose.yml").write_text(WRONG)
    async with client_for(tmp_path / "shop/models", able(True), FAST) as client:
        editor = Editor(client, tmp_path)
        await editor.until_pushed("shop/models/m.yml", ["SA106"])
        assert editor.pushed("elsewhere/models/m.yml") is None
        editor.open("loose.yml")
        editor.write("loose.yml", WRONG + "#\n")
        hover = types.HoverParams(
            types.TextDocumentIdentifier(editor.uri("loose.yml")), types.Position(2, 20)
        )
        assert await client.text_document_hover_async(hover) is None
        # a file of a project that is in none of the editor's folders
        editor.open("elsewhere/models/m.yml")
        await editor.until_pushed("elsewhere/models/m.yml", ["SA106"])
        assert editor.pushed("loose.yml") is None


async def test_a_project_behind_a_link(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path / "real", FILES)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    async with client_for(tmp_path / "link", able(True), FAST) as client:
        linked, real = Editor(client, tmp_path / "link"), Editor(client, tmp_path / "real")
        await linked.until_pushed("models/m.yml", ["SA106"])
        real.open("models/m.yml", WRONG.replace("hours", "hour"))
        await until(lambda: real.pushed("models/m.yml") == [] or linked.pushed("models/m.yml") == [])


async def test_what_dbt_writes_is_not_looked_at(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, able(True), FAST) as client:
        said: list[Any] = []
        client.protocol.fm.features["stateaware/status"] = said.append
        editor = Editor(client, tmp_path)
        await until(lambda: any(status.state == "ready" for status in said))
        write_files(tmp_path, {"target/compiled/m.sql": SQL, "logs/dbt.sql": ""})
        before = len(said)
        editor.tell(("target/compiled/m.sql", CREATED), ("target", CREATED), ("README.md", CHANGED))
        editor.tell(("logs/dbt.sql", DELETED), ("seeds/s.csv", CHANGED))
        hover = types.HoverParams(
            types.TextDocumentIdentifier(editor.uri("models/m.yml")), types.Position(0, 0)
        )
        await client.text_document_hover_async(hover)
        assert len(said) == before
