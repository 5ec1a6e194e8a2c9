"""Everything that `reelog doctor` looks at, in its order. Writes nothing; nothing raises."""

from collections.abc import Iterator
from pathlib import Path

from eventstore.errors import EventStoreError
from eventstore.home import Home
from gpu import doctor, doctor_models, doctor_profiles
from gpu.finding import OK, PROBLEM, Finding, first_line


def examined(home: Path) -> Iterator[Finding]:
    """What was found, each as soon as it is known."""
    yield from doctor.machine()
    yield from doctor.room(home)
    yield _log(Home(home))
    yield from doctor.tools()
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
