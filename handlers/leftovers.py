"""What the dead left behind: temporary files, previews, locks. Whoever comes next removes it."""

from eventstore.artifacts import sweep
from eventstore.home import Home
from eventstore.leases import sweep_locks


def remove(home: Home) -> None:
    """Take away what bears the name of a worker that is no more."""
    home.artifacts.sweep(home.locks)
    sweep(home.previews, home.locks)
    sweep_locks(home.locks)
