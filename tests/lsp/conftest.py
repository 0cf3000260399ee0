"""A language server in a process of its own, and an editor that talks to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient, make_test_lsp_client

from editors import SERVER, capabilities_of

ClientFor: TypeAlias = Callable[..., AbstractAsyncContextManager[LanguageClient]]


_ANSWERED = (
    types.CLIENT_REGISTER_CAPABILITY,
    types.CLIENT_UNREGISTER_CAPABILITY,
    types.WORKSPACE_CODE_LENS_REFRESH,
    types.WORKSPACE_INLAY_HINT_REFRESH,
    "stateaware/status",
)


def _nothing(*_: object) -> None:
    """What the server asks or tells, and a test needs no answer to."""


@asynccontextmanager
async def connect(
    root: Path,
    capabilities: str | types.ClientCapabilities | None = None,
    settings: dict[str, Any] | None = None,
    *,
    folders: Sequence[Path] | None = None,
    configuration: dict[str, Any] | None = None,
    command: Sequence[str] = SERVER,
    code: int | None = 0,
) -> AsyncIterator[LanguageClient]:
    """A client whose folders are ``folders``, or only ``root``; at the end the server must exit with ``code``.

    ``capabilities`` are an editor's name or the thing itself, ``settings`` the initialization options,
    ``configuration`` what the client answers to workspace/configuration.
    """
    client = make_test_lsp_client()
    for request in _ANSWERED:
        client.feature(request)(_nothing)
    if configuration is not None:
        client.set_configuration(configuration)
    await client.start_io(*command)
    if not isinstance(capabilities, types.ClientCapabilities):
        capabilities = capabilities_of(capabilities or "visual-studio-code")
    chosen = [root] if folders is None else folders
    params = types.InitializeParams(
        capabilities=capabilities,
        workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in chosen],
        root_uri=root.as_uri(),
        initialization_options=settings or {},
    )
    await client.initialize_session(params)
    process: Any = client._server
    try:
        yield client
    finally:
        if process.returncode is None:
            await client.shutdown_session()
        ended = await asyncio.wait_for(process.wait(), 60)
        await client.stop()
    assert code is None or ended == code


@pytest.fixture
def client_for() -> ClientFor:
    """What connects an editor: see ``connect``."""
    return connect
