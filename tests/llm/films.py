"""Films whose stories a server of the test's own writes; everything else is fake."""

from pathlib import Path

from eventstore.home import Home
from gpu import profile, ready
from handlers import decide, workflows
from handlers.stream import SessionStream
from projections.events import TYPES
from tests.build import SESSION, fake_session
from tests.command import ROOT, Reelog

FAKE = "".join(
    f'[{kind}]\nbackend = "fake"\nmodel = "fake"\nrevision = "1"\n'
    for kind in ("image", "video", "audio", "film")
)
HEAD = '[profile]\ndescription = "a story by a server"\n'
FILM = ("--shots", "3", "--duration", "12", "--new", "--workers", "1", "--seed", "5")


def written(folder: Path, url: str, more: str = "", head: str = "") -> Path:
    """A profile: this server, and what else [story] and [profile] say."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "mine.toml"
    story = f'[story]\nbackend = "openai"\nurl = "{url}"\nmodel = "tiny-writer"\n{more}\n'
    path.write_text(HEAD + head + story + FAKE, encoding="utf-8")
    return path


def reelog_in(folder: Path) -> Reelog:
    """The command, of this tree, on a home of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    found = Reelog(folder)
    found.settings["PYTHONPATH"] = str(ROOT)
    return found


def begun(home: Home, path: Path) -> None:
    """A film of that profile, just started."""
    chosen = ready.checked(profile.load(str(path)))
    workflows.keep_alone(home, chosen)
    with home.open(TYPES) as log:
        fake_session(log, stages=decide.stages_of(chosen, scripted=False))


def stream_of(home: Home) -> SessionStream:
    """That film."""
    with home.open_existing(TYPES, read_only=True) as log:
        return SessionStream(log, SESSION)
