"""What the log promises about films is checked, and mended where it can be."""

import os
import shutil
from pathlib import Path

import pytest

from eventstore.home import Home
from eventstore.leases import WorkerLock
from handlers import keep_head, keeping, travel
from handlers.errors import Refused
from handlers.repair import repair
from handlers.stream import SessionStream
from projections import events as e
from projections.events import TYPES
from projections.parts import ScriptFile
from tests.build import RUN, SESSION, file_of, stages_of, started
from tests.handlers.crew_of_one import work
from tests.tampering import (
    chain_again,
    copy_of,
    found,
    make_film,
    messages,
    past_triggers,
    tamper,
)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_film(tmp_path_factory.mktemp("audit") / "film")


@pytest.fixture
def home(film: Home, tmp_path: Path) -> Home:
    """A film of its own."""
    return copy_of(film, tmp_path / "home")


def history(home: Home, session: str = SESSION) -> list:
    with home.open_existing(TYPES, read_only=True) as log:
        return SessionStream(log, session).history


def media(home: Home, kind: type = e.ImageRendered) -> Path:
    """The file of the first result of that type."""
    event = next(r.event for r in history(home) if isinstance(r.event, kind))
    return file_of(home.artifacts, event)


def mended(home: Home) -> list[str]:
    """What a repair does; the home is clean after it."""
    done = repair(home, found(home))
    assert found(home).clean, messages(home)
    return done


def resumed(home: Home) -> SessionStream:
    """Worked to the end again."""
    with home.open_existing(TYPES) as log:
        return work(home, log)


def test_files_are_counted_with_environment_and_bytes(home):
    report = found(home)

    assert report.artifacts == len(list(home.artifacts.root.glob("??/*"))) - report.orphans
    assert report.bytes > 0
    assert report.orphans == 0, "a finished film leaves no file that no event names"


def test_a_file_that_no_event_names_is_an_orphan_and_nothing_else(home):
    before = found(home)
    stray = home.artifacts.root / "ab" / ("ab" * 32 + ".png")
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("stray")

    after = found(home)

    assert after.clean
    assert (after.orphans, after.artifacts) == (before.orphans + 1, before.artifacts)


def replace_by_folder(path):
    path.unlink()
    path.mkdir()


def replace_by_pipe(path):
    path.unlink()
    os.mkfifo(path)


def change(path):
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"!")


def shorten(path):
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])


def replace_by_loop(path):
    path.unlink()
    path.symlink_to(path)


DAMAGES = {
    Path.unlink: "is gone",
    replace_by_folder: "is no regular file",
    replace_by_pipe: "is no regular file",
    change: "has other content than its name says",
    shorten: "has other content than its name says",
    replace_by_loop: "is no regular file",
}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.__name__)
@pytest.mark.parametrize(
    "kind", [e.ImageRendered, e.VideoRendered, e.AudioTrackSaved, e.FilmAssembled]
)
def test_a_file_that_is_not_as_it_was_made_is_found_mended_and_made_again(home, damage, kind):
    path = media(home, kind)
    damage(path)

    told = messages(home)
    done = mended(home)

    assert DAMAGES[damage] in told
    assert any("is lost; `reelog resume` makes it again" in sentence for sentence in done)
    after = resumed(home)
    assert after.session.completed_at
    assert path.is_file()
    assert found(home).clean, messages(home)


def test_a_damaged_file_is_moved_aside_and_not_overwritten(home):
    path = media(home)
    change(path)
    content = path.read_bytes()

    mended(home)

    (aside,) = (home.artifacts.root / "damaged").iterdir()
    assert (aside.name, aside.read_bytes()) == (path.name, content)
    assert found(home).set_aside == 1


def test_a_second_damage_does_not_overwrite_the_first_one_set_aside(home):
    for _ in range(2):
        change(media(home))
        mended(home)
        resumed(home)

    assert len(list((home.artifacts.root / "damaged").iterdir())) == 2


def test_a_repair_of_a_clean_home_appends_nothing(home):
    before = len(history(home))

    done = mended(home)

    assert len(history(home)) == before
    assert done == ["rebuilt 1 session folder"]


def test_a_lost_environment_is_recorded_and_does_not_open_the_film_again(home):
    event = next(r.event for r in history(home) if isinstance(r.event, e.ImageRendered))
    home.artifacts.path(event.provenance.environment, "application/json").unlink()

    assert "the environment it was made in" in messages(home)
    mended(home)

    assert resumed(home).session.completed_at


