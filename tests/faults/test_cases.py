"""A failing case says which one it was, and how to run it again."""

import pytest

from tests.faults import cases


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """No environment of the tester's, and tallies of our own."""
    for name in ("FAULTS_SEED", "FAULTS_FROM", "FAULTS_COUNT", "FAULTS_EVERY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(cases, "TALLIES", {})
    monkeypatch.setattr(cases, "RELEASE", False)


def odd(seed):
    assert seed % 2, "an even one"


def test_every_seed_is_a_case_that_is_counted():
    cases.run("numbers", range(1, 10, 2), odd)

    assert (cases.TALLIES["numbers"].cases, cases.TALLIES["numbers"].failures) == (5, 0)


def test_a_failing_case_prints_its_seed_and_a_command_that_repeats_it():
    with pytest.raises(AssertionError) as failed:
        cases.run("numbers", range(1, 9), odd)

    (note,) = failed.value.__notes__
    assert note.startswith("seed 2; again: FAULTS_SEED=2 .venv/bin/pytest 'tests/faults/test_cases")
    assert "test_a_failing_case_prints_its_seed" in note
    assert cases.TALLIES["numbers"].failures == 1


def test_the_share_of_a_test_run_is_the_same_seeds_each_time():
    assert cases.seeds(5, 5000) == range(1, 6)


def test_a_release_asks_for_its_own_count(monkeypatch):
    monkeypatch.setattr(cases, "RELEASE", True)

    assert cases.seeds(5, 5000) == range(1, 5001)


def test_one_seed_is_run_alone(monkeypatch):
    monkeypatch.setenv("FAULTS_SEED", "77")

    assert cases.seeds(5, 5000) == range(77, 78)


def test_other_seeds_than_last_time_can_be_asked_for(monkeypatch):
    monkeypatch.setenv("FAULTS_FROM", "1000")

    assert cases.seeds(5, 5000) == range(1000, 1005)


def test_a_part_of_them_can_be_asked_for(monkeypatch):
    monkeypatch.setenv("FAULTS_EVERY", "3")

    assert list(cases.seeds(7, 5000)) == [1, 4, 7]


def test_another_count_can_be_asked_for(monkeypatch):
    monkeypatch.setenv("FAULTS_COUNT", "7")

    assert cases.seeds(5, 5000) == range(1, 8)
