"""Every command on a home that may be damaged: it ends soon, in words, with a status of ours."""

from tests.command import Done, Reelog
from tests.faults.damage.homes import FILM, STOPPED

COMMANDS = [
    ["list"],
    ["view", FILM],
    ["view", FILM, "--at", "5"],
    ["history", FILM],
    ["sql", "SELECT * FROM events"],
    ["sql", "SELECT * FROM prompts"],
    ["audit"],
    ["export", FILM],
    ["export", FILM, "--format", "json", "--to", "film.json"],
    ["export", FILM, "--format", "bundle", "--to", "film.reelog"],
    ["export", FILM, "--format", "shots.csv", "--to", "-"],
    ["replay", FILM],
    ["diff", FILM, STOPPED],
    ["resume", FILM, "--workers", "1"],
    ["pause", STOPPED],
    ["edit", FILM, "1", "--image-prompt", "a lamp"],
    ["backup", "saved.db"],
    ["du"],
    ["gc"],
    ["rewind", FILM, "--to", "4", "--yes"],
    ["fork", FILM, "--at", "4"],
    ["retry", FILM],
    ["audit", "--repair"],
    ["resume", STOPPED, "--workers", "1"],
]
STATUSES = {0, 1, 2, 3}


def told(reelog: Reelog, *arguments: str) -> Done:
    """Run one; whatever is wrong, it says so in words."""
    done = reelog.quickly(*arguments)
    words = done.out + done.err
    assert done.status in STATUSES, (arguments, done)
    assert "Traceback" not in words, (arguments, done)
    assert "a bug in reelog" not in words, (arguments, done)
    if done.status:
        assert words.strip(), arguments
    if done.status == 3:
        lines = [line for line in done.err.splitlines() if line.startswith("reelog: ")]
        assert len(lines) == 1, (arguments, done)
    return done
