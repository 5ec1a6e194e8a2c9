"""Wrong use: a code, a sentence that names the value, an exit status; never a traceback."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests import shelf
from tests.build import SESSION
from tests.command import FAKE, REELOG, Reelog
from tests.shelf import SESSIONS

WRONG = [
    # arguments, code, words of the message or the hint
    (["start"], "empty_idea", "the idea is empty"),
    (["start", ""], "empty_idea", "the idea is empty"),
    (["start", "  \n "], "empty_idea", "the idea is empty"),
    (["start", "-"], "empty_idea", "the idea is empty"),
    (["start", "\u200b\u200d"], "empty_idea", "the idea is empty"),
    (["start", "x" * 20_001], "text_too_long", "20,001 characters"),
    (["start", "a \x1b[2J b"], "bad_text", "U+001B"),
    (["start", "\udcff\udcfe"], "bad_text", "no UTF-8 text"),
    (["start", "a", "b"], "wrong_use", "unexpected extra argument"),
    (["start", "--idea-file", "idea.txt", "a"], "wrong_use", "both an idea and --idea-file"),
    (["start", "--idea-file", "nowhere.txt"], "no_such_file", "nowhere.txt"),
    (["start", "--idea-file", "."], "no_such_file", "is a folder"),
    (["start", "--idea-file", "bytes.bin"], "bad_text", "no UTF-8 text"),
    (["start", "--idea-file", "zero.txt"], "bad_text", "U+0000"),
    (["start", "x", "--profile", "animatics"], "bad_setting", "did you mean 'animatic'?"),
    (["start", "x", "--profile", ""], "bad_setting", "unknown profile ''"),
    (["start", "x", "--size", "big"], "bad_size", "'big' is no size"),
    (["start", "x", "--size", "1280"], "bad_size", "write WxH"),
    (["start", "x", "--seed", str(2**63)], "out_of_range", f"--seed {2**63} is out of range"),
    (["start", "x", "--seed", str(2**63)], "out_of_range", f"0 to {2**63 - 1}"),
    (["start", "x", "--size", "721p"], "bad_size", "did you mean 720p?"),
    (["start", "x", "--size", "641x360"], "bad_size", "642x360"),
    (["start", "x", "--size", "32x32"], "bad_size", "64 to 4096"),
    (["start", "x", "--size", "99999x2"], "bad_size", "64 to 4096"),
    (["start", "x", "--fps", "0"], "out_of_range", "--fps 0"),
    (["start", "x", "--fps", "fast"], "wrong_use", "fast"),
    (["start", "x", "--shots", "0"], "out_of_range", "--shots 0"),
    (["start", "x", "--shots", "-2"], "out_of_range", "--shots -2"),
    (["start", "x", "--shots", "501"], "out_of_range", "--shots 501"),
    (["start", "x", "--shots", "2.5"], "wrong_use", "2.5"),
    (["start", "x", "--duration", "3"], "out_of_range", "it takes 7 to 3600 seconds"),
    (["start", "x", "--duration", "nan"], "out_of_range", "nan"),
    (["start", "x", "--duration", "1e9"], "out_of_range", "1e+09"),
    (["start", "x", "--seed", "-1"], "out_of_range", "--seed -1"),
    (["start", "x", "--seed", str(2**64)], "out_of_range", "--seed"),
    (["start", "x", "--language", "english"], "bad_language", "'english'"),
    (["start", "x", "--set", "film.crf"], "bad_setting", "has no '='"),
    (["start", "x", "--set", "fillm.crf=20"], "bad_setting", "did you mean 'film'?"),
    (["start", "x", "--set", "film.crff=20"], "bad_setting", "did you mean 'crf'?"),
    (["start", "x", "--set", "film.crf=60"], "bad_setting", "takes 0 to 51"),
    (["start", "x", "--set", "film.crf=99"], "bad_setting", "takes 0 to 63"),
    (["start", "x", "--set", "film.preset=quick"], "bad_setting", "'quick'"),
    (["start", "x", "--workers", "0"], "wrong_use", "1<=x<=64"),
    (["start", "x", "--workers", "many"], "wrong_use", "many"),
    (["start", "x", "--new", "--continue"], "wrong_use", "--new and --continue"),
    (["start", "x", "--colour"], "wrong_use", "No such option"),
    (["start", "--script", "nowhere.md"], "bad_script", "nowhere.md"),
    (["start", "--script", "."], "bad_script", ""),
    (["start", "--script", "empty.json"], "bad_script", "empty.json"),
    (["start", "--script", "bytes.bin"], "bad_script", "bytes.bin"),
    (["start", "--script", "camera.json"], "bad_script", "camera.json"),
    (["start", "--continue-id", "nobody"], "unknown_session", "'nobody'"),
    (["resume", "session_20250208_02238"], "unknown_session", f"did you mean {SESSION}?"),
    (["resume", ""], "unknown_session", "''"),
    (["resume", "\udcff"], "unknown_session", "there is no session"),
    (["resume", "2025"], "ambiguous_session", "part of 2 session ids"),
    (["resume", "a", "b"], "wrong_use", "unexpected extra argument"),
    (["view", "nobody"], "unknown_session", "'nobody'"),
    (["view", "last", "--at", "0"], "no_such_position", "not 0"),
    (["view", "last", "--at", "99999"], "no_such_position", "not 99999"),
    (["history", "nobody"], "unknown_session", "'nobody'"),
    (["retry", SESSION], "nothing_parked", "nothing of"),
    (["unpause", SESSION], "not_paused", "is not paused"),
    (["pause"], "wrong_use", "Missing argument"),
    (["start", "x", "--priority", "1001"], "out_of_range", "priority 1001"),
    (["cancel", SESSION, "--because", "\x07"], "bad_text", "U+0007"),
    (["cancel", SESSION, "--because", "\udcff"], "bad_text", "U+DCFF"),
    (["cancel", SESSION, "--because", "x" * 1001], "text_too_long", "1,001 characters"),
    (["prioritise", SESSION], "wrong_use", "Missing argument"),
    (["prioritise", SESSION, "high"], "wrong_use", "high"),
    (["prioritise", SESSION, str(10**30)], "out_of_range", "it takes -1000 to 1000"),
    (["export", "nobody"], "unknown_session", "'nobody'"),
    (["begin", "x"], "wrong_use", "No such command 'begin'"),
    (["--colour", "list"], "wrong_use", "No such option"),
    (["--log-level", "loud", "list"], "wrong_use", "'loud' is none of"),
    (["--log-file", "/nowhere/log", "list"], "wrong_use", "--log-file /nowhere/log"),
]


@pytest.fixture(scope="module")
def shelved(tmp_path_factory):
    """Two unfinished films, and files that are no ideas and no scripts."""
    folder = tmp_path_factory.mktemp("shelved")
    for session in SESSIONS[:2]:
        shelf.stopped(Reelog(folder).home, session, session)
    (folder / "idea.txt").write_text("a lamp")
    (folder / "bytes.bin").write_bytes(b"\xff\xfe\xfd\x80")
    (folder / "zero.txt").write_bytes(b"a\0b")
    (folder / "empty.json").write_text("[]")
    (folder / "camera.json").write_text('[{"image_prompt": "a lamp", "camera": "dolly inn"}]')
    return Reelog(folder)


@pytest.mark.parametrize(("arguments", "code", "words"), WRONG, ids=lambda v: repr(v)[:60])
def test_wrong_use_is_named(shelved, arguments, code, words):
    done = shelved.quickly(*arguments, "--json")

    assert done.status == 2, done
    error = json.loads(done.out)["error"]
    assert error["code"] == code
    assert words in error["message"] + error["hint"]
    assert done.err == ""


@pytest.mark.parametrize(
    "arguments",
    [["start", ""], ["start", "x", "--size", "big"], ["view", "nobody"], ["begin"], ["--colour"]],
)
def test_wrong_use_is_one_line_for_people(shelved, arguments):
    done = shelved.quickly(*arguments)

    assert done.out == ""
    assert done.err.startswith("reelog: ")
    assert done.err.count("\n") == 1


def test_wrong_use_leaves_everything_as_it_was(shelved):
    with shelved.home.reader() as reader:
        ((events,),) = [row.values() for row in reader.query("SELECT count(*) FROM events")]

    assert shelved.sessions() == SESSIONS[:2]
    assert events == len(shelved.history(SESSIONS[0])) + len(shelved.history(SESSIONS[1]))


def test_an_unknown_camera_is_named_with_its_place_and_the_nearest(shelved):
    done = shelved.quickly("start", "--script", "camera.json")

    assert done.status == 2
    assert "camera.json" in done.err
    assert "'dolly inn'" in done.err
    assert "dolly in" in done.err.replace("dolly inn", "")


def test_a_refused_start_makes_no_home(reelog):
    assert reelog.quickly("start", "").status == 2
    assert reelog.quickly("start", "x", "--shots", "0").status == 2
    assert not reelog.home.root.exists()


def test_no_command_at_all_is_answered_with_the_help(reelog):
    done = reelog.quickly()

    assert done.status == 2
    assert done.err.startswith("Usage: reelog")


@pytest.mark.parametrize(
    "arguments",
    [
        ["resume"],
        ["work"],
        ["view", "last"],
        ["history", "last"],
        ["retry", "last"],
        ["pause", "last"],
        ["export", "last"],
        ["start", "--continue"],
    ],
    ids=" ".join,
)
def test_a_home_without_a_log_is_named(reelog, arguments):
    done = reelog.quickly(*arguments, "--json")

    assert (done.status, done.error["code"]) == (2, "no_log")
    assert "`reelog start` begins one" in done.error["message"]


def broken(reelog: Reelog, code: str) -> str:
    """The sentence that every command which needs the log answers with."""
    answers = set()
    for arguments in (["resume"], ["view", "last"], ["pause", "last"], ["start", "x", *FAKE]):
        done = reelog.quickly(*arguments, "--json")
        assert (done.status, done.error["code"]) == (3, code), (arguments, done)
        answers.add(done.error["message"])
    (answer,) = answers
    return answer


def change(reelog: Reelog, sql: str) -> None:
    """Change the log behind everybody's back."""
    from tests import processes

    def run() -> None:
        import apsw

        connection = apsw.Connection(str(reelog.home.log_path))
        connection.execute(sql)
        connection.close()

    assert processes.run(run) == 0


