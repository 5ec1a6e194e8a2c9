"""Which text the project's own fonts can draw, and those fonts.

Shapes no script: what it cannot draw right it drops, so that no box ever stands for a letter.
"""

import re
import struct
import unicodedata
from functools import cache
from pathlib import Path

from PIL import ImageFont

FONTS = Path(__file__).with_name("fonts")
FILES = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}
SHAPED_FREE = (
    (0x20, 0x2AF),  # Latin, IPA
    (0x370, 0x58A),  # Greek, Cyrillic, Armenian
    (0x10A0, 0x10FF),  # Georgian
    (0x1E00, 0x1FFF),  # Latin and Greek with accents
    (0x2010, 0x205E),  # punctuation
    (0x20A0, 0x20BF),  # currencies
    (0x2100, 0x22FF),  # letter-like signs, numbers, arrows, mathematics
    (0x2500, 0x25FF),  # rules and shapes
)
HELD = frozenset("LNSP")
"""Unicode's major classes that show ink: letters, numbers, signs, punctuation."""

_DANGLING = " \t,;:·•–—-|/&+"


def drawable(text: str) -> str:
    """The part of `text` that the fonts really show; nothing else stays, not even its commas."""
    whole = unicodedata.normalize("NFC", text)
    known = _covered(bold=False) & _covered(bold=True)
    kept = "".join(letter if _shown(letter, known) else _gap(letter) for letter in whole)
    if "\0" in kept:
        kept = kept.replace("\0", "")
        kept = re.sub(r"\(\s*\)|\[\s*\]|«\s*»|“\s*”|\"\s*\"", " ", kept)
        kept = re.sub(r"\s+([,;:.!?])", r"\1", kept).strip(_DANGLING)
    return " ".join(kept.split())


def undrawable_scripts(text: str) -> tuple[str, ...]:
    """The scripts of the letters and signs that `drawable` leaves out, in their order.

    Named as Unicode names its characters: Devanagari, Arabic, CJK …
    """
    known = _covered(bold=False) & _covered(bold=True)
    found: dict[str, None] = {}
    for letter in unicodedata.normalize("NFC", text):
        if unicodedata.category(letter)[0] in "LNS" and ord(letter) not in known:
            found[_script(letter)] = None
    return tuple(found)


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "unknown signs").partition(" ")[0]
    if unicodedata.category(letter)[0] == "S":
        return "signs"
    return name if name == "CJK" else name.capitalize()


@cache
def font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The project's font in pixels. Basic layout: the same bits with and without libraqm."""
    path = FONTS / FILES[bold]
    return ImageFont.truetype(str(path), max(size, 4), layout_engine=ImageFont.Layout.BASIC)


def _shown(letter: str, known: frozenset[int]) -> bool:
    return letter == " " or (ord(letter) in known and unicodedata.category(letter)[0] in HELD)


def _gap(letter: str) -> str:
    """What a letter that cannot be drawn leaves: a space for a space, else a mark to clean up."""
    return " " if letter.isspace() or unicodedata.category(letter) == "Zs" else "\0"


@cache
def _covered(bold: bool) -> frozenset[int]:
    """Code points that the font file maps to a glyph and that need no shaping."""
    data = (FONTS / FILES[bold]).read_bytes()
    codes = _mapped(data, _table(data, b"cmap"))
    return frozenset(code for code in codes if any(a <= code <= b for a, b in SHAPED_FREE))


def _table(data: bytes, wanted: bytes) -> int:
    """Where a table of an OpenType file starts."""
    for row in range(struct.unpack_from(">H", data, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, 12 + 16 * row)
        if tag == wanted:
            return int(offset)
    raise ValueError(f"the font has no table {wanted!r}")


def _mapped(data: bytes, cmap: int) -> set[int]:
    """The code points of the Windows Unicode map (format 4: segments with a delta or an index)."""
    for row in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        platform, encoding, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * row)
        if (platform, encoding) == (3, 1):
            return _segments(data, cmap + offset)
    raise ValueError("the font has no Unicode map")


def _segments(data: bytes, start: int) -> set[int]:
    count = struct.unpack_from(">H", data, start + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", data, start + 14)
    first = start + 16 + 2 * count
    begins = struct.unpack_from(f">{count}H", data, first)
    deltas = struct.unpack_from(f">{count}H", data, first + 2 * count)
    places = first + 4 * count
    found = set()
    for index, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        place = places + 2 * index
        shift = struct.unpack_from(">H", data, place)[0]
        for code in range(begin, end + 1):
            glyph = code
            if shift:
                glyph = struct.unpack_from(">H", data, place + shift + 2 * (code - begin))[0]
            if glyph and (glyph + deltas[index]) & 0xFFFF and code != 0xFFFF:
                found.add(code)
    return found
