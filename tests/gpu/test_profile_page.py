"""The page about profiles names every table and every key."""

import re
from pathlib import Path

from gpu.profile import KINDS
from gpu.profile_keys import GROUPS, KEYS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "PROFILES.md").read_text(encoding="utf-8")
PROSE = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
NAMED = {word for text in re.findall(r"`([^`]+)`", PROSE) for word in re.findall(r"[\w.-]+", text)}


def test_every_setting_is_on_the_page():
    keys = {key for table in (*KEYS.values(), *GROUPS.values()) for key in table}

    assert keys - NAMED == set()


def test_every_table_is_on_the_page():
    assert {*KINDS, *GROUPS, "profile"} - NAMED == set()


def test_every_word_that_a_ladder_takes_is_on_the_page():
    assert set(GROUPS["memory"]["ladder"].words) - NAMED == set()
