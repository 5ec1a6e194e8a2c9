"""Title and end cards: a quiet landscape of paper ridges, and letters. Knows no film."""

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gpu.glyphs import drawable, font
from gpu.noise import field, full_size, line, rng
from gpu.paint import Colour, Pixels, Sheet, circle, mix, new_sheet

INK: Colour = (247, 238, 220)
# sky above, sky below, far ridge, near ridge, disc
_SCHEMES: tuple[tuple[Colour, Colour, Colour, Colour, Colour], ...] = (
    ((18, 30, 54), (190, 108, 92), (104, 66, 84), (16, 18, 34), (255, 206, 150)),
    ((16, 42, 52), (206, 164, 112), (92, 108, 100), (12, 24, 30), (255, 232, 184)),
    ((34, 26, 44), (216, 138, 80), (128, 74, 62), (24, 14, 24), (255, 214, 140)),
    ((12, 26, 44), (112, 152, 164), (56, 88, 104), (8, 18, 28), (232, 240, 226)),
    ((40, 30, 26), (214, 170, 112), (134, 98, 70), (30, 20, 18), (255, 234, 190)),
    ((20, 34, 34), (158, 172, 128), (82, 104, 82), (14, 24, 24), (246, 240, 196)),
)


def title_card(title: str, subtitle: str, width: int, height: int, seed: int) -> Pixels:
    """The film's title over a landscape. Without a letter to draw it is the landscape alone."""
    picture = _landscape(width, height, seed, disc=True)
    words, below = _words(title), _words(subtitle)
    if _same(words, below):
        below = ""  # nobody has to read it twice
    block = _Block(width, height)
    if words:
        block.lines(words, size=0.092, bold=True, rows=4)
        block.rule()
    if below:
        block.lines(below, size=0.036, bold=False, rows=3)
    if not words:
        block.ornament()
    return block.on(picture, centre=0.38)


def _same(one: str, other: str) -> bool:
    """Whether two lines say the same but for capitals and punctuation."""
    return _letters(one) == _letters(other)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def end_card(text: str, width: int, height: int, seed: int) -> Pixels:
    """The last words of a film, smaller, after nightfall."""
    picture = _landscape(width, height, seed, disc=False)
    block = _Block(width, height)
    block.ornament()
    words = _words(text)
    if words:
        block.lines(words, size=0.052, bold=False, rows=6)
    return block.on(picture, centre=0.44)


def _words(text: str) -> str:
    """What can be drawn, when it still says something: half of a title would mislead."""
    shown = drawable(text)
    letters = sum(map(str.isalpha, text))
    return shown if 2 * sum(map(str.isalpha, shown)) >= letters and shown else ""


def _landscape(width: int, height: int, seed: int, *, disc: bool) -> Pixels:
    draw = rng("card", seed)
    above, below, far, near, light = _SCHEMES[int(draw.integers(len(_SCHEMES)))]
    if not disc:
        below, light = mix(below, above, 0.72), mix(light, above, 0.5)
        far = mix(far, near, 0.45)
    aspect = width / height
    sheet = new_sheet(width, height, height, (-aspect / 2, 0.0))
    _sky(sheet, above, below)
    side = -1 if draw.random() < 0.5 else 1
    at = (side * float(draw.uniform(0.24, 0.34)) * aspect, 0.70)
    size = 0.115 * min(aspect, 1.0)
    if disc:
        sheet.glow(at, size * 4.5, light, 0.42)
        sheet.fill(circle(*at, size, size), light)
    rows = 4
    for row in range(rows):
        share = row / (rows - 1)
        _ridge(sheet, 0.74 + 0.07 * row, mix(far, near, share), f"{seed} {row}")
    return _printed(sheet, seed)


def _sky(sheet: Sheet, above: Colour, below: Colour) -> None:
    height = sheet.pixels.shape[0]
    t = np.linspace(0, 1, height, dtype=np.float32)[:, None] ** 1.4
    column = np.array(above, np.float32) * (1 - t) + np.array(below, np.float32) * t
    sheet.pixels[:, :, :3] = column[:, None, :]
    sheet.pixels[:, :, 3] = 255


def _ridge(sheet: Sheet, level: float, colour: Colour, key: str) -> None:
    aspect = sheet.pixels.shape[1] / sheet.unit_px
    x = np.linspace(-aspect / 2 - 0.02, aspect / 2 + 0.02, 160)
    y = level + 0.16 * (0.5 - line(x, 0.5, "ridge " + key))
    rim = np.stack([x, y], axis=1)
    foot = np.array([[x[-1], 1.1], [x[0], 1.1]])
    sheet.fill(np.concatenate([rim, foot]), colour)


