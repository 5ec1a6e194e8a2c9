"""What kills its worker three times is given up, with everything that is known about why."""

import signal

import pytest

from handlers import death as deaths
from handlers.crew import Crew
from handlers.death import Death
from projections import events as e
from projections.events import TYPES
from projections.work import work
from tests.build import RUN, SESSION, fake_session, names
from tests.command import FAKE, kill
from tests.processes import until


def died(reelog) -> list[e.WorkerDied]:
    return [one.event for one in reelog.history() if isinstance(one.event, e.WorkerDied)]


def test_each_death_is_on_record_with_what_its_parent_saw(reelog):
    reelog.plant("image:view 2=die")

    done = reelog.quickly("start", "a lighthouse", *FAKE)

    assert done.status == 1
    assert [(one.shot, one.signal, one.exit_status) for one in died(reelog)] == [(2, 9, None)] * 3
    assert all(one.peak_memory_bytes > 10 << 20 for one in died(reelog))
    assert "its worker was ended by SIGKILL (9)" in died(reelog)[0].reason


def test_view_and_the_failures_view_say_why_it_was_given_up(reelog):
    reelog.plant("image:view 2=die")
    reelog.quickly("start", "a lighthouse", *FAKE)

    seen = reelog.quickly("view", "last")
    rows = reelog.quickly("sql", "SELECT type, error FROM failures", "--json").data

    assert "ended by SIGKILL (9)" in " ".join(seen.out.split())
    assert len(rows["rows"]) == 3


def test_the_signal_that_ended_a_worker_is_named(reelog):
    reelog.plant("image:view 2=wait")
    running = reelog.begin("start", "a lighthouse", *FAKE)
    (pid,) = reelog.standing()
    until(lambda: "CommandStarted" in names(reelog.history()))

    kill(pid, signal.SIGSEGV)
    reelog.mend()
    running.ended()

    (one,) = died(reelog)
    assert "ended by SIGSEGV (11)" in one.reason
    assert reelog.session().completed_at


def test_a_command_is_not_given_up_while_its_third_attempt_runs(reelog):
    reelog.plant("image:view 2=wait")
    running = reelog.begin("start", "a lighthouse", *FAKE)
    for attempt in (1, 2):
        kill(reelog.standing(attempt)[-1])
    reelog.standing(3)

    row = reelog.quickly(
        "sql", "SELECT state FROM commands WHERE kind = 'image' AND shot = 2", "--json"
    ).data["rows"]

    assert row == [{"state": "started"}] or row == [["started"]]
    reelog.mend()
    assert running.ended().status == 0


def death(**known):
    values = {"worker": "w", "status": -9, "peak_memory_bytes": 3 << 30, "memory_kills": 0}
    return Death(**(values | known))


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({}, "its worker was ended by SIGKILL (9); it held 3,072 MiB at most"),
        ({"memory_kills": 1}, "the kernel ended a process for want of memory then"),
        ({"status": 1, "last_line": "no lamp"}, "ended with status 1;"),
        ({"status": 1, "last_line": "no lamp"}, "its last line was: no lamp"),
        ({"said": "50%: step 20", "said_of": ("image", 2)}, "it was at 50%: step 20"),
        ({"said": "50%: step 20", "said_of": ("audio", 2)}, "it had not said how far it was"),
        ({"status": -200}, "ended by a signal (200)"),
    ],
)
def test_what_is_known_of_a_death_is_put_in_words(known, words):
    assert words in death(**known).words("image", 2)


@pytest.mark.parametrize(("status", "kills", "so"), [(-9, 1, True), (-9, 0, False), (1, 1, False)])
def test_want_of_memory_is_said_only_where_both_signs_agree(status, kills, so):
    assert death(status=status, memory_kills=kills).out_of_memory is so


def test_the_kernels_count_is_read_where_there_is_one(tmp_path, monkeypatch):
    (tmp_path / "vmstat").write_text("pgfault 5\noom_kill 7\n")
    monkeypatch.setattr(deaths, "VMSTAT", tmp_path / "vmstat")
    assert deaths.memory_kills() == 7

    monkeypatch.setattr(deaths, "VMSTAT", tmp_path / "none")
    assert deaths.memory_kills() == 0


def begun(log, worker="w"):
    stream = fake_session(log)
    (story,) = work(stream.session).pending
    start = e.CommandStarted(command_id=story.id, kind="story", worker=worker)
    stream.append([start], RUN)
    return stream, story


def test_a_death_is_recorded_once_however_often_it_is_told(log):
    stream, _ = begun(log)

    for _ in range(2):
        death().record(log, SESSION, "run")

    stream.reload()
    assert names(stream.history).count("WorkerDied") == 1
    assert stream.history[-1].causation_id == stream.history[-2].event_id


def test_the_death_of_a_worker_that_had_begun_nothing_is_no_event(log):
    stream, _ = begun(log, worker="somebody else")

    death().record(log, SESSION, "run")

    assert stream.reload() == []


def test_an_attempt_that_was_ended_in_order_is_no_death(log):
    stream, story = begun(log)
    stop = e.CommandInterrupted(command_id=story.id, kind="story", reason="stopped")
    start = stream.history[-1]
    stream.append([stop], RUN._replace(causation_id=start.event_id))

    death().record(log, SESSION, "run")

    assert stream.reload() == []


def test_a_third_death_that_nobody_saw_parks_the_command_when_it_is_next_looked_at(home, log):
    from tests.handlers.crew_of_one import work as worked

    stream, story = begun(log)
    start = e.CommandStarted(command_id=story.id, kind="story", worker="w")
    stream.append([start], RUN)
    stream.append([start], RUN)

    session = worked(home, log).session

    assert [one.id for one in work(session).parked] == [story.id]
    assert "whoever watched it is gone too" in session.attempts[story.id].last_error


def test_what_a_worker_says_names_it_and_its_last_words(home):
    with home.open(TYPES) as log:
        fake_session(log)
    crew = Crew(home.root.resolve(), "run", [SESSION], 1)
    (member,) = crew._members
    try:
        member.heard({"worker": "w"})
        member.heard({"kind": "video", "shot": 1, "share": 0.5, "words": "step 20 of 40"})

        assert (member.worker, member.said) == ("w", "50%: step 20 of 40")
        assert member.said_of == ("video", 1)
    finally:
        crew.stop()
