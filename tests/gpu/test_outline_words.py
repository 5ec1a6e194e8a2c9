"""Facts about the words of an outline: what a viewer hears, and what stands over the film."""

import re
from itertools import pairwise

import pytest

from gpu.cards import title_card
from gpu.narrate import bank
from gpu.pace import sentences
from tests.gpu.test_outline import Film, outlined

WALK = (
    "In the summer of 1974 my grandmother walked from the village to the sea, carrying a suitcase"
    " of letters. She had never seen the sea. The road was white with dust, and the cicadas sang"
    " all day. At night she slept in barns and read one letter by the light of a match. On the"
    " fifth day she heard the waves before she saw them."
)
QUOTING = ("de", "fr", "es", "it", "pt", "ru", "hi", "zh", "ja", "ar")
QUOTED = {
    "Der letzte Leuchtturm": "de",
    "Le dernier phare": "fr",
    "El último faro": "es",
    "Il vecchio faro": "it",
    "O velho farol": "pt",
    "Старый маяк": "ru",
    "प्रकाशस्तंभ की कहानी": "hi",
    "灯塔看守人的一天": "zh",
    "古い灯台の物語": "ja",
    "قصة المنارة القديمة": "ar",
}
QUESTIONS = (
    "Wie entsteht ein Regenbogen?",
    "Pourquoi les chats ronronnent-ils ?",
    "¿Por qué ronronean los gatos?",
    "Perché i gatti fanno le fusa?",
    "Por que os gatos não voam?",
    "Почему кошки мурлычут?",
    "बिल्लियाँ क्यों घुरघुराती हैं?",
    "猫为什么会打呼噜？",
    "猫はなぜ喉を鳴らすのですか？",
    "لماذا تخرخر القطط؟",
    "Why do cats purr?",
)
SEEDS = range(1, 7)


def spoken(film: Film) -> list[str]:
    return [shot.narration for shot in film[2]]


def short(idea: str, shots: int, seed: int) -> list[str]:
    return spoken(outlined(idea, shots, shots * 4.0, seed))


@pytest.mark.parametrize(
    ("idea", "title"),
    [
        ("Make me a movie about the Titanic please", "The Titanic"),
        ("make a film about bees, thanks!", "Bees"),
        ("Please, a film about bees. Thank you very much.", "Bees"),
        ("Der letzte Leuchtturm, bitte", "Der letzte Leuchtturm"),
        ("Bitte mach mir einen Film über Bienen", "Bienen"),
        ("Le dernier phare, s'il te plaît", "Le dernier phare"),
        ("El último faro, por favor", "El último faro"),
        ("灯塔的故事，谢谢", "灯塔的故事"),
        ("the history of the word please", "The History of the Word Please"),
        ("please", "Please"),
    ],
)
def test_politeness_is_no_part_of_the_subject(idea: str, title: str) -> None:
    assert outlined(idea)[0].title == title


@pytest.mark.parametrize("seed", SEEDS)
def test_two_clauses_are_two_parts(seed: int) -> None:
    film = outlined("The fall of Rome, the rise of Byzantium", seed=seed)

    names = [scene.name for scene in film[1]]
    assert {"The fall of Rome", "The rise of Byzantium"} <= set(names)
    for line in spoken(film):
        assert not re.search(r"(?<!fall of )Rome, the rise", line)


