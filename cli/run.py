"""Commands that work: start, resume, work."""

from pathlib import Path
from typing import Annotated

import typer

from cli.options import (
    AudioCodec,
    Container,
    Crf,
    Json,
    PixFmt,
    Set,
    VideoCodec,
    Yes,
    encoding,
    home_of,
)

Workers = Annotated[
    int | None, typer.Option(min=1, max=64, help="worker processes; default: one a core")
]
JsonLines = Annotated[bool, typer.Option("--jsonl", help="one JSON line for each durable event")]


def start(
    context: typer.Context,
    idea: Annotated[
        str | None, typer.Argument(help="what the film is about, in a line; - reads it from stdin")
    ] = None,
    idea_file: Annotated[Path | None, typer.Option(help="read the idea from a file")] = None,
    script: Annotated[
        Path | None, typer.Option(help="your own story: story.json, shots.json, Markdown or text")
    ] = None,
    profile: Annotated[str, typer.Option(help="who makes it; see `reelog profiles`")] = "animatic",
    shots: Annotated[int | None, typer.Option(help="how many shots  [default: 7]")] = None,
    duration: Annotated[float | None, typer.Option(help="seconds  [default: 40]")] = None,
    size: Annotated[str, typer.Option(help="WxH in pixels, or 480p, 720p, 1080p")] = "1280x720",
    fps: Annotated[int, typer.Option(help="frames a second")] = 24,
    seed: Annotated[int | None, typer.Option(help="the same seed gives the same film")] = None,
    language: Annotated[
        str | None, typer.Option(help="of the narration, like en or de  [default: the idea's]")
    ] = None,
    music: Annotated[
        str | None, typer.Option(metavar="TEXT", help="what the music is like, or none")
    ] = None,
    music_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="your own music under the film")
    ] = None,
    slate: Annotated[bool, typer.Option(help="burn scene, shot, size and camera in")] = False,
    set_: Set = None,
    video_codec: VideoCodec = None,
    crf: Crf = None,
    pix_fmt: PixFmt = None,
    container: Container = None,
    audio_codec: AudioCodec = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=FILE", help="your own picture of a character or place"),
    ] = None,
    no_metadata: Annotated[
        bool, typer.Option("--no-metadata", help="no picture, clip or film says how it was made")
    ] = False,
    budget: Annotated[
        str | None,
        typer.Option(metavar="LIMIT", help="of language models: 0.50, 2 EUR, 200000 tokens"),
    ] = None,
    priority: Annotated[
        int, typer.Option(metavar="N", help="films of higher priority are worked on first")
    ] = 0,
    new: Annotated[bool, typer.Option("--new", help="begin anew, whatever is unfinished")] = False,
    continue_: Annotated[
        bool, typer.Option("--continue", help="go on with the newest unfinished film")
    ] = False,
    continue_id: Annotated[
        str | None, typer.Option(metavar="ID", help="go on with this film")
    ] = None,
    workers: Workers = None,
    yes: Yes = False,
    as_json: Json = False,
    as_jsonl: JsonLines = False,
) -> int:
    """Make a film from an idea, or go on with an unfinished one.

    The built-in profile `animatic` uses no language model: an outliner divides the idea into a
    documentary arc, and its narration asserts nothing that the idea does not hold. For your own
    words give a --script. Without a terminal nothing is asked and a new film begins.
    """
    from cli import given, running
    from cli.output import complain
    from handlers import references
    from handlers.start import StartRequest

    home = home_of(context)
    answer = running.Answer(as_json=as_json, as_jsonl=as_jsonl, yes=yes, workers=workers)
    if continue_ or continue_id:
        _check_continue("--continue-id" if continue_id else "--continue", new=new)
        if idea or idea_file or script:
            complain(running.NOT_BEGUN)
        return running.resume(home, continue_id, answer)
    film = encoding(
        video_codec=video_codec,
        pix_fmt=pix_fmt,
        container=container,
        audio_codec=audio_codec,
    )
    request = StartRequest(
        idea=given.read_idea(idea, idea_file),
        script=script,
        profile=profile,
        shots=shots,
        duration_s=duration,
        size=size,
        fps=fps,
        seed=seed,
        language=language,
        slate=slate,
        music=music,
        music_file=music_file,
        metadata=not no_metadata,
        priority=priority,
        budget=budget,
        settings={**given.read_settings(set_ or []), **film},
        crf=crf,
        references=references.pairs(reference or [], "--reference"),
    )
    return running.start(home, request, answer, new=new)


def _check_continue(option: str, *, new: bool) -> None:
    if new:
        raise typer.BadParameter(f"--new and {option} contradict each other")


def resume(
    context: typer.Context,
    session: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="default: the newest film that is not complete"),
    ] = None,
    workers: Workers = None,
    yes: Yes = False,
    as_json: Json = False,
    as_jsonl: JsonLines = False,
) -> int:
    """Go on with a film where it stopped. What is finished is not made again."""
    from cli import running

    answer = running.Answer(as_json=as_json, as_jsonl=as_jsonl, yes=yes, workers=workers)
    return running.resume(home_of(context), session, answer)


def work(
    context: typer.Context,
    workers: Workers = None,
    as_json: Json = False,
    as_jsonl: JsonLines = False,
) -> int:
    """Work off every unfinished film, by priority. Parked commands stay parked."""
    from cli import running

    answer = running.Answer(as_json=as_json, as_jsonl=as_jsonl, yes=True, workers=workers)
    return running.work(home_of(context), answer)


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command()(start)
    app.command()(resume)
    app.command()(work)
