"""A user's own profile: everything wrong in it is said before any work, with the way out."""

from pathlib import Path

import pytest

from gpu import licences
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
        ("steps = [3]", "steps is a number like 30, found [3]"),
        ("steps = nan", "steps is a whole number, found nan"),
        ("guidance = nan", "guidance takes 0 to 50, found nan"),
        ("pipeline = 'a; b'", "pipeline takes a name of letters, digits and _, found 'a; b'"),
        ("allow = ['evict']", "unknown own.toml, [image]: allow 'evict'; known: halved-batch"),
        ("allow = 3", "allow takes halved-batch, tiling, fp8, nf4, found 3"),
        ("commercial = 'false'", "commercial is true or false, found 'false'"),
        ("size_gib = 'big'", "size_gib is a number like 0.0, found 'big'"),
        ("revision = 3", "revision is text, found 3"),
        ("[memory]\nladder = ['evict', 'tilling']", "ladder 'tilling'; did you mean 'tiling'?"),
        ("quantization = 'nf8'", "quantization 'nf8'; did you mean 'nf4'?"),
        ("[speed]\nattention = 'sagee'", "attention 'sagee'; did you mean 'sage'?"),
        ("[encode]\ncfr = 3", "own.toml, [encode]: unknown setting 'cfr'; did you mean 'crf'?"),
        ("[film]\nuse = 'animatik'", '[film]: use = "animatic" is all that can be used'),
        ("[film]\nuse = 'animatic'\ncrff = 3", "[film]: unknown setting 'crff'; did you mean"),
        ("[film]\nbackend='animatic'\nmodel='reelog cut'\ncrf = 99", "crf takes 0 to 63"),
        ("[film]\nbackend='fake'\nmodel='fake'\ncrf = 9", "[film]: unknown setting 'crf'"),
        ("[film]\nbackend='fake'\nmodel='fake'\nsize_gib = 9", "unknown setting 'size_gib'"),
        ("[voice]\nbackend='transformers'\nmodel='m'\nlicence='mit'\nloras=[]", "setting 'loras'"),
        ("[music]\nbackend='x'\nmodel='m'", "[music]: unknown backend 'x'"),
        ("[music]\nbackend='file'\nmodel='m'", "give it with --music-file"),
        ("[voice]\nuse='animatic'\n[audio]\nuse='animatic'", "[voice] and [audio] are the same"),
        ("negative = true", "own.toml, [image]: needs steps = 30 (denoising steps)"),
        ("steps = 4", "own.toml, [image]: needs guidance = 5.0"),
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


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", 'needs licence = "…", as its publisher names it'),
        ('licence = "two words"', 'needs licence = "…"'),
        ('licence = "a,b"', 'needs licence = "…"'),
        ('licence = "openrail++"', "openrail++ needs commercial = true or false beside it"),
    ],
)
def test_what_a_model_is_published_under_is_said(line, words, tmp_path):
    assert words in refusal(tmp_path, IMAGE.replace('licence = "apache-2.0"', line))


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(BriefRefused, match=r"there is no profile file /nowhere/x\.toml"):
        load("/nowhere/x.toml")


def test_speed_and_memory_change_no_bit_and_stand_aside(tmp_path):
    text = IMAGE + "[memory]\nladder = ['evict', 'sequential']\n[speed]\nattention = 'flash'\n"

    image = load(own(tmp_path, text)).stages["image"]

    assert image.running["memory.ladder"] == "evict,sequential"
    assert image.settings == {"steps": 9, "guidance": 1.5, "attention": "flash"}


@pytest.mark.parametrize(("asked", "settings"), [("true", {"tf32": True}), ("false", {})])
def test_tf32_is_a_setting_once_it_is_asked_for(asked, settings, tmp_path):
    image = load(own(tmp_path, IMAGE + f"[speed]\ntf32 = {asked}\n")).stages["image"]

    assert image.settings == {"steps": 9, "guidance": 1.5, **settings}


def test_rungs_that_change_bits_stand_in_the_settings(tmp_path):
    text = IMAGE + "[memory]\nladder = ['nf4', 'fp8', 'sequential', 'tiling']\n"

    image = load(own(tmp_path, text)).stages["image"]

    assert image.running["memory.ladder"] == "sequential"
    assert image.settings["allow"] == "tiling,fp8,nf4"


