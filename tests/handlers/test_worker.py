"""The worker: from pending commands to events."""

import threading
from contextlib import closing

import pytest

from eventstore.errors import DiskFull, LogFailed
from eventstore.leases import STANDSTILL_S, Leases, WorkerLock
from gpu.errors import BriefRefused, StageError
from handlers import worker as module
from handlers.attempt import ERROR_CHARACTERS, completed
from handlers.stream import SessionStream
from handlers.worker import SessionStopped, Stopped, Worker
from projections import events as e
from projections.events import TYPES
from projections.work import pending
from projections.work import work as work_of
from tests.build import (
    RUN,
    SESSION,
    chain_is_whole,
    fake_session,
    file_of,
    leftovers,
    names,
    rebuilt,
)
from tests.handlers.crew_of_one import counting, hooked, work


def of_kind(stream, *kinds):
    return [one.event for one in stream.history if isinstance(one.event, kinds)]


def test_a_film_is_made_to_its_end(home, log):
    fake_session(log)

    stream = work(home, log)

    assert work_of(stream.session).complete
    assert pending(stream.session) == []


def test_every_artifact_of_a_film_is_kept(home, log):
    fake_session(log)

    made = of_kind(work(home, log), *e.RESULTS[4:])

    assert len(made) == 13
    assert all(home.artifacts.holds(m.artifact.sha256, m.artifact.media_type) for m in made)


def test_each_start_comes_before_its_result_and_causes_it(home, log):
    fake_session(log)

    history = work(home, log).history

    by_id = {one.event_id: one for one in history}
    for one in history:
        if isinstance(one.event, e.RESULTS):
            cause = by_id[one.causation_id]
            assert isinstance(cause.event, e.CommandStarted)
            assert cause.event.command_id == one.event.command_id
            assert cause.position < one.position


def test_every_command_is_started_once(home, log):
    fake_session(log)

    started = [one.command_id for one in of_kind(work(home, log), e.CommandStarted)]

    assert len(started) == len(set(started)) == 16


def test_the_film_and_its_completion_are_one_append(home, log):
    fake_session(log)

    history = work(home, log).history

    assert names(history[-2:]) == ["FilmAssembled", "SessionCompleted"]
    assert {one.append_end for one in history[-2:]} == {len(history)}


def test_a_plan_is_one_append(home, log):
    fake_session(log)

    plan = [one for one in work(home, log).history if isinstance(one.event, e.ShotPlanned)]

    assert {one.append_end for one in plan} == {plan[-1].position}


def test_events_of_one_run_carry_its_id(home, log):
    fake_session(log)

    history = work(home, log, run_id="run-7").history

    assert {one.correlation_id for one in history[1:]} == {"run-7"}


def test_work_leaves_no_temporary_file_no_lease_and_no_lock(home, log):
    fake_session(log)

    work(home, log)

    assert leftovers(home) == []
    assert log.query("SELECT * FROM leases") == []
    assert list(home.locks.iterdir()) == []


def test_work_keeps_chain_and_read_tables_whole(home, log):
    fake_session(log)

    work(home, log)

    assert chain_is_whole(log)
    assert log.stored_rows(SESSION) == rebuilt(log)


def test_work_that_is_done_is_not_done_again(home, log):
    fake_session(log)
    work(home, log)
    ran = []

    stream = work(home, log, stages=counting(ran))

    assert ran == []
    assert names(stream.history)[-1] == "SessionCompleted"


def test_after_an_edit_only_what_changed_is_made(home, log):
    stream = fake_session(log)
    work(home, log)
    stream.reload()
    stream.append([e.ShotEdited(shot=2, camera="elsewhere")], RUN)
    ran = []

    done = work(home, log, stages=counting(ran))

    assert ran == ["video", "film"]
    assert names(done.history)[-1] == "SessionCompleted"


def test_the_environment_is_kept_as_an_artifact(home, log):
    fake_session(log)

    results = of_kind(work(home, log), *e.RESULTS)

    kept = {r.provenance.environment for r in results if r.provenance}
    assert len(kept) == 1
    assert home.artifacts.holds(kept.pop(), "application/json")


