"""A part of the chain: python -P -m eventstore.chain_process LOG FIRST LAST HASH PARENT.

Ends with 0 where all of it is right, and else with 1, or however it came to its end: whoever asked
finds out what is wrong. Dies with its parent.
"""

import signal
import sys
from contextlib import closing
from pathlib import Path

import apsw

from eventstore.chain import is_right
from eventstore.children import die_with_parent
from eventstore.connection import connect
from eventstore.errors import EventStoreError


def main(log: str, first: str, last: str, last_hash: str, parent: str) -> int:
    """Follow the part; see the module."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(int(parent))
    try:
        with closing(connect(Path(log), read_only=True)) as connection:
            part = int(first), int(last), bytes.fromhex(last_hash)
            return 0 if is_right(connection, *part) else 1
    except (EventStoreError, apsw.Error):
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
