"""The crew: worker processes that are started, watched, replaced and stopped."""

import os
import signal

import pytest

from eventstore.errors import DiskFull
from handlers import crew as crews
from handlers.crew import Crew, default_workers
from handlers.stream import SessionStream
from projections.events import TYPES
from projections.work import work
from tests.build import SESSION, fake_session
from tests.command import ROOT
from tests.processes import until


@pytest.fixture
def faults(tmp_path, monkeypatch):
    """Plants faults in the stages of workers that are started from now on."""

    def plant(faults):
        monkeypatch.setenv("PYTHONPATH", str(ROOT / "tests" / "faults"))
        monkeypatch.setenv("REELOG_FAULTS", faults)
        monkeypatch.setenv("REELOG_FAULTS_AT", str(tmp_path))

    return plant


@pytest.fixture
def hire(home):
    """Starts crews on the one session; none of them outlives the test."""
    with home.open(TYPES) as log:
        fake_session(log)
    started = []

    def start(size=1):
        crew = Crew(home.root.resolve(), "run", [SESSION], size)
        started.append(crew)
        return crew

    yield start
    for crew in started:
        crew.stop()


def watched(crew: Crew) -> None:
    """Stay until nobody works any more."""

    def over():
        crew.watch(0.01)
        return not crew.working

    until(over)


def standing(tmp_path, count=1) -> list[int]:
    path = tmp_path / "standing"
    until(lambda: path.exists() and len(path.read_text().splitlines()) >= count)
    return [int(line.split()[1]) for line in path.read_text().splitlines()]


def complete(home) -> bool:
    with home.open_existing(TYPES, read_only=True) as log:
        return work(SessionStream(log, SESSION).session).complete


def test_a_crew_works_until_nothing_is_left(home, hire):
    watched(hire())

    assert complete(home)


def test_what_workers_report_is_known(hire):
    crew = hire()
    watched(crew)

    assert crew.shares["film", None] == 1.0


def test_what_a_model_says_of_its_steps_is_known(hire):
    crew = hire()
    watched(crew)

    crew._heard({"kind": "video", "shot": 1, "share": 0.5, "words": "step 20 of 40"})

    assert crew.shares["video", 1] == 0.5
    assert crew.shares["video", 1].words == "step 20 of 40"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_somebody_ends_is_replaced(home, hire, faults, tmp_path, number):
    faults("image=wait")
    crew = hire()
    (pid,) = standing(tmp_path)

    os.kill(pid, number)
    (tmp_path / "mended").touch()
    watched(crew)

    assert complete(home)
    assert crew.failure == ""


def test_workers_that_die_again_and_again_are_given_up(home, hire, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(home.root))
    (home.root / "handlers.py").write_text("raise SystemExit('no lamp')")
    crew = hire()

    watched(crew)

    assert crew.failure.startswith("workers keep dying (status 1)")
    assert "no lamp" in crew.failure


def test_a_full_disk_is_no_death(hire, faults):
    faults("image=full")
    crew = hire()

    watched(crew)

    assert isinstance(crew.disk_error, DiskFull)
    assert "no room left on the disk" in str(crew.disk_error)
    assert crew.failure == ""


def test_stopping_ends_all_workers(hire, faults, tmp_path):
    faults("image=wait,audio=wait")
    crew = hire(2)
    pids = standing(tmp_path, 2)

    crew.stop()

    assert not crew.working
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_stopping_kills_who_does_not_listen(hire, faults, tmp_path):
    faults("story=deaf")
    crew = hire()
    (pid,) = standing(tmp_path)

    crew.stop()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_stopping_twice_is_harmless(hire):
    crew = hire()

    crew.stop()
    crew.stop()

    assert not crew.working


@pytest.mark.parametrize(
    ("gigabytes", "cores", "workers"), [(64, 4, 4), (64, 64, 8), (1, 4, 1), (2, 4, 2), (0, 4, 1)]
)
def test_there_is_a_worker_a_core_as_far_as_memory_goes(monkeypatch, gigabytes, cores, workers):
    monkeypatch.setattr(crews.os, "sched_getaffinity", lambda _: set(range(cores)))
    monkeypatch.setattr(crews, "_memory_bytes", lambda: gigabytes << 30)

    assert default_workers() == workers


def test_there_is_one_worker_where_a_model_is_loaded(monkeypatch):
    monkeypatch.setattr(crews.os, "sched_getaffinity", lambda _: set(range(8)))
    monkeypatch.setattr(crews, "_memory_bytes", lambda: 64 << 30)

    assert default_workers({"animatic", "diffusers"}) == 1
    assert default_workers({"animatic"}) == 8
