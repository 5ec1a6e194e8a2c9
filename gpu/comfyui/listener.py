"""How far a prompt is, as ComfyUI's websocket tells it. Lost, it is opened again, or done without.

Only what is sent is heard: what happened while it was lost, the history tells.
"""

import json
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from typing import Any
from urllib.parse import urlencode

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from gpu.comfyui.workflow import Workflow, title

OPEN_S, AGAIN_S = 5.0, 2.0
ENDS = ("execution_success", "execution_error", "execution_interrupted")


class Listener:
    """What was heard of one prompt. `heard_at`: monotonic seconds of its last sign of life."""

    def __init__(self, url: str, client_id: str, workflow: Workflow) -> None:
        scheme, _, rest = url.partition("://")
        self._url = f"{'wss' if scheme == 'https' else 'ws'}://{rest}/ws?" + urlencode(
            {"clientId": client_id}
        )
        self._workflow = workflow
        self._socket: ClientConnection | None = None
        self._open_for = ExitStack()
        self._try_at = 0.0
        self._done: set[str] = set()
        self._node, self._part, self._steps = "", 0.0, ""
        self.prompt_id = ""
        self.heard_at = time.monotonic()

    def close(self) -> None:
        """Hang up."""
        self._socket = None
        with suppress(WebSocketException, OSError):
            self._open_for.close()

    def listen(self, seconds: float) -> bool:
        """Hear what comes within this time, at most one message; True when the prompt has ended."""
        socket = self._open()
        if socket is None:
            time.sleep(seconds)
            return False
        try:
            message = socket.recv(timeout=seconds)
        except TimeoutError:
            return False
        except (WebSocketException, OSError):
            self.close()
            return True  # look at once: it may have ended unheard
        return self._heard(message)

    @property
    def share(self) -> float:
        """How much is done, 0 … 1: nodes, and the steps of the one that works."""
        return min((len(self._done) + self._part) / max(len(self._workflow), 1), 1.0)

    @property
    def words(self) -> str:
        """Which node works, and at which step."""
        if self._node not in self._workflow:
            return ""
        return f"{title(self._workflow, self._node)}{self._steps}"

    def _open(self) -> ClientConnection | None:
        if self._socket is None and time.monotonic() >= self._try_at:
            self._try_at = time.monotonic() + AGAIN_S
            with suppress(WebSocketException, OSError):
                opening = connect(
                    self._url, open_timeout=OPEN_S, close_timeout=1, max_size=None, proxy=None
                )
                self._socket = self._open_for.enter_context(opening)
        return self._socket

    def _heard(self, message: str | bytes) -> bool:
        if isinstance(message, bytes):  # a preview of whatever works now
            return False
        try:
            told = json.loads(message)
            kind, data = told["type"], told["data"]
        except (ValueError, KeyError, TypeError):
            return False
        if not isinstance(data, Mapping) or data.get("prompt_id") != self.prompt_id:
            return False
        self.heard_at = time.monotonic()
        return self._told(str(kind), data)

    def _told(self, kind: str, data: Mapping[str, Any]) -> bool:
        if kind == "execution_cached":
            self._done.update(map(str, data.get("nodes") or ()))
        elif kind == "executing":
            if data.get("node") is None:
                return True
            self._works(str(data["node"]))
        elif kind == "progress":
            self._works(str(data.get("node") or self._node))
            value, most = data.get("value"), data.get("max")
            if isinstance(value, int | float) and isinstance(most, int | float) and most > 0:
                self._part, self._steps = value / most, f", {value:g} of {most:g}"
        return kind in ENDS

    def _works(self, node: str) -> None:
        if node != self._node:
            self._done.update({self._node} & set(self._workflow))
            self._done.discard(node)
            self._node, self._part, self._steps = node, 0.0, ""
