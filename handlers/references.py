"""Characters and places by hand: pictures of the user's own, other looks, other takes. Decides."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eventstore.artifacts import full_disk_is_ours
from eventstore.home import Home
from eventstore.leases import WorkerLock
from eventstore.registry import Event
from gpu.given_file import plain_name
from gpu.references import LOOK_LETTERS_MAX, known_as, sheet_prompt
from gpu.vocabulary import nearest
from handlers.decide import SEED_MAX, check_text
from handlers.errors import Refused
from handlers.text_stages import reference_seed
from projections.events import ReferenceEdited, ReferenceGiven
from projections.parts import Artifact, Reference
from projections.session import Session

if TYPE_CHECKING:
    from gpu.own_picture import OwnPicture
    from gpu.script import Script

PNG = "image/png"


@dataclass(frozen=True)
class Given:
    """A picture that was read and is sound, for the character or place of that name."""

    name: str
    file: str
    picture: "OwnPicture"

    @property
    def event(self) -> ReferenceGiven:
        """As it is recorded; its file has to be kept before."""
        own = self.picture
        artifact = Artifact(
            sha256=hashlib.sha256(own.png).hexdigest(),
            raw_sha256=own.raw_sha256,
            bytes=len(own.png),
            media_type=PNG,
            width=own.width,
            height=own.height,
        )
        return ReferenceGiven(name=self.name, artifact=artifact, file=self.file)


def keep(home: Home, lock: WorkerLock, given: Iterable[Given]) -> None:
    """The pictures as artifacts, before an event names them."""
    for one in given:
        temporary = home.artifacts.temporary(lock.name, PNG)
        try:
            with full_disk_is_ours(temporary):
                temporary.write_bytes(one.picture.png)
            home.artifacts.keep(temporary, PNG)
        finally:
            temporary.unlink(missing_ok=True)


def keep_alone(home: Home, given: Sequence[Given]) -> None:
    """The same for somebody who is no worker: gc leaves them alone until an event names them."""
    if given:
        with closing(WorkerLock(home.locks)) as lock:
            keep(home, lock, given)


def of_script(script: "Script | None", folder: Path, typed: Mapping[str, str]) -> tuple[Given, ...]:
    """The pictures that a script names and those typed by name, which stand above them.

    Raises Refused, BriefRefused.
    """
    if script is None:
        if typed:
            raise Refused(
                "no_references", "without a script nobody knows who is in which shot",
                "name characters and places in one: --script FILE, see docs/SCRIPTS.md",
            )  # fmt: skip
        return ()
    known = [one.name for one in script.references]
    files = {_known(name, known, script.name): Path(file) for name, file in typed.items()}
    own = {name: folder / file for name, file in script.pictures.items() if name not in files}
    return (
        *(_read(name, file, f"{script.name}, picture of {name}: ") for name, file in own.items()),
        *(_read(name, file) for name, file in files.items()),
    )


def of_session(s: Session, typed: Mapping[str, str]) -> tuple[Given, ...]:
    """Pictures typed by name for a session. Raises Refused, BriefRefused."""
    return tuple(_read(named(s, name).name, Path(file)) for name, file in typed.items())


def _read(name: str, file: Path, named_in: str = "") -> Given:
    from gpu.errors import BriefRefused
    from gpu.own_picture import read_own_picture

    try:
        return Given(name, plain_name(file), read_own_picture(file.expanduser()))
    except BriefRefused as error:
        raise BriefRefused(f"{named_in}{error}") from error


def edit(s: Session, looks: Mapping[str, str], given: Iterable[Given]) -> Sequence[Event]:
    """ReferenceEdited and ReferenceGiven, where something differs. Raises Refused."""
    events: list[Event] = [event for name, look in looks.items() if (event := _look(s, name, look))]
    for one in given:
        before = s.given.get(one.name)
        if before is None or before.event != one.event:
            events.append(one.event)
    return events


def _look(s: Session, name: str, look: str) -> ReferenceEdited | None:
    check_text(look, "--look", LOOK_LETTERS_MAX)
    one, look = named(s, name), " ".join(look.split())
    if not look:
        raise Refused("empty_look", f"the new look of {one.name} is empty", "say what it is like")
    if look == one.look and one.name not in s.given:
        return None
    prompt = sheet_prompt(one.kind, one.name, look)
    return ReferenceEdited(name=one.name, look=look, prompt=prompt)


def shown(s: Session, typed: str) -> tuple[str, ...]:
    """The characters and places of comma-joined names; none of an empty text. Raises Refused."""
    names = [name.strip() for name in typed.split(",") if name.strip()]
    return tuple(dict.fromkeys(named(s, name).name for name in names))


def retake(s: Session, name: str, *, count: int = 1, seed: int | None = None) -> Sequence[Event]:
    """ReferenceEdited with another seed; the shots that use the sheet follow. Raises Refused."""
    one = named(s, name)
    if count != 1:
        raise Refused("wrong_use", "a sheet has one new take at a time", "leave --count out")
    if seed is not None and not 0 <= seed <= SEED_MAX:
        raise Refused("out_of_range", f"--seed {seed} is out of range", "0 to 2⁶³ − 1")
    assert s.started is not None
    take = one.take + 1
    seed = reference_seed(s.started.seed, one.name, take) if seed is None else seed
    return [ReferenceEdited(name=one.name, take=take, seed=seed)]


def named(s: Session, name: str) -> Reference:
    """The character or place that a name means. Raises Refused, naming the nearest."""
    if s.story is None:
        raise Refused("no_story", f"{s.id} has no story yet", "let it write one: `reelog resume`")
    return s.references[_known(name, list(s.references), s.id)]


def _known(name: str, known: Sequence[str], where: str) -> str:
    found = known_as(name, known)
    if found:
        return found
    if not known:
        raise Refused(
            "unknown_reference", f"{where} names no characters and no places",
            "a script names them, see docs/SCRIPTS.md",
        )  # fmt: skip
    near = nearest(name, list(known))
    raise Refused(
        "unknown_reference", f"{where} names no {name!r}",
        f"did you mean {near!r}?" if near else f"it names {', '.join(known)}",
    )  # fmt: skip


def pairs(typed: Sequence[str], option: str) -> dict[str, str]:
    """`NAME=VALUE` as typed on a command line, by name. Raises Refused."""
    found: dict[str, str] = {}
    for one in typed:
        name, equals, value = one.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise Refused(
                "wrong_use", f"{option} {one!r} is no NAME=VALUE", f"write {option} mira=…"
            )
        found[name.strip()] = value.strip()
    return found
