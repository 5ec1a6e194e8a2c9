"""Which damage is found, by what; and what goes unfound changes nothing."""

import shutil
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from eventstore.heads import NoHead, read_head
from eventstore.home import Home
from handlers.audit import audit
from handlers.errors import Refused
from handlers.importing import import_bundle
from projections.events import TYPES
from tests.command import Reelog
from tests.faults import cases
from tests.faults.damage.faults import flip
from tests.faults.damage.homes import FILM, Whole, content, copied

FOUND: Counter[tuple[str, str]] = Counter()
ORDER = ("schema", "file", "chain", "events", "tables", "forks", "artifacts", "head")
WAL, SHM = "reelog.db-wal", "reelog.db-shm"


@pytest.fixture(scope="module", autouse=True)
def table():
    """Print what found how many of the flips, for docs/RELIABILITY.md."""
    yield
    for (where, what), count in sorted(FOUND.items()):
        print(f"\nflips of {where} found by {what}: {count}", end="")


def found_by(reelog: Reelog, kept: Path) -> list[str]:
    """The checks of an audit against a kept head that found something."""
    try:
        report = audit(reelog.home, None, read_head(kept))
    except Exception as error:  # noqa: BLE001 - refused at once, whatever it says
        return [type(error).__name__]
    return [check for check in ORDER if check in report.findings.counts]


def count(where: str, checks: list[str]) -> None:
    """One flip, for each check that found it."""
    for check in checks or ["nothing: it changes nothing"]:
        FOUND[where, check] += 1
    FOUND[where, "(all flips)"] += 1


def test_a_flip_in_the_log_that_changes_anything_is_found(whole: Whole, tmp_path: Path):
    before = content(whole.asleep)

    def case(seed: int) -> None:
        reelog = copied(whole.asleep, tmp_path / str(seed))
        flip(reelog.home.log_path, Random(seed))

        checks = found_by(reelog, whole.head)

        count("reelog.db", checks)
        assert checks or content(reelog.home) == before
        shutil.rmtree(tmp_path / str(seed))

    cases.run("flips in the log", cases.seeds(30, 10_000), case)


def test_a_flip_in_the_wal_loses_nothing_that_a_kept_head_does_not_miss(whole: Whole, tmp_path):
    kept = tmp_path / "head.json"
    asking = copied(whole.awake, tmp_path / "asking")
    assert asking.quickly("audit", "--head", str(kept)).status == 0
    before = content(whole.awake)

    def case(seed: int) -> None:
        reelog = copied(whole.awake, tmp_path / str(seed))
        flip(reelog.home.root / WAL, Random(seed))
        (reelog.home.root / SHM).unlink()

        checks = found_by(reelog, kept)

        count(WAL, checks)
        assert checks or content(reelog.home) == before
        shutil.rmtree(tmp_path / str(seed))

    cases.run("flips in the WAL", cases.seeds(12, 2_000), case)


def test_a_flip_in_the_index_of_the_wal_changes_nothing(whole: Whole, tmp_path: Path):
    before = content(whole.awake)

    def case(seed: int) -> None:
        reelog = copied(whole.awake, tmp_path / str(seed))
        flip(reelog.home.root / SHM, Random(seed), 8)

        count(SHM, [])
        assert content(reelog.home) == before
        shutil.rmtree(tmp_path / str(seed))

    cases.run("flips in the WAL's index", cases.seeds(8, 500), case)


def test_a_flip_in_an_artifact_is_found_and_mended(whole: Whole, tmp_path: Path):
    def case(seed: int) -> None:
        reelog = copied(whole.asleep, tmp_path / str(seed))
        flip(Random(seed).choice(sorted(reelog.home.artifacts.files())), Random(seed))

        checks = found_by(reelog, whole.head)

        count("artifacts", checks)
        assert checks == ["artifacts"]
        assert reelog.quickly("audit", "--repair").status == 0
        shutil.rmtree(tmp_path / str(seed))

    cases.run("flips in artifacts", cases.seeds(4, 500), case)


def test_a_flip_in_a_kept_head_never_says_that_a_log_is_another_way_right(whole: Whole, tmp_path):
    head = read_head(whole.head)

    def case(seed: int) -> None:
        kept = tmp_path / "head.json"
        shutil.copy(whole.head, kept)
        flip(kept, Random(seed))
        try:
            changed = read_head(kept) != head
        except NoHead:
            count("a kept head", ["it is refused"])
            return
        findings = audit(whole.asleep, FILM, read_head(kept)).findings.counts
        count("a kept head", ["head"] if "head" in findings else [])
        assert ("head" in findings) == changed

    cases.run("flips in a kept head", cases.seeds(30, 1_000), case)


def events_of(home: Home) -> list[object]:
    """What a film's events say, whatever log holds them."""
    with home.open_existing(TYPES, read_only=True) as log:
        return [recorded.event for recorded in log.read(FILM)][:-1]


def test_a_flip_in_a_bundle_is_refused_or_changes_nothing(whole: Whole, tmp_path: Path):
    import_bundle(Home(tmp_path / "right"), whole.bundle)
    right = events_of(Home(tmp_path / "right"))

    def case(seed: int) -> None:
        folder = tmp_path / str(seed)
        folder.mkdir()
        shutil.copy(whole.bundle, folder / "film.reelog")
        flip(folder / "film.reelog", Random(seed))
        try:
            import_bundle(Home(folder / "home"), folder / "film.reelog")
        except Refused:
            count("a bundle", ["it is refused"])
            assert not (folder / "home" / "sessions").exists()
        else:
            count("a bundle", [])
            assert events_of(Home(folder / "home")) == right
            assert audit(Home(folder / "home")).clean
        shutil.rmtree(folder)

    cases.run("flips in bundles", cases.seeds(30, 2_000), case)


def test_a_flip_in_a_backup_is_refused_or_changes_nothing(whole: Whole, tmp_path: Path):
    before = content(whole.asleep)
    artifacts = whole.backup.with_name(whole.backup.name + ".artifacts")

    def case(seed: int) -> None:
        folder = tmp_path / str(seed)
        folder.mkdir()
        shutil.copy(whole.backup, folder / "backup.db")
        flip(folder / "backup.db", Random(seed))
        reelog = Reelog(folder)

        done = reelog.quickly("restore", "backup.db", "--with-artifacts", str(artifacts))

        count("a backup", [] if done.status == 0 else ["it is refused"])
        assert "a bug" not in done.err
        if done.status == 0:
            assert content(reelog.home) == before
        else:
            assert done.status == 3
            assert not reelog.home.root.exists()
        shutil.rmtree(folder)

    cases.run("flips in backups", cases.seeds(6, 1_000), case)


def test_a_flip_in_a_session_folder_is_mended(whole: Whole, tmp_path: Path):
    films = {path.name: path.read_bytes() for path in whole.asleep.sessions.rglob("*.json")}

    def case(seed: int) -> None:
        reelog = copied(whole.asleep, tmp_path / str(seed))
        flip(Random(seed).choice(sorted(reelog.home.sessions.rglob("*.json"))), Random(seed), 3)

        assert reelog.quickly("audit", "--repair").status == 0
        found = {path.name: path.read_bytes() for path in reelog.home.sessions.rglob("*.json")}
        assert found == films
        shutil.rmtree(tmp_path / str(seed))

    cases.run("flips in session folders", cases.seeds(3, 300), case)
