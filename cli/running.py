"""What start, resume and work have in common: ask, begin, run the crew, say how it ended."""

import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli import ended, recover, show_plan
from cli.failures import DONE
from cli.notices import notices, tell_newest, told_data
from cli.output import complain, print_json, say
from cli.signals import signals_stop
from eventstore.errors import DiskFull, LogFailed
from eventstore.home import Home
from handlers import look
from handlers.errors import Refused, WorkersDie

if TYPE_CHECKING:
    from handlers.crew import Crew
    from handlers.foreground import Outcome
    from handlers.notify import Notices
    from handlers.start import StartRequest


DEATHS_MIN = 3
"""Starts without an outcome, from which on it is looked whether a command is given up."""
NOT_BEGUN = "What you asked for is not begun; begin it with --new."
HEAD_START_S = 0.2
"""The workers start first; only then does this process load what watching them takes."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How to answer, and with how many workers to work."""

    as_json: bool = False
    as_jsonl: bool = False
    yes: bool = False
    workers: int | None = None

    @property
    def for_people(self) -> bool:
        """Whether a person reads it."""
        return not (self.as_json or self.as_jsonl)

    @property
    def may_ask(self) -> bool:
        """Whether there is somebody to ask."""
        return self.for_people and not self.yes and sys.stdin.isatty() and sys.stdout.isatty()


def start(home_path: Path, request: "StartRequest", answer: Answer, *, new: bool) -> int:
    """Begin a film and make it, unless the user would rather go on with another."""
    home = Home(home_path)
    _take_up(home, answer)
    others = _unfinished(home)
    told = bool(request.idea.strip()) or request.script is not None
    if others and not new:
        if answer.may_ask:
            chosen = recover.ask_which(others, _now(), request.idea)
            if chosen is not None:
                if told:
                    say(NOT_BEGUN)
                return resume(home_path, chosen, answer)
        elif answer.yes and not told:
            return resume(home_path, None, answer)
    if not told and answer.may_ask:
        import typer

        request = _with_idea(request, typer.prompt("What is the film about?", prompt_suffix=" "))
    from handlers.start import begin, prepare, spoken_alone
    from projections.events import TYPES

    prepared = prepare(request)
    if answer.for_people and (why := spoken_alone(prepared)):
        complain(f"reelog: {why}")
    if others and not new and answer.for_people and not answer.may_ask:
        complain(f"reelog: {recover.mention(others)}")
    with home.open(TYPES) as log:
        session_id = begin(home, log, prepared).id
    return _run_and_answer(home, session_id, answer, after=0)


def _with_idea(request: "StartRequest", idea: str) -> "StartRequest":
    from dataclasses import replace

    return replace(request, idea=idea)


def _take_up(home: Home, answer: Answer) -> None:
    """What a run that was disturbed at its very end left: films without their folder, locks."""
    if not home.has_log():
        return
    from eventstore.errors import EventStoreError
    from handlers import leftovers
    from handlers.hand_out import hand_out, not_handed_out
    from projections.events import TYPES

    # they harm nobody where the disk still takes no writing
    with suppress(OSError, EventStoreError), home.open_existing(TYPES) as log:
        leftovers.remove(home, log)
    with home.reader() as reader:
        behind = not_handed_out(home, reader)
    if not behind:
        return
    with home.open_existing(TYPES) as log:
        for session_id in behind:
            film = hand_out(home, log, session_id)
            if film and answer.for_people:
                say(f"Handed out: {film}")


def _unfinished(home: Home) -> list[dict[str, Any]]:
    if not home.has_log():
        return []
    with home.reader() as reader:
        return look.incomplete(reader)


def resume(home_path: Path, name: str | None, answer: Answer) -> int:
    """Go on with a session; re-opens what killed its workers."""
    home = Home(home_path)
    with home.reader() as reader:
        if name is not None:
            session_id = look.find(reader, name)
        else:
            unfinished = look.incomplete(reader)
            if not unfinished:
                _take_up(home, answer)
                with notices(for_people=answer.for_people) as told:
                    tell_newest(home, told)
                return _nothing_left(answer, None)
            session_id = str(unfinished[0]["session"])
        tables = reader.tables(session_id)
    row = tables["sessions"][0]
    _refuse_stopped(row)
    if answer.for_people:
        _say_where_it_stands(row, tables["shots"])
    _mend(home, tables)
    return _run_and_answer(home, session_id, answer, after=row["version"])


def _refuse_stopped(row: Mapping[str, Any]) -> None:
    session = row["session"]
    if row["cancelled"]:
        raise Refused("cancelled", f"{session} was cancelled", "`reelog fork` goes on from it")
    if row["paused"]:
        raise Refused("paused", f"{session} is paused", f"`reelog unpause {session}` first")


def _nothing_left(answer: Answer, data: list[Any] | None) -> int:
    if answer.for_people:
        say("Nothing left to do: every film is complete, paused or cancelled.")
    elif answer.as_json:
        print_json(data)
    return DONE


