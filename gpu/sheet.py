"""The contact sheet: all panels of a film on one picture, each with what is said under it."""

from dataclasses import dataclass
from pathlib import Path

import imageio.v3 as iio
import numpy as np
from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

from gpu.glyphs import drawable, font

COLUMNS = 4
PANEL_WIDTH = 440
GAP = 28
INK, QUIET, PAPER = (236, 232, 222), (150, 150, 156), (22, 24, 28)
LINES_MAX = 3
SAME_SHAPE = 0.03
CHARACTERS_MAX = 300
"""More never fits; measuring it would take long."""


@dataclass(frozen=True)
class SheetPanel:
    """One panel: its picture, a line about the view, and what is said."""

    picture: Path | None
    heading: str
    text: str


def contact_sheet(
    title: str, subtitle: str, panels: list[SheetPanel], aspect: float, out: Path
) -> tuple[int, int]:
    """Write the sheet as PNG and return its size in pixels. `aspect` is width ÷ height."""
    columns = min(COLUMNS, max(1, len(panels)))
    height = round(PANEL_WIDTH / aspect)
    cell = height + 112
    rows = -(-len(panels) // columns)
    width = GAP + columns * (PANEL_WIDTH + GAP)
    sheet = Image.new("RGB", (width, 120 + rows * cell + GAP // 2), PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((GAP, 26), _fit(title, 34, width - 2 * GAP), INK, font(34, True))
    pen.text((GAP, 74), _fit(subtitle, 19, width - 2 * GAP), QUIET, font(19, False))
    for at, panel in enumerate(panels):
        left = GAP + at % columns * (PANEL_WIDTH + GAP)
        top = 120 + at // columns * cell
        _draw_panel(sheet, panel, (left, top), (PANEL_WIDTH, height))
    iio.imwrite(out, np.asarray(sheet), extension=".png")
    return sheet.size


def _draw_panel(
    sheet: Image.Image, panel: SheetPanel, at: tuple[int, int], size: tuple[int, int]
) -> None:
    pen = ImageDraw.Draw(sheet)
    left, top = at
    picture = _picture(panel.picture) if panel.picture else None
    if picture is None:
        pen.rectangle((left, top, left + size[0], top + size[1]), outline=QUIET)
    else:
        sheet.paste(_filling(picture, size), at)
    below = top + size[1] + 8
    pen.text((left, below), _fit(panel.heading, 14, size[0]), QUIET, font(14, True))
    for number, line in enumerate(_wrap(panel.text, 16, size[0])[:LINES_MAX]):
        pen.text((left, below + 22 + 21 * number), line, INK, font(16, False))


def _picture(path: Path) -> Image.Image | None:
    """Its pixels; None for what is no picture, as the profile `fake` makes it."""
    try:
        with Image.open(path) as opened:
            return opened.convert("RGB")
    except UnidentifiedImageError:
        return None


def _filling(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """In the panel's size; one of another shape, as a portrait is, whole and in its middle."""
    shape = picture.width * size[1] / (picture.height * size[0])
    if abs(shape - 1) < SAME_SHAPE:
        return picture.resize(size, Image.Resampling.LANCZOS)
    return ImageOps.pad(picture, size, Image.Resampling.LANCZOS, PAPER)


def _fit(text: str, size: int, width: int) -> str:
    """One line, cut with an ellipsis when it is too long."""
    line = drawable(text[:CHARACTERS_MAX])
    if font(size, False).getlength(line) <= width:
        return line
    while line and font(size, False).getlength(line + "…") > width:
        line = line[:-1]
    return line.rstrip() + "…"


def _wrap(text: str, size: int, width: int) -> list[str]:
    lines: list[str] = []
    for word in drawable(text[:CHARACTERS_MAX]).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font(size, False).getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > LINES_MAX:
        lines[LINES_MAX - 1] = _fit(" ".join(lines[LINES_MAX - 1 :]), size, width)
    return lines
