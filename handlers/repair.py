"""Repair: rebuilds what can be rebuilt, and records what is lost. Never changes an event.

Read tables and session folders follow from events; a lost file becomes work again by ArtifactLost.
"""

from collections.abc import Iterator

from eventstore.home import Home
from eventstore.log import EventLog, new_id
from eventstore.rebuild import rebuild_fence, rebuild_rows, rebuild_views, remove_strangers
from eventstore.recorded import Cause
from handlers.audit import Report
from handlers.folder import SessionFolder
from handlers.keeping import Lost, Store
from handlers.stream import SessionStream
from projections.events import TYPES, ArtifactLost
from projections.session import Session


def repair(home: Home, report: Report) -> list[str]:
    """Repair what an audit found; says what was done. Raises LogFailed.

    Nothing is written to a log that is itself in doubt.
    """
    if report.findings.grave:
        return ["nothing: the log itself is in doubt, and nothing is written to such a log"]
    views = rebuild_views(home.log_path)
    with home.open_existing(TYPES) as log:
        return [
            *(f"defined the view {name} again" for name in views),
            *_fence(log, report),
            *_rows(log, report),
            *_losses(home, log, report.lost),
            *_folders(home, log, report.readable),
        ]


def _fence(log: EventLog, report: Report) -> Iterator[str]:
    if report.findings.counts["fence"]:
        rebuild_fence(log)
        yield "made the fence anew"


def _rows(log: EventLog, report: Report) -> Iterator[str]:
    for session in report.rows_wrong:
        rebuild_rows(log, session, lambda one=session: SessionStream(log, one).rows())  # type: ignore[misc]
        yield f"rebuilt the read tables of {session}"
    if report.rows_foreign:
        yield f"removed {remove_strangers(log)} rows of sessions that have no events"


def _losses(home: Home, log: EventLog, lost: list[Lost]) -> Iterator[str]:
    cause = Cause(new_id(), new_id())
    store = Store(home)
    for one in lost:
        aside = store.set_damaged_aside(one.used)
        if aside:
            yield f"moved a damaged file to {aside}"
        stream = SessionStream(log, one.session)

        def decide(
            _: Session, one: Lost = one, stream: SessionStream = stream
        ) -> list[ArtifactLost]:
            still = {used.key for used in store.used(stream)}
            reason = f"{one.used.what} {one.reason}"
            lost = ArtifactLost(
                command_id=one.used.command_id, sha256=one.used.sha256, reason=reason
            )
            return [lost] if one.used.key in still else []

        if stream.record(decide, cause):
            again = "; `reelog resume` makes it again" if one.used.remade else ""
            yield f"recorded in {one.session} that {one.used.what} is lost{again}"


def _folders(home: Home, log: EventLog, sessions: list[str]) -> Iterator[str]:
    for session in sessions:
        SessionFolder(home, session).sync(SessionStream(log, session).session)
    if sessions:
        yield f"rebuilt {len(sessions)} session folder{'s' if len(sessions) > 1 else ''}"
