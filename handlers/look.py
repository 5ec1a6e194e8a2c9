"""Looking at sessions: by name, as they are (read tables, light) and as they were (folded).

Both ways give the same shape: table → rows as dicts, columns as in schema.sql.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from eventstore.home import Home
from eventstore.reader import LogReader
from eventstore.tables import by_name
from handlers.errors import Refused, UnknownSession

Tables = dict[str, list[dict[str, Any]]]

NEWEST_FIRST = "ORDER BY started_at DESC, session DESC"
PAGE_EVENTS = 1000


def find(reader: LogReader, name: str) -> str:
    """The session that a name means: an id, a unique part of one, or `last`. Raises Refused."""
    ids = [row["session"] for row in reader.query(f"SELECT session FROM sessions {NEWEST_FIRST}")]
    if not ids:
        raise UnknownSession(name, "there are no sessions yet; `reelog start` begins one")
    if name == "last":
        return str(ids[0])
    if name in ids:
        return name
    matches = [one for one in ids if name and name in one]
    if len(matches) == 1:
        return str(matches[0])
    if matches:
        raise Refused(
            "ambiguous_session",
            f"{name!r} is part of {len(matches)} session ids: {', '.join(matches[:5])}",
            "write more of it",
        )
    from gpu.vocabulary import nearest

    near = nearest(name, ids)
    raise UnknownSession(name, f"did you mean {near}?" if near else "see `reelog list`")


def sessions(reader: LogReader) -> list[dict[str, Any]]:
    """All sessions, newest first, each with the number of its parked commands."""
    parked = (
        "SELECT count(*) FROM commands c WHERE c.session = sessions.session AND c.state = 'parked'"
    )
    return reader.query(f"SELECT *, ({parked}) AS parked FROM sessions {NEWEST_FIRST}")


def incomplete(reader: LogReader) -> list[dict[str, Any]]:
    """Sessions that can go on, newest first."""
    return reader.query(
        f"SELECT * FROM sessions WHERE state != 'COMPLETE' AND NOT cancelled {NEWEST_FIRST}"
    )


def next_to_work(home: Home, done: Sequence[str]) -> Tables | None:
    """The tables of the session that `work` takes next: by priority, then age; None at the end."""
    with home.reader() as reader:
        rows = [row for row in incomplete(reader) if not row["paused"]]
        rows = [row for row in rows if row["session"] not in done]
        rows.sort(key=lambda row: (-row["priority"], row["started_at"]))
        return reader.tables(rows[0]["session"]) if rows else None


def tables_at(reader: LogReader, session: str, when: str) -> tuple[int, Tables]:
    """A moment's position, and the read tables as they would have been then. Raises Refused."""
    from eventstore.log import EventLog
    from handlers import moment
    from handlers.start import now_local
    from handlers.stream import inherited
    from projections.events import TYPES
    from projections.rows import rows
    from projections.session import fold

    with EventLog(reader.path, TYPES, read_only=True) as log:
        history = log.read(session)
        at = moment.find(when, log, history, now_local())
        found = rows(fold(session, history[:at], inherited(log, history[0])))
        return at, by_name(log.columns, found)


def lost_files(home: Home, tables: Tables) -> bool:
    """Whether a file is gone that the cut wants."""
    shots = tables["shots"]
    wanted = {shot[f"{kind}_sha256"] for shot in shots for kind in ("image", "video", "audio")}
    wanted |= {row["film_sha256"] for row in tables["sessions"]}
    return any(
        not home.artifacts.path(made["sha256"], made["media_type"]).is_file()
        for made in tables["artifacts"]
        if made["sha256"] in wanted
    )


def steps(tables: Tables) -> dict[str, tuple[int, int]]:
    """Step → (done, total) in the order of making, from the read tables of one session.

    The same numbers as projections.rows.steps, without folding anything.
    """
    session, shots = tables["sessions"][0], tables["shots"]
    done = {row["kind"] for row in tables["commands"] if row["state"] == "done"}
    spoken = [shot for shot in shots if shot["narration"].strip()]
    expected = session["total_shots"]
    prompts = [row["state"] == "done" for row in tables["commands"] if row["kind"] == "enhance"]
    music = [row["state"] == "done" for row in tables["commands"] if row["kind"] == "music"]
    return {
        "story": (int("story" in done), 1),
        "scene_graph": (int("scene_graph" in done), 1),
        "shots": (int("shots" in done), 1),
        **({"prompts": (sum(prompts), len(prompts))} if prompts else {}),
        "images": (session["images_generated"], expected),
        "audio": (
            sum(shot["audio_sha256"] is not None for shot in spoken),
            len(spoken) if shots else expected,
        ),
        "videos": (session["videos_rendered"], expected),
        **({"music": (sum(music), 1)} if music else {}),
        "film": (int(session["film_sha256"] is not None), 1),
    }


def backends(reader: LogReader, session: str) -> set[str]:
    """Who does the stages of a session, as it was asked for last."""
    rows = reader.query(
        """SELECT stage.value ->> '$.backend' AS backend FROM
        (SELECT data FROM events WHERE stream = ? AND data ->> '$.stages' IS NOT NULL
        ORDER BY position DESC LIMIT 1), json_each(data, '$.stages') AS stage""",
        (session,),
    )
    return {str(row["backend"]) for row in rows}


