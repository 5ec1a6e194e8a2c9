"""What a log may stand on: a SQLite without known faults, a disk of this machine."""

import os
from pathlib import Path

import apsw

from eventstore.errors import LogFailed, NotALog

SQLITE_MIN = (3, 51, 3)
"""Before it, a WAL that begins again could lose what was committed."""
MOUNTS = Path("/proc/self/mountinfo")
NETWORK = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "lustre", "glusterfs", "fuse.glusterfs",
     "fuse.sshfs", "fuse.rclone", "fuse.s3fs")
)  # fmt: skip
"""Their locks and shared memory do not hold between machines, and often not on one."""


def refuse_old_sqlite() -> None:
    """Raises LogFailed where apsw carries a SQLite that may lose what it has committed."""
    version = apsw.sqlite_lib_version()
    if tuple(int(part) for part in version.split(".")[:3]) < SQLITE_MIN:
        wanted = ".".join(map(str, SQLITE_MIN))
        raise LogFailed(
            f"apsw carries SQLite {version}, which can lose what it has written; reelog needs "
            f"{wanted} or newer: pip install --upgrade apsw"
        )


def refuse_network_disk(folder: Path) -> None:
    """Raises LogFailed for a folder whose disk is another machine's."""
    kind = kind_of_disk(folder)
    if kind in NETWORK:
        raise LogFailed(
            f"{folder} lies on a network file system ({kind}), where a log cannot be kept safe; "
            "choose a --home on a disk of this machine"
        )


def kind_of_disk(folder: Path) -> str:
    """The file system's type as the kernel names it; empty where it does not say."""
    device = folder.stat().st_dev
    name = f"{os.major(device)}:{os.minor(device)}"
    try:
        mounts = MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    kinds = [
        line.partition(" - ")[2].split()[0]
        for line in mounts.splitlines()
        if line.split()[2:3] == [name] and " - " in line
    ]
    return kinds[-1] if kinds else ""


def refuse_file_as_home(home: Path) -> None:
    """Raises NotALog where a home would have to be a folder, and is none."""
    if os.path.lexists(home) and not home.is_dir():
        raise NotALog(f"{home} is no folder; choose another --home")
