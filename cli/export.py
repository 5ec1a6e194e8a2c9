"""export and import: a session as a folder, a sheet, a table, JSON, or a bundle; and back."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import (
    AudioCodec,
    Container,
    Crf,
    Json,
    PixFmt,
    SessionName,
    VideoCodec,
    encoding,
    home_of,
)

if TYPE_CHECKING:
    from cli.steps import Opened

STANDARD_OUTPUT = Path("-")


def export(
    context: typer.Context,
    session: SessionName,
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="folder; film, sound (in any codec); otio, otioz, edl (the cut for editors); "
            "srt, vtt (captions); fountain; pdf (storyboard); sheet (contact sheet); csv "
            "(prompts), shots.csv, json; or bundle: one file for `reelog import`",
        ),
    ] = "folder",
    to: Annotated[
        Path | None,
        typer.Option(help="another folder (media are copied there), or the file; - prints text"),
    ] = None,
    video_codec: VideoCodec = None,
    crf: Crf = None,
    pix_fmt: PixFmt = None,
    container: Container = None,
    audio_codec: AudioCodec = None,
    as_json: Json = False,
) -> None:
    """Write a session out: its folder again, or one file in another format.

    The codec options go with `--format film`, which cuts the film again from its clips, and
    --audio-codec with `--format sound`; the log keeps the film that it has.
    """
    from cli import export_film
    from cli.output import print_json, safe, say
    from cli.steps import open_session
    from handlers.export import check_format, export_text_of
    from handlers.folder import SessionFolder
    from handlers.out_file import refuse_file_as_folder

    check_format(format_)
    film = encoding(
        video_codec=video_codec,
        crf=crf,
        pix_fmt=pix_fmt,
        container=container,
        audio_codec=audio_codec,
    )
    export_film.refuse_idle(format_, film)
    with open_session(home_of(context), session) as opened:
        stream = opened.stream
        if to == STANDARD_OUTPUT:
            text = export_text_of(opened.home, stream, format_)
            sys.stdout.write(safe(text) if sys.stdout.isatty() else text)
            return
        if format_ in export_film.FORMATS:
            export_film.export(opened, format_, film, to, as_json)
            return
        if format_ != "folder":
            _file(opened, format_, to, as_json)
            return
        if to is not None:
            refuse_file_as_folder(to)
        folder = SessionFolder(opened.home, stream.id, to)
        path = folder.sync(stream.session)
    if as_json:
        print_json({"session": stream.id, "folder": str(path), "missing": folder.missing})
        return
    say(f"{stream.id} is in {path}")
    for name in folder.missing:
        say(f"missing: {name}, its artifact is gone; `reelog resume {stream.id}` makes it again")


def _file(opened: "Opened", format_: str, to: Path | None, as_json: bool) -> None:
    from cli.output import complain, print_json, say
    from handlers.export import export_file

    stream, notes = opened.stream, list[str]()
    out = export_file(opened.home, stream, format_, to, notes.append)
    if as_json:
        print_json({"session": stream.id, "file": str(out), "notes": notes})
        return
    say(f"{stream.id} is in {out}")
    for note in notes:
        complain(f"reelog: {note}")


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a bundle of `reelog export`")],
    as_json: Json = False,
) -> None:
    """Take a bundle's session into this home; it is checked first, event by event and file by file.

    What is here already is not taken twice.
    """
    from cli.output import print_json, say
    from cli.signals import signals_stop
    from cli.steps import open_session, refresh_folder
    from eventstore.home import Home
    from handlers.importing import import_bundle

    home_path = home_of(context)
    with signals_stop():
        done = import_bundle(Home(home_path), file)
    for name in done.new:
        with open_session(home_path, name) as opened:
            refresh_folder(opened)
    if as_json:
        print_json(done.__dict__)
        return
    if not done.new:
        say(f"{done.session} is here already; nothing was imported.")
        return
    say(f"{done.session} is here: {done.events} events, {done.artifacts} new artifacts.")
    for parent in done.new:
        if parent != done.session:
            say(f"With it came {parent}, paused, as far as it was forked from.")
    if done.missing:
        say(f"{len(done.missing)} artifacts were gone when it was exported; "
            f"`reelog resume {done.session}` makes what is needed again")  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command()(export)
    app.command("import")(import_)
