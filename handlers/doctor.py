"""Everything that `reelog doctor` looks at, in its order. Writes nothing; nothing raises."""

from collections.abc import Iterator
from pathlib import Path

from eventstore.errors import EventStoreError
from eventstore.home import Home
from gpu import doctor, doctor_models, doctor_profiles
from gpu.finding import NOTE, OK, PROBLEM, Finding, first_line
from handlers.channels import channels
from handlers.errors import Refused
from handlers.extras import needed


def examined(home: Path) -> Iterator[Finding]:
    """What was found, each as soon as it is known."""
    yield from doctor.machine()
    yield from doctor.room(home)
    yield _log(Home(home))
    yield from doctor.tools()
    yield _notices()
    yield doctor_models.extra()
    seen = doctor_models.torch_sees()
    yield from doctor_models.card(seen)
    if isinstance(seen, dict):
        yield doctor_models.numbers()
    yield doctor_profiles.weights()
    yield from doctor_profiles.profiles(seen)


def _log(home: Home) -> Finding:
    try:
        if not home.has_log():
            return Finding("home", "log", OK, "none yet; `reelog start` begins one")
        with home.reader() as reader:
            ((events, sessions),) = (
                row.values()
                for row in reader.query("SELECT count(*), count(DISTINCT stream) FROM events")
            )
    except (EventStoreError, OSError) as error:
        do = "`reelog audit` looks closer; `reelog restore` brings a backup back"
        return Finding("home", "log", PROBLEM, first_line(error), do)
    return Finding("home", "log", OK, f"opens: {events} events of {sessions} sessions")


def _notices() -> Finding:
    """Who is told how films end. Nothing is sent: `reelog notify --test` does that."""
    try:
        found = channels()
        if found.channels:
            needed("apprise", "notify", "notify", load=False)
    except Refused as refused:
        return Finding("tools", "notify", NOTE, refused.message, refused.hint)
    if not found.channels:
        return Finding("tools", "notify", OK, "nobody is told how films end; see `reelog notify`")
    says = ", ".join(one.masked for one in found.channels)
    if found.open_to_others:
        do = f"others may read its secrets: chmod 600 {found.source}"
        return Finding("tools", "notify", NOTE, says, do)
    return Finding("tools", "notify", OK, f"{says}; try: `reelog notify --test`")
