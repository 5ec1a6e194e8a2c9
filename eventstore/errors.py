"""Everything the event store may raise. The tree:

EventStoreError
├── WrongExpectedVersion   somebody else appended first; reload and decide again
├── EventIdConflict        some event ids are known already, or known with other content
├── FenceLost              the lease was taken over; the result is late
├── UnknownEventType       an event type or version that this program does not know
├── NotALog                the file is there, and it is no reelog log
├── LogTooNew              written by a newer program
├── LogTooOld              written by an older program; eventstore.lift brings it up to date
├── NoSuchLog              there is no log at that path
├── QueryRefused           the SQL console does not run this; SQLite says why
├── QueryStopped           the SQL console stopped a query: time, memory or size
└── LogFailed              the disk or the file failed; carries what and where
    ├── DiskFull
    ├── LogMoved           the file was moved, deleted or replaced under the program
    └── LogDamaged         the file does not read as it was written
"""


class EventStoreError(Exception):
    """Anything the event store refuses or fails at."""


class WrongExpectedVersion(EventStoreError):
    """Somebody else appended first."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        self.stream, self.expected, self.actual = stream, expected, actual
        super().__init__(
            f"{stream}: expected version {expected}, found {actual}; reload and decide again"
        )


class EventIdConflict(EventStoreError):
    """Some event ids are in the log already, not all, or with other content."""


class FenceLost(EventStoreError):
    """The lease was taken over by another worker."""

    def __init__(self, command_id: str, epoch: int) -> None:
        self.command_id, self.epoch = command_id, epoch
        super().__init__(f"the lease {epoch} on command {command_id[:12]} is no longer held")


class UnknownEventType(EventStoreError):
    """An event type, or a version of one, that this program does not know."""


class NotALog(EventStoreError):
    """The file is no reelog log."""


class LogTooNew(EventStoreError):
    """The log was written by a newer program."""


class LogTooOld(EventStoreError):
    """The log has the format of an older program, and nobody has lifted it yet."""


class NoSuchLog(EventStoreError):
    """There is no log at that path."""


class QueryRefused(EventStoreError):
    """A query that is wrong, or that may not be asked."""


class QueryStopped(EventStoreError):
    """A query that took too long, or too much."""


class LogFailed(EventStoreError):
    """The disk or the file failed."""


class DiskFull(LogFailed):
    """No room left. The log is whole; work goes on when there is room."""


class LogMoved(LogFailed):
    """The file was moved, deleted or replaced while it was open."""


class LogDamaged(LogFailed):
    """The file does not read as it was written."""