def test_a_raw_answer_is_kept_so_that_replay_asks_nobody(home, log):
    fake_session(log)

    (story,) = of_kind(work(home, log), e.StoryGenerated)

    assert '"title"' in story.raw


def test_commands_for_the_loaded_model_come_first(home, log):
    from tests.build import stages_of

    stages = stages_of("fake")
    for kind in ("audio", "image"):
        stages[kind] = stages[kind].model_copy(update={"model": kind})
    fake_session(log, stages=stages)
    ran = []

    work(home, log, stages=counting(ran))

    media = [kind for kind in ran if kind in ("audio", "image")]
    assert media in (["audio"] * 4 + ["image"] * 4, ["image"] * 4 + ["audio"] * 4)


def test_a_stage_is_opened_once(home, log):
    opened = []
    fake_session(log)
    usual = counting([])

    def opener(kind, backend):
        opened.append(kind)
        return usual(kind, backend)

    work(home, log, stages=opener)

    assert sorted(opened) == sorted(set(opened))


def test_progress_is_told(home, log):
    told = []
    fake_session(log)

    work(home, log, on_progress=told.append)

    assert {(p.session, p.command.kind) for p in told if p.share == 1.0} >= {
        (SESSION, "story"),
        (SESSION, "film"),
    }


def test_two_sessions_are_both_made(home, log):
    fake_session(log, "a")
    fake_session(log, "b", idea="a well")

    work(home, log, ["a", "b"])

    assert [row["state"] for row in log.query("SELECT state FROM sessions")] == ["COMPLETE"] * 2


def test_the_session_of_higher_priority_is_made_first(home, log):
    fake_session(log, "a")
    urgent = fake_session(log, "b", idea="a well")
    urgent.append([e.SessionPrioritised(priority=5)], RUN)
    log_order = []

    work(home, log, ["a", "b"], on_progress=lambda p: log_order.append(p.session))

    assert log_order == sorted(log_order, reverse=True)


def test_a_paused_session_of_high_priority_does_not_hold_up_the_others(home, log):
    fake_session(log, "a")
    urgent = fake_session(log, "b", idea="a well")
    urgent.append([e.SessionPrioritised(priority=5), e.SessionPaused()], RUN)

    assert work_of(work(home, log, ["a", "b"]).session).complete


def test_a_paused_session_is_left_alone(home, log):
    fake_session(log).append([e.SessionPaused()], RUN)

    assert names(work(home, log).history) == ["SessionStarted", "SessionPaused"]


def test_a_cancelled_session_is_left_alone(home, log):
    fake_session(log).append([e.SessionCancelled()], RUN)

    assert names(work(home, log).history) == ["SessionStarted", "SessionCancelled"]


# Failures.


def failing(kind, error, times=99):
    """The usual stages, of which one kind fails some times."""
    left = [times]

    def hook(found, *_):
        if found == kind and left[0]:
            left[0] -= 1
            raise error

    return hooked(hook)


def test_a_failure_is_recorded_with_its_error(home, log):
    fake_session(log)

    failed = of_kind(
        work(home, log, stages=failing("story", StageError("no idea"))), e.CommandFailed
    )

    assert failed[0].error == "StageError: no idea"
    assert not failed[0].final


def test_a_failure_is_tried_three_times_and_then_parked(home, log):
    fake_session(log)

    stream = work(home, log, stages=failing("story", StageError("no idea")))

    assert len(of_kind(stream, e.CommandFailed)) == 3
    assert [c.kind for c in work_of(stream.session).parked] == ["story"]


def test_a_failure_that_passes_is_forgotten(home, log):
    fake_session(log)

    stream = work(home, log, stages=failing("image", StageError("once"), times=2))

    assert work_of(stream.session).complete


