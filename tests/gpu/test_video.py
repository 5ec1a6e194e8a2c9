"""Clips: every move is smooth, alive from the first frame to the last, and shows no edge."""

import itertools
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from gpu.camera import DEEPEST, Pose, bleed, eased, path
from gpu.compose import compose
from gpu.errors import BriefRefused
from gpu.ffmpeg import command, source
from gpu.moving import Compositor
from gpu.video import CENTRE, keyframes
from gpu.view import Frame
from gpu.vocabulary import CAMERAS
from tests.gpu.pictures import decoded, difference, draw, image, move, opened


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw(tmp_path_factory.mktemp("panel"))[0]


@pytest.mark.parametrize("camera", CAMERAS)
def test_every_move_has_the_frames_it_should_and_never_freezes(
    panel: Path, tmp_path: Path, camera: str
) -> None:
    clip, made = move(panel, tmp_path, camera=camera)

    frames = decoded(clip)
    steps = [difference(a, b) for a, b in itertools.pairwise(frames)]
    assert (made.frames, made.duration_s, len(frames)) == (24, 2.0, 24)
    assert min(steps) > 0
    assert max(steps) < 14
    assert frames.mean(axis=(1, 2, 3)).min() > 40


@pytest.mark.parametrize("camera", ["pan right", "dolly out", "static"])
def test_a_clip_begins_on_its_panel(panel: Path, tmp_path: Path, camera: str) -> None:
    clip, _ = move(panel, tmp_path, camera=camera)

    assert difference(decoded(clip)[0], opened(panel)) < 6


def test_a_clip_says_its_rate_and_key_frames(panel: Path, tmp_path: Path) -> None:
    clip, _ = move(panel, tmp_path)

    arguments = [*source(clip), "-vf", "select=eq(pict_type\\,I),showinfo", "-f", "null", "-"]
    words = [word.replace("error", "info") for word in command(*arguments)]
    shown = subprocess.run(words, capture_output=True, text=True, check=True).stderr
    times = [float(part.split()[0]) for part in shown.split("pts_time:")[1:]]
    assert [round(time * 12) for time in times] == [0, 4, 20]


def test_the_same_brief_gives_the_same_frames_in_a_fresh_process(
    panel: Path, tmp_path: Path
) -> None:
    _, made = move(panel, tmp_path, camera="handheld")
    code = (
        "from pathlib import Path; from tests.gpu.pictures import move; "
        f"made = move(Path({str(panel)!r}), Path({str(tmp_path)!r}), camera='handheld')[1]; "
        "print(made.raw_sha256)"
    )

    again = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert made.raw_sha256 == again.stdout.strip()


@pytest.mark.parametrize("aspect", [0.5625, 1.0, 1.7778, 2.6])
@pytest.mark.parametrize("camera", CAMERAS)
def test_no_move_looks_beyond_what_was_painted(camera: str, aspect: float) -> None:
    poses = path(camera, 60, 12, "x")
    left, top, right, foot = bleed(poses, aspect, CENTRE)

    for pose in poses:
        for depth in np.linspace(0, DEEPEST, 7):
            scale, (dx, dy) = pose.scale(depth), pose.shift(depth)
            assert -aspect / 2 - left <= (-aspect / 2 - dx) / scale + 1e-6
            assert aspect / 2 + right >= (aspect / 2 - dx) / scale - 1e-6
            assert -top <= (-dy - CENTRE) / scale + CENTRE + 1e-6
            assert 1 + foot >= (1 - dy - CENTRE) / scale + CENTRE - 1e-6


@pytest.mark.parametrize("camera", CAMERAS)
def test_every_move_speeds_up_and_slows_down_without_a_jump(camera: str) -> None:
    poses = path(camera, 96, 24, "x")

    at = np.array([[*pose.shift(1.0), pose.scale(1.0)] for pose in poses])
    jerk = np.abs(np.diff(at, n=2, axis=0))
    assert jerk.max() < 0.0012
    assert np.allclose(at[0], [0, 0, 1])


def test_easing_starts_and_ends_at_rest() -> None:
    t = np.linspace(0, 1, 200)
    way = np.array([eased(float(x)) for x in t])

    assert (way[0], round(way[-1], 9)) == (0, 1)
    assert (np.diff(way) >= 0).all()
    assert np.diff(way)[0] < 0.2 * np.diff(way).max()