def test_a_log_of_a_newer_program_is_refused(reelog):
    shelf.stopped(reelog.home)
    change(reelog, "PRAGMA user_version = 99")

    assert "update reelog" in broken(reelog, "log_too_new")


def test_a_file_that_is_no_database_is_refused(reelog):
    reelog.home.root.mkdir()
    reelog.home.log_path.write_text("dear diary, " * 100)

    assert "is no reelog log" in broken(reelog, "not_a_log")
    assert reelog.home.log_path.read_text() == "dear diary, " * 100


def test_a_short_file_is_refused(reelog):
    reelog.home.root.mkdir()
    reelog.home.log_path.write_text("dear diary")

    assert "is no reelog log" in broken(reelog, "not_a_log")


def test_another_database_is_refused(reelog):
    reelog.home.root.mkdir()
    change(reelog, "CREATE TABLE t (x)")

    assert "no reelog log" in broken(reelog, "not_a_log")


def test_a_log_that_is_a_folder_is_refused(reelog):
    reelog.home.log_path.mkdir(parents=True)

    assert "is no file" in broken(reelog, "not_a_log")


def test_a_home_that_is_a_file_is_refused(reelog):
    reelog.home.root.write_text("mine")

    done = reelog.quickly("start", "x", *FAKE, "--json")

    assert (done.status, done.error["code"]) == (3, "not_a_log")
    assert reelog.home.root.read_text() == "mine"


