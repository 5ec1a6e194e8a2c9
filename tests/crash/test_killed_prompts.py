"""A film with enhanced prompts, killed for real at every instant; each prompt is asked for once."""

import functools
import signal
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from eventstore.home import Home
from handlers.stream import SessionStream
from projections import events as e
from projections.events import TYPES
from projections.work import work as work_of
from tests.build import (
    SESSION,
    WITH_ENHANCER,
    chain_is_whole,
    fake_session,
    leftovers,
    raw_hashes,
    rebuilt,
    starts_after_a_result,
)
from tests.crash.killer import WAYS, Counter, work
from tests.crash.test_killed import results_by_command
from tests.crash.test_schedules import CRASHES, carried_through
from tests.processes import run

INSTANTS = {"before": 18, "after": 18, "stage": 9, "kept": 5}


def begin(home: Home) -> None:
    """A film of one shot, whose two prompts are enhanced."""
    with home.open(TYPES) as log:
        fake_session(log, stages=WITH_ENHANCER, shots=1)


def words(stream: SessionStream) -> set[tuple[str, str, str]]:
    """Every enhanced prompt: its command, and both wordings."""
    found = (one.event for one in stream.history if isinstance(one.event, e.PromptEnhanced))
    return {(one.command_id, one.original, one.image_prompt or one.motion_prompt) for one in found}


@functools.cache
def undisturbed() -> tuple[set[tuple[str, str]], set[tuple[str, str, str]], dict[str, int]]:
    """Artifacts and words of a film that nobody killed, and how many instants it has."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        begin(home)
        counter = Counter()
        work(home, SESSION, counter)
        with home.open(TYPES) as log:
            stream = SessionStream(log, SESSION)
            return raw_hashes(stream.history), words(stream), counter.seen


def check_finished(home: Home) -> None:
    """What must hold after any crash and a run to the end."""
    artifacts, told, _ = undisturbed()
    with home.open(TYPES) as log:
        stream = SessionStream(log, SESSION)
        assert work_of(stream.session).complete
        assert (raw_hashes(stream.history), words(stream)) == (artifacts, told)
        assert set(results_by_command(stream).values()) == {1}
        assert starts_after_a_result(stream) == []
        assert chain_is_whole(log)
        assert log.stored_rows(SESSION) == rebuilt(log)
    assert leftovers(home) == []


def test_the_instants_are_all_there_are():
    assert undisturbed()[2] == INSTANTS


@pytest.mark.parametrize("way", WAYS)
def test_a_film_with_enhanced_prompts_that_is_killed_at_any_instant_ends_as_if_undisturbed(
    tmp_path, way
):
    for number in range(1, INSTANTS[way] + 1):
        home = Home(tmp_path / str(number))
        begin(home)

        killed = run(lambda h=home, n=number: work(h, SESSION, Counter(way, n)))
        assert killed == -signal.SIGKILL
        assert run(lambda h=home: work(h, SESSION, Counter())) == 0

        check_finished(home)


def test_a_prompt_that_killed_three_workers_is_given_up_and_the_film_made_from_the_words_as_written(
    tmp_path,
):
    home = Home(tmp_path / "home")
    begin(home)
    for number in (4, 1, 1):  # story, scenes and shots come before it
        killed = run(lambda n=number: work(home, SESSION, Counter("stage", n)))
        assert killed == -signal.SIGKILL

    work(home, SESSION, Counter())

    with home.open(TYPES) as log:
        found = work_of(SessionStream(log, SESSION).session)
        assert found.complete
        assert [(c.kind, c.inputs["stage"]) for c in found.parked] == [("enhance", "image")]
        assert found.shots[0].worded.image_prompt == found.shots[0].shot.plan.image_prompt
        assert found.shots[0].worded.motion_prompt != found.shots[0].shot.plan.motion_prompt


@settings(max_examples=15)
@given(CRASHES)
def test_any_schedule_of_crashes_ends_in_the_words_of_an_undisturbed_run(crashes):
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        begin(home)

        carried_through(home, crashes)

        check_finished(home)