def test_a_stages_own_rungs_stand_above_the_profiles(tmp_path):
    text = IMAGE + 'allow = "tiling"\n[memory]\nladder = ["evict", "fp8"]\n'

    assert load(own(tmp_path, text)).stages["image"].settings["allow"] == "tiling"


def test_how_models_are_run_is_told_to_models_alone(tmp_path):
    text = (
        IMAGE
        + """
[voice]
backend = "transformers"
model = "somebody/voice"
licence = "mit"
[video]
backend = "fake"
model = "fake"
[speed]
attention = "flash"
checkpoint_every = 5
[encode]
crf = 9
"""
    )

    stages = load(own(tmp_path, text)).stages

    assert dict(stages["audio"].running) == {"speed.checkpoint_every": 5}
    assert dict(stages["audio"].settings) == {}
    assert dict(stages["video"].running) == dict(stages["video"].settings) == {}


def test_encode_is_for_clips_whoever_makes_them(tmp_path):
    mine = load(own(tmp_path, IMAGE + "[encode]\ncrf = 9\n"))

    assert mine.stages["video"].settings == {"crf": 9, "preset": "superfast"}
    assert mine.stages["film"] == load("animatic").stages["film"]
    assert "crf" not in mine.stages["image"].settings


def test_a_stage_of_animatic_may_have_settings_of_its_own(tmp_path):
    mine = load(own(tmp_path, IMAGE + '[film]\nuse = "animatic"\ncrf = 9\n'))

    assert mine.stages["film"].model == "reelog cut"
    assert mine.stages["film"].settings == {
        **load("animatic").stages["film"].settings,
        "crf": 9,
    }


def test_a_user_cannot_change_what_a_shipped_name_means(config):
    (config / "profiles").mkdir(parents=True)
    (config / "profiles" / "fake.toml").write_text(IMAGE)

    assert load("fake").description != "mine"


@pytest.mark.parametrize("model", ["./sdxl", "models/sdxl", "{folder}/models/sdxl"])
def test_weights_may_lie_beside_the_profile(model, tmp_path):
    for folder in ("sdxl", "models/sdxl"):
        (tmp_path / folder).mkdir(parents=True)
    text = IMAGE.replace("somebody/something", model.format(folder=tmp_path))

    image = load(own(tmp_path, text)).stages["image"]

    beside = "sdxl" if model == "./sdxl" else "models/sdxl"
    assert image.running["where"] == str(tmp_path / beside)
    assert image.model in ("sdxl", "models/sdxl")


def test_a_setting_that_the_file_leaves_alone_can_be_set(tmp_path):
    image = load(own(tmp_path), {"image.max_tokens": "77"}).stages["image"]

    assert image.settings == {"steps": 9, "guidance": 1.5, "max_tokens": 77}


@pytest.mark.parametrize(
    ("key", "value", "where"),
    [
        ("speed.attention", "flash", "settings"),
        ("memory.reserve_gib", "1.5", "running"),
        ("memory.ladder", "evict", "running"),
    ],
)
def test_what_goes_for_all_models_can_be_set_too(key, value, where, tmp_path):
    image = load(own(tmp_path), {key: value}).stages["image"]

    found = image.settings if where == "settings" else image.running
    assert str(found[key.partition(".")[2] if where == "settings" else key]) == value


def test_setting_the_ladder_takes_back_the_rungs_that_the_file_allowed(tmp_path):
    text = IMAGE + "[memory]\nladder = ['evict', 'fp8']\n"

    image = load(own(tmp_path, text), {"memory.ladder": "evict"}).stages["image"]

    assert "allow" not in image.settings


def test_a_required_setting_may_come_from_the_command_line(tmp_path):
    found = load(own(tmp_path, BARE), {"image.steps": "3", "image.guidance": "0"})

    assert found.stages["image"].settings == {"steps": 3, "guidance": 0.0}


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("image.loras", "x@1#0", "unknown setting of image 'loras'"),
        ("image.licence", "mit", "unknown setting of image 'licence'"),
        ("speed.atention", "flash", "unknown setting of speed 'atention'; did you mean"),
        ("memory.", "1", "unknown setting of memory ''"),
        ("memory.ladder", "evikt", "unknown memory.ladder 'evikt'; did you mean 'evict'?"),
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


def test_the_nearest_name_is_found_for_every_key():
    known = sorted({key for keys in KEYS.values() for key in keys})

    assert nearest("guidence", known) == "guidance"
