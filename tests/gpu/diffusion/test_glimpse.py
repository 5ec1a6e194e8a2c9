"""A small picture of what is being made: there while it is made, gone after, and costing no bit."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.gpu
torch = pytest.importorskip("torch")

from eventstore.artifacts import sweep  # noqa: E402
from gpu.diffusion import glimpse  # noqa: E402
from gpu.diffusion.families import family_of  # noqa: E402
from gpu.diffusion.glimpse import Colours, Glimpses, plane  # noqa: E402
from tests.gpu.diffusion.making import (  # noqa: E402
    CLIPS,
    IMAGES,
    ClipStage,
    PictureStage,
    forget,
    image_brief,
    made,
    picture,
    video_brief,
)
from tests.processes import run  # noqa: E402


def watched(family: str, folder: Path, **running):
    """What is made of a brief with a place to show it, and the sizes of what was shown there."""
    path = folder / "shown" / "w-s-x-1-1.png"
    running = {"glimpse": str(path), **running}
    if family in CLIPS:
        stage, brief = ClipStage(), video_brief(picture(folder), family, running)
    else:
        stage, brief = PictureStage(), image_brief(family, running)
    seen = []

    def look(share: float) -> None:
        if file := getattr(share, "file", ""):
            with Image.open(file) as image:
                image.load()
                seen.append(image.size)

    found = stage.run(brief, folder / ("o.mp4" if family in CLIPS else "o.png"), look)
    return found, seen, path


@pytest.mark.parametrize("family", [*IMAGES, *CLIPS])
def test_showing_moves_no_bit_and_nothing_is_left(family, tmp_path, monkeypatch):
    monkeypatch.setattr(glimpse, "EVERY_S", 0.0)
    monkeypatch.setattr(glimpse, "COST_MAX", 1e9)
    plain = made(tmp_path, family)
    forget()

    found, seen, path = watched(family, tmp_path)

    assert found.raw_sha256 == plain.raw_sha256
    assert found.settings == plain.settings
    assert len(seen) == 4
    assert max(seen[0]) <= glimpse.SIDE
    assert list(path.parent.iterdir()) == []


def test_a_profile_can_do_without(tmp_path, monkeypatch):
    monkeypatch.setattr(glimpse, "EVERY_S", 0.0)

    _, seen, path = watched("sdxl", tmp_path, **{"speed.previews": False})

    assert seen == []
    assert not path.parent.exists()


def test_what_ends_early_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(glimpse, "EVERY_S", 0.0)
    path = tmp_path / "shown.png"

    def stop(share: float) -> None:
        if getattr(share, "file", ""):
            assert path.is_file()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        PictureStage().run(image_brief("sdxl", {"glimpse": str(path)}), tmp_path / "o.png", stop)

    assert not path.exists()


def test_what_a_killed_worker_was_showing_goes_with_its_name(tmp_path, monkeypatch):
    monkeypatch.setattr(glimpse, "EVERY_S", 0.0)
    path = tmp_path / "previews" / f"{'ab' * 6}-session-image-1-1.png"
    brief = image_brief("sdxl", {"glimpse": str(path)})

    def die(share: float) -> None:
        if getattr(share, "file", ""):
            os.kill(os.getpid(), signal.SIGKILL)

    status = run(lambda: PictureStage().run(brief, tmp_path / "o.png", die))
    left = path.is_file()
    sweep(path.parent, tmp_path / "locks")

    assert (status, left, path.exists()) == (-signal.SIGKILL, True, False)


def test_colours_are_learned_from_the_first_result_and_known_to_later_runs(tmp_path):
    numbers = np.random.default_rng(1)
    frame = np.kron(numbers.integers(0, 255, (8, 12, 3)), np.ones((8, 8, 1))).astype(np.uint8)
    rgb = frame[::8, ::8].astype(np.float32)
    seen = np.concatenate([rgb / 100 - 1, numbers.normal(size=(8, 12, 2))], axis=2)
    colours = Colours(tmp_path / "kept.npy")
    grey = colours.picture(seen.astype(np.float32))

    colours.learn(seen.astype(np.float32), frame)
    later = Colours(tmp_path / "kept.npy")

    assert (grey[..., 0] == grey[..., 1]).all()
    assert later.known
    assert np.abs(later.picture(seen.astype(np.float32)).astype(int) - rgb).max() <= 2


@pytest.mark.parametrize("content", [b"", b"torn", b"\x93NUMPY\x01\x00"])
def test_a_damaged_map_is_learned_again(content, tmp_path):
    (tmp_path / "kept.npy").write_bytes(content)

    assert not Colours(tmp_path / "kept.npy").known


def test_tokens_are_rows_and_frames():
    tokens = torch.arange(3 * 2 * 4, dtype=torch.float32).reshape(1, 24, 1)

    middle = plane(tokens, family_of("LTXImageToVideoPipeline"), (4 * 32, 2 * 32))
    unknown = plane(tokens, family_of("LTXImageToVideoPipeline"), (5 * 32, 2 * 32))

    assert middle[..., 0].tolist() == [[8, 9, 10, 11], [12, 13, 14, 15]]
    assert unknown is None


def test_a_slow_glimpse_waits_so_that_it_costs_little(tmp_path, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(glimpse.time, "monotonic", lambda: now[0])
    shown = Glimpses(tmp_path / "g.png", Colours(tmp_path / "none.npy"))
    slow = Colours.picture

    def two_seconds(self, seen):
        now[0] += 2.0
        return slow(self, seen)

    monkeypatch.setattr(Colours, "picture", two_seconds)
    now[0] += glimpse.EVERY_S

    assert shown.due
    shown.show(np.zeros((4, 4, 4), np.float32))
    now[0] += 99.0
    assert not shown.due
    now[0] += 2.0
    assert shown.due
