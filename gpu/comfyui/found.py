"""What a server knows of a prompt: waiting, running, done, failed, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gpu.comfyui.errors import NodeFailed, NodeMemory
from gpu.comfyui.server import WORDS, Server
from gpu.errors import StageError

UNKNOWN, WAITING, RUNNING, DONE, FAILED, STOPPED = (
    "unknown", "waiting", "running", "done", "failed", "stopped",
)  # fmt: skip
MARK = "reelog"
LOOKED_BACK = 64
"""Entries of the history that are looked through for a prompt under a server's own id."""
_MEMORY = ("out of memory", "outofmemory", "allocation on device", "not enough memory")
_JOBS = {"pending": WAITING, "in_progress": RUNNING, "completed": DONE, "failed": FAILED,
         "cancelled": STOPPED}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """`before`: prompts in front of one that waits. `cached`: nodes that were not run again."""

    state: str
    prompt_id: str
    before: int = 0
    outputs: Mapping[str, Any] = field(default_factory=dict)
    cached: tuple[str, ...] = ()
    error: StageError | None = None


def look(server: Server, prompt_id: str, mark: str = "") -> Found:
    """Look in the queue, then in the history: what leaves the one is in the other by then.

    With `mark`, also for a prompt that carries it under an id of the server's own, as an older
    server gives it.
    """
    running, waiting = server.queue()
    for entry in running:
        if _is_ours(entry, prompt_id, mark):
            return Found(RUNNING, str(entry[1]))
    for before, entry in enumerate(waiting):
        if _is_ours(entry, prompt_id, mark):
            return Found(WAITING, str(entry[1]), before + len(running))
    if ended := server.history(prompt_id):
        return _ended(prompt_id, ended)
    for own_id, past in server.recent(LOOKED_BACK).items() if mark else ():
        if _is_ours(past.get("prompt") or (), prompt_id, mark):
            return _ended(own_id, past)
    return _as_job(server, prompt_id)


def _is_ours(entry: Sequence[Any], prompt_id: str, mark: str) -> bool:
    if len(entry) < 4:
        return False
    extra = entry[3] if isinstance(entry[3], Mapping) else {}
    return str(entry[1]) == prompt_id or bool(mark and extra.get(MARK) == mark)


def _as_job(server: Server, prompt_id: str) -> Found:
    """As a newer server keeps it, whose jobs may outlive its history."""
    job = server.job(prompt_id)
    state = _JOBS.get(str(job.get("status")), UNKNOWN) if job else UNKNOWN
    if not job or state in (UNKNOWN, WAITING, RUNNING):
        return Found(state, prompt_id)
    error = job.get("execution_error")
    messages = [["execution_error", error]] if error else []
    if state == STOPPED:
        messages = [["execution_interrupted", {}]]
    status = job.get("execution_status") or {
        "status_str": "success" if state == DONE else "error", "messages": messages,
    }  # fmt: skip
    return _ended(prompt_id, {"outputs": job.get("outputs"), "status": status})


def _ended(prompt_id: str, entry: Mapping[str, Any]) -> Found:
    """How a prompt of the history ended. Older servers keep no status: then it has outputs."""
    status = entry.get("status") or {}
    messages = {
        str(one[0]): one[1]
        for one in status.get("messages") or ()
        if isinstance(one, Sequence) and len(one) == 2 and isinstance(one[1], Mapping)
    }
    if status.get("status_str") == "error":
        if "execution_interrupted" in messages:
            error = StageError("it was interrupted in ComfyUI")
            return Found(STOPPED, prompt_id, error=error)
        return Found(FAILED, prompt_id, error=_error(messages.get("execution_error") or {}))
    cached = tuple(map(str, messages.get("execution_cached", {}).get("nodes") or ()))
    return Found(DONE, prompt_id, outputs=entry.get("outputs") or {}, cached=cached)


def _error(told: Mapping[str, Any]) -> NodeFailed:
    """The node, the exception and the server's text; a lack of memory told from the rest."""
    kind = str(told.get("exception_type") or "an error")
    text = " ".join(str(told.get("exception_message") or "").split())[:WORDS]
    node = f"node {told.get('node_id', '?')} ({told.get('node_type', '?')})"
    if any(sign in f"{kind} {text}".lower() for sign in _MEMORY):
        return NodeMemory(
            f"ComfyUI ran out of memory in {node}: {kind}: {text}; end what else uses its card, "
            "or ask for less with --set width, height or frames"
        )
    return NodeFailed(f"ComfyUI's {node} failed: {kind}: {text}")
