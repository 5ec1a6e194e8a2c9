"""Which calls of a process are stopped before they happen: seccomp with user notification.

The kernel stops a process of ours, and whatever it starts, at each call that writes; whoever holds
the listener decides what becomes of it. Nothing has to be compiled, no privilege is needed, and all
calls are seen: Python's, SQLite's, ffmpeg's. Linux on x86-64.
"""

import ctypes
import platform
import sys
from typing import NamedTuple

PATHS, FD, OPENS = "paths", "fd", "opens"
O_CREAT = 0o100


class Kind(NamedTuple):
    """A system call that writes: where its file is named, and whether it may need room."""

    name: str
    how: str
    places: tuple[int, ...]
    needs_room: bool = True


KINDS = {
    1: Kind("write", FD, (0,)),
    2: Kind("open", OPENS, (0, 1)),
    18: Kind("pwrite64", FD, (0,)),
    20: Kind("writev", FD, (0,)),
    40: Kind("sendfile", FD, (0,)),
    74: Kind("fsync", FD, (0,), needs_room=False),
    75: Kind("fdatasync", FD, (0,), needs_room=False),
    76: Kind("truncate", PATHS, (0,)),
    77: Kind("ftruncate", FD, (0,)),
    82: Kind("rename", PATHS, (0, 1)),
    83: Kind("mkdir", PATHS, (0,)),
    84: Kind("rmdir", PATHS, (0,), needs_room=False),
    86: Kind("link", PATHS, (0, 1)),
    87: Kind("unlink", PATHS, (0,), needs_room=False),
    88: Kind("symlink", PATHS, (1,)),
    90: Kind("chmod", PATHS, (0,), needs_room=False),
    91: Kind("fchmod", FD, (0,), needs_room=False),
    257: Kind("openat", OPENS, (1, 2)),
    258: Kind("mkdirat", PATHS, (1,)),
    263: Kind("unlinkat", PATHS, (1,), needs_room=False),
    264: Kind("renameat", PATHS, (1, 3)),
    265: Kind("linkat", PATHS, (1, 3)),
    266: Kind("symlinkat", PATHS, (2,)),
    268: Kind("fchmodat", PATHS, (1,), needs_room=False),
    280: Kind("utimensat", PATHS, (1,), needs_room=False),
    285: Kind("fallocate", FD, (0,)),
    296: Kind("pwritev", FD, (0,)),
    316: Kind("renameat2", PATHS, (1, 3)),
    326: Kind("copy_file_range", FD, (2,)),
}
ARCH_X86_64 = 0xC000003E
NOTIFY, ALLOW = 0x7FC00000, 0x7FFF0000
LOAD, EQUAL, ANY_BIT, ANSWER = 0x20, 0x15, 0x45, 0x06
NUMBER_AT, ARCH_AT, FIRST_ARGUMENT_AT = 0, 4, 16
PR_SET_NO_NEW_PRIVS, SYS_SECCOMP, SET_FILTER, NEW_LISTENER = 38, 317, 1, 8


class Instruction(ctypes.Structure):
    """struct sock_filter"""

    _fields_ = (
        ("code", ctypes.c_ushort),
        ("yes", ctypes.c_ubyte),
        ("no", ctypes.c_ubyte),
        ("value", ctypes.c_uint),
    )


class Program(ctypes.Structure):
    """struct sock_fprog"""

    _fields_ = (("count", ctypes.c_ushort), ("instructions", ctypes.POINTER(Instruction)))


def program() -> list[tuple[int, int, int, int]]:
    """The filter: what writes is told, everything else is allowed."""
    lines = [(LOAD, 0, 0, ARCH_AT), (EQUAL, 1, 0, ARCH_X86_64), (ANSWER, 0, 0, ALLOW)]
    lines.append((LOAD, 0, 0, NUMBER_AT))
    for number, kind in KINDS.items():
        if kind.how == OPENS:
            flags_at = FIRST_ARGUMENT_AT + 8 * kind.places[1]
            lines += [(EQUAL, 0, 4, number), (LOAD, 0, 0, flags_at), (ANY_BIT, 0, 1, O_CREAT)]
            lines += [(ANSWER, 0, 0, NOTIFY), (ANSWER, 0, 0, ALLOW)]
        else:
            lines += [(EQUAL, 0, 1, number), (ANSWER, 0, 0, NOTIFY)]
    return [*lines, (ANSWER, 0, 0, ALLOW)]


def supported() -> bool:
    """Whether this machine is one whose calls we know."""
    return sys.platform == "linux" and platform.machine() == "x86_64"


def listen() -> int:
    """Stop this process, and all it starts, at each writing call; the listener's descriptor.

    Raises OSError where the kernel does not allow it.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    lines = program()
    instructions = (Instruction * len(lines))(*(Instruction(*line) for line in lines))
    whole = Program(len(lines), instructions)
    listener = int(libc.syscall(SYS_SECCOMP, SET_FILTER, NEW_LISTENER, ctypes.byref(whole)))
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp with user notification")
    return listener
