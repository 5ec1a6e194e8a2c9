"""The worker as a process of its own."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from handlers.stream import SessionStream
from projections import events as e
from projections.events import TYPES
from projections.work import work as work_of
from tests.build import RUN, SESSION, chain_is_whole, fake_session, leftovers, names, rebuilt
from tests.processes import ended, spawn, until

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def worker_process(home, *sessions, parent=None):
    """A real worker process, killed at the end if it still lives."""
    process = subprocess.Popen(
        [
            sys.executable, "-P", "-m", "handlers.work_process",
            str(home.root), "run-1", str(parent or os.getpid()), *sessions,
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    with process:
        yield process
        process.kill()


def test_a_worker_process_makes_a_film_and_tells_its_progress(home):
    with home.open(TYPES) as log:
        fake_session(log)

    with worker_process(home, SESSION) as process:
        told, errors = process.communicate(timeout=30)

    assert (process.returncode, errors) == (0, b"")
    lines = [json.loads(line) for line in told.splitlines()]
    assert {"kind": "film", "shot": None, "share": 1.0} in lines
    with home.open(TYPES) as log:
        assert work_of(SessionStream(log, SESSION).session).complete


def test_two_worker_processes_make_one_film_and_do_each_command_once(home):
    with home.open(TYPES) as log:
        fake_session(log, shots=8)

    with worker_process(home, SESSION) as one, worker_process(home, SESSION) as other:
        assert [one.wait(30), other.wait(30)] == [0, 0]

    with home.open(TYPES) as log:
        stream = SessionStream(log, SESSION)
        assert work_of(stream.session).complete
        started = [r.event.command_id for r in stream.history if is_start(r)]
        assert len(started) == len(set(started)) == 28
        assert chain_is_whole(log)
        assert log.stored_rows(SESSION) == rebuilt(log)


def is_start(recorded):
    return isinstance(recorded.event, e.CommandStarted)


def test_a_worker_process_without_a_log_says_so(home):
    with worker_process(home, SESSION) as process:
        told, errors = process.communicate(timeout=30)

    assert process.returncode == 3
    assert json.loads(told)["error"] == "NoSuchLog"
    assert errors == b""


def test_an_orphan_does_not_begin_to_work(home):
    with home.open(TYPES) as log:
        fake_session(log, shots=300)

    with worker_process(home, SESSION, parent=1) as process:
        process.communicate(timeout=30)

    assert process.returncode in (130, -signal.SIGTERM)
    with home.open(TYPES) as log:
        assert not work_of(SessionStream(log, SESSION).session).complete


def test_a_terminated_worker_stops_and_says_so(home):
    with home.open(TYPES) as log:
        fake_session(log, shots=2000)

    with worker_process(home, SESSION) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)

    assert process.returncode == 130
    with home.open(TYPES) as log:
        assert chain_is_whole(log)
        assert log.stored_rows(SESSION) == rebuilt(log)
    assert list(home.locks.iterdir()) == []


def test_a_worker_whose_listener_went_away_stops_and_blames_no_command(home):
    with home.open(TYPES) as log:
        fake_session(log, shots=300)

    with worker_process(home, SESSION) as process:
        process.stdout.readline()
        process.stdout.close()
        process.wait(30)

    with home.open(TYPES) as log:
        history = SessionStream(log, SESSION).history
        assert "CommandFailed" not in names(history)
        assert not work_of(SessionStream(log, SESSION).session).complete


def test_a_killed_workers_leftovers_are_swept_by_the_next(home):
    with home.open(TYPES) as log:
        fake_session(log)

    def die_in_a_stage():
        from tests.handlers.crew_of_one import hooked, work

        def hook(kind, brief, out, report):  # noqa: ARG001 - a stage
            if kind == "image":
                out.write_bytes(b"half")
                os.kill(os.getpid(), signal.SIGKILL)

        with home.open(TYPES) as log:
            work(home, log, stages=hooked(hook))

    assert ended(spawn(die_in_a_stage)) == -signal.SIGKILL
    assert leftovers(home) != []

    with worker_process(home, SESSION) as process:
        assert process.wait(30) == 0
    assert leftovers(home) == []


def test_a_paused_session_ends_a_worker_process(home):
    with home.open(TYPES) as log:
        fake_session(log, shots=2000)

    with worker_process(home, SESSION) as process, home.open(TYPES) as log:
        process.stdout.readline()
        until(lambda: SessionStream(log, SESSION).session.story is not None)
        SessionStream(log, SESSION).record(lambda _: [e.SessionPaused(now=True)], RUN)
        process.communicate(timeout=30)
        assert process.returncode == 0
