"""A hub on this machine: enough of its protocol for its own library to fetch from."""

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

COMMIT = "ab" * 20


@dataclass
class Hub:
    """One model of a few files; with a status, all that it answers is that.

    `stalls`: a file of which half goes out, and the rest when `goes_on` is set.
    """

    files: dict[str, str]
    model: str = "somebody/something"
    status: int = 200
    error_code: str = ""
    stalls: str = ""
    goes_on: threading.Event = field(default_factory=threading.Event)
    sent: dict[str, int] = field(default_factory=dict)
    """Bytes of each file that went out."""


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, *, body: bool) -> None:
            path = urlsplit(self.path).path.strip("/")
            if hub.status != 200:
                self._send(b"{}", body=body, status=hub.status)
            elif path.startswith(f"api/models/{hub.model}/tree/"):
                self._send(json.dumps(_tree(hub)).encode(), body=body)
            elif path.startswith(f"api/models/{hub.model}"):
                about = {"id": hub.model, "sha": COMMIT, "siblings": []}
                self._send(json.dumps(about).encode(), body=body)
            elif (name := path.removeprefix(f"{hub.model}/resolve/{COMMIT}/")) in hub.files:
                self._file(name, body=body)
            else:
                hub_error = {"X-Error-Code": "RepoNotFound"}
                self._send(b"{}", body=body, status=404, headers=hub_error)

        def _file(self, name: str, *, body: bool) -> None:
            content = hub.files[name].encode()
            begin = int(self.headers.get("Range", "bytes=0-").split("=")[1].split("-")[0])
            headers = {"ETag": f'"{etag(hub.files[name])}"', "X-Repo-Commit": COMMIT}
            if begin:
                headers["Content-Range"] = f"bytes {begin}-{len(content) - 1}/{len(content)}"
            self._send(
                content[begin:], body=body, status=206 if begin else 200, headers=headers, name=name
            )

        def _send(
            self,
            content: bytes,
            *,
            body: bool,
            status: int = 200,
            headers: Mapping[str, str] | None = None,
            name: str = "",
        ) -> None:
            self.send_response(status)
            if hub.error_code:
                self.send_header("X-Error-Code", hub.error_code)
            for key, value in (headers or {}).items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if body:
                half = len(content) // 2 if name and name == hub.stalls else 0
                self._out(name, content[:half])
                if half:
                    hub.goes_on.wait()
                self._out(name, content[half:])

        def _out(self, name: str, content: bytes) -> None:
            if content:
                with suppress(ConnectionError):  # whoever asked may have been stopped
                    self.wfile.write(content)
                hub.sent[name] = hub.sent.get(name, 0) + len(content)

    return Handler


def _tree(hub: Hub) -> list[dict[str, object]]:
    return [
        {"type": "file", "path": name, "size": len(text), "oid": etag(text)}
        for name, text in hub.files.items()
    ]


def etag(text: str) -> str:
    """The name of a file's content."""
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def served(hub: Hub) -> Iterator[str]:
    """The address at which the hub answers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        hub.goes_on.set()
        server.shutdown()
        server.server_close()
        thread.join()
