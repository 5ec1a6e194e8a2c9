"""Sheets of characters and places: when they are wanted, who waits for them, what goes stale."""

from projections import events as e
from projections.difference import Side, compare
from projections.work import work
from tests.build import (
    FAKE,
    beginning,
    carried_on,
    kinds,
    only,
    own_picture,
    recorded,
    session_after,
    with_cast,
    work_after,
)

SHOWN = (("Mira", "the harbour"), ("Old Tom",), ())


def sheets(found):
    return [c.inputs["name"] for c in found.pending if c.kind == "reference"]


def stale_after(*events):
    """What has to be made again after an edit of a finished film."""
    return kinds(work_after(*carried_on(with_cast(*SHOWN)), *events).pending)


def test_sheets_of_those_whom_shots_show_are_wanted_in_the_storys_order():
    assert sheets(work_after(*with_cast(("the harbour", "Mira")))) == ["Mira", "the harbour"]


def test_a_shots_picture_waits_for_its_sheets_and_for_no_other():
    pending = work_after(*with_cast(*SHOWN)).pending

    assert [c.shot for c in pending if c.kind == "image"] == [3]


def test_sheets_come_before_everything_of_shots():
    pending = work_after(*with_cast(*SHOWN)).pending

    assert [c.kind for c in pending[:3]] == ["reference"] * 3


def test_a_picture_is_made_after_the_pixels_of_its_sheets():
    found = work_after(*carried_on(with_cast(*SHOWN), "reference"))

    made = {one.reference.name: one.made.artifact.raw_sha256 for one in found.references}
    after = only(found.commands, "image", 1).inputs["references"]
    assert [(one["name"], one["raw_sha256"]) for one in after] == [
        ("Mira", made["Mira"]),
        ("the harbour", made["the harbour"]),
    ]


def test_who_draws_without_references_is_given_none():
    found = work_after(*with_cast(*SHOWN, stages=FAKE))

    assert (found.references, sheets(found)) == ([], [])
    assert "references" not in only(found.commands, "image", 1).inputs


def test_a_picture_without_references_has_the_id_that_it_always_had():
    as_ever = only(work_after(*beginning(3)).commands, "image", 3)

    assert only(work_after(*with_cast(*SHOWN)).commands, "image", 3).id == as_ever.id


def test_a_new_look_makes_its_sheet_and_the_shots_that_show_it_stale():
    edited = e.ReferenceEdited(name="Mira", look="short", prompt="Mira: short. A sheet")

    history = [*carried_on(with_cast(*SHOWN)), edited]

    assert kinds(work_after(*history).pending) == [("reference", None)]
    again = carried_on(history)[len(history) :]
    made = [(type(one[0]).__name__, getattr(one[0], "shot", None)) for one in again]
    assert made == [
        ("ReferenceRendered", None),
        ("ImageRendered", 1),
        ("VideoRendered", 1),
        ("FilmAssembled", None),
    ]


def test_another_take_of_a_sheet_is_another_command():
    assert stale_after(e.ReferenceEdited(name="Mira", take=2, seed=5)) == [("reference", None)]


def test_the_look_of_somebody_whom_no_shot_shows_makes_nothing_stale():
    finished = carried_on(with_cast(("Mira",)))

    edited = e.ReferenceEdited(name="Old Tom", look="x", prompt="x")

    assert work_after(*finished, edited).complete


def test_a_picture_of_the_users_own_is_taken_and_none_is_rendered():
    begun = with_cast(("Mira",))
    begun[0] = [begun[0], own_picture("Mira", "own")]

    found = work_after(*begun)

    assert sheets(found) == []
    assert only(found.commands, "image").inputs["references"][0]["raw_sha256"] == "raw-own"


def test_a_new_picture_of_the_users_own_makes_only_the_shots_that_show_it_stale():
    assert stale_after(own_picture("Mira")) == [("image", 1)]


def test_the_same_picture_given_again_makes_nothing_stale():
    finished = carried_on([*with_cast(*SHOWN), own_picture("Mira")])

    assert work_after(*finished, own_picture("Mira")).complete


def test_a_new_look_after_an_own_picture_is_rendered_again():
    finished = carried_on([*with_cast(*SHOWN), own_picture("Mira")])

    found = work_after(*finished, e.ReferenceEdited(name="Mira", look="x", prompt="x"))

    assert sheets(found) == ["Mira"]


def test_a_lost_sheet_is_made_again_and_nothing_else():
    finished = carried_on(with_cast(*SHOWN))
    sheet = work_after(*finished).references[0]

    lost = e.ArtifactLost(
        command_id=sheet.command.id, sha256=sheet.made.artifact.sha256, reason="gone"
    )

    assert kinds(work_after(*finished, lost).pending) == [("reference", None)]


def test_a_look_that_was_taken_back_is_the_old_one_and_nothing_is_left_to_do():
    finished = recorded(carried_on(with_cast(*SHOWN)))
    events = [one.event for one in finished]

    edited = e.ReferenceEdited(name="Mira", look="short", prompt="x")

    assert work_after(*events, edited, e.SessionRewound(to=len(events))).complete


def test_a_profile_that_takes_references_wants_their_sheets_from_then_on():
    finished = carried_on(with_cast(*SHOWN, stages=FAKE))
    taking = with_cast()[0].stages

    found = work_after(*finished, e.ProfileChanged(profile="other", stages=taking))

    assert sheets(found) == ["Mira", "Old Tom", "the harbour"]


def test_a_difference_names_the_look_that_changed():
    history = recorded(with_cast(*SHOWN))
    edited = e.ReferenceEdited(name="Mira", look="short", prompt="x")
    later = recorded([*(one.event for one in history), edited])
    sides = [
        Side(name, session_after(*(one.event for one in events)), events)
        for name, events in (("before", history), ("after", later))
    ]

    found = compare(sides[0], sides[1], ((), ()))

    assert [(one.name, one.after) for one in found.fields] == [("look of Mira", "short")]


def test_what_was_found_before_is_not_taken_for_a_new_sheet():
    from projections.rows import KnownRows, rows

    finished = recorded(carried_on(with_cast(*SHOWN)))
    events = [one.event for one in finished]
    known = KnownRows()
    rows(session_after(*events), known)
    edited = carried_on([*events, e.ReferenceEdited(name="Mira", take=2, seed=5)], "reference")

    assert rows(session_after(*edited), known) == rows(session_after(*edited))
    assert kinds(work(session_after(*edited)).pending) == [("image", 1)]
