"""The look that a style's words ask for: pigment, outlines and paper, layer by layer.

Every operation keeps colours premultiplied and works once per layer, never per frame.
"""

import re
from dataclasses import dataclass

import cv2
import numpy as np

from gpu.noise import field, full_size
from gpu.paint import Colour, Pixels, Sheet
from gpu.view import Layer


@dataclass(frozen=True)
class Look:
    """What a style does. All shares are 0 … 1; 0 leaves the picture as it is."""

    outline: float = 0.0
    """How dark a line runs along every edge."""
    ink: Colour = (60, 52, 54)
    grain: float = 0.0
    """How much the ground shows through the paint."""
    cell: tuple[float, float] = (0.02, 0.02)
    rough: float = 0.0
    """How frayed the edges of the layers are."""
    shadow: float = 0.0
    """How dark each layer's paper throws its shadow on the one behind."""
    levels: int = 0
    """How many steps of tone are left, if not all."""
    accent: float = 0.0
    """How far all hues but the warm ones give way to one grey."""
    tint: Colour = (236, 232, 226)
    contrast: float = 0.0
    paper: float = 0.0
    """Grain of the glass over the finished picture."""
    bands: float = 0.0
    """How dark the upper and lower edge become."""


_LOOKS: tuple[tuple[str, Look], ...] = (
    (r"charcoal|noir|woodcut|etching", Look(outline=0.5, ink=(26, 22, 24), grain=0.30,
        cell=(0.03, 0.011), rough=0.9, contrast=0.25, paper=0.10)),
    (r"pencil|graphite|sketch", Look(outline=1.0, ink=(74, 68, 74), grain=0.13,
        cell=(0.012, 0.012), paper=0.13)),
    (r"cut.paper|paper.cut|collage|layered shapes", Look(shadow=0.62, levels=9, contrast=0.1)),
    (r"cinematic|film still|35 ?mm|anamorphic", Look(contrast=0.42, bands=0.55)),
    (r"water.?colou?r|wash\b|\bink\b", Look(outline=0.9, ink=(44, 56, 92), grain=0.36,
        cell=(0.16, 0.11), paper=0.08)),
    (r"hand.drawn|gouache|storyboard", Look(outline=0.45, ink=(84, 62, 50), grain=0.17,
        cell=(0.022, 0.016), paper=0.08)),
)  # fmt: skip


def look_for(style: str) -> Look:
    """The look that the words name, its palette limited if they say so."""
    plain = style.lower()
    found = next((look for words, look in _LOOKS if re.search(words, plain)), Look())
    values = dict(vars(found))
    if re.search(r"one (?:warm )?accent|single accent|accent colou?r", plain):
        values.update(accent=0.85, tint=(232, 234, 240))
    elif re.search(r"limited palette|two colou?rs|few colou?rs|restrained colou?r", plain):
        values.update(accent=0.5, tint=(244, 232, 214))
    return Look(**values)


def dress(layers: list[Layer], look: Look) -> None:
    """All layers of a picture in their style."""
    if look == Look() or not layers:
        return
    whole = layers[0].sheet
    grain = _texture(whole, look.cell, "pigment", look.grain) if look.grain else None
    fray = _chalk(whole, look.rough) if look.rough else None
    for index, layer in enumerate(layers):
        box = _painted(layer.sheet, 8)
        if box is None:
            continue
        pixels = layer.sheet.pixels[box]
        if look.levels:
            _steps(pixels, look.levels)
        if look.accent:
            _limit(pixels, look)
        if look.contrast:
            _contrast(pixels, look.contrast)
        if look.outline:
            _outline(pixels, look, whole.unit_px)
        if grain is not None:
            for channel in range(3):
                plane = np.ascontiguousarray(pixels[:, :, channel])
                pixels[:, :, channel] = cv2.multiply(plane, grain[box], scale=1 / 255)
        if fray is not None and index:
            _fray(pixels, fray[box], whole.unit_px)
        if look.shadow and index:
            _throw(pixels, look.shadow, whole.unit_px)


def _painted(sheet: Sheet, pad: int) -> tuple[slice, slice] | None:
    """The part of a sheet that holds paint."""
    alpha = sheet.pixels[:, :, 3]
    rows, columns = np.flatnonzero(alpha.max(axis=1)), np.flatnonzero(alpha.max(axis=0))
    if not len(rows):
        return None
    y0, x0 = max(int(rows[0]) - pad, 0), max(int(columns[0]) - pad, 0)
    return slice(y0, int(rows[-1]) + 1 + pad), slice(x0, int(columns[-1]) + 1 + pad)


def _steps(pixels: Pixels, levels: int) -> None:
    """Flat tones, as if cut from sheets of one colour each; no hue changes."""
    step = 255 / levels
    x = np.arange(1, 256)
    gains = np.clip(128 * np.round(x / step + 0.2) * step / x, 60, 255)
    table = np.concatenate([[128], gains]).astype(np.uint8)
    tone = cv2.transform(pixels, np.array([[0.30, 0.59, 0.11, 0]], np.float32))
    gain = cv2.LUT(tone, table)
    for channel in range(3):
        plane = np.ascontiguousarray(pixels[:, :, channel])
        pixels[:, :, channel] = cv2.multiply(plane, gain, scale=1 / 128)
    pixels[:, :, :3] = cv2.min(pixels[:, :, :3], cv2.merge([pixels[:, :, 3]] * 3))


