"""The process that sends notices: `python -m handlers.notify_process`, for `handlers.notify`.

stdin: one JSON object {title, body, type, urls, timeout_s}; URLs are in no argument list and in no
environment. stdout: a JSON line {at, went, reason} for each URL, as soon as it is known. Ends by
itself at its timeout, whatever servers do.
"""

import json
import logging
import os
import re
import signal
import sys
import threading
from typing import Any
from urllib.parse import unquote

from apprise import Apprise, AppriseAsset
from apprise.manager_plugins import NotificationManager

SECRET_CHARACTERS = 3
"""Pieces of a URL this long are shown to nobody."""
LOGGED = "apprise"


class Heard(logging.Handler):
    """What apprise says of a sending: its last warning, by thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last: dict[int, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.last[record.thread or 0] = record.getMessage()


def main() -> None:
    """Send to all at once; each in a thread of its own, so that nobody waits for a slow one."""
    asked = json.loads(sys.stdin.read())
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, asked["timeout_s"])
    heard = Heard()
    logger = logging.getLogger(LOGGED)
    logger.handlers, logger.propagate = [heard], False
    logger.setLevel(logging.WARNING)
    NotificationManager().load_modules()  # once, before threads would do it all at the same time
    threads = [
        threading.Thread(target=_send, args=(at, url, asked, heard))
        for at, url in enumerate(asked["urls"])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _send(at: int, url: str, asked: dict[str, Any], heard: Heard) -> None:
    went, reason = False, "apprise could not send it"
    try:
        asset = AppriseAsset(app_id="reelog", app_desc="reelog", app_url="")
        service = Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
        if service is None:
            reason = _why_not(url)
        else:
            went = bool(service.notify(asked["body"], asked["title"], asked["type"]))
            reason = "" if went else heard.last.get(threading.get_ident(), reason)
    finally:
        line = json.dumps({"at": at, "went": went, "reason": without_secrets(reason, url)})
        os.write(1, line.encode() + b"\n")


def _why_not(url: str) -> str:
    scheme = url.partition("://")[0].lower()
    known = NotificationManager()
    if scheme not in known:
        return f"apprise knows no {scheme}://"
    if not known[scheme].enabled:
        return f"this machine lacks what {scheme}:// needs"
    return f"apprise takes no {scheme}:// URL like this one"


def without_secrets(text: str, url: str) -> str:
    """The text without any piece of the URL but its scheme."""
    pieces = set(re.split(r"[/:@?&=#,\s]+", url.partition("://")[2]))
    pieces |= {unquote(piece) for piece in pieces}
    for piece in sorted(pieces, key=len, reverse=True):
        if len(piece) >= SECRET_CHARACTERS:
            text = text.replace(piece, "…")
    return " ".join(text.split())[:300]


if __name__ == "__main__":
    main()
