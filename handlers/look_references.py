"""The characters and places of a film as they are: who has a sheet, whose picture is the user's."""

from typing import TYPE_CHECKING, Any

from eventstore.reader import LogReader

if TYPE_CHECKING:
    from projections.session import Session

DRAWN, OWN, TO_DRAW, IN_NO_SHOT, NOT_TAKEN = STATES = (
    "drawn", "own picture", "to draw", "in no shot", "not taken by this profile",
)  # fmt: skip
_NAMED = """
WITH RECURSIVE ancestors (name) AS (
    SELECT ? UNION SELECT s.parent FROM sessions s JOIN ancestors a ON s.session = a.name
    WHERE s.parent IS NOT NULL
)
SELECT 1 FROM events WHERE stream IN (SELECT name FROM ancestors)
    AND type = 'StoryGenerated' AND data ->> '$.references' IS NOT NULL LIMIT 1
"""


def references(reader: LogReader, session: str, at: int | None = None) -> list[dict[str, Any]]:
    """Name, kind, look, take, seed, state (one of STATES), file, sha256 and shots of each.

    `shots` are places in the cut; `file` is what a picture of the user's own was called. Nothing
    is folded for a film whose story names nobody.
    """
    if not reader.query(_NAMED, (session,)):
        return []
    from eventstore.log import EventLog
    from handlers.stream import inherited
    from projections.events import TYPES
    from projections.session import fold

    with EventLog(reader.path, TYPES, read_only=True) as log:
        history = log.read(session, to=at) if at is not None else log.read(session)
        return _rows(fold(session, history, inherited(log, history[0])))


def _rows(s: "Session") -> list[dict[str, Any]]:
    from projections.events import ReferenceGiven
    from projections.reference_work import taken
    from projections.work import work

    wanted = {one.reference.name: one for one in work(s).references}
    rows = []
    for name, one in s.references.items():
        shots = [at for at, n in enumerate(s.order, start=1) if name in s.shots[n].plan.references]
        made = wanted[name].made if name in wanted else None
        own = s.given.get(name)
        if not taken(s):
            state = NOT_TAKEN
        elif own:
            state = OWN
        else:
            state = DRAWN if made else TO_DRAW if shots or not s.planned else IN_NO_SHOT
        rows.append(
            {
                **one.model_dump(exclude={"prompt"}),
                "state": state,
                "file": own.event.file if own and isinstance(own.event, ReferenceGiven) else None,
                "sha256": made.artifact.sha256 if made else None,
                "shots": shots,
            }
        )
    return rows
