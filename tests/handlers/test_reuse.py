"""What was made once is never made again."""

import pytest

from handlers.reuse import earlier_result
from handlers.stream import SessionStream
from projections import events as e
from projections.work import work as work_of
from tests.build import (
    RUN,
    SESSION,
    fake_session,
    file_of,
    names,
    raw_hashes,
    rebuilt,
    stages_of,
)
from tests.handlers.crew_of_one import counting, work

OTHER = "session_20250209_000000"


@pytest.fixture
def first(home, log):
    """A finished film."""
    fake_session(log)
    return work(home, log)


def again(home, log, **changes):
    """The same film once more; with what had to be made for it."""
    fake_session(log, OTHER, **changes)
    ran = []
    return work(home, log, [OTHER], stages=counting(ran)), ran


@pytest.mark.usefixtures("first")
def test_the_same_film_once_more_renders_nothing(home, log):
    stream, ran = again(home, log)

    assert ran == []
    assert work_of(stream.session).complete


def test_reused_results_have_the_same_content(home, log, first):
    stream, _ = again(home, log)

    assert raw_hashes(stream.history) == raw_hashes(first.history)


def test_reused_results_name_the_event_that_made_them(home, log, first):
    stream, _ = again(home, log)

    made = {one.event.command_id: one.event_id for one in first.history if provenance(one)}
    reused = [one for one in stream.history if provenance(one)]
    assert len(reused) == 16
    assert all(provenance(one).reused_from == made[one.event.command_id] for one in reused)


def provenance(recorded):
    return getattr(recorded.event, "provenance", None)


@pytest.mark.usefixtures("first")
def test_reused_results_cost_no_seconds_and_no_attempt(home, log):
    stream, _ = again(home, log)

    assert "CommandStarted" not in names(stream.history)
    assert stream.session.work_s == 0.0


def test_a_third_film_names_the_first_making_too(home, log, first):
    again(home, log)
    fake_session(log, "third")

    third = work(home, log, ["third"])

    made = {one.event_id for one in first.history}
    assert all(p.reused_from in made for p in map(provenance, third.history) if p)


@pytest.mark.usefixtures("first")
def test_a_reused_plan_is_one_append_too(home, log):
    stream, _ = again(home, log)

    plan = [one for one in stream.history if isinstance(one.event, e.ShotPlanned)]
    assert len(plan) == 4
    assert {one.append_end for one in plan} == {plan[-1].position}


def test_another_seed_is_another_film(home, log, first):
    _, ran = again(home, log, seed=8)

    assert len(ran) == 16
    assert first is not None


@pytest.mark.usefixtures("first")
def test_another_voice_speaks_again_and_draws_nothing(home, log):
    stages = stages_of("fake")
    stages["audio"] = stages["audio"].model_copy(update={"model": "other"})

    _, ran = again(home, log, stages=stages)

    assert set(ran) == {"audio"}  # it sounds the same here, so the cut is the same too


@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_a_result_whose_file_is_gone_or_changed_is_made_again(home, log, first, damage):
    image = next(one.event for one in first.history if isinstance(one.event, e.ImageRendered))
    path = file_of(home.artifacts, image)
    path.chmod(0o644)
    path.write_bytes(b"changed") if damage == "changed" else path.unlink()

    stream, ran = again(home, log)

    assert ran == ["image"]
    assert work_of(stream.session).complete
    assert home.artifacts.holds(image.artifact.sha256, "image/png")


def test_what_a_rewind_took_back_is_reused(home, log, first):
    first.append([e.SessionRewound(to=1)], RUN)
    ran = []

    stream = work(home, log, stages=counting(ran))

    assert ran == []
    assert work_of(stream.session).complete
    assert log.stored_rows(SESSION) == rebuilt(log)


def test_an_edit_taken_back_by_a_rewind_leaves_nothing_to_do(home, log, first):
    before = len(first.history)
    first.append([e.SessionEdited(style="ink")], RUN)
    work(home, log)
    stream = SessionStream(log, SESSION)
    stream.append([e.SessionRewound(to=before)], RUN)

    assert work_of(stream.session).complete


def test_a_fork_reuses_what_its_parent_made(home, log, first):
    fork = SessionStream(log, "fork")
    fork.append([e.SessionForked(parent=SESSION, at=3, at_hash="00")], RUN)
    ran = []

    stream = work(home, log, ["fork"], stages=counting(ran))

    assert ran == []
    assert work_of(stream.session).complete
    assert first.id == SESSION


def test_a_reused_result_takes_the_shot_and_take_that_want_it(home, log, first):
    stream = SessionStream(log, SESSION)
    image = next(one for one in first.history if isinstance(one.event, e.ImageRendered))
    command = next(
        one for one in work_of(stream.session).commands if one.id == image.event.command_id
    )
    from dataclasses import replace

    (taken,) = earlier_result(log, home.artifacts, replace(command, shot=9, take=3))

    assert (taken.shot, taken.take) == (9, 3)


def test_failures_are_no_results(home, log):
    stream = fake_session(log)
    command = work_of(stream.session).commands[0]
    stream.append([e.CommandFailed(command_id=command.id, kind="story", error="x")], RUN)

    assert earlier_result(log, home.artifacts, command) == []


def test_a_late_result_is_no_result(home, log):
    stream = fake_session(log)
    command = work_of(stream.session).commands[0]
    late = e.LateResultRejected(command_id=command.id, kind="story", sha256="x", worker="w")
    stream.append([late], RUN)

    assert earlier_result(log, home.artifacts, command) == []


def test_a_result_that_was_reused_itself_keeps_naming_its_first_making(home, log):
    stream = fake_session(log)
    command = work_of(stream.session).commands[0]
    from tests.build import provenance as made_by
    from tests.build import told

    stream.append([told(command.id, provenance=made_by(reused_from="elsewhere"))], RUN)

    (taken,) = earlier_result(log, home.artifacts, command)

    assert taken.provenance.reused_from == "elsewhere"