def _say_where_it_stands(row: Mapping[str, Any], shots: Sequence[Mapping[str, Any]]) -> None:
    done = [shot for shot in shots if shot["mark"] == "[DONE]"]
    say(f"{row['session']}: {row['title'] or row['idea'][:70]}")
    if done and row["state"] != "COMPLETE":
        numbers = ", ".join(map(str, sorted(shot["shot_index"] for shot in done)))
        say(f"[SKIP] finished and not made again: shot{'s' if len(done) > 1 else ''} {numbers}")


def _mend(home: Home, tables: "look.Tables", *, reopen: bool = True) -> None:
    """Before workers start: open what killed its workers again, record results that are gone.

    Looks at the read tables first, so that the usual case costs no fold.
    """
    parked = reopen and any(_may_be_given_up(command) for command in tables["commands"])
    if not parked and not look.lost_files(home, tables):
        return
    from eventstore.log import new_id
    from eventstore.recorded import Cause
    from handlers import decide
    from handlers.foreground import report_losses
    from handlers.stream import SessionStream
    from projections.events import TYPES

    session_id = tables["sessions"][0]["session"]
    with home.open_existing(TYPES) as log:
        request_id = new_id()
        if parked:
            SessionStream(log, session_id).record(
                lambda session: decide.reopen(session, only_deaths=True),
                Cause(request_id, request_id),
            )
        report_losses(home, log, session_id)


def _may_be_given_up(command: Mapping[str, Any]) -> bool:
    """Parked, or begun so often that the last to begin may have been one death too many."""
    return bool(
        command["state"] == "parked" or command["starts"] - command["failures"] >= DEATHS_MIN
    )


def work(home_path: Path, answer: Answer) -> int:
    """Work off every unfinished session, by priority, then age; asked again after each film."""
    home, outcomes = Home(home_path), list["Outcome"]()
    with notices(for_people=answer.for_people) as told:
        while tables := look.next_to_work(home, [outcome.session.id for outcome in outcomes]):
            row = tables["sessions"][0]
            _mend(home, tables, reopen=False)
            outcomes.append(_run(home, str(row["session"]), answer, told, after=row["version"]))
    if not outcomes:
        return _nothing_left(answer, [])
    if answer.as_json:
        print_json([_summary(outcome, told) for outcome in outcomes])
    return max(ended.status_of(outcome) for outcome in outcomes)


def _run_and_answer(home: Home, session_id: str, answer: Answer, *, after: int) -> int:
    with notices(for_people=answer.for_people) as told:
        outcome = _run(home, session_id, answer, told, after=after)
    if answer.as_json:
        plan = show_plan.data(home, outcome.session.id)
        print_json(_summary(outcome, told) | {"plan": plan})
    return ended.status_of(outcome)


def _summary(outcome: "Outcome", told: "Notices | None") -> dict[str, Any]:
    return ended.summary(outcome) | {"notified": told_data(told, outcome.session.id)}


def _run(
    home: Home, session_id: str, answer: Answer, told: "Notices | None", *, after: int
) -> "Outcome":
    """Run a crew on one session, showing what happens after a position; tell people the end."""
    from handlers.crew import Crew, default_workers

    began = time.monotonic()
    if (real := home.root.resolve()) != home.root.absolute():  # whatever links lead to later
        home = Home(real)
    with signals_stop():
        backends = _backends(home, session_id)
        size = answer.workers or default_workers(backends)
        if answer.for_people and "diffusers" in backends:
            show_plan.tell(home, session_id)
        crew = Crew(home.root.resolve(), str(uuid.uuid4()), [session_id], size)
        try:
            crew.watch(HEAD_START_S)
            outcome = _watch(home, session_id, crew, answer, after, told)
        except (DiskFull, LogFailed, WorkersDie) as stop:
            crew.stop()
            if told:
                told.stopped(home, session_id, stop)
            raise
        except KeyboardInterrupt:
            crew.stop()
            if answer.for_people:
                complain(
                    f"\nStopped. Nothing finished is lost; go on with: reelog resume {session_id}"
                )
            raise
        finally:
            crew.stop()
    if answer.for_people:
        idle = outcome.session.version == after
        ended.tell(outcome, time.monotonic() - began, idle=idle)
    return outcome


def _backends(home: Home, session_id: str) -> set[str]:
    from handlers.look import backends

    with home.reader() as reader:
        return backends(reader, session_id)


def _watch(
    home: Home,
    session_id: str,
    crew: "Crew",
    answer: Answer,
    after: int,
    told: "Notices | None",
) -> "Outcome":
    from cli.progress import Screen
    from handlers.foreground import AtEnd, watch
    from projections.events import TYPES

    with (
        home.open_existing(TYPES) as log,
        Screen(session_id, jsonl=answer.as_jsonl, quiet=answer.as_json) as screen,
    ):
        at_end: AtEnd = told.ended if told else lambda *_: None
        return watch(home, log, session_id, crew, screen, after=after, at_end=at_end)


def _now() -> str:
    from eventstore.log import utc_now

    return utc_now()
