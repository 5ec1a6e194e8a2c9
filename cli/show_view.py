"""The parts of `reelog view` as rows of cells; show_film puts them on a page."""

from collections.abc import Iterator, Sequence

from cli.show_found import Found, Row
from cli.show_text import (
    GLYPHS,
    PROMPT_NAMES,
    STATE_STYLES,
    Cell,
    Clock,
    bar,
    bytes_text,
    cell,
    named,
    one_line,
    percent,
    seconds_text,
    state_word,
)
from handlers import look

BAR_COLUMNS = 24
STEP_NAMES = {
    "story": "story",
    "scene_graph": "scene graph",
    "shots": "shots",
    "prompts": "prompts",
    "images": "images",
    "audio": "narration",
    "videos": "clips",
    "music": "music",
    "film": "film",
}
STAGES_OF_EVENTS = {
    "StoryGenerated": "story",
    "SceneGraphBuilt": "scene graph",
    "ShotPlanned": "shot plan",
    "PromptEnhanced": "prompts",
    "ReferenceRendered": "sheets",
    "ImageRendered": "images",
    "AudioTrackSaved": "narration",
    "VideoRendered": "clips",
    "PreviewRendered": "previews",
    "MusicSaved": "music",
    "FilmAssembled": "film",
}
WORD_STYLES = {"=": "", "-": "red strike", "+": "green"}
Rows = list[list[Cell]]


def title(found: Found) -> str:
    """What the film is called, or "untitled"."""
    return one_line(found.session["title"]) or "untitled"


def moment(found: Found) -> str:
    """That this is not now, when it is not; otherwise empty."""
    if found.at in (None, found.newest):
        return ""
    return f"as it was right after event {found.at} of {found.newest}, not as it is now"


def facts(found: Found, clock: Clock) -> list[tuple[str, Cell]]:
    """Name and value of everything about the film as a whole."""
    row = found.session
    word = state_word(row, len(found.parked))
    share = percent(row["steps_done"], row["steps_total"]).strip()
    began = found.imported["started_at"] if found.imported else row["started_at"]

    def when(stored: str) -> Cell:
        return cell(f"{clock.local(stored)}, {clock.ago(stored)}")

    listed = [
        ("session", cell(one_line(row["session"]), "cyan")),
        ("state", ((word, STATE_STYLES.get(word, "")), (f" · {share}", ""))),
        ("started", when(began)),
        *([("imported", when(row["started_at"]))] if began != row["started_at"] else []),
        ("completed", when(row["completed_at"]) if row["completed_at"] else cell("not yet", "dim")),
        ("picture", cell(f"{row['width']}×{row['height']} at {row['fps']} fps")),
        ("seed", cell(str(row["seed"]))),
        ("language", cell(one_line(row["language"]))),
        ("profile", cell(one_line(row["profile"]))),
    ]
    if row["priority"]:
        listed.append(("priority", cell(str(row["priority"]))))
    listed += [
        ("that of" if nth else "fork of", cell(f"{elder['parent']} at {elder['forked_at']}"))
        for nth, elder in enumerate(found.elders)
    ]
    listed += [("fork", cell(f"{fork['session']} at {fork['forked_at']}")) for fork in found.forks]
    return listed


def steps(found: Found, *, bars: bool) -> Rows:
    """How far each step is."""
    return [
        [
            cell(STEP_NAMES[name]),
            *([bar(done / total if total else 0, BAR_COLUMNS)] if bars else []),
            cell(f"{done:>{3 if bars else 0}}/{total}"),
            cell(percent(done, total)),
        ]
        for name, (done, total) in shown_steps(found.tables).items()
    ]


def shown_steps(tables: look.Tables) -> dict[str, tuple[int, int]]:
    """Steps for people: shots are counted, although they are planned all at once."""
    counted = look.steps(tables)
    expected = int(tables["sessions"][0]["total_shots"])
    return {**counted, "shots": (expected * counted["shots"][0], expected)}


def shots(found: Found, *, signs: bool) -> Rows:
    """Every shot: mark, place, scene, size, camera, length, narration."""
    fps = found.session["fps"]
    return [[_mark(shot, signs), *_shot(shot, fps)] for shot in found.shots]


def _mark(shot: Row, signs: bool) -> Cell:
    return (GLYPHS[shot["mark"]],) if signs else cell(shot["mark"])


def _shot(shot: Row, fps: int) -> list[Cell]:
    frames = shot["frames"] or shot["planned_frames"]
    spoken = one_line(shot["narration"])
    return [
        cell(f"{shot['shot_index']:>2}"),
        cell(f"{shot['scene']}"),
        cell(one_line(shot["shot_size"])),
        cell(one_line(shot["camera"]).replace("_", " ")),
        cell(f"{frames / fps:>4.1f} s", "" if shot["frames"] else "dim"),
        cell(spoken) if spoken else cell("(silent)", "dim"),
    ]


def references(found: Found) -> Rows:
    """Characters and places: what is there of each, in which shots, what they are like."""
    return [
        [
            cell(one_line(row["name"])),
            cell(row["kind"], "dim"),
            cell(_picture(row), "" if row["sha256"] else "dim"),
            cell(_of_shots(row["shots"]).removeprefix(" of ") or "-"),
            cell(one_line(row["look"])),
        ]
        for row in found.references
    ]


