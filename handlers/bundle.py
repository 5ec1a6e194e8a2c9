"""A bundle: one session as one file, with all its artifacts and the proof of its events.

A zip, nothing compressed, always the same bytes for the same session and log: events.jsonl (see
eventstore.proof), artifacts/…, bundle.json. Holds the parents that a fork inherits from, too.
"""

import json
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eventstore import proof
from eventstore.artifacts import SUFFIXES, full_disk_is_ours
from eventstore.home import Home
from eventstore.log import EventLog
from eventstore.plain_files import clear
from handlers.out_file import refuse_other
from projections.events import SessionForked
from projections.named import named

FORMAT = 1
HEAD_FILE, EVENTS_FILE, ARTIFACTS_FOLDER = "bundle.json", "events.jsonl", "artifacts"
_THE_SAME_TIME = (1980, 1, 1, 0, 0, 0)
_ZIP64_BYTES = 1 << 31


def streams_of(log: EventLog, session_id: str) -> dict[str, int | None]:
    """The session, whole (None), and every session it inherits from, up to its fork."""
    found: dict[str, int | None] = {session_id: None}
    first = log.read(session_id, to=1)
    while first and isinstance(first[0].event, SessionForked):
        parent, at = first[0].event.parent, first[0].event.at
        found[parent] = at
        first = log.read(parent, to=1)
    return found


def write_bundle(home: Home, log: EventLog, session_id: str, out: Path) -> dict[str, Any]:
    """Write the bundle; returns its head. An artifact that is gone is named in it as missing."""
    refuse_other(out)
    upto = streams_of(log, session_id)
    temporary = out.with_name(f".{out.name}.new")
    try:
        with full_disk_is_ours(out):
            clear(temporary)
            with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as bundle:
                head = _fill(bundle, home, log, (session_id, upto))
            temporary.replace(out)
    finally:
        temporary.unlink(missing_ok=True)
    return head


def _fill(
    bundle: zipfile.ZipFile,
    home: Home,
    log: EventLog,
    wanted: tuple[str, Mapping[str, int | None]],
) -> dict[str, Any]:
    session_id, upto = wanted
    written = proof.Written()
    with bundle.open(_entry(EVENTS_FILE), "w", force_zip64=True) as file:
        file.writelines(proof.write(log, upto, written))
    missing = []
    for sha256, media_type in _artifacts(log, written.counts):
        if home.artifacts.holds(sha256, media_type):
            _add(bundle, home.artifacts.path(sha256, media_type), artifact_name(sha256, media_type))
        else:
            missing.append(sha256)
    head = {
        "format": FORMAT,
        "session": session_id,
        "log_id": log.log_id,
        "head": {"global_position": written.global_position, "hash": written.hash.hex()},
        "streams": written.counts,
        "missing": missing,
    }
    data = json.dumps(head, indent=1, sort_keys=True).encode()
    bundle.writestr(_entry(HEAD_FILE), data)
    return head


def artifact_name(sha256: str, media_type: str) -> str:
    """Where an artifact lies in a bundle."""
    return f"{ARTIFACTS_FOLDER}/{sha256}{SUFFIXES.get(media_type, '.bin')}"


def _artifacts(log: EventLog, counts: Mapping[str, int]) -> list[tuple[str, str]]:
    found = {
        name
        for stream, to in counts.items()
        for recorded in log.read(stream, to=to)
        for name in named(recorded.event)
    }
    return sorted(found)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _THE_SAME_TIME)
    entry.create_system = 3
    entry.external_attr = 0o100644 << 16
    return entry


def _add(bundle: zipfile.ZipFile, path: Path, name: str) -> None:
    entry = _entry(name)
    entry.file_size = path.stat().st_size
    big = entry.file_size >= _ZIP64_BYTES
    with path.open("rb") as source, bundle.open(entry, "w", force_zip64=big) as target:
        shutil.copyfileobj(source, target, 1 << 20)
