"""A language server in a process of its own, spoken to over its standard input and output as an editor does."""

import json
import queue
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Self

__all__ = ["LanguageServer"]

CAPABILITIES = {
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {},
    },
    "workspace": {"configuration": True, "workspaceFolders": True},
}

TIMEOUT_S = 30


class LanguageServer:
    """A server that runs until the ``with`` block ends; what stands in a text after ``|`` is where the cursor is."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self.folder = folder
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder
        )
        self._received: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._published: dict[str, list[dict[str, Any]]] = {}
        self._requests = 0
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Self:
        root = self.folder.as_uri()
        folders = [{"uri": root, "name": self.folder.name}]
        self._ask(
            "initialize",
            {"processId": None, "rootUri": root, "workspaceFolders": folders, "capabilities": CAPABILITIES},
        )
        self._tell("initialized", {})
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def completions(self, name: str, text: str) -> dict[str, str]:
        """What is offered at the cursor: labels, without quotes, and their documentation."""
        found = self._ask("textDocument/completion", self._at_cursor(name, text))
        items = found["items"] if isinstance(found, dict) else found or []
        offered: dict[str, str] = {}
        for item in items:
            label = item["label"].strip('"')
            offered[label] = offered.get(label) or _words(item.get("documentation"))
        return offered

    def hover(self, name: str, text: str) -> str:
        """What is told about the word under the cursor."""
        found = self._ask("textDocument/hover", self._at_cursor(name, text))
        return _words(found and found["contents"])

    def diagnostics(self, name: str, text: str) -> list[tuple[int, str]]:
        """What is wrong in a text: lines, from 1, and messages; waits until something is."""
        uri = self._open(name, text)
        end = time.monotonic() + TIMEOUT_S
        while not self._published.get(uri):
            self._handle(self._next(end))
        found = self._published[uri]
        return sorted({(each["range"]["start"]["line"] + 1, each["message"]) for each in found})

    def _at_cursor(self, name: str, text: str) -> dict[str, Any]:
        before, _, after = text.partition("|")
        uri = self._open(name, before + after)
        line = before.count("\n")
        character = len(before) - before.rfind("\n") - 1
        return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}

    def _open(self, name: str, text: str) -> str:
        """Open the text as a file, and wait until the server has looked at it."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        language = path.suffix.lstrip(".")
        document = {"uri": path.as_uri(), "languageId": language, "version": 1, "text": text}
        self._published.pop(path.as_uri(), None)
        self._tell("textDocument/didOpen", {"textDocument": document})
        end = time.monotonic() + TIMEOUT_S
        while path.as_uri() not in self._published:
            self._handle(self._next(end))
        return path.as_uri()

    # The protocol

    def _tell(self, method: str, params: object) -> None:
        self._send({"method": method, "params": params})

    def _ask(self, method: str, params: object) -> Any:
        self._requests += 1
        self._send({"id": self._requests, "method": method, "params": params})
        end = time.monotonic() + TIMEOUT_S
        while True:
            message = self._next(end)
            if "method" not in message and message.get("id") == self._requests:
                assert "error" not in message, f"{method}: {message['error']}"
                return message.get("result")
            self._handle(message)

    def _next(self, end: float) -> dict[str, Any]:
        try:
            message = self._received.get(timeout=max(end - time.monotonic(), 0.01))
        except queue.Empty:
            raise TimeoutError(f"the language server said nothing for {TIMEOUT_S} s") from None
        assert message is not None, "the language server has ended"
        return message

    def _handle(self, message: dict[str, Any]) -> None:
        """Keep diagnostics; answer what the server asks, which is for settings, with: none."""
        if message.get("method") == "textDocument/publishDiagnostics":
            self._published[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            asked = (message.get("params") or {}).get("items", [])
            self._send({"id": message["id"], "result": [None] * len(asked) if asked else None})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None, "opened as a pipe"
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None, "opened as a pipe"
        while length := _length(stream):  # type: ignore[arg-type]  # a pipe of bytes
            self._received.put(json.loads(stream.read(length)))
        self._received.put(None)


def _length(stream: BinaryIO) -> int:
    """Bytes in the message whose headers are next; 0 at the end."""
    length = 0
    while line := stream.readline().strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return length


def _words(contents: Any) -> str:
    if isinstance(contents, dict):
        return str(contents["value"]).strip()
    return str(contents or "").strip()