def test_a_lost_script_is_found_and_recorded(tmp_path):
    home = Home(tmp_path / "home")
    script = ScriptFile(sha256="ab" * 32, media_type="text/markdown", name="story.md")
    with home.open(TYPES) as log:
        SessionStream(log, SESSION).append([started(stages=stages_of("fake"), script=script)], RUN)

    assert "the script story.md" in messages(home)
    mended(home)


def test_a_withdrawn_file_is_checked_too(home):
    with home.open_existing(TYPES) as log:
        stream = SessionStream(log, SESSION)
        travel.rewind(stream, 4)
    media(home).unlink()

    assert "image of shot 1" in messages(home)
    mended(home)


def test_a_name_that_is_no_hash_is_found_and_never_touched(home, tmp_path):
    victim = tmp_path / "victim.png"
    victim.write_text("precious")
    image = next(r for r in history(home) if isinstance(r.event, e.ImageRendered))
    tamper(
        home,
        "UPDATE events SET data = json_set(data, '$.artifact.sha256', ?) WHERE event_id = ?",
        (str(victim.with_suffix("")), image.event_id),
    )
    chain_again(home)

    assert "is no SHA-256 of any file" in messages(home)
    repair(home, found(home))
    assert victim.read_text() == "precious"


def test_what_dead_workers_left_is_named_and_is_no_fault(home):
    living = WorkerLock(home.locks)
    for worker in (living.name, "0123456789ab"):
        home.artifacts.temporary(worker, "image/png").write_text("half")

    report = found(home)
    living.close()

    assert report.clean
    assert [Path(path).name for path in report.leftovers] == ["0123456789ab-2.png"]


ROWS = {
    "a changed row": "UPDATE sessions SET title = 'Another'",
    "a row too many": f"INSERT INTO withdrawn VALUES ('{SESSION}', 3)",
    "a missing row": "DELETE FROM shots WHERE shot = 1",
    "bytes that are no text": "UPDATE shots SET camera = CAST(x'ff' AS TEXT) WHERE shot = 1",
    "rows of a stranger": "INSERT INTO withdrawn VALUES ('nobody', 3)",
    "bytes as a session": "INSERT INTO withdrawn VALUES (CAST(x'ff41' AS TEXT), 3)",
}


@pytest.mark.parametrize("name", ROWS)
def test_wrong_rows_of_read_tables_are_found_and_rebuilt(home, name):
    tamper(home, ROWS[name])

    report = found(home)
    done = mended(home)

    assert set(report.findings.counts) == {"tables"}
    assert "read tables" in done[0] or "removed 1 rows" in done[0]


def test_only_the_asked_session_is_checked_in_depth(home):
    with home.open_existing(TYPES) as log:
        SessionStream(log, "session_other").append([started(stages=stages_of("fake"))], RUN)
    media(home).unlink()

    assert found(home, "other").clean
    assert not found(home, SESSION).clean
    assert found(home, "other").sessions == 1


def test_an_unknown_session_is_refused(home):
    with pytest.raises(Refused, match="there is no session"):
        found(home, "nobody")


def test_a_session_that_its_read_tables_forgot_is_found_by_its_id(home):
    tamper(home, "DELETE FROM sessions")

    assert "1 row of sessions is not what its events say" in messages(home, SESSION)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM fence",
        "UPDATE fence SET epoch = 9223372036854775807",
        "UPDATE fence SET epoch = -5",
    ],
)
def test_a_fence_that_shuts_nobody_out_is_found_and_made_anew(home, sql):
    tamper(home, sql)
    assert "the fence holds" in messages(home)

    assert mended(home)[0] == "made the fence anew"

    with home.open_existing(TYPES) as log:
        film = SessionStream(log, SESSION)
        film.append([e.ShotEdited(shot=1, narration="Other words.")], RUN)
    assert resumed(home).session.completed_at


def test_a_time_that_is_none_is_found(home):
    tamper(home, "UPDATE events SET recorded_at = '2026-13-45T00:00:00.000Z' WHERE position = 3")
    chain_again(home)

    assert "recorded at '2026-13-45T00:00:00.000Z', which is no time" in messages(home)


