"""What comes back from ComfyUI becomes a picture or clip of the film."""

import json
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
import pytest

from gpu import png_text, probe
from gpu.comfyui import frames
from gpu.comfyui import workflow as flow
from gpu.comfyui.stage import ClipStage, PictureStage
from gpu.errors import BriefRefused, StageError
from gpu.metadata import read
from tests.comfyui.conftest import EXAMPLES, image_brief, on, video_brief, with_node

GROUND = flow.read(EXAMPLES / "ground.json")
STILL = flow.read(EXAMPLES / "still.json")


@pytest.fixture
def picture(tmp_path):
    """A red picture of another shape than the film."""
    path = tmp_path / "red.png"
    cv2.imwrite(str(path), np.full((50, 60, 3), (0, 0, 200), np.uint8))
    return path


def clip(server, picture, tmp_path, workflow=STILL, name="clip", **more):
    running = on(server, workflow, tmp_path, job=name)
    out = tmp_path / "clip.mp4"
    made = ClipStage().run(video_brief(picture, running, **more), out, lambda _: None)
    return made, out


def test_a_picture_is_rgb_at_the_films_size_with_seed_and_values_on_record(server, tmp_path):
    out = tmp_path / "made.png"

    made = PictureStage().run(image_brief(on(server, GROUND, tmp_path)), out, lambda _: None)

    pixels = cv2.imread(str(out))[:, :, ::-1]
    assert pixels.shape == (36, 64, 3)
    assert tuple(pixels[0, 0]) == (0x12, 0x34, 0x56)
    assert made.raw_sha256 == sha256(pixels.tobytes()).hexdigest()
    assert made.settings == {"bound.1.color": 0x123456, "bound.1.width": 64, "bound.1.height": 36}
    assert made.environment["workflow"] == GROUND
    assert made.environment["comfyui"]["version"] == "0.3.64"


def test_a_seed_beyond_what_the_node_takes_is_brought_into_its_range(server, tmp_path):
    brief = image_brief(on(server, GROUND, tmp_path, job="large"), seed=0x5_00000A)

    made = PictureStage().run(brief, tmp_path / "made.png", lambda _: None)

    assert made.settings["bound.1.color"] == 0x5_00000A % 0x1000000


def test_a_picture_of_another_size_fills_the_frame(server, tmp_path):
    brief = image_brief(
        on(server, GROUND, tmp_path, job="other size"), settings={"width": 100, "height": 100}
    )

    made = PictureStage().run(brief, tmp_path / "made.png", lambda _: None)

    assert (made.width, made.height, made.settings["bound.1.width"]) == (64, 36, 100)


def test_the_picture_says_how_it_was_made(server, tmp_path):
    brief = image_brief(on(server, GROUND, tmp_path, job="said"))
    PictureStage().run(brief, tmp_path / "made.png", lambda _: None)

    said = read(tmp_path / "made.png")

    assert (said["backend"], said["revision"]) == ("comfyui", flow.sha256(GROUND))
    opened_by_comfyui = json.loads(png_text.read(tmp_path / "made.png")["prompt"])
    assert opened_by_comfyui["1"]["inputs"]["color"] == 0x123456


def test_of_several_nodes_that_save_the_profile_names_one(server, tmp_path):
    two = json.loads(flow.text(GROUND))
    two["9"] = {"class_type": "SaveImage", "inputs": dict(two["2"]["inputs"])}
    running = on(server, two, tmp_path, job="two")

    with pytest.raises(BriefRefused, match=r'2 \(Save\), 9 \(SaveImage\); say which: output = "2"'):
        PictureStage().run(image_brief(running), tmp_path / "made.png", lambda _: None)

    chosen = image_brief(running, settings={"output": "Save"})
    assert PictureStage().run(chosen, tmp_path / "made.png", lambda _: None).raw_sha256


def test_what_is_saved_counts_more_than_what_is_only_shown(server, tmp_path):
    shown = json.loads(flow.text(GROUND))
    shown["9"] = {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}
    brief = image_brief(on(server, shown, tmp_path, job="shown"))

    assert PictureStage().run(brief, tmp_path / "made.png", lambda _: None).raw_sha256


def test_a_clip_has_exactly_the_frames_rate_and_size_of_the_film(server, picture, tmp_path):
    made, out = clip(server, picture, tmp_path)

    (stream,) = probe.probe(out)
    assert (stream.width, stream.height, stream.packets, stream.codec) == (64, 36, 10, "h264")
    assert (made.frames, made.settings["made_frames"], made.settings["made_fps"]) == (10, 10, 12)


def test_a_short_clip_at_another_rate_holds_its_last_frame(server, picture, tmp_path):
    made, out = clip(server, picture, tmp_path, settings={"frames": 3, "fps": 6}, name="short")

    assert (made.settings["made_frames"], made.settings["made_fps"]) == (3, 6)
    assert probe.probe(out)[0].packets == 10


