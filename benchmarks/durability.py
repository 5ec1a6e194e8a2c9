"""What durability costs: FULL against NORMAL, four writers against one, a million events at once.

Its results are a file of their own: a million events take minutes. python -m benchmarks.durability
"""

import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import million, sample, writers
from benchmarks.measure import Row, seconds
from benchmarks.report import machine, table
from eventstore.audit import Findings, check_log
from eventstore.home import Home
from eventstore.log import EventLog
from handlers.audit import audit
from handlers.backup import back_up
from projections.events import TYPES

RESULTS = Path(__file__).with_name("DURABILITY.md")
EVENTS = 1_000_000
ROUNDS, IN_A_ROW = 25, 20
AUDIT_S_MAX, AUDIT_MB_MAX = 10, 200


class Measured(NamedTuple):
    """Wall time, processor time and the highest memory of a process that did nothing else."""

    seconds: float
    cpu_s: float
    peak_mb: float
    found: Any


def alone(work: Callable[..., Any], *arguments: Any) -> Measured:
    """Do some work in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_measured, work, arguments).result()


def _measured(work: Callable[..., Any], arguments: tuple[Any, ...]) -> Measured:
    began, cpu_before_s = time.monotonic(), time.process_time()
    found = work(*arguments)
    took = time.monotonic() - began
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu_s = sum(one.ru_utime + one.ru_stime for one in used) - cpu_before_s
    return Measured(took, cpu_s, max(one.ru_maxrss for one in used) / 1024, found)


def full_beside_normal() -> Row:
    """Seven planned shots an append, as workers append them; FULL and NORMAL in turn."""
    took: dict[str, list[float]] = {"FULL": [], "NORMAL": []}
    with tempfile.TemporaryDirectory() as folder:
        logs = {how: Home(Path(folder) / how).open(TYPES) for how in took}
        logs["NORMAL"].connection.pragma("synchronous", "NORMAL")
        for at in range(ROUNDS):
            for how, log in logs.items():
                took[how].append(seconds(lambda lo=log, n=at: _append(lo, n)) / IN_A_ROW)
        for log in logs.values():
            log.close()
    full_s, normal_s = (statistics.median(took[how][5:]) for how in ("FULL", "NORMAL"))
    return Row(
        "append 7 events: what a sync at each commit costs", f"FULL: {full_s * 1e3:.2f} ms",
        f"NORMAL: {normal_s * 1e3:.2f} ms", f"{full_s / normal_s:.2f}", "told", True,
    )  # fmt: skip


def _append(log: EventLog, round_: int) -> None:
    for number in range(IN_A_ROW):
        log.append(f"s{round_}-{number}", sample.planned(1, 7), expected=0, cause=sample.CAUSE)


def _check_log(home: Home) -> int:
    findings = Findings()
    with home.reader() as reader:
        chain = check_log(reader.connection, home.log_path, findings)
    assert not findings.told, findings.told[:3]
    return chain.events


def _audit(home: Home) -> int:
    report = audit(home, files=False)
    assert report.clean, report.findings.told[:3]
    return report.events


def _back_up(home: Home, file: Path) -> int:
    return back_up(home, file, None).global_position


def _told(took: Measured) -> str:
    return f"{took.seconds:.1f} s ({took.cpu_s:.1f} s of processor), {took.peak_mb:.0f} MB"


def _limited(what: str, took: Measured, events: int) -> Row:
    holds = took.seconds <= AUDIT_S_MAX * events / EVENTS and took.peak_mb <= AUDIT_MB_MAX
    return Row(
        what, _told(took), "limit",
        f"{took.seconds / AUDIT_S_MAX:.2f}", f"≤ {AUDIT_S_MAX} s, {AUDIT_MB_MAX} MB", holds,
    )  # fmt: skip


def large_log(events: int = EVENTS) -> list[Row]:
    """Audit and backup of a log of a million events; memory of the largest process."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        grown = alone(million.grow, home, events)
        checked = alone(_check_log, home)
        audited = alone(_audit, home)
        saved = alone(_back_up, home, Path(folder) / "backup.db")
        size_mb = million.size_of(home) / 1e6
    assert grown.found == checked.found == audited.found == saved.found
    of = f"{grown.found:,} events, {size_mb:,.0f} MB"
    return [
        _limited(f"the log alone: chain, SQLite, columns; {of}", checked, events),
        _limited(f"audit: the same, each session folded, its tables; {of}", audited, events),
        Row(
            f"backup, checked from end to end; {of}", _told(saved),
            f"the log checked: {checked.seconds:.1f} s",
            f"{saved.seconds / checked.seconds:.2f}", "told", True,
        ),
    ]  # fmt: skip


def small() -> list[Row]:
    """What `make bench` measures too: seconds, not minutes."""
    return [full_beside_normal(), *writers.rows()]


def main() -> None:
    """Measure, print, write."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    busy = os.getloadavg()[0]
    rows = [*small(), *large_log(events)]
    text = f"""# What durability costs

`make bench-durability`, on {date.today().isoformat()}, with reelog {version("reelog")}, Python \
{platform.python_version()}, apsw {version("apsw")}.
Machine: {machine()}; load average before it began: {busy:.1f}.
On a busy machine the processor's time tells more.

{table(rows)}

- FULL and NORMAL: two logs, in turn, medians. NORMAL syncs at checkpoints alone, and would lose
  what was acknowledged since.
- Writers stand in line behind a `flock`; one alone is measured before and after. Whoever makes
  films decides, folds and computes rows between its commits, while another one writes. Where
  nothing is to be done but to commit, what is left is a core woken and a cold page cache each turn.
- A million events: sessions of a thousand events each, without artifact files. Memory is that of
  the largest process.
"""
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
