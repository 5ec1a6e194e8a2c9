"""Facts about the outliner: any idea becomes a whole plan of a film, without a model."""

import json
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gpu.briefs import SceneDraft, SceneGraphBrief, ShotDraft, ShotPlanBrief, StoryBrief, StoryDraft
from gpu.errors import BriefRefused
from gpu.language import language_of
from gpu.lexicon import MOTIFS, SETTINGS, motifs_in, settings_in
from gpu.outline import divide, plan, tell
from gpu.pace import budget_words, words_in
from gpu.stages import open_stage
from gpu.vocabulary import ANGLES, CAMERAS, ROLES, SHOT_SIZES, TRANSITIONS

FPS = 24
OVERLAP = 12
IDEAS = Path(__file__).with_name("ideas.txt").read_text(encoding="utf-8").splitlines()

Film = tuple[StoryDraft, tuple[SceneDraft, ...], tuple[ShotDraft, ...]]


def outlined(idea: str, shots: int = 7, duration_s: float = 40.0, seed: int = 1) -> Film:
    language = language_of(idea)
    story = tell(
        StoryBrief(idea=idea, language=language, seed=seed, shot_count=shots, duration_s=duration_s)
    )
    scenes = divide(
        SceneGraphBrief(idea=idea, language=language, seed=seed, shot_count=shots, story=story)
    )
    brief = ShotPlanBrief(
        idea=idea,
        language=language,
        seed=seed,
        shot_count=shots,
        duration_s=duration_s,
        fps=FPS,
        transition_frames=OVERLAP,
        story=story,
        scenes=scenes,
    )
    return story, scenes, plan(brief)


def lines_of(idea: str, **how: int) -> list[str]:
    return [shot.narration for shot in outlined(idea, **how)[2] if shot.narration]


def assert_lawful(film: Film, shots: int, duration_s: float) -> None:
    _, scenes, drafts = film
    assert len(drafts) == shots
    dissolves = sum(shot.transition == "dissolve" for shot in drafts)
    total = round(duration_s * FPS) + OVERLAP * dissolves
    assert sum(shot.duration_frames for shot in drafts) == total
    for shot in drafts:
        room = budget_words(shot.duration_frames / FPS)
        assert words_in(shot.narration) <= room + 1e-9
        assert shot.camera in CAMERAS
        assert shot.shot_size in SHOT_SIZES
        assert shot.angle in ANGLES
        assert shot.transition in TRANSITIONS
        assert shot.role in ROLES
        assert 1 <= shot.scene <= len(scenes)
        assert shot.duration_frames >= min(FPS, total // shots)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    idea=st.text(min_size=1, max_size=300),
    shots=st.integers(1, 60),
    duration_s=st.floats(3.0, 400.0),
    seed=st.integers(0, 2**63),
)
def test_any_text_becomes_a_lawful_plan(
    idea: str, shots: int, duration_s: float, seed: int
) -> None:
    film = outlined(idea, shots, duration_s, seed)

    assert_lawful(film, shots, duration_s)
    spoken = [shot.narration for shot in film[2] if shot.narration]
    if len(film[2]) <= 20 and words_in(idea) < 20:
        assert len(set(spoken)) == len(spoken)
    assert film[0].title


@settings(max_examples=8, deadline=None)
@given(idea=st.sampled_from([*IDEAS, "word " * 400, "长" * 2000, "a. " * 600, "x" * 2000]))
def test_the_same_idea_and_seed_give_the_same_film(idea: str) -> None:
    assert outlined(idea, 9, 45.0, 5) == outlined(idea, 9, 45.0, 5)


@pytest.mark.parametrize("shots", [1, 2, 3, 7, 12, 200])
def test_plans_of_any_length_are_lawful(shots: int) -> None:
    assert_lawful(outlined(IDEAS[0], shots, shots * 5.0), shots, shots * 5.0)


@pytest.mark.parametrize("idea", IDEAS)
def test_no_line_of_narration_comes_twice(idea: str) -> None:
    lines = lines_of(idea)

    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("idea", IDEAS)
def test_no_line_shows_a_gap_in_its_pattern(idea: str) -> None:
    for line in lines_of(idea):
        assert not set(line) & set("{}[]|")
        assert "  " not in line


def test_an_outline_begins_with_its_place_and_ends_with_rest() -> None:
    shots = outlined("lighthouse")[2]

    assert [shots[0].role, shots[-1].role] == ["establish", "resolve"]
    assert shots[0].place == shots[-1].place == shots[5].place


def test_scenes_meet_in_dissolves_and_shots_in_cuts() -> None:
    shots = outlined("lighthouse")[2]

    for shot, after in pairwise(shots):
        assert shot.transition == ("dissolve" if shot.scene != after.scene else "cut")
    assert shots[-1].transition == "cut"


def test_the_narration_fills_most_of_the_time_that_there_is() -> None:
    said = sum(map(words_in, lines_of("The rise and fall of the Indus Valley civilisation")))

    assert said >= 60


@pytest.mark.parametrize("idea", IDEAS)
def test_every_prompt_names_something_that_can_be_drawn(idea: str) -> None:
    for shot in outlined(idea)[2]:
        assert motifs_in(shot.image_prompt) or settings_in(shot.image_prompt)


