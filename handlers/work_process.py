"""The worker as a process of its own: python -P -m handlers.work_process HOME RUN SESSION…

Progress goes to stdout as JSON lines. Ends with 0 when nothing is left for it, 3 when the disk or
the log failed (the reason is the last line), 130 when it was stopped. Dies with its parent.
"""

import json
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventstore.children import die_with_parent

if TYPE_CHECKING:
    from handlers.worker import Progress

REPORT_S = 0.1


def _line(progress: "Progress") -> dict[str, Any]:
    command = progress.command
    line = {"kind": command.kind, "shot": command.shot, "share": round(progress.share, 3)}
    for name in ("words", "file"):
        if said := getattr(progress.share, name, ""):
            line[name] = said
    return line


def main(home: str, run_id: str, parent: str, *sessions: str) -> int:
    """Work on the sessions; see the module."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from eventstore.artifacts import full_disk_is_ours
    from eventstore.errors import EventStoreError
    from eventstore.home import Home
    from handlers import leftovers, logs
    from handlers.worker import Progress, Stopped, Worker
    from projections.events import TYPES

    logs.configure_worker()
    last = 0.0

    def report(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= REPORT_S or progress.share >= 1.0:
            last = time.monotonic()
            try:
                print(json.dumps(_line(progress)), flush=True)
            except BrokenPipeError:  # whoever listened has died, and that is no command's failure
                worker.stop()

    opened = Home(Path(home))
    try:
        with full_disk_is_ours(opened.root), opened.open_existing(TYPES) as log:
            worker = Worker(opened, log, run_id=run_id, on_progress=report)
            signal.signal(signal.SIGTERM, lambda *_: worker.stop())
            print(json.dumps({"worker": worker.lock.name}), flush=True)
            die_with_parent(int(parent))
            try:
                worker.work_on(sessions)
            finally:
                worker.close()
                with suppress(OSError):  # what cannot be taken away now is another one's to sweep
                    leftovers.remove(opened, log)
    except Stopped:
        return 130
    except EventStoreError as error:
        print(json.dumps({"error": type(error).__name__, "message": str(error)}), flush=True)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