def test_the_others_go_on_when_one_shot_fails(home, log):
    fake_session(log)

    def hook(kind, brief, *_):
        if kind == "image" and "view 2" in brief.prompt:
            raise StageError("no light")

    stream = work(home, log, stages=hooked(hook))

    assert [(c.kind, c.shot) for c in work_of(stream.session).parked] == [("image", 2)]
    assert len(of_kind(stream, e.VideoRendered)) == 3


def test_a_retry_finishes_what_was_parked(home, log):
    fake_session(log)
    stream = work(home, log, stages=failing("image", StageError("x")))
    parked = tuple(c.id for c in work_of(stream.session).parked)

    stream.append([e.RetryRequested(command_ids=parked)], RUN)

    assert work_of(work(home, log).session).complete


def test_a_refused_brief_is_parked_at_once(home, log):
    fake_session(log)

    stream = work(home, log, stages=failing("story", BriefRefused("too long")))

    (failed,) = of_kind(stream, e.CommandFailed)
    assert failed.final


@pytest.mark.parametrize("error", [ValueError("bug"), MemoryError(), FileNotFoundError("x")])
def test_whatever_a_stage_raises_is_its_failure(home, log, error):
    fake_session(log)

    stream = work(home, log, stages=failing("story", error, times=1))

    assert len(of_kind(stream, e.CommandFailed)) == 1
    assert work_of(stream.session).complete


def test_a_stage_that_writes_nothing_has_failed(home, log):
    class Lazy:
        def run(self, brief, out, report):  # noqa: ARG002 - a stage
            from gpu.stages import Made

            return Made(media_type="image/png", raw_sha256="x", width=1, height=1)

    fake_session(log)
    usual = counting([])

    stream = work(home, log, stages=lambda k, b: Lazy() if k == "image" else usual(k, b))

    assert {one.kind for one in of_kind(stream, e.CommandFailed)} == {"image"}


def test_a_long_error_is_cut(home, log):
    fake_session(log)

    stream = work(home, log, stages=failing("story", StageError("x" * 9000)))

    assert len(of_kind(stream, e.CommandFailed)[0].error) == ERROR_CHARACTERS


def test_an_error_of_any_characters_can_be_recorded(home, log):
    fake_session(log)

    stream = work(home, log, stages=failing("story", StageError("bad \ud800 \x00 byte")))

    assert len(of_kind(stream, e.CommandFailed)) == 3


def test_a_failure_leaves_no_temporary_file(home, log):
    def hook(kind, brief, out, report):  # noqa: ARG001 - a stage
        out.write_bytes(b"half")
        if kind == "image":
            raise StageError("x")

    fake_session(log)

    work(home, log, stages=hooked(hook))

    assert leftovers(home) == []


# Interruptions.


@pytest.mark.parametrize(
    ("error", "ours"),
    [(OSError(28, "No space left on device"), DiskFull), (OSError(5, "io"), LogFailed)],
    ids=repr,
)
def test_a_disk_that_fails_stops_the_work_and_is_no_attempt(home, log, error, ours):
    fake_session(log)

    with pytest.raises(ours):
        work(home, log, stages=failing("image", error))

    stream = SessionStream(log, SESSION)
    assert len(of_kind(stream, e.CommandInterrupted)) == 1
    assert of_kind(stream, e.CommandFailed) == []
    assert work_of(stream.session).parked == []
    assert leftovers(home) == []


def test_work_goes_on_after_a_full_disk(home, log):
    fake_session(log)
    with pytest.raises(DiskFull):
        work(home, log, stages=failing("image", OSError(28, "full")))

    assert work_of(work(home, log).session).complete


def test_a_stop_ends_the_work_in_flight(home, log):
    fake_session(log)
    stopping = hooked(lambda *_: worker.stop())
    with closing(Worker(home, log, stages=stopping)) as worker, pytest.raises(Stopped):
        worker.work_on([SESSION])

    stream = SessionStream(log, SESSION)
    assert names(stream.history) == ["SessionStarted", "CommandStarted", "CommandInterrupted"]
    assert leftovers(home) == []