def test_the_prompts_of_a_film_all_differ() -> None:
    shots = outlined(IDEAS[0], 20, 100.0)[2]

    assert len({shot.image_prompt for shot in shots}) == 20


def test_the_sentences_of_a_paragraph_are_told_in_order() -> None:
    told = ["A girl finds a map.", "She follows it to the sea.", "A whale knows her name."]

    spoken = " ".join(lines_of(" ".join(told)))

    places = [spoken.index(sentence) for sentence in told]
    assert places == sorted(places)


def test_an_idea_that_the_film_has_no_time_for_is_not_cut_off() -> None:
    idea = "A child finds a map in the attic"

    spoken = " ".join(lines_of(idea, shots=1, duration_s=3)).rstrip(".")

    assert not idea.lower().startswith(spoken.lower()) or not spoken


def test_an_idea_told_bit_by_bit_begins_as_a_sentence_does() -> None:
    lines = lines_of("A cat sleeps on the warm roof", shots=3, duration_s=8)

    assert lines[0][0].isupper()


def test_narration_in_a_language_without_patterns_says_only_the_idea() -> None:
    idea = "Vanha majakka on meren rannalla, ja se on yksin"

    assert " ".join(lines_of(idea)) == idea


@pytest.mark.parametrize("idea", ["Der letzte Leuchtturm", "灯塔看守人的一天", "Старый маяк"])
def test_narration_in_another_language_holds_no_english(idea: str) -> None:
    spoken = " ".join(lines_of(idea)).lower().split()

    assert not {"the", "and", "of", "look"} & set(spoken)


def test_two_ideas_give_films_that_differ_by_more_than_a_slot() -> None:
    bees, light = lines_of("bees"), lines_of("lighthouse")

    same = [a for a, b in zip(bees, light, strict=True) if a == b.replace("the lighthouse", "bees")]

    assert len(same) <= 3


def test_another_seed_tells_the_same_idea_in_other_words() -> None:
    assert lines_of("lighthouse", seed=1) != lines_of("lighthouse", seed=2)


def test_no_date_or_number_is_made_up() -> None:
    for idea in IDEAS:
        if not any(map(str.isdigit, idea)):
            assert not any(map(str.isdigit, " ".join(lines_of(idea))))


@pytest.mark.parametrize(
    ("idea", "title"),
    [
        ("make a film about coffee", "Coffee"),
        ("Can you make me a short video about the history of tea?", "The History of Tea"),
        ("THE FALL OF ROME", "The Fall of Rome"),
        ("https://en.wikipedia.org/wiki/Lighthouse", "Lighthouse"),
        ("🐝🌻", "Honeybee and Sunflower"),
        ("why do cats purr", "Why do cats purr?"),
    ],
)
def test_a_title_is_the_idea_without_its_wrapping(idea: str, title: str) -> None:
    assert outlined(idea)[0].title == title


def test_a_style_that_is_asked_for_is_kept() -> None:
    assert outlined("the deep sea in the style of old newsreels")[0].style.endswith("old newsreels")


def test_fewer_frames_than_shots_are_refused() -> None:
    with pytest.raises(BriefRefused, match="at least 60 frames"):
        outlined("lighthouse", 60, 1.0)


def test_the_stage_writes_its_drafts_as_json(tmp_path: Path) -> None:
    brief = StoryBrief(idea="灯塔", language="zh", seed=1, shot_count=7, duration_s=40.0)

    made = open_stage("story", "animatic").run(brief, tmp_path / "s.json", lambda _: None)

    assert made.media_type == "application/json"
    written = (tmp_path / "s.json").read_text(encoding="utf-8")
    assert "灯塔" in written
    told = {key: value for key, value in asdict(tell(brief)).items() if value != ()}
    assert json.loads(written) == told


def test_every_word_of_the_lexicon_finds_itself() -> None:
    for key in [*SETTINGS, *MOTIFS]:
        assert key in settings_in(key) + motifs_in(key)


@pytest.mark.parametrize("word", [*CAMERAS, *SHOT_SIZES[:-1], *ANGLES, "museum light", "lamplight"])
def test_camera_and_light_words_draw_nothing(word: str) -> None:
    assert settings_in(word) + motifs_in(word) == []


def test_a_story_that_fills_the_film_is_told_to_its_end() -> None:
    told = (
        "Old Ma Chen runs the last tea house in the valley. Every morning she lights the stove"
        " before the sun is up, sweeps the stone floor, and sets out nine cups, one for each of"
        " the friends who used to come. Only two still do. One day a developer arrives with a map"
        " of the new road. He asks for tea. She gives him the tenth cup, the cracked one, and"
        " waits for him to notice."
    )

    assert " ".join(lines_of(told)) == told


def test_a_regional_language_code_speaks_its_language() -> None:
    brief = StoryBrief(idea="o farol", language="pt-BR", seed=1, shot_count=7, duration_s=40.0)

    assert (tell(brief).language, tell(brief).end_card) == ("pt-BR", "Fim")
