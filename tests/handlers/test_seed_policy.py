"""Seeds of shots: one each, or the film's for all, as the profile says."""

from gpu import profile
from handlers import edit, takes
from handlers.decide import stages_of
from handlers.text_stages import shot_seed
from tests.build import fake_session
from tests.handlers.crew_of_one import work


def planned(home, log, policy):
    """A film of four shots and seed 7 on the fake profile, made."""
    asked = profile.load("fake", {"shots.seed_policy": policy})
    fake_session(log, stages=stages_of(asked, scripted=False))
    return work(home, log).session


def seeds(session):
    return [session.shots[number].plan.seed for number in session.order]


def test_every_shot_has_a_seed_of_its_own(home, log):
    assert seeds(planned(home, log, "shot")) == [shot_seed(7, number) for number in (1, 2, 3, 4)]


def test_all_shots_may_share_the_films_seed(home, log):
    assert seeds(planned(home, log, "film")) == [7, 7, 7, 7]


def test_a_shot_that_is_added_goes_by_the_same_policy(home, log):
    session = planned(home, log, "film")

    (added,) = edit.edit(session, edit.EditRequest(add=2, changes={"image_prompt": "a gull"}))

    assert added.plan.seed == 7


def test_a_retake_never_has_the_first_ones_seed(home, log):
    session = planned(home, log, "film")

    (taken,) = takes.retake(session, 1, "image")

    assert taken.seed == shot_seed(7, 1, 2)


def test_a_script_keeps_the_policy():
    asked = profile.load("fake", {"shots.seed_policy": "film"})

    shots = stages_of(asked, scripted=True)["shots"]

    assert (shots.backend, shots.settings) == ("script", {"seed_policy": "film"})