def test_the_length_is_one_that_the_model_takes(server, picture, tmp_path):
    made, _ = clip(server, picture, tmp_path, settings={"length_step": 8}, name="steps")

    assert made.settings["bound.3.amount"] == 17


@pytest.mark.parametrize("form", ["gif", "webm", "webp"])
def test_a_clip_may_come_in_any_codec(server, picture, tmp_path, form):
    other = json.loads(flow.text(STILL))
    other["5"]["inputs"]["format"] = form

    made, out = clip(server, picture, tmp_path, other, f"as {form}")

    red = probe.frames(out)[5]
    assert (made.settings["made_frames"], round(made.settings["made_fps"])) == (10, 12)
    assert red[:10].mean() < 100


def test_frames_that_are_saved_one_by_one_are_a_clip_too(server, picture, tmp_path):
    single = {node: one for node, one in STILL.items() if node in "123"}
    single["5"] = {
        "class_type": "SaveImage",
        "inputs": {"images": ["3", 0], "filename_prefix": "x"},
    }
    settings = {"bind.fps": ""}

    made, _ = clip(server, picture, tmp_path, single, "one by one", settings=settings)

    assert made.settings["made_frames"] == 10


def test_one_picture_is_no_clip(server, picture, tmp_path):
    single = {node: one for node, one in STILL.items() if node in "123"}
    single["5"] = {
        "class_type": "SaveImage",
        "inputs": {"images": ["2", 0], "filename_prefix": "x"},
    }

    with pytest.raises(StageError, match="made one picture and no clip"):
        clip(server, picture, tmp_path, single, "single", settings={"bind.fps": ""})


def test_what_the_server_lacks_is_named_at_once(server, tmp_path):
    lacking = with_node("NoSuchNode")
    lacking["4"] = {
        "class_type": "CheckpointLoaderSimple",
        "inputs": {"ckpt_name": "reel.safetensors"},
    }
    brief = image_brief(on(server, lacking, tmp_path, job="lacking"))

    with pytest.raises(BriefRefused) as refused:
        PictureStage().run(brief, tmp_path / "made.png", lambda _: None)

    assert "node 3 (NoSuchNode) is a NoSuchNode, which this ComfyUI does not have" in str(
        refused.value
    )
    assert "ckpt_name 'reel.safetensors'; did you mean 'real.safetensors'?" in str(refused.value)
    assert server.count("submitted") == server.count("executed")


def test_rendered_again_without_its_name_it_is_really_made_again(server, tmp_path):
    running = on(server, GROUND, tmp_path, job="made once")
    PictureStage().run(image_brief(running), tmp_path / "made.png", lambda _: None)
    before = server.count("executed")

    with suppress(StageError):  # it came from the cache after all, and is not believed
        PictureStage().run(image_brief({**running, "job": ""}), tmp_path / "b.png", lambda _: None)

    assert server.count("executed") == before + 1


def test_nothing_is_left_beside_the_result(server, tmp_path):
    brief = image_brief(on(server, GROUND, tmp_path, job="tidy"))
    folder = tmp_path / "out"
    folder.mkdir()

    PictureStage().run(brief, folder / "made.png", lambda _: None)

    assert [path.name for path in folder.iterdir()] == ["made.png"]


def test_a_kept_workflow_that_is_gone_is_told_with_the_way_out(server, tmp_path):
    running = on(server, GROUND, tmp_path)
    Path(running["workflow"]).unlink()

    with pytest.raises(BriefRefused, match="is gone; name it again with edit --profile"):
        PictureStage().run(image_brief(running), tmp_path / "made.png", lambda _: None)


def test_a_made_file_that_is_gone_is_told_with_the_way_out(fresh, tmp_path):
    server = fresh()
    brief = image_brief(on(server, GROUND, tmp_path))
    PictureStage().run(brief, tmp_path / "made.png", lambda _: None)
    for made in (server.folder / "output" / "sub").iterdir():
        made.unlink()

    with pytest.raises(
        StageError, match=r"made made_00001_.png, and has it no more \(404\); .* rest"
    ):
        PictureStage().run(brief, tmp_path / "again.png", lambda _: None)


def test_a_rate_told_in_milliseconds_loses_no_frame(server, picture, tmp_path):
    other = json.loads(flow.text(STILL))
    other["5"]["inputs"]["format"] = "webm"

    made, _ = clip(server, picture, tmp_path, other, "in milliseconds")

    assert made.settings["made_fps"] == 12


@pytest.mark.parametrize(
    ("rate", "shown"),
    [(12.0, [0, 1, 2, 3, 3, 3]), (24.0, [0, 2, 3, 3, 3, 3]), (6.0, [0, 0, 1, 1, 2, 2])],
)
def test_of_another_rate_the_frame_that_is_on_is_shown_and_the_last_is_held(rate, shown):
    pictures = iter(np.full((2, 2, 3), at, np.uint8) for at in range(4))

    found = frames.at_rate(frames.Shown(pictures, 4, rate), 6, 12)

    assert [int(one[0, 0, 0]) for one in found] == shown
