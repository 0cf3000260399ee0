"""A language server in a process of its own, talked to without a library, so that both servers cost the same."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from measure import Command

Message = dict[str, Any]
PATIENCE = 120


class Peer:
    """One server. Requests of the server are answered with null."""

    def __init__(self, command: Command, root: Path, options: Message) -> None:
        self.started = time.perf_counter()
        environment = {**os.environ, **dict(command.environment)}
        self.process = subprocess.Popen(
            command.words,
            cwd=command.folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.root = root
        self._number = 0
        self._came: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()
        able = {
            "general": {"positionEncodings": ["utf-8", "utf-16"]},
            "textDocument": {
                "publishDiagnostics": {"relatedInformation": True},
                "hover": {"contentFormat": ["markdown"]},
                "synchronization": {},
            },
            "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}, "workspaceFolders": True},
        }
        uri = root.as_uri()
        self.ask(
            "initialize",
            {
                "processId": None,
                "rootUri": uri,
                "capabilities": able,
                "workspaceFolders": [{"uri": uri, "name": root.name}],
                "initializationOptions": options,
            },
        )
        self.tell("initialized", {})

    def _read(self) -> None:
        stream: Any = self.process.stdout
        while True:
            length = 0
            while (line := stream.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not line:
                self._came.put(None)
                return
            self._came.put(json.loads(stream.read(length)))

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream: Any = self.process.stdin
        stream.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        stream.flush()

    def tell(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def next(self, patience: float = PATIENCE) -> Message | None:
        """What the server sends next; None where nothing came in time."""
        deadline = time.perf_counter() + patience
        while True:
            try:
                message = self._came.get(timeout=max(0.0, deadline - time.perf_counter()))
            except queue.Empty:
                return None
            if message is None:
                raise SystemExit("the server is gone")
            if "id" in message and "method" in message:
                self._send({"id": message["id"], "result": None})
                continue
            return message

    def ask(self, method: str, params: Any) -> Any:
        """Send a request, and return its result."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while (message := self.next()) is not None:
            if message.get("id") == self._number:
                return message.get("result")
        raise SystemExit(f"no answer to {method}")

    def told(
        self, uri: str | None = None, *, some: bool = False, patience: float = PATIENCE
    ) -> Message | None:
        """Wait for diagnostics (of one file; ``some``: with anything in them); None where none came in time."""
        deadline = time.perf_counter() + patience
        while (left := deadline - time.perf_counter()) > 0:
            message = self.next(left)
            if message is None:
                return None
            if message.get("method") != "textDocument/publishDiagnostics":
                continue
            params: Message = message["params"]
            if (uri is None or params["uri"] == uri) and (params["diagnostics"] or not some):
                return params
        return None

    def quiet(self, seconds: float = 2) -> None:
        """Wait until nothing has come for some time."""
        while self.next(seconds) is not None:
            pass

    def ready(self, *, first: bool = False) -> set[str]:
        """Wait until our server has checked everything; the files about which it told meanwhile.

        ``first``: only until it told about the first of them.
        """
        told: set[str] = set()
        while (message := self.next()) is not None:
            if message.get("method") == "textDocument/publishDiagnostics":
                told.add(message["params"]["uri"])
                if first:
                    return told
            elif message.get("method") == "stateaware/status" and message["params"]["state"] == "ready":
                return told
        raise SystemExit("the server was never ready")

    def open(self, file: str, text: str | None = None) -> str:
        """Open a file; its URI."""
        path = self.root / file
        given = path.read_text("utf-8") if text is None else text
        language = "sql" if file.endswith(".sql") else "yaml"
        item = {"uri": path.as_uri(), "languageId": language, "version": 1, "text": given}
        self.tell("textDocument/didOpen", {"textDocument": item})
        return path.as_uri()

    def edit(self, uri: str, version: int, line: int, column: int, text: str, *, over: int = 0) -> None:
        """Write text into an open file, over so many characters."""
        where = {
            "start": {"line": line, "character": column},
            "end": {"line": line, "character": column + over},
        }
        change = {"range": where, "text": text}
        name = {"uri": uri, "version": version}
        self.tell("textDocument/didChange", {"textDocument": name, "contentChanges": [change]})

    def memory(self) -> float:
        """The most memory that the process ever held, in MiB; 0 where the system does not tell."""
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.is_file():
            return 0
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        return int(lines["VmHWM"].split()[0]) / 1024

    def stop(self) -> None:
        """Say goodbye."""
        try:
            self.ask("shutdown", None)
            self.tell("exit", None)
        except (OSError, SystemExit):  # it has left by itself
            pass
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
