"""What a notice says: title and text of one occasion. Knows no channel and sends nothing."""

from dataclasses import dataclass
from pathlib import Path

from handlers.film_file import film_name
from projections.session import Session
from projections.work import Work

TITLE_CHARACTERS = 80
PARKED_SHOWN = 5
TYPES = {"done": "success", "parked": "warning", "disk": "failure"}
"""Apprise's kinds of notices, by occasion."""


@dataclass(frozen=True)
class Notice:
    """One message."""

    occasion: str
    title: str
    body: str

    @property
    def type(self) -> str:
        """What apprise calls such a message."""
        return TYPES[self.occasion]


TEST = Notice("done", "reelog: a test", "Notices of reelog arrive here.")


def done(session: Session, found: Work, folder: Path) -> Notice:
    """The film is ready, in the session's folder."""
    made = found.film_made
    assert made is not None
    length, film = made.artifact.duration_s, folder / film_name(made.artifact.media_type)
    facts = [session.id, _shots(len(found.shots))]
    if length:
        facts.append(f"{length:.1f} s long")
    lines = [f"The film is ready: {film}", " · ".join(facts), _spent(session)]
    if count := len(found.parked):
        things = "1 thing was" if count == 1 else f"{count} things were"
        lines.append(f"{things} given up on the way; try again with: reelog retry {session.id}")
    return Notice("done", _title(session, "is done"), "\n".join(lines))


def parked(session: Session, found: Work) -> Notice:
    """Some work was given up; the rest is made."""
    finished = sum(1 for one in found.shots if "video" in one.made)
    facts = [session.id, f"{finished} of {_shots(len(found.shots))} done"]
    lines = [_parked_line(session, one.id, one.kind, one.shot) for one in found.parked]
    more = len(lines) - PARKED_SHOWN
    lines = lines[:PARKED_SHOWN] + ([f"and {more} more"] if more > 0 else [])
    lines += [" · ".join(facts), _spent(session), f"Go on with: reelog retry {session.id}"]
    return Notice("parked", _title(session, "is parked"), "\n".join(lines))


def stopped(session: Session, found: Work, occasion: str, error: str) -> Notice:
    """The whole run ended by an error; `occasion` is parked or disk."""
    finished = sum(1 for one in found.shots if "video" in one.made)
    facts = f"{session.id} · {finished} of {_shots(len(found.shots))} done"
    lines = [f"Stopped: {error}", facts, _spent(session)]
    lines.append(f"Nothing finished is lost; go on with: reelog resume {session.id}")
    return Notice(occasion, _title(session, "stopped"), "\n".join(lines))


def _title(session: Session, what: str) -> str:
    name = session.title or (session.started.idea if session.started else "") or session.id
    name = " ".join(name.split())
    if len(name) > TITLE_CHARACTERS:
        name = name[: TITLE_CHARACTERS - 1] + "…"
    return f"reelog: {name} {what}"


def _shots(count: int) -> str:
    return f"{count} shot{'' if count == 1 else 's'}"


def _spent(session: Session) -> str:
    """Seconds of work; and what language models took, where one was asked."""
    parts = [f"{session.work_s:.1f} s of work"]
    if session.spent.tokens:
        parts.append(f"{session.spent.tokens:,} tokens")
    parts += [f"{money:g} {currency}".rstrip() for currency, money in session.spent.money.items()]
    return f"{', '.join(parts)} spent on it"


def _parked_line(session: Session, command_id: str, kind: str, shot: int | None) -> str:
    error = session.attempts[command_id].last_error or "killed its worker three times"
    kind = "prompt" if kind == "enhance" else kind
    return f"Parked: {kind}{f' of shot {shot}' if shot else ''}: {error[:200]}"
