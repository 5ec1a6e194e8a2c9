"""A server that speaks the OpenAI protocol as Ollama, llama.cpp, vLLM and hosted ones do.

Run as `python -m tests.llm.server`; prints its port. POST /test tells it what to answer and how to
misbehave; GET /test counts and gives back what it was asked. It has one model, `tiny-writer`.
"""

import argparse
import asyncio
import contextlib
import json
import signal
import time
from collections import Counter
from typing import Any

from aiohttp import web

from tests.llm.writer import answer_to

MODEL = "tiny-writer"
TOKENS_A_WORD = 2


class LanguageServer:
    """The state of the server, and its routes."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.set_up({})

    def set_up(self, how: dict[str, Any]) -> None:
        """`answers`: texts to give in turn, else proper ones. `faults`: one for each question in
        turn, of the names below. `key`: the only one taken. `knows`: forms of answer known.
        """
        self.answers: list[str] = list(how.get("answers", []))
        self.faults: list[str] = list(how.get("faults", []))
        self.key: str = how.get("key", "")
        self.knows: list[str] = how.get("knows", ["json_schema", "json_object"])
        self.limit: str = how.get("limit", "max_tokens")
        self.context: int = how.get("context", 100_000)
        self.delay_s: float = how.get("delay_s", 0.0)
        self.retry_after: str = how.get("retry_after", "")
        self.unlisted: bool = how.get("unlisted", False)
        self.unknown: list[str] = how.get("unknown", [])
        self.cut_at: int = how.get("cut_at", 0)
        self.models: list[str] = how.get("models", [MODEL, "qwen3:8b"])

    async def listed(self, request: web.Request) -> web.Response:
        """GET /v1/models."""
        self.counts["listed"] += 1
        if refused := self._unknown_key(request):
            return refused
        if self.unlisted:
            return _error(503, "Loading model", "unavailable_error")
        data = [
            {"id": one, "object": "model", "created": 0, "owned_by": "us"} for one in self.models
        ]
        return web.json_response({"object": "list", "data": data})

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """POST /v1/chat/completions."""
        body = await request.json()
        self.counts["asked"] += 1
        self.asked.append(body)
        self.headers.append(dict(request.headers))
        if refused := self._unknown_key(request) or self._refused(body):
            return refused
        if fault := self.faults.pop(0) if self.faults else "":
            return await self._misbehaving(fault, request)
        await asyncio.sleep(self.delay_s)
        self.counts["answered"] += 1
        text = self.answers.pop(0) if self.answers else answer_to(body)
        return web.json_response(self._completion(body, text))

    async def _misbehaving(self, fault: str, request: web.Request) -> web.StreamResponse:
        match fault:
            case "busy":
                after = {"Retry-After": self.retry_after} if self.retry_after else {}
                return _error(429, "Rate limit reached for requests", "rate_limit_exceeded", after)
            case "quota":
                return _error(429, "You exceeded your current quota", "insufficient_quota")
            case "loading":
                return _error(503, "Loading model", "unavailable_error")
            case "broken":
                return _error(500, "llama runner process has terminated", "server_error")
            case "lost":
                assert request.transport
                request.transport.abort()
                return web.Response()
            case "half":
                answer = web.StreamResponse(headers={"Content-Length": "5000"})
                await answer.prepare(request)
                await answer.write(b'{"id": "chat')
                assert request.transport
                request.transport.abort()
                return answer
            case "page":
                return web.Response(text="<html>It works</html>", content_type="text/html")
            case "nothing":
                return web.json_response({"hello": "world"})
            case "silent":
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.sleep(3600)
                self.counts["given up"] += 1
                raise asyncio.CancelledError
            case "refusal":
                return web.json_response(self._completion({}, "", refusal="I cannot help with it."))
        raise ValueError(fault)

    def _unknown_key(self, request: web.Request) -> web.Response | None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not self.key or given == self.key:
            return None
        return _error(401, f"Incorrect API key provided: {given}.", "invalid_api_key")

    def _refused(self, body: dict[str, Any]) -> web.Response | None:
        kind = body.get("response_format", {}).get("type")
        if kind and kind not in self.knows:
            return _error(400, f"'response_format' of type '{kind}' is not supported")
        if body["model"] not in self.models:
            return _error(404, f"model '{body['model']}' not found", "model_not_found")
        if strange := set(self.unknown) & set(body):
            return _error(422, f"Extra inputs are not permitted: {strange.pop()}")
        other = {"max_tokens", "max_completion_tokens"} - {self.limit}
        if other & set(body):
            return _error(400, f"Unsupported parameter: use '{self.limit}' instead.")
        if _tokens(json.dumps(body["messages"])) > self.context:
            told = f"This model's maximum context length is {self.context} tokens."
            return _error(400, told, "context_length_exceeded")
        return None

    def _completion(self, body: dict[str, Any], text: str, refusal: str = "") -> dict[str, Any]:
        cut = bool(self.cut_at) and len(text) > self.cut_at
        text = text[: self.cut_at] if cut else text
        message = {"role": "assistant", "content": None if refusal else text}
        asked, said = _tokens(json.dumps(body.get("messages", ""))), _tokens(text)
        return {
            "id": "chatcmpl-1", "object": "chat.completion", "created": int(time.time()),
            "model": f"{body.get('model', MODEL)}-2026",
            "choices": [{
                "index": 0, "finish_reason": "length" if cut else "stop", "logprobs": None,
                "message": {**message, **({"refusal": refusal} if refusal else {})},
            }],
            "usage": {"prompt_tokens": asked, "completion_tokens": said,
                      "total_tokens": asked + said},
        }  # fmt: skip

    async def told(self, request: web.Request) -> web.Response:
        """POST /test: from the beginning."""
        self.counts.clear()
        self.asked.clear()
        self.headers.clear()
        self.set_up(await request.json())
        return web.json_response({})

    async def telling(self, _: web.Request) -> web.Response:
        """GET /test."""
        seen = {"counts": self.counts, "asked": self.asked, "headers": self.headers}
        return web.json_response(seen)


def _tokens(text: str) -> int:
    return TOKENS_A_WORD * len(text.split())


def _error(
    status: int, message: str, code: str = "", headers: dict[str, str] | None = None
) -> web.Response:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return web.json_response({"error": error}, status=status, headers=headers)


async def serve(port: int) -> None:
    """Until it is killed."""
    server = LanguageServer()
    app = web.Application(client_max_size=64 << 20)
    app.router.add_get("/v1/models", server.listed)
    app.router.add_post("/v1/chat/completions", server.chat)
    app.router.add_post("/test", server.told)
    app.router.add_get("/test", server.telling)
    runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)  # type: ignore[union-attr]
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(serve(parser.parse_args().port))
