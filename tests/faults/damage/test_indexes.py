"""An index that does not say what its table says: nobody waits for ever for the two to agree."""

from contextlib import closing

import apsw
import pytest

from eventstore.errors import LogDamaged
from eventstore.home import Home
from handlers import replay
from handlers.stream import SessionStream
from projections.events import TYPES, SessionPrioritised
from tests.build import RUN, SESSION
from tests.command import Reelog
from tests.faults.damage.commands import told
from tests.processes import ended, spawn
from tests.tampering import make_film, past_triggers

LOST = 20
"""Position of the event whose entry in the index names another session."""


@pytest.fixture
def home(tmp_path) -> Home:
    """Who goes through the index comes to an end at LOST; who asks for the last entry does not."""
    home = make_film(tmp_path / "home")
    with closing(apsw.Connection(str(home.log_path))) as raw:
        raw.execute("VACUUM")  # nothing is left of pages that were split
        raw.pragma("wal_checkpoint", "TRUNCATE")
    rest = bytes([LOST, LOST, len(SESSION) + 6, 4])  # and how the entry behind it begins
    content = home.log_path.read_bytes()
    assert content.count(SESSION.encode() + rest) == 1
    another = SESSION.encode()[:-1] + b"~"
    home.log_path.write_bytes(content.replace(SESSION.encode() + rest, another + rest))
    return home


def ends(work) -> int:
    """The status of work that may never end, done in a process of its own."""
    return ended(spawn(work))


def test_the_index_is_as_it_is_meant_to_be(home):
    with home.open_existing(TYPES, read_only=True) as log:
        assert len(log.read(SESSION)) == LOST - 1
        assert log.version(SESSION) > LOST


def test_appending_ends_in_words(home):
    def append() -> None:
        with home.open_existing(TYPES) as log:
            stream = SessionStream(log, SESSION)
            with pytest.raises(LogDamaged, match="reelog audit"):
                stream.record(lambda _: [SessionPrioritised(priority=1)], RUN)

    assert ends(append) == 0


def test_replaying_ends(home):
    def read() -> None:
        with home.open_existing(TYPES, read_only=True) as log:
            assert replay.read(log, SESSION).differences

    assert ends(read) == 0


def test_an_event_far_behind_the_others_is_not_read_again_and_again(tmp_path):
    home = make_film(tmp_path / "gap")
    last = "(SELECT max(position) FROM events)"
    with past_triggers(home) as raw:
        raw.execute(f"UPDATE events SET position = 5000000 WHERE position = {last}")

    with home.open_existing(TYPES, read_only=True) as log, pytest.raises(LogDamaged):
        log.read(SESSION)


@pytest.mark.parametrize(
    "command",
    [
        ("replay", SESSION), ("pause", SESSION), ("rewind", SESSION, "--to", "4", "--yes"),
        ("edit", SESSION, "1", "--camera", "arc"), ("audit",), ("resume", SESSION),
        ("start", "a lamp", "--profile", "fake", "--new"),
    ],
    ids=lambda command: command[0],
)  # fmt: skip
def test_a_command_ends_in_words(home, command):
    reelog = Reelog(home.root.parent)

    told(reelog, *command)
