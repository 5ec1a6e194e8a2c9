"""Files say how they were made: what their command covers, and nothing else."""

import json
import os
import re
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from gpu import metadata, png_text
from gpu.briefs import ImageBrief, VideoBrief
from gpu.ffmpeg import FrameWriter
from gpu.recipe import FORMER_KEYWORD, read_recipe
from tests.gpu.pictures import draw, image, move

COMMIT = "0123456789abcdef0123456789abcdef01234567"
BRIEF = ImageBrief(
    prompt='a lighthouse, "end" of the world\nNegative prompt: none\0, ünï 灯台 = ; # \\',
    negative_prompt="text, watermark",
    style="gouache",
    shot_size="wide",
    angle="",
    lighting="dusk",
    camera="static",
    place="coast",
    seed=7,
    width=64,
    height=32,
    settings={
        "steps": 9,
        "guidance": 5.0,
        "scheduler": "EulerDiscreteScheduler",
        "loras": f"grain@0.8#{'a' * 64},ink@1#{'b' * 64}",
    },
    running={"model": "tiny:model", "revision": COMMIT, "where": "/home/me/secret"},
)
CLIP = VideoBrief(
    image=Path("/home/me/picture.png"),
    motion_prompt='slow; waves = 3 # \\ "back"\nünï\0灯台',
    camera="pan left",
    seed=3,
    width=64,
    height=32,
    frames=4,
    fps=4,
    transition_frames=1,
    settings={"steps": 4},
    running={"model": "m", "image_raw_sha256": "c" * 64, "checkpoint": "/home/me/x"},
)
BLACK = np.zeros((32, 64, 3), np.uint8)


def png(folder: Path, brief: ImageBrief = BRIEF) -> Path:
    out = folder / "out.png"
    metadata.write_png(out, BLACK, metadata.facts(brief, "diffusers"), brief.prompt)
    return out


def mp4(folder: Path, brief: VideoBrief = CLIP) -> Path:
    out = folder / "out.mp4"
    with FrameWriter(
        out, width=64, height=32, fps=4, keyframes=(0,), pixel_format="rgb24",
        more=metadata.mp4_options(metadata.facts(brief, "diffusers")),
    ) as writer:  # fmt: skip
        for _ in range(4):
            writer.write(BLACK)
    return out


def as_a1111_reads(text: str) -> dict[str, str]:
    """How the pictures of A1111 are read: the last line has the numbers, the rest is prompts."""
    *lines, last = text.strip().split("\n")
    pairs = re.findall(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)', last)
    found = {key: json.loads(value) if value[:1] == '"' else value for key, value in pairs}
    prompt, _, negative = "\n".join(lines).partition("\nNegative prompt: ")
    return found | {"Prompt": prompt, "Negative prompt": negative}


def test_a_picture_says_what_it_was_made_from(tmp_path):
    found = metadata.read(png(tmp_path))

    assert found == metadata.facts(BRIEF, "diffusers")
    assert (found["kind"], found["backend"], found["seed"]) == ("image", "diffusers", 7)
    assert (found["model"], found["revision"]) == ("tiny:model", COMMIT)
    assert (found["prompt"], found["settings"]) == (BRIEF.prompt, dict(BRIEF.settings))


def test_a_clip_says_what_it_was_made_from(tmp_path):
    found = metadata.read(mp4(tmp_path))

    assert found == metadata.facts(CLIP, "diffusers")
    assert (found["motion_prompt"], found["frames"]) == (CLIP.motion_prompt, 4)


def test_a_clip_names_its_picture_by_content(tmp_path):
    assert metadata.read(mp4(tmp_path))["image_raw_sha256"] == "c" * 64


def test_a_name_says_what_it_stands_for_whatever_the_file_is_called(tmp_path):
    moved = png(tmp_path).rename(tmp_path / "x.mp4")

    assert metadata.read(moved) == metadata.facts(BRIEF, "diffusers")


@pytest.mark.parametrize("make", [png, mp4])
def test_the_same_command_gives_the_same_bytes(make, tmp_path):
    assert make(tmp_path).read_bytes() == make(tmp_path).read_bytes()


@pytest.mark.parametrize("make", [png, mp4])
def test_no_path_of_this_machine_stands_in_a_file(make, tmp_path):
    assert b"/home/me" not in make(tmp_path).read_bytes()


