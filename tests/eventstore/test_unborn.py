"""What is written beside its place: whose it is, and what the dead left."""

import os
import subprocess
import sys

from eventstore.unborn import left_by_the_dead, unborn_beside


def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_no_two_processes_write_to_one_place(tmp_path):
    assert unborn_beside(tmp_path / "x.db").name == f".x.db.new-{os.getpid()}"


def test_what_a_dead_process_left_is_known_with_what_stands_beside_it(tmp_path):
    left = [tmp_path / f".x.db.new-{dead_pid()}{end}" for end in ("", "-journal", "-wal")]
    for one in left:
        one.touch()

    assert sorted(left_by_the_dead(tmp_path / "x.db")) == sorted(left)


def test_what_is_another_ones_is_left_alone(tmp_path):
    living = [f".x.db.new-{pid}" for pid in (os.getpid(), os.getppid())]
    for name in (*living, f".y.db.new-{dead_pid()}", ".x.db.new"):
        (tmp_path / name).touch()

    assert left_by_the_dead(tmp_path / "x.db") == []


def test_no_folder_has_nothing_left(tmp_path):
    assert left_by_the_dead(tmp_path / "nowhere" / "x.db") == []
