"""How the server behaves: cancelled requests, errors of its own, logs, coming and going."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pytest_lsp import make_test_lsp_client

from editors import PATIENCE, SERVER, Editor, capabilities_of, until
from written import write_files

pytestmark = pytest.mark.asyncio

QUOTED = "jxq_do_not_log_this"
WRONG = (
    f"models:\n  - name: {QUOTED}\n    config: {{freshness: {{build_after: {{count: 4, period: hours}}}}}}\n"
)
FILES: dict[str, str | bytes] = {"models/m.yml": WRONG, f"models/{QUOTED}.sql": "select 1\n"}

COUNTING = """
import sys, time
from lsprotocol import types
from stateaware_lsp import start, server
make = server.make_server
def make_counting():
    made = make()
    started = []
    @made.feature(types.TEXT_DOCUMENT_MONIKER)
    def slow(params):
        started.append(params.position.line)
        time.sleep(0.05)
        return []
    @made.feature("test/started")
    def tell(params):
        return started
    return made
start.make_server = make_counting
sys.exit(start.serve_stdio("debug"))
"""

CRASHING = """
import sys
from lsprotocol import types
from stateaware_lsp import start, server
from stateaware.index.index import Index
make = server.make_server
def make_crashing():
    made = make()
    @made.feature(types.TEXT_DOCUMENT_MONIKER)
    def crash(params):
        raise ValueError(made.locate(params.text_document.uri).text)
    @made.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def crash_aside(params):
        raise ValueError(made.locate(params.text_document.uri).text)
    findings_of = Index.findings_of
    def crash_in_findings(index, path):
        if "CRASH" in index.inputs.text(index.relative(path)):
            raise RuntimeError(index.inputs.text(index.relative(path)))
        return findings_of(index, path)
    Index.findings_of = crash_in_findings
    return made
