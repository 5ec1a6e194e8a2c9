"""Ctrl-C, SIGTERM, SIGKILL: a run that ends at once, leaves nobody behind, and goes on later."""

import signal
import time
from collections import Counter

import pytest

from projections import events as e
from tests.build import leftovers, names
from tests.command import FAKE, Reelog, command_line
from tests.processes import until

END_S = 3.0
DRAWN = ("start", "a lighthouse in a storm", "--shots", "4", "--duration", "20", "--workers", "2")


def goes_on_and_ends_well(reelog: Reelog) -> None:
    reelog.mend()
    assert reelog.quickly("resume", "--workers", "1").status == 0
    assert reelog.session().completed_at
    assert reelog.log_is_whole()


def ends_soon(running) -> object:
    """How it ended; within moments, however late the machine is with other things."""
    began = time.monotonic()
    done = running.ended()
    assert time.monotonic() - began < END_S
    return done


def test_ctrl_c_ends_a_run_and_says_how_to_go_on(reelog):
    reelog.plant("image=wait")
    terminal = reelog.at_terminal("start", "a lighthouse", *FAKE)
    reelog.standing()

    terminal.types("\x03")
    done = ends_soon(terminal)

    (session,) = reelog.sessions()
    assert done.status == 130
    assert f"go on with: reelog resume {session}" in done.out
    until(lambda: not reelog.processes())
    goes_on_and_ends_well(reelog)


def test_ctrl_c_is_recorded_and_is_no_attempt(reelog):
    reelog.plant("image=wait")
    terminal = reelog.at_terminal("start", "a lighthouse", *FAKE)
    reelog.standing()

    terminal.types("\x03")
    terminal.ended()

    last = reelog.history()[-1].event
    attempts = reelog.session().attempts[last.command_id]
    assert isinstance(last, e.CommandInterrupted)
    assert (attempts.starts, attempts.failures, attempts.deaths) == (1, 0, 0)
    assert leftovers(reelog.home) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_to_the_foreground_alone_ends_the_run(reelog, number):
    reelog.plant("image=wait")
    running = reelog.begin("start", "a lighthouse", *FAKE)
    reelog.standing()

    running.signal(number)
    done = ends_soon(running)

    assert done.status == 130
    assert names(reelog.history())[-1] == "CommandInterrupted"
    until(lambda: not reelog.processes())


def test_ctrl_c_while_a_film_is_drawn_leaves_no_encoder_behind(reelog):
    terminal = reelog.at_terminal(*DRAWN)
    until(lambda: any(b"ffmpeg" in command_line(pid) for pid in reelog.processes()))

    terminal.types("\x03")
    done = ends_soon(terminal)

    assert done.status == 130
    until(lambda: not reelog.processes())
    assert Counter(names(reelog.history()))["CommandFailed"] == 0
    assert leftovers(reelog.home) == []


def test_an_interrupted_run_answers_programs_too(reelog):
    reelog.plant("image=wait")
    running = reelog.begin("start", "a lighthouse", *FAKE, "--json")
    reelog.standing()

    running.signal(signal.SIGTERM)

    assert running.ended().error["code"] == "interrupted"


def test_an_interrupted_run_shows_its_last_events(reelog):
    reelog.plant("image=wait")
    running = reelog.begin("start", "a lighthouse", *FAKE, "--jsonl")
    reelog.standing()

    running.signal(signal.SIGTERM)
    done = running.ended()

    *events, error = done.lines
    assert error["error"]["code"] == "interrupted"
    assert [line["event_id"] for line in events] == [r.event_id for r in reelog.history()]
    assert events[-1]["type"] == "CommandInterrupted"


def test_a_worker_that_does_not_listen_is_no_hindrance(reelog):
    reelog.plant("image=deaf")
    running = reelog.begin("start", "a lighthouse", *FAKE)
    reelog.standing()

    running.signal(signal.SIGTERM)
    done = ends_soon(running)

    assert done.status == 130
    until(lambda: not reelog.processes())
    goes_on_and_ends_well(reelog)


def test_the_workers_of_a_killed_foreground_end_by_themselves(reelog):
    reelog.plant("image=wait")
    running = reelog.begin("start", "a lighthouse", *FAKE)
    reelog.standing()

    running.signal(signal.SIGKILL)
    running.process.wait()

    until(lambda: not reelog.processes())
    assert names(reelog.history())[-1] == "CommandInterrupted"
    goes_on_and_ends_well(reelog)


def test_everything_killed_at_once_goes_on(reelog):
    reelog.plant("audio:number 2=wait")
    running = reelog.begin("start", "a lighthouse", *FAKE)
    reelog.standing()

    reelog.end()
    running.process.wait()

    goes_on_and_ends_well(reelog)


def test_a_signal_before_the_first_worker_is_an_end_too(reelog):
    terminal = reelog.at_terminal("start", *FAKE)
    terminal.reads("What is the film about?")

    assert terminal.types_to_leave("\x03").status == 130
    assert not reelog.home.has_log()


def test_the_folder_is_current_after_an_interrupt(reelog):
    reelog.plant("image:view 2=wait")
    running = reelog.begin("start", "a lighthouse", *FAKE)
    reelog.standing()

    running.signal(signal.SIGTERM)
    running.ended()

    (session,) = reelog.sessions()
    folder = reelog.home.sessions / session
    assert (folder / "images" / "shot_001.png").is_file()
    assert f'"version": {len(reelog.history())}' in (folder / "manifest.json").read_text()
