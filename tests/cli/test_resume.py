"""`resume` and `work`: going on where a film stopped, alone or together; and steering them."""

from collections import Counter

import pytest

from projections import events as e
from tests import shelf
from tests.build import SESSION, names
from tests.command import FAKE, Reelog, kill
from tests.shelf import SESSIONS

DEAD = "0123456789ab"


def starts(reelog: Reelog, session: str = "") -> Counter[str]:
    """How often each command was started."""
    return Counter(
        r.event.command_id for r in reelog.history(session) if isinstance(r.event, e.CommandStarted)
    )


def complete(reelog: Reelog, session: str = "") -> bool:
    return reelog.session(session).completed_at != ""


def test_a_film_goes_on_where_it_stopped(reelog):
    shelf.stopped(reelog.home)
    before = starts(reelog)
    done_before = [r for r in reelog.history() if isinstance(r.event, e.ImageRendered)]

    done = reelog.quickly("resume")

    assert done.status == 0
    assert complete(reelog)
    again = {r.event.command_id for r in done_before} & set(starts(reelog) - before)
    assert again == set()


def test_of_a_finished_film_it_is_said_that_nothing_was_left_to_make(reelog):
    session = shelf.finished(reelog.home)

    done = reelog.quickly("resume", session)

    assert "Nothing was left to make; the film is ready: " in done.out
    assert "made in" not in done.out


def test_an_idea_beside_continue_is_said_not_to_be_begun(reelog):
    shelf.stopped(reelog.home)

    done = reelog.quickly("start", "another idea", "--continue")

    assert done.err.startswith("What you asked for is not begun; begin it with --new.")
    assert len(reelog.sessions()) == 1


@pytest.mark.parametrize("words", [["list"], ["view", "last"], ["resume"], ["start", "x"]])
def test_a_file_in_the_place_of_a_home_is_named(reelog, words):
    reelog.home.root.write_text("mine")

    done = reelog.quickly(*words)

    assert done.status == 3
    assert "is no folder; choose another --home" in done.err


def test_a_home_by_a_link_that_leads_elsewhere_later_is_the_one_it_was(reelog):
    shelf.stopped(reelog.home)
    real, other = (reelog.folder / name for name in ("real", "other"))
    reelog.home.root.rename(real)
    other.mkdir()
    reelog.home.root.symlink_to(real)
    reelog.plant("image=wait")

    running = reelog.begin("resume")
    reelog.standing()
    reelog.home.root.unlink()
    reelog.home.root.symlink_to(other)
    reelog.mend()
    done = running.ended()

    assert (done.status, list(other.iterdir())) == (0, [])
    assert f"{real}/sessions/{SESSION}/film.mp4" in done.out


def test_finished_shots_are_said_to_be_skipped(reelog):
    shelf.killed(reelog.home)

    done = reelog.quickly("resume")

    assert done.out.splitlines()[:2] == [
        f"{SESSION}: a lighthouse",
        "[SKIP] finished and not made again: shots 1, 3",
    ]


def test_without_an_id_the_newest_unfinished_film_goes_on(reelog):
    old = shelf.stopped(reelog.home, "a lighthouse", SESSIONS[0])
    new = shelf.stopped(reelog.home, "a storm", SESSIONS[1])
    shelf.finished(reelog.home, "a whale", SESSIONS[2])

    done = reelog.quickly("resume", "--json")

    assert done.data["session"] == new
    assert not complete(reelog, old)


def test_a_part_of_an_id_is_enough(reelog):
    session = shelf.stopped(reelog.home)

    assert reelog.quickly("resume", session[8:]).status == 0
    assert complete(reelog)


def test_a_whole_film_is_left_as_it_is(reelog):
    shelf.finished(reelog.home)
    before = names(reelog.history())

    done = reelog.quickly("resume", "last")

    assert done.status == 0
    assert done.out.splitlines()[-1].startswith("Nothing was left to make; the film is ready: ")
    assert names(reelog.history()) == before


def test_a_film_that_was_never_handed_out_is_handed_out(reelog):
    session = shelf.finished(reelog.home)
    film = reelog.home.sessions / session / "film.mp4"

    done = reelog.quickly("resume")

    assert done.out.splitlines()[0] == f"Handed out: {film}"
    assert film.is_file()


def test_with_every_film_whole_there_is_nothing_to_do(reelog):
    session = shelf.finished(reelog.home)
    reelog.quickly("export", session)

    for command in ("resume", "work"):
        done = reelog.quickly(command)
        assert (done.status, done.out) == (
            0,
            "Nothing left to do: every film is complete, paused or cancelled.\n",
        )


def test_what_a_dead_worker_left_is_taken_away_though_every_film_is_whole(reelog):
    # A disk that turned read-only at the very end kept the last worker's lock
    shelf.finished(reelog.home)
    left = [reelog.home.locks / DEAD, reelog.home.artifacts.root / "tmp" / f"{DEAD}-1.png"]
    for path in left:
        path.parent.mkdir(exist_ok=True)
        path.touch()

    reelog.quickly("resume")

    assert [path for path in left if path.exists()] == []