def test_a_slow_pan_moves_by_parts_of_a_pixel() -> None:
    brief = image(prompt="mountains", place="mountains")
    frame = Frame(320, 180, (0.3, 0.3, 0.3, 0.3))
    compositor = Compositor(compose(brief, frame), CENTRE)
    frames = [compositor.compose(pose, 0.0).y.astype(np.float32) for pose in _slow(24)]

    moves = [cv2.phaseCorrelate(a, b)[0][0] for a, b in itertools.pairwise(frames)]
    assert max(moves) < 0
    assert np.std(moves) < 0.2


def _slow(count: int) -> list[Pose]:
    return [Pose(x=0.0024 * step) for step in range(count)]


def test_near_layers_pass_far_ones_when_the_camera_tracks() -> None:
    pose = path("tracking right", 48, 24, "x")[-1]

    assert abs(pose.shift(1.0)[0]) > 4 * abs(pose.shift(0.1)[0])


def test_the_route_of_a_map_grows(tmp_path: Path) -> None:
    panel, _ = draw(tmp_path, prompt="relief map of a river plain", shot_size="map", place="map")
    clip, _ = move(panel, tmp_path, camera="static", motion_prompt="a line grows")

    frames = decoded(clip).astype(int)
    red = (frames[:, :, :, 0] - frames[:, :, :, 1] > 70).sum(axis=(1, 2))
    assert red[-1] > red[0] + 80


def test_a_foreign_picture_is_moved_over_too(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.png"
    noise = np.random.default_rng(1).integers(0, 255, (30, 40, 3), np.uint8)
    cv2.imwrite(str(foreign), cv2.resize(noise, (400, 300), interpolation=cv2.INTER_CUBIC))

    frames = decoded(move(foreign, tmp_path, camera="arc")[0])

    assert frames[0].std() > 10
    assert difference(frames[0], frames[-1]) > 3
    assert frames[:, :, 0].std(axis=(1, 2)).min() > 5


def test_a_file_that_is_no_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.png").write_bytes(b"no picture")

    with pytest.raises(BriefRefused, match=r"no\.png"):
        move(tmp_path / "no.png", tmp_path)


@pytest.mark.parametrize("changes", [{"frames": 0}, {"width": 321}, {"fps": 0}])
def test_a_clip_that_cannot_be_is_refused(
    panel: Path, tmp_path: Path, changes: dict[str, int]
) -> None:
    with pytest.raises(BriefRefused):
        move(panel, tmp_path, **changes)


@pytest.mark.parametrize(
    ("frames", "transition", "expected"),
    [(96, 12, (0, 12, 84)), (24, 12, (0, 12)), (10, 12, (0,)), (1, 0, (0,)), (24, 0, (0,))],
)
def test_key_frames_stand_where_a_cut_may_join(
    frames: int, transition: int, expected: tuple[int, ...]
) -> None:
    assert keyframes(frames, transition) == expected


def test_an_upright_clip_of_one_frame_is_made(panel: Path, tmp_path: Path) -> None:
    clip, made = move(panel, tmp_path, width=180, height=320, frames=1)

    assert decoded(clip, 180, 320).shape == (1, 320, 180, 3)
    assert made.frames == 1


def test_a_clip_obeys_its_encoder_settings(panel: Path, tmp_path: Path) -> None:
    sizes = []
    for crf in (10, 40):
        clip, _ = move(panel, tmp_path, settings={"crf": crf, "preset": "superfast"})
        sizes.append(clip.stat().st_size)

    assert sizes[0] > 2 * sizes[1]


@pytest.mark.parametrize("camera", ["static", "tilt up", "drone"])
@pytest.mark.parametrize("setting", ["sky", "field", "underwater"])
def test_what_drifts_by_itself_shows_no_edge(tmp_path: Path, camera: str, setting: str) -> None:
    words = {"prompt": f"{setting}, storm clouds", "place": setting, "lighting": "overcast"}
    tall, _ = draw(tmp_path, width=180, height=320, **words)

    clip, _ = move(tall, tmp_path, camera=camera, width=180, height=320, frames=96)

    steps = np.abs(np.diff(decoded(clip, 180, 320)[::8, :, :20].astype(int), axis=2))
    by_column = steps.mean(axis=(1, 3))
    assert (by_column.max(axis=1) < 8 + 4 * np.median(by_column, axis=1)).all()
