"""The folder that holds everything: log, artifacts, locks, session folders."""

import os
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from eventstore import ground
from eventstore.errors import LogFailed, LogTooOld
from eventstore.reader import LogReader

if TYPE_CHECKING:
    from eventstore.artifacts import Artifacts
    from eventstore.log import EventLog
    from eventstore.registry import EventTypes

Opened = TypeVar("Opened")


class Home:
    """Paths of one --home. Opens nothing by itself."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.log_path = root / "reelog.db"
        self.locks = root / "locks"
        self.sessions = root / "sessions"
        self.checkpoints = root / "checkpoints"
        self.previews = root / "previews"

    @cached_property
    def artifacts(self) -> "Artifacts":
        """The artifact store."""
        from eventstore.artifacts import Artifacts

        return Artifacts(self.root / "artifacts")

    def has_log(self) -> bool:
        """Whether there is anything at the log's place. Raises NotALog where a file is the home."""
        ground.refuse_file_as_home(self.root)
        return os.path.lexists(self.log_path)

    def open(self, types: "EventTypes") -> "EventLog":
        """Open the log, creating home and log when they are not there."""
        from eventstore.log import EventLog

        return self._lifted(lambda: EventLog.open(self.log_path, types))

    def open_existing(self, types: "EventTypes", *, read_only: bool = False) -> "EventLog":
        """Open the log that is there. Raises NoSuchLog when there is none."""
        from eventstore.log import EventLog

        return self._lifted(lambda: EventLog(self.log_path, types, read_only=read_only))

    def reader(self, *, checked: bool = True) -> LogReader:
        """Open the log's tables for reading. Raises NoSuchLog when there is none."""
        return LogReader(self.log_path, checked=checked)

    def lift(self) -> None:
        """Bring a log of an older format up to date, where it can be written.

        Raises NoSuchLog when there is none.
        """
        with self.reader(checked=False) as reader:
            older = reader.is_older()
        if older:
            from eventstore.lift import lift

            with suppress(LogFailed):
                lift(self.log_path)

    def _lifted(self, opened: Callable[[], Opened]) -> Opened:
        """What is opened; a log of an older format is brought up to date first."""
        try:
            return opened()
        except LogTooOld:
            from eventstore.lift import lift

            lift(self.log_path)
            return opened()
