"""reelog profiles: what is listed, explained, accepted; and what stops before work."""

import pytest

from cli import show_profiles
from cli.show_text import text_of
from gpu.profile import KINDS, load, names
from gpu.profile_keys import KEYS

MINE = """
[profile]
description = "mine"
[image]
backend = "diffusers"
model = "somebody/something"
licence = "openrail++"
commercial = true
steps = 9
guidance = 1.5
"""


@pytest.fixture
def mine(reelog):
    """A user's own profile, in the config folder."""
    folder = reelog.folder / ".config" / "reelog" / "profiles"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(MINE)
    return folder / "mine.toml"


def test_every_profile_is_listed_with_its_models_and_what_they_need(reelog):
    done = reelog.quickly("profiles")

    assert done.status == 0
    for name in names():
        assert f"\n{name} " in f"\n{done.out}"
    assert "Wan-AI/Wan2.2-I2V-A14B-Diffusers" in done.out
    assert "needs a card with 24 GiB and 80 GiB of main memory" in done.out
    assert "openrail++, not accepted yet" in done.out
    assert "weights missing" in done.out
    assert "weights made on first use" in done.out


@pytest.mark.parametrize("columns", [66, 80, 111, 112, 200])
def test_the_screens_fit_the_terminal(columns):
    profiles = [load(name) for name in names()]
    lines = [*show_profiles.listed(profiles, columns)]
    for one in profiles:
        lines += show_profiles.explained(one, columns)

    assert max(len(text_of(line)) for line in lines) <= columns


def test_on_a_terminal_the_list_is_the_same(reelog):
    seen = reelog.at_terminal("profiles").ended()

    assert seen.status == 0
    assert "Tongyi-MAI/Z-Image-Turbo" in seen.out


def test_a_users_own_profile_is_listed_with_the_others(reelog, mine):
    assert f"{mine.stem} " in reelog.quickly("profiles").out


def test_a_profile_that_cannot_be_read_spoils_no_list(reelog, mine):
    mine.write_text("[imgae]")

    done = reelog.quickly("profiles")

    assert done.status == 0
    assert "mine  mine.toml: unknown table 'imgae'; did you mean 'image'?" in done.out
    assert "animatic" in done.out


def test_the_list_as_json_says_the_same(reelog, mine):
    mine.write_text("[imgae]")

    profiles = {one["name"]: one for one in reelog.quickly("profiles", "--json").data}

    assert "did you mean 'image'?" in profiles["mine"]["error"]
    image = profiles["gpu-8gb"]["stages"]["image"]
    assert (image["licence"], image["accepted"], image["weights"]) == (
        "openrail++", False, "missing",
    )  # fmt: skip
    assert profiles["gpu-8gb"]["stages"]["film"]["weights"] is None


@pytest.mark.parametrize("name", names())
def test_a_profile_is_explained_with_every_setting(reelog, name):
    done = reelog.quickly("profiles", "show", name)

    assert done.status == 0
    for kind in KINDS:
        assert f"\n{kind}  " in done.out


def test_a_setting_is_shown_with_what_it_does_and_takes(reelog):
    out = " ".join(reelog.quickly("profiles", "show", "gpu-24gb").out.split())

    assert "steps 9 denoising steps (1 to 500)" in out
    assert "compile none compile the denoiser's blocks (none, regional)" in out
    assert "memory.reserve_gib 2.0 left free on the card" in out


def test_explained_as_json_a_profile_tells_defaults_and_help(reelog):
    known = reelog.quickly("profiles", "show", "tiny", "--json").data["known"]

    assert known["image"].keys() == KEYS["image", "diffusers"].keys()
    assert known["image"]["steps"]["takes"] == "1 to 500"


def test_an_unknown_profile_is_answered_with_the_nearest(reelog):
    done = reelog.quickly("profiles", "show", "gpu-24g")

    assert (done.status, done.out) == (2, "")
    assert "unknown profile 'gpu-24g'; did you mean 'gpu-24gb'?" in done.err


def test_a_licence_is_accepted_once(reelog):
    assert reelog.quickly("profiles", "accept", "openrail++").status == 0

    assert "not accepted yet" not in reelog.quickly("profiles").out


def test_accepting_is_answered_as_json_too(reelog):
    data = reelog.quickly("profiles", "accept", "OpenRAIL++", "--json").data

    assert data["licence"] == "openrail++"
    assert data["file"].endswith("accepted_licences")


@pytest.mark.parametrize("command", [("start", "a lighthouse", "--new"), ("profiles", "fetch")])
def test_a_licence_that_was_not_accepted_stops_before_anything(reelog, mine, command):
    where = ("--profile", str(mine)) if command[0] == "start" else (str(mine),)

    done = reelog.quickly(*command, *where, "--json")

    assert done.status == 2
    assert done.error["message"] == (
        "image: somebody/something is under openrail++ (commercial use allowed); "
        "read it, then `reelog profiles accept openrail++`"
    )
    assert not reelog.home.has_log()


@pytest.mark.usefixtures("mine")
def test_a_film_keeps_its_profile_while_a_licence_is_not_accepted(reelog):
    started = reelog("start", "a lighthouse", "--profile", "fake", "--shots", "1", "--json")
    session = started.data["session"]
    before = reelog.quickly("history", session, "--json").data

    for command in (("edit", session), ("fork", session, "--at", "2")):
        done = reelog.quickly(*command, "--profile", "mine")
        assert done.status == 2
        assert "profiles accept openrail++" in done.err

    assert reelog.quickly("history", session, "--json").data == before
    assert len(reelog.quickly("list", "--json").data) == 1


def test_a_setting_that_is_not_known_stops_before_anything(reelog):
    done = reelog.quickly("start", "a lighthouse", "--profile", "tiny", "--set", "image.stepps=3")

    assert done.status == 2
    assert "unknown setting of image 'stepps'; did you mean 'steps'?" in done.err
    assert not reelog.home.has_log()


@pytest.fixture
def film(reelog):
    """A film of one shot on the fake profile."""
    done = reelog("start", "a lighthouse", "--profile", "fake", "--shots", "1", "--json")
    return done.data["session"]


@pytest.mark.parametrize("command", [("edit",), ("fork", "--at", "2")])
def test_a_profile_comes_with_settings_of_the_command_line(reelog, film, command):
    verb, *where = command
    said = ("--profile", "animatic", "--set", "video.crf=33", "--set", "voice.rate_wpm=200")

    done = reelog.quickly(verb, film, *where, *said, "--json")

    assert done.status == 0
    session = reelog.session(done.data["session"])
    assert session.stages["video"].settings["crf"] == 33
    assert session.stages["audio"].settings["rate_wpm"] == 200


@pytest.mark.parametrize("command", [("edit",), ("fork", "--at", "2")])
def test_settings_without_a_profile_change_nothing(reelog, film, command):
    verb, *where = command

    done = reelog.quickly(verb, film, *where, "--set", "video.crf=33")

    assert done.status == 2
    assert "--set changes a profile's settings" in done.err


def test_tiny_models_need_not_be_fetched(reelog):
    done = reelog.quickly("profiles", "fetch", "tiny")

    assert done.status == 0
    assert "image: tiny:sdxl is made on first use" in done.out


def test_a_drawn_profile_needs_no_weights(reelog):
    assert reelog.quickly("profiles", "fetch", "animatic").out == "animatic needs no weights\n"
