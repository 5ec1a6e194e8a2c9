"""What a log may stand on: a SQLite without known faults, a disk of this machine."""

import os

import apsw
import pytest

from eventstore import ground
from eventstore.errors import LogFailed
from projections.events import TYPES


@pytest.mark.parametrize("version", ["3.40.1", "3.51.2"])
def test_a_sqlite_with_a_known_fault_is_refused_in_a_sentence(home, monkeypatch, version):
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: version)

    with pytest.raises(LogFailed, match=rf"SQLite {version}, .* needs 3\.51\.3 or newer: pip"):
        home.open(TYPES)


@pytest.mark.parametrize("version", ["3.51.3", "3.54.1", "4.0.0"])
def test_a_sound_sqlite_is_taken(monkeypatch, version):
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: version)

    ground.refuse_old_sqlite()


def mounted_as(kind, folder, monkeypatch, tmp_path):
    """The kernel says that the folder's disk is of that kind."""
    device = folder.stat().st_dev
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "21 1 9:9 / /proc rw - proc proc rw\n"
        f"36 21 {os.major(device)}:{os.minor(device)} / /mnt rw shared:1 - {kind} server:/ rw\n"
    )
    monkeypatch.setattr(ground, "MOUNTS", mounts)


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "fuse.sshfs"])
def test_a_new_log_on_a_network_file_system_is_refused_in_words(home, monkeypatch, tmp_path, kind):
    mounted_as(kind, tmp_path, monkeypatch, tmp_path)

    with pytest.raises(LogFailed, match=rf"network file system \({kind}\), where a log cannot"):
        home.open(TYPES)

    assert not home.has_log()


def test_a_log_on_a_network_file_system_is_read_and_not_written(home, monkeypatch, tmp_path):
    home.open(TYPES).close()
    mounted_as("nfs4", tmp_path, monkeypatch, tmp_path)

    with home.reader() as reader:
        assert reader.query("SELECT count(*) AS events FROM events") == [{"events": 0}]
    with pytest.raises(LogFailed, match="choose a --home on a disk of this machine"):
        home.open_existing(TYPES)


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "tmpfs", "overlay"])
def test_a_disk_of_this_machine_is_taken(home, monkeypatch, tmp_path, kind):
    mounted_as(kind, tmp_path, monkeypatch, tmp_path)

    with home.open(TYPES) as log:
        assert log.head().global_position == 0


def test_where_the_kernel_says_nothing_nothing_is_refused(home, monkeypatch, tmp_path):
    monkeypatch.setattr(ground, "MOUNTS", tmp_path / "nothing")

    with home.open(TYPES) as log:
        assert log.head().global_position == 0
