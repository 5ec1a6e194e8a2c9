"""A user's own profile: everything wrong in it is said before any work, with the way out."""

from pathlib import Path

import pytest

from gpu import licences, ready
from gpu.errors import BriefRefused
from gpu.profile import load, names
from gpu.profile_keys import KEYS
from gpu.vocabulary import nearest

BARE = """
[profile]
description = "mine"
[image]
backend = "diffusers"
model = "somebody/something"
licence = "apache-2.0"
"""
IMAGE = BARE + "steps = 9\nguidance = 1.5\n"


@pytest.fixture(autouse=True)
def config(tmp_path, monkeypatch):
    """A config folder of its own, and no models anywhere."""
    monkeypatch.setenv("REELOG_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("REELOG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    monkeypatch.delenv(licences.ENVIRONMENT, raising=False)
    return tmp_path / "config"


def own(folder: Path, text: str = IMAGE) -> str:
    path = folder / "own.toml"
    path.write_text(text)
    return str(path)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(BriefRefused) as refused:
        load(own(folder, text))
    return str(refused.value)


def test_a_stage_that_is_left_out_is_done_as_animatic_does_it(tmp_path):
    mine, animatic = load(own(tmp_path)), load("animatic")

    assert mine.stages["image"].model == "somebody/something"
    assert {kind: one for kind, one in mine.stages.items() if kind != "image"} == {
        kind: one for kind, one in animatic.stages.items() if kind != "image"
    }


def test_a_profile_in_the_config_folder_goes_by_its_name(config):
    (config / "profiles").mkdir(parents=True)
    (config / "profiles" / "night.toml").write_text(IMAGE)

    assert "night" in names()
    assert load("night").description == "mine"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("[imgae]", "own.toml: unknown table 'imgae'; did you mean 'image'?"),
        ("[speed]\natention = 'native'", "[speed]: unknown setting 'atention'"),
        ("[memory]\nreserve_gib = 'much'", "reserve_gib is a number like 3.0, found 'much'"),
        ("stepps = 3", "own.toml, [image]: unknown setting 'stepps'; did you mean 'steps'?"),
        ("steps = 0", "steps takes 1 to 500, found 0"),
        ("steps = 2.5", "steps is a whole number, found 2.5"),
        ("steps = true", "steps is a number like 30, found True"),
        ("negative = 1", "negative is true or false, found 1"),
        ("dtype = 'bf61'", "dtype 'bf61'; did you mean 'bf16'?"),
        ("width = 99999", "width takes 0 to 4096"),
        ("loras = [{fil = 'x'}]", "a LoRA is {file ="),
        ("loras = [{file = 'x.safetensors'}]", "there is no x.safetensors in"),
        ("loras = [{file = 'x.ckpt'}]", "x.ckpt is no .safetensors file"),
        ("steps = ", "own.toml is no profile: "),
    ],
)
def test_what_is_wrong_is_named_with_file_table_and_way_out(change, words, tmp_path):
    assert words in refusal(tmp_path, BARE + change)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 'needs description = "…"'),
        ("profile = 3", "profile is a table, written [profile]"),
        ('[profile]\ndescription="x"\n[image]\nbackend="diffusers"', 'needs model = "…"'),
        ('[profile]\ndescription="x"\n[image]\nmodel="m"', 'needs backend = "…"'),
        (
            '[profile]\ndescription="x"\n[image]\nbackend="difusers"\nmodel="m"',
            "unknown backend 'difusers'; did you mean 'diffusers'?",
        ),
    ],
)
def test_a_profile_that_lacks_something_says_what(text, words, tmp_path):
    assert words in refusal(tmp_path, text)


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(BriefRefused, match=r"there is no profile file /nowhere/x\.toml"):
        load("/nowhere/x.toml")


def test_speed_and_memory_change_no_bit_and_stand_aside(tmp_path):
    text = IMAGE + "[memory]\nladder = ['evict', 'sequential']\n[speed]\nattention = 'flash'\n"

    image = load(own(tmp_path, text)).stages["image"]

    assert image.running["memory.ladder"] == "evict,sequential"
    assert image.settings == {"steps": 9, "guidance": 1.5, "attention": "flash"}


