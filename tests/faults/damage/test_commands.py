"""No command ends in a traceback, whatever is damaged: one sentence, a status, soon."""

import shutil
from pathlib import Path
from random import Random

from tests.faults import cases
from tests.faults.damage.commands import COMMANDS, told
from tests.faults.damage.faults import DAMAGES
from tests.faults.damage.homes import Whole, copied
from tests.faults.damage.places import (
    KINDS,
    MAY_BE_LINKS,
    PLACES,
    fenced,
    link_to_a_folder,
    listing,
    put,
)


def damaged_files(root: Path) -> list[Path]:
    """What may be damaged; the log most of the time."""
    log = [path for path in sorted(root.glob("reelog.db*")) for _ in range(6)]
    return [*log, *sorted(path for path in root.rglob("*") if path.is_file())]


def test_no_damage_ends_in_a_traceback(whole: Whole, tmp_path: Path):
    def case(seed: int) -> None:
        dice = Random(seed)
        reelog = copied(dice.choice((whole.asleep, whole.awake)), tmp_path / str(seed))
        for _ in range(dice.choice((1, 1, 2))):
            path = dice.choice(
                [one for one in damaged_files(reelog.home.root) if one.stat().st_size]
            )
            dice.choice(DAMAGES)(path, dice)

        asked = COMMANDS if cases.RELEASE else dice.sample(COMMANDS, 3)
        for arguments in asked:
            told(reelog, *arguments)
        shutil.rmtree(tmp_path / str(seed))

    cases.run("commands on damaged homes", cases.seeds(10, 2_000), case)


def test_what_stands_in_the_place_of_a_file_is_neither_waited_for_nor_followed(whole, tmp_path):
    everywhere = [(place, kind) for place in PLACES for kind in KINDS]

    def case(seed: int) -> None:
        dice = Random(seed)
        folder = tmp_path / str(seed)
        reelog = copied(whole.asleep, folder)
        place, kind = everywhere[seed * 7 % len(everywhere)]
        if kind is link_to_a_folder and place in MAY_BE_LINKS:
            shutil.rmtree(folder)
            return
        outside = fenced(folder)
        put(reelog.home, place, kind, outside)
        before = listing(outside)

        asked = COMMANDS if cases.RELEASE else [*dice.sample(COMMANDS, 2), ["audit", "--repair"]]
        for arguments in asked:
            told(reelog, *arguments)

        assert listing(outside) == before, (place, kind.__name__)
        shutil.rmtree(folder)

    cases.run("things in the place of files", cases.seeds(12, len(everywhere)), case)
