"""Maps: land, bare rock or a floor plan; one way with its stations; badges on fitting ground."""

import math
import re
from dataclasses import dataclass

from gpu import charts
from gpu.motifs import Motif, all_motifs
from gpu.noise import rng
from gpu.paint import Colour, Floats, Point, Sheet, circle, mix, new_sheet, smooth
from gpu.plans import paint_plan
from gpu.scenery.rooms import ROOMS
from gpu.scenery.scene import Scene
from gpu.subject import Spot, paint_motif

BADGE = 0.118
"""The radius of a badge's inside."""
_NO_LAND = re.compile(
    r"\b(?:inside|interior|hold|cabin|deck) of a|ship'?s interior|on board|floor map"
)

_TURNS = [(math.cos(2 * math.pi * k / 20), math.sin(2 * math.pi * k / 20)) for k in range(20)]


@dataclass(frozen=True)
class Ground:
    """What a map's things lie on: `wet` says whether there is water at a point."""

    stations: list[Point]
    way: list[Point]
    plan: Sheet | None = None
    land: Floats | None = None

    def wet(self, point: Point) -> bool:
        if self.plan is None or self.land is None:
            return False
        return charts.at(self.plan, self.land, point) < 0


def paint_map(scene: Scene) -> None:
    """A map of the place; with routes it is drawn in night colours, wider and without paper."""
    text = scene.reading.brief.prompt.lower()
    routes = "routes" in text or "trade" in text
    key = f"map {scene.reading.place} {scene.reading.brief.prompt}"
    sheet = scene.layer("map", 0.5)
    ground = _ground(scene, sheet, key, routes)
    scene.picture.horizon = 0.5
    ink = (255, 206, 120) if routes else (176, 46, 38)
    scene.picture.route, scene.picture.route_colour = ground.way, ink
    for i in range(0, len(ground.way) - 2, 4):
        sheet.stroke(ground.way[i : i + 3], 0.0045, ink, 0.8)
    _rose(scene, sheet, routes)
    badges = _places(scene, ground)
    for _, disc, station in badges:
        sheet.stroke([station, disc], 0.004, mix(ink, (60, 44, 40), 0.4), 0.9)
    for at in ground.stations:
        _marker(sheet, at, ink, routes)
    for motif, disc, _ in badges:
        _badge(scene, sheet, motif, disc)
    scene.picture.route_gaps = [(*disc, BADGE + 0.022) for _, disc, _ in badges]


def _ground(scene: Scene, sheet: Sheet, key: str, routes: bool) -> Ground:
    """Paints the map itself, and finds its stations and the way between them."""
    settings, text = scene.reading.settings, scene.reading.brief.prompt.lower()
    half = min(scene.frame.aspect / 2, 0.89)
    if set(settings[:1]) & (set(ROOMS) | {"cave"}) or _NO_LAND.search(text):
        stations, way = paint_plan(sheet, key, routes, half)
        return Ground(stations, _curve(way))
    # Rivers and towns are found on a grid of their own, so that no crop can move them.
    plan = new_sheet(720, 480, 240.0, (-1.5, -0.5))
    if set(settings[:1]) & {"planet", "space"} or re.search(r"\bmoon\b|\blunar\b", text):
        grey = "mars" not in text and bool(re.search(r"moon|lunar|asteroid|mercury", text))
        charts.paint_bare(sheet, charts.bare_height(sheet, key), grey)
        _ticks(sheet, routes)
        stations = _stations(plan, None, key, (5 if routes else 4, half))
        return Ground(stations, _curve(stations))
    land = charts.height_of(sheet, settings, key)
    charts.paint_land(sheet, land, charts.shading(sheet, land, key), routes)
    ground = charts.height_of(plan, settings, key)
    plain = "river plain" in settings
    for rank, course in enumerate(charts.rivers(plan, ground, key, 6 if plain else 4)):
        wide = 0.032 if plain and rank == 0 else 0.011 if plain else 0.006
        _river(sheet, course, wide, routes)
    _ticks(sheet, routes)
    stations = _stations(plan, ground, key, (5 if routes else 4, half))
    return Ground(stations, _curve(stations), plan, ground)


def _river(sheet: Sheet, course: list[Point], wide: float, routes: bool) -> None:
    """Thin at the spring, wide at the mouth."""
    colour: Colour = (52, 76, 110) if routes else (98, 146, 152)
    for i in range(0, len(course) - 2, 2):
        sheet.stroke(course[i : i + 4], 0.0022 + wide * i / len(course), colour)


