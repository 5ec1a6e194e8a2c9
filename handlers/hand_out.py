"""Films that are made but not handed out: the run died between its last event and its folder."""

import json
from pathlib import Path

from eventstore.home import Home
from eventstore.log import EventLog
from eventstore.reader import LogReader
from handlers.film_file import film_name
from handlers.folder import SessionFolder
from handlers.stream import SessionStream
from projections.work import work


def not_handed_out(home: Home, reader: LogReader) -> list[str]:
    """Complete sessions whose folder does not hold their film, newest first."""
    rows = reader.query(
        "SELECT session, film_sha256 FROM sessions WHERE film_sha256 IS NOT NULL "
        "ORDER BY started_at DESC"
    )
    return [
        str(row["session"])
        for row in rows
        if not _in_folder(home.sessions / str(row["session"]), str(row["film_sha256"]))
    ]


def _in_folder(folder: Path, film_sha256: str) -> bool:
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        listed = [entry["path"] for entry in manifest["files"] if entry["sha256"] == film_sha256]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return any((folder / str(name)).is_file() for name in listed)


def hand_out(home: Home, log: EventLog, session_id: str) -> Path | None:
    """Bring a session's folder up to date; where its film is, when it is there now."""
    folder = SessionFolder(home, session_id)
    session = SessionStream(log, session_id).session
    made = work(session).film_made
    if made is None:
        return None
    film = folder.sync(session) / film_name(made.artifact.media_type)
    return film if film.is_file() else None
