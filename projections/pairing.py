"""Which shot of one film is which shot of another: by number where they share it, else by words."""

from bisect import bisect_left
from collections.abc import Sequence

from eventstore.recorded import Recorded
from projections.events import OPERATIONS, SessionRewound, ShotAdded, ShotPlanned
from projections.shot import Shot
from projections.words import similarity

SIMILAR = 0.4
Pair = tuple[Shot | None, Shot | None]


def shared_shots(one: Sequence[Recorded], other: Sequence[Recorded]) -> frozenset[int]:
    """Numbers that mean the same shot in both: planned or added before their histories parted.

    Takes effective histories, with what was inherited from parents in front.
    """
    shared = set()
    for ours, theirs in zip(_film(one), _film(other), strict=False):
        if ours.event_id != theirs.event_id:
            break
        if isinstance(ours.event, ShotPlanned | ShotAdded):
            shared.add(ours.event.shot)
    return frozenset(shared)


def _film(history: Sequence[Recorded]) -> list[Recorded]:
    return [r for r in history if not isinstance(r.event, (*OPERATIONS, SessionRewound))]


def pairs(before: Sequence[Shot], after: Sequence[Shot], shared: frozenset[int]) -> list[Pair]:
    """Every shot of both cuts, in the order of the new one; removed shots where they stood."""
    partner = _partners(before, after, shared)
    taken = {id(one) for one in partner.values()}
    found: list[Pair] = [(partner.get(id(shot)), shot) for shot in after]
    place = {id(shot): at for at, shot in enumerate(before)}
    for shot in before:
        if id(shot) not in taken:
            found.insert(_place_of_removed(place[id(shot)], found, place), (shot, None))
    return found


def _place_of_removed(at: int, found: Sequence[Pair], place: dict[int, int]) -> int:
    """Behind the last shot that stood before it."""
    earlier = [
        number for number, (old, _) in enumerate(found) if old is not None and place[id(old)] < at
    ]
    return earlier[-1] + 1 if earlier else 0


def _partners(
    before: Sequence[Shot], after: Sequence[Shot], shared: frozenset[int]
) -> dict[int, Shot]:
    """id of a new shot → the old shot that it is."""
    numbered = {shot.shot: shot for shot in before if shot.shot in shared}
    partner = {id(shot): numbered[shot.shot] for shot in after if shot.shot in numbered}
    old = [shot for shot in before if shot.shot not in shared]
    new = [shot for shot in after if shot.shot not in shared]
    taken: set[int] = set()
    for _, a, b in sorted(_scores(old, new), key=lambda one: (-one[0], one[1], one[2])):
        if id(new[b]) not in partner and a not in taken:
            partner[id(new[b])] = old[a]
            taken.add(a)
    return partner


def _scores(old: Sequence[Shot], new: Sequence[Shot]) -> list[tuple[float, int, int]]:
    """(likeness, place, place) of pairs that could be one shot; the same place helps a little."""
    found = []
    for a, one in enumerate(old):
        for b, other in enumerate(new):
            pictures = similarity(one.plan.image_prompt, other.plan.image_prompt)
            words = similarity(one.plan.narration, other.plan.narration)
            score = max(pictures, words if one.plan.narration.strip() else 0.0)
            score += 0.1 if a == b else 0.0
            if score >= SIMILAR:
                found.append((score, a, b))
    return found


def moved(found: Sequence[Pair], before: Sequence[Shot]) -> set[int]:
    """Numbers (in the new cut) of shots that changed their order; as few as explain it."""
    place = {id(shot): at for at, shot in enumerate(before)}
    kept = [(place[id(old)], new.shot) for old, new in found if old is not None and new is not None]
    staying = _longest_rising([at for at, _ in kept])
    return {number for at, number in kept if at not in staying}


def _longest_rising(values: Sequence[int]) -> set[int]:
    """One longest rising subsequence of different numbers."""
    tails: list[int] = []
    chain: dict[int, int | None] = {}
    for value in values:
        at = bisect_left(tails, value)
        chain[value] = tails[at - 1] if at else None
        tails[at : at + 1] = [value]
    found = set()
    last = tails[-1] if tails else None
    while last is not None:
        found.add(last)
        last = chain[last]
    return found
