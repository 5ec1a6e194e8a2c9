"""Panels: the same brief is the same picture, and what it names is there to see."""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from gpu.errors import BriefRefused
from gpu.lexicon import MOTIFS, SETTINGS
from gpu.metadata import KEYWORD
from gpu.motifs import all_motifs
from gpu.recipe import read_recipe
from tests.gpu.pictures import difference, draw, image, opened, pixels

SIZES = ("extreme wide", "wide", "full", "medium", "close-up", "extreme close-up", "insert", "map")
HOSTILE = (
    "",
    " ",
    "\0\x1b[31m\x7f",
    "🗼🔥" * 40,
    "灯台と海",
    "lighthouse " * 900,
    "\ud800",
    "%s{}\\",
)


def test_a_panel_is_a_png_of_the_size_that_was_asked_for(tmp_path: Path) -> None:
    out, made = draw(tmp_path)

    with Image.open(out) as picture:
        assert (picture.format, picture.size, picture.mode) == ("PNG", (320, 180), "RGB")
    assert (made.media_type, made.width, made.height) == ("image/png", 320, 180)


def test_the_raw_hash_is_of_the_rgb_bytes_in_the_file(tmp_path: Path) -> None:
    out, made = draw(tmp_path)

    assert made.raw_sha256 == sha256(opened(out).tobytes()).hexdigest()


def test_the_same_brief_gives_the_same_pixels_in_a_fresh_process(tmp_path: Path) -> None:
    _, made = draw(tmp_path)
    code = (
        "from pathlib import Path; from tests.gpu.pictures import draw; "
        f"print(draw(Path({str(tmp_path)!r}))[1].raw_sha256)"
    )

    again = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert made.raw_sha256 == again.stdout.strip()


def test_another_seed_gives_another_picture_of_the_same_place() -> None:
    one, other = (pixels(seed=seed, prompt="an old town", place="old town") for seed in (1, 2))

    assert 0 < difference(one, other) < 20


def test_a_panel_carries_the_recipe_that_draws_it_again(tmp_path: Path) -> None:
    brief = image(prompt='a "quoted" lighthouse\nin 日本', settings={"depth": 2})

    out, _ = draw(tmp_path, prompt=brief.prompt, settings=brief.settings)

    assert brief == read_recipe(out)


def test_a_panel_carries_the_parameters_that_other_tools_read(tmp_path: Path) -> None:
    out, _ = draw(tmp_path)

    with Image.open(out) as picture:
        text = picture.text  # type: ignore[attr-defined]
    assert json.loads(text[KEYWORD])["version"] == 1
    assert text["parameters"].endswith("\nSeed: 7, Size: 320x180, Version: reelog")


def test_a_foreign_png_has_no_recipe(tmp_path: Path) -> None:
    Image.new("RGB", (64, 64)).save(tmp_path / "foreign.png")

    assert read_recipe(tmp_path / "foreign.png") is None


@pytest.mark.parametrize(("width", "height"), [(63, 64), (320, 181), (62, 64), (4098, 64)])
def test_a_size_that_no_clip_could_have_is_refused(tmp_path: Path, width: int, height: int) -> None:
    with pytest.raises(BriefRefused, match=f"{width}x{height}"):
        draw(tmp_path, width=width, height=height)


@pytest.mark.parametrize("size", [(64, 64), (108, 192), (192, 192), (64, 1024), (2048, 64)])
@pytest.mark.parametrize("shot_size", ["wide", "medium", "insert", "map"])
def test_every_shape_of_frame_is_filled(size: tuple[int, int], shot_size: str) -> None:
    drawn = pixels(width=size[0], height=size[1], shot_size=shot_size)

    assert (size[1], size[0], 3) == drawn.shape
    assert drawn.std() > 4


@pytest.mark.parametrize("prompt", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("shot_size", ["wide", "map"])
def test_no_prompt_breaks_or_empties_a_panel(tmp_path: Path, prompt: str, shot_size: str) -> None:
    out, _ = draw(tmp_path, prompt=prompt, place=prompt, shot_size=shot_size, slate=prompt)

    assert opened(out).std() > 4


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=60), st.sampled_from(SIZES), st.sampled_from(("low", "top", "")))
def test_any_text_gives_a_picture(prompt: str, shot_size: str, angle: str) -> None:
    drawn = pixels(prompt=prompt, place="", shot_size=shot_size, angle=angle, width=128, height=72)

    assert drawn.std() > 4


def test_every_setting_has_its_own_picture() -> None:
    drawn = {key: pixels(prompt=key, place=key, width=128, height=72) for key in SETTINGS}

    keys = list(drawn)
    alike = [
        (a, b) for i, a in enumerate(keys) for b in keys[:i] if difference(drawn[a], drawn[b]) < 5
    ]
    assert alike == []


def test_every_motif_of_the_lexicon_can_be_drawn() -> None:
    assert set(MOTIFS) == set(all_motifs())


def test_every_motif_has_its_own_picture() -> None:
    given_size = {"shot_size": "insert", "place": "", "width": 128, "height": 72}
    drawn = {key: pixels(prompt=f"a {key}", **given_size) for key in MOTIFS}

    keys = list(drawn)
    alike = [
        (a, b) for i, a in enumerate(keys) for b in keys[:i] if difference(drawn[a], drawn[b]) < 1.2
    ]
    assert alike == []


@pytest.mark.parametrize("setting", ["river plain", "mountains", "old town", "library"])
def test_a_place_is_recognised_under_another_light(setting: str) -> None:
    morning, dusk = (
        pixels(prompt=setting, place=setting, lighting=hour, seed=seed).mean(axis=2)
        for seed, hour in enumerate(("morning", "dusk"))
    )
    elsewhere = pixels(prompt=setting, place=f"{setting} beyond", lighting="dusk").mean(axis=2)

    same = np.corrcoef(_edges(morning), _edges(dusk))[0, 1]
    other = np.corrcoef(_edges(morning), _edges(elsewhere))[0, 1]
    assert same > other + 0.1


def _edges(grey: np.ndarray) -> np.ndarray:
    return np.abs(np.diff(grey, axis=1))[:-1].ravel()


@pytest.mark.parametrize(
    "change", ["drought, dry cracked earth", "under deep snow", "flooded", "in ruins", "on fire"]
)
def test_what_happened_to_a_place_is_visible(change: str) -> None:
    before = pixels(prompt="a village on a river plain", place="river plain")
    after = pixels(prompt=f"a village on a river plain, {change}", place="river plain")

    assert difference(before, after) > 4


def test_low_and_high_views_of_a_place_differ() -> None:
    views = [pixels(angle=angle) for angle in ("low", "eye level", "high", "aerial")]

    assert all(difference(a, b) > 8 for i, a in enumerate(views) for b in views[:i])


def test_a_slate_is_burned_in_at_the_foot(tmp_path: Path) -> None:
    plain = opened(draw(tmp_path)[0])
    slated = opened(draw(tmp_path, slate="SC 2 · SH 4 · WIDE → · 5.8 s")[0])

    foot = slated[-14:, :200]
    assert plain[-14:].mean() > slated[-14:, 200:].mean() + 20
    assert (foot.min(axis=2) > 200).sum() > 60


def test_a_slate_draws_the_move_of_the_camera(tmp_path: Path) -> None:
    still, panned = (
        opened(draw(tmp_path, slate="SH 1", camera=move)[0]) for move in ("static", "pan left")
    )

    assert difference(still[:60], panned[:60]) > 0.3
