"""The folder that holds everything: log, artifacts, locks, session folders."""

from pathlib import Path

from eventstore.artifacts import Artifacts
from eventstore.log import EventLog
from eventstore.registry import EventTypes


class Home:
    """Paths of one --home. Opens nothing by itself."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.log_path = root / "reelog.db"
        self.locks = root / "locks"
        self.sessions = root / "sessions"
        self.artifacts = Artifacts(root / "artifacts")

    def has_log(self) -> bool:
        """Whether there is anything at the log's place."""
        return self.log_path.exists()

    def open(self, types: EventTypes) -> EventLog:
        """Open the log, creating home and log when they are not there."""
        return EventLog.open(self.log_path, types)

    def open_existing(self, types: EventTypes, *, read_only: bool = False) -> EventLog:
        """Open the log that is there. Raises NoSuchLog when there is none."""
        return EventLog(self.log_path, types, read_only=read_only)
