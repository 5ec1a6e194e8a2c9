"""The screen of `reelog list`."""

from typing import Any

import pytest
from rich.cells import cell_len

from cli import show_list
from tests.cli.films import NOW, screen, shown

ODD_IDEAS = [
    "灯台守と猫の長い夜の物語、そして嵐が来る" * 4,
    "the last train 🚂 leaves 👩‍🚀 " * 9,
    "שומר המגדלור שסופר את הכוכבים " * 6,
    "a\x1b[31mred\x1b[0m\u202e trick " * 9,
]


def film(**changes: Any) -> dict[str, Any]:
    """A row of sessions."""
    row = {
        "session": "session_20250208_002238",
        "title": "The Lighthouse",
        "idea": "a lighthouse",
        "state": "IN_PROGRESS",
        "paused": 0,
        "cancelled": 0,
        "parked": 0,
        "profile": "animatic",
        "priority": 0,
        "parent": None,
        "forked_at": None,
        "started_at": "2025-02-08T00:22:38.000Z",
        "steps_done": 13,
        "steps_total": 16,
        "marks": "[DONE] [DONE] [IMG] [TODO]",
    }
    return row | changes


FILMS = [
    film(),
    film(
        session="session_20250207_120000_2",
        title="",
        state="NEW",
        parent="session_20250207_120000",
        forked_at=20,
        started_at="2025-02-07T12:00:00.000Z",
        steps_done=0,
        marks="",
    ),
    film(
        session="session_20250101_070000",
        state="COMPLETE",
        steps_done=16,
        marks="[DONE] " * 20,
        started_at="2025-01-01T07:00:00.000Z",
    ),
    film(
        session="session_20240101_070000",
        parked=2,
        priority=5,
        started_at="2024-01-01T07:00:00.000Z",
    ),
    film(session="session_20230101_070000", paused=1, started_at="2023-01-01T07:00:00.000Z"),
]


def test_a_narrow_terminal_gets_two_lines_a_film() -> None:
    assert screen("list_80") == shown(*show_list.fancy(FILMS, NOW, 80), width=80)


def test_a_wide_terminal_gets_one_line_a_film() -> None:
    assert screen("list_120") == shown(*show_list.fancy(FILMS, NOW, 120), width=120)


def test_a_pipe_gets_whole_aligned_lines() -> None:
    assert screen("list_plain") == "\n".join(show_list.plain(FILMS, NOW))


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 140])
@pytest.mark.parametrize("idea", ODD_IDEAS)
def test_no_line_is_wider_than_the_terminal(idea: str, width: int) -> None:
    lines = [line.plain for line in show_list.fancy([film(title="", idea=idea)], NOW, width)]

    assert max(cell_len(line) for line in lines) <= width
    assert not any("\x1b" in line or "\u202e" in line for line in lines)


def test_a_pipe_gets_the_whole_idea() -> None:
    idea = "goes on " * 50

    (_, line) = show_list.plain([film(title="", idea=idea)], NOW)

    assert line.endswith(idea.strip())