@pytest.mark.parametrize("idea", ["Penguins on ice: a love story", "A love story: penguins on ice"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_subtitle_is_the_logline_and_no_part_of_a_question(idea: str, seed: int) -> None:
    film = outlined(idea, seed=seed)

    assert film[0].logline == "A love story."
    assert not any("love story" in line.lower() for line in spoken(film))


@pytest.mark.parametrize(
    ("idea", "title"),
    [
        ("Penguins on ice: a love story", "Penguins on Ice: A Love Story"),
        ("Mars: the next home", "Mars: The Next Home"),
        ("Topic: penguins on ice", "Penguins on Ice"),
        ("Pinguine auf dem Eis: eine Liebe", "Pinguine auf dem Eis: eine Liebe"),
    ],
)
def test_the_word_after_a_colon_begins_a_heading(idea: str, title: str) -> None:
    assert outlined(idea)[0].title == title


@pytest.mark.parametrize(
    ("shots", "seconds"), [(3, 12.0), (4, 16.0), (7, 40.0), (5, 20.0), (10, 60.0)]
)
def test_a_paragraph_is_spread_over_all_its_shots(shots: int, seconds: float) -> None:
    lines = spoken(outlined(WALK, shots, seconds))

    own = re.sub(r"\W+", " ", WALK)
    told = [re.sub(r"\W+", " ", line).strip() for line in lines]
    assert "" not in told
    assert not any("…" in line for line in lines)
    places = [own.index(line.split(" ")[0]) for line in told]
    pieces = [re.sub(r"\W+", " ", s).strip() for line in lines for s in sentences(line)]
    assert all(piece in own for piece in pieces)
    assert [own.index(piece) for piece in pieces] == sorted(own.index(piece) for piece in pieces)
    assert places[0] == 0


@pytest.mark.parametrize(("shots", "seconds"), [(4, 16.0), (7, 40.0)])
def test_a_paragraph_is_cut_at_clauses(shots: int, seconds: float) -> None:
    lines = spoken(outlined(WALK, shots, seconds))

    for line, after in pairwise(lines):
        assert line[-1] in ".,;:?!" or after[0].islower()
        assert not re.search(r" (?:the|a|an|of|my|and|one)$", line)
    assert lines[-1].endswith(".")
    assert any("fifth day" in line for line in lines)


def test_what_is_left_of_a_condition_asserts_nothing_new() -> None:
    told = (
        "She would sell the house at once, if the sea took the garden. He said no. So it went on."
    )

    assert not any(line == "She would sell the house at once." for line in short(told, 3, 1))


@pytest.mark.parametrize("shots", [2, 3, 4, 5, 7, 9, 12])
@pytest.mark.parametrize("idea", ["The rise and fall of Rome", "Cats vs. dogs"])
def test_the_chapters_name_both_sides(idea: str, shots: int) -> None:
    names = [scene.name for scene in outlined(idea, shots, shots * 5.0)[1]]

    sides = ["The rise", "The fall"] if "rise" in idea else ["Cats", "Dogs"]
    assert [name for name in names if name in sides] == sides


@pytest.mark.parametrize("language", ["en", *QUOTING])
@pytest.mark.parametrize("shots", [3, 4])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_short_film_names_its_subject_and_ends_on_it(
    language: str, shots: int, seed: int
) -> None:
    idea = next((i for i, of in QUOTED.items() if of == language), "lighthouse")
    lines = short(idea, shots, seed)

    assert all(lines)
    naming = [idea.lower() in line.lower() for line in lines]
    assert naming[-1]
    assert sum(naming) >= shots - 1


@pytest.mark.parametrize("idea", ["lighthouse", "Marie Curie", "black holes", *QUOTED])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_short_film_has_at_most_one_line_that_would_suit_any(idea: str, seed: int) -> None:
    lines = " ".join(short(idea, 4, seed))

    tables = bank(QUOTED.get(idea, "en")) or {}
    generic = {s for table in tables["see"].values() for line in table for s in [line]}
    assert sum(line in lines for line in generic) <= 1


@pytest.mark.parametrize("idea", QUESTIONS)
@pytest.mark.parametrize("shots", [4, 7, 12])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_question_is_quoted_at_most_twice(idea: str, shots: int, seed: int) -> None:
    lines = spoken(outlined(idea, shots, shots * 5.5, seed))

    bare = idea.strip("¿?？؟ ")
    assert 1 <= sum(bare in line for line in lines) <= 2


@pytest.mark.parametrize("idea", QUESTIONS)
@pytest.mark.parametrize("seed", SEEDS)
def test_no_stop_follows_a_quote_that_has_its_own(idea: str, seed: int) -> None:
    for line in spoken(outlined(idea, seed=seed)):
        assert not re.search(r"[?!.。？！؟] ?[“”»」’\"][.。।]", line)


@pytest.mark.parametrize(
    "idea",
    ["灯塔看守人的一天", "古い灯台の物語", "प्रकाशस्तंभ की कहानी", "海：一个故事", "海. 天空很远."],
)
@pytest.mark.parametrize("shots", [3, 4, 7])
@pytest.mark.parametrize("seed", SEEDS)
def test_every_script_has_its_own_full_stop(idea: str, shots: int, seed: int) -> None:
    story, _, drafts = outlined(idea, shots, shots * 4.0, seed)

    for text in [story.logline, *(shot.narration for shot in drafts)]:
        assert "." not in text


@pytest.mark.parametrize(
    "idea", ["10 reasons to love Mondays", "five ways to fold a map", "10 facts about octopuses"]
)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_list_is_spoken_of_as_a_list(idea: str, seed: int) -> None:
    lines = spoken(outlined(idea, seed=seed))

    assert not any(re.search(r"(?i)\bdo (?:10|ten|five)\b", line) for line in lines)
    assert not any(re.search(r"(?i)(?:let|leave|ask|around) (?:10|ten|five)", li) for li in lines)
    assert any(re.search(r"reason|\bway|fact", line) for line in lines[1:])


@pytest.mark.parametrize("idea", ["lighthouse", "THE FALL OF ROME", "灯塔", "Why cats purr?", WALK])
def test_a_logline_never_repeats_the_title(idea: str) -> None:
    story = outlined(idea)[0]

    bare = re.sub(r"\W", "", story.title).lower()
    assert not re.sub(r"\W", "", story.logline).lower().startswith(bare)


def test_a_title_stands_without_a_logline() -> None:
    assert title_card("Lighthouse", "", 320, 180, 1).shape == (180, 320, 3)
