"""What an append goes on from is known without a question, and never wrongly."""

import uuid

import pytest

from eventstore.ends import KnownEnds
from eventstore.errors import WrongExpectedVersion
from eventstore.log import new_ids
from projections.events import TYPES
from tests.build import RUN, chain_is_whole
from tests.eventstore.test_append import priority


@pytest.fixture
def questions(monkeypatch):
    """The streams whose ends were asked for."""
    asked = []
    read = KnownEnds.read
    monkeypatch.setattr(
        KnownEnds, "read", lambda self, stream: asked.append(stream) or read(self, stream)
    )
    return asked


def append(log, version, stream="a"):
    return log.append(stream, [priority(version)], expected=version, cause=RUN)


def test_whoever_wrote_last_asks_no_question(log, questions):
    append(log, 0)
    questions.clear()

    append(log, 1)

    assert questions == []


def test_a_stream_that_was_not_written_is_asked_for(log, questions):
    append(log, 0)
    questions.clear()

    append(log, 0, "b")

    assert questions == ["b"]


def test_once_another_process_has_written_the_ends_are_asked_for(home, log):
    append(log, 0)
    with home.open(TYPES) as other:
        append(other, 1)
        append(other, 0, "b")

    append(log, 2)

    assert chain_is_whole(log)


def test_a_write_without_events_hides_no_write_of_others(home, log):
    append(log, 0)
    with home.open(TYPES) as other:
        append(other, 1)
    with log.writing():
        pass

    append(log, 2)

    assert chain_is_whole(log)


def test_another_process_makes_an_expected_version_stale(home, log):
    append(log, 0)
    with home.open(TYPES) as other:
        append(other, 1)

    with pytest.raises(WrongExpectedVersion):
        append(log, 1)


def test_what_was_rolled_back_is_not_gone_on_from(log):
    append(log, 0)

    def fail(_):
        raise RuntimeError("no rows")

    with pytest.raises(RuntimeError):
        log.append("a", [priority(1)], expected=1, cause=RUN, project=fail)

    append(log, 1)
    assert chain_is_whole(log)


def test_many_ids_are_different_random_uuids():
    ids = new_ids(100)

    assert len(set(ids)) == 100
    assert {(uuid.UUID(one).version, uuid.UUID(one).variant) for one in ids} == {(4, uuid.RFC_4122)}
    assert [str(uuid.UUID(one)) for one in ids] == ids