def _picture(row: Row) -> str:
    take = f", take {row['take']}" if row["take"] > 1 else ""
    return f"{row['state']} ({one_line(row['file'])})" if row["file"] else f"{row['state']}{take}"


def prompts(found: Found) -> Rows:
    """Prompts that were enhanced: of which shot, for whom, and how the words became others."""
    return [
        [
            cell(f"{row['shot_index']:>2}"),
            cell(PROMPT_NAMES[row["stage"]]),
            cell(one_line(row["family"]), "dim"),
            tuple((text, WORD_STYLES[kind]) for kind, text in row["words"]),
        ]
        for row in found.enhanced
    ]


def prompt_lines(found: Found) -> Rows:
    """The same for pipes: what went and what came is marked as git does it."""
    if not found.enhanced:
        return []
    from projections.words import in_plain

    return [
        [*row[:3], cell(one_line(in_plain(one["words"])))]
        for row, one in zip(prompts(found), found.enhanced, strict=True)
    ]


def several_takes(found: Found) -> Iterator[tuple[str, list[Row]]]:
    """Whatever has more than one take: its name, and the takes."""
    for shot in found.shots:
        for stage in ("image", "audio", "video"):
            takes = found.takes(shot["shot"], stage)
            if len(takes) > 1:
                yield f"shot {shot['shot_index']}, {named(stage)}", takes


def take_rows(found: Found) -> Rows:
    """One row a take, for pipes."""
    return [
        [
            cell(name),
            cell(f"take {take['take']}"),
            cell(_standing(found, take)),
            cell(f"seed {take['seed']}"),
            cell(str(found.file_of(take) or "not rendered yet")),
            cell(one_line(take["because"])),
            *([cell(words)] if (words := other_words(found, take)) else []),
        ]
        for name, takes in several_takes(found)
        for take in takes
    ]


def _standing(found: Found, take: Row) -> str:
    if steps := found.preview_steps(take):
        return f"preview at step {steps}"
    return "chosen" if take["chosen"] else "-"


def take_block(found: Found, take: Row) -> Cell:
    """One take as a block of lines, to stand beside the others."""
    sign = ("● in the cut", "green") if take["chosen"] else ("○ another", "dim")
    if steps := found.preview_steps(take):
        sign = (f"◌ preview at step {steps}", "yellow")
    file = found.file_of(take)
    # a pattern that finds the file and still leaves room for the next take
    short = f"artifacts/{file.parent.name}/{file.name[:10]}*{file.suffix}" if file else ""
    because = f"\n“{one_line(take['because'])}”" if take["because"] else ""
    return (
        (f"take {take['take']}  ", "bold"),
        sign,
        (f"\nseed {take['seed']}", ""),
        (f"\n{short or 'not rendered yet'}", "dim"),
        (because, "italic"),
    )


def other_words(found: Found, take: Row) -> str:
    """What else a take was made from than the one in the cut, as git marks words; or empty."""
    words = one_line(found.prompt_difference(take))
    return f"take {take['take']} was made from: {words}" if words else ""


def parked(found: Found) -> list[tuple[str, str]]:
    """What was given up and after what, and the last error; the same failures as one."""
    places = {shot["shot"]: shot["shot_index"] for shot in found.shots}
    alike: dict[tuple[str, str, str], list[int]] = {}
    for row in found.parked:
        if row["failures"]:
            how = f"failed {_times(row['failures'])}"
        else:
            how = f"started {_times(row['starts'])} and never came back"
        error = one_line(row["last_error"]) or "no error: its worker died each time"
        shots = alike.setdefault((named(row["kind"]), how, error), [])
        if row["shot"] in places:
            shots.append(int(places[row["shot"]]))
    return [
        (f"{kind}{_of_shots(sorted(shots))} {how}", error)
        for (kind, how, error), shots in alike.items()
    ]


def _of_shots(places: Sequence[int]) -> str:
    if not places:
        return ""
    return f" of shot{'s' * (len(places) > 1)} {', '.join(str(place) for place in places)}"


def _times(count: int) -> str:
    return "once" if count == 1 else "twice" if count == 2 else f"{count} times"


COST_HEADERS = ("", "made", "reused", "withdrawn", "time", "size")


def costs(found: Found) -> Rows:
    """What each stage cost, and the sum."""
    if not found.costs:
        return []
    counts = ("made", "reused", "withdrawn", "seconds", "bytes")
    total = {key: sum(row[key] for row in found.costs) for key in counts}
    listed = [(STAGES_OF_EVENTS[row["type"]], row) for row in found.costs]
    listed.append(("together", total))
    return [
        [
            cell(name),
            cell(str(row["made"])),
            cell(str(row["reused"] or "-")),
            cell(str(row["withdrawn"] or "-")),
            cell(seconds_text(row["seconds"])),
            cell(bytes_text(row["bytes"])),
        ]
        for name, row in listed
    ]


def files(found: Found) -> Rows:
    """Where everything is."""
    film = found.film if found.at is None else None
    so_far = sorted(found.home.previews.glob(f"*-{found.session['session']}-*.png"))
    return [
        *([cell("so far"), cell(str(file))] for file in so_far),
        [cell("folder"), cell(str(found.folder))],
        [cell("film"), cell(str(film)) if film else cell("not there yet", "dim")],
        [cell("log"), cell(str(found.home.log_path))],
    ]
