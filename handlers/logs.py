"""Structured log lines: one JSON object a line, with session and command ids. Workers join in."""

import json
import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

LOGGER = logging.getLogger("reelog")
LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
LEVEL_VARIABLE, FILE_VARIABLE = "REELOG_LOG_LEVEL", "REELOG_LOG_FILE"
FIELDS = ("session", "command_id", "kind", "shot", "event", "position", "worker", "pid")


class JsonLines(logging.Formatter):
    """One JSON object a record: time (UTC), level, message, and the fields that were given."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        when = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": f"{when.isoformat(timespec='milliseconds').removesuffix('+00:00')}Z",
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            "pid": record.process,
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True, default=str)


def configure(level: str, file: Path | None) -> None:
    """Send log lines to a file (appended), or from debug on to stderr; workers inherit it.

    Raises KeyError for an unknown level, OSError when the file cannot be written.
    """
    number = LEVELS[level]
    os.environ[LEVEL_VARIABLE] = level
    LOGGER.setLevel(number)
    LOGGER.propagate = False
    LOGGER.handlers.clear()
    if file is not None:
        os.environ[FILE_VARIABLE] = str(file.resolve())
        handler: logging.Handler = logging.FileHandler(file, encoding="utf-8")
    elif number <= logging.DEBUG:
        handler = logging.StreamHandler(sys.stderr)
    else:
        handler = logging.NullHandler()
    handler.setFormatter(JsonLines())
    LOGGER.addHandler(handler)


def configure_worker() -> None:
    """What the foreground was told, for a worker process."""
    file = os.environ.get(FILE_VARIABLE)
    configure(os.environ.get(LEVEL_VARIABLE, "info"), Path(file) if file else None)
