"""Files say how they were made: what their command covers, and nothing else."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gpu import metadata, png_text
from gpu.briefs import ImageBrief, VideoBrief
from gpu.ffmpeg import FrameWriter

BRIEF = ImageBrief(
    prompt='a lighthouse, "end" of the world\nnew line, ünï 灯台',
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
    settings={"steps": 9, "guidance": 5.0, "scheduler": "EulerDiscreteScheduler"},
    running={"model": "somebody/model", "revision": "abc", "where": "/home/me/secret"},
)
CLIP = VideoBrief(
    image=Path("/home/me/picture.png"),
    motion_prompt="slow; waves = 3 # \\ back",
    camera="pan left",
    seed=3,
    width=64,
    height=32,
    frames=4,
    fps=4,
    transition_frames=1,
    settings={"steps": 4},
    running={"model": "m"},
)


def png(folder: Path, brief: ImageBrief = BRIEF) -> Path:
    out = folder / "out.png"
    texts = metadata.png_texts(brief, brief.prompt, metadata.facts(brief))
    png_text.write(out, np.zeros((32, 64, 3), np.uint8), texts)
    return out


def mp4(folder: Path, brief: VideoBrief = CLIP) -> Path:
    out = folder / "out.mp4"
    with FrameWriter(
        out, width=64, height=32, fps=4, keyframes=(0,), pixel_format="rgb24",
        more=metadata.mp4_options(metadata.facts(brief)),
    ) as writer:  # fmt: skip
        for _ in range(4):
            writer.write(np.zeros((32, 64, 3), np.uint8))
    return out


def test_a_picture_says_what_it_was_made_from(tmp_path):
    found = metadata.read(png(tmp_path))

    assert found == metadata.facts(BRIEF)
    assert found["prompt"] == BRIEF.prompt
    assert found["settings"] == dict(BRIEF.settings)
    assert (found["model"], found["revision"], found["seed"]) == ("somebody/model", "abc", 7)


def test_a_clip_says_what_it_was_made_from(tmp_path):
    assert metadata.read(mp4(tmp_path)) == metadata.facts(CLIP)


@pytest.mark.parametrize("make", [png, mp4])
def test_the_same_command_gives_the_same_bytes(make, tmp_path):
    assert make(tmp_path).read_bytes() == make(tmp_path).read_bytes()


@pytest.mark.parametrize("make", [png, mp4])
def test_no_path_of_this_machine_stands_in_a_file(make, tmp_path):
    assert b"/home/me" not in make(tmp_path).read_bytes()


def test_how_it_was_run_does_not_stand_in_it():
    other = replace(BRIEF, running={**BRIEF.running, "memory.ladder": "evict"})

    assert metadata.facts(other) == metadata.facts(BRIEF)


def test_other_tools_find_the_parameters_in_their_places():
    first, second, third = metadata.parameters(BRIEF, BRIEF.prompt).splitlines()

    assert first == 'a lighthouse, "end" of the world new line, ünï 灯台'
    assert second == "Negative prompt: text, watermark"
    assert dict(part.split(": ") for part in third.split(", ")) == {
        "Steps": "9",
        "Sampler": "EulerDiscreteScheduler",
        "CFG scale": "5.0",
        "Seed": "7",
        "Size": "64x32",
        "Model": "somebody/model",
        "Version": "reelog",
    }


def test_without_a_negative_prompt_there_is_no_line_for_it():
    text = metadata.parameters(replace(BRIEF, negative_prompt=""), "x")

    assert text.splitlines()[1].startswith("Steps: 9")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffiTXt",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0eiTXtreelog\0\0\0\0\0[1]xxxx",
        b"not a picture at all",
    ],
)
@pytest.mark.parametrize("name", ["x.png", "x.mp4"])
def test_a_file_that_says_nothing_we_understand_says_nothing(data, name, tmp_path):
    path = tmp_path / name
    path.write_bytes(data)

    assert metadata.read(path) is None


def test_a_file_that_is_not_there_says_nothing(tmp_path):
    assert metadata.read(tmp_path / "x.png") is None


def test_with_no_metadata_asked_a_file_is_to_say_nothing():
    from gpu.profile import load, without_metadata

    stages = without_metadata(load("tiny")).stages

    assert stages["image"].settings["metadata"] is False
    assert stages["video"].settings["metadata"] is False
    assert "metadata" not in stages["film"].settings
    assert metadata.wanted(BRIEF)
    assert not metadata.wanted(replace(BRIEF, settings=stages["image"].settings))
