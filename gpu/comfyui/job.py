"""One prompt through a ComfyUI server, exactly once: looked for, else submitted, then waited for.

Its id is computed from the command and a number, so whoever comes after a kill finds it again: the
first of the ids that the server does not know as failed is the one to collect, to wait for, or to
submit.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID, uuid4, uuid5

from gpu.comfyui import found
from gpu.comfyui.errors import BadAnswer, NodeMemory, Unreachable
from gpu.comfyui.found import FAILED, MARK, RUNNING, STOPPED, UNKNOWN, WAITING, Found
from gpu.comfyui.listener import Listener
from gpu.comfyui.server import Server
from gpu.errors import StageError, Withdrawn
from gpu.stages import Report, Share

NAMESPACE = UUID("5d2a3b53-6c36-5d0b-9a52-2e6f3b1f9c11")
LISTEN_S, LOOK_S = 0.25, 1.0
AWAY_S = 60.0
"""How long a server that does not answer is waited for: it may be starting again."""
OLD = "this ComfyUI gives its own ids: it is found again by what it carries, for a while"


@dataclass(frozen=True)
class Asked:
    """A filled workflow. `job`: what names the work for ever; empty: nothing may be taken over."""

    prompt: Mapping[str, Any]
    job: str
    timeout_s: float


def id_of(job: str, number: int) -> str:
    """The prompt id of an attempt: a UUID in the spelling that newer servers demand."""
    return str(uuid5(NAMESPACE, f"{job}:{number}"))


def done(server: Server, asked: Asked, report: Report) -> Found:
    """The finished prompt, with its outputs. Raises StageError, BriefRefused.

    Withdrawn stops the prompt, and only it; after any other end it goes on, for whoever comes next.
    """
    run = _Run(server, asked, report)
    try:
        return run.to_its_end()
    except NodeMemory:
        with suppress(StageError):
            server.free()
        raise
    except Withdrawn:
        run.stop()
        raise
    finally:
        run.listener.close()


class _Run:
    """One prompt on its way."""

    def __init__(self, server: Server, asked: Asked, report: Report) -> None:
        self._server, self._asked, self._report = server, asked, report
        self._job = asked.job or str(uuid4())
        self.listener = Listener(server.url, id_of(self._job, -1), asked.prompt)
        self._mark, self._note = "", ""
        self._moved_at = time.monotonic()
        self._shown = 0.0

    def to_its_end(self) -> Found:
        """Look, submit where nobody knows it, wait."""
        seen = self._first()
        self.listener.listen(0)  # so that the first node is heard too
        if seen.state == UNKNOWN:
            seen = Found(WAITING, self._submitted(seen.prompt_id))
        self.listener.prompt_id = seen.prompt_id
        look_at = 0.0
        while seen.state in (WAITING, RUNNING):
            ended = self.listener.listen(LISTEN_S)
            self._tell(seen)
            if ended or time.monotonic() >= look_at:
                seen = self._looked(seen)
                look_at = time.monotonic() + LOOK_S
        if seen.error:
            raise seen.error
        return seen

    def stop(self) -> None:
        """End our prompt on the server, and nobody else's."""
        if not (prompt_id := self.listener.prompt_id):
            return
        with suppress(StageError):
            seen = found.look(self._server, prompt_id, self._mark)
            if seen.state == WAITING:
                self._server.forget(seen.prompt_id)
                seen = found.look(self._server, seen.prompt_id)
            if seen.state == RUNNING:
                self._server.interrupt(seen.prompt_id)

    def _first(self) -> Found:
        """The first attempt that is not known to have failed; its id is ours before it is sent."""
        for number in count():
            prompt_id = id_of(self._job, number)
            self._mark = prompt_id
            seen = self._patient(lambda: found.look(self._server, self._mark, self._mark))
            if seen.state not in (FAILED, STOPPED):
                return seen
        raise AssertionError("count does not end")

    def _submitted(self, prompt_id: str) -> str:
        """Queue it; returns the id that the server goes by.

        Where the answer is lost, the queue tells whether it came: it is never sent blindly again.
        """
        self.listener.prompt_id = prompt_id
        body = {
            "prompt": self._asked.prompt,
            "prompt_id": prompt_id,
            "client_id": id_of(self._job, -1),
            "extra_data": {MARK: prompt_id},
        }
        try:
            own_id = self._server.submit(body) or prompt_id
        except (Unreachable, BadAnswer):
            seen = self._patient(lambda: found.look(self._server, prompt_id, prompt_id))
            if seen.state == UNKNOWN:
                raise
            own_id = seen.prompt_id
        if own_id != prompt_id:
            self._note = OLD
        return own_id

    def _looked(self, before: Found) -> Found:
        """What the server says now. A prompt that it has forgotten is an attempt that failed."""
        seen = self._patient(lambda: found.look(self._server, before.prompt_id))
        if seen.state == UNKNOWN:
            raise StageError(
                f"ComfyUI at {self._server.url} knows nothing of the prompt any more: it was "
                "restarted, or its queue was cleared"
            )
        if seen.state != before.state or seen.before != before.before:
            self._moved_at = time.monotonic()
        if seen.state == RUNNING:
            self._refuse_standstill()
        return seen

    def _refuse_standstill(self) -> None:
        """Length is no fault; that nothing moves is."""
        still_s = time.monotonic() - max(self._moved_at, self.listener.heard_at)
        if still_s > self._asked.timeout_s:
            self.stop()
            at = self.listener.words or "the workflow"
            raise StageError(
                f"ComfyUI made no progress in {self._asked.timeout_s:g} s, at {at}; where that is "
                "no fault, set a larger timeout_s"
            )

    def _patient(self, look: Callable[[], Found]) -> Found:
        """Ask until there is an answer: a server that starts again is waited for a while."""
        since = time.monotonic()
        while True:
            try:
                return look()
            except (Unreachable, BadAnswer) as error:
                if time.monotonic() - since > min(self._asked.timeout_s, AWAY_S):
                    raise
                self._report(Share(self._shown, str(error).partition(";")[0]))
                time.sleep(LISTEN_S)

    def _tell(self, seen: Found) -> None:
        self._shown = max(self._shown, self.listener.share)
        words = self.listener.words
        if seen.state == WAITING and not words:
            words = f"in ComfyUI's queue, {seen.before} before it" if seen.before else ""
        self._report(Share(self._shown, "; ".join(filter(None, (words, self._note)))))
