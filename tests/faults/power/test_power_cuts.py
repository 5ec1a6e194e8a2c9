"""A power cut at any instant loses nothing that was acknowledged, and leaves nothing half there."""

from collections.abc import Iterator

import pytest

from tests.faults.cases import TALLIES, counted, seeds
from tests.faults.power import scenes, states
from tests.faults.power.bugs import BUGS, Bug
from tests.faults.power.check import Checker
from tests.faults.power.operations import Mark
from tests.faults.power.recordings import Recording
from tests.faults.power.states import Run, cases, check

SEEDS_MAX = 10
STATES_MIN = 20_000
STATES, PLANTED = "power-loss states", "planted durability bugs found"
VARIANTS = 5


@pytest.fixture
def checker() -> Iterator[Checker]:
    with scenes.folder() as folder:
        yield Checker(folder)


@pytest.mark.long
def test_after_a_power_cut_all_that_was_acknowledged_is_there_and_whole(checker):
    chosen = seeds(SEEDS_MAX, SEEDS_MAX)
    run = Run(checker, enough=STATES_MIN)

    for seed in chosen:
        before = run.states
        with counted(STATES, seed, 0):
            run.seed(seed)
        TALLIES[STATES].cases += run.states - before
        if run.states >= STATES_MIN:
            break

    assert run.states >= STATES_MIN or len(chosen) == 1, run.counts


def lost(bug: Bug, checker: Checker) -> Exception | None:
    """What a bug's scene loses."""
    for case in cases(bug.recording(), 1, VARIANTS):
        try:
            check(case, checker, 1)
        except Exception as error:  # noqa: BLE001 - a bug may show itself in any way
            return error
    return None


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_found(name, checker):
    with counted(PLANTED, 1):
        assert lost(BUGS[name], checker), f"{name}: not found"


@pytest.mark.parametrize(
    "scene",
    {bug.scene for bug in BUGS.values()} - {scenes.film, scenes.copies},  # each seed has these
    ids=lambda scene: scene.__name__,
)
def test_a_scene_without_its_bug_loses_nothing(scene, checker):
    assert lost(Bug(scene=scene), checker) is None


def test_every_kind_of_promise_is_made_in_the_scenes():
    marks = [*scenes.film().operations, *scenes.copies().operations]

    assert {one.kind for one in marks if isinstance(one, Mark)} == {
        "log_id", "events", "epoch", "artifacts", "logs_alone", "backups", "restored", "heads",
    }  # fmt: skip


def states_of(monkeypatch, *chosen: int) -> list[set[str]]:
    """The names of the states that each of these seeds has, one seed behind the other."""
    found: list[set[str]] = []
    monkeypatch.setattr(states, "check", lambda case, *_: found[-1].add(str(case)))
    run = Run(None)
    for seed in chosen:
        found.append(set())
        run.seed(seed)
    return found


def test_a_seed_alone_has_every_state_that_it_had_behind_others(monkeypatch):
    _, behind = states_of(monkeypatch, 1, 2)
    (alone,) = states_of(monkeypatch, 2)

    assert len(behind) > 1_000
    assert behind <= alone


def shape(recording: Recording) -> list[tuple[str, int]]:
    """What was done, without the bytes: SQLite salts them anew each time."""
    return [(type(one).__name__, len(getattr(one, "data", b""))) for one in recording.operations]


def test_a_program_is_recorded_the_same_each_time():
    assert shape(scenes.film()) == shape(scenes.film())