@pytest.mark.parametrize(("command", "answer"), [("resume", None), ("work", [])])
def test_nothing_to_do_has_an_envelope_too(reelog, command, answer):
    shelf.finished(reelog.home)

    assert reelog.quickly(command, "--json").data == answer
    assert reelog.quickly(command, "--jsonl").out == ""


def test_json_lines_of_a_resume_are_what_is_new(reelog):
    shelf.killed(reelog.home)
    before = len(reelog.history())

    done = reelog.quickly("resume", "--jsonl")

    assert [line["position"] for line in done.lines] == list(
        range(before + 1, len(reelog.history()) + 1)
    )
    assert done.lines[0]["type"] == "RetryRequested"


def test_a_lost_file_is_made_again(reelog):
    shelf.finished(reelog.home)
    (lost,) = [r.event for r in reelog.history() if isinstance(r.event, e.FilmAssembled)]
    path = reelog.home.artifacts.path(lost.artifact.sha256, "video/mp4")
    path.unlink()

    done = reelog.quickly("resume", "last")

    assert done.status == 0
    assert path.is_file()
    assert Counter(names(reelog.history()))["ArtifactLost"] == 1


def test_two_resumes_at_once_share_the_work(reelog):
    reelog.plant("image=wait,audio=wait")
    first = reelog.begin(
        "start", "a lighthouse", "--profile", "fake", "--shots", "6", "--workers", "1"
    )
    reelog.standing(1)
    second = reelog.begin("resume", "--workers", "1")
    reelog.standing(2)
    reelog.mend()

    assert (first.ended().status, second.ended().status) == (0, 0)
    assert complete(reelog)
    assert set(starts(reelog).values()) == {1}
    assert len({r.event.worker for r in reelog.history() if hasattr(r.event, "worker")}) == 2


def test_a_resume_beside_a_run_says_where_the_film_is_too(reelog):
    reelog.plant("film=wait")
    first = reelog.begin("start", "a lighthouse", *FAKE)
    reelog.standing()
    second = reelog.at_terminal("resume", "--workers", "1")
    second.reads("[SKIP]")
    reelog.mend()

    assert "The film is ready" in first.ended().out
    assert "The film is ready" in second.ended().out


def test_work_finishes_all_films_by_priority_then_age(reelog):
    for session in SESSIONS:
        shelf.stopped(reelog.home, session[-3:], session)
    reelog.quickly("prioritise", SESSIONS[2], "5")

    done = reelog.quickly("work", "--workers", "1", "--json")

    assert done.status == 0
    assert [film["session"] for film in done.data] == [SESSIONS[2], SESSIONS[0], SESSIONS[1]]
    assert {film["state"] for film in done.data} == {"COMPLETE"}


def test_a_film_may_begin_with_its_priority(reelog):
    reelog.quickly("start", "a lighthouse", *FAKE, "--priority", "-3")

    assert reelog.session().priority == -3
    assert names(reelog.history())[:2] == ["SessionStarted", "SessionPrioritised"]


def test_what_gets_priority_meanwhile_is_worked_on_next(reelog):
    for session in SESSIONS:
        shelf.stopped(reelog.home, session[-3:], session)
    reelog.plant("image=wait")
    running = reelog.begin("work", "--workers", "1", "--json")
    reelog.standing()

    reelog.quickly("prioritise", SESSIONS[2], "5")
    reelog.mend()

    order = [film["session"] for film in running.ended().data]
    assert order == [SESSIONS[0], SESSIONS[2], SESSIONS[1]]


def test_what_was_steered_outlives_the_death_of_all_workers(reelog):
    reelog.plant("image=wait")
    running = reelog.begin("start", "a lighthouse", *FAKE)
    reelog.standing()
    reelog.quickly("prioritise", "last", "7")
    reelog.quickly("pause", "last")

    for process in reelog.processes():
        kill(process)
    running.ended()
    reelog.mend()

    (film,) = reelog.quickly("list", "--json").data
    assert (film["priority"], film["paused"]) == (7, 1)
    assert reelog.quickly("work", "--json").data == []


def test_work_leaves_parked_what_is_parked(reelog):
    shelf.killed(reelog.home)
    before = starts(reelog)

    done = reelog.quickly("work", "--workers", "1")

    assert done.status == 1
    assert "Parked: image of shot 2" in done.err
    assert starts(reelog) == before


def test_work_leaves_out_what_is_paused_or_cancelled(reelog):
    for session, command in zip(SESSIONS, ("pause", "cancel"), strict=False):
        shelf.stopped(reelog.home, session, session)
        reelog.quickly(command, session)

    assert reelog.quickly("work", "--json").data == []


