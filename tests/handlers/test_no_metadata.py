"""--no-metadata is recorded, and outlives a change of profile."""

import pytest

from gpu import profile
from handlers import travel
from handlers.decide import stages_for, stages_of
from handlers.edit import EditRequest, edit_session
from handlers.stream import SessionStream
from projections.session import Session
from tests.build import SESSION, fake_session
from tests.handlers.crew_of_one import work

ANIMATIC = profile.load("animatic")
QUIET = stages_of(profile.without_metadata(ANIMATIC), scripted=False)


@pytest.fixture
def quiet_film(home, log):
    """A whole film whose files say nothing of themselves: here the fake one, told to."""
    stages = stages_of(profile.load("fake"), scripted=False)
    told = stages["image"].model_copy(update={"settings": {"look": "plain", "metadata": False}})
    fake_session(log, stages=stages | {"image": told})
    work(home, log)
    return SessionStream(log, SESSION)


def test_another_profile_stays_without_metadata(quiet_film):
    (changed,) = edit_session(quiet_film.session, EditRequest(profile=ANIMATIC))

    assert changed.stages == QUIET


def test_a_fork_with_another_profile_stays_without_metadata(quiet_film):
    at = len(quiet_film.history)

    child = travel.fork(quiet_film, at, "session_child", ANIMATIC)

    assert child.session.stages["film"].settings["metadata"] is False


def test_without_it_a_profile_is_taken_as_it_is():
    assert stages_for(Session(SESSION), ANIMATIC) == stages_of(ANIMATIC, scripted=False)
