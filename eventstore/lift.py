"""A log of an older format is brought to ours. Events stay as they are; lifts of theirs are done
while reading (registry.py). Format 2: views that know language models, tokens and money.
"""

import os
from pathlib import Path

from eventstore.connection import FORMAT, connect, disk_errors, transaction, write_lock
from eventstore.errors import LogFailed
from eventstore.rebuild import define_views


def lift(path: Path) -> None:
    """Define the views anew, in one transaction; once, whoever else does it at the same time.

    Raises LogFailed where the log cannot be written.
    """
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise LogFailed(
            f"{path} has the format of an earlier reelog and cannot be written to bring it up to "
            "date; `reelog backup` and `reelog restore` make a home that can"
        )
    connection = connect(path, any_format=True)
    try:
        with disk_errors(path), write_lock(path), transaction(connection):
            if connection.pragma("user_version") < FORMAT:
                define_views(connection)
                connection.pragma("user_version", FORMAT)
    finally:
        connection.close()
