"""A server that speaks ComfyUI's protocol: queue, history, websocket, files; one prompt at a time.

Run as `python -m tests.comfyui.server FOLDER`; prints its port. Like the real one it keeps queue,
history and cache in memory. `--own-ids`: as older ones; `--jobs`: as newer ones. POST /test makes
it misbehave; GET /test counts.
"""

import argparse
import asyncio
import contextlib
import json
import threading
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

from aiohttp import WSCloseCode, web

from tests.comfyui.nodes import INPUTS, SAVERS, Interrupted, Nodes, info

Entry = tuple[int, str, dict[str, Any], dict[str, Any], list[str]]


class ComfyUI:
    """The state of the server, and its routes."""

    def __init__(self, folder: Path, *, own_ids: bool, jobs: bool) -> None:
        self.folder, self.own_ids, self.jobs = folder, own_ids, jobs
        self.waiting: list[Entry] = []
        self.running: Entry | None = None
        self.history: dict[str, Any] = {}
        self.ended: dict[str, Any] = {}
        self.sockets: dict[str, web.WebSocketResponse] = {}
        self.counts: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self.cache: dict[str, tuple[Any, Any]] = {}
        self.freed = self.interrupted = False
        self.lock = threading.Condition()
        self.nodes = Nodes(folder, self._tick)
        self.node = ""
        self.loop: asyncio.AbstractEventLoop
        for name in ("input", "output", "temp"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    # The executor, in a thread of its own.

    def work(self) -> None:
        """Take one prompt after the other."""
        while True:
            with self.lock:
                while not self.waiting and not self.freed:
                    self.lock.wait()
                if self.waiting:
                    self.running = self.waiting.pop(0)
            if self.running:
                self._execute(self.running)
            if self.freed:
                self.cache, self.freed = {}, False

    def _execute(self, entry: Entry) -> None:
        _, prompt_id, prompt, _, _ = entry
        self.interrupted = False
        self.counts["executed"] += 1
        self.counts[f"executed {prompt_id}"] += 1
        messages: list[Any] = []

        def say(kind: str, **data: Any) -> None:
            messages.append((kind, {**data, "prompt_id": prompt_id}))
            self._send(kind, {**data, "prompt_id": prompt_id})

        say("execution_start")
        cached = [node for node in prompt if self._key(prompt, node) in self.cache]
        say("execution_cached", nodes=cached)
        values: dict[str, Any] = {}
        shown: dict[str, Any] = {}
        state = "success"
        try:
            for node in self._in_order(prompt):
                self.node = node
                self._send("executing", {"node": node, "prompt_id": prompt_id})
                key = self._key(prompt, node)
                if key not in self.cache:
                    self.cache[key] = self._run(prompt, node, values)
                values[node], show = self.cache[key]
                if show:
                    shown[node] = show
                    self._send("executed", {"node": node, "output": show, "prompt_id": prompt_id})
            say("execution_success")
        except Interrupted:
            state = "error"
            say("execution_interrupted", node_id=self.node)
        except Exception as error:  # noqa: BLE001 - as a node fails, so does its prompt
            state = "error"
            say(
                "execution_error", node_id=self.node, node_type=prompt[self.node]["class_type"],
                exception_type=f"torch.{type(error).__name__}"
                if "Memory" in type(error).__name__ else type(error).__name__,
                exception_message=str(error), traceback=[],
            )  # fmt: skip
        with self.lock:
            self.history[prompt_id] = {
                "prompt": entry,
                "outputs": shown if state == "success" else {},
                "status": {
                    "status_str": state,
                    "completed": state == "success",
                    "messages": messages,
                },
            }
            self.ended[prompt_id] = self.history[prompt_id]
        self._send("executing", {"node": None, "prompt_id": prompt_id})
        with self.lock:
            self.running = None

    def _run(self, prompt: dict[str, Any], node: str, values: dict[str, Any]) -> tuple[Any, Any]:
        given = {
            name: values[value[0]] if isinstance(value, list) else value
            for name, value in prompt[node]["inputs"].items()
        }
        return self.nodes.run(prompt[node]["class_type"], given)

    def _tick(self, value: int, most: int) -> None:
        if self.interrupted:
            raise Interrupted
        if not self.wrong["silent"]:
            assert self.running
            data = {"value": value, "max": most, "node": self.node, "prompt_id": self.running[1]}
            self._send("progress", data)
        time.sleep(0.01)

    @staticmethod
    def _in_order(prompt: dict[str, Any]) -> list[str]:
        order: list[str] = []

        def visit(node: str) -> None:
            for value in prompt[node]["inputs"].values():
                if isinstance(value, list):
                    visit(value[0])
            if node not in order:
                order.append(node)

        for node, one in prompt.items():
            if one["class_type"] in SAVERS:
                visit(node)
        return order

    def _key(self, prompt: dict[str, Any], node: str) -> str:
        inputs = {
            name: self._key(prompt, value[0]) if isinstance(value, list) else value
            for name, value in prompt[node]["inputs"].items()
        }
        return json.dumps([prompt[node]["class_type"], inputs], sort_keys=True)

    def _send(self, kind: str, data: Any) -> None:
        client = (self.running[3] if self.running else {}).get("client_id")

        async def send() -> None:
            socket = self.sockets.get(client or "")
            if socket is not None and not socket.closed:
                with contextlib.suppress(ConnectionError):
                    await socket.send_json({"type": kind, "data": data})

        asyncio.run_coroutine_threadsafe(send(), self.loop)

    # The routes.

    def app(self) -> web.Application:
        """All of them."""
        app = web.Application(middlewares=[self._misbehave], client_max_size=1 << 28)
        app.add_routes([
            web.get("/ws", self._ws), web.get("/object_info", self._info),
            web.get("/system_stats", self._stats), web.get("/queue", self._queue),
            web.get("/history", self._histories), web.get("/history/{id}", self._history),
            web.get("/view", self._view), web.post("/prompt", self._prompt),
            web.post("/queue", self._delete), web.post("/interrupt", self._interrupt),
            web.post("/upload/image", self._upload), web.post("/free", self._free),
            web.post("/test", self._test), web.get("/test", self._counts),
        ])  # fmt: skip
        if self.jobs:
            app.add_routes([web.get("/api/jobs/{id}", self._job)])
        return app

    @web.middleware
    async def _misbehave(self, request: web.Request, handler: Any) -> web.StreamResponse:
        path = request.path
        if path.startswith("/test"):
            return await handler(request)
        self.counts[f"{request.method} {path}"] += 1
        if self.wrong[f"status {path}"]:
            self.wrong[f"status {path}"] -= 1
            return web.Response(status=500, text="Internal Server Error: the disk is on fire")
        if self.wrong[f"garbage {path}"]:
            self.wrong[f"garbage {path}"] -= 1
            return web.Response(text="<html>It works!</html>", content_type="text/html")
        answer: web.StreamResponse = await handler(request)
        if self.wrong[f"lost {path}"]:
            self.wrong[f"lost {path}"] -= 1
            assert request.transport
            request.transport.abort()
        return answer

    async def _ws(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        client = request.query.get("clientId") or uuid.uuid4().hex
        self.sockets[client] = socket
        self.counts["sockets"] += 1
        await socket.send_json({"type": "status", "data": {"status": {}, "sid": client}})
        await socket.send_bytes(b"\0\0\0\1\0\0\0\2preview")
        async for _ in socket:
            pass
        return socket

    async def _info(self, _: web.Request) -> web.Response:
        return web.json_response(info())

    async def _stats(self, _: web.Request) -> web.Response:
        system = {
            "comfyui_version": "0.3.64",
            "pytorch_version": "none",
            "python_version": "3.11 x",
        }
        return web.json_response({"system": system, "devices": [{"name": "test", "type": "cpu"}]})

    async def _queue(self, _: web.Request) -> web.Response:
        with self.lock:
            running = [self.running] if self.running else []
            return web.json_response({"queue_running": running, "queue_pending": self.waiting})

    async def _histories(self, request: web.Request) -> web.Response:
        newest = list(self.history.items())[-int(request.query.get("max_items", 1000)) :]
        return web.json_response(dict(newest))

    async def _history(self, request: web.Request) -> web.Response:
        found = self.history.get(request.match_info["id"])
        return web.json_response({request.match_info["id"]: found} if found else {})

    async def _job(self, request: web.Request) -> web.Response:
        prompt_id = request.match_info["id"]
        if not (ended := self.ended.get(prompt_id)):
            return web.json_response({"error": "Job not found"}, status=404)
        status = {"success": "completed"}.get(ended["status"]["status_str"], "failed")
        return web.json_response(
            {"id": prompt_id, "status": status, "outputs": ended["outputs"],
             "execution_status": ended["status"]}
        )  # fmt: skip

    async def _view(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        path = self.folder / query["type"] / query["subfolder"] / query["filename"]
        return web.FileResponse(path) if path.is_file() else web.Response(status=404)

    async def _prompt(self, request: web.Request) -> web.Response:
        body = await request.json()
        prompt = body["prompt"]
        errors = _errors(prompt)
        savers = [node for node, one in prompt.items() if one["class_type"] in SAVERS]
        if errors and all(set(errors) & _feeding(prompt, node) for node in savers):
            error = {"type": "prompt_outputs_failed_validation", "message": "failed validation",
                     "details": "", "extra_info": {}}  # fmt: skip
            return web.json_response({"error": error, "node_errors": errors}, status=400)
        prompt_id = str(uuid.uuid4()) if self.own_ids else body["prompt_id"]
        assert str(uuid.UUID(prompt_id)) == prompt_id
        extra = {**body.get("extra_data", {}), "client_id": body.get("client_id")}
        with self.lock:
            self.counts["submitted"] += 1
            self.waiting.append((self.counts["submitted"], prompt_id, prompt, extra, []))
            self.lock.notify()
        return web.json_response({"prompt_id": prompt_id, "number": 1, "node_errors": errors})

    async def _delete(self, request: web.Request) -> web.Response:
        gone = (await request.json()).get("delete", [])
        with self.lock:
            self.waiting = [entry for entry in self.waiting if entry[1] not in gone]
        return web.Response()

    async def _interrupt(self, request: web.Request) -> web.Response:
        wanted = (await request.json()).get("prompt_id")
        with self.lock:
            if self.running and (self.own_ids or wanted in (None, self.running[1])):
                self.interrupted = True
        return web.Response()

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        image, folder = form["image"], str(form["subfolder"])
        assert isinstance(image, web.FileField)
        (self.folder / "input" / folder).mkdir(exist_ok=True)
        (self.folder / "input" / folder / image.filename).write_bytes(image.file.read())
        return web.json_response({"name": image.filename, "subfolder": folder, "type": "input"})

    async def _free(self, _: web.Request) -> web.Response:
        with self.lock:
            self.freed = True
            self.counts["freed"] += 1
            self.lock.notify()
        return web.Response()

    async def _test(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if asked.pop("hang_up", False):
            for socket in list(self.sockets.values()):
                await socket.close(code=WSCloseCode.GOING_AWAY)
        if asked.pop("forget", False):
            self.history.clear()
        if asked.pop("well", False):
            self.wrong.clear()
        self.wrong.update(asked)
        return web.Response()

    async def _counts(self, _: web.Request) -> web.Response:
        return web.json_response(self.counts)


def _errors(prompt: dict[str, Any]) -> dict[str, Any]:
    """What a node is given beyond its range."""
    found: dict[str, Any] = {}
    for node, one in prompt.items():
        for name, value in one["inputs"].items():
            kind = INPUTS[one["class_type"]].get(name, [None])
            most = kind[1].get("max") if len(kind) > 1 else None
            if most is not None and not isinstance(value, list) and value > most:
                message = f"Value {value} bigger than max of {most}"
                errors = [{"type": "value_bigger_than_max", "message": message, "details": name}]
                found[node] = {"errors": errors, "class_type": one["class_type"]}
    return found


def _feeding(prompt: dict[str, Any], node: str) -> set[str]:
    """A node and all that it is made from."""
    found = {node}
    for value in prompt[node]["inputs"].values():
        if isinstance(value, list):
            found |= _feeding(prompt, value[0])
    return found


async def serve(comfyui: ComfyUI, port: int) -> None:
    """Until killed."""
    comfyui.loop = asyncio.get_running_loop()
    runner = web.AppRunner(comfyui.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    threading.Thread(target=comfyui.work, daemon=True).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--own-ids", action="store_true")
    parser.add_argument("--jobs", action="store_true")
    parser.add_argument("--port", type=int, default=0)
    asked = parser.parse_args()
    asyncio.run(serve(ComfyUI(asked.folder, own_ids=asked.own_ids, jobs=asked.jobs), asked.port))
