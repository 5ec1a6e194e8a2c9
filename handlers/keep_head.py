"""Heads kept elsewhere, as requests: read one, or keep one of a log that was found whole."""

from pathlib import Path

from eventstore.heads import NoHead, read_head, write_head
from eventstore.log import utc_now
from eventstore.recorded import Head
from handlers.audit import Report
from handlers.errors import Refused


def read(path: Path) -> Head:
    """The head kept in a file. Raises Refused."""
    try:
        return read_head(path)
    except NoHead as error:
        raise Refused("no_head", str(error), "`reelog audit --head FILE` writes one") from error


def keep(path: Path, report: Report) -> Path | None:
    """Keep the head of an audited log; of a log in doubt none is kept. Raises Refused."""
    if report.head is None or report.findings.grave:
        return None
    try:
        write_head(path, report.head, utc_now())
    except NoHead as error:
        raise Refused("no_head", str(error), "choose another file for --head") from error
    return path