def test_a_parked_command_is_named_with_its_error_and_the_way_out(reelog):
    reelog.plant("image:view 2=fail")

    done = reelog.quickly("start", "a lighthouse", *FAKE)

    (session,) = reelog.sessions()
    assert done.status == 1
    assert done.err.splitlines() == [
        "Parked: image of shot 2: StageError: the lamp went out",
        f"The rest is made. Try the parked work again with: reelog retry {session}",
    ]
    assert Counter(names(reelog.history()))["CommandFailed"] == 3


def test_a_parked_command_is_in_the_envelope(reelog):
    reelog.plant("audio:number 1=refuse")

    done = reelog.quickly("start", "a lighthouse", *FAKE, "--json")

    (parked,) = done.data["parked"]
    assert (parked["kind"], parked["shot"]) == ("audio", 1)
    assert parked["error"] == "BriefRefused: there is no such lamp"
    assert done.data["film"] is None
    assert done.status == 1


def test_a_resume_does_not_try_again_what_failed(reelog):
    shelf.failed(reelog.home)
    before = starts(reelog)

    done = reelog.quickly("resume")

    assert done.status == 1
    assert starts(reelog) == before


def test_after_a_retry_a_resume_finishes(reelog):
    shelf.failed(reelog.home)

    assert "goes on with: reelog resume session_" in reelog.quickly("retry", "last").out
    assert reelog.quickly("resume").status == 0
    assert complete(reelog)


def test_a_paused_film_does_not_go_on(reelog):
    session = shelf.stopped(reelog.home)
    reelog.quickly("pause", session)

    done = reelog.quickly("resume", session)

    assert done.status == 2
    assert done.err == f"reelog: {session} is paused; `reelog unpause {session}` first\n"


def test_an_unpaused_film_goes_on(reelog):
    shelf.stopped(reelog.home)
    reelog.quickly("pause", "last")
    reelog.quickly("unpause", "last")

    assert reelog.quickly("resume").status == 0


def test_a_cancelled_film_does_not_go_on(reelog):
    session = shelf.stopped(reelog.home)
    reelog.quickly("cancel", session, "--because", "too dark")

    done = reelog.quickly("resume", session)

    assert done.status == 2
    assert f"{session} was cancelled" in done.err


@pytest.mark.parametrize(("command", "word"), [("pause", "paused;"), ("cancel", "cancelled.")])
def test_a_pause_or_cancel_in_the_middle_lets_work_in_flight_end(reelog, command, word):
    reelog.plant("image=wait")
    running = reelog.begin("start", "a lighthouse", *FAKE)
    reelog.standing()

    reelog.quickly(command, "last")
    reelog.mend()
    done = running.ended()

    assert done.status == 0
    assert f"was {word}" in done.out
    assert Counter(names(reelog.history()))["ImageRendered"] == 1
    assert Counter(names(reelog.history()))["CommandInterrupted"] == 0


@pytest.mark.parametrize(("command", "word"), [("pause", "paused"), ("cancel", "cancelled")])
def test_a_pause_or_cancel_at_once_ends_work_in_flight(reelog, command, word):
    reelog.plant("image=wait")
    running = reelog.begin("start", "a lighthouse", *FAKE)
    reelog.standing()

    reelog.quickly(command, "last", "--now")
    done = running.ended()

    assert done.status == 0
    assert f"was {word}" in done.out
    assert names(reelog.history())[-1] == "CommandInterrupted"


def test_steering_answers_with_its_events(reelog):
    session = shelf.stopped(reelog.home)

    assert reelog.quickly("pause", "last", "--json").data == {
        "session": session,
        "events": [{"position": len(reelog.history()), "type": "SessionPaused"}],
    }


def test_what_is_so_already_is_said_and_not_recorded(reelog):
    session = shelf.stopped(reelog.home)
    reelog.quickly("pause", "last")
    before = len(reelog.history())

    done = reelog.quickly("pause", "last")

    assert (done.status, done.out) == (0, f"{session} is so already\n")
    assert len(reelog.history()) == before


def test_a_negative_priority_is_a_number_too(reelog):
    shelf.stopped(reelog.home)

    assert reelog.quickly("prioritise", "last", "-3").status == 0
    assert reelog.session().priority == -3


def test_a_killed_worker_is_replaced_and_the_film_is_finished(reelog):
    reelog.plant("image:view 2=wait")
    running = reelog.begin("start", "a lighthouse", *FAKE)
    (pid,) = reelog.standing()

    kill(pid)
    reelog.mend()

    assert running.ended().status == 0
    assert complete(reelog)


def test_what_kills_every_worker_is_parked_and_the_rest_is_made(reelog):
    reelog.plant("image:view 2=die")

    done = reelog.quickly("start", "a lighthouse", *FAKE)

    assert done.status == 1
    assert (
        "Parked: image of shot 2: killed its worker three times; its worker was ended" in done.err
    )
    assert Counter(names(reelog.history()))["VideoRendered"] == 2
