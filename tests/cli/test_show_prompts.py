"""The screens of a film whose prompts are enhanced."""

import json

from cli import ended, show_film, show_found
from cli.show_events import summary
from cli.show_pace import left_to_make
from handlers import look
from handlers.foreground import Outcome
from projections import events as e
from projections import rows
from projections.work import work
from tests.build import RUN, SESSION, WITH_ENHANCER, provenance
from tests.cli.films import NOW, begin, carry_on, fail, log_at, shown

FINER = "finer view 1"


def finer(home, until=lambda _: True):
    """A film with enhanced prompts, as far as that."""
    with log_at(home) as log:
        carry_on(begin(log, stages=WITH_ENHANCER), until)


def found(home, at=None):
    with home.reader() as reader:
        return show_found.read(home, reader, SESSION, at)


def test_a_page_has_both_wordings_marked(home):
    finer(home)

    lines = list(show_film.plain(found(home), NOW))

    assert lines.count("prompts") == 1
    row = lines[lines.index("prompts") + 1]
    assert row.split() == ["1", "picture", "prompt", "plain", "{+finer", "+}view", "1"]


def test_a_terminal_shows_them_too(home):
    finer(home)

    text = shown(*show_film.fancy(found(home), NOW, 100), width=100)

    assert "Prompts" in text
    assert FINER in text


def test_a_film_without_an_enhancer_has_no_such_part(home):
    with log_at(home) as log:
        carry_on(begin(log))

    assert "prompts" not in list(show_film.plain(found(home), NOW))


def test_an_earlier_moment_shows_the_prompts_of_then(home):
    finer(home)

    assert [row["enhanced"] for row in found(home, at="8").enhanced] == [FINER]


def test_a_prompt_that_was_edited_since_is_not_shown(home):
    finer(home)
    with log_at(home, "2025-02-09T00:00:00") as log:
        from handlers.stream import SessionStream

        SessionStream(log, SESSION).append(
            [e.ShotEdited(shot=1, image_prompt="x", motion_prompt="y")], RUN
        )

    assert {row["shot_index"] for row in found(home).enhanced} == {2, 3, 4}


def test_programs_get_them_with_their_words(home):
    finer(home)

    first = json.loads(json.dumps(show_found.complete(found(home))))["prompts"][0]

    assert (first["original"], first["enhanced"], first["family"]) == ("view 1", FINER, "plain")
    assert first["words"][0] == ["+", "finer "]


def test_steps_from_rows_are_the_steps_of_the_projection(home):
    with log_at(home) as log:
        stream = begin(log, stages=WITH_ENHANCER)
        for kind in ("story", "scene_graph", "shots", "enhance", "audio", "image"):
            with home.reader() as reader:
                seen = look.steps(reader.tables(SESSION))
            assert rows.steps(stream.session, work(stream.session)) == seen
            carry_on(stream, lambda command, kind=kind: command.kind == kind)
    assert found(home).tables["sessions"][0]["steps_done"] > 0


def test_prompts_that_are_left_are_counted_among_what_is_left(home):
    finer(home, lambda command: command.kind in ("story", "scene_graph", "shots"))

    assert left_to_make(found(home).tables)["enhance"] == 8


def test_prompts_that_were_given_up_are_listed_as_parked(home):
    with log_at(home) as log:
        stream = begin(log, stages=WITH_ENHANCER)
        carry_on(stream, lambda command: command.kind in ("story", "scene_graph", "shots"))
        fail(stream, "enhance", 1, "nobody answers")
        carry_on(stream)

    text = "\n".join(show_film.plain(found(home), NOW))

    assert "prompt of shot 1 failed 3 times: nobody answers" in text
    assert "[FAIL]" not in text


def test_history_says_whose_prompt_it_is_for_whom_and_its_words():
    event = e.PromptEnhanced(
        command_id="c", shot=2, motion_prompt="waves break", stage="video", original="waves",
        family="wan", raw="waves break", provenance=provenance(),
    )  # fmt: skip

    line = summary("PromptEnhanced", json.loads(event.model_dump_json(exclude_defaults=True)))

    assert line.startswith("shot 2 · motion prompt for wan · ")
    assert line.endswith("“waves break”")


def test_what_was_given_up_alike_is_told_in_one_line(home, capsys):
    with log_at(home) as log:
        stream = begin(log, stages=WITH_ENHANCER)
        carry_on(stream, lambda command: command.kind in ("story", "scene_graph", "shots"))
        for shot in (1, 1, 2):
            fail(stream, "enhance", shot, "nobody answers")
        carry_on(stream)
        outcome = Outcome(stream.session, work(stream.session), home.sessions)

    ended.tell(outcome, 1.0, idle=False)

    assert "Parked: prompt of shots 1, 2: nobody answers" in capsys.readouterr().err
