"""Beginning a session: ids, seeds, languages, scripts; and nothing left of a refused one."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from eventstore.artifacts import file_sha256
from eventstore.home import Home
from gpu.errors import BriefRefused, ScriptError
from handlers.errors import Refused
from handlers.start import StartRequest, prepare, spoken_alone, start
from projections.events import TYPES
from tests import processes

WHEN = datetime(2025, 2, 8, 0, 22, 38, tzinfo=timezone(timedelta(hours=1)))
STORY = """# The Lamp

## The tower

The lamp burns all night.
"""


def request(**changes: Any) -> StartRequest:
    return StartRequest(**({"idea": "a lighthouse", "profile": "fake"} | changes))


def begin(home, log, **changes: Any):
    return start(home, log, request(**changes), lambda: WHEN)


def written(folder: Path, text: str = STORY, name: str = "lamp.md") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def files(home: Home) -> list[Path]:
    return [path for path in home.artifacts.root.rglob("*") if path.is_file()]


def test_an_id_is_the_local_time_of_the_start(home, log):
    assert begin(home, log).id == "session_20250208_002238"


def test_the_local_time_is_recorded_with_its_zone(home, log):
    assert begin(home, log).session.started.local_time == "2025-02-08T00:22:38+01:00"


def test_a_taken_id_gets_a_number(home, log):
    ids = [begin(home, log).id for _ in range(3)]

    assert ids == [
        "session_20250208_002238",
        "session_20250208_002238_2",
        "session_20250208_002238_3",
    ]


def test_two_processes_in_one_second_get_two_ids(home):
    home.open(TYPES).close()

    def ten() -> None:
        with home.open(TYPES) as log:
            for _ in range(10):
                begin(home, log)

    children = [processes.spawn(ten) for _ in range(3)]

    assert [processes.ended(pid) for pid in children] == [0, 0, 0]
    with home.open(TYPES) as log:
        assert len(set(log.streams())) == 30
        assert {log.version(stream) for stream in log.streams()} == {1}


def test_a_seed_is_drawn_and_recorded(home, log):
    seeds = {begin(home, log).session.started.seed for _ in range(3)}

    assert len(seeds) == 3
    assert all(0 <= seed < 2**32 for seed in seeds)


def test_a_given_seed_is_kept(home, log):
    assert begin(home, log, seed=0).session.started.seed == 0


def test_the_idea_loses_the_blanks_around_it(home, log):
    assert begin(home, log, idea="  a lamp\n").session.started.idea == "a lamp"


@pytest.mark.parametrize(
    ("idea", "language"),
    [
        ("The lighthouse and the sea", "en"),
        ("Der Leuchtturm und das Meer", "de"),
        ("एक दीपस्तंभ की कहानी", "hi"),
    ],
)
def test_the_language_is_that_of_the_idea(home, log, idea, language):
    assert begin(home, log, idea=idea).session.started.language == language


def test_an_asked_for_language_is_taken_in_small_letters(home, log):
    assert begin(home, log, language="PT-br").session.started.language == "pt-br"


@pytest.mark.parametrize("language", ["", "e", "english", "12", "en us", "en-", "../etc"])
def test_what_is_no_language_code_is_refused(home, log, language):
    with pytest.raises(Refused, match="is no language code"):
        begin(home, log, language=language)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("640x360", (640, 360)),
        (" 640X360 ", (640, 360)),
        ("640×360", (640, 360)),
        ("480p", (854, 480)),
        ("720P", (1280, 720)),
        ("1080p", (1920, 1080)),
        ("4k", (3840, 2160)),
    ],
)
def test_a_size_is_two_sides_or_a_name(home, log, text, size):
    begun = begin(home, log, size=text).session.started

    assert (begun.width, begun.height) == size


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("big", "write WxH, for example 1280x720"),
        ("", "write WxH, for example 1280x720"),
        ("-640x360", "write WxH, for example 1280x720"),
        ("640x360x2", "write WxH, for example 1280x720"),
        ("1080", "did you mean 1080p?"),
        ("720i", "did you mean 720p?"),
    ],
)
def test_what_is_no_size_is_refused_with_a_way_out(home, log, text, hint):
    with pytest.raises(Refused) as refused:
        begin(home, log, size=text)

    assert refused.value.code == "bad_size"
    assert refused.value.hint == hint


def test_a_script_is_kept_as_an_artifact(home, log, tmp_path):
    script = written(tmp_path)

    kept = begin(home, log, idea="", script=script).session.started.script

    assert (kept.name, kept.media_type) == ("lamp.md", "text/markdown")
    path = home.artifacts.path(kept.sha256, kept.media_type)
    assert path.read_text() == STORY
    assert file_sha256(path) == kept.sha256


def test_a_script_that_changes_later_changes_nothing(home, log, tmp_path):
    script = written(tmp_path)
    kept = begin(home, log, idea="", script=script).session.started.script

    script.write_text("# Another\n")

    assert home.artifacts.path(kept.sha256, kept.media_type).read_text() == STORY


def test_a_film_from_a_script_is_named_by_it(home, log, tmp_path):
    begun = begin(home, log, idea="", script=written(tmp_path)).session.started

    assert begun.idea == "The Lamp"


def test_an_idea_beside_a_script_is_kept(home, log, tmp_path):
    begun = begin(home, log, idea="a lamp", script=written(tmp_path)).session.started

    assert begun.idea == "a lamp"


def test_a_script_decides_how_many_shots(home, log, tmp_path):
    shots = [{"image_prompt": f"view {number}", "narration": ""} for number in (1, 2)]
    script = written(tmp_path, json.dumps(shots), "shots.json")

    assert begin(home, log, idea="", script=script).session.started.shots == 2


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"idea": ""}, Refused),
        ({"idea": "a\0"}, Refused),
        ({"size": "odd"}, Refused),
        ({"size": "641x360"}, Refused),
        ({"fps": 0}, Refused),
        ({"shots": 0}, Refused),
        ({"duration_s": 2.0}, Refused),
        ({"seed": -1}, Refused),
        ({"language": "!"}, Refused),
        ({"profile": "fakee"}, BriefRefused),
        ({"settings": {"image.lok": "x"}}, BriefRefused),
        ({"script": Path("/nowhere.md")}, ScriptError),
    ],
)
def test_a_refused_start_leaves_no_session_and_no_file(home, log, changes, error):
    with pytest.raises(error):
        begin(home, log, **changes)

    assert log.streams() == []
    assert files(home) == []


@pytest.mark.parametrize("changes", [{"fps": 0}, {"size": "62x62"}, {"seed": -1}])
def test_a_start_refused_with_a_script_keeps_no_script(home, log, tmp_path, changes):
    with pytest.raises(Refused):
        begin(home, log, idea="", script=written(tmp_path), **changes)

    assert files(home) == []


def test_session_ids_use_the_zone_of_the_machine(home, log):
    stream = start(home, log, request())
    local = datetime.fromisoformat(stream.session.started.local_time)

    assert stream.id == f"session_{local:%Y%m%d_%H%M%S}"
    assert abs(datetime.now(UTC) - local) < timedelta(minutes=5)


def test_a_script_in_a_language_that_no_voice_speaks_is_refused(home, log, tmp_path):
    script = written(tmp_path, "language: xx\n\nHello there.\n")

    with pytest.raises(Refused, match=r"lamp\.md: language 'xx': no voice speaks it"):
        begin(home, log, idea="", script=script)


def test_a_picture_that_a_script_names_and_is_not_there_is_said_with_the_script(
    home, log, tmp_path
):
    script = written(tmp_path, "character: Mira = ![](nope.jpg)\n\nMira waits.\n")

    with pytest.raises(BriefRefused, match=r"lamp\.md, picture of Mira: .*nope\.jpg is not there"):
        begin(home, log, idea="", script=script)


@pytest.mark.parametrize(
    ("idea", "profile", "alone"),
    [("서울의 밤", "animatic", True), ("a lamp", "animatic", False), ("서울의 밤", "fake", False)],
)
def test_a_language_without_lines_is_said(idea, profile, alone):
    prepared = prepare(request(idea=idea, profile=profile))

    assert bool(spoken_alone(prepared)) is alone