def _stations(sheet: Sheet, land: Floats | None, key: str, plan: tuple[int, float]) -> list[Point]:
    """Towns on land, across the map from one side to the other."""
    draw = rng(key, "stations")
    count, half = plan
    found: list[Point] = []
    for i in range(count):
        middle = -0.7 * half + 1.4 * half * i / (count - 1)
        before = found[-1][1] if found else 0.5
        tries = [
            (middle + float(draw.uniform(-0.09, 0.09)), float(draw.uniform(0.2, 0.8)))
            for _ in range(60)
        ]

        def merit(p: Point, before: float = before) -> float:
            high = 1.0 if land is None else min(charts.at(sheet, land, p), 0.05) * 20
            close = min((abs(p[0] - q[0]) for q in found), default=1.0)
            return (
                3 * high + 4 * min(close, 0.16) - 1.2 * abs(p[1] - before) - 0.6 * abs(p[1] - 0.5)
            )

        best = max(tries, key=merit)
        if land is not None and charts.at(sheet, land, best) < 0.01:
            more = draw.uniform((-0.75 * half, 0.2), (0.75 * half, 0.8), (120, 2)).tolist()
            best = max(((float(x), float(y)) for x, y in more), key=merit)
        found.append(best)
    return sorted(found)


def _curve(points: list[Point]) -> list[Point]:
    """One clean line through all points, as fine steps."""
    way = [(float(x), float(y)) for x, y in smooth(points, closed=False, steps=24)]
    return [*way, points[-1]]


def _places(scene: Scene, ground: Ground) -> list[tuple[Motif, Point, Point]]:
    """Each badge beside a station, away from the way, on ground that suits its thing."""
    known, half = all_motifs(), min(scene.frame.aspect / 2, 0.89)
    things = [known[name] for name in scene.reading.motifs if name in known][:2]
    reach = max(half - BADGE - 0.04, 0.0)
    taken: list[Point] = [(half - 0.13, 0.86)]
    found = []
    for index, motif in enumerate(things):
        floats = motif.kind in ("afloat", "swimming")
        own = ground.stations[(1, 3)[index] % len(ground.stations)]
        spots = [
            ((min(max(x + r * c, -reach), reach), min(max(y + r * d, 0.17), 0.83)), (x, y))
            for x, y in (ground.stations if floats else [own])
            for r in (0.19, 0.24, 0.31, 0.4)
            for c, d in _TURNS
        ]

        def merit(spot: tuple[Point, Point], floats: bool = floats) -> float:
            p, station = spot
            line = min(math.dist(p, q) for q in ground.way[::4])
            others = min(math.dist(p, q) for q in taken)
            fits = ground.wet(p) == floats
            clear = 6 * min(line, 0.17) + 6 * min(others, 0.31)
            return 1.6 * fits + clear - 0.5 * math.dist(p, station)

        disc, station = max(spots, key=merit)
        taken.append(disc)
        found.append((motif, disc, station))
    return found


def _badge(scene: Scene, sheet: Sheet, motif: Motif, disc: Point) -> None:
    """A small picture in a ring; whatever is larger than the ring is cut."""
    paper = (244, 232, 202)
    sheet.fill(circle(*disc, 0.137, 0.137), (60, 44, 40), 0.4)
    sheet.fill(circle(*disc, 0.128, 0.128), paper)
    size = 1.8 * BADGE / math.hypot(1.0, max(motif.wide, 0.3))
    before = sheet.pixels.copy()
    paint_motif(scene, sheet, motif, Spot(disc[0], disc[1] + size / 2, size, 1.0))
    inner = circle(*disc, BADGE - 0.003, BADGE - 0.003)
    sheet.keep(inner, before)
    rim = [(float(a), float(b)) for a, b in circle(*disc, BADGE, BADGE)]
    sheet.stroke([*rim, rim[0]], 0.0035, (120, 84, 60))


def _marker(sheet: Sheet, at: Point, ink: Colour, routes: bool) -> None:
    if routes:
        sheet.glow(at, 0.06, ink, 0.8)
    sheet.fill(circle(*at, 0.017, 0.017), (250, 240, 214))
    sheet.fill(circle(*at, 0.0115, 0.0115), ink)


def _ticks(sheet: Sheet, routes: bool) -> None:
    """Meridians, parallels, and a frame of short strokes as old maps have."""
    colour = (90, 62, 46) if not routes else (150, 170, 190)
    x0, y0, x1, y1 = -2.4, -0.6, 2.4, 1.6
    for i in range(-9, 10):
        x = i * 0.24
        line = [(x * (0.92 + 0.1 * (t / 12)), y0 + (y1 - y0) * t / 12) for t in range(13)]
        sheet.stroke(line, 0.0016, colour, 0.35)
    for j in range(-2, 8):
        y = 0.1 + 0.2 * j
        line = [(x0 + (x1 - x0) * t / 12, y + 0.02 * math.cos((t - 6) / 4)) for t in range(13)]
        sheet.stroke(line, 0.0016, colour, 0.35)


def _rose(scene: Scene, sheet: Sheet, routes: bool) -> None:
    """A wind rose in a corner."""
    at = (scene.frame.aspect / 2 - 0.13, 0.86)
    colour = (104, 70, 50) if not routes else (214, 196, 150)
    for k in range(8):
        a = math.pi * k / 4
        long = 0.075 if k % 2 == 0 else 0.042
        tip = (at[0] + long * math.sin(a), at[1] - long * math.cos(a))
        for s, alpha in ((0.4, 1.0), (-0.4, 0.45)):
            side = (at[0] + 0.016 * math.sin(a + s), at[1] - 0.016 * math.cos(a + s))
            sheet.fill([at, tip, side], colour, alpha)
