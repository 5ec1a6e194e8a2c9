"""Whether damage explains an error that nobody expected: asked before anybody calls it a bug."""

from eventstore.errors import EventStoreError, LogDamaged
from eventstore.home import Home
from handlers.audit import audit


def damage_of(home: Home) -> LogDamaged | None:
    """What an audit finds first in the log and its tables; None when all is right, or no log."""
    if not home.has_log():
        return None
    try:
        found = audit(home, files=False).findings.told
    except EventStoreError:
        return None
    if not found:
        return None
    return LogDamaged(f"{home.log_path} is damaged: {found[0].message}; {found[0].hint}")
