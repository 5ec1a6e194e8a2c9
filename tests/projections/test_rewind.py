"""Rewind as a filter on history."""

from hypothesis import given
from hypothesis import strategies as st

from projections import events as e
from projections.history import boundaries, effective, withdrawn_positions
from projections.session import fold
from tests.build import SESSION, beginning, planned, recorded, session_after, started, told


def rewound(to):
    return e.SessionRewound(to=to)


def titled(title):
    return e.SessionEdited(title=title)


def title_after(*events):
    return session_after(started(), *events).title


def test_without_a_rewind_every_event_counts():
    history = recorded(beginning(2))

    assert effective(history) == history


def test_a_rewind_takes_back_what_came_after():
    assert title_after(titled("A"), titled("B"), rewound(2)) == "A"


def test_what_comes_after_a_rewind_counts():
    assert title_after(titled("A"), titled("B"), rewound(1), titled("C")) == "C"


def test_a_rewind_to_its_own_eve_undoes_nothing():
    assert title_after(titled("A"), titled("B"), rewound(3)) == "B"


def test_a_rewind_is_undone_by_a_rewind_to_just_before_it():
    assert title_after(titled("A"), titled("B"), rewound(2), rewound(3)) == "B"


def test_an_undone_rewind_may_be_done_again():
    assert title_after(titled("A"), titled("B"), rewound(2), rewound(3), rewound(4)) == "A"


def test_a_rewind_past_a_rewind_means_what_was_true_then():
    history = [titled("A"), titled("B"), rewound(2), titled("C"), titled("D"), rewound(5)]

    assert title_after(*history) == "C"


def test_a_rewind_into_what_was_taken_back_means_what_was_true_then():
    history = [titled("A"), titled("B"), rewound(1), titled("C"), rewound(3)]

    assert title_after(*history) == "B"


def test_operations_survive_a_rewind():
    history = [titled("A"), e.SessionPaused(), e.SessionPrioritised(priority=4), rewound(1)]

    session = session_after(started(), *history)

    assert (session.title, session.paused, session.priority) == ("", True, 4)


def test_a_whole_plan_is_taken_back_together():
    session = session_after(*beginning(3), rewound(3))

    assert (session.planned, session.shots) == (False, {})


def test_withdrawn_positions_are_the_film_events_that_do_not_count():
    history = recorded([started(), told(), e.SessionPaused(), titled("A"), rewound(1)])

    assert withdrawn_positions(history) == {2, 4}


def test_the_version_is_the_streams_whatever_was_taken_back():
    assert session_after(started(), titled("A"), rewound(1)).version == 3


def test_an_append_is_never_split():
    history = recorded([started(), told(), planned(3), titled("A")])

    assert boundaries(history) == [1, 2, 5, 6]


@st.composite
def rewinding(draw):
    """Titles and priorities, with rewinds to anywhere before."""
    history = [started()]
    for number in range(draw(st.integers(0, 20))):
        kind = draw(st.sampled_from(["film", "film", "operation", "rewind"]))
        if kind == "film":
            history.append(titled(str(number)))
        elif kind == "operation":
            history.append(e.SessionPrioritised(priority=number))
        else:
            history.append(rewound(draw(st.integers(1, len(history)))))
    return recorded(history)


def film_history(history, at):
    """The model: film history right after `at`, told by recursion alone."""
    if at == 0:
        return []
    event = history[at - 1].event
    if isinstance(event, e.SessionRewound):
        return film_history(history, event.to)
    before = film_history(history, at - 1)
    return before if isinstance(event, e.OPERATIONS) else [*before, at]


@given(rewinding())
def test_effective_history_is_what_the_recursive_model_says(history):
    operations = [r.position for r in history if isinstance(r.event, e.OPERATIONS)]
    expected = sorted([*film_history(history, len(history)), *operations])

    assert [one.position for one in effective(history)] == expected


@given(rewinding(), st.data())
def test_any_rewind_can_be_undone(history, data):
    to = data.draw(st.integers(1, len(history)))
    events = [one.event for one in history]
    undone = recorded([*events, rewound(to), rewound(len(history))])

    before, after = fold(SESSION, history), fold(SESSION, undone)

    assert (after.title, after.priority) == (before.title, before.priority)


@given(rewinding())
def test_what_counts_and_what_was_taken_back_are_all_there_is(history):
    counted = effective(history)
    rewinds = {r.position for r in history if isinstance(r.event, e.SessionRewound)}

    gone = withdrawn_positions(history)

    assert gone.isdisjoint({one.position for one in counted})
    everything = gone | {one.position for one in counted} | rewinds
    assert everything == {one.position for one in history}
