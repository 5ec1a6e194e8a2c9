"""The same brief gives the same pixels, whatever happened before and however it is run."""

import inspect
import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.gpu
torch = pytest.importorskip("torch")

from gpu.diffusion import clip, loading, picture, shape  # noqa: E402
from gpu.diffusion.glimpse import Colours  # noqa: E402
from gpu.diffusion.loop import Call, Loop, _pixels  # noqa: E402
from gpu.diffusion.model import Model  # noqa: E402
from gpu.diffusion.spec import spec_of  # noqa: E402
from tests.gpu.diffusion import making  # noqa: E402
from tests.gpu.diffusion.making import FAMILIES, READ_AHEAD, forget, made, made_elsewhere  # noqa: E402


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_makes_the_same_bits_twice_and_after_being_loaded_again(family, tmp_path):
    first = made(tmp_path, family)
    again = made(tmp_path, family)
    forget()

    anew = made(tmp_path, family)

    assert first.raw_sha256 == again.raw_sha256 == anew.raw_sha256
    assert first.settings == again.settings == anew.settings
    assert first.environment == anew.environment


@pytest.mark.parametrize("family", FAMILIES)
def test_the_seed_and_the_prompt_matter(family, tmp_path):
    raw = {
        made(tmp_path, family).raw_sha256,
        made(tmp_path, family, seed=6).raw_sha256,
        made(tmp_path, family, prompt="a forest of glass").raw_sha256,
    }

    assert len(raw) == 3


def test_a_new_process_makes_the_same_bits(tmp_path):
    families = ("sdxl", "zimage", "wan22", "ltx", "ace-step")

    here = [made(tmp_path, family).raw_sha256 for family in families]

    assert made_elsewhere(tmp_path, families) == here


@pytest.mark.parametrize("family", READ_AHEAD)
def test_prompts_encoded_ahead_give_the_bits_of_the_plain_pipeline(family, tmp_path):
    model, call = asked(family, tmp_path)
    ours = model.render(call, lambda _: None).output
    plain = loading._load(model.source, without=set()).to(model.device)
    known = inspect.signature(plain.__call__).parameters
    words = {
        "prompt": call.prompt.text,
        "negative_prompt": call.prompt.negative,
        "max_sequence_length": call.prompt.tokens or None,
    }
    told = {name: value for name, value in words.items() if name in known and value}

    loop = Loop(plain, model.family, call, lambda _: None, Colours(tmp_path / "colours"))
    output = plain(**loop._options(told))

    assert type(plain).__name__ == model.family.pipeline
    assert (ours == _pixels(output)).all()


def asked(family: str, folder: Path) -> tuple[Model, Call]:
    """A model, and what its stage asks of it."""
    if family not in making.CLIPS:
        brief = making.image_brief(family, guidance=4.0)
        model = Model(spec_of(brief))
        return model, picture._call(brief, model, folder / "out.png")
    moved = making.video_brief(making.picture(folder), family)
    model = Model(spec_of(moved))
    length = shape.length(moved, model.family)
    return model, clip._call(moved, model, length, folder / "out.mp4")


def test_what_was_made_before_does_not_matter(tmp_path):
    alone = made(tmp_path, "sdxl", seed=9)
    for seed in (1, 2, 3):
        made(tmp_path, "sdxl", seed=seed)

    assert made(tmp_path, "sdxl", seed=9).raw_sha256 == alone.raw_sha256


def test_the_record_names_weights_numerics_and_device(tmp_path):
    record = json.loads(json.dumps(made(tmp_path, "wan22").environment))

    assert set(record["model"]["files"]) == {
        "text_encoder/model.safetensors",
        "transformer/diffusion_pytorch_model.safetensors",
        "transformer_2/diffusion_pytorch_model.safetensors",
        "vae/diffusion_pytorch_model.safetensors",
    }
    assert record["model"]["dtypes"] == dict.fromkeys(
        ["vae", "transformer", "transformer_2"], "torch.float32"
    )
    assert record["numerics"]["deterministic_algorithms"] is False
    assert record["numerics"]["attention"]["picked"] in record["numerics"]["attention"]["enabled"]
    assert record["device"]["type"] == ("cuda" if torch.cuda.is_available() else "cpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="a card's results know no threads")
def test_on_a_cpu_one_thread_works_and_is_recorded(tmp_path):
    assert made(tmp_path, "sdxl").environment["numerics"]["threads"] == 1


@pytest.mark.parametrize("family", ["sdxl", "wan22", "ace-step"])
def test_a_result_names_its_prompt_its_time_steps_and_its_last_latents(family, tmp_path):
    facts = made(tmp_path, family).settings

    assert {"embeds", "timesteps", "latents"} <= set(facts)
    assert made(tmp_path, family, steps=5).settings["timesteps"] != facts["timesteps"]


def test_every_step_is_told_with_its_number_and_pace(tmp_path):
    from gpu.diffusion.picture import PictureStage

    told: list[str] = []
    brief = making.image_brief("sdxl")

    PictureStage().run(brief, tmp_path / "out.png", lambda share: told.append(share.words))

    told = told[told.index("step 1 of 4") :]
    assert [words.split(",")[0] for words in told] == [f"step {n} of 4" for n in (1, 2, 3, 4)]
    assert all(words.endswith("s a step") for words in told[1:])  # the first one is told alone
