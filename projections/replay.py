"""A history folded again, append by append, and whether both ways of folding agree. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from eventstore.recorded import Recorded
from eventstore.tables import READ_TABLES, Row, Rows, difference
from projections.events import SessionRewound
from projections.rows import mark, rows, steps
from projections.session import Session, advance, fold
from projections.work import Work, work

LISTED_MAX = 20


@dataclass(frozen=True)
class Moment:
    """The session right after one append."""

    appended: tuple[Recorded, ...]
    session: Session
    work: Work

    @property
    def position(self) -> int:
        """Of the append's last event."""
        return self.appended[-1].position

    @property
    def steps(self) -> dict[str, tuple[int, int]]:
        """Step → (done, total); empty before the session has begun."""
        return steps(self.session, self.work) if self.session.started else {}

    @property
    def marks(self) -> dict[int, str]:
        """Index in the cut → mark."""
        return {one.index: mark(self.session, one) for one in self.work.shots}


def appends(history: Sequence[Recorded]) -> Iterator[tuple[Recorded, ...]]:
    """The history in the units in which it was written."""
    start = 0
    while start < len(history):
        end = min(history[start].append_end, len(history))
        yield tuple(history[start:end])
        start = end


def moments(
    session_id: str, history: Sequence[Recorded], inherited: Sequence[Recorded] = ()
) -> Iterator[Moment]:
    """The session after every append, folded on from the one before, as a worker does it."""
    session = Session(session_id)
    for new in appends(history):
        at = new[0].position - 1
        if at == 0 or any(isinstance(one.event, SessionRewound) for one in new):
            session = fold(session_id, history[: at + len(new)], inherited)
        else:
            session = advance(session, new)
        yield Moment(new, session, work(session))


def disagreements(
    moment: Moment, history: Sequence[Recorded], inherited: Sequence[Recorded] = ()
) -> list[str]:
    """Where folding on and folding from nothing differ at one moment; none is as it should be."""
    again = fold(moment.session.id, history[: moment.position], inherited)
    found = [
        f"event {moment.position}: {field.name} differs when folded from nothing"
        for field in fields(Session)
        if getattr(moment.session, field.name) != getattr(again, field.name)
    ]
    where = f"event {moment.position}: "
    return found + [where + one for one in row_differences(rows(moment.session), rows(again))]


def row_differences(stored: Rows, rebuilt: Rows) -> list[str]:
    """What read tables hold that their rebuild does not, and the other way round, in words."""
    found = []
    for table, written, removed in difference(stored, rebuilt):
        for row in written:
            key = row[: READ_TABLES[table]]
            known = key in stored.get(table, {})
            wrong = "is stored with other values than the events mean" if known else "is missing"
            found.append(f"{_place(table, key)} {wrong}")
        found += [
            f"{_place(table, key)} is stored, and does not follow from the events"
            for key in removed
        ]
    unknown = set(rebuilt) - set(READ_TABLES)
    return found[:LISTED_MAX] + [f"table {table} is not stored" for table in sorted(unknown)]


def _place(table: str, key: Row) -> str:
    return " ".join([table, *(str(part) for part in key[1:])])
