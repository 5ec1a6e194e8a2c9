"""`start` as people run it: from an idea to a film."""

import json
import subprocess
from pathlib import Path

import pytest

from projections import events as e
from tests import shelf
from tests.build import names
from tests.command import FAKE, REELOG, Reelog
from tests.processes import until


def idea_of(reelog: Reelog) -> str:
    return reelog.session().started.idea


def test_an_idea_becomes_a_film(reelog):
    done = reelog("start", "a lighthouse", *FAKE)

    assert done.status == 0
    assert names(reelog.history())[-2:] == ["FilmAssembled", "SessionCompleted"]
    assert (reelog.home.sessions / reelog.sessions()[0] / "film.mp4").is_file()


def test_plain_lines_say_what_is_made(reelog):
    done = reelog("start", "a lighthouse", *FAKE)

    lines = done.out.splitlines()
    assert lines[0] == "story written: a lighthouse"
    assert "shots planned: 3" in lines
    assert [line.split(" (")[0] for line in lines if line.startswith("clip")] == [
        "clip 1 of 3",
        "clip 2 of 3",
        "clip 3 of 3",
    ]
    assert lines[-1].startswith("The film is ready, made in")
    assert lines[-1].endswith("/film.mp4")
    assert done.err == ""


def test_without_a_terminal_nothing_is_drawn(reelog):
    done = reelog("start", "a lighthouse", *FAKE)

    assert "\x1b" not in done.out + done.err


def test_json_is_one_envelope(reelog):
    data = reelog("start", "a lighthouse", *FAKE, "--json").data

    (session,) = reelog.sessions()
    assert data["session"] == session
    assert (data["state"], data["title"]) == ("COMPLETE", "a lighthouse")
    assert data["film"].endswith(f"{session}/film.mp4")
    assert data["marks"] == ["[DONE]"] * 3
    assert data["parked"] == []


def test_json_lines_are_all_events_in_order_and_nothing_else(reelog):
    done = reelog("start", "a lighthouse", *FAKE, "--jsonl")

    recorded = [
        (r.position, r.event_id, type(r.event).__name__, r.recorded_at) for r in reelog.history()
    ]
    assert [
        (line["position"], line["event_id"], line["type"], line["recorded_at"])
        for line in done.lines
    ] == recorded


def test_json_lines_hold_the_data_of_their_events(reelog):
    done = reelog("start", "a lighthouse", *FAKE, "--seed", "5", "--jsonl")

    assert done.lines[0]["data"]["idea"] == "a lighthouse"
    assert done.lines[0]["data"]["seed"] == 5


def test_an_idea_comes_from_stdin(reelog):
    done = reelog("start", "-", *FAKE, stdin="a lamp\nin the fog\n")

    assert done.status == 0
    assert idea_of(reelog) == "a lamp\nin the fog"


def test_an_idea_comes_from_a_file(reelog):
    (reelog.folder / "idea.txt").write_bytes("\ufeffein Leuchtturm — für dich\n".encode())

    done = reelog("start", "--idea-file", "idea.txt", *FAKE)

    assert done.status == 0
    assert idea_of(reelog) == "ein Leuchtturm — für dich"


def test_an_idea_that_looks_like_an_option_comes_after_two_dashes(reelog):
    done = reelog("start", *FAKE, "--", "--a lighthouse; $(rm -rf) `x`")

    assert done.status == 0
    assert idea_of(reelog) == "--a lighthouse; $(rm -rf) `x`"


def test_options_are_recorded(reelog):
    reelog(
        "start", "x", "--profile", "fake", "--shots", "2", "--duration", "4.5", "--size", "480p",
        "--fps", "25", "--seed", "9", "--language", "de", "--slate", "--set", "image.look=dark",
        "--workers", "1",
    )  # fmt: skip

    started = reelog.session().started
    assert (started.shots, started.duration_s, started.fps, started.seed) == (2, 4.5, 25, 9)
    assert (started.width, started.height, started.slate) == (854, 480, True)
    assert started.language == "de"
    assert started.stages["image"].settings == {"look": "dark"}


def test_without_a_terminal_other_films_are_mentioned_and_a_new_one_begins(reelog):
    shelf.stopped(reelog.home, "a storm")

    done = reelog("start", "a lighthouse", *FAKE)

    first, second = reelog.sessions()
    assert done.status == 0
    assert done.err == (
        f"reelog: 1 other film is not finished; `reelog resume {first}` goes on with the newest\n"
    )
    assert reelog.session(second).started.idea == "a lighthouse"


def test_new_mentions_nothing(reelog):
    shelf.stopped(reelog.home, "a storm")

    assert reelog("start", "a lighthouse", "--new", *FAKE).err == ""


def test_a_script_becomes_a_film_of_its_own_shots(reelog):
    shots = [{"image_prompt": "a lamp", "narration": "Light."}, {"image_prompt": "the sea"}]
    (reelog.folder / "shots.json").write_text(json.dumps(shots))

    done = reelog("start", "--script", "shots.json", "--profile", "fake", "--workers", "1")

    assert done.status == 0
    assert [shot.image_prompt for shot in reelog.session().shots.values()] == ["a lamp", "the sea"]


def test_a_foreground_without_any_stream_makes_its_film(reelog):
    command = ["sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-', REELOG, "start", "x", *FAKE]
    done = subprocess.run(command, env=reelog.environment, cwd=reelog.folder, check=False)

    assert done.returncode == 0
    assert isinstance(reelog.history()[-1].event, e.SessionCompleted)


def test_a_reader_that_goes_away_leaves_no_trace_and_no_worker(reelog):
    command = ["sh", "-c", '"$0" "$@" | head -c 1', REELOG, "start", "x", *FAKE, "--jsonl"]
    done = subprocess.run(
        command, env=reelog.environment, cwd=reelog.folder, capture_output=True, check=False
    )

    assert done.stderr == b""
    until(lambda: not reelog.processes())


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_knows_few_letters_is_no_hindrance(reelog, encoding):
    reelog.settings = {"PYTHONIOENCODING": encoding}

    done = reelog("start", "एक दीपस्तंभ", *FAKE)

    assert done.status == 0
    assert "\\u090f" in done.out


def test_log_lines_carry_session_and_command(reelog):
    reelog("--log-file", "run.log", "start", "a lighthouse", *FAKE)

    lines = [json.loads(line) for line in (reelog.folder / "run.log").read_text().splitlines()]
    events = [line for line in lines if line["message"] == "event"]
    assert {line["session"] for line in events} == set(reelog.sessions())
    assert any(line.get("command_id") for line in events)


def test_log_lines_have_the_time_of_the_log(reelog):
    reelog.settings = {"TZ": "Asia/Tokyo"}
    reelog("--log-file", "run.log", "start", "a lighthouse", *FAKE)

    first = json.loads((reelog.folder / "run.log").read_text().splitlines()[0])["time"]
    recorded = reelog.history()[0].recorded_at
    assert first[:14] == recorded[:14]
    assert first[-1] == "Z"


def test_an_answer_that_has_no_room_is_one_sentence(reelog):
    reelog("start", "a lighthouse", *FAKE)

    for words in (["list", "--json"], ["audit", "--json"], ["sql", "select 1", "--jsonl"]):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [REELOG, *words], stdout=full, stderr=subprocess.PIPE, env=reelog.environment,
                cwd=reelog.folder, check=False, text=True,
            )  # fmt: skip
        assert (done.returncode, done.stderr.count("\n")) == (3, 1), done.stderr
