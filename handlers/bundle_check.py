"""Reading a bundle that came from anywhere: everything is checked before anything is taken.

Nothing compressed, no name but those that a bundle has, nothing larger than the file itself: so no
zip bomb, no path out of it, no link.
"""

import errno
import hashlib
import json
import re
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from eventstore import proof
from eventstore.audit import is_time
from eventstore.errors import UnknownEventType
from eventstore.recorded import Recorded
from handlers.bundle import ARTIFACTS_FOLDER, EVENTS_FILE, FORMAT, HEAD_FILE, artifact_name
from handlers.errors import Refused
from projections.events import TYPES, MediaResult
from projections.named import named

ENTRIES_MAX = 200_000
HEAD_BYTES_MAX = 4 << 20
CHUNK_BYTES = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SESSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_ARTIFACT = re.compile(rf"{ARTIFACTS_FOLDER}/[0-9a-f]{{64}}\.[a-z0-9]{{2,11}}")
_EVENT_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_INTEGER_MAX = 2**63 - 1
_FLAGS_ALLOWED = 0x0808  # sizes behind the data, UTF-8 names: what our own writer may set


@dataclass(frozen=True)
class Checked:
    """A bundle whose every hash is right. `artifacts`: (SHA-256, media type), all in the file."""

    session: str
    log_id: str
    head_hash: str
    streams: dict[str, list[Recorded]]
    artifacts: list[tuple[str, str]]
    missing: list[str]


