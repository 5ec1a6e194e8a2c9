"""Bundles, backups and heads from anywhere: refused in words, and nothing is left behind."""

import json
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.build import SESSION
from tests.command import Reelog
from tests.faults.damage.homes import copied
from tests.faults.input.asking import Case, ask, some
from tests.faults.input.things import device, folder, loop, pipe

Change = Callable[[zipfile.ZipFile, zipfile.ZipFile], None]


@pytest.fixture(scope="module")
def bundle(film: Reelog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound bundle."""
    made = copied(film.home, tmp_path_factory.mktemp("bundle"))
    done = made.quickly("export", SESSION, "--format", "bundle", "--to", "b.reelog")
    assert done.status == 0
    return made.folder / "b.reelog"


def copy(old: zipfile.ZipFile, new: zipfile.ZipFile, skip: str = "") -> None:
    for entry in old.infolist():
        if entry.filename != skip:
            new.writestr(entry, old.read(entry))


def more(name: str, content: bytes = b"evil", **fields: object) -> Change:
    """One more file."""

    def change(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
        copy(old, new)
        entry = zipfile.ZipInfo(name)
        entry.external_attr = 0o100644 << 16
        for field, value in fields.items():
            setattr(entry, field, value)
        new.writestr(entry, content)

    return change


def head(**fields: object) -> Change:
    """Another head."""

    def change(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
        copy(old, new, "bundle.json")
        found = json.loads(old.read("bundle.json")) | fields
        new.writestr("bundle.json", json.dumps(found))

    return change


def instead(name: str, content: bytes) -> Change:
    """Other content of one file."""

    def change(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
        copy(old, new, name)
        new.writestr(name, content)

    return change


def bomb(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
    copy(old, new)
    new.writestr(f"artifacts/{'0' * 64}.png", bytes(50_000_000), zipfile.ZIP_DEFLATED, 9)


LINK = (stat.S_IFLNK | 0o777) << 16
CHANGES: dict[str, Change] = {
    "a name that leads out": more("../../outside/mine-1.txt"),
    "a name that leads out of artifacts": more(f"artifacts/../../{'a' * 64}.png"),
    "an absolute name": more("/tmp/evil"),
    "a drive": more("C:\\evil"),
    "backslashes": more("artifacts\\..\\..\\evil"),
    "a name with an escape": more("artifacts/\x1b[2J"),
    "a name of 60,000 letters": more("a" * 60_000),
    "a folder": more("artifacts/evil/", b""),
    "a link": more(f"artifacts/{'0' * 64}.png", b"/etc/passwd", external_attr=LINK),
    "a pipe": more(f"artifacts/{'0' * 64}.png", b"", external_attr=(stat.S_IFIFO | 0o644) << 16),
    "a device": more(f"artifacts/{'0' * 64}.png", b"", external_attr=(stat.S_IFBLK | 0o644) << 16),
    "a bomb": bomb,
    "a file that no event names": more(f"artifacts/{'0' * 64}.png"),
    "another program": more("reelog/__init__.py", b"raise SystemExit"),
    "no head": lambda old, new: copy(old, new, "bundle.json"),
    "no events": lambda old, new: copy(old, new, "events.jsonl"),
    "a session that leads out": head(session="../../x", streams={"../../x": 1}),
    "a session with an escape": head(session="\x1b[2J", streams={"\x1b[2J": 1}),
    "a format of the future": head(format=99),
    "a format that is none": head(format="one"),
    "a head of lists": instead("bundle.json", b"[]"),
    "a deep head": instead("bundle.json", b"[" * 100_000),
    "a head of 5,000 digits": instead("bundle.json", b'{"format": ' + b"9" * 5_000 + b"}"),
    "a deep event": instead("events.jsonl", b"[" * 100_000),
    "an event of 20 MB": instead("events.jsonl", b'"' + b"a" * (20 << 20) + b'"'),
    "events that are no text": instead("events.jsonl", b"\xff\xfe\n"),
    "events that are none": instead("events.jsonl", b'"' + b"00" * 32 + b'"\n'),
}


@pytest.mark.parametrize("name", some(CHANGES))
def test_a_bundle_that_is_none(asked, bundle, name):
    def make(path: Path) -> None:
        with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(path, "w") as new:
            CHANGES[name](old, new)

    code = "bundle_too_new" if name == "a format of the future" else "bad_bundle"
    ask(asked, Case(("import", "evil.reelog"), code, {"evil.reelog": make}))

    assert not asked.home.root.exists()


FILES = {
    "nothing": b"",
    "a text": b"dear diary",
    "an end alone": b"PK\x05\x06" + bytes(18),
    "an end that lies": b"PK\x05\x06" + b"\xff" * 18,
    "zip64 that lies": b"PK\x06\x06" + b"\xff" * 52 + b"PK\x06\x07" + b"\xff" * 16
    + b"PK\x05\x06" + b"\xff" * 16 + b"\0\0",
    "a pipe": pipe,
    "a device": device,
    "a loop": loop,
    "a folder": folder,
}  # fmt: skip


@pytest.mark.parametrize("name", some(FILES))
def test_a_file_that_is_no_bundle(asked, name):
    done = ask_any(asked, ("import", "evil"), FILES[name])

    assert done in ("bad_bundle", "no_such_file")


@pytest.mark.parametrize("name", some(FILES, 1))
def test_a_file_that_is_no_backup(asked, name):
    done = ask_any(asked, ("restore", "evil", "--without-artifacts"), FILES[name])

    assert done in ("not_a_log", "no_such_file", "log_failed")
    assert not asked.home.root.exists()


@pytest.mark.parametrize("name", [*FILES, "a deep list", "5,000 digits", "a list", "half a hash"])
def test_a_file_that_is_no_head(begun, name):
    heads = {
        "a deep list": b"[" * 4_000,
        "5,000 digits": b'{"log_id": "a", "hash": "", "global_position": ' + b"9" * 4_000 + b"}",
        "a list": b"[]",
        "half a hash": b'{"log_id": "a", "hash": "00", "global_position": 1}',
    }

    assert ask_any(begun, ("audit", "--against", "evil"), (FILES | heads)[name]) == "no_head"


def ask_any(reelog: Reelog, arguments: tuple[str, ...], content: object) -> str:
    """The code of a refusal, whichever it is."""
    from tests.faults import cases
    from tests.faults.input.asking import harmless, make

    make(reelog.folder / "evil", content)  # type: ignore[arg-type]
    command, *rest = arguments
    with cases.counted("hostile inputs", 1):
        done = reelog.quickly(command, "--json", *rest)
        harmless(done.out + done.err)
        assert done.status in (2, 3), done
    return str(done.error["code"])


@pytest.fixture
def saved(begun: Reelog) -> Reelog:
    """With a backup beside it."""
    assert begun.quickly("backup", "saved.db").status == 0
    return begun


def test_an_artifact_of_a_backup_that_is_a_link_is_not_taken(saved):
    folder = saved.folder / "saved.db.artifacts"
    (picture,) = sorted(folder.glob("*/*.png"))[:1]
    other = saved.folder / "elsewhere.png"
    shutil.move(picture, other)
    picture.symlink_to(other)

    done = saved.quickly("restore", "saved.db", "--home", "new", "--json")

    assert done.status == 1
    assert done.data["missing"] == [picture.stem]
    assert not list((saved.folder / "new").rglob("*.png")) or all(
        not path.is_symlink() for path in (saved.folder / "new").rglob("*")
    )
