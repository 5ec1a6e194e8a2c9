"""Child processes end when they must."""

import errno
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from gpu.child import Child, run
from gpu.errors import ToolFailed

PYTHON = [sys.executable, "-I", "-S", "-c"]
linux = pytest.mark.skipif(sys.platform != "linux", reason="leashes are Linux's")


def ended(pidfd: int) -> bool:
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(10_000))


def test_what_a_child_prints_is_returned():
    assert run([*PYTHON, "print(input(), end='')"], feed=b"abc\n") == b"abc"


def test_a_failure_carries_the_last_words():
    with pytest.raises(ToolFailed, match=r"^tool ended with status 3: it broke$"):
        run([*PYTHON, "import sys; print('it broke', file=sys.stderr); sys.exit(3)"], name="tool")


def test_a_crash_names_the_signal():
    with pytest.raises(ToolFailed, match="was killed by signal 11"):
        run([*PYTHON, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"])


def test_endless_complaints_are_kept_bounded():
    with pytest.raises(ToolFailed) as error:
        run([*PYTHON, "import sys; sys.stderr.write('x' * 9_000_000); sys.exit(1)"])

    assert len(str(error.value)) < 1_000


def test_a_full_disk_in_a_child_is_a_full_disk():
    with pytest.raises(OSError, match="space") as error:
        run(["dd", "if=/dev/zero", "of=/dev/full", "bs=1", "count=1"])

    assert error.value.errno == errno.ENOSPC


def test_a_child_that_stops_reading_says_why():
    with (
        Child([*PYTHON, "import sys; sys.exit('no appetite')"], feeds=True) as child,
        pytest.raises(ToolFailed, match="no appetite"),
    ):
        child.write(b"x" * 100_000_000)


def test_a_program_that_is_not_there_is_a_tool_that_failed():
    with pytest.raises((ToolFailed, FileNotFoundError), match="No such file"):
        run(["/nowhere/tool"])


@linux
@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_exception_kills_the_child(error):
    child = Child(["sleep", "600"])
    pidfd = os.pidfd_open(child.pid)

    with suppress(error), child:
        raise error

    assert ended(pidfd)
    os.close(pidfd)


@linux
def test_a_child_dies_with_a_killed_parent():
    code = (
        "from gpu.child import Child\n"
        "with Child(['sh', '-c', 'echo on; exec sleep 600'], reads=True) as child:\n"
        "    child.read(3)\n"  # the leash is on once the program itself runs
        "    print(child.pid, flush=True)\n"
        "    child.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    with parent:
        child = os.pidfd_open(int(parent.stdout.readline()))

        parent.send_signal(signal.SIGKILL)

        assert ended(child)
        os.close(child)
