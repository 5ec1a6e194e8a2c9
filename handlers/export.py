"""A session as one file: the cut for editors, captions, tables, pages, pictures, bundle."""

import json
from collections.abc import Callable
from pathlib import Path

from eventstore.artifacts import full_disk_is_ours
from eventstore.home import Home
from handlers.again import Patience, Tries
from handlers.errors import Refused
from handlers.out_file import refuse_other
from handlers.stream import SessionStream
from projections.session import Session

FILES = {
    "sheet": "{}.png",
    "pdf": "{}.pdf",
    "otio": "{}.otio",
    "otioz": "{}.otioz",
    "edl": "{}.edl",
    "srt": "{}.srt",
    "vtt": "{}.vtt",
    "fountain": "{}.fountain",
    "csv": "{}_prompts.csv",
    "prompts": "{}_prompts.csv",
    "shots.csv": "{}_shots.csv",
    "json": "{}.json",
    "bundle": "{}.reelog",
}
TEXTS = ("edl", "srt", "vtt", "fountain", "csv", "prompts", "shots.csv", "json")
FORMATS = ("folder", "film", "sound", *FILES)


def check_format(name: str) -> None:
    """Refuse an unknown export format, naming the known ones."""
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        raise Refused("unknown_format", f"--format {name!r} is unknown", f"known: {known}")


def export_text_of(home: Home, stream: SessionStream, format_: str) -> str:
    """What a format of text says; for standard output. Raises Refused for a format of bytes."""
    if format_ not in TEXTS:
        raise Refused(
            "no_text", f"--format {format_} is no text for standard output", "name a file with --to"
        )
    return _text(home, stream.session, format_)


def export_file(
    home: Home,
    stream: SessionStream,
    format_: str,
    to: Path | None,
    note: Callable[[str], object] = lambda _: None,
) -> Path:
    """Write one of FILES to `to` (a folder: into it), or here under the session's name.

    `note` is told in a sentence what the file cannot hold.
    """
    name = Path(FILES[format_].format(stream.id))
    out = to / name if to is not None and to.is_dir() else to or name
    refuse_other(out)
    match format_:
        case "sheet":
            from handlers.sheet import write_sheet

            whole_file(out, lambda new: write_sheet(home, stream.session, new))
        case "pdf":
            from handlers.storyboard import write_pdf

            scripts: list[str] = []
            whole_file(out, lambda new: scripts.extend(write_pdf(home, stream.session, new)))
            if scripts:
                note(f"no font here has the letters of {', '.join(scripts)}; that text is left out")
        case "bundle":
            from handlers.bundle import write_bundle

            write_bundle(home, stream.log, stream.id, out)
        case "otio" | "otioz":
            from handlers import editors
            from handlers.cut_list import cut_list

            write = editors.write_otio if format_ == "otio" else editors.write_otioz
            cut = cut_list(home, stream.session)
            whole_file(out, lambda temporary: write(cut, temporary))
        case _:
            text = _text(home, stream.session, format_)
            whole_file(out, lambda new: new.write_text(text, encoding="utf-8", newline=""))
    return out


def _text(home: Home, s: Session, format_: str) -> str:
    from handlers import export_text

    match format_:
        case "json":
            return json.dumps(export_text.whole(s), ensure_ascii=False, indent=1) + "\n"
        case "prompts" | "csv":
            return export_text.prompts_csv(s)
        case "edl":
            from handlers.cut_list import cut_list
            from handlers.edl import edl

            return edl(cut_list(home, s))
        case "srt" | "vtt":
            from handlers.export_captions import captions

            return captions(home, s, format_)
        case "fountain":
            from handlers.screenplay import fountain

            return fountain(s)
        case _:
            return export_text.shots_csv(s)


def whole_file(
    out: Path,
    write: Callable[[Path], object],
    patience: Patience = Patience(),  # noqa: B008 - frozen
) -> None:
    """Write `out` beside its place and move it there: it is whole, or as it was before."""
    refuse_other(out)
    temporary = out.with_name(f".{out.name}.new")

    def once() -> None:
        temporary.unlink(missing_ok=True)
        write(temporary)
        temporary.replace(out)

    try:
        with full_disk_is_ours(out):
            Tries(patience).of(once)
    finally:
        temporary.unlink(missing_ok=True)
