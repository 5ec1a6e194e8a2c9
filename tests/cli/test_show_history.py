"""The screen of `reelog history`."""

from collections.abc import Iterator
from typing import Any

import pytest

from cli import show_events, show_history
from eventstore.home import Home
from handlers import look
from projections import events as e
from projections.events import TYPES
from tests.build import RUN, SESSION
from tests.cli.films import NOW, begin, carry_on, fail, log_at, screen, shown


def rewound(home: Home) -> list[dict[str, Any]]:
    """A film with a failure, whose end a rewind took back."""
    with log_at(home) as log:
        stream = begin(log, idea="a lighthouse 灯台 \x1b[31m")
        carry_on(stream, lambda command: command.shot in (None, 1))
        fail(stream, "image", 2, "RuntimeError: out of memory\nfree some", times=1)
        stream.append([e.SessionRewound(to=8)], RUN)
    return list(read(home))


def read(home: Home) -> Iterator[dict[str, Any]]:
    """The rows as the command reads them."""
    with home.reader() as reader:
        yield from look.history(reader, SESSION)


@pytest.mark.parametrize("width", [80, 120])
def test_a_terminal_gets_a_line_an_event(home: Home, width: int) -> None:
    lines = show_history.fancy(rewound(home), NOW, width, with_all=False)

    assert screen(f"history_{width}") == shown(*lines, width=width)


def test_a_pipe_gets_every_line_whole_and_the_rest_aside(home: Home) -> None:
    aside: list[str] = []

    lines = show_history.plain(rewound(home), NOW, with_all=False, aside=aside.append)

    assert screen("history_plain") == "\n".join(lines)
    assert aside == ["1 start of work is left out; --all shows them"]


def test_all_means_starts_of_work_too(home: Home) -> None:
    history = rewound(home)

    lines = list(show_history.plain(history, NOW, with_all=True, aside=pytest.fail))

    assert len(history) == len(lines)
    assert "image of shot 2 · worker w" in lines[10]


def test_withdrawn_events_are_dim(home: Home) -> None:
    lines = list(show_history.fancy(rewound(home), NOW, 80, with_all=False))

    gone = [line for line in lines if show_history.GONE in line.plain]
    assert gone
    assert all(
        any(span.style == "dim" and span.start == 0 for span in one.spans) for one in gone[:-1]
    )


def test_a_long_history_is_read_in_pages(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rewound(home)
    monkeypatch.setattr(look, "PAGE_EVENTS", 3)

    assert whole == list(read(home))


def test_every_event_type_has_its_summary() -> None:
    assert set(TYPES.names()) == set(show_events.SUMMARIES)


def test_an_event_of_another_time_is_still_shown() -> None:
    assert show_events.summary("SomethingElse", {"what": 7}) == "what: 7"


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        (
            "ImageRendered",
            {"shot": 3, "take": 1, "artifact": {"bytes": 412_000}, "provenance": {"seconds": 0.31}},
            "shot 3 take 1 · 412 kB · 0.3 s",
        ),
        (
            "VideoRendered",
            {
                "shot": 3,
                "take": 2,
                "artifact": {"bytes": 2_000_000, "duration_s": 4.0},
                "provenance": {"reused_from": "x"},
            },
            "shot 3 take 2 · 4.0 s long · 2.0 MB · reused",
        ),
        ("ShotEdited", {"shot": 2, "camera": "static"}, "shot 2 · camera: static"),
        ("ShotMoved", {"shot": 2, "index": 1}, "shot 2 to place 1"),
        (
            "TakeRequested",
            {"shot": 2, "stage": "video", "take": 2, "seed": 9},
            "shot 2 clip take 2 · seed 9",
        ),
        ("CommandFailed", {"kind": "film", "error": "no", "final": True}, "film: no · for good"),
        ("CommandInterrupted", {"kind": "image", "shot": 2, "reason": "x"}, "image of shot 2: x"),
        ("RetryRequested", {"command_ids": ["a", "b"]}, "2 commands"),
        ("SessionPaused", {}, ""),
        ("SessionForked", {"parent": "session_1", "at": 4, "at_hash": ""}, "from session_1 at 4"),
    ],
)
def test_an_event_is_told_in_a_few_words(kind: str, data: dict[str, Any], words: str) -> None:
    assert words == show_events.summary(kind, data)


def test_a_shot_that_has_another_place_now_says_so(home: Home) -> None:
    with log_at(home) as log:
        stream = carry_on(begin(log), lambda command: command.kind != "film")
        stream.append([e.ShotMoved(shot=4, index=1)], RUN)
        stream.append([e.ShotRemoved(shot=2)], RUN)
    with home.reader() as reader:
        places = look.places(reader, SESSION)

    lines = show_history.plain(read(home), NOW, with_all=False, aside=pytest.fail, places=places)
    said = [line.split("  ")[-1] for line in lines]

    assert places == {4: 1, 1: 2, 3: 3}
    assert "shot 4 (now 1) to place 1" in said
    assert "shot 2 (not in the cut)" in said
    assert any(one.startswith("shot 1 (now 2) take 1 ·") for one in said)
    assert any(one.startswith("shot 3 take 1 ·") for one in said)
