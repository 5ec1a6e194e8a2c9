"""One attack, and what it took. Imports little: it runs in a process made for it alone."""

import resource
from pathlib import Path

from eventstore.console import Answer, ask
from eventstore.errors import LogFailed, QueryRefused, QueryStopped


def attack(log: Path, query: str, seconds: float) -> tuple[Answer | Exception, float, int]:
    """What comes of a query; the child's own time, s, and its memory at most, kB."""
    outcome: Answer | Exception
    try:
        outcome = ask(log, query, seconds_max=seconds)
    except (QueryRefused, QueryStopped, LogFailed) as error:
        outcome = error
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return outcome, used.ru_utime + used.ru_stime, used.ru_maxrss