def history(reader: LogReader, session: str) -> Iterator[dict[str, Any]]:
    """Every event of a session: position, time, type, shot, what caused it, withdrawn or not.

    Read page by page, so that a history of any length begins at once.
    """
    after = 0
    while page := reader.query(
        "SELECT * FROM history WHERE session = ? AND position > ? ORDER BY position LIMIT ?",
        (session, after, PAGE_EVENTS),
    ):
        yield from page
        after = page[-1]["position"]


def places(reader: LogReader, session: str) -> dict[int, int]:
    """Number of each shot → its place in the cut as it is now."""
    rows = reader.query("SELECT shot, shot_index FROM shots WHERE session = ?", (session,))
    return {row["shot"]: row["shot_index"] for row in rows}


def previews(reader: LogReader, tables: Tables) -> dict[str, int]:
    """Command id → step, of takes that were made up to a step only."""
    made = [row["command_id"] for row in tables["artifacts"] if row["kind"] == "preview"]
    found = [
        reader.query(
            "SELECT data ->> '$.steps' AS steps FROM events WHERE data ->> '$.command_id' = ? "
            "AND type = 'PreviewRendered' LIMIT 1",
            (command_id,),
        )
        for command_id in made
    ]
    return {command_id: int(rows[0]["steps"]) for command_id, rows in zip(made, found, strict=True)}


FAMILY = """WITH RECURSIVE family(session) AS (
    VALUES (?) UNION SELECT parent FROM sessions JOIN family USING (session)
    WHERE parent IS NOT NULL)"""


def imported(reader: LogReader, session: str) -> dict[str, Any] | None:
    """When a session was begun in the log that it came from; None for one that began here."""
    rows = reader.query(
        """SELECT f.recorded_at AS started_at, i.data ->> '$.log_id' AS log_id
        FROM events i JOIN events f ON f.stream = i.stream AND f.position = 1
        WHERE i.stream = ? AND i.type = 'SessionImported'""",
        (session,),
    )
    return rows[0] if rows else None


def elders(reader: LogReader, session: str) -> list[dict[str, Any]]:
    """Where a session was forked from, and where that was, and so on: nearest first."""
    return reader.query(
        """WITH RECURSIVE line(parent, forked_at, depth) AS (
            SELECT parent, forked_at, 1 FROM sessions WHERE session = ?
            UNION ALL
            SELECT s.parent, s.forked_at, depth + 1 FROM sessions s JOIN line
            ON s.session = line.parent WHERE line.parent IS NOT NULL AND depth < 1000)
        SELECT parent, forked_at FROM line WHERE parent IS NOT NULL ORDER BY depth""",
        (session,),
    )


def forks(reader: LogReader, session: str) -> list[dict[str, Any]]:
    """The sessions that were forked from one, oldest first, and where."""
    return reader.query(
        "SELECT session, forked_at FROM sessions WHERE parent = ? ORDER BY started_at, session",
        (session,),
    )


def prompts(reader: LogReader, session: str, shots: set[int]) -> dict[str, str]:
    """Command id → the words that it was made from, for those of the shots that were rewritten.

    A command id covers its words, so that it does not matter which session made it.
    """
    rewritten = reader.query(
        f"""{FAMILY} SELECT DISTINCT CAST(data ->> '$.shot' AS INTEGER) AS shot
        FROM events WHERE stream IN family AND type IN ('ShotEdited', 'PromptEnhanced')""",
        (session,),
    )
    wanted = shots & {row["shot"] for row in rewritten}
    if not wanted:
        return {}
    rows = reader.query(
        f"""{FAMILY} SELECT e.data ->> '$.command_id' AS command_id, p.prompt
        FROM prompts p JOIN events e ON e.event_id = p.event
        WHERE p.session IN family AND p.shot IN (SELECT value FROM json_each(?))""",
        (session, json.dumps(sorted(wanted))),
    )
    return {row["command_id"]: row["prompt"] for row in rows}


def costs(reader: LogReader, session: str, tables: Tables) -> list[dict[str, Any]]:
    """Seconds and bytes spent up to the tables' moment by event type, in the order of making.

    Work that a rewind withdrew is counted and counted again by itself: what is spent is spent.
    What was reused cost nothing.
    """
    withdrawn = json.dumps([row["position"] for row in tables["withdrawn"]])
    return reader.query(
        """SELECT type, sum(NOT reused) AS made, sum(reused) AS reused, sum(gone) AS withdrawn,
            sum(seconds) AS seconds, sum(iif(reused, 0, bytes)) AS bytes,
            sum(iif(gone, seconds, 0.0)) AS withdrawn_seconds,
            sum(iif(gone AND NOT reused, bytes, 0)) AS withdrawn_bytes
        FROM (
            SELECT position, type,
                position IN (SELECT value FROM json_each(?)) AS gone,
                coalesce(data ->> '$.provenance.seconds', 0.0) AS seconds,
                coalesce(data ->> '$.artifact.bytes', 0) AS bytes,
                data ->> '$.provenance.reused_from' IS NOT NULL AS reused
            FROM events
            WHERE stream = ? AND position <= ? AND data ->> '$.provenance.backend' IS NOT NULL
        ) GROUP BY type ORDER BY min(position)""",
        (withdrawn, session, tables["sessions"][0]["version"]),
    )
