"""Bundles: a session leaves one home and comes to another, whole or not at all."""

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from eventstore import hashes
from eventstore.home import Home
from eventstore.proof import NAMES
from handlers import edit, travel
from handlers.bundle import EVENTS_FILE, HEAD_FILE, write_bundle
from handlers.errors import Refused
from handlers.importing import import_bundle
from handlers.stream import SessionStream
from projections import events as e
from projections.events import TYPES
from projections.named import named
from projections.work import pending
from projections.work import work as work_of
from tests.build import RUN, SESSION, chain_is_whole, fake_session, names, rebuilt
from tests.handlers.crew_of_one import counting, work

OTHER = "session_20250209_010101"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A home with two finished films, and a bundle of the second: b.reelog."""
    folder = tmp_path_factory.mktemp("made")
    home = Home(folder / "home")
    with home.open(TYPES) as log:
        fake_session(log, OTHER, idea="a stranger")
        fake_session(log)
        work(home, log, [OTHER, SESSION])
        write_bundle(home, log, SESSION, folder / "b.reelog")
    return folder


@pytest.fixture
def bundle(made, tmp_path) -> Path:
    """The bundle, to be spoilt."""
    return Path(shutil.copy(made / "b.reelog", tmp_path / "b.reelog"))


class Entry(NamedTuple):
    name: str
    data: bytes


def entries(bundle: Path) -> list[Entry]:
    with zipfile.ZipFile(bundle) as file:
        return [Entry(name, file.read(name)) for name in file.namelist()]


def rewrite(bundle: Path, changed: list[Entry], compression: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(bundle, "w", compression) as file:
        for entry in changed:
            file.writestr(entry.name, entry.data)


def with_data(bundle: Path, name: str, change) -> None:
    """Rewrite the bundle with one file changed."""
    rewrite(
        bundle,
        [
            one._replace(data=change(one.data)) if one.name == name else one
            for one in entries(bundle)
        ],
    )


def with_head(bundle: Path, **changes) -> None:
    with_data(bundle, HEAD_FILE, lambda data: json.dumps(json.loads(data) | changes).encode())


def with_lines(bundle: Path, change) -> None:
    """Rewrite the bundle with other lines of events."""
    with_data(
        bundle, EVENTS_FILE, lambda data: b"".join(one + b"\n" for one in change(data.splitlines()))
    )


def refusal(home: Home, bundle: Path) -> str:
    with pytest.raises(Refused) as refused:
        import_bundle(home, bundle)
    assert not home.root.exists(), "something was left behind"
    return refused.value.message


def imported(home: Home, bundle: Path) -> SessionStream:
    done = import_bundle(home, bundle)
    with home.open_existing(TYPES, read_only=True) as log:
        return SessionStream(log, done.session)


def original(made: Path) -> SessionStream:
    with Home(made / "home").open_existing(TYPES, read_only=True) as log:
        return SessionStream(log, SESSION)


def test_a_film_arrives_with_all_its_events(home, bundle, made):
    there, here = original(made).history, imported(home, bundle).history

    assert [one.event for one in here[:-1]] == [one.event for one in there]


def test_an_arrival_is_an_event(home, bundle, made):
    with Home(made / "home").open_existing(TYPES, read_only=True) as log:
        head = log.head()

    event = imported(home, bundle).history[-1].event

    assert event == e.SessionImported(
        log_id=head.log_id, session=SESSION, head_hash=head.hash.hex()
    )


@pytest.mark.parametrize(
    "field", ["event_id", "position", "append_end", "causation_id", "correlation_id", "recorded_at"]
)
def test_events_keep_what_they_were_recorded_with(home, bundle, made, field):
    there, here = original(made).history, imported(home, bundle).history

    assert [getattr(one, field) for one in here[:-1]] == [getattr(one, field) for one in there]


def test_nothing_is_left_to_do_for_a_finished_film(home, bundle):
    assert pending(imported(home, bundle).session) == []


def test_resuming_a_finished_film_runs_no_stage(home, bundle):
    import_bundle(home, bundle)
    ran: list[str] = []

    with home.open_existing(TYPES) as log:
        work(home, log, stages=counting(ran))

    assert ran == []


def test_after_an_edit_only_what_changed_is_made_again(home, bundle):
    import_bundle(home, bundle)
    ran: list[str] = []

    with home.open_existing(TYPES) as log:
        stream = SessionStream(log, SESSION)
        stream.append(edit.edit_shot(stream.session, 1, {"motion_prompt": "it turns"}), RUN)
        work(home, log, stages=counting(ran))

    assert sorted(ran) == ["film", "video"]


def test_every_named_artifact_arrives(home, bundle):
    history = imported(home, bundle).history

    assert all(home.artifacts.holds(*name) for one in history for name in named(one.event))


def test_chain_and_read_tables_are_whole_after_it(home, bundle):
    import_bundle(home, bundle)

    with home.open_existing(TYPES, read_only=True) as log:
        assert (chain_is_whole(log), log.stored_rows(SESSION)) == (True, rebuilt(log))


def test_no_temporary_file_and_no_lock_stays(home, bundle):
    import_bundle(home, bundle)

    assert [*(home.root / "artifacts" / "tmp").glob("*"), *home.locks.glob("*")] == []


def test_a_rewound_film_arrives_rewound(home, tmp_path):
    with Home(tmp_path / "there").open(TYPES) as log:
        fake_session(log)
        stream = work(Home(tmp_path / "there"), log)
        travel.rewind(stream, 10)
        write_bundle(Home(tmp_path / "there"), log, SESSION, tmp_path / "b")
        there = work_of(stream.session)

    here = imported(home, tmp_path / "b").session

    assert [c.id for c in pending(here)] == [c.id for c in there.pending]


def test_the_same_session_gives_the_same_bundle(made, tmp_path):
    home = Home(made / "home")
    with home.open_existing(TYPES, read_only=True) as log:
        write_bundle(home, log, SESSION, tmp_path / "again")

    assert (tmp_path / "again").read_bytes() == (made / "b.reelog").read_bytes()


def test_a_bundle_tells_nothing_about_other_sessions(bundle):
    assert b"stranger" not in bundle.read_bytes()


def test_what_is_here_is_not_taken_twice(home, bundle):
    import_bundle(home, bundle)
    before = imported(home, bundle)

    assert import_bundle(home, bundle).new == []
    assert len(imported(home, bundle).history) == len(before.history)


def test_a_film_comes_home_without_being_taken_twice(made, bundle):
    assert import_bundle(Home(made / "home"), bundle).session == SESSION


def test_a_taken_id_gets_a_suffix(home, bundle):
    with home.open(TYPES) as log:
        fake_session(log, SESSION, idea="another")

    assert import_bundle(home, bundle).session == f"{SESSION}_2"


def test_an_artifact_that_was_gone_is_made_again(home, tmp_path):
    there = Home(tmp_path / "there")
    with there.open(TYPES) as log:
        fake_session(log)
        work(there, log)
        next(there.artifacts.root.rglob("*.png")).unlink()
        write_bundle(there, log, SESSION, tmp_path / "b")

    assert len(import_bundle(home, tmp_path / "b").missing) == 1


@pytest.fixture
def forked(tmp_path) -> Path:
    """A bundle of a fork."""
    there = Home(tmp_path / "there")
    with there.open(TYPES) as log:
        fake_session(log)
        parent = work(there, log)
        child = travel.fork(parent, 10, OTHER, None)
        child.append(edit.edit_shot(child.session, 1, {"image_prompt": "the moon"}), RUN)
        work(there, log, [OTHER])
        write_bundle(there, log, OTHER, tmp_path / "fork.reelog")
    return tmp_path / "fork.reelog"


def test_a_fork_brings_its_parent_as_far_as_it_was_forked(home, forked):
    done = import_bundle(home, forked)

    with home.open_existing(TYPES, read_only=True) as log:
        parent = SessionStream(log, SESSION)
    assert (done.new, names(parent.history)[10:]) == (
        [SESSION, OTHER],
        ["SessionImported", "SessionPaused"],
    )


def test_nothing_is_left_to_do_for_a_fork(home, forked):
    assert pending(imported(home, forked).session) == []


def test_a_fork_names_its_parents_hash_of_here(home, forked):
    stream = imported(home, forked)

    with home.open_existing(TYPES, read_only=True) as log:
        (row,) = log.query("SELECT hash FROM events WHERE stream = ? AND position = 10", (SESSION,))
    assert stream.history[0].event.at_hash == row["hash"].hex()


def test_a_parent_under_another_id_is_found(home, forked):
    with home.open(TYPES) as log:
        fake_session(log, SESSION, idea="another")

    assert imported(home, forked).history[0].event.parent == f"{SESSION}_2"


def spoil_own_event(lines: list[bytes]) -> list[bytes]:
    own = next(at for at, line in enumerate(lines) if b"StoryGenerated" in line)
    return [*lines[:own], lines[own].replace(b"lighthouse", b"lightboat"), *lines[own + 1 :]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (spoil_own_event, "event 3 of session_20250208_002238 (StoryGenerated) was changed"),
        (lambda lines: lines[:-1], "does not lead to the head"),
        (lambda lines: lines[1:], "was changed"),
        (lambda lines: [b'"' + b"0" * 64 + b'"', *lines[1:]], "was changed"),
        (lambda lines: [b"{", *lines[1:]], "no JSON"),
        (lambda lines: [b"[1]", *lines[1:]], "no event"),
        (lambda lines: [b'"ab"', *lines[1:]], "no hash"),
        (lambda _: [], "does not lead to the head"),
    ],
)
def test_changed_events_are_refused(home, bundle, change, said):
    with_lines(bundle, change)

    assert said in refusal(home, bundle)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"log_id": "another"}, "was changed"),
        ({"head": {"global_position": 1, "hash": "0" * 64}}, "does not lead to the head"),
        ({"session": "nobody"}, "not as a bundle's is"),
        ({"streams": {"../out": 1}, "session": "../out"}, "not as a bundle's is"),
        ({"streams": {SESSION: 1}}, "not whole"),
        ({"streams": {OTHER: 1}, "session": OTHER}, "which it does not name"),
        ({"format": 99}, "format 99"),
        ({"missing": None}, "not as a bundle's is"),
    ],
)
def test_a_changed_head_is_refused(home, bundle, change, said):
    with_head(bundle, **change)

    assert said in refusal(home, bundle)


def test_a_changed_artifact_is_refused(home, bundle):
    name = next(one.name for one in entries(bundle) if one.name.endswith(".png"))
    with_data(bundle, name, lambda data: data + b"!")

    assert "its content has another hash" in refusal(home, bundle)


def test_an_artifact_that_is_missing_is_refused(home, bundle):
    found = entries(bundle)
    first = next(one for one in found if one.name.endswith(".png"))
    rewrite(bundle, [one for one in found if one != first])

    assert "is missing" in refusal(home, bundle)


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/etc/evil",
        "artifacts/../evil.png",
        "artifacts/x.png",
        "C:\\evil",
        "artifacts/",
        f"artifacts/{'0' * 64}.png",
    ],
)
def test_a_file_that_no_bundle_has_is_refused(home, bundle, name):
    rewrite(bundle, [*entries(bundle), Entry(name, b"")])

    assert "bundle" in refusal(home, bundle)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_stands_twice_is_refused(home, bundle):
    found = entries(bundle)
    rewrite(bundle, [*found, found[0]])

    assert "twice" in refusal(home, bundle)


def test_a_compressed_file_is_refused(home, bundle):
    rewrite(bundle, entries(bundle), zipfile.ZIP_DEFLATED)

    assert "compressed" in refusal(home, bundle)


def test_a_link_is_refused(home, bundle):
    with zipfile.ZipFile(bundle, "a") as file:
        link = zipfile.ZipInfo(f"artifacts/{'0' * 64}.png")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")

    assert "no plain file" in refusal(home, bundle)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_half_a_bundle_is_refused(home, bundle, share):
    data = bundle.read_bytes()
    bundle.write_bytes(data[: int(len(data) * share)])

    assert "no whole zip file" in refusal(home, bundle)


def test_a_flipped_byte_anywhere_in_an_artifact_is_refused(home, bundle):
    data = bytearray(bundle.read_bytes())
    data[data.index(b"fake ImageBrief") + 5] ^= 1
    bundle.write_bytes(data)

    assert "bundle is refused" in refusal(home, bundle)


def test_a_file_that_is_not_there_is_refused(home, tmp_path):
    assert "there is no file" in refusal(home, tmp_path / "nothing")


def test_a_bundle_is_not_written_over_a_folder(home, log, tmp_path):
    fake_session(log)

    with pytest.raises(Refused):
        write_bundle(home, log, SESSION, tmp_path)


def test_bytes_that_are_lost_anywhere_are_noticed(home, bundle):
    """Wherever a few bytes are gone, it is refused, and never in words of the zip library."""
    data = bundle.read_bytes()
    for at in range(1, len(data), len(data) // 150):
        bundle.write_bytes(data[:at] + data[at + 7 :])
        refusal(home, bundle)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"log_id": "\ud800"}, "no text"),
        ({"event_id": "../x"}, "no event's id"),
        ({"recorded_at": "yesterday"}, "no event's id and time"),
        ({"recorded_at": "9999-99-99T99:99:99.999Z"}, "no event's id and time"),
        ({"recorded_at": "0000-01-01T00:00:00.000Z"}, "no event's id and time"),
        ({"data": '{"title":"\ud800"}'}, "no text"),
        ({"data": "{}"}, "is no SessionStarted"),
        ({"type": "SessionCancelled", "data": "{}"}, "does not begin as a session does"),
    ],
)
def test_a_forged_bundle_is_refused(home, bundle, what, said):
    """Even when whoever forged it computed the whole chain again."""
    forge(bundle, what)

    assert said in refusal(home, bundle)


@pytest.mark.parametrize(
    ("value", "becomes", "said"),
    [
        ('"height":180', '"height":' + "9" * 30, "a number that is too large"),
        ('"bytes":', '"bytes":-', "bytes, and it has"),
        ('"fps":24', '"fps":0', "a film that cannot be made"),
        ('wav","duration_s":[0-9.]+', 'wav","duration_s":-1e308', "make no sense together"),
        ('wav","duration_s":[0-9.]+', 'wav","duration_s":1e300', "too large"),
        ('"environment":"[0-9a-f]+"', '"environment":""', "names no artifact"),
    ],
)
def test_a_number_that_cannot_be_is_refused(home, bundle, value, becomes, said):
    """Even when whoever forged it computed the whole chain again."""
    forge(bundle, {"data": partial(re.sub, value, becomes)})

    assert said in refusal(home, bundle)


def forge(bundle: Path, what: dict[str, str | Callable[[str], str]]) -> None:
    """Change the head, or the first event of the session, and compute every hash again.

    A function changes every event.
    """
    files = {one.name: one.data for one in entries(bundle)}
    head = json.loads(files[HEAD_FILE]) | {k: v for k, v in what.items() if k == "log_id"}
    forged = proof_again(files[EVENTS_FILE].splitlines(), head, what)
    with_data(bundle, EVENTS_FILE, lambda _: forged)
    with_data(bundle, HEAD_FILE, lambda _: json.dumps(head).encode())


def proof_again(lines: list[bytes], head: dict, what: dict[str, Any]) -> bytes:
    previous = hashes.genesis(head["log_id"]) if head["log_id"].isascii() else b""
    changed = []
    for line in lines:
        value = json.loads(line)
        if isinstance(value, list):
            for at, (name, old) in enumerate(zip(NAMES, value[:-1], strict=True)):
                new = what.get(name, old)
                if callable(new):
                    value[at] = new(old)
                elif value[3] == 1:
                    value[at] = new
            if all(str(one).isascii() for one in value):
                content = hashes.content_hash(tuple(value[:-1]))
                value[-1] = hashes.chain_hash(previous, content).hex()
                previous = bytes.fromhex(value[-1])
        else:
            previous = hashes.chain_hash(previous, bytes.fromhex(value))
        changed.append(json.dumps(value).encode())
    head["head"]["hash"] = previous.hex()
    return b"\n".join(changed) + b"\n"
