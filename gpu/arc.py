"""The documentary arc: which role each shot plays, its scene, how many frames it gets."""

from dataclasses import dataclass
from itertools import pairwise

from gpu.errors import BriefRefused

_SHORT_ARCS = {
    1: ("establish",),
    2: ("establish", "resolve"),
    3: ("establish", "show", "resolve"),
    4: ("establish", "show", "turn", "resolve"),
    5: ("establish", "show", "evidence", "turn", "resolve"),
    6: ("establish", "orient", "show", "evidence", "turn", "resolve"),
}
_BODY = ("show", "evidence", "connect", "show", "evidence", "evidence", "connect")
_WEIGHTS = {
    "establish": 6,
    "orient": 5,
    "show": 6,
    "evidence": 5,
    "connect": 5,
    "turn": 6,
    "resolve": 7,
}
_PARTS = ({"establish", "orient"}, {"show", "evidence"}, {"connect"}, {"turn"}, {"resolve"})


@dataclass(frozen=True)
class Beat:
    """One shot's role and the scene it is in; scenes count from 1."""

    role: str
    scene: int


def roles(shot_count: int) -> tuple[str, ...]:
    """The roles of `shot_count` shots: the seven of the arc, fewer when short, a longer body."""
    if shot_count in _SHORT_ARCS:
        return _SHORT_ARCS[shot_count]
    turns = max(1, shot_count // 9)
    ends = max(1, shot_count // 12)
    orients = max(1, shot_count // 16)
    body = shot_count - 1 - orients - turns - ends
    middle = tuple(_BODY[i % len(_BODY)] for i in range(body))
    opening = ("establish", *("orient",) * orients)
    return (*opening, *middle, *("turn",) * turns, *("resolve",) * ends)


def scene_count(shot_count: int) -> int:
    """How many scenes suit that many shots: 3 to 5, fewer when there are fewer than 3 shots."""
    if shot_count < 3:
        return shot_count
    return 3 if shot_count < 7 else 4 if shot_count < 10 else 5


def part_of(scene: int, scenes: int) -> int:
    """Which of the five parts of the arc (0 … 4) a scene stands for."""
    plans = {1: (0,), 2: (0, 4), 3: (0, 1, 4), 4: (0, 1, 2, 4), 5: (0, 1, 2, 3, 4)}
    if scenes in plans:
        return plans[scenes][scene - 1]
    return round((scene - 1) * 4 / max(1, scenes - 1))


def beats(shot_count: int, scenes: int) -> tuple[Beat, ...]:
    """Every shot's role and scene. Each of the scenes gets a shot while there are enough shots."""
    named = roles(shot_count)
    if scenes == scene_count(shot_count) and shot_count >= 3:
        places = _by_role(named, scenes)
    else:
        places = [1 + i * min(scenes, shot_count) // shot_count for i in range(shot_count)]
    return tuple(Beat(role, scene) for role, scene in zip(named, places, strict=True))


def _by_role(named: tuple[str, ...], scenes: int) -> list[int]:
    """The scene of each role; scenes never go back, so a long body is cut in two at its middle."""
    body = [i for i, role in enumerate(named) if role in ("show", "evidence", "connect")]
    late = body[len(body) // 2] if scenes > 3 else len(named)
    if scenes == 4 and len(named) == 7:
        late = named.index("connect")
    places = []
    for i, role in enumerate(named):
        part = next(n for n, of in enumerate(_PARTS) if role in of)
        if role in ("show", "evidence", "connect"):
            part = 2 if i >= late else 1
        places.append(min({0: 1, 1: 2, 2: 3, 3: 4, 4: 5}[part], scenes))
    return places if scenes > 3 else [min(p, 3) for p in places]


def transitions(scene_of_shot: tuple[int, ...], average_frames: float, dissolve: int) -> list[str]:
    """How each shot leads to the next: a dissolve into a new scene, else a cut; a cut at the end.

    Shots too short to hold two dissolves of `dissolve` frames get cuts.
    """
    soft = dissolve > 0 and average_frames >= max(2 * dissolve, 2)
    changes = [soft and a != b for a, b in pairwise(scene_of_shot)]
    return ["dissolve" if change else "cut" for change in changes] + ["cut"]


def frames(named: tuple[str, ...], total_frames: int, fps: int) -> list[int]:
    """Divide `total_frames` by the weight of each role: at least one second each where possible.

    Raises BriefRefused when there are fewer frames than shots.
    """
    weights = [_WEIGHTS.get(role, 5) for role in named]
    if total_frames < len(named):
        raise BriefRefused(
            f"{len(named)} shots need at least {len(named)} frames; the film has {total_frames}"
        )
    floor = min(fps, total_frames // len(named))
    return [floor + extra for extra in share(total_frames - floor * len(named), weights)]


def share(total: int, weights: list[int]) -> list[int]:
    """Divide a whole number by weights; the parts sum to it exactly."""
    whole = sum(weights)
    ends = [0]
    for i in range(1, len(weights) + 1):
        ends.append(total * sum(weights[:i]) // whole)
    return [b - a for a, b in pairwise(ends)]
