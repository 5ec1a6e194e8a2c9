"""Where the log and its streams end, known as long as nobody else has written."""

import apsw

from eventstore.recorded import Ends, Head

SELECT_ENDS = """SELECT (SELECT coalesce(max(position), 0) FROM events WHERE stream = ?),
    global_position, hash FROM events ORDER BY global_position DESC LIMIT 1"""


class KnownEnds:
    """What every append goes on from, without a question where this connection wrote last.

    SQLite's data version tells whether anybody has committed since. Were it ever wrong, the
    trigger of the events would refuse the append.
    """

    def __init__(self, connection: apsw.Connection, log_id: str, genesis: bytes) -> None:
        self._connection = connection
        self._empty = Head(log_id, 0, genesis)
        self._seen: int | None = None
        self._head = self._empty
        self._versions: dict[str, int] = {}

    def read(self, stream: str) -> Ends:
        """Where stream and log end now."""
        row = self._connection.execute(SELECT_ENDS, (stream,)).fetchone()
        version, *head = row or (0, *self._empty[1:])
        return Ends(stream, version, Head(self._empty.log_id, *head))

    def begun(self) -> None:
        """A write transaction has begun; until it is committed, nothing known outlives it."""
        if self._connection.data_version() != self._seen:
            self._versions.clear()
        self._seen = None

    def of(self, stream: str) -> Ends:
        """Where stream and log end, inside a write transaction."""
        version = self._versions.get(stream)
        return self.read(stream) if version is None else Ends(stream, version, self._head)

    def moved(self, stream: str, version: int, global_position: int, last_hash: bytes) -> None:
        """This transaction appended up to here."""
        self._head = Head(self._empty.log_id, global_position, last_hash)
        self._versions[stream] = version

    def committed(self) -> None:
        """What the transaction moved stands."""
        self._seen = self._connection.data_version()
