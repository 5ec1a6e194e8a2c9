"""What `start` is refused for, and what it decides."""

from dataclasses import replace
from typing import Any

import pytest

from gpu import profile
from gpu.profile import StageProfile
from handlers import decide
from handlers.decide import Asked, check_text, cut_rules
from handlers.errors import Refused
from projections import events as e
from projections.parts import ScriptFile
from projections.session import Session
from tests.build import SESSION, session_after, started

SCRIPT = ScriptFile(sha256="ab" * 32, media_type="text/markdown", name="story.md")


def asked(**changes: Any) -> Asked:
    values: dict[str, Any] = {
        "idea": "a lighthouse",
        "language": "en",
        "seed": 7,
        "shots": 7,
        "duration_s": 40.0,
        "width": 1280,
        "height": 720,
        "fps": 24,
        "slate": False,
        "profile": profile.load("fake"),
        "script": None,
        "local_time": "2025-02-08T00:22:38+01:00",
        "program": "reelog 0.1.0",
    }
    return Asked(**(values | changes))


def begun(**changes: Any) -> e.SessionStarted:
    (event,) = decide.start(Session(SESSION), asked(**changes))
    return event


def refusal(**changes: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        decide.start(Session(SESSION), asked(**changes))
    return refused.value


def test_a_start_records_all_that_was_asked_for():
    event = begun(seed=11, shots=3, duration_s=6.5, width=320, height=180, fps=12, slate=True)

    assert (event.idea, event.language, event.seed) == ("a lighthouse", "en", 11)
    assert (event.shots, event.duration_s, event.fps) == (3, 6.5, 12)
    assert (event.width, event.height, event.slate) == (320, 180, True)
    assert (event.profile, event.program) == ("fake", "reelog 0.1.0")
    assert event.local_time == "2025-02-08T00:22:38+01:00"


def test_a_session_that_has_begun_does_not_begin_again():
    with pytest.raises(Refused, match="has begun already") as refused:
        decide.start(session_after(started()), asked())

    assert refused.value.code == "session_exists"


@pytest.mark.parametrize(
    ("changes", "code", "named"),
    [
        ({"idea": ""}, "empty_idea", "the idea is empty"),
        ({"idea": " \n\t "}, "empty_idea", "the idea is empty"),
        ({"idea": "x" * 20_001}, "text_too_long", "20,001 characters, at most 20,000"),
        ({"idea": "a\0b"}, "bad_text", "U+0000 at place 2"),
        ({"idea": "\x1b[31mred"}, "bad_text", "U+001B at place 1"),
        ({"idea": "sea\x85"}, "bad_text", "U+0085 at place 4"),
        ({"idea": "a \ud800"}, "bad_text", "U+D800 at place 3"),
        ({"width": 321}, "bad_size", "even sides only"),
        ({"height": 181}, "bad_size", "even sides only"),
        ({"width": 62}, "bad_size", "64 to 4096 pixels"),
        ({"height": 62}, "bad_size", "64 to 4096 pixels"),
        ({"width": 4098}, "bad_size", "64 to 4096 pixels"),
        ({"height": 4098}, "bad_size", "64 to 4096 pixels"),
        ({"fps": 0}, "out_of_range", "--fps 0"),
        ({"fps": 61}, "out_of_range", "--fps 61"),
        ({"shots": 0}, "out_of_range", "--shots 0"),
        ({"shots": -3}, "out_of_range", "--shots -3"),
        ({"shots": 501, "duration_s": 600.0}, "out_of_range", "--shots 501"),
        ({"seed": -1}, "out_of_range", "--seed -1"),
        ({"seed": 2**63}, "out_of_range", "--seed"),
        ({"duration_s": 0.0}, "out_of_range", "--duration 0"),
        ({"duration_s": -1.0}, "out_of_range", "--duration -1"),
        ({"duration_s": 3600.5}, "out_of_range", "--duration 3600.5"),
        ({"duration_s": float("nan")}, "out_of_range", "--duration nan"),
        ({"duration_s": float("inf")}, "out_of_range", "--duration inf"),
    ],
)
def test_a_start_is_refused_by_name(changes, code, named):
    refused = refusal(**changes)

    assert refused.code == code
    assert named in refused.message


@pytest.mark.parametrize(
    "changes",
    [
        {"idea": "x" * 20_000},
        {"idea": "two\nlines,\ta tab\r\n"},
        {"idea": "एक दीपस्तंभ 🌊"},
        {"width": 64, "height": 64},
        {"width": 4096, "height": 4096},
        {"fps": 1},
        {"fps": 60},
        {"shots": 1},
        {"shots": 500, "duration_s": 500.0},
        {"seed": 0},
        {"seed": 2**63 - 1},
        {"duration_s": 7.0},
        {"duration_s": 3600.0},
    ],
)
def test_what_is_just_within_bounds_is_taken(changes):
    assert begun(**changes)


def test_a_shot_needs_a_second_at_least():
    refused = refusal(shots=8, duration_s=7.5)

    assert refused.message == "--duration 7.5 is out of range"
    assert refused.hint == "it takes 8 to 3600 seconds for 8 shots"


def test_an_odd_size_is_answered_with_the_next_even_one():
    assert refusal(width=853, height=479).hint == "for example 854x480"


def test_a_script_needs_no_idea():
    assert begun(idea="", script=SCRIPT).script == SCRIPT


def test_a_script_says_itself_how_long_its_shots_are():
    assert begun(shots=8, duration_s=7.5, script=SCRIPT)


def test_a_script_is_told_by_itself_and_made_by_the_profile():
    stages = begun(script=SCRIPT).stages

    assert {kind for kind, stage in stages.items() if stage.backend == "script"} == {
        "story",
        "scene_graph",
        "shots",
    }
    assert stages["image"].backend == "fake"


def test_without_a_script_the_profile_makes_every_stage():
    assert {stage.backend for stage in begun().stages.values()} == {"fake"}


def test_settings_of_the_profile_are_recorded():
    event = begun(profile=profile.load("animatic", {"film.crf": "30"}))

    assert event.stages["film"].settings["crf"] == 30


@pytest.mark.parametrize(
    ("duration_s", "fps", "card", "dissolve"),
    [
        (40.0, 24, 48, 12),
        (20.0, 24, 48, 12),
        (6.0, 12, 7, 6),
        (1.0, 24, 2, 12),
        (1.0, 1, 0, 1),
        (3600.0, 60, 120, 30),
    ],
)
def test_cards_are_two_seconds_or_a_tenth_of_the_film(duration_s, fps, card, dissolve):
    rules = cut_rules(duration_s, fps)

    assert (rules.title_frames, rules.end_frames) == (card, card)
    assert rules.transition_frames == dissolve


def test_text_of_the_longest_length_is_taken():
    check_text("x" * 10, "a note", 10)


def test_text_that_is_too_long_is_named():
    with pytest.raises(Refused, match="a note has 11 characters, at most 10"):
        check_text("x" * 11, "a note", 10)


def spoken_by_a_model(**settings):
    found = profile.load("fake")
    voice = StageProfile("transformers", "tiny:speecht5", "1", settings)
    return replace(found, stages={**found.stages, "audio": voice})


def test_a_voice_that_does_not_speak_the_films_language_is_refused():
    with pytest.raises(Refused, match="speaks en, the film is in de"):
        begun(profile=spoken_by_a_model(), language="de")


@pytest.mark.parametrize(
    ("language", "settings"), [("en", {}), ("en-us", {}), ("nl", {"languages": "nl, en"})]
)
def test_a_voice_that_speaks_the_films_language_is_taken(language, settings):
    assert begun(profile=spoken_by_a_model(**settings), language=language).language == language
