"""Tells people what a run came to: once for each occasion, and never at the film's cost.

What was told is in the log: `NotificationStarted` names the event that it tells of and is appended
before anything is sent, so that of all processes that see a film end one alone tells of it.
A message goes out from a process of its own; nobody waits for it but the end of the command, and
that for so long only.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from eventstore.errors import DiskFull, EventStoreError, LogFailed
from eventstore.home import Home
from eventstore.log import new_id
from eventstore.reader import LogReader
from eventstore.recorded import Cause, Recorded
from eventstore.registry import Event
from handlers import notice
from handlers.channels import Channel, Channels
from handlers.errors import WorkersDie
from handlers.extras import needed
from handlers.logs import LOGGER
from handlers.notice import Notice
from handlers.stream import SessionStream
from projections.events import (
    TYPES,
    CommandFailed,
    CommandStarted,
    NotificationStarted,
    SessionCompleted,
)
from projections.session import Session
from projections.work import Work, work

TIMEOUT_S = 15.0
GRACE_S = 2.0
"""So much longer than its timeout a sending process is waited for: its start takes a moment."""


@dataclass(frozen=True)
class Told:
    """What became of one message to one channel; of which session it was, or of none."""

    channel: Channel
    went: bool
    reason: str = ""
    session: str = ""

    @property
    def line(self) -> str:
        """For people."""
        if self.went:
            return f"Told {self.channel.masked}."
        return f"Could not tell {self.channel.masked}: {self.reason}"

    @property
    def data(self) -> dict[str, object]:
        """For programs."""
        facts = {"channel": self.channel.name, "kind": self.channel.scheme, "went": self.went}
        return facts | {"reason": self.reason}


class Sending:
    """One message on its way to some channels."""

    def __init__(
        self, message: Notice, to: Sequence[Channel], timeout_s: float, session: str = ""
    ) -> None:
        self._to, self._timeout_s, self._session = to, timeout_s, session
        self._until = time.monotonic() + timeout_s + GRACE_S
        # -W ignore: apprise's plugins import what Python deprecates; it is no business of ours
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-W", "ignore", "-m", "handlers.notify_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback could quote a URL
            start_new_session=True,  # Ctrl-C is ours to answer
        )
        asked: dict[str, object] = {"title": message.title, "body": message.body}
        asked |= {"type": message.type, "urls": [one.url for one in to], "timeout_s": timeout_s}
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(asked).encode())
            self._process.stdin.close()

    def ended(self) -> list[Told]:
        """Wait for it, until its time is over; what became of it."""
        assert self._process.stdin is not None
        self._process.stdin = None
        try:
            said, _ = self._process.communicate(timeout=max(0.0, self._until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            said, _ = self._process.communicate()
        known = {row["at"]: row for row in map(json.loads, said.splitlines())}
        return [self._told(channel, known.get(at)) for at, channel in enumerate(self._to)]

    def left_alone(self) -> list[Told]:
        """What is said when nobody waits for it; it goes on until its time is over."""
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process.returncode = 0  # Python would complain of a child that outlives us
        reason = "not waited for, it may still arrive"
        return [Told(channel, False, reason, self._session) for channel in self._to]

    def _told(self, channel: Channel, row: dict[str, object] | None) -> Told:
        if row is None:
            return Told(channel, False, f"no answer within {self._timeout_s:g} s", self._session)
        return Told(channel, bool(row["went"]), str(row["reason"]), self._session)


class Notices:
    """The notices of one command; leaving the block waits for them."""

    def __init__(
        self,
        configured: Channels,
        say: Callable[[Told], None] = lambda _: None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._configured, self._say, self._timeout_s = configured, say, timeout_s
        self._sent: list[Sending] = []
        self._told: list[Told] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not isinstance(error, KeyboardInterrupt):
            self.finish()
            return
        for sending in self._sent:  # who stops us waits for nothing
            sending.left_alone()

    def ended(self, stream: SessionStream, folder: Path) -> None:
        """A run came to its end: tell of a film that is done, or of work that is parked, once."""
        stream.reload()
        found = work(stream.session)
        about = _end(stream.history, found)
        if about is None or not self._wanted(about[0], stream.session):
            return
        if self._claimed(stream, *about):
            session, (occasion, _) = stream.session, about
            message = (
                notice.done(session, found, folder)
                if occasion == "done"
                else notice.parked(session, found)
            )
            self._send(message, session)

    def stopped(self, home: Home, session_id: str, error: Exception) -> None:
        """A run ended by an error that no event may tell of: the disk, or workers that die."""
        occasion = "parked" if isinstance(error, WorkersDie) else "disk"
        session = Session(session_id)
        with suppress(EventStoreError, OSError), home.open_existing(TYPES, read_only=True) as log:
            session = SessionStream(log, session_id).session
        if self._wanted(occasion, session):
            self._send(notice.stopped(session, work(session), occasion, str(error)), session)

    def finish(self) -> list[Told]:
        """Wait for what is on its way, for so long only; all that this command told.

        Ctrl-C ends the waiting, and neither the message nor the film that it tells of.
        """
        sent, self._sent = self._sent, []
        for sending in sent:
            try:
                ended = sending.ended()
            except KeyboardInterrupt:
                ended = sending.left_alone()
            for told in ended:
                self._told.append(told)
                self._say(told)
                if not told.went:
                    LOGGER.warning("could not notify %s: %s", told.channel.masked, told.reason)
        return self._told

    def _wanted(self, occasion: str, session: Session) -> list[Channel]:
        every = self._configured.channels
        return [one for one in every if one.wants(occasion, session.profile)]

    def _send(self, message: Notice, session: Session) -> None:
        to = self._wanted(message.occasion, session)
        self._sent.append(Sending(message, to, self._timeout_s, session.id))

    def _claimed(self, stream: SessionStream, occasion: str, about: str) -> bool:
        """Whether it is ours to tell: nobody did, and the log says now that we do."""
        told = NotificationStarted(occasion=occasion, about=about)
        cause = new_id()
        try:
            decide = partial(_once, stream, told)
            return bool(stream.record(decide, Cause(cause, cause)))
        except (DiskFull, LogFailed):
            return False  # the log takes no more; whoever resumes tells of it


def _once(stream: SessionStream, told: NotificationStarted, _: Session) -> Sequence[Event]:
    before = (one.event for one in stream.history)
    known = {event.about for event in before if isinstance(event, NotificationStarted)}
    return [] if told.about in known else [told]


def _end(history: Sequence[Recorded], found: Work) -> tuple[str, str] | None:
    """Occasion and id of the event that a run came to, where it is one to tell of."""
    if found.film_made:
        sha256 = found.film_made.artifact.sha256
        completed = (
            one
            for one in history
            if isinstance(one.event, SessionCompleted) and one.event.film_sha256 == sha256
        )
        return _last("done", completed)
    if found.session.paused or found.session.cancelled:
        return None
    parked = {command.id for command in found.parked}
    attempts = (
        one
        for one in history
        if isinstance(one.event, CommandStarted | CommandFailed) and one.event.command_id in parked
    )
    return _last("parked", attempts)


def _last(occasion: str, events: Iterable[Recorded]) -> tuple[str, str] | None:
    """None where no event of this session's own says so: a fork of a film that is done."""
    ids = [one.event_id for one in events]
    return (occasion, ids[-1]) if ids else None


def newest_done(reader: LogReader) -> str | None:
    """The session whose film was completed last."""
    rows = reader.query(
        "SELECT session FROM sessions WHERE film_sha256 IS NOT NULL "
        "ORDER BY completed_at DESC LIMIT 1"
    )
    return next((str(row["session"]) for row in rows), None)


def send(message: Notice, to: Sequence[Channel], timeout_s: float = TIMEOUT_S) -> list[Told]:
    """Send one message now and wait. Raises Refused where the extra `notify` is not installed."""
    needed("apprise", "notify", "notify", load=False)
    return Sending(message, to, timeout_s).ended()