def _limit(pixels: Pixels, look: Look) -> None:
    """Warm hues stay; all others become tones of one grey."""
    red, green, blue, alpha = cv2.split(pixels)
    grey = cv2.transform(pixels, np.array([[0.30, 0.59, 0.11, 0]], np.float32))
    cool = cv2.max(cv2.convertScaleAbs(green, alpha=0.88), blue)
    kept = cv2.convertScaleAbs(cv2.subtract(red, cool), alpha=3.2, beta=255 * (1 - look.accent))
    lost = cv2.bitwise_not(kept)
    for channel, plane in enumerate((red, green, blue)):
        toned = cv2.convertScaleAbs(grey, alpha=look.tint[channel] / 236)
        both = cv2.add(cv2.multiply(plane, kept, scale=1 / 255),
                       cv2.multiply(toned, lost, scale=1 / 255))  # fmt: skip
        pixels[:, :, channel] = cv2.min(both, alpha)


def _contrast(pixels: Pixels, amount: float) -> None:
    """An S-curve: deeper shadows, brighter lights; cool shadows when it is strong."""
    x = np.arange(256) / 255
    curve = x + amount * (x * x * (3 - 2 * x) - x) * 1.5
    tables = []
    for lift in (-0.025, 0.0, 0.03):
        toned = curve + (lift * amount * 4 * x * (1 - x) ** 2 if amount > 0.3 else 0)
        tables.append(np.clip(toned * 255, 0, 255).astype(np.uint8))
    table = np.stack(tables, axis=-1)[None]
    rgb = cv2.LUT(np.ascontiguousarray(pixels[:, :, :3]), table)
    pixels[:, :, :3] = cv2.min(np.asarray(rgb), cv2.merge([pixels[:, :, 3]] * 3))


def _outline(pixels: Pixels, look: Look, unit_px: float) -> None:
    """A dark line along edges of tone and of the layer itself."""
    tone = cv2.transform(pixels, np.array([[0.28, 0.5, 0.12, 0.25]], np.float32))
    kernel = np.ones((3, 3) if unit_px > 500 else (2, 2), np.uint8)
    edge = cv2.morphologyEx(tone, cv2.MORPH_GRADIENT, kernel)
    line = np.clip((np.arange(256) - 14) * 3.0 * look.outline, 0, 235 * min(look.outline, 1.0))
    strong = cv2.LUT(edge, line.astype(np.uint8))
    mask = cv2.multiply(strong, pixels[:, :, 3], scale=1 / 255)
    rest = cv2.bitwise_not(strong)
    for channel in range(3):
        ink = cv2.convertScaleAbs(mask, alpha=look.ink[channel] / 255)
        kept = cv2.multiply(np.ascontiguousarray(pixels[:, :, channel]), rest, scale=1 / 255)
        pixels[:, :, channel] = cv2.add(kept, ink)


def _texture(sheet: Sheet, cell: tuple[float, float], key: str, amount: float) -> Pixels:
    """How much paint stays on the paper's hills, 0 … 255."""
    noise = full_size(field(sheet, cell, key, octaves=2), sheet)
    gain = cv2.convertScaleAbs(noise, alpha=255 * amount, beta=255 * (1 - 0.66 * amount))
    return np.asarray(gain, np.uint8)


def _chalk(sheet: Sheet, amount: float) -> Pixels:
    """Where chalk skips the paper."""
    noise = full_size(field(sheet, (0.016, 0.016), "frayed", octaves=2), sheet)
    skip = np.clip((noise - 0.42) * 6 * amount, 0, 1) * 255
    return np.asarray(255 - skip, np.uint8)


def _fray(pixels: Pixels, chalk: Pixels, unit_px: float) -> None:
    """Chalk skips along a layer's edges."""
    alpha = np.ascontiguousarray(pixels[:, :, 3])
    reach = max(round(unit_px * 0.005), 1) * 2 + 1
    inner = cv2.blur(cv2.erode(alpha, np.ones((reach, reach), np.uint8)), (reach, reach))
    gain = cv2.max(np.ascontiguousarray(chalk), inner)
    cv2.multiply(pixels, cv2.merge([gain] * 4), dst=pixels, scale=1 / 255)


def _throw(pixels: Pixels, dark: float, unit_px: float) -> None:
    """A small shadow under the layer's edge, up and aside, and the edge of the sheet itself."""
    alpha = np.ascontiguousarray(pixels[:, :, 3])
    height, width = alpha.shape
    step = unit_px * 0.007
    size = (max(width // 2, 1), max(height // 2, 1))
    half = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
    way = np.array([[1, 0, step / 2], [0, 1, -step / 4]], np.float32)
    moved = cv2.warpAffine(half, way, size)
    soft = cv2.resize(cv2.blur(moved, (5, 5)), (width, height), interpolation=cv2.INTER_LINEAR)
    under = cv2.multiply(soft, cv2.bitwise_not(alpha), scale=dark / 255)
    pixels[:, :, 3] = cv2.add(alpha, under)
