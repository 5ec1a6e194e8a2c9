"""A ComfyUI server's HTTP side, in its own words. Knows no film and keeps no state.

Source: ComfyUI's server.py and comfy_execution/jobs.py; `/api/jobs` is there from 0.4 on.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import requests

from gpu.comfyui.errors import BadAnswer, Unreachable
from gpu.errors import BriefRefused

CONNECT_S, ANSWER_S = 5.0, 60.0
WORDS = 400
START = "start it, or name another with --set image.url=… and video.url=…"
_CHUNK_BYTES = 1 << 20


class Server:
    """One server. Every method raises Unreachable or BadAnswer."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy for the web is none for the next room

    def system_stats(self) -> Mapping[str, Any]:
        """Version, torch, devices."""
        return self._object("GET", "/system_stats")

    def object_info(self) -> Mapping[str, Any]:
        """Every node class: its inputs with type and range, whether it is an output."""
        return self._object("GET", "/object_info")

    def queue(self) -> tuple[list[list[Any]], list[list[Any]]]:
        """What runs, and what waits, the next first: [number, id, prompt, extra data, outputs]."""
        found = self._object("GET", "/queue")
        running, waiting = found.get("queue_running", []), found.get("queue_pending", [])
        return running, sorted(waiting, key=lambda entry: entry[0])

    def history(self, prompt_id: str) -> Mapping[str, Any] | None:
        """What came of a prompt; None where the server does not know."""
        found = self._object("GET", f"/history/{quote(prompt_id)}").get(prompt_id)
        return found if isinstance(found, Mapping) else None

    def recent(self, count: int) -> Mapping[str, Any]:
        """The newest entries of the history, by prompt id."""
        return self._object("GET", f"/history?max_items={count}")

    def job(self, prompt_id: str) -> Mapping[str, Any] | None:
        """The same as newer servers tell it; None for a server or a job that is not there."""
        answer = self._ask("GET", f"/api/jobs/{quote(prompt_id)}")
        if answer.status_code in (404, 405):
            return None
        return self._decoded(answer)

    def submit(self, body: Mapping[str, Any]) -> str:
        """Queue a prompt; returns its id. Raises BriefRefused with what is wrong with it."""
        answer = self._ask("POST", "/prompt", json=body)
        if answer.status_code == 400:
            raise BriefRefused(f"ComfyUI refuses the workflow: {_refusal(answer)}")
        found = self._decoded(answer)
        prompt_id = str(found.get("prompt_id", ""))
        if found.get("node_errors"):  # the rest of it was queued all the same
            self.forget(prompt_id)
            raise BriefRefused(f"ComfyUI refuses a part of the workflow: {_refusal(answer)}")
        return prompt_id

    def upload(self, name: str, content: bytes, folder: str) -> str:
        """Put a picture among the server's inputs; returns how nodes name it."""
        answer = self._ask(
            "POST",
            "/upload/image",
            files={"image": (name, content, "image/png")},
            data={"overwrite": "true", "subfolder": folder, "type": "input"},
        )
        found = self._decoded(answer)
        parts = (str(found.get("subfolder", "")), str(found.get("name", name)))
        return "/".join(part for part in parts if part)

    def download(self, file: Mapping[str, str], out: Path) -> None:
        """Write a file of some output to `out`. Raises BadAnswer where it is gone."""
        query = urlencode({key: file.get(key, "") for key in ("filename", "subfolder", "type")})
        answer = self._ask("GET", f"/view?{query}", stream=True)
        if answer.status_code != 200:
            raise BadAnswer(
                f"ComfyUI made {file['filename']}, and has it no more ({answer.status_code}); "
                "where it answers from its cache, restart it, then retry"
            )
        with out.open("wb") as opened:
            for chunk in self._chunks(answer):
                opened.write(chunk)

    def forget(self, prompt_id: str) -> None:
        """Take a waiting prompt out of the queue."""
        self._ask("POST", "/queue", json={"delete": [prompt_id]})

    def interrupt(self, prompt_id: str) -> None:
        """Stop a prompt that runs. Older servers stop whatever runs."""
        self._ask("POST", "/interrupt", json={"prompt_id": prompt_id})

    def free(self) -> None:
        """Let go of models and cached results, after what runs."""
        self._ask("POST", "/free", json={"unload_models": True, "free_memory": True})

    def _object(self, method: str, path: str) -> Mapping[str, Any]:
        return self._decoded(self._ask(method, path))

    def _ask(self, method: str, path: str, **more: Any) -> requests.Response:
        try:
            return self._session.request(
                method, self.url + path, timeout=(CONNECT_S, ANSWER_S), **more
            )
        except requests.RequestException as error:
            raise Unreachable(f"ComfyUI at {self.url} does not answer; {START}") from error

    def _chunks(self, answer: requests.Response) -> Iterator[bytes]:
        try:
            yield from answer.iter_content(_CHUNK_BYTES)
        except requests.RequestException as error:
            raise Unreachable(f"ComfyUI at {self.url} broke off in the middle of a file") from error

    def _decoded(self, answer: requests.Response) -> Mapping[str, Any]:
        said = f"{self.url} answered {answer.status_code} to {answer.request.path_url}"
        if answer.status_code != 200:
            raise BadAnswer(f"{said}: {' '.join(answer.text.split())[:WORDS]}")
        try:
            found = answer.json()
        except ValueError as error:
            raise BadAnswer(f"{said} with no JSON; is it ComfyUI?") from error
        if not isinstance(found, Mapping):
            raise BadAnswer(f"{said} with other JSON than ComfyUI's; is it ComfyUI?")
        return found


def _refusal(answer: requests.Response) -> str:
    """What a refused prompt lacks, node by node."""
    try:
        found = answer.json()
        errors = found["node_errors"] or {}
        parts = [
            f"node {node} ({one['class_type']}): {error['message']}, {error['details']}"
            for node, one in errors.items()
            for error in one["errors"]
        ]
        error = found.get("error", "")
        told = error if isinstance(error, str) else f"{error['message']} {error['details']}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return " ".join(answer.text.split())[:WORDS]
    return ("; ".join(parts) or " ".join(told.split()))[:WORDS]