def test_how_it_was_run_does_not_stand_in_it():
    other = replace(BRIEF, running={**BRIEF.running, "memory.ladder": "evict"})

    assert metadata.facts(other, "diffusers") == metadata.facts(BRIEF, "diffusers")


def test_other_tools_find_the_parameters_in_their_places(tmp_path):
    with Image.open(png(tmp_path)) as picture:
        found = as_a1111_reads(picture.text["parameters"])  # type: ignore[attr-defined]

    assert found == {
        "Prompt": 'a lighthouse, "end" of the world Negative prompt: none , ünï 灯台 = ; # \\',
        "Negative prompt": "text, watermark",
        "Steps": "9",
        "Sampler": "EulerDiscreteScheduler",
        "CFG scale": "5.0",
        "Seed": "7",
        "Size": "64x32",
        "Model": "tiny:model",
        "Model hash": COMMIT[:10],
        "Lora hashes": "grain: aaaaaaaaaa, ink: bbbbbbbbbb",
        "Version": "reelog",
    }


def test_a_branch_is_no_hash_of_a_model():
    brief = replace(BRIEF, running={"model": "m", "revision": "main"})

    assert "Model hash" not in metadata.parameters(metadata.facts(brief, "diffusers"))


def test_without_a_negative_prompt_there_is_no_line_for_it():
    said = metadata.facts(replace(BRIEF, negative_prompt=""), "diffusers")

    assert metadata.parameters(said).splitlines()[1].startswith("Steps: 9")


def test_a_word_that_is_no_unicode_comes_back(tmp_path):
    brief = replace(BRIEF, prompt="half a \ud83d pair")

    assert metadata.read(png(tmp_path, brief))["prompt"] == brief.prompt


def test_a_prompt_too_long_for_a_command_line_stops_no_clip(tmp_path):
    out = mp4(tmp_path, replace(CLIP, motion_prompt="wave " * 40_000))

    assert metadata.read(out) is None


def chunk(kind: bytes, body: bytes, length: int | None = None) -> bytes:
    claimed = len(body) if length is None else length
    return struct.pack(">I", claimed) + kind + body + b"crc!"


def box(kind: bytes, body: bytes, length: int | None = None) -> bytes:
    return struct.pack(">I", 8 + len(body) if length is None else length) + kind + body


def tagged(value: bytes, length: int | None = None) -> bytes:
    tag = box(b"\xa9cmt", box(b"data", bytes(8) + value, length))
    meta = box(b"meta", bytes(4) + box(b"ilst", tag))
    return box(b"ftyp", b"isom") + box(b"moov", box(b"udta", meta))