def test_a_lora_stands_in_the_settings_with_scale_and_hash(tmp_path):
    (tmp_path / "detail.safetensors").write_bytes(b"weights")
    text = IMAGE + "loras = [{file = 'detail.safetensors', scale = 0.8}]"

    image = load(own(tmp_path, text)).stages["image"]

    assert str(image.settings["loras"]).startswith("detail@0.8#")
    assert image.running["loras.where"] == str(tmp_path / "detail.safetensors")


def test_a_setting_that_the_file_leaves_alone_can_be_set(tmp_path):
    image = load(own(tmp_path), {"image.max_tokens": "77"}).stages["image"]

    assert image.settings == {"steps": 9, "guidance": 1.5, "max_tokens": 77}


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("image.stepps", "3", "unknown setting of image 'stepps'; did you mean 'steps'?"),
        ("image.steps", "many", "image.steps is a number like 30, found 'many'"),
        ("image.steps", "501", "image.steps takes 1 to 500, found 501"),
        ("image.negative", "maybe", "image.negative is true or false"),
    ],
)
def test_a_wrong_setting_on_the_command_line_is_refused(key, value, words, tmp_path):
    with pytest.raises(BriefRefused) as refused:
        load(own(tmp_path), {key: value})

    assert words in str(refused.value)


def test_the_voice_may_be_called_voice(tmp_path):
    text = '[profile]\ndescription="x"\n[voice]\nbackend="animatic"\nmodel="eSpeak NG"\n'

    assert load(own(tmp_path, text)).stages["audio"].model == "eSpeak NG"


@pytest.mark.parametrize("name", ["gpu-8gb", "gpu-24gb", "gpu-80gb"])
def test_a_shipped_model_names_licence_size_and_revision(name):
    for stage in load(name).stages.values():
        if stage.backend == "diffusers":
            assert stage.licence
            assert stage.revision
            assert stage.size_gib > 1


def test_every_setting_says_what_it_does():
    assert all(key.help for keys in KEYS.values() for key in keys.values())


def test_a_licence_that_asks_for_something_stops_before_work(tmp_path):
    profile = load(own(tmp_path, IMAGE.replace('"apache-2.0"', '"openrail++"\ncommercial = true')))

    with pytest.raises(BriefRefused, match=r"is under openrail\+\+ .*profiles accept openrail\+\+"):
        ready.refuse_unready(profile)


@pytest.mark.parametrize("how", ["file", "environment"])
def test_an_accepted_licence_stops_nothing(how, monkeypatch):
    if how == "file":
        licences.accept("OpenRAIL++")
    else:
        monkeypatch.setenv(licences.ENVIRONMENT, "mit, openrail++")

    licences.refuse_unaccepted([("image", "m", "openrail++", True)])


def test_weights_that_are_not_here_stop_before_work(tmp_path, monkeypatch):
    monkeypatch.setattr(ready, "find_spec", lambda _: object())

    with pytest.raises(BriefRefused, match="get them with: reelog profiles fetch own"):
        ready.refuse_unready(load(own(tmp_path)))


def test_without_the_extra_the_way_to_install_it_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(ready, "find_spec", lambda _: None)

    with pytest.raises(BriefRefused, match=r"pip install 'reelog\[gpu\]'"):
        ready.refuse_unready(load(own(tmp_path)))


def test_weights_in_the_hubs_cache_are_found(tmp_path):
    stage = load(own(tmp_path)).stages["image"]
    folder = tmp_path / "hub" / "hub" / "models--somebody--something"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text("abc")
    assert ready.weights_of(stage) == ready.MISSING

    (folder / "snapshots" / "abc").mkdir(parents=True)

    assert ready.weights_of(stage) == ready.HERE


def test_tiny_models_are_made_on_first_use():
    assert ready.weights_of(load("tiny").stages["image"]) == ready.MADE


def test_the_nearest_name_is_found_for_every_key():
    known = sorted({key for keys in KEYS.values() for key in keys})

    assert nearest("guidence", known) == "guidance"