@pytest.fixture
def forked(home: Home) -> Home:
    """The film with a fork."""
    with home.open_existing(TYPES) as log:
        travel.fork(SessionStream(log, SESSION), 5, "session_child", None)
    return home


def test_a_fork_is_all_right(forked):
    assert found(forked).clean


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("$.at_hash", "00" * 32, "the event there is not the one that it names"),
        ("$.at", 7, "in the middle of an append"),
        ("$.at", 99, "which is not there"),
        ("$.parent", "nobody", "which is not there"),
        ("$.parent", "session_child", "make no sense together"),
    ],
)
def test_a_fork_that_does_not_hold_is_found(forked, path, value, message):
    tamper(
        forked,
        "UPDATE events SET data = json_set(data, ?, ?) WHERE type = 'SessionForked'",
        (path, value),
    )
    chain_again(forked)

    assert message in messages(forked)


def test_nothing_is_written_to_a_log_whose_fork_says_that_history_was_rewritten(forked, tmp_path):
    """The chain is whole: whoever rewrote it computed every hash anew, but for the fork's."""
    renamed = "json_set(data, '$.title', 'Another')"
    tamper(forked, f"UPDATE events SET data = {renamed} WHERE type = 'StoryGenerated'")
    chain_again(forked)
    before = found(forked).events

    assert "the event there is not the one that it names" in messages(forked)
    assert "in doubt" in repair(forked, found(forked))[0]
    assert keep_head.keep(tmp_path / "head.json", found(forked)) is None
    assert found(forked).events == before


def test_a_lost_file_is_recorded_in_every_session_that_counts_on_it(home):
    with home.open_existing(TYPES) as log:
        parent = SessionStream(log, SESSION)
        child = travel.fork(parent, len(parent.history), "session_child", None)
        assert child.session.results
    media(home).unlink()

    done = mended(home)

    assert len([sentence for sentence in done if "is lost" in sentence]) == 2


@pytest.mark.parametrize("to", [7, 50])
def test_a_rewind_to_where_no_append_ended_is_found(home, to):
    with home.open_existing(TYPES) as log:
        SessionStream(log, SESSION).append([e.SessionRewound(to=2)], RUN)
    tamper(
        home,
        "UPDATE events SET data = json_set(data, '$.to', ?) WHERE type = 'SessionRewound'",
        (to,),
    )
    chain_again(home)

    told = messages(home)

    assert "where no append ended" in told or "make no sense together" in told


def test_nothing_is_written_to_a_log_in_doubt(home):
    tamper(home, "UPDATE events SET data = data || ' ' WHERE global_position = 2")
    tamper(home, "UPDATE sessions SET title = 'Another'")
    before = home.log_path.read_bytes()

    done = repair(home, found(home))

    assert done == ["nothing: the log itself is in doubt, and nothing is written to such a log"]
    assert home.log_path.read_bytes() == before


def test_a_session_folder_is_rebuilt(home):
    folder = home.sessions / SESSION
    mended(home)
    shutil.rmtree(folder)

    mended(home)

    assert (folder / "film.mp4").is_file()


def test_an_audit_changes_nothing(home):
    def everything() -> dict[Path, bytes]:
        return {
            p: p.read_bytes() for p in home.root.rglob("*") if p.is_file() and "-shm" not in p.name
        }

    before = everything()

    found(home)

    assert everything() == before | {home.log_path.with_name("reelog.db-wal"): b""} or (
        everything() == before
    )


def test_an_audit_runs_while_somebody_writes(home):
    with home.open_existing(TYPES) as log:
        SessionStream(log, SESSION).record(lambda _: [e.SessionPaused()], RUN)

        assert found(home).clean

        SessionStream(log, SESSION).record(lambda _: [e.SessionUnpaused()], RUN)
    assert found(home).clean


def test_a_file_shared_by_two_commands_is_read_once(home, monkeypatch):
    calls: list[Path] = []
    usual = keeping._state
    monkeypatch.setattr(keeping, "_state", lambda path, sha: calls.append(path) or usual(path, sha))

    found(home)

    assert len(calls) == len(set(calls))


def test_a_wrong_size_in_an_event_is_found(home):
    with past_triggers(home) as raw:
        raw.execute(
            "UPDATE events SET data = json_set(data, '$.artifact.bytes', 1) "
            "WHERE type = 'FilmAssembled'"
        )
    chain_again(home)

    assert "bytes where its event says 1" in messages(home)
