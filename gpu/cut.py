"""Plans the cut: which pictures lie in each frame of the film, and which frames are copied.

Pure: a FilmBrief in, layers and runs out. Knows no pixels and no files.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gpu.briefs import FilmBrief
from gpu.errors import BriefRefused

WHOLE = 256
"""An opaque layer."""

TITLE = -1
END = -2


@dataclass(frozen=True)
class Layer:
    """One picture in a frame: clip number or TITLE or END, its frame, opaque at 256."""

    source: int
    frame: int
    alpha: int


Frame = tuple[Layer, ...]
"""The layers of one frame of the film, the lowest first, over black."""


@dataclass(frozen=True)
class Run:
    """Frames `first` … `end`−1 of the film. A copied run shows its clip from frame `clip_first`."""

    first: int
    end: int
    copied: bool
    clip: int = 0
    clip_first: int = 0


@dataclass(frozen=True)
class Place:
    """A card or clip in the film: where, how long, of how many frames, and what leads away.

    `length` counts frames that it shares with its neighbours; `dissolve_in` are those that the one
    before it has too. `frames` are its own: the last one is held for the rest of `length`.
    """

    source: int
    start: int
    length: int
    frames: int
    transition: str
    dissolve_in: int = 0
    fade_in: int = 0
    fade_out: int = 0

    @property
    def end(self) -> int:
        return self.start + self.length


def layers_of(brief: FilmBrief) -> tuple[Frame, ...]:
    """What every frame of the film shows. Raises BriefRefused when the numbers do not add up."""
    film: list[list[Layer]] = [[] for _ in range(brief.total_frames)]
    for place in places_of(brief):
        for at in range(place.length):
            layer = Layer(place.source, min(at, place.frames - 1), _alpha(place, at))
            if layer.alpha:
                film[place.start + at].append(layer)
    return tuple(map(tuple, film))


def places_of(brief: FilmBrief) -> tuple[Place, ...]:
    """Where every card and clip lies. Raises BriefRefused when the numbers do not add up."""
    places = _joined(list(_places(brief)), brief.transition_frames)
    if (places[0].start, places[-1].end) != (0, brief.total_frames):
        raise BriefRefused(
            f"the film goes from frame 0 to {brief.total_frames}, its parts from "
            f"{places[0].start} to {places[-1].end}"
        )
    return tuple(places)


def runs_of(film: Sequence[Frame], keyframes: Sequence[Sequence[int]]) -> tuple[Run, ...]:
    """The film in runs. Copied runs start at a key frame of their clip; all else is made anew.

    `keyframes`: for each clip the frames at which a copy may start; none for a foreign clip.
    """
    runs: list[Run] = []
    for at, layers in enumerate(film):
        last = runs[-1] if runs else None
        if last and last.copied and layers == _next_of(last, at):
            runs[-1] = replace(last, end=at + 1)
        elif len(layers) == 1 and _copyable(layers[0], keyframes):
            top = layers[0]
            runs.append(Run(at, at + 1, True, top.source, top.frame))
        elif last and not last.copied:
            runs[-1] = replace(last, end=at + 1)
        else:
            runs.append(Run(at, at + 1, False))
    return tuple(runs)


def _next_of(run: Run, at: int) -> Frame:
    return (Layer(run.clip, run.clip_first + at - run.first, WHOLE),)


def _copyable(layer: Layer, keyframes: Sequence[Sequence[int]]) -> bool:
    return layer.source >= 0 and layer.alpha == WHOLE and layer.frame in keyframes[layer.source]


def _places(brief: FilmBrief) -> Iterator[Place]:
    if brief.title_frames:
        # the card stands still, so it can dissolve without a frame of its own
        yield Place(TITLE, 0, brief.title_frames, 1, "dissolve")
    for number, clip in enumerate(brief.clips):
        length = clip.frames + clip.held_frames
        yield Place(number, clip.start_frame, length, clip.frames, clip.transition)
    if brief.end_frames:
        yield Place(END, brief.total_frames - brief.end_frames, brief.end_frames, 1, "fade")


def _joined(film: list[Place], transition_frames: int) -> list[Place]:
    """The places with what happens at their borders. The film fades in to a title card and out."""
    if not film:
        raise BriefRefused("a film needs at least one clip or card")
    for at in range(len(film) - 1):
        film[at : at + 2] = _border(film[at], film[at + 1], transition_frames)
    first = film[0]
    if first.source == TITLE:
        film[0] = replace(first, fade_in=min(transition_frames, first.length // 2))
    last = film[-1]
    if last.source == END or last.transition == "fade":
        film[-1] = replace(last, fade_out=min(transition_frames, last.length // 2))
    return film


def _border(before: Place, after: Place, transition_frames: int) -> tuple[Place, Place]:
    overlap = before.end - after.start
    most = transition_frames if before.transition == "dissolve" else 0
    if not 0 <= overlap <= most:
        raise BriefRefused(
            f"{_name(before.source)} ends at frame {before.end}, {_name(after.source)} starts at "
            f"{after.start}: a {before.transition} has room for 0 … {most} common frames"
        )
    if before.transition == "dissolve" and not overlap:
        # no common frames were planned: the last picture is held under the next one's beginning
        overlap = min(transition_frames, after.length // 2)
        before = replace(before, length=before.length + overlap)
    if before.transition == "dissolve":
        after = replace(after, dissolve_in=overlap)
    if before.transition == "fade":
        before = replace(before, fade_out=min(transition_frames, before.length // 2))
        after = replace(after, fade_in=min(transition_frames, after.length // 2))
    return before, after


def _alpha(place: Place, at: int) -> int:
    """How opaque a place is at its frame: a dissolve never starts at 0, a fade ends in black."""
    alpha = WHOLE
    if at < place.dissolve_in:
        alpha = WHOLE * (at + 1) // (place.dissolve_in + 1)
    if at < place.fade_in:
        alpha = alpha * (at + 1) // (place.fade_in + 1)
    left = place.length - 1 - at
    if left < place.fade_out:
        alpha = alpha * left // place.fade_out
    return alpha


def _name(source: int) -> str:
    return {TITLE: "the title card", END: "the end card"}.get(source, f"clip {source + 1}")
