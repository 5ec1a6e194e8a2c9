import pytest
from pydantic import ValidationError

from eventstore.errors import UnknownEventType
from eventstore.registry import Event, EventTypes


class Measured(Event):
    frames: int
    note: str = ""


@pytest.fixture
def types():
    """One event type at version 3, with its two lifts."""
    known = EventTypes()
    known.event("Measured", version=3)(Measured)

    @known.lift("Measured", 1)
    def _minutes_become_seconds(old):
        return {"seconds": old["minutes"] * 60}

    @known.lift("Measured", 2)
    def _seconds_become_frames(old):
        return {"frames": old["seconds"] * 24}

    return known


def test_an_event_comes_back_as_it_went(types):
    text = types.dump(Measured(frames=5, note="n"))

    assert types.load("Measured", 3, text) == Measured(frames=5, note="n")


def test_a_key_at_its_default_is_left_out(types):
    assert types.dump(Measured(frames=5)) == '{"frames":5}'


def test_an_old_event_is_lifted_step_by_step(types):
    assert types.load("Measured", 1, '{"minutes":1}') == Measured(frames=1440)


def test_lifting_starts_at_the_events_own_version(types):
    assert types.load("Measured", 2, '{"seconds":2}') == Measured(frames=48)


def test_an_unknown_name_needs_a_newer_program(types):
    with pytest.raises(UnknownEventType, match=r"'Other' is unknown here.*needs a newer reelog"):
        types.load("Other", 1, "{}")


def test_a_newer_version_needs_a_newer_program(types):
    with pytest.raises(UnknownEventType, match=r"version 4.*this log needs a newer reelog"):
        types.load("Measured", 4, "{}")


@pytest.mark.parametrize("version", [0, -1])
def test_a_version_that_never_was_is_unknown(types, version):
    with pytest.raises(UnknownEventType, match="version"):
        types.load("Measured", version, "{}")


def test_a_key_that_no_one_knows_is_refused(types):
    with pytest.raises(ValidationError, match="extra"):
        types.load("Measured", 3, '{"frames":1,"colour":"red"}')


def test_a_lift_that_forgets_an_old_key_is_caught_at_once():
    types = EventTypes()
    types.event("Measured", version=2)(Measured)
    types.lift("Measured", 1)(lambda old: {**old, "frames": 1})

    with pytest.raises(ValidationError, match="extra"):
        types.load("Measured", 1, '{"seconds":2}')


def test_check_is_content_with_a_whole_staircase(types):
    types.check()


def test_check_finds_a_missing_step():
    types = EventTypes()
    types.event("Measured", version=3)(Measured)
    types.lift("Measured", 1)(dict)

    with pytest.raises(ValueError, match="Measured is at version 3"):
        types.check()


def test_check_finds_a_step_that_leads_past_the_top(types):
    types.lift("Measured", 3)(dict)

    with pytest.raises(ValueError, match="Measured is at version 3"):
        types.check()


def test_check_finds_a_step_of_a_type_that_is_not_there(types):
    types.lift("Meassured", 1)(dict)

    with pytest.raises(ValueError, match="Meassured"):
        types.check()


def test_a_name_is_registered_once(types):
    with pytest.raises(ValueError, match="Measured is registered twice"):
        types.event("Measured")(Measured)


def test_events_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        Measured(frames=1).frames = 2


def test_the_films_own_registry_is_whole():
    from projections.events import TYPES

    TYPES.check()