def _printed(sheet: Sheet, seed: int) -> Pixels:
    """Paper grain and darker corners."""
    height, width = sheet.pixels.shape[:2]
    paper = full_size(field(sheet, (0.02, 0.02), f"paper {seed}", octaves=2), sheet)
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    shade = (1.0 - 0.30 * np.clip(x**2 + y**2 - 0.25, 0, 2) / 1.75) * (0.975 + 0.05 * paper)
    rgb = sheet.pixels[:, :, :3] * shade[:, :, None]
    return np.ascontiguousarray(np.clip(rgb, 0, 255).astype(np.uint8))


class _Block:
    """Centred rows of letters and rules, measured first and then drawn around one middle."""

    def __init__(self, width: int, height: int) -> None:
        self._width, self._height = width, height
        self._unit = min(height, width * 0.8)
        self._rows: list[tuple[str, ImageFont.FreeTypeFont | None, int]] = []

    def lines(self, text: str, *, size: float, bold: bool, rows: int) -> None:
        """Words, broken over at most `rows` rows: smaller letters before a cut."""
        for shrink in (1.0, 0.86, 0.74, 0.62, 0.52, 0.44):
            face = font(round(self._unit * size * shrink), bold)
            broken = _broken(text, face, self._width * 0.8)
            if len(broken) <= rows:
                break
        if len(broken) > rows:
            broken = [*broken[: rows - 1], broken[rows - 1].rstrip(",;:. ") + " …"]
        for row in broken:
            self._rows.append((row, face, round(face.size * 1.32)))

    def rule(self) -> None:
        """A thin line with a lozenge."""
        self._rows.append(("rule", None, round(self._unit * 0.1)))

    def ornament(self) -> None:
        """A larger lozenge between two lines, where there is little or nothing to read."""
        self._rows.append(("ornament", None, round(self._unit * 0.13)))

    def on(self, picture: Pixels, *, centre: float) -> Pixels:
        """The rows over a picture, on a soft dark ground that keeps them legible."""
        tall = sum(row[2] for row in self._rows)
        y = round(min(max(self._height * centre - tall / 2, 0), max(self._height - tall, 0)))
        mask = Image.new("L", (self._width, self._height), 0)
        pen = ImageDraw.Draw(mask)
        for text, face, step in self._rows:
            if face is None:
                self._mark(pen, y + step // 2, 1.0 if text == "rule" else 1.7)
            else:
                left = (self._width - face.getlength(text)) / 2
                pen.text((left, y), text, font=face, fill=255)
            y += step
        return _inked(picture, np.asarray(mask))

    def _mark(self, pen: ImageDraw.ImageDraw, y: int, size: float) -> None:
        x, unit = self._width / 2, self._unit
        reach, gap, lozenge = 0.16 * size * unit, 0.022 * size * unit, 0.009 * size * unit
        thick = max(round(unit * 0.002), 1)
        for sign in (-1, 1):
            pen.line((x + sign * gap, y, x + sign * reach, y), fill=210, width=thick)
        points = [(x, y - lozenge), (x + lozenge, y), (x, y + lozenge), (x - lozenge, y)]
        pen.polygon(points, fill=235)


def _broken(text: str, face: ImageFont.FreeTypeFont, width_px: float) -> list[str]:
    """Rows of about equal length; a word wider than a row is cut where the row ends."""
    words = [part for word in text.split() for part in _fitting(word, face, width_px)]
    total = face.getlength(" ".join(words))
    rows = max(1, -int(-total // width_px))
    for target in (total / rows * 1.08 + 1, width_px):
        broken = [""]
        for word in words:
            longer = f"{broken[-1]} {word}".strip()
            if broken[-1] and face.getlength(longer) > min(target, width_px):
                broken.append(word)
            else:
                broken[-1] = longer
        if len(broken) <= rows:
            break
    return broken


def _fitting(word: str, face: ImageFont.FreeTypeFont, width_px: float) -> list[str]:
    parts = []
    while len(word) > 1 and face.getlength(word) > width_px:
        share = width_px / face.getlength(word)
        cut = max(1, int(len(word) * share * 0.95))
        parts.append(word[:cut])
        word = word[cut:]
    return [*parts, word]


def _inked(picture: Pixels, mask: Pixels) -> Pixels:
    near = max(picture.shape[0] / 42, 1.0)
    halo = cv2.GaussianBlur(mask, (0, 0), near).astype(np.float32)[:, :, None] / 255
    ground = picture * (1 - np.clip(halo * 1.1, 0, 0.42))
    cover = mask.astype(np.float32)[:, :, None] / 255
    rgb = ground * (1 - cover) + np.array(INK, np.float32) * cover
    return np.ascontiguousarray(rgb.astype(np.uint8))
