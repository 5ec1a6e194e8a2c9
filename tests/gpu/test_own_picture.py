"""Pictures of the user's own: what is taken, what is left behind, what is refused in words."""

import os
import struct
import zlib
from hashlib import sha256
from io import BytesIO

import pytest
from PIL import Image

from gpu.errors import BriefRefused
from gpu.own_picture import read_own_picture


def picture(size=(96, 80), mode="RGB", color=(10, 200, 30)):
    return Image.new(mode, size, color)


def encoded(image, name="PNG", **options):
    out = BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is so large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def test_a_picture_is_kept_as_its_pixels(tmp_path):
    path = tmp_path / "mira.png"
    picture().save(path)

    own = read_own_picture(path)

    assert (own.width, own.height) == (96, 80)
    assert own.raw_sha256 == sha256(picture().tobytes()).hexdigest()
    assert Image.open(BytesIO(own.png)).tobytes() == picture().tobytes()


@pytest.mark.parametrize("name", ["JPEG", "WEBP"])
def test_jpeg_and_webp_are_pictures_too(tmp_path, name):
    path = tmp_path / "mira"
    path.write_bytes(encoded(picture(), name))

    assert read_own_picture(path).width == 96


def test_a_picture_that_lies_on_its_side_is_put_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "mira.jpg"
    path.write_bytes(encoded(picture(), "JPEG", exif=exif))

    own = read_own_picture(path)

    assert (own.width, own.height) == (80, 96)


def test_nothing_of_where_and_with_what_it_was_taken_is_kept(tmp_path):
    exif = Image.Exif()
    exif[0x010F] = "a camera of mine"
    path = tmp_path / "mira.jpg"
    path.write_bytes(encoded(picture(), "JPEG", exif=exif, comment=b"my address"))

    own = read_own_picture(path)

    assert b"a camera of mine" not in own.png
    assert b"my address" not in own.png


def test_what_is_transparent_is_white(tmp_path):
    path = tmp_path / "mira.png"
    picture(mode="RGBA", color=(0, 0, 0, 0)).save(path)

    own = read_own_picture(path)

    assert own.raw_sha256 == sha256(b"\xff" * 96 * 80 * 3).hexdigest()


HOSTILE = {
    "a bomb": (png_of(60_000, 60_000), "pixels"),
    "a large one": (png_of(9_000, 9_000), "9000 × 9000 pixels"),
    "a truncated one": (encoded(picture((400, 300)))[:200], "cannot be read as a picture"),
    "one without pixels": (png_of(100, 100), "cannot be read as a picture"),
    "a very long one": (encoded(picture((640, 64))), "640 × 64 pixels"),
    "a tiny one": (encoded(picture((8, 8))), "8 × 8 pixels"),
    "a text": (b"#!/bin/sh\nrm -rf /\n", "is no picture that is known here"),
    "nothing": (b"", "is no picture that is known here"),
    "another format": (encoded(picture(), "BMP"), "is no picture that is known here"),
    "an svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is no picture that is known here"),
    "a moving one": (
        encoded(picture(), save_all=True, append_images=[picture(color=(1, 2, 3))]),
        "moves",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_sound_picture_is_refused_in_words(tmp_path, name):
    data, why = HOSTILE[name]
    path = tmp_path / "mira.png"
    path.write_bytes(data)

    with pytest.raises(BriefRefused, match=f"{why}.*a PNG, JPEG or WebP"):
        read_own_picture(path)


def test_a_pipe_is_refused_and_nobody_waits_for_it(tmp_path):
    path = tmp_path / "mira.png"
    os.mkfifo(path)

    with pytest.raises(BriefRefused, match="no plain file"):
        read_own_picture(path)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(BriefRefused, match="is a folder"):
        read_own_picture(tmp_path)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(BriefRefused, match=r"mira\.png is not there"):
        read_own_picture(tmp_path / "mira.png")
