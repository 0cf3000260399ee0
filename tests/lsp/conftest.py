"""A language server in a process of its own, and an editor that talks to it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient, client_capabilities, make_test_lsp_client

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
) -> AsyncIterator[LanguageClient]:
    """A client whose only folder is ``root``; ``capabilities`` are an editor's name or the thing itself."""
    client = make_test_lsp_client()
    for request in _ANSWERED:
        client.feature(request)(_nothing)
    await client.start_io(sys.executable, "-m", "stateaware", "lsp")
    if not isinstance(capabilities, types.ClientCapabilities):
        capabilities = client_capabilities(capabilities or "visual-studio-code")
    folder = types.WorkspaceFolder(root.as_uri(), root.name)
    params = types.InitializeParams(
        capabilities=capabilities,
        workspace_folders=[folder],
        root_uri=root.as_uri(),
        initialization_options=settings or {},
    )
    await client.initialize_session(params)
    try:
        yield client
    finally:
        await client.shutdown_session()
        await client.stop()


@pytest.fixture
def client_for() -> ClientFor:
    """Opens a session: root, capabilities, settings."""
    return connect