def test_a_home_below_a_file_is_refused(reelog):
    reelog.settings = {"REELOG_HOME": f"{reelog.folder / 'stdout'}/home"}

    done = reelog.quickly("start", "x", *FAKE, "--json")

    assert done.status == 3
    assert "choose another --home" in done.error["message"]


def test_an_event_that_this_program_does_not_know_is_refused(reelog):
    session = shelf.stopped(reelog.home)
    add_unknown_event(reelog, session)

    for arguments in (["resume"], ["pause", "last"], ["export", "last"]):
        done = reelog.quickly(*arguments, "--json")
        assert (done.status, done.error["code"]) == (3, "log_too_new"), (arguments, done)
        assert "SoundDesigned" in done.error["message"]


def add_unknown_event(reelog: Reelog, session: str) -> None:
    """What a newer program may have written."""
    from eventstore.log import EventLog
    from eventstore.registry import Event, EventTypes
    from tests.build import RUN

    newer = EventTypes()

    @newer.event("SoundDesigned")
    class SoundDesigned(Event):
        loud: bool

    with EventLog(reelog.home.log_path, newer) as log:
        log.append(session, [SoundDesigned(loud=True)], expected=log.version(session), cause=RUN)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_a_home_that_may_not_be_written_is_named(reelog):
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("there is no setpriv here")
    as_nobody = [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups"]
    if subprocess.run([*as_nobody, REELOG, "--version"], check=False).returncode:
        pytest.skip("nobody else can reach this program here")

    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        done = subprocess.run(
            [*as_nobody, REELOG, "--home", f"{folder}/home", "start", "x", *FAKE, "--json"],
            env=reelog.environment,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 3
    assert "choose another --home" in json.loads(done.stdout)["error"]["message"]