DEEP = b'{"reelog":' + b"[" * 500_000
HOSTILE = {
    "empty": b"",
    "a signature": png_text.SIGNATURE,
    "half a signature": png_text.SIGNATURE[:5],
    "a chunk of 4 GiB": png_text.SIGNATURE + chunk(b"tEXt", b"reelog\0{}", 0xFFFFFFFF),
    "a text cut off": png_text.SIGNATURE + chunk(b"iTXt", b"reelog\0\0\0\0", 200),
    "a list": png_text.SIGNATURE + chunk(b"iTXt", b"reelog\0\0\0\0\0[1]"),
    "compressed": png_text.SIGNATURE + chunk(b"iTXt", b"reelog\0\1\0\0\0x\x9c"),
    "no fields": png_text.SIGNATURE + chunk(b"iTXt", b"reelog\0"),
    "deep": png_text.SIGNATURE + chunk(b"tEXt", b"reelog\0" + DEEP),
    "a great number": png_text.SIGNATURE + chunk(b"tEXt", b'reelog\0{"x":' + b"9" * 5000 + b"}"),
    "too long": png_text.SIGNATURE + chunk(b"tEXt", b"reelog\0{}" + b" " * png_text.TEXT_BYTES_MAX),
    "chunks without end": png_text.SIGNATURE + chunk(b"IDAT", b"") * 70_000,
    "somebody's comment": tagged(b"made by hand"),
    "somebody's JSON": tagged(b'{"nodes": {"1": "KSampler"}}'),
    "our key, no object": tagged(b'{"reelog": "yes"}'),
    "deep in a film": tagged(DEEP),
    "too long in a film": tagged(b'{"reelog": {}}' + b" " * png_text.TEXT_BYTES_MAX),
    "a box of 4 GiB": tagged(b'{"reelog": {}}', 0xFFFFFFFF),
    "a box of 3 bytes": tagged(b'{"reelog": {}}', 3),
    "a film cut off": tagged(b'{"reelog": {}}')[:-5],
    "boxes without end": box(b"free", b"") * 70_000,
    "no picture at all": b"not a picture at all",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_file_that_says_nothing_we_understand_says_nothing(data, tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(data)

    assert metadata.read(path) is None


@pytest.mark.parametrize("make", [png, mp4])
def test_a_file_cut_off_anywhere_raises_nothing(make, tmp_path):
    whole = make(tmp_path).read_bytes()
    cut = tmp_path / "cut"

    for length in range(0, len(whole), 7):
        cut.write_bytes(whole[:length])
        metadata.read(cut)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")

    assert metadata.read(tmp_path / "pipe.png") is None


@pytest.mark.parametrize("name", ["nothing.png", ".", "nul\0l"])
def test_what_is_no_file_says_nothing(name, tmp_path):
    assert metadata.read(tmp_path / name) is None


def test_a_picture_saved_again_by_another_tool_still_says_it(tmp_path):
    texts = PngImagePlugin.PngInfo()
    with Image.open(png(tmp_path)) as picture:
        for key, text in picture.text.items():  # type: ignore[attr-defined]
            texts.add_text(key, text)
        picture.save(tmp_path / "again.png", pnginfo=texts)

    assert metadata.read(tmp_path / "again.png") == metadata.facts(BRIEF, "diffusers")


def test_a_picture_without_its_texts_has_the_same_pixels_and_no_word(tmp_path):
    out = png(tmp_path)
    bare = tmp_path / "bare.png"

    bare.write_bytes(png_text.without_texts(out) or b"")

    assert png_text.read(bare) == {}
    assert b"lighthouse" not in bare.read_bytes()
    with Image.open(out) as one, Image.open(bare) as other:
        assert one.tobytes() == other.tobytes()


def test_a_picture_without_texts_is_left_as_it_is(tmp_path):
    metadata.write_png(tmp_path / "x.png", BLACK, {})

    assert png_text.without_texts(tmp_path / "x.png") is None


def test_a_drawn_panel_is_read_as_the_pictures_of_models_are(tmp_path):
    out, _ = draw(tmp_path)

    found = metadata.read(out)

    assert (found["backend"], found["kind"], found["prompt"]) == (
        "animatic",
        "image",
        image().prompt,
    )


def test_a_panel_of_an_earlier_version_is_still_drawn_again(tmp_path):
    said = {**metadata.facts(image(), ""), "angle": image().angle, "slate": ""}
    former = {key: said[key] for key in said if key not in ("version", "kind", "backend")}
    texts = {FORMER_KEYWORD: json.dumps({"version": 1, "brief": former})}
    png_text.write(tmp_path / "panel.png", BLACK, texts)

    assert read_recipe(tmp_path / "panel.png") == image()


def test_a_picture_of_a_model_is_no_recipe(tmp_path):
    assert read_recipe(png(tmp_path)) is None


@pytest.mark.parametrize("change", [{"width": "wide"}, {"settings": []}, {"prompt": None}])
def test_a_recipe_with_other_kinds_of_values_is_none(change, tmp_path):
    said = {**metadata.facts(image(), "animatic"), **change}
    png_text.write(tmp_path / "x.png", BLACK, metadata.own_text(said))

    assert read_recipe(tmp_path / "x.png") is None


def test_a_drawn_clip_says_what_it_was_made_from_or_nothing(tmp_path):
    panel, _ = draw(tmp_path)

    said, loud = move(panel, tmp_path, frames=2)
    found = metadata.read(said)
    silent, quiet = move(panel, tmp_path, frames=2, settings={"metadata": False})

    assert (found["kind"], found["backend"], found["camera"]) == ("video", "animatic", "pan right")
    assert metadata.read(silent) is None
    assert loud.raw_sha256 == quiet.raw_sha256


def test_with_no_metadata_asked_every_stage_that_writes_one_is_told():
    from gpu.profile import load, without_metadata

    for name in ("tiny", "animatic"):
        stages = without_metadata(load(name)).stages
        told = {kind for kind, one in stages.items() if one.settings.get("metadata") is False}
        assert told == {"image", "video", "film"}

    assert metadata.wanted(BRIEF)
    assert not metadata.wanted(replace(BRIEF, settings={"metadata": False}))