def refuse(what: str) -> Refused:
    """The refusal of a bundle, with what is wrong."""
    return Refused("bad_bundle", f"the bundle is refused: {what}", "nothing was imported")


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The zip, once its table of contents is safe. Raises Refused."""
    try:
        with zipfile.ZipFile(path) as bundle:
            _check_entries(bundle, path.stat().st_size)
            yield bundle
    except (zipfile.BadZipFile, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise refuse(f"{path} is no whole zip file ({error})") from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # a place before the beginning of the file
            raise
        raise refuse(f"{path} is no whole zip file") from error


def check(bundle: zipfile.ZipFile) -> Checked:
    """Check head, chain, events and artifacts. Raises Refused with the first thing wrong."""
    head = _head(bundle)
    streams = _events(bundle, head)
    wanted = sorted({n for history in streams.values() for r in history for n in named(r.event)})
    present = _check_artifacts(bundle, wanted, head["missing"])
    _check_sizes(bundle, streams)
    return Checked(
        session=head["session"],
        log_id=head["log_id"],
        head_hash=head["head"]["hash"],
        streams=streams,
        artifacts=present,
        missing=head["missing"],
    )


def _check_entries(bundle: zipfile.ZipFile, file_bytes: int) -> None:
    entries = bundle.infolist()
    names = [entry.filename for entry in entries]
    if len(names) > ENTRIES_MAX:
        raise refuse(f"it has {len(names):,} files, at most {ENTRIES_MAX:,} are taken")
    if len(set(names)) < len(names):
        raise refuse("a file stands in it twice")
    for entry in entries:
        _check_entry(entry)
    if sum(entry.file_size for entry in entries) > file_bytes:
        raise refuse("its files are larger than itself")
    for name in (HEAD_FILE, EVENTS_FILE):
        if name not in names:
            raise refuse(f"{name} is missing")


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if name not in (HEAD_FILE, EVENTS_FILE) and not _ARTIFACT.fullmatch(name):
        raise refuse(f"a bundle has no file {name[:200]!r}")
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise refuse(f"{name} is no plain file")
    if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
        raise refuse(f"{name} is compressed; a bundle is not")
    if entry.flag_bits & ~_FLAGS_ALLOWED:
        raise refuse(f"{name} is encrypted or patched")


def _head(bundle: zipfile.ZipFile) -> dict[str, Any]:
    if bundle.getinfo(HEAD_FILE).file_size > HEAD_BYTES_MAX:
        raise refuse(f"{HEAD_FILE} is too large")
    try:
        head: dict[str, Any] = json.loads(bundle.read(HEAD_FILE))
        sound = (
            isinstance(head["log_id"], str)
            and isinstance(head["head"]["global_position"], int)
            and _SHA256.fullmatch(head["head"]["hash"])
            and all(_SESSION.fullmatch(name) for name in head["streams"])
            and all(isinstance(count, int) for count in head["streams"].values())
            and head["session"] in head["streams"]
            and all(_SHA256.fullmatch(name) for name in head["missing"])
            and isinstance(head["format"], int)
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        sound = False
    if not sound:
        raise refuse(f"{HEAD_FILE} is not as a bundle's is")
    if head["format"] > FORMAT:
        raise Refused(
            "bundle_too_new",
            f"the bundle has format {head['format']}, this reelog knows up to {FORMAT}",
            "update reelog",
        )
    return head


def _events(bundle: zipfile.ZipFile, head: dict[str, Any]) -> dict[str, list[Recorded]]:
    streams: dict[str, list[Recorded]] = {name: [] for name in head["streams"]}
    end = head["head"]["global_position"], head["head"]["hash"]
    try:
        with bundle.open(EVENTS_FILE) as file:
            for row in proof.read(_lines(file), head["log_id"], end):
                if row.stream not in streams:
                    raise refuse(f"it holds events of {row.stream[:100]!r}, which it does not name")
                streams[row.stream].append(_recorded(row))
    except proof.ProofBroken as error:
        raise refuse(str(error)) from error
    for name, history in streams.items():
        whole = history and history[-1].append_end == len(history)
        if not whole or head["streams"][name] != len(history):
            raise refuse(f"the events of {name} are not whole")
    return streams


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(proof.LINE_BYTES_MAX + 1):
        if len(line) > proof.LINE_BYTES_MAX:
            raise refuse("an event is too long")
        yield line


def _recorded(row: proof.Row) -> Recorded:
    when = row.recorded_at
    if not (_EVENT_ID.fullmatch(row.event_id) and _TIME.fullmatch(when) and is_time(when)):
        raise refuse(f"event {row.position} of {row.stream} has no event's id and time")
    try:
        event = TYPES.load(row.type, row.version, row.data)
    except UnknownEventType:
        raise
    except ValueError as error:
        raise refuse(f"event {row.position} of {row.stream} is no {row.type}") from error
    if not _countable(json.loads(row.data)):
        raise refuse(f"event {row.position} of {row.stream} holds a number that is too large")
    for sha256, _ in named(event):
        if not _SHA256.fullmatch(sha256):
            raise refuse(f"event {row.position} of {row.stream} names no artifact: {sha256[:80]!r}")
    return Recorded(
        row.global_position, row.event_id, row.position, row.append_end, row.causation_id,
        row.correlation_id, row.recorded_at, event,
    )  # fmt: skip


def _countable(value: Any) -> bool:
    """Whether SQLite can keep every integer in it."""
    if isinstance(value, dict | list):
        return all(map(_countable, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, int) or -_INTEGER_MAX - 1 <= value <= _INTEGER_MAX


def _check_artifacts(
    bundle: zipfile.ZipFile, wanted: list[tuple[str, str]], missing: list[str]
) -> list[tuple[str, str]]:
    """Every artifact that the events name is there with its content, or was missing already."""
    names = {name for name in bundle.namelist() if name not in (HEAD_FILE, EVENTS_FILE)}
    present = []
    for sha256, media_type in wanted:
        name = artifact_name(sha256, media_type)
        if name in names:
            if content_sha256(bundle, name) != sha256:
                raise refuse(f"artifact {sha256[:12]} was changed: its content has another hash")
            present.append((sha256, media_type))
        elif sha256 not in missing:
            raise refuse(f"artifact {sha256[:12]} is missing")
    strange = names - {artifact_name(*one) for one in present}
    if strange:
        raise refuse(f"no event names {min(strange)}")
    return present


def _check_sizes(bundle: zipfile.ZipFile, streams: dict[str, list[Recorded]]) -> None:
    """Events say of every artifact how long it is; the file knows."""
    sizes = {entry.filename: entry.file_size for entry in bundle.infolist()}
    for name, history in streams.items():
        for recorded in history:
            if not isinstance(recorded.event, MediaResult):
                continue
            made = recorded.event.artifact
            size = sizes.get(artifact_name(made.sha256, made.media_type), made.bytes)
            if made.bytes != size:
                raise refuse(
                    f"event {recorded.position} of {name} says that artifact {made.sha256[:12]} "
                    f"has {made.bytes} bytes, and it has {size}"
                )


def content_sha256(bundle: zipfile.ZipFile, name: str) -> str:
    """Hex SHA-256 of a file in the bundle."""
    digest = hashlib.sha256()
    with bundle.open(name) as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
