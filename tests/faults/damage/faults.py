"""Damage to one file, chosen by a seed: bits, bytes, pages, lengths, heads of SQLite's files."""

from collections.abc import Callable
from pathlib import Path
from random import Random

PAGE_BYTES = 4096
Damage = Callable[[Path, Random], None]


def flip(path: Path, dice: Random, bits: int = 1) -> None:
    """Flip bits anywhere."""
    data = bytearray(path.read_bytes())
    for _ in range(bits):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    _write(path, bytes(data))


def _write(path: Path, data: bytes) -> None:
    """The same file with other content; its links keep theirs."""
    path.unlink()
    path.write_bytes(data)


def flip_many(path: Path, dice: Random) -> None:
    """As after a bad cable."""
    flip(path, dice, dice.choice((4, 32, 256)))


def cut(path: Path, dice: Random) -> None:
    """Only its beginning is there."""
    data = path.read_bytes()
    _write(path, data[: dice.randrange(len(data))])


def empty(path: Path, dice: Random) -> None:  # noqa: ARG001
    """Nothing is left in it."""
    _write(path, b"")


def grow(path: Path, dice: Random) -> None:
    """Foreign bytes behind its end."""
    _write(path, path.read_bytes() + dice.randbytes(dice.choice((1, 100, PAGE_BYTES))))


def zero_page(path: Path, dice: Random) -> None:
    """A page that was never written."""
    data = path.read_bytes()
    at = dice.randrange(max(1, len(data) // PAGE_BYTES)) * PAGE_BYTES
    _write(path, data[:at] + bytes(len(data[at : at + PAGE_BYTES])) + data[at + PAGE_BYTES :])


def swap_pages(path: Path, dice: Random) -> None:
    """A page that was written to another's place."""
    data = path.read_bytes()
    pages = max(1, len(data) // PAGE_BYTES)
    one, other = (dice.randrange(pages) * PAGE_BYTES for _ in range(2))
    moved = data[one : one + PAGE_BYTES]
    _write(path, data[:other] + moved + data[other + len(moved) :])


def noise(path: Path, dice: Random) -> None:
    """A sector of other bytes."""
    data = path.read_bytes()
    at = dice.randrange(len(data))
    _write(path, data[:at] + dice.randbytes(len(data[at : at + 512])) + data[at + 512 :])


def head(path: Path, dice: Random) -> None:
    """Any field of SQLite's head: page size, versions, counts, free pages, application id …"""
    data = bytearray(path.read_bytes())
    at = dice.randrange(min(100, len(data)))
    value = dice.choice((b"\0", b"\x01", b"\x7f", b"\xff", b"\xff\xff", b"\xff\xff\xff\xff"))
    data[at : at + len(value)] = value
    _write(path, bytes(data))


def claim(path: Path, dice: Random) -> None:
    """A record that says it is gigabytes long, somewhere in a page."""
    data = bytearray(path.read_bytes())
    at = dice.randrange(max(1, len(data) - 9))
    data[at : at + 9] = b"\xff" * dice.choice((3, 5, 9))
    _write(path, bytes(data))


DAMAGES: tuple[Damage, ...] = (
    flip, flip, flip, flip_many, cut, empty, grow, zero_page, swap_pages, noise, head, claim,
)  # fmt: skip