def test_a_stop_while_a_model_loads_runs_no_stage(home, log):
    fake_session(log)
    ran = []

    def opener(kind, backend):
        worker.stop()
        return counting(ran)(kind, backend)

    with closing(Worker(home, log, stages=opener)) as worker, pytest.raises(Stopped):
        worker.work_on([SESSION])

    assert ran == []
    assert names(SessionStream(log, SESSION).history)[-1] == "CommandInterrupted"


def test_a_stop_between_commands_starts_no_other(home, log):
    fake_session(log)
    with closing(Worker(home, log)) as worker:
        worker.stop()
        with pytest.raises(Stopped):
            worker.work_on([SESSION])

    assert names(SessionStream(log, SESSION).history) == ["SessionStarted"]


def meanwhile(home, *events):
    """A hook that lets somebody else append events while the first image is drawn."""
    told = []

    def hook(kind, brief, out, report):  # noqa: ARG001 - a stage
        if kind == "image" and not told:
            told.append(kind)
            with home.open(TYPES) as other:
                SessionStream(other, SESSION).append(list(events), RUN)
            report(0.1)

    return hooked(hook)


@pytest.mark.parametrize("event", [e.SessionPaused(now=True), e.SessionCancelled()])
def test_pause_now_and_cancel_end_the_work_in_flight(home, log, event):
    fake_session(log)

    stream = work(home, log, stages=meanwhile(home, event))

    assert names(stream.history)[-1] == "CommandInterrupted"
    assert of_kind(stream, e.ImageRendered) == []
    assert leftovers(home) == []


@pytest.mark.parametrize("event", [e.SessionPaused(), e.SessionCancelled(now=False)])
def test_pause_and_cancel_let_the_work_in_flight_end_and_start_no_more(home, log, event):
    fake_session(log)

    stream = work(home, log, stages=meanwhile(home, event))

    assert names(stream.history)[-2:] == [type(event).__name__, "ImageRendered"]


def test_a_pause_of_one_session_does_not_stop_another(home, log):
    fake_session(log)
    fake_session(log, "other", idea="a well")

    work(home, log, [SESSION, "other"], stages=meanwhile(home, e.SessionPaused(now=True)))

    assert work_of(SessionStream(log, "other").session).complete


def test_unpaused_work_goes_on(home, log):
    fake_session(log)
    stream = work(home, log, stages=meanwhile(home, e.SessionPaused(now=True)))

    stream.append([e.SessionUnpaused()], RUN)

    assert work_of(work(home, log).session).complete


# Somebody else writes at the same time.


def test_a_stale_version_never_loses_a_render(home, log):
    fake_session(log)
    ran = []

    def hook(kind, brief, out, report):  # noqa: ARG001 - a stage
        ran.append(kind)
        with home.open(TYPES) as other:
            SessionStream(other, SESSION).append([e.SessionPrioritised(priority=1)], RUN)

    stream = work(home, log, stages=hooked(hook))

    assert work_of(stream.session).complete
    assert len(ran) == 16


def test_a_result_that_nobody_wants_any_more_is_recorded_all_the_same(home, log):
    fake_session(log)

    stream = work(home, log, stages=meanwhile(home, e.SessionEdited(style="ink")))

    first = of_kind(stream, e.ImageRendered)[0]
    assert first.command_id in stream.session.results
    assert len(of_kind(stream, e.ImageRendered)) == 5


def test_a_rewind_during_the_work_takes_nothing_from_the_result(home, log):
    fake_session(log)

    stream = work(home, log, stages=meanwhile(home, e.SessionRewound(to=1)))

    assert work_of(stream.session).complete
    assert of_kind(stream, e.CommandFailed) == []
    assert log.stored_rows(SESSION) == rebuilt(log)


