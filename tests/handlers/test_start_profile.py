"""Profiles and their settings: everything unknown is named with the nearest that is known."""

import pytest

from gpu.errors import BriefRefused
from gpu.profile import KINDS, load, names
from gpu.profile_files import OPTIONAL
from gpu.profile_keys import keys_of
from gpu.stages import STAGES
from handlers.start import StartRequest, prepare


def refusal(name: str = "animatic", **settings: str) -> str:
    with pytest.raises(BriefRefused) as refused:
        load(name, {key.replace("__", "."): value for key, value in settings.items()})
    return str(refused.value)


@pytest.mark.parametrize("name", names())
def test_a_shipped_profile_has_a_stage_for_every_kind(name):
    found = load(name)

    assert tuple(kind for kind in found.stages if kind not in OPTIONAL) == KINDS
    assert all((kind, stage.backend) in STAGES for kind, stage in found.stages.items())
    assert all(stage.model and stage.revision for stage in found.stages.values())
    assert found.description


@pytest.mark.parametrize("name", names())
def test_the_settings_of_a_shipped_profile_pass_their_own_check(name):
    for kind, stage in load(name).stages.items():
        for key, value in stage.settings.items():
            if key != "loras":
                assert keys_of(kind, stage.backend)[key].check(key, value) == value


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("animatics", "did you mean 'animatic'?"),
        ("Animatic", "did you mean 'animatic'?"),
        ("fak", "did you mean 'fake'?"),
        ("", f"known: {', '.join(names())}"),
        ("zzz", f"known: {', '.join(names())}"),
        ("../profiles/fake", "unknown profile '../profiles/fake'"),
        ("/etc/passwd", "unknown profile '/etc/passwd'"),
    ],
)
def test_an_unknown_profile_is_named_with_the_nearest(name, hint):
    message = refusal(name)

    assert message.startswith(f"unknown profile {name!r}")
    assert hint in message


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("vidio.crf", "unknown stage 'vidio'; did you mean 'video'?; write stage.key=value"),
        ("crf", "unknown stage 'crf'; known: story, scene_graph"),
        ("video", "write stage.key=value"),
        ("video.", "write stage.key=value"),
        ("", "unknown stage ''"),
        (".crf", "unknown stage ''"),
        ("video.crff", "unknown setting of video 'crff'; did you mean 'crf'?"),
        ("audio.voices", "unknown setting of audio 'voices'; did you mean 'voice'?"),
        ("film.zzz", "unknown setting of film 'zzz'; known: audio_bitrate, audio_codec"),
        ("story.look", "story of this profile has no settings, found 'story.look'"),
        ("video.backend", "unknown setting of video 'backend'"),
    ],
)
def test_an_unknown_stage_or_key_is_named_with_the_nearest(key, message):
    assert message in refusal(**{key: "1"})


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("video.crf", "good", "video.crf is a number like 20, found 'good'"),
        ("video.crf", "", "video.crf is a number like 20, found ''"),
        ("video.crf", "20.5", "video.crf is a number like 20, found '20.5'"),
        ("video.crf", "-1", "video.crf takes 0 to 51, found -1"),
        ("video.crf", "52", "video.crf takes 0 to 51, found 52"),
        ("audio.rate_wpm", "79", "audio.rate_wpm takes 80 to 450, found 79"),
        ("audio.rate_wpm", "451", "audio.rate_wpm takes 80 to 450, found 451"),
        ("film.loudness_lufs", "-41", "film.loudness_lufs takes -40 to -5, found -41.0"),
        ("film.loudness_lufs", "-4", "film.loudness_lufs takes -40 to -5, found -4.0"),
        ("film.loudness_lufs", "nan", "film.loudness_lufs takes -40 to -5, found nan"),
        ("film.loudness_lufs", "loud", "film.loudness_lufs is a number like -16.0, found 'loud'"),
        ("video.preset", "ultra", "unknown video.preset 'ultra'"),
        ("film.preset", "medum", "unknown film.preset 'medum'; did you mean 'medium'?"),
        ("film.audio_bitrate", "31k", "film.audio_bitrate takes 32k to 499k, found '31k'"),
        ("film.audio_bitrate", "500k", "film.audio_bitrate takes 32k to 499k, found '500k'"),
        ("film.audio_bitrate", "160", "film.audio_bitrate takes 32k to 499k, found '160'"),
        ("film.audio_bitrate", "160k -y", "film.audio_bitrate takes 32k to 499k"),
    ],
)
def test_a_value_that_no_stage_takes_is_refused_by_name(key, value, message):
    assert message in refusal(**{key: value})


@pytest.mark.parametrize(
    ("key", "value", "typed"),
    [
        ("video.crf", "0", 0),
        ("video.crf", "51", 51),
        ("audio.rate_wpm", "80", 80),
        ("audio.rate_wpm", "450", 450),
        ("audio.voice", "en-gb", "en-gb"),
        ("film.loudness_lufs", "-23", -23.0),
        ("film.preset", "veryslow", "veryslow"),
        ("film.audio_bitrate", "32k", "32k"),
        ("film.audio_bitrate", "499k", "499k"),
    ],
)
def test_a_value_keeps_the_kind_of_its_default(key, value, typed):
    stage, _, name = key.partition(".")

    found = load("animatic", {key: value}).stages[stage].settings[name]

    assert found == typed
    assert type(found) is type(load("animatic").stages[stage].settings[name])


def test_a_setting_changes_its_own_stage_alone():
    plain, changed = load("animatic"), load("animatic", {"film.crf": "30"})

    assert {kind for kind in KINDS if plain.stages[kind] != changed.stages[kind]} == {"film"}


def test_a_crf_is_that_of_the_clips_too_where_the_film_copies_them():
    asked = prepare(StartRequest(idea="a lighthouse", crf=30)).asked

    assert asked.profile.stages["film"].settings["crf"] == 30
    assert asked.profile.stages["video"].settings["crf"] == 30


def test_a_crf_of_another_codec_leaves_the_clips_as_they_are():
    settings = {"film.video_codec": "hevc"}
    asked = prepare(StartRequest(idea="a lighthouse", crf=30, settings=settings)).asked

    assert asked.profile.stages["film"].settings["crf"] == 30
    assert asked.profile.stages["video"].settings["crf"] == 20
