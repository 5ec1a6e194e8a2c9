"""The table of handlers is complete, and each of them does its part."""

import json

import pytest

from gpu import profile, ready
from gpu.briefs import AudioBrief, FilmBrief, ImageBrief, VideoBrief
from gpu.errors import StageError
from gpu.profile_files import OPTIONAL
from gpu.stages import STAGES, Made
from handlers.making import Library, Product
from handlers.table import HANDLERS
from handlers.text_stages import shot_seed
from projections.commands import KINDS, Command, command
from projections.session import fold
from tests.build import FAKE, SESSION, fake_session, started, work_after
from tests.handlers.crew_of_one import hooked, work


def test_every_command_kind_has_a_handler():
    assert set(HANDLERS) == set(KINDS)


@pytest.mark.parametrize("name", profile.names())
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in OPTIONAL])
def test_every_handler_has_a_stage_in_every_shipped_profile(name, kind):
    drawn = kind == "reference"  # by whoever draws the shots, where it can
    stage = profile.load(name).stages["image" if drawn else kind]

    assert (kind, stage.backend) in STAGES or (drawn and not ready.takes_references(stage))


@pytest.mark.parametrize("name", profile.names())
def test_every_shipped_profile_names_model_and_revision(name):
    for stage in profile.load(name).stages.values():
        assert stage.backend
        assert stage.model
        assert stage.revision


@pytest.fixture
def briefs(home, log):
    """Every brief of a film, by kind, in the order of making."""
    found = {}
    fake_session(log)
    work(home, log, stages=hooked(lambda kind, brief, *_: found.setdefault(kind, []).append(brief)))
    return found


def test_every_kind_of_brief_is_made(briefs):
    assert {kind: len(made) for kind, made in briefs.items()} == {
        "story": 1, "scene_graph": 1, "shots": 1, "audio": 4, "image": 4, "video": 4, "film": 1,
    }  # fmt: skip


def test_a_plan_gets_the_asked_for_length_less_the_cards(briefs):
    assert briefs["shots"][0].duration_s == pytest.approx(20.0 - 4.0)


def test_a_story_brief_carries_idea_seed_and_language(briefs):
    story = briefs["story"][0]

    assert (story.idea, story.seed, story.language, story.shot_count) == (
        "a lighthouse",
        7,
        "en",
        4,
    )


def test_an_image_brief_has_size_style_and_a_seed_of_its_own(briefs):
    image = briefs["image"][1]

    assert isinstance(image, ImageBrief)
    assert (image.width, image.height, image.style, image.slate) == (320, 180, "plain", "")
    assert image.seed == shot_seed(7, 2)


def test_settings_of_the_profile_reach_the_stage(briefs):
    assert briefs["image"][0].settings == {"look": "plain"}


def test_a_clips_brief_names_a_picture_that_is_there(briefs):
    video = briefs["video"][0]

    assert isinstance(video, VideoBrief)
    assert video.image.is_file()
    assert video.transition_frames == 12


def test_an_audio_brief_says_what_is_spoken(briefs):
    audio = briefs["audio"][0]

    assert isinstance(audio, AudioBrief)
    assert (audio.text, audio.role) == ("This is view number 1.", "narration")


def test_a_film_brief_is_the_cut(briefs):
    (film,) = briefs["film"]

    assert isinstance(film, FilmBrief)
    assert film.clips[0].start_frame == film.title_frames == 48
    assert all(clip.video.is_file() and clip.narration.is_file() for clip in film.clips)
    assert film.total_frames == sum(clip.frames for clip in film.clips) + 96
    assert next(cue.text for cue in film.cues).startswith("This is view")
    assert film.chapters[-1].end_s == pytest.approx(film.total_frames / 24)


def test_a_slate_names_scene_shot_size_camera_and_seconds(home, log):
    seen = []
    fake_session(log, slate=True)
    work(home, log, stages=hooked(lambda kind, brief, *_: seen.append((kind, brief))))

    slate = next(brief.slate for kind, brief in seen if kind == "image")
    assert slate.startswith("SC 1 · SH 1 · WIDE · ")
    assert slate.endswith(" s")


def test_a_clip_shorter_than_its_place_is_held(home, log):
    from handlers.media_stages import film_brief

    fake_session(log)
    stream = work(home, log)
    from projections.work import work as work_of

    film = work_of(stream.session).film
    clips = [{**clip, "video_frames": clip["frames"] - 5} for clip in film.inputs["clips"]]
    shorter = command("film", {**film.inputs, "clips": clips})

    brief = film_brief(shorter, Library(stream.session, home.artifacts))

    assert [clip.held_frames for clip in brief.clips] == [5] * 4


def test_a_seed_is_one_for_each_shot_and_take():
    seeds = {shot_seed(7, shot, take) for shot in range(20) for take in range(5)}

    assert len(seeds) == 100
    assert all(0 <= seed < 2**32 for seed in seeds)


def test_a_shots_seed_is_the_same_for_ever():
    assert (shot_seed(7, 1), shot_seed(7, 1, 2)) == (1855563282, 2533198187)


def product(kind: str, text: str, **made) -> Product:
    todo = {
        "story": [started()],
    }
    session_command = work_after(*todo["story"]).pending[0]
    as_kind = Command(kind, session_command.inputs)
    return Product(
        command=as_kind,
        made=Made(media_type="application/json", raw_sha256="r", **made),
        sha256="s",
        bytes=1,
        seconds=0.1234,
        peak_memory_bytes=1,
        environment="e",
        text=text,
    )


BAD = ["", "no json", "[]", "3", "null", '"text"', '[{"a": 1}]', '["text"]', '{"title": 1}', "[3]"]


@pytest.mark.parametrize("text", BAD)
@pytest.mark.parametrize("kind", ["story", "scene_graph", "shots"])
def test_an_answer_that_is_none_is_the_stages_failure(kind, text):
    with pytest.raises(StageError, match="stage gave no"):
        HANDLERS[kind].events(product(kind, text))


def test_a_story_keeps_the_raw_answer():
    text = json.dumps(
        {"title": "T", "logline": "L", "style": "S", "language": "en", "end_card": ""}
    )

    (event,) = HANDLERS["story"].events(product("story", text))

    assert event.raw == text


def test_provenance_says_who_made_it_how_and_how_long_it_took():
    made = product("story", "", settings={"threads": 2}).provenance

    assert (made.backend, made.seed, made.settings) == ("fake", 7, {"threads": 2})
    assert (made.seconds, made.environment) == (0.123, "e")


def test_a_stage_without_model_and_revision_can_be_worked_with(home, log):
    stages = {
        kind: choice.model_copy(update={"model": "", "revision": ""})
        for kind, choice in FAKE.items()
    }
    fake_session(log, stages=stages)

    assert work(home, log).session.completed_at


def test_a_story_without_a_language_can_be_worked_with(home, log):
    fake_session(log, language="")

    assert work(home, log).session.completed_at


def test_an_image_can_be_named_by_raw_hash_only_if_it_was_made(home):
    library = Library(fold(SESSION, []), home.artifacts)

    with pytest.raises(KeyError):
        library.path("nobody")
