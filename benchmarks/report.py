"""How results are written down."""

import os
import platform
from pathlib import Path

from benchmarks.measure import Row


def machine() -> str:
    """Processor, cores and memory of this machine."""
    name = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            name = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}"


def table(rows: list[Row]) -> str:
    """A Markdown table of results."""
    lines = ["| what | reelog | beside | ratio | bound | holds |", "| --- " * 6 + "|"]
    return "\n".join([*lines, *(line(row) for row in rows)])


def line(r: Row) -> str:
    """A row of it."""
    return (
        f"| {r.what} | {r.ours} | {r.peer} | {r.ratio} | {r.bound} | {'yes' if r.holds else 'NO'} |"
    )
