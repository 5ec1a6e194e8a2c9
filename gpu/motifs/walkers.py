"""People who are not what the shot is about: somebody for scale, somebody who leaves."""

from gpu.motifs import Motif, all_motifs
from gpu.motifs.people import HAIRS, figure, garb
from gpu.motifs.stock import CREAM, GREY, SKINS
from gpu.pen import Pen

# Coordinates read better in rows than one to a line.
# fmt: off


def bystander(pen: Pen) -> None:
    """Anybody, standing."""
    figure(pen, garb(pen, robe=False), stride=0.04)


def walker(pen: Pen) -> None:
    """Somebody seen from behind, in mid-step, with a bag: no face."""
    coat, legs = (112, 86, 84), (66, 62, 78)
    pen.poly([(0.0, 0.46), (0.1, 0.46), (0.13, 0.27), (0.15, 0.12), (0.08, 0.1), (0.055, 0.26)],
        legs, -0.5)
    pen.poly([(0.07, 0.13), (0.16, 0.12), (0.15, 0.05), (0.1, 0.06)], legs, -0.9)
    pen.poly([(-0.1, 0.46), (0.02, 0.46), (-0.02, 0.24), (-0.045, 0.0), (-0.12, 0.0), (-0.1, 0.25)],
        legs, 0.1)
    pen.curve([(0.1, 0.76), (0.17, 0.66), (0.19, 0.54)], 0.055, coat, -0.4)
    pen.blob([(-0.12, 0.4), (0.12, 0.4), (0.12, 0.64), (0.12, 0.78), (0, 0.84), (-0.12, 0.78),
        (-0.12, 0.64)], coat, 0.35)
    s = pen.away
    pen.shadow([(s * 0.03, 0.4), (s * 0.13, 0.4), (s * 0.13, 0.8), (s * 0.04, 0.84)], 0.35)
    pen.curve([(-0.1, 0.77), (-0.16, 0.64), (-0.12, 0.5)], 0.055, coat, 0.2)
    pen.line([(0.09, 0.82), (-0.1, 0.52)], 0.018, CREAM, 0.0)
    pen.blob([(-0.15, 0.42), (-0.16, 0.54), (-0.06, 0.56), (-0.04, 0.43)], (150, 104, 68), 0.2)
    pen.box((-0.028, 0.8), (0.028, 0.87), SKINS[1], -0.3)
    pen.oval((0, 0.915), (0.062, 0.075), HAIRS[1], 0.1)
    pen.oval((0.01, 0.94), (0.045, 0.045), HAIRS[1], 0.5)


def spaceman(pen: Pen) -> None:
    """An astronaut, also from behind: the pack hides what there is of a face."""
    all_motifs()["astronaut"].painter(pen)
    if pen.role == "leaving":
        pen.oval((0, 0.87), (0.1, 0.095), (226, 226, 222), 0.3)
        pen.box((-0.15, 0.44), (0.15, 0.8), GREY, 0.1)


PERSON = Motif("bystander", bystander, 1.0, "person", 0.34)
WALKER = Motif("walker", walker, 1.0, "person", 0.4)
ASTRONAUT = Motif("spaceman", spaceman, 1.0, "person", 0.5)
