"""The contact sheet: every panel in its place, whatever is missing."""

from pathlib import Path

import imageio.v3 as iio
import numpy as np
import pytest

from gpu.sheet import GAP, PANEL_WIDTH, SheetPanel, contact_sheet


@pytest.fixture
def red(tmp_path: Path) -> Path:
    """A red picture, 16:9."""
    picture = tmp_path / "red.png"
    iio.imwrite(picture, np.full((90, 160, 3), (200, 20, 20), np.uint8))
    return picture


def sheet(panels: list[SheetPanel], out: Path, title: str = "A film") -> np.ndarray:
    """The pixels of a sheet."""
    contact_sheet(title, "about something", panels, 16 / 9, out)
    return iio.imread(out)


def test_a_panel_shows_its_picture(red: Path, tmp_path: Path) -> None:
    pixels = sheet([SheetPanel(red, "1 · WIDE", "Here.")], tmp_path / "sheet.png")

    assert tuple(pixels[200, GAP + PANEL_WIDTH // 2]) == (200, 20, 20)


def test_a_picture_of_another_shape_is_whole_and_in_the_middle(tmp_path: Path) -> None:
    portrait = tmp_path / "portrait.png"
    iio.imwrite(portrait, np.full((160, 80, 3), (200, 20, 20), np.uint8))

    pixels = sheet([SheetPanel(portrait, "CHARACTER", "Mira")], tmp_path / "sheet.png")

    assert tuple(pixels[200, GAP + PANEL_WIDTH // 2]) == (200, 20, 20)
    assert tuple(pixels[200, GAP + 20]) == tuple(pixels[5, 5])


def test_five_panels_take_two_rows(red: Path, tmp_path: Path) -> None:
    panel = SheetPanel(red, "1 · WIDE", "Here.")

    one = sheet([panel] * 4, tmp_path / "one.png")
    two = sheet([panel] * 5, tmp_path / "two.png")

    assert two.shape[0] > 1.6 * one.shape[0]
    assert two.shape[1] == one.shape[1]


def test_a_shot_without_a_picture_has_an_empty_frame(tmp_path: Path) -> None:
    pixels = sheet([SheetPanel(None, "1 · WIDE", "Here.")], tmp_path / "sheet.png")

    assert pixels[120, GAP + 5].mean() > pixels[130, GAP + 5].mean()


@pytest.mark.parametrize("title", ["", "x" * 5000, "灯台", "a\x07b", "🐝"])
def test_any_title_gives_a_sheet(red: Path, tmp_path: Path, title: str) -> None:
    pixels = sheet([SheetPanel(red, title, title)], tmp_path / "sheet.png", title)

    assert pixels.shape[2] == 3
