"""What is asked about a film's music: in words, a file of one's own, or none."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from eventstore.artifacts import full_disk_is_ours
from eventstore.home import Home
from eventstore.leases import WorkerLock
from gpu.given_file import plain_name
from handlers.errors import Refused
from projections.named import SOUND
from projections.parts import ScriptFile, StageChoice

NONE = "none"
FILE_BYTES_MAX = 500_000_000
PAD = StageChoice(backend="animatic", model="pad", revision="1")

Stages = Mapping[str, StageChoice]


@dataclass(frozen=True)
class Music:
    """`words` say what it is like, or `none`; with a `file`, it is that. None: nothing was said."""

    words: str | None = None
    file: ScriptFile | None = None

    @property
    def prompt(self) -> str | None:
        """The words that an event records; None where they stay as they are."""
        if self.file or self.words == NONE:
            return ""
        return self.words

    def stages(self, stages: Stages) -> dict[str, StageChoice]:
        """Who does what from now on. Words where nobody makes music are for the built-in pad."""
        found = dict(stages)
        if self.file:
            found["music"] = StageChoice(
                backend="file",
                model=self.file.name,
                revision="1",
                settings={"sha256": self.file.sha256},
            )
        elif self.words == NONE:
            found.pop("music", None)
        elif self.words and ("music" not in found or found["music"].backend == "file"):
            found["music"] = PAD
        return found


UNSAID = Music()


def asked(words: str | None, file: Path | None) -> Music:
    """What was typed. Raises Refused, BriefRefused: both at once, or a file that holds no sound."""
    if file is None:
        return Music(words if words is None else words.strip())
    if words is not None:
        raise Refused(
            "wrong_use", "--music and --music-file contradict each other", "give one of them"
        )
    return Music(file=_looked_at(file))


def _looked_at(path: Path) -> ScriptFile:
    from gpu.tracks import check

    if not path.is_file():
        raise Refused("no_such_file", f"there is no file {path}", "give a sound file")
    if path.stat().st_size > FILE_BYTES_MAX:
        raise Refused(
            "file_too_large",
            f"{path} is larger than {FILE_BYTES_MAX // 10**6} MB",
            "give a shorter piece, or a compressed one",
        )
    check(path)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return ScriptFile(sha256=sha256, media_type=SOUND, name=plain_name(path))


@contextmanager
def kept(home: Home, music: Music, path: Path | None) -> Iterator[None]:
    """The file as an artifact; gc leaves it alone inside, until an event names it."""
    if music.file is None or path is None:
        yield
        return
    with closing(WorkerLock(home.locks)) as lock:
        keep(home, lock, music.file, path.read_bytes())
        yield


def keep(home: Home, lock: WorkerLock, file: ScriptFile, content: bytes) -> None:
    """A user's own file as an artifact: the session owns what it was given."""
    temporary = home.artifacts.temporary(lock.name, file.media_type)
    try:
        with full_disk_is_ours(temporary):
            temporary.write_bytes(content)
        sha256, _ = home.artifacts.keep(temporary, file.media_type)
    finally:
        temporary.unlink(missing_ok=True)
    if sha256 != file.sha256:
        raise Refused("file_changed", f"{file.name} changed while it was read", "try again")
