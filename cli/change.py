"""Commands that change a film: edit, retake, choose."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import Json, SessionName, Set, home_of

if TYPE_CHECKING:
    from cli.steps import Opened
    from eventstore.registry import Event
    from handlers.stale import Stale
    from handlers.stream import Decide
    from projections.session import Session

ImagePrompt = Annotated[str | None, typer.Option(metavar="TEXT", help="what the picture shows")]
MotionPrompt = Annotated[str | None, typer.Option(metavar="TEXT", help="what moves in it")]
NegativePrompt = Annotated[str | None, typer.Option(metavar="TEXT", help="what it does not show")]
Narration = Annotated[str | None, typer.Option(metavar="TEXT", help="what is spoken over it")]
Lighting = Annotated[str | None, typer.Option(metavar="TEXT", help="like dawn or museum light")]
Title = Annotated[str | None, typer.Option(metavar="TEXT", help="of the film")]
Style = Annotated[str | None, typer.Option(metavar="TEXT", help="the look of all pictures")]
Camera = Annotated[str | None, typer.Option(metavar="MOVE", help="like 'dolly in'")]
Size = Annotated[str | None, typer.Option(metavar="SIZE", help="like 'close-up'")]
Angle = Annotated[str | None, typer.Option(metavar="ANGLE", help="like low or aerial")]
Transition = Annotated[
    str | None, typer.Option(metavar="WORD", help="to the next shot: cut, dissolve or fade")
]
Show = Annotated[
    str | None,
    typer.Option(metavar="NAME,NAME", help="characters and places it shows; '' for nobody"),
]
Verbatim = Annotated[
    bool | None,
    typer.Option("--verbatim/--enhance", help="keep its prompts as they are written, or not"),
]
Duration = Annotated[float | None, typer.Option(help="planned seconds of the shot")]
Add = Annotated[int | None, typer.Option(metavar="PLACE", help="put a new shot there")]
Remove = Annotated[bool, typer.Option("--remove", help="take the shot out of the cut")]
Move = Annotated[int | None, typer.Option(metavar="PLACE", help="put the shot at another place")]
Music = Annotated[str | None, typer.Option(metavar="TEXT", help="what the music is like, or none")]
MusicFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="your own music under the film")
]
ProfileName = Annotated[str | None, typer.Option(help="who makes it from now on")]
Budget = Annotated[
    str | None,
    typer.Option(metavar="LIMIT", help="of language models: 0.50, 2 EUR, 200000 tokens, or none"),
]
Look = Annotated[
    list[str] | None, typer.Option(metavar="NAME=TEXT", help="what a character or place is like")
]
Pictures = Annotated[
    list[str] | None,
    typer.Option("--reference", metavar="NAME=FILE", help="your own picture of one"),
]
WhatIf = Annotated[
    bool, typer.Option("--what-if", help="only list what would be made again, and how long")
]
Index = Annotated[int | None, typer.Argument(metavar="[SHOT]", help="place in the cut, from 1")]


def edit(
    context: typer.Context,
    session: SessionName,
    shot: Index = None,
    image_prompt: ImagePrompt = None,
    motion_prompt: MotionPrompt = None,
    negative_prompt: NegativePrompt = None,
    narration: Narration = None,
    lighting: Lighting = None,
    camera: Camera = None,
    shot_size: Size = None,
    angle: Angle = None,
    transition: Transition = None,
    show: Show = None,
    verbatim: Verbatim = None,
    duration: Duration = None,
    add: Add = None,
    remove: Remove = False,
    move: Move = None,
    title: Title = None,
    style: Style = None,
    music: Music = None,
    music_file: MusicFile = None,
    profile: ProfileName = None,
    set_: Set = None,
    budget: Budget = None,
    look: Look = None,
    reference: Pictures = None,
    what_if: WhatIf = False,
    as_json: Json = False,
) -> None:
    """Change a shot, their order, the film, a character or a place; what depends on it follows."""
    fields = {
        "image_prompt": image_prompt, "motion_prompt": motion_prompt, "narration": narration,
        "negative_prompt": negative_prompt, "lighting": lighting, "camera": camera,
        "shot_size": shot_size, "angle": angle, "transition": transition, "duration_s": duration,
        "references": show, "verbatim": verbatim,
    }  # fmt: skip
    changes = {key: value for key, value in fields.items() if value is not None}
    cut = {"add": add, "remove": remove, "move": move}
    from cli.given import read_settings
    from cli.steps import open_session
    from handlers import edit as edits
    from handlers import music as musics
    from handlers import references, workflows

    sound = musics.asked(music, music_file)
    film = {"title": title, "style": style, "profile": profile, "music": sound, "budget": budget}
    settings = read_settings(set_ or [])
    looks = references.pairs(look or [], "--look")
    own = references.pairs(reference or [], "--reference")
    asked = {"shot": shot, "changes": changes, "settings": settings, "looks": looks}
    home = home_of(context)
    with open_session(home, session) as opened, musics.kept(opened.home, sound, music_file):
        s = opened.stream.session
        pictures = references.of_session(s, own)
        request = edits.request({**asked, **cut, **film, "pictures": pictures})
        if not what_if and edits.edit(s, request):
            references.keep_alone(opened.home, pictures)
            workflows.keep_alone(opened.home, request.profile)
        _apply(opened, lambda now: edits.edit(now, request), what_if=what_if, as_json=as_json)


def retake(
    context: typer.Context,
    session: SessionName,
    shot: Index = None,
    reference: Annotated[
        str | None, typer.Option(metavar="NAME", help="of a character or place, instead of a shot")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="of the first new take")] = None,
    count: Annotated[int, typer.Option(help="how many new takes")] = 1,
    stage: Annotated[str, typer.Option(help="image, video or audio")] = "image",
    preview: Annotated[
        int | None, typer.Option(metavar="N", help="stop at step N; `choose` makes one in full")
    ] = None,
    what_if: Annotated[
        bool, typer.Option("--what-if", help="only list what would be made")
    ] = False,
    as_json: Json = False,
) -> None:
    """Ask for more takes of a shot, each with its own seed; the newest goes into the cut.

    With --preview none does: each is made up to step N and shown as it would become. `choose` puts
    one into the cut, which then goes on from there.
    """
    from cli.output import complain
    from cli.steps import open_session
    from handlers import references, takes

    if (shot is None) == (reference is None):
        raise typer.BadParameter("name either a shot, by its place, or a --reference")
    with open_session(home_of(context), session) as opened:

        def decide(s: "Session") -> "Sequence[Event]":
            if reference is not None:
                return references.retake(s, reference, count=count, seed=seed)
            return takes.retake(s, shot or 0, stage, count=count, seed=seed, preview=preview)

        _apply(opened, decide, what_if=what_if, as_json=as_json)
        if reference is None and (why := takes.alike(opened.stream.session, stage)):
            complain(why)


def choose(
    context: typer.Context,
    session: SessionName,
    shot: Annotated[int, typer.Argument(metavar="SHOT", help="place in the cut, from 1")],
    take: Annotated[int, typer.Argument(metavar="TAKE", help="its number, see `view`")],
    stage: Annotated[
        str | None, typer.Option(help="image, video or audio; needed when several have takes")
    ] = None,
    because: Annotated[str, typer.Option(metavar="TEXT", help="the reason, kept in the log")] = "",
    as_json: Json = False,
) -> None:
    """Put a take of a shot into the cut; a preview is made in full then."""
    from cli.steps import open_session
    from handlers import takes

    with open_session(home_of(context), session) as opened:
        _apply(
            opened,
            lambda now: takes.choose(now, shot, take, stage, because),
            what_if=False,
            as_json=as_json,
        )


def _apply(opened: "Opened", decide: "Decide", *, what_if: bool, as_json: bool) -> None:
    """Append (unless what_if), and say what is to be made because of it.

    A worker may append in between: then it is decided again.
    """
    from cli.output import print_json, say
    from cli.steps import refresh_folder
    from eventstore.log import new_id
    from eventstore.recorded import Cause
    from handlers import stale
    from projections.work import work

    stream = opened.stream
    events = decide(stream.session)
    found = stale.what_if(stream.log, stream.session, events)
    if not what_if:
        request_id = new_id()
        events = [one.event for one in stream.record(decide, Cause(request_id, request_id))]
        refresh_folder(opened)
    if as_json:
        print_json(
            {
                "session": stream.id,
                "events": [type(event).__name__ for event in events],
                "appended": bool(events) and not what_if,
                "stale": [entry.__dict__ for entry in found],
            }
        )
        return
    if not events:
        say("Nothing differs; nothing was changed.")
        return
    say(_in_words(found, "would be made" if what_if else "to make"))
    left = len(work(stream.session).open)
    if left and not what_if:
        if not found:
            say(f"Changed; {left} thing{' is' if left == 1 else 's are'} still to be made.")
        say(_how_to_make_it(stream.session))


def _how_to_make_it(session: "Session") -> str:
    if session.cancelled:
        fork = f"reelog fork {session.id} --at {session.version}"
        return f"{session.id} was cancelled, nobody makes it; another film begins here with: {fork}"
    if session.paused:
        return f"{session.id} is paused; go on with: reelog unpause {session.id}"
    return f"Make it: reelog resume {session.id}"


def _in_words(found: "Sequence[Stale]", verb: str) -> str:
    if not found:
        return "Nothing more has to be made for it."
    from cli.show_text import PROMPT_NAMES

    known = [entry.expected_s for entry in found if entry.expected_s is not None]
    lines = []
    for entry in found:
        kind = f"preview of {entry.kind}" if entry.preview else entry.kind
        what = kind if entry.shot is None else f"{kind} of shot {entry.shot}"
        if entry.kind == "enhance":
            what = f"{PROMPT_NAMES[entry.name]} of shot {entry.shot}"
        elif entry.name:
            what = f"sheet of {entry.name}"
        what += f", take {entry.take}" if (entry.take or 1) > 1 else ""
        time = "" if entry.expected_s is None else f"  about {entry.expected_s:.1f} s"
        lines.append(f"  {what}{time}" + ("  if its length changes" if entry.perhaps else ""))
    total = f", about {sum(known):.1f} s by this log's history" if known else ""
    things = "1 thing" if len(found) == 1 else f"{len(found)} things"
    return "\n".join([f"{things} {verb}{total}:", *lines])


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    for command in (edit, retake, choose):
        app.command()(command)
