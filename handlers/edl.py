"""The cut as a CMX 3600 edit decision list: one picture track, no drop frame, from 01:00:00:00.

Record times follow each other without a gap; nothing overlaps but what a dissolve takes from the
item before it. A fade goes through BL, as the format has it. Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gpu.plain import one_line
from handlers.cut_list import CutList, Item
from handlers.errors import Refused
from handlers.export_text import timecode

_CARDS = "AX"
"""The reel of what is on no reel: cards."""
_BLACK = "BL"
_EVENTS_MAX = 999
_HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class _Edit:
    """`frames` of a reel from its frame `source`, on the record from `start`.

    `mixed` of them come in over `under`: a reel, and its frame there.
    """

    item: Item
    reel: str
    source: int
    start: int
    frames: int
    mixed: int = 0
    under: tuple[str, int] = (_BLACK, 0)
    held: bool = False


def edl(cut: CutList) -> str:
    """The list as text. Raises Refused for more events than the format can number."""
    fps = cut.started.fps
    edits = list(_edits(cut))
    if len(edits) > _EVENTS_MAX:
        raise Refused(
            "too_many_events",
            f"an EDL numbers at most {_EVENTS_MAX} events, this cut has {len(edits)}",
            "--format otio has no such limit",
        )
    blocks = [f"TITLE: {one_line(cut.title)[:70]}\nFCM: NON-DROP FRAME\n"]
    for number, edit in enumerate(edits, 1):
        blocks.append(_block(number, edit, fps))
    return "\n".join(blocks)


def _edits(cut: CutList) -> Iterator[_Edit]:
    before: Item | None = None
    for item in cut.items:
        place, reel = item.place, _reel(item)
        mixed, under = 0, (_BLACK, 0)
        if before and place.dissolve_in:
            mixed, under = place.dissolve_in, (_reel(before), min(before.frames, _last(before)))
        elif place.fade_in:
            mixed = place.fade_in
        shown = item.frames - place.fade_out
        moving = min(shown, item.own_frames)
        yield _Edit(item, reel, 0, item.start, moving, mixed, under)
        if held := shown - moving:
            last = _last(item)
            yield _Edit(item, reel, last, item.start + moving, held, held=True)
        if place.fade_out:
            source = min(shown, _last(item))
            at = item.start + shown
            yield _Edit(item, _BLACK, 0, at, place.fade_out, place.fade_out, (reel, source))
        before = item


def _last(item: Item) -> int:
    return max(0, item.own_frames - 1)


def _reel(item: Item) -> str:
    """At most eight letters and digits, its own for every shot."""
    return f"SH{item.shot.shot.shot:06d}"[:8] if item.shot else _CARDS


def _block(number: int, edit: _Edit, fps: int) -> str:
    event = f"{number:03d}"
    start, end = (_record(at, fps) for at in (edit.start, edit.start + edit.frames))
    source = timecode(edit.source, fps), timecode(edit.source + edit.frames, fps)
    lines = []
    if edit.mixed:
        reel, at = edit.under
        lines.append(_line(event, reel, "C", (timecode(at, fps),) * 2, (start, start)))
        lines.append(_line(event, edit.reel, f"D    {edit.mixed:03d}", source, (start, end)))
    elif edit.held:
        still = source[0], timecode(edit.source + 1, fps)
        lines.append(_line(event, edit.reel, "C", still, (start, end)))
        lines.append(f"M2   {edit.reel:<8}       000.0                {source[0]}")
    else:
        lines.append(_line(event, edit.reel, "C", source, (start, end)))
    if edit.reel == _BLACK:
        return "\n".join(lines) + "\n"
    media = edit.item.media.name if edit.item.media else edit.item.name.upper()
    clip = "TO CLIP NAME" if edit.mixed else "FROM CLIP NAME"
    lines.append(f"* {clip}: {edit.item.name}")
    lines.append(f"* SOURCE FILE: {media}")
    if edit.item.shot and not edit.held:
        lines.append(f"* COMMENT: {one_line(edit.item.shot.shot.plan.narration)[:120]}".rstrip())
    return "\n".join(lines) + "\n"


def _line(
    event: str, reel: str, kind: str, source: tuple[str, str], record: tuple[str, str]
) -> str:
    times = " ".join((*source, *record))
    return f"{event}  {reel:<8} V     {kind:<9}{times}"


def _record(frame: int, fps: int) -> str:
    return timecode(frame + _HOUR_S * fps, fps)