start.make_server = make_crashing
print("this is no message")
sys.exit(start.serve_stdio("debug"))
"""


def ask(editor: Editor, line: int) -> types.MonikerParams:
    """A request that the server leaves to these tests."""
    name = types.TextDocumentIdentifier(editor.uri("models/m.yml"))
    return types.MonikerParams(name, types.Position(line, 0))


def send_raw(client: Any, message: dict[str, Any]) -> None:
    """Send what no proper client would."""
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    client._server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))


async def test_cancelled_requests_are_not_begun(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    command = (sys.executable, "-c", COUNTING)
    async with client_for(tmp_path, "emacs", command=command) as client:
        editor = Editor(client, tmp_path)
        await editor.until_pushed("models/m.yml", ["SA106"])
        asked = [
            client.protocol.send_request(
                types.TEXT_DOCUMENT_MONIKER, ask(editor, number), msg_id=f"ask-{number}"
            )
            for number in range(40)
        ]
        for number in range(1, 40):
            client.protocol.notify(types.CANCEL_REQUEST, types.CancelParams(f"ask-{number}"))
        answers = await asyncio.gather(
            *(asyncio.wait_for(asyncio.wrap_future(one), PATIENCE) for one in asked), return_exceptions=True
        )
        assert list(answers[0]) == []  # type: ignore[arg-type]
        refused = [isinstance(one, JsonRpcException) and one.code == -32800 for one in answers[1:]]
        started = await client.protocol.send_request_async("test/started", {})
        # some may have begun before their cancellation was sent, none that could have been spared
        assert len(started) <= 5
        assert refused.count(False) == len(started) - 1


async def test_a_crash_answers_its_request_and_nothing_else_suffers(
    client_for: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_files(tmp_path, FILES)
    command = (sys.executable, "-c", CRASHING)
    fast = {"settings": {"delay": 0, "pause": 0}}
    async with client_for(tmp_path, "emacs", fast, command=command) as client:
        editor = Editor(client, tmp_path)
        await editor.until_pushed("models/m.yml", ["SA106"])
        with pytest.raises(JsonRpcException, match=r"a bug of stateaware \(ValueError\)"):
            await client.text_document_moniker_async(ask(editor, 0))
        name = types.TextDocumentIdentifier(editor.uri("models/m.yml"))
        client.text_document_did_save(types.DidSaveTextDocumentParams(name))
        editor.open("models/m.yml")
        editor.write("models/m.yml", WRONG + "# CRASH\n")
        editor.write("models/m.yml", WRONG.replace("hours", "hour"))
        await editor.until_pushed("models/m.yml", [])
        client.protocol.notify("unknown/notification", {"text": QUOTED})
        send_raw(client, {"method": "textDocument/didChange", "params": {"nonsense": QUOTED}})
        answer: Any = Future()
        client.protocol._request_futures["malformed"] = answer
        send_raw(
            client, {"id": "malformed", "method": types.TEXT_DOCUMENT_MONIKER, "params": {"nonsense": 1}}
        )
        with pytest.raises(JsonRpcException):
            await asyncio.wait_for(asyncio.wrap_future(answer), PATIENCE)
        with pytest.raises(JsonRpcException, match="Method Not Found"):
            await client.protocol.send_request_async("unknown/request", {"text": QUOTED})
        editor.write("models/m.yml", WRONG)
        await editor.until_pushed("models/m.yml", ["SA106"])
    logged = capfd.readouterr().err
    assert "ValueError" in logged
    assert QUOTED not in logged.replace(f"{QUOTED}.sql", "")


async def test_logs_do_not_hold_what_stands_in_the_project(
    client_for: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_files(tmp_path, FILES)
    command = (*SERVER, "--log-level", "debug")
    async with client_for(tmp_path, "visual-studio-code", command=command) as client:
        editor = Editor(client, tmp_path)
        editor.open("models/m.yml")
        assert await editor.pulled("models/m.yml") == ["SA106"]
    assert QUOTED not in capfd.readouterr().err
    assert not client.log_messages


async def test_goodbye_in_two_words(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "emacs", code=1) as client:
        client.exit(None)  # without having asked to shut down
        await asyncio.wait_for(client._server.wait(), PATIENCE)


async def test_it_leaves_when_nobody_listens(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "emacs", code=1) as client:
        await until(lambda: Editor(client, tmp_path).pushed("models/m.yml"))
        client._server.stdin.close()
        await asyncio.wait_for(client._server.wait(), PATIENCE)


async def test_it_leaves_with_the_editor_that_is_killed(tmp_path: Path) -> None:
    """Also when the pipe stays open, since somebody else has it too."""
    write_files(tmp_path, FILES)
    started = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    client = make_test_lsp_client()
    client.feature("stateaware/status")(lambda *_: None)
    await client.start_io(*SERVER)
    params = types.InitializeParams(
        capabilities=capabilities_of("emacs"), root_uri=tmp_path.as_uri(), process_id=started.pid
    )
    await client.initialize_session(params)
    await until(lambda: Editor(client, tmp_path).pushed("models/m.yml"))
    started.send_signal(signal.SIGKILL)
    started.wait(PATIENCE)
    process: Any = client._server
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 1
    await client.stop()


async def test_noise_instead_of_messages_ends_it() -> None:
    for noise in (
        b"",
        b"GET / HTTP/1.1\r\n\r\n",
        b"x" * 200_000,
        b"Content-Length: 50\r\n\r\n{",
        b"\xff\xfe\n",
    ):
        done = subprocess.run(SERVER, input=noise, capture_output=True, timeout=PATIENCE, check=False)
        assert done.returncode == 1
        assert done.stdout == b""
        assert b"Traceback" not in done.stderr


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.parametrize("says_goodbye", [True, False])
async def test_over_tcp(tmp_path: Path, says_goodbye: bool) -> None:
    write_files(tmp_path, FILES)
    port = free_port()
    process = subprocess.Popen([*SERVER, "--tcp", str(port)])
    try:
        client = make_test_lsp_client()
        client.feature("stateaware/status")(lambda *_: None)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                await client.start_tcp("127.0.0.1", port)
                break
            except OSError:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.05)
        await client.initialize_session(
            types.InitializeParams(capabilities=capabilities_of("neovim"), root_uri=tmp_path.as_uri())
        )
        await until(lambda: Editor(client, tmp_path).pushed("models/m.yml"))
        if says_goodbye:
            await client.shutdown_async(None)
            client.exit(None)
        else:
            client.protocol.writer.close()  # type: ignore[union-attr]
        assert await asyncio.to_thread(process.wait, PATIENCE) == (0 if says_goodbye else 1)
        await client.stop()
    finally:
        process.kill()


async def test_a_port_that_is_taken_is_told_without_a_traceback() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*SERVER, "--tcp", port], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    assert done.returncode not in (0, 1)
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


@pytest.mark.skipif(os.name == "nt", reason="no such shell")
async def test_without_standard_error(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" "$@" 2>&-', *SERVER],
        input=b"",
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, b"")


async def test_progress_is_shown_where_the_editor_shows_it(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "emacs") as client:
        await until(lambda: any(len(reports) == 2 for reports in client.progress_reports.values()))
        ((begin, end),) = client.progress_reports.values()
        assert begin.title == "stateaware: reading the dbt project"
        assert end.message == "1 project"
    able = capabilities_of("emacs")
    able.window = None
    async with client_for(tmp_path, able) as client:
        await Editor(client, tmp_path).until_pushed("models/m.yml", ["SA106"])
        assert client.progress_reports == {}
