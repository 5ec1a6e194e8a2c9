"""A share of an audit's sessions: python -P -m handlers.audit_process HOME PARENT [files].

The session ids come on stdin as JSON; what was found goes to stdout, pickled, once all are checked.
Ends with 1, and says nothing, where it cannot check them all. Dies with its parent.
"""

import json
import pickle
import signal
import sys
from pathlib import Path

from eventstore.children import die_with_parent
from eventstore.errors import EventStoreError
from eventstore.home import Home
from handlers.audit_sessions import Report, check_sessions
from handlers.keeping import Store
from projections.events import TYPES


def main(home: str, parent: str, *files: str) -> int:
    """Check the sessions; see the module."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(int(parent))
    at = Home(Path(home))
    report, kept = Report(), Store(at) if files else None
    try:
        with at.open_existing(TYPES, read_only=True) as log:
            log.connection.execute("BEGIN")
            check_sessions(log, json.load(sys.stdin.buffer), report, kept)
    except EventStoreError:
        return 1
    sys.stdout.buffer.write(pickle.dumps((report, kept)))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
