"""A storyboard as PDF: cover, characters and places, scenes, and every shot in reading order.

Knows pages and words; knows no session. The same board is the same file: its date is the film's.
Needs fpdf2, of the extra `editors`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from gpu.board_page import MARGIN, QUIET, SPACE, Page, Style

HEADING = Style(15, bold=True)
TITLE = Style(30, bold=True)
TEXT = Style(10)
SMALL = Style(8, ink=QUIET)
LABEL = Style(8, bold=True, ink=QUIET)
NUMBER = Style(12, bold=True)
PICTURE_MM = (80.0, 62.0)
"""Width of a shot's picture, and how high it may become."""
HERO_MM = (180.0, 101.25)
SHEET_MM = (56.0, 42.0)
GAP = 5.0
DOTS_PER_MM = 8
QUALITY = 88


@dataclass(frozen=True, kw_only=True)
class BoardShot:
    """One shot. `mark` stands where there is no picture; `facts` and `times` are one line each."""

    number: int
    mark: str
    picture: Path | None
    facts: str
    times: str
    narration: str
    prompts: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class BoardScene:
    """A scene, and its shots."""

    name: str
    facts: str
    action: str
    shots: Sequence[BoardShot]


@dataclass(frozen=True, kw_only=True)
class BoardReference:
    """A character or place: its picture, its look, and where it is to be seen."""

    name: str
    kind: str
    picture: Path | None
    look: str
    shots: str


@dataclass(frozen=True, kw_only=True)
class Board:
    """The whole storyboard. `aspect` is width ÷ height of a picture."""

    title: str
    logline: str
    language: str
    facts: Sequence[tuple[str, str]]
    date: datetime
    aspect: float
    references: Sequence[BoardReference]
    scenes: Sequence[BoardScene]


def write_storyboard(board: Board, out: Path) -> tuple[str, ...]:
    """Write the PDF. Returns the scripts of text that no font here has letters for."""
    page = Page(board.title, board.date, board.language)
    _cover(page, board)
    if board.references:
        _references(page, board.references)
    _scenes(page, board.scenes)
    page.begin()
    for scene in board.scenes:
        _scene(page, scene, board.aspect)
    return page.write(out)


def _cover(page: Page, board: Board) -> None:
    page.begin()
    pictures = (one.picture for scene in board.scenes for one in scene.shots)
    width, height = _fitting(board.aspect, HERO_MM)
    hero = _jpeg(next((one for one in pictures if one), None), (width, height))
    page.down(12)
    if hero:
        page.picture(hero, MARGIN + (HERO_MM[0] - width) / 2, (width, height))
        page.down(height + 12)
    page.lines(board.title, TITLE, page.width)
    page.down(2)
    page.lines(board.logline, Style(12, ink=QUIET), page.width)
    page.down(6)
    for name, value in board.facts:
        page.pair(name, value, LABEL, TEXT)
    page.missing_goes_here()


def _references(page: Page, references: Sequence[BoardReference]) -> None:
    page.begin()
    page.section("Characters and places", HEADING)
    for one in references:
        width = page.width - SHEET_MM[0] - GAP
        text = [
            *page.wrapped(one.name, NUMBER, width),
            *page.wrapped(one.kind, LABEL, width),
            *page.wrapped(one.look, TEXT, width),
            *page.wrapped(one.shots, SMALL, width),
        ]
        page.row(_jpeg(one.picture, SHEET_MM), "", SHEET_MM, text)


def _scenes(page: Page, scenes: Sequence[BoardScene]) -> None:
    page.begin()
    page.section("Scenes", HEADING)
    for one in scenes:
        first, last = (one.shots[0].number, one.shots[-1].number) if one.shots else (0, 0)
        span = f"shot {first}" if first == last else f"shots {first} to {last}"
        lines = [
            *page.wrapped(one.name, NUMBER, page.width),
            *page.wrapped(f"{span} · {one.facts}", LABEL, page.width),
            *page.wrapped(one.action, TEXT, page.width),
        ]
        page.block(lines)
        page.down(GAP)


def _scene(page: Page, scene: BoardScene, aspect: float) -> None:
    size = _fitting(aspect, PICTURE_MM)
    width = page.width - PICTURE_MM[0] - GAP
    for at, shot in enumerate(scene.shots):
        text = [
            *page.wrapped(f"Shot {shot.number}", NUMBER, width),
            *page.wrapped(shot.facts, LABEL, width),
            *page.wrapped(shot.times, SMALL, width),
        ]
        if shot.narration:
            text += [SPACE, *page.wrapped(shot.narration, TEXT, width)]
        for name, prompt in shot.prompts:
            text += [SPACE, *page.wrapped(f"{name}: {prompt}", SMALL, width)] if prompt else []
        heading = (scene.name, HEADING) if at == 0 else None
        page.row(
            _jpeg(shot.picture, size), shot.mark, size, text, column=PICTURE_MM[0], heading=heading
        )


def _fitting(aspect: float, room: tuple[float, float]) -> tuple[float, float]:
    """The largest size of that shape in a room, in mm."""
    width = min(room[0], room[1] * aspect)
    return width, width / aspect


def _jpeg(picture: Path | None, size_mm: tuple[float, float]) -> BytesIO | None:
    """The picture as large as it is printed; one of another shape whole and in the middle.

    None where there is none, or what is there is no picture, as the profile `fake` makes it.
    """
    if picture is None:
        return None
    pixels = (round(size_mm[0] * DOTS_PER_MM), round(size_mm[1] * DOTS_PER_MM))
    try:
        with Image.open(picture) as opened:
            rgb = opened.convert("RGB")
    except UnidentifiedImageError:
        return None
    fitted = ImageOps.pad(rgb, pixels, Image.Resampling.LANCZOS, (255, 255, 255))
    written = BytesIO()
    fitted.save(written, "JPEG", quality=QUALITY, subsampling=0, optimize=False)
    written.seek(0)
    return written
