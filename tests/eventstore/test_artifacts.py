import errno
import hashlib
import os
import stat

import pytest

from eventstore.artifacts import full_disk_is_ours
from eventstore.errors import DiskFull, LogFailed
from eventstore.leases import WorkerLock

SHA = hashlib.sha256(b"picture").hexdigest()


@pytest.fixture
def store(home):
    return home.artifacts


def keep(store, content=b"picture", media_type="image/png", worker="w"):
    temporary = store.temporary(worker, media_type)
    temporary.write_bytes(content)
    return store.keep(temporary, media_type)


def test_an_artifact_is_named_by_its_content(store):
    assert keep(store) == (SHA, 7)
    assert store.path(SHA, "image/png").read_bytes() == b"picture"
    assert store.path(SHA, "image/png").relative_to(store.root).parts == (SHA[:2], f"{SHA}.png")


def test_an_artifact_cannot_be_written(store):
    keep(store)

    assert stat.S_IMODE(store.path(SHA, "image/png").stat().st_mode) == 0o444


def test_keeping_leaves_no_temporary_file(store):
    keep(store)

    assert list((store.root / "tmp").iterdir()) == []


def test_the_same_content_is_kept_once(store):
    keep(store)
    inode = store.path(SHA, "image/png").stat().st_ino

    assert keep(store) == (SHA, 7)

    assert store.path(SHA, "image/png").stat().st_ino == inode
    assert list((store.root / "tmp").iterdir()) == []


def test_a_damaged_artifact_is_healed_by_its_next_making(store):
    keep(store)
    path = store.path(SHA, "image/png")
    path.unlink()
    path.write_bytes(b"picturf")

    keep(store)

    assert store.holds(SHA, "image/png")


def test_a_missing_artifact_is_not_held(store):
    assert not store.holds(SHA, "image/png")


def test_a_damaged_artifact_is_not_held(store):
    keep(store)
    path = store.path(SHA, "image/png")
    path.unlink()
    path.write_bytes(b"picturf")

    assert not store.holds(SHA, "image/png")


def test_an_empty_file_is_an_artifact_too(store):
    sha256, size = keep(store, b"")

    assert size == 0
    assert store.holds(sha256, "image/png")


def test_an_unknown_media_type_is_kept_as_bytes(store):
    sha256, _ = keep(store, media_type="model/thing")

    assert store.path(sha256, "model/thing").suffix == ".bin"


def test_temporary_names_never_repeat(store):
    assert store.temporary("w", "image/png") != store.temporary("w", "image/png")


def test_temporary_files_of_dead_workers_are_swept(home, store):
    store.temporary("dead", "image/png").write_bytes(b"half")

    assert store.sweep(home.locks) == 1
    assert list((store.root / "tmp").iterdir()) == []


def test_temporary_files_of_living_workers_are_kept(home, store):
    lock = WorkerLock(home.locks)
    mine = store.temporary(lock.name, "image/png")
    mine.write_bytes(b"half")

    assert store.sweep(home.locks) == 0
    assert mine.exists()
    lock.close()


def test_sweeping_an_empty_store_is_nothing(home, store):
    assert store.sweep(home.locks) == 0


def test_everything_is_durable_before_keep_returns(store, monkeypatch):
    done = []
    sync, rename = os.fsync, type(store.root).rename

    def syncing(descriptor):
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        done.append("folder synced" if is_folder else "file synced")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(
        type(store.root), "rename", lambda a, b: (done.append("renamed"), rename(a, b))
    )
    temporary = store.temporary("w", "image/png")
    temporary.write_bytes(b"picture")
    store.path(SHA, "image/png").parent.mkdir(parents=True)
    done.clear()

    store.keep(temporary, "image/png")

    assert done == ["file synced", "folder synced", "renamed", "folder synced"]


@pytest.mark.parametrize(
    ("number", "ours"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EIO, LogFailed),
        (errno.EROFS, LogFailed),
    ],
)
def test_a_disk_that_fails_is_nobodys_fault(tmp_path, number, ours):
    with pytest.raises(ours, match=str(tmp_path)), full_disk_is_ours(tmp_path):
        raise OSError(number, "failed")


def test_any_other_error_stays_what_it_is(tmp_path):
    with pytest.raises(FileNotFoundError), full_disk_is_ours(tmp_path):
        (tmp_path / "none").read_bytes()
