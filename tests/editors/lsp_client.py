"""As much of a language client as it takes to see that a server works."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path
from typing import Any


class LspClient:
    """Starts a server and speaks to it; every answer and notification is kept."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            command,
            cwd=folder.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self.process.stdin
        assert self.process.stdout
        self.to_server = self.process.stdin
        self.from_server = self.process.stdout
        self.last_id = 0
        self.notifications: list[dict[str, Any]] = []
        # A server that says nothing would hold the test for ever.
        self.alarm = threading.Timer(60, self.process.kill)
        self.alarm.start()

    def start(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Initialize, as a client that takes pushed diagnostics."""
        uri = self.folder.as_uri()
        answer = self.ask(
            "initialize",
            {
                "processId": None,
                "rootUri": uri,
                "workspaceFolders": [{"uri": uri, "name": self.folder.name}],
                "capabilities": {"textDocument": {"publishDiagnostics": {}, "synchronization": {}}},
                "initializationOptions": {"settings": settings},
            },
        )
        self.tell("initialized", {})
        return answer

    def open(self, file: Path, language: str) -> None:
        document = {
            "uri": file.as_uri(),
            "languageId": language,
            "version": 1,
            "text": file.read_text("utf-8"),
        }
        self.tell("textDocument/didOpen", {"textDocument": document})

    def diagnostics(self, file: Path) -> list[dict[str, Any]]:
        """Wait until the server says something about the file."""
        while True:
            for message in self.notifications:
                parameters = message["params"]
                if (
                    message["method"] == "textDocument/publishDiagnostics"
                    and parameters["uri"] == file.as_uri()
                    and parameters["diagnostics"]
                ):
                    return list(parameters["diagnostics"])
            self._read()

    def stop(self) -> int:
        """Shut the server down and return its exit code."""
        self.ask("shutdown", None)
        self.tell("exit", None)
        code = self.process.wait(20)
        self.alarm.cancel()
        return code

    def ask(self, method: str, parameters: Any) -> Any:
        self.last_id += 1
        self._write({"id": self.last_id, "method": method, "params": parameters})
        while True:
            message = self._read()
            if message.get("id") == self.last_id and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def tell(self, method: str, parameters: Any) -> None:
        self._write({"method": method, "params": parameters})

    def _write(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.to_server.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.to_server.flush()

    def _read(self) -> dict[str, Any]:
        length = 0
        while (line := self.from_server.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            assert self.process.stderr
            raise AssertionError(f"the server is gone: {self.process.stderr.read().decode()}")
        message: dict[str, Any] = json.loads(self.from_server.read(length))
        if "method" in message and "id" in message:
            empty = [None] * len(message["params"]["items"]) if "configuration" in message["method"] else None
            self._write({"id": message["id"], "result": empty})
        elif "method" in message:
            self.notifications.append(message)
        return message
