"""Before any work: what a profile needs is here, and is named exactly."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from gpu import licences, ready
from gpu.errors import BriefRefused
from gpu.profile import Profile, StageProfile, load
from tests.gpu.models_on_disk import SDXL, publish

IMAGE = """
[profile]
description = "mine"
[image]
backend = "diffusers"
model = "somebody/something"
licence = "apache-2.0"
steps = 9
guidance = 1.5
"""
COMMIT = "ab" * 20


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """The extra is here; a config folder and a hub's cache of its own, both empty."""
    monkeypatch.setenv("REELOG_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("REELOG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    for name in (licences.ENVIRONMENT, "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(ready, "find_spec", lambda _: SimpleNamespace(origin=None))
    return tmp_path


def mine(folder: Path, text: str = IMAGE) -> Profile:
    path = folder / "own.toml"
    path.write_text(text)
    return load(str(path))


def image(folder: Path, text: str = IMAGE) -> StageProfile:
    return mine(folder, text).stages["image"]


def refusal(profile: Profile) -> str:
    with pytest.raises(BriefRefused) as refused:
        ready.checked(profile)
    return str(refused.value)


def cached(folder: Path, **changes: str | None) -> Path:
    """The model in the hub's cache, as its own library lays it out."""
    model = folder / "hub" / "hub" / "models--somebody--something"
    (model / "refs").mkdir(parents=True)
    (model / "refs" / "main").write_text(COMMIT)
    return publish(model / "snapshots" / COMMIT, SDXL, **changes)


def test_the_shipped_drawn_profile_needs_nothing():
    assert ready.checked(load("animatic")) == load("animatic")


def test_weights_that_are_not_here_are_named_with_the_command_that_gets_them(here):
    message = refusal(mine(here))

    assert "image: the weights of somebody/something are not here" in message
    assert message.endswith(f"reelog profiles fetch {here / 'own.toml'}")


def test_what_makes_a_voice_sound_is_wanted_beside_it(here):
    voice = """
[voice]
backend = "transformers"
model = "somebody/voice"
licence = "mit"
vocoder = "somebody/vocoder@v2"
"""
    found = ready.wanted_of(mine(here, IMAGE + voice))

    assert [(kind, one.model, one.revision) for kind, one in found] == [
        ("image", "somebody/something", ""),
        ("audio", "somebody/voice", ""),
        ("audio", "somebody/vocoder", "v2"),
    ]


def test_a_vocoder_in_a_folder_is_not_fetched(here):
    (here / "weights" / "parts" / "vocoder").mkdir(parents=True)
    voice = """
[voice]
backend = "transformers"
model = "somebody/voice"
where = "weights"
licence = "mit"
vocoder = "parts/vocoder"
"""
    assert [one.model for _, one in ready.wanted_of(mine(here, voice_alone(voice)))] == [
        "somebody/voice"
    ]


def voice_alone(table: str) -> str:
    return '[profile]\ndescription = "mine"\n' + table


def test_every_shipped_profile_of_models_draws_moves_speaks_and_plays_with_models():
    for name in ("gpu-8gb", "gpu-24gb", "gpu-80gb"):
        kinds = {kind for kind, _ in ready.models_of(load(name))}
        assert {"image", "video", "audio", "music"} <= kinds, name


def test_a_shipped_profile_is_fetched_by_its_name():
    assert refusal(load("gpu-80gb")).endswith("reelog profiles fetch gpu-80gb")


def test_without_the_extra_the_way_to_install_it_is_named(here, monkeypatch):
    monkeypatch.setattr(ready, "find_spec", lambda _: None)

    assert refusal(mine(here)).endswith("pip install 'reelog[gpu]'")


def test_the_licence_comes_first(here, monkeypatch):
    monkeypatch.setattr(ready, "find_spec", lambda _: None)
    text = IMAGE.replace('"apache-2.0"', '"openrail++"\ncommercial = true')

    assert refusal(mine(here, text)).endswith("`reelog profiles accept openrail++`")


def test_weights_in_the_hubs_cache_are_found_and_their_commit_is_named(here):
    cached(here)

    assert ready.weights_of(image(here)) == ready.HERE
    assert ready.checked(mine(here)).stages["image"].revision == COMMIT


def test_a_commit_stands_for_itself(here):
    cached(here)
    text = IMAGE.replace("licence", f'revision = "{COMMIT}"\nlicence')

    assert ready.checked(mine(here, text)).stages["image"].revision == COMMIT


def test_another_revision_is_not_taken_for_it(here):
    cached(here)
    text = IMAGE.replace("licence", 'revision = "refs/pr/3"\nlicence')

    assert ready.weights_of(image(here, text)) == ready.MISSING


@pytest.mark.parametrize("variable", ["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"])
def test_the_hubs_own_variables_say_where_its_cache_is(variable, here, monkeypatch):
    cached(here)
    monkeypatch.delenv("HF_HOME")
    monkeypatch.setenv(variable, str(here / "hub" / "hub"))

    assert ready.weights_of(image(here)) == ready.HERE


def test_weights_that_are_here_in_part_are_fetched_on(here):
    cached(here, **{"unet/diffusion_pytorch_model.safetensors": None})

    message = refusal(mine(here))

    assert ready.weights_of(image(here)) == ready.PART
    assert "here in part only, without unet/*.safetensors; get them with" in message


def test_tiny_models_are_made_on_first_use():
    assert ready.weights_of(load("tiny").stages["image"]) == ready.MADE


def test_a_folder_that_is_not_there_is_named(here):
    message = refusal(mine(here, IMAGE.replace("somebody/something", "./sdxl")))

    assert message == f"image: the folder of sdxl, {here / 'sdxl'}, is not there"


def test_a_folder_that_lacks_a_part_is_named_with_it(here):
    publish(here / "sdxl", SDXL, **{"vae/config.json": None})
    message = refusal(mine(here, IMAGE.replace("somebody/something", "./sdxl")))

    assert message.endswith("sdxl, has no vae/config.json")


def test_a_folder_goes_by_its_name_and_what_is_in_it(here):
    publish(here / "a" / "sdxl", SDXL)
    publish(here / "b" / "sdxl", SDXL)
    first, second = (
        ready.checked(mine(here, IMAGE.replace("somebody/something", f"./{name}/sdxl")))
        for name in "ab"
    )

    assert first.stages["image"].model == second.stages["image"].model == "sdxl"
    assert first.stages["image"].revision == second.stages["image"].revision


@pytest.mark.parametrize("file", ["scheduler/scheduler_config.json", "unet/config.json"])
def test_a_folder_with_other_content_is_another_revision(file, here):
    revisions = set()
    for content in ("{}", '{"a": 1}'):
        publish(here / "sdxl", SDXL, **{file: content})
        profile = ready.checked(mine(here, IMAGE.replace("somebody/something", "./sdxl")))
        revisions.add(profile.stages["image"].revision)

    assert len(revisions) == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("width = 100", "image of somebody/something: width 100 is no multiple of 8"),
        ("height = 90", "height 90 is no multiple of 8"),
    ],
)
def test_a_size_that_the_model_cannot_make_stops_before_work(line, words, here):
    cached(here)

    assert words in refusal(mine(here, f"{IMAGE}{line}\n"))


def test_a_length_that_the_model_cannot_make_stops_before_work(here):
    cached(here, **{"model_index.json": json.dumps({"_class_name": "WanImageToVideoPipeline"})})
    text = IMAGE.replace("[image]", "[video]") + "frames = 80\n"

    assert "frames 80: the model takes 4n+1, like 81" in refusal(mine(here, text))


def test_a_class_that_diffusers_does_not_have_stops_before_work(here, monkeypatch):
    cached(here)
    (here / "diffusers.py").write_text('_import = ["EulerDiscreteScheduler", "FluxPipeline"]')
    found = SimpleNamespace(origin=str(here / "diffusers.py"))
    monkeypatch.setattr(ready, "find_spec", lambda _: found)

    message = refusal(mine(here, IMAGE + 'scheduler = "EulerDiscretScheduler"\n'))

    assert "'EulerDiscretScheduler'; did you mean 'EulerDiscreteScheduler'?" in message
