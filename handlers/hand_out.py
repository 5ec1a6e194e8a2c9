"""Films that are made but not handed out: the run died between its last event and its folder."""

import json

from eventstore.home import Home
from eventstore.log import EventLog
from eventstore.reader import LogReader
from handlers.folder import SessionFolder
from handlers.stream import SessionStream


def not_handed_out(home: Home, reader: LogReader) -> list[str]:
    """Complete sessions whose folder does not hold their film, newest first."""
    rows = reader.query(
        "SELECT session, film_sha256 FROM sessions WHERE film_sha256 IS NOT NULL "
        "ORDER BY started_at DESC"
    )
    return [
        str(row["session"])
        for row in rows
        if _film_in_folder(home, str(row["session"])) != row["film_sha256"]
    ]


def _film_in_folder(home: Home, session_id: str) -> str | None:
    folder = home.sessions / session_id
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        listed = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return listed.get("film.mp4") if (folder / "film.mp4").is_file() else None


def hand_out(home: Home, log: EventLog, session_id: str) -> bool:
    """Bring a session's folder up to date; whether its film is there now."""
    folder = SessionFolder(home, session_id)
    return (folder.sync(SessionStream(log, session_id).session) / "film.mp4").is_file()
