"""One session's stream: kept current, decided upon, forked."""

import pytest

from eventstore.errors import WrongExpectedVersion
from handlers.stream import SessionStream
from projections import events as e
from projections.rows import rows
from projections.session import fold
from projections.work import pending
from tests.build import RUN, fake_session, names, rebuilt, result


def forked(log, parent, at, name="fork"):
    """A new session that begins as the parent's history at a position."""
    stream = SessionStream(log, name)
    stream.append([e.SessionForked(parent=parent, at=at, at_hash="00")], RUN)
    return stream


def make_some(stream, count):
    for _ in range(count):
        stream.append(result(pending(stream.session)[0]), RUN)


def test_a_stream_sees_what_it_appended(log):
    stream = fake_session(log)

    stream.append([e.SessionEdited(title="A")], RUN)

    assert stream.session == fold(stream.id, log.read(stream.id))


def test_a_stream_reloads_what_others_appended(log):
    stream = fake_session(log)
    SessionStream(log, stream.id).append([e.SessionEdited(title="A")], RUN)

    assert names(stream.reload()) == ["SessionEdited"]
    assert stream.session.title == "A"


def test_reloading_nothing_changes_nothing(log):
    stream = fake_session(log)

    assert stream.reload() == []


def test_a_stale_stream_appends_nothing(log):
    stream, other = fake_session(log), SessionStream(log, "session_20250208_002238")
    other.append([e.SessionEdited(title="A")], RUN)

    with pytest.raises(WrongExpectedVersion):
        stream.append([e.SessionEdited(title="B")], RUN)

    assert stream.session.title == ""


def test_a_stale_stream_can_go_on_after_a_reload(log):
    stream, other = fake_session(log), SessionStream(log, "session_20250208_002238")
    other.append([e.SessionEdited(title="A")], RUN)
    with pytest.raises(WrongExpectedVersion):
        stream.append([e.SessionEdited(title="B")], RUN)

    stream.reload()
    stream.append([e.SessionEdited(title="B")], RUN)

    assert log.stored_rows(stream.id) == rebuilt(log)


def test_recording_decides_again_on_the_newest_session(log):
    stream, other = fake_session(log), SessionStream(log, "session_20250208_002238")
    seen = []

    def decide(session):
        seen.append(session.title)
        if len(seen) == 1:
            other.append([e.SessionEdited(title="A")], RUN)
        return [e.SessionEdited(style="ink")]

    stream.record(decide, RUN)

    assert seen == ["", "A"]
    assert (stream.session.title, stream.session.style) == ("A", "ink")


def test_deciding_on_nothing_appends_nothing(log):
    stream = fake_session(log)

    assert stream.record(lambda _: [], RUN) == []
    assert len(stream.history) == 1


def test_a_failed_append_leaves_the_stream_as_it_was(log, monkeypatch):
    stream = fake_session(log)
    before = stream.session
    monkeypatch.setattr("handlers.stream.difference", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        stream.append([e.SessionEdited(title="A")], RUN)

    assert (stream.session, len(stream.history)) == (before, 1)


def test_a_rewind_is_seen_by_everybody(log):
    stream = fake_session(log)
    stream.append([e.SessionEdited(title="A")], RUN)
    other = SessionStream(log, stream.id)

    stream.append([e.SessionRewound(to=1)], RUN)
    other.reload()

    assert (stream.session.title, other.session.title) == ("", "")


def test_a_fork_begins_as_its_parent_was(log):
    parent = fake_session(log)
    make_some(parent, 5)

    fork = forked(log, parent.id, at=len(parent.history))

    assert [c.id for c in pending(fork.session)] == [c.id for c in pending(parent.session)]
    assert fork.session.title == parent.session.title


def test_a_fork_that_was_just_made_is_the_one_that_is_read(log):
    parent = fake_session(log)
    make_some(parent, 5)

    fork = forked(log, parent.id, at=3)

    assert fork.session == SessionStream(log, "fork").session


def test_a_forks_read_tables_follow_its_first_append(log):
    parent = fake_session(log)
    make_some(parent, 5)

    fork = forked(log, parent.id, at=len(parent.history))

    assert log.stored_rows("fork") == rebuilt(log, "fork")
    (row,) = log.query("SELECT parent, forked_at FROM sessions WHERE session = 'fork'")
    assert row == {"parent": parent.id, "forked_at": len(parent.history)}
    assert fork.session.order == [1, 2, 3, 4]


def test_a_fork_that_knows_its_parents_rows_has_the_rows_of_one_that_does_not(log):
    parent = fake_session(log)
    make_some(parent, 12)
    assert parent.rows()["artifacts"]

    fork = parent.branch(len(parent.history), "fork")

    assert fork.rows() == rows(fork.session)


def test_a_forks_positions_start_at_one(log):
    parent = fake_session(log)
    make_some(parent, 3)

    fork = forked(log, parent.id, at=2)

    assert [one.position for one in fork.history] == [1]


def test_a_fork_does_not_follow_its_parent(log):
    parent = fake_session(log)
    fork = forked(log, parent.id, at=1)

    parent.append([e.SessionEdited(title="A")], RUN)

    assert SessionStream(log, fork.id).session.title == ""


def test_a_fork_takes_over_no_operations(log):
    parent = fake_session(log)
    parent.append([e.SessionPaused(), e.SessionPrioritised(priority=3)], RUN)

    fork = forked(log, parent.id, at=3)

    assert (fork.session.paused, fork.session.priority) == (False, 0)


def test_a_fork_takes_over_what_was_effective_then(log):
    parent = fake_session(log)
    parent.append([e.SessionEdited(title="A")], RUN)
    parent.append([e.SessionEdited(title="B")], RUN)
    parent.append([e.SessionRewound(to=2)], RUN)

    assert forked(log, parent.id, at=4, name="after").session.title == "A"
    assert forked(log, parent.id, at=3, name="before").session.title == "B"


def test_a_fork_of_a_fork_begins_at_the_beginning(log):
    parent = fake_session(log)
    make_some(parent, 5)
    child = forked(log, parent.id, at=len(parent.history), name="child")
    child.append([e.SessionEdited(title="C")], RUN)

    grandchild = forked(log, "child", at=2, name="grandchild")

    assert grandchild.session.title == "C"
    assert grandchild.session.order == [1, 2, 3, 4]
    assert grandchild.session.parent == "child"


def test_a_rewind_in_a_fork_goes_back_to_the_fork(log):
    parent = fake_session(log)
    make_some(parent, 3)
    fork = forked(log, parent.id, at=len(parent.history))
    fork.append([e.SessionEdited(title="F")], RUN)

    fork.append([e.SessionRewound(to=1)], RUN)

    assert fork.session.title == parent.session.title
    assert log.stored_rows("fork") == rebuilt(log, "fork")
