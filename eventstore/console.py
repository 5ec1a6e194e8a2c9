"""Asking the log in SQL: each query runs in a process of its own, which is killed at its deadline.

The child can only read; see console_child.py. What it answers is bounded in rows, bytes, memory.
"""

import json
import select
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eventstore.children import command
from eventstore.console_rules import FUNCTIONS as FUNCTIONS
from eventstore.errors import LogFailed, QueryRefused, QueryStopped

ROWS_MAX = 1000
SECONDS_MAX = 5.0
BYTES_MAX = 8 << 20
QUERY_CHARACTERS_MAX = 100_000
START_S = 30.0
"""How long the child may take to open the log, before the query's own time begins."""

Value = str | int | float | bytes | None


@dataclass(frozen=True)
class Answer:
    """Names of the columns, the rows, and why there are no more (empty when these are all)."""

    columns: list[str]
    rows: list[list[Value]]
    cut: str


def ask(
    log: Path, query: str, *, rows_max: int = ROWS_MAX, seconds_max: float = SECONDS_MAX
) -> Answer:
    """The answer to one reading statement. Raises QueryRefused, QueryStopped, LogFailed."""
    if len(query) > QUERY_CHARACTERS_MAX:
        raise QueryRefused(f"the query is longer than {QUERY_CHARACTERS_MAX:,} characters")
    job = {
        "log": str(log),
        "query": query,
        "rows": rows_max,
        "bytes": BYTES_MAX,
        "seconds": seconds_max,
    }
    child = subprocess.Popen(
        command("eventstore.console_child"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    try:
        output, last_words = _talk(child, json.dumps(job).encode() + b"\n", seconds_max)
    except subprocess.TimeoutExpired:
        raise QueryStopped(
            f"the query took longer than {seconds_max:g} s; --timeout gives it more"
        ) from None
    finally:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout, child.stderr):
            if pipe:
                pipe.close()
    return _answer(output, last_words, child.returncode)


def _talk(child: "subprocess.Popen[bytes]", job: bytes, seconds: float) -> tuple[bytes, bytes]:
    """Hand the job over; the clock runs once the child has opened the log."""
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(job)
        child.stdin.close()
    except BrokenPipeError:
        return b"", b""
    child.stdin = None  # communicate() must not touch it
    if not select.select([child.stdout], [], [], START_S)[0]:
        raise subprocess.TimeoutExpired("console", START_S)
    first = child.stdout.readline()
    output, last_words = child.communicate(timeout=seconds)
    return (output if first == b"ready\n" else first + output), last_words


def _answer(output: bytes, last_words: bytes, status: int) -> Answer:
    lines = [json.loads(line) for line in output.splitlines()]
    if not lines or "end" not in lines[-1]:
        words = last_words.decode("utf-8", "replace").strip().splitlines()
        why = f": {words[-1]}" if words else f" (status {status})"
        raise QueryStopped(f"the query's process was ended by the system{why}")
    end = lines.pop()
    if end["end"] != "done":
        error = {"refused": QueryRefused, "stopped": QueryStopped}.get(end["end"], LogFailed)
        raise error(end["message"])
    columns, *rows = lines
    return Answer(columns["columns"], [[_value(cell) for cell in row] for row in rows], end["cut"])


def _value(cell: Any) -> Value:
    """A value as the child sent it: a blob is a list with its hexadecimal digits."""
    if isinstance(cell, list):
        return bytes.fromhex(cell[0])
    value: Value = cell
    return value
