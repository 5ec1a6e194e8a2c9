"""A film whose every text is hostile, and commands in a terminal: what it is sent, byte by byte."""

import fcntl
import json
import os
import pty
import re
import select
import sys
import termios
import time
from typing import Any

import apsw

from eventstore.home import Home
from handlers.audit import audit
from handlers.repair import repair
from tests import processes
from tests.command import Reelog
from tests.tampering import chain_again, past_triggers

HOSTILE = "a\x1b]0;OWNED\x07b\x9b7mc\u202ed\x08e\u2066f\x1b[31;7;5mg\rh\ni\x7fj=k|[b]l[/b]<m>&n"
RAW = ("\x1b]", "\x07", "\x9b", "\u202e", "\x08", "\u2066", "\x1b[31;7;5m", "\x7f")
TEXTS = {
    "idea", "title", "logline", "style", "end_card", "name", "location", "place", "time_of_day",
    "mood", "action", "image_prompt", "motion_prompt", "negative_prompt", "lighting", "narration",
    "error", "reason", "worker", "file", "profile", "program", "raw",
}  # fmt: skip
_OURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;[^\x1b]*\x1b\\")


def poison(home: Home) -> None:
    """Every text of every event is followed by a hostile one; chain and tables are right again."""
    with past_triggers(home) as raw:
        for at, data in list(raw.execute("SELECT global_position, data FROM events")):
            changed = json.dumps(_poisoned(json.loads(data)), ensure_ascii=False)
            raw.execute("UPDATE events SET data = ? WHERE global_position = ?", (changed, at))
    chain_again(home)
    repair(home, audit(home))
    raw = apsw.Connection(str(home.log_path))
    raw.close()


def _poisoned(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _poisoned(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_poisoned(one, key) for one in value]
    return value + HOSTILE if isinstance(value, str) and key in TEXTS else value


def at_terminal(reelog: Reelog, *arguments: str) -> tuple[int, str]:
    """Run in a terminal, in a fork of this process; its status and all that the terminal got."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, b"\x32\0\x64\0\0\0\0\0")
    environment = {**reelog.environment, "TERM": "xterm"}

    def run() -> None:
        os.setsid()
        for number in range(3):
            os.dup2(slave, number)
        os.close(master)
        sys.stdin, sys.stdout, sys.stderr = (
            os.fdopen(number, mode, encoding="utf-8", closefd=False)
            for number, mode in enumerate("rww")
        )
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(reelog.folder)
        sys.argv = ["reelog", *arguments]
        from cli.main import main

        status = 98
        try:
            main()
        except SystemExit as end:
            sys.stdout.flush()
            sys.stderr.flush()
            status = int(end.code or 0)
        finally:
            os._exit(status)  # the terminal may be gone: nothing more is written to it

    pid = processes.spawn(run)
    os.close(slave)
    shown = _all_of(master)
    os.close(master)
    return processes.ended(pid), shown


def _all_of(master: int) -> str:
    data, late = b"", time.monotonic() + processes.DEADLINE_S
    while time.monotonic() < late:
        if not select.select([master], [], [], 0.05)[0]:
            continue
        try:
            part = os.read(master, 65536)
        except OSError:
            break
        if not part:
            break
        data += part
    return data.decode("utf-8", "replace")


def nothing_hostile(shown: str) -> None:
    """No sequence of ours aside, no control character reached the terminal."""
    for raw in RAW:
        assert raw not in shown, (ascii(raw), ascii(shown))
    plain = re.sub(r"[\r\n\t]", "", _OURS.sub("", shown))
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", plain), ascii(plain)