def test_inputs_taken_back_between_claim_and_start_are_no_failure(home, log, monkeypatch):
    fake_session(log)
    rewound = []
    usual = module.earlier_result

    def rewinding(log, artifacts, command):
        if command.kind == "video" and not rewound:
            rewound.append(command)
            with home.open(TYPES) as other:
                SessionStream(other, SESSION).append([e.SessionRewound(to=1)], RUN)
        return usual(log, artifacts, command)

    monkeypatch.setattr(module, "earlier_result", rewinding)

    stream = work(home, log)

    assert of_kind(stream, e.CommandFailed) == []
    assert work_of(stream.session).complete


def take_over(home, kind):
    """A hook: while the stage runs, another worker finds this one standing still."""
    told = []

    def hook(found, brief, out, report):  # noqa: ARG001 - a stage
        if found != kind or told:
            return
        told.append(kind)
        clock = [0.0]
        with home.open(TYPES) as other, closing(WorkerLock(home.locks)) as lock:
            leases = Leases(other, lock, monotonic=lambda: clock[0])
            todo = [c.id for c in pending(SessionStream(other, SESSION).session)]
            taken = leases.held(todo)
            clock[0] += STANDSTILL_S + 1
            for command_id in taken:
                assert leases.claim(command_id)

    return hook


def test_a_late_result_is_rejected_and_recorded_as_late(home, log):
    fake_session(log)

    stream = work(home, log, stages=hooked(take_over(home, "image")))

    (late,) = of_kind(stream, e.LateResultRejected)
    assert late.kind == "image"
    assert len(late.sha256) == 64
    assert work_of(stream.session).complete


def test_a_late_failure_is_nobodys(home, log):
    fake_session(log)
    over = take_over(home, "image")
    failed = []

    def hook(kind, brief, out, report):
        over(kind, brief, out, report)
        if kind == "image" and not failed:
            failed.append(kind)
            raise StageError("too late")

    stream = work(home, log, stages=hooked(hook))

    assert of_kind(stream, e.CommandFailed) == []
    assert work_of(stream.session).complete


def test_a_heartbeat_tells_a_worker_that_it_was_taken_over(home, log, monkeypatch):
    monkeypatch.setattr(module, "BEAT_S", 0.0)
    fake_session(log)
    over = take_over(home, "image")

    def hook(kind, brief, out, report):
        over(kind, brief, out, report)
        report(0.5)

    stream = work(home, log, stages=hooked(hook))

    assert of_kind(stream, e.LateResultRejected, e.CommandFailed) == []
    assert work_of(stream.session).complete
    assert leftovers(home) == []


def test_work_in_progress_beats(home, log, monkeypatch):
    monkeypatch.setattr(module, "BEAT_S", 0.0)
    fake_session(log)
    beats = []

    def hook(kind, brief, out, report):  # noqa: ARG001 - a stage
        for _ in range(3):
            report(0.1)
        beats.append(log.query("SELECT heartbeat FROM leases")[0]["heartbeat"])

    work(home, log, stages=hooked(hook))

    assert set(beats) == {3}


def test_a_worker_leaves_commands_in_living_hands_alone(home, log):
    fake_session(log)
    with home.open(TYPES) as other, closing(WorkerLock(home.locks)) as lock:
        Leases(other, lock).claim(pending(SessionStream(log, SESSION).session)[0].id)

        with closing(Worker(home, log)) as worker:
            worker.work_on([SESSION], wait=False)

    assert names(SessionStream(log, SESSION).history) == ["SessionStarted"]


def test_two_workers_in_threads_make_one_film_and_do_each_command_once(home, log):
    fake_session(log, shots=6)
    errors, ran = [], []

    def make():
        try:
            with home.open(TYPES) as mine:
                work(home, mine, stages=counting(ran))
        except BaseException as error:  # noqa: BLE001 - told to the test
            errors.append(error)

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    stream = SessionStream(log, SESSION)
    assert errors == []
    assert work_of(stream.session).complete
    started = [one.command_id for one in of_kind(stream, e.CommandStarted)]
    assert len(started) == len(set(started)) == len(ran) == 22
    assert chain_is_whole(log)
    assert log.stored_rows(SESSION) == rebuilt(log)


