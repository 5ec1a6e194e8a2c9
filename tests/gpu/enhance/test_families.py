"""For whom prompts are written: found from the profile, unless it says so itself."""

import pytest

from gpu.diffusion.families import FAMILIES
from gpu.enhance.aim import aimed
from gpu.enhance.families import READERS, found, of_stage
from gpu.profile_files import StageProfile


def stage(backend="fake", model="fake", workflow="", **settings) -> StageProfile:
    return StageProfile(backend, model, "1", settings, workflow=workflow)


def aim(drawn: StageProfile, moved: StageProfile, enhance: StageProfile, **pipelines: str):
    return aimed(enhance, {"image": drawn, "video": moved}, pipelines).settings


@pytest.mark.parametrize(
    ("kind", "names", "family"),
    [
        ("image", "stabilityai/stable-diffusion-xl-base-1.0", "sdxl"),
        ("image", "tiny:sdxl", "sdxl"),
        ("image", "sd_xl_turbo_1.0_fp16.safetensors", "sdxl"),
        ("image", "Tongyi-MAI/Z-Image-Turbo", "z-image"),
        ("image", "tiny:zimage", "z-image"),
        ("image", "black-forest-labs/FLUX.1-schnell", "flux"),
        ("image", "Qwen/Qwen-Image", "qwen-image"),
        ("image", "somebody/something", "plain"),
        ("video", "Wan-AI/Wan2.2-I2V-A14B-Diffusers", "wan"),
        ("video", "tiny:wan22", "wan"),
        ("video", "Lightricks/LTX-Video", "ltx"),
        ("video", "zai-org/CogVideoX-5b-I2V", "cogvideox"),
        ("video", "a swan on a lake", "plain"),
    ],
)
def test_a_family_is_found_by_how_its_files_are_named(kind, names, family):
    assert found(kind, "", names).name == family


def test_a_class_says_more_than_a_name():
    assert found("image", "FluxPipeline", "my-sdxl-that-is-none").name == "flux"


@pytest.mark.parametrize("reader", READERS, ids=lambda one: f"{one.stage} {one.name}")
def test_every_class_of_a_family_is_known_to_us(reader):
    assert set(reader.pipelines) <= set(FAMILIES)


def test_every_class_that_draws_or_moves_is_of_a_family():
    of_sound = {"AceStepPipeline", "StableAudioPipeline"}

    assert {name for one in READERS for name in one.pipelines} == set(FAMILIES) - of_sound


@pytest.mark.parametrize("kind", ["image", "video"])
def test_a_family_reads_no_more_than_it_can(kind):
    assert all(one.tokens <= one.tokens_max for one in of_stage(kind).values())


def test_a_profile_is_aimed_at_its_own_models():
    settings = aim(stage(), stage(), stage(), image="StableDiffusionXLPipeline")

    assert (settings["image_family"], settings["video_family"]) == ("sdxl", "plain")


def test_a_workflow_tells_its_family_by_the_files_that_it_loads():
    drawn = stage("comfyui", "mine", '{"4": {"inputs": {"ckpt_name": "flux1-dev.safetensors"}}}')

    assert aim(drawn, stage(), stage())["image_family"] == "flux"


def test_what_a_profile_says_itself_stands_above_what_is_found():
    said = stage(image_family="flux", video_tokens=40)

    settings = aim(
        stage(), stage(), said, image="StableDiffusionXLPipeline", video="WanImageToVideoPipeline"
    )

    assert (settings["image_family"], settings["video_tokens"]) == ("flux", 40)


def test_auto_is_what_is_found():
    assert (
        aim(stage(model="tiny:sdxl"), stage(), stage(image_family="auto"))["image_family"] == "sdxl"
    )


def test_a_prompt_is_as_long_as_the_profile_lets_the_model_read():
    settings = aim(stage(), stage(max_tokens=512), stage(), video="WanImageToVideoPipeline")

    assert settings["video_tokens"] == 512


def test_no_profile_lets_clip_read_more_than_it_can():
    settings = aim(stage(max_tokens=300), stage(), stage(), image="StableDiffusionXLPipeline")

    assert settings["image_tokens"] == 75
