"""Skies: gradient, sun or moon, stars, clouds."""

import cv2
import numpy as np

from gpu.light import Light
from gpu.noise import field, full_size, rng
from gpu.paint import Colour, Floats, Pixels, Point, Sheet, circle, mix
from gpu.scenery.scene import Scene


def paint_sky(scene: Scene, *, clouds: bool = True) -> None:
    """The backdrop (opaque) and the clouds before it."""
    sheet = scene.layer("sky", 0.0)
    gradient(sheet, scene.light.sky, scene.view.horizon)
    if scene.light.stars:
        stars(scene, sheet, scene.light.stars)
    at = sun_place(scene)
    if scene.light.sun_size > 0:
        _sun(sheet, scene.light, at)
    if clouds:
        _clouds(scene, scene.layer("clouds", 0.03, drift=(0.006, 0.0)))


def gradient(sheet: Sheet, stops: tuple[Colour, Colour, Colour], horizon: float) -> None:
    """Zenith to horizon, and the horizon's colour below it."""
    rows = sheet.pixels.shape[0]
    y = (np.arange(rows) + 0.5) / sheet.unit_px + sheet.top
    t = np.clip((y + 0.05) / max(horizon + 0.05, 0.3), 0, 1)
    column = np.stack(
        [np.interp(t, (0.0, 0.58, 1.0), [stop[c] for stop in stops]) for c in range(3)], axis=1
    )
    # A dither hides the steps that 8 bits would show in a slow gradient.
    dither = rng("dither").random((64, 64, 1), dtype=np.float32)
    tall = np.tile(dither, (rows // 64 + 1, sheet.pixels.shape[1] // 64 + 1, 1))
    full = column[:, None, :].astype(np.float32) + tall[:rows, : sheet.pixels.shape[1]]
    sheet.pixels[:, :, :3] = np.clip(full, 0, 255).astype(np.uint8)
    sheet.pixels[:, :, 3] = 255


def sun_place(scene: Scene) -> Point:
    """Where sun or moon stands in the picture."""
    reach = 0.62 if scene.light.sun_height < 0.2 else 0.8
    x = scene.light.side * reach * min(scene.frame.aspect, 1.8) / 2
    y = scene.view.horizon - scene.light.sun_height * min(scene.view.horizon, 0.8) * 1.1
    return x, max(y, 0.05)


def _sun(sheet: Sheet, light: Light, at: Point) -> None:
    night = light.stars >= 0.4
    sheet.glow(at, 0.62 if not night else 0.36, light.sun, 0.34 if not night else 0.22)
    sheet.glow(at, light.sun_size * 4.0, light.sun, 0.5)
    disc = mix(light.sun, (255, 255, 255), 0.45)
    if not night and light.sun_height > 0.5:
        # High in a bright sky only warmth and a corona tell the sun from a moon.
        disc = (255, 244, 184)
        sheet.glow(at, light.sun_size * 9.0, (255, 236, 170), 0.75)
        sheet.glow(at, light.sun_size * 3.0, (255, 250, 214), 0.95)
        for k in range(12):
            turn = 2 * np.pi * k / 12
            reach = light.sun_size * (4.6 if k % 2 else 3.4)
            tip = (at[0] + reach * float(np.cos(turn)), at[1] + reach * float(np.sin(turn)))
            sheet.beam(at, tip, (light.sun_size * 0.5, light.sun_size * 0.12), (255, 244, 200), 0.6)
    sheet.fill(circle(*at, light.sun_size, light.sun_size), disc)
    if night:
        spot = mix(disc, light.sky[1], 0.22)
        for dx, dy, size in ((-0.3, -0.2, 0.22), (0.25, 0.15, 0.3), (-0.1, 0.4, 0.16)):
            r = light.sun_size
            sheet.shade(circle(at[0] + dx * r, at[1] + dy * r, size * r, size * r), spot, 0.6)


def stars(scene: Scene, sheet: Sheet, strength: float) -> None:
    """Stars that stay where they are whatever the bleed."""
    draw = scene.layout("stars")
    count = int(340 * strength * max(scene.frame.aspect, 1.0))
    spots = draw.random((count, 4))
    for x, y, bright, size in spots:
        at = ((x - 0.5) * 3.2, y * 1.1 - 0.15)
        if at[1] > scene.view.horizon:
            continue
        fade = strength * (0.25 + 0.75 * bright**3)
        radius = 0.0007 + 0.0013 * size**4
        sheet.fill(circle(*at, radius, radius), (236, 240, 255), min(fade, 0.99))


def _clouds(scene: Scene, sheet: Sheet) -> None:
    light = scene.light
    key = f"clouds {scene.reading.brief.seed} {scene.reading.place}"
    wide = 1.15 - 0.5 * light.cloud
    noise = field(sheet, (wide, wide * 0.24), key, octaves=5)
    rows = len(noise)
    y = np.linspace(0, sheet.pixels.shape[0] / sheet.unit_px, rows, dtype=np.float32) + sheet.top
    level = 0.66 - 0.24 * light.cloud
    falling = np.interp(y, (0.0, scene.view.horizon * 0.86, scene.view.horizon), (1, 0.9, 0.0))
    cover = np.clip((noise - level) / 0.13, 0, 1) * falling[:, None].astype(np.float32)
    step = max(rows // 60, 1)
    lifted = np.concatenate([noise[:1].repeat(step, axis=0), noise[:-step]])
    lit = np.clip(0.5 + (noise - lifted) * 7.0, 0, 1)
    _lay_clouds(sheet, cover * (0.5 + 0.42 * light.cloud), lit, light)


def _lay_clouds(sheet: Sheet, cover: Floats, lit: Floats, light: Light) -> None:
    bright = np.array(mix(light.key, light.sky[2], 0.35), np.float32)
    dark = np.array(mix(light.shade, light.sky[1], 0.55), np.float32)
    if light.stars >= 0.4:
        bright, dark = bright * 0.42, dark * 0.8
    rgb = dark + (bright - dark) * lit[:, :, None]
    alpha = cover[:, :, None]
    small = np.concatenate([rgb * alpha, 255 * alpha], axis=2).astype(np.float32)
    large = full_size(small, sheet)
    sheet.pixels[:] = np.clip(large, 0, 255).astype(np.uint8)


def band(sheet: Sheet, y: float, height: float, colour: Colour, alpha: float) -> None:
    """A soft horizontal veil of mist around y."""
    rows = (np.arange(sheet.pixels.shape[0]) + 0.5) / sheet.unit_px + sheet.top
    strength = np.exp(-(((rows - y) / height) ** 2)) * 255
    mask: Pixels = np.repeat(strength.astype(np.uint8)[:, None], sheet.pixels.shape[1], axis=1)
    sheet.veil(mask, colour, alpha)


def grain(sheet: Sheet, strength: float) -> None:
    """Brushed paper over what is painted; low frequencies, so that it survives an encoder."""
    noise = field(sheet, (0.05, 0.02), "paper", octaves=3)
    gain = full_size(1 + strength * (noise - 0.5), sheet)
    rgb = sheet.pixels[:, :, :3]
    held = cv2.multiply(rgb, cv2.merge([gain] * 3), dtype=cv2.CV_8U)
    sheet.pixels[:, :, :3] = np.minimum(held, sheet.pixels[:, :, 3:4])
