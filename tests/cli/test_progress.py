"""What a run shows while it works: on a terminal, in a pipe, to programs."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from cli import show_live
from cli.progress import Screen
from eventstore.home import Home
from gpu.stages import Share
from handlers.stream import SessionStream
from projections import events as e
from projections.commands import Command
from projections.work import pending
from tests.build import RUN, SESSION
from tests.cli.films import begin, carry_on, fail, log_at, screen, table_rows


class Time:
    """A monotonic clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def events(home: Home, after: int = 0) -> list[dict[str, Any]]:
    """Rows of the history view behind a position."""
    with home.reader() as reader:
        return reader.query("SELECT * FROM history WHERE position > ? ORDER BY position", (after,))


def start_of(stream: SessionStream, kind: str, shot: int | None) -> Command:
    """Append the start of a pending command."""
    command = next(c for c in pending(stream.session) if (c.kind, c.shot) == (kind, shot))
    stream.append(
        [e.CommandStarted(command_id=command.id, kind=kind, shot=shot, take=1, worker="w")], RUN
    )
    return command


@pytest.fixture
def stream(home: Home) -> Iterator[SessionStream]:
    """A film whose first shot is made; the second one's image failed once, its clip is open."""
    with log_at(home) as log:
        stream = begin(log, idea="a lighthouse 灯台")
        carry_on(stream, lambda command: command.shot in (None, 1))
        fail(stream, "image", 2, "RuntimeError: out of memory", times=1)
        yield stream


def test_a_pipe_gets_a_line_for_what_people_care_about(
    home: Home, stream: SessionStream, capsys: pytest.CaptureFixture[str]
) -> None:
    carry_on(stream)
    with Screen(SESSION, jsonl=False) as shown:
        for row in events(home):
            shown.event(row)
        shown.update(table_rows(home), {})
        shown.done("The film is ready")

    assert screen("progress_plain") == capsys.readouterr().out.rstrip("\n")


def test_a_plan_is_announced_once_even_when_nothing_follows(
    home: Home, stream: SessionStream, capsys: pytest.CaptureFixture[str]
) -> None:
    with Screen(SESSION, jsonl=False) as shown:
        for row in events(home)[:7]:
            shown.event(row)

    assert capsys.readouterr().out.splitlines()[-1] == "shots planned: 4"
    assert stream.session.planned


def test_a_shot_is_called_by_its_place_in_the_cut(
    home: Home, stream: SessionStream, capsys: pytest.CaptureFixture[str]
) -> None:
    stream.append([e.ShotMoved(shot=4, index=1)], RUN)
    before = len(stream.history)
    carry_on(stream, lambda command: command.kind == "audio" and command.shot == 4)
    with Screen(SESSION, jsonl=False) as shown:
        shown.update(table_rows(home), {})
        for row in events(home, before):
            shown.event(row)

    assert capsys.readouterr().out == "narration 1 of 4 (0.5 s)\n"


