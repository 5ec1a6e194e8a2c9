"""A real HTTP server on this machine that takes messages, as the webhooks of others do."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

SECRET = "s3cr3tt0k3n"


class PostBox:
    """What came, and how it is answered: a status, or not before `released`."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.status = 200
        self.came: list[dict[str, Any]] = []
        self.slow = False
        self.released = Event()

    @property
    def url(self) -> str:
        """As apprise takes it, with a password and a path that nobody else may see."""
        return f"json://user:{SECRET}@127.0.0.1:{self.port}/{SECRET}-path"


@contextmanager
def post_box() -> Iterator[PostBox]:
    """One that is open while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            box.came.append(json.loads(body))
            if box.slow:
                box.released.wait()
                return
            self.send_response(box.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    box = PostBox(server.server_port)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield box
    finally:
        box.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
