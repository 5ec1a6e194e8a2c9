"""What the dead left behind: temporary files, previews, locks, claims. Whoever comes removes it."""

from contextlib import suppress

from eventstore.artifacts import sweep
from eventstore.errors import EventStoreError
from eventstore.home import Home
from eventstore.leases import sweep_leases, sweep_locks
from eventstore.log import EventLog


def remove(home: Home, log: EventLog) -> None:
    """Take away what bears the name of a worker that is no more."""
    home.artifacts.sweep(home.locks)
    sweep(home.previews, home.locks)
    sweep_locks(home.locks)
    with suppress(EventStoreError):  # a claim harms nobody where the log takes no writing
        sweep_leases(log, home.locks)
