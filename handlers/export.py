"""A session as one file: prompts, shot list, JSON, contact sheet, bundle."""

import json
from pathlib import Path

from eventstore.artifacts import full_disk_is_ours
from eventstore.home import Home
from handlers.errors import Refused
from handlers.stream import SessionStream
from projections.session import Session

FORMATS = ("folder", "sheet", "prompts", "shots.csv", "json", "bundle")
FILES = {
    "sheet": "{}.png",
    "prompts": "{}_prompts.csv",
    "shots.csv": "{}_shots.csv",
    "json": "{}.json",
    "bundle": "{}.reelog",
}


def check_format(name: str) -> None:
    """Refuse an unknown export format, naming the known ones."""
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        raise Refused("unknown_format", f"--format {name!r} is unknown", f"known: {known}")


def export_text_of(stream: SessionStream, format_: str) -> str:
    """What a format of text says; for standard output. Raises Refused for a format of bytes."""
    if format_ not in ("prompts", "shots.csv", "json"):
        raise Refused(
            "no_text", f"--format {format_} is no text for standard output", "name a file with --to"
        )
    return _text(stream.session, format_)


def export_file(home: Home, stream: SessionStream, format_: str, to: Path | None) -> Path:
    """Write one of FILES to `to` (a folder: into it), or here under the session's name."""
    name = Path(FILES[format_].format(stream.id))
    out = to / name if to is not None and to.is_dir() else to or name
    match format_:
        case "sheet":
            from handlers.sheet import write_sheet

            write_sheet(home, stream.session, out)
        case "bundle":
            from handlers.bundle import write_bundle

            write_bundle(home, stream.log, stream.id, out)
        case _:
            _write(out, _text(stream.session, format_))
    return out


def _text(s: Session, format_: str) -> str:
    from handlers import export_text

    if format_ == "json":
        return json.dumps(export_text.whole(s), ensure_ascii=False, indent=1) + "\n"
    return export_text.prompts_csv(s) if format_ == "prompts" else export_text.shots_csv(s)


def _write(out: Path, text: str) -> None:
    temporary = out.with_name(f".{out.name}.new")
    try:
        with full_disk_is_ours(out):
            temporary.write_text(text, encoding="utf-8", newline="")
            temporary.replace(out)
    finally:
        temporary.unlink(missing_ok=True)