def test_programs_get_one_json_object_for_each_event_and_nothing_else(
    home: Home, stream: SessionStream, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = events(home)
    with Screen(SESSION, jsonl=True) as shown:
        for row in rows:
            shown.event(row)
        shown.update(table_rows(home), {("image", 2): 0.5})
        shown.done("The film is ready")

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [{**row, "data": json.loads(row["data"])} for row in rows] == lines
    assert stream.id == lines[0]["session"]


def test_quiet_means_nothing_at_all(
    home: Home, stream: SessionStream, capsys: pytest.CaptureFixture[str]
) -> None:
    with Screen(stream.id, jsonl=False, quiet=True) as shown:
        for row in events(home):
            shown.event(row)
        shown.update(table_rows(home), {})
        shown.done("The film is ready")

    assert capsys.readouterr() == ("", "")


def live(width: int = 80, workers: int | None = None) -> tuple[show_live.Live, Time, StringIO]:
    """A live screen on a terminal that is a string."""
    out, now = StringIO(), Time()
    terminal = Console(
        file=out, width=width, height=24, force_terminal=True, color_system=None, _environ={}
    )
    return show_live.Live(SESSION, workers, now, terminal), now, out


def lines_of(face: show_live.Live, width: int = 79, *, over: bool = False) -> list[str]:
    """The screen's lines as text."""
    return [line.plain.rstrip() for line in face.lines(width, over=over)]


@pytest.mark.parametrize("width", [60, 100])
def test_a_terminal_gets_bars_marks_what_is_in_flight_and_time_left(
    home: Home, stream: SessionStream, width: int
) -> None:
    face, now, _ = live(width)
    for row in events(home):
        face.event(row)
    start_of(stream, "image", 2)
    start_of(stream, "audio", 3)
    face.event(events(home)[-2])
    face.event(events(home)[-1])
    now.now += 62

    face.update(table_rows(home), {("image", 2): 0.61, ("audio", 3): 0.2})

    assert screen(f"progress_{width}") == "\n".join(lines_of(face, width - 1))


def test_what_a_model_says_of_its_steps_stands_beside_its_bar(
    home: Home, stream: SessionStream
) -> None:
    face, _, _ = live()
    start_of(stream, "image", 2)
    for row in events(home):
        face.event(row)

    moving = Share(0.5, "step 20 of 40, 2.1 s a step")
    face.update(table_rows(home), {("image", 2): moving})

    assert any("50 % step 20 of 40, 2.1 s a step" in line for line in lines_of(face))


def test_the_small_picture_of_what_is_made_is_named(home: Home, stream: SessionStream) -> None:
    face, _, _ = live()
    start_of(stream, "image", 2)
    for row in events(home):
        face.event(row)

    moving = Share(0.5, "step 20", "output/previews/w-s-video-1-1.png")
    face.update(table_rows(home), {("image", 2): moving})

    assert "  so far: output/previews/w-s-video-1-1.png" in lines_of(face)


@pytest.mark.parametrize("width", [30, 60, 80, 140])
def test_no_line_is_wider_than_the_terminal(home: Home, stream: SessionStream, width: int) -> None:
    face, _, _ = live(width)
    for shot in (2, 3, 4):
        start_of(stream, "audio", shot)
        start_of(stream, "image", shot)
    for row in events(home):
        face.event(row)
    face.update(table_rows(home), {})

    assert max(cell_len(line) for line in lines_of(face, width - 1)) < width


def test_time_left_is_not_guessed_without_evidence(home: Home, stream: SessionStream) -> None:
    face, now, _ = live()
    face.update(table_rows(home), {})
    now.now += 5

    assert "  0:05" in lines_of(face)
    assert stream.session.planned


def test_more_workers_mean_less_time(home: Home, stream: SessionStream) -> None:
    told = []
    for workers in (1, 2):
        face, _, _ = live(workers=workers)
        for row in events(home):
            face.event(row)
        face.update(table_rows(home), {})
        told.append(next(line for line in lines_of(face) if "left" in line))

    # three shots of three half seconds each are left
    assert told == [f"  0:00 · about {seconds} s left, then the cut" for seconds in (4, 2)]
    assert sum(not row["video_sha256"] for row in table_rows(home, stream.id)["shots"]) == 3


def test_a_film_in_flight_tells_by_itself_how_long_it_takes(
    home: Home, stream: SessionStream
) -> None:
    carry_on(stream, lambda command: command.kind != "film")
    start_of(stream, "film", None)
    face, now, _ = live()
    for row in events(home):
        face.event(row)
    now.now += 10

    face.update(table_rows(home), {("film", None): 0.25})

    assert "  0:10 · about 30 s left" in lines_of(face)


def test_the_share_of_an_earlier_attempt_is_not_shown_again(
    home: Home, stream: SessionStream
) -> None:
    face, _, _ = live()
    face.update(table_rows(home), {("image", 2): 1.0})
    start_of(stream, "image", 2)
    face.event(events(home)[-1])

    assert "  image 2 ────  0 %" in lines_of(face)


def test_an_unchanged_screen_is_not_sent_again(home: Home, stream: SessionStream) -> None:
    face, now, out = live()
    tables = table_rows(home, stream.id)
    face.open()
    face.update(tables, {})
    sent = len(out.getvalue())
    now.now += 0.2
    face.update(tables, {})
    assert sent == len(out.getvalue())

    now.now += 1
    face.update(tables, {})
    face.close()

    assert len(out.getvalue()) > sent
    assert out.getvalue().endswith("\x1b[?25h"), "the cursor is back"


def test_a_screen_that_never_saw_a_session_leaves_nothing_behind() -> None:
    face, _, _ = live()
    face.open()
    face.close()

    assert lines_of(face) == []