def test_session_completed_comes_only_with_the_film_that_is_wanted(home, log):
    fake_session(log)
    stream = work(home, log)
    film = work_of(stream.session).film
    result = of_kind(stream, e.FilmAssembled)

    edited = SessionStream(log, SESSION)
    edited.append([e.SessionEdited(title="Other")], RUN)

    assert names_of(completed(stream.session, film, result)) == [
        "FilmAssembled",
        "SessionCompleted",
    ]
    assert names_of(completed(edited.session, film, result)) == ["FilmAssembled"]


def names_of(events):
    return [type(event).__name__ for event in events]


def test_a_stopped_session_is_a_stop():
    assert issubclass(SessionStopped, Stopped)
    assert not issubclass(Stopped, Exception)


def damaged(stream, home, damage):
    """All clips parked, the picture of shot 2 damaged, the clips open again."""
    (picture,) = [one for one in of_kind(stream, e.ImageRendered) if one.shot == 2]
    damage(file_of(home.artifacts, picture))
    parked = tuple(c.id for c in work_of(stream.session).parked)
    stream.append([e.RetryRequested(command_ids=parked)], RUN)
    return picture


def remove(path):
    path.unlink()


def overwrite(path):
    path.chmod(0o644)
    path.write_bytes(b"damaged")


@pytest.mark.parametrize("damage", [remove, overwrite])
def test_a_lost_input_is_made_again_and_counts_as_no_failure(home, log, damage):
    fake_session(log)
    parked = work(home, log, stages=failing("video", BriefRefused("not yet")))
    picture = damaged(parked, home, damage)

    stream = work(home, log)

    (gone,) = of_kind(stream, e.ArtifactLost)
    assert (gone.command_id, gone.sha256) == (picture.command_id, picture.artifact.sha256)
    again = [one for one in of_kind(stream, e.ImageRendered) if one.shot == 2]
    assert [one.artifact for one in again] == [picture.artifact] * 2
    assert work_of(stream.session).complete
    assert [one for one in of_kind(stream, e.CommandFailed) if not one.final] == []
    assert home.artifacts.holds(picture.artifact.sha256, "image/png")


def test_a_lost_input_is_no_attempt(home, log):
    fake_session(log)
    parked = work(home, log, stages=failing("video", BriefRefused("not yet")))
    damaged(parked, home, remove)

    stream = work(home, log)

    assert len(of_kind(stream, e.CommandInterrupted)) == 1


@pytest.mark.parametrize(
    "event", [e.SessionPaused(), e.SessionCancelled(), e.SessionRewound(to=1)], ids=repr
)
def test_what_was_stopped_between_claim_and_start_is_not_started(home, log, monkeypatch, event):
    fake_session(log)
    stopped = []
    usual = module.earlier_result

    def stopping(log, artifacts, command):
        found = usual(log, artifacts, command)
        if command.kind == "image" and not stopped:
            stopped.append(command)
            with home.open(TYPES) as other:
                SessionStream(other, SESSION).append([event], RUN)
        return found

    monkeypatch.setattr(module, "earlier_result", stopping)

    stream = work(home, log)

    after = next(r.position for r in stream.history if r.event == event)
    following = [r.event for r in stream.history if r.position == after + 1]
    assert not any(isinstance(one, e.CommandStarted) for one in following)
    assert log.query("SELECT * FROM leases") == []


def test_a_session_made_by_two_workers_is_made_once_though_two_films_want_the_same(home, log):
    fake_session(log, "a")
    fake_session(log, "b")
    ran, errors = [], []

    def make(session):
        try:
            with home.open(TYPES) as mine:
                work(home, mine, [session], stages=counting(ran))
        except BaseException as error:  # noqa: BLE001 - told to the test
            errors.append(error)

    threads = [threading.Thread(target=make, args=(session,)) for session in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert errors == []
    assert len(ran) == 16
    assert [row["state"] for row in log.query("SELECT state FROM sessions")] == ["COMPLETE"] * 2
