"""What is refused before anything is loaded, and what a profile may choose."""

import json
import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.gpu
torch = pytest.importorskip("torch")

from safetensors.torch import save_file  # noqa: E402

from gpu.diffusion import telling, weights  # noqa: E402
from gpu.diffusion.model import Model  # noqa: E402
from gpu.diffusion.nf4 import Nf4Linear  # noqa: E402
from gpu.diffusion.picture import PictureStage  # noqa: E402
from gpu.diffusion.spec import ModelSpec  # noqa: E402
from gpu.errors import BriefRefused  # noqa: E402
from gpu.lora_files import named  # noqa: E402
from tests.gpu.diffusion.making import forget, image_brief, loaded, made  # noqa: E402


def copy_of(name: str, folder: Path) -> Path:
    """A tiny model as a user has it: a folder of their own."""
    target = folder / name
    shutil.copytree(weights.locate(f"tiny:{name}"), target)
    return target


def lora(folder: Path, name: str, size: float = 1.0) -> Path:
    """A LoRA for the tiny SDXL, for every attention projection of its UNet."""
    import diffusers

    unet = diffusers.UNet2DConditionModel.from_pretrained(weights.locate("tiny:sdxl") / "unet")
    generator = torch.Generator().manual_seed(len(name))
    tensors = {}
    for key, module in unet.named_modules():
        if key.endswith(("to_q", "to_v")):
            wide, narrow = module.weight.shape
            tensors[f"unet.{key}.lora_A.weight"] = torch.randn(2, narrow, generator=generator)
            tensors[f"unet.{key}.lora_B.weight"] = torch.randn(wide, 2, generator=generator) * size
    path = folder / f"{name}.safetensors"
    save_file(tensors, path)
    return path


def lora_of_encoder(folder: Path, part: str) -> Path:
    """A LoRA for one of the two encoders of the tiny SDXL, under the names that trainers write."""
    import transformers

    kinds = {"text_encoder": "CLIPTextModel", "text_encoder_2": "CLIPTextModelWithProjection"}
    encoder = getattr(transformers, kinds[part]).from_pretrained(weights.locate("tiny:sdxl") / part)
    generator = torch.Generator().manual_seed(1)
    tensors = {}
    for key, module in encoder.named_modules():
        if key.endswith(("q_proj", "v_proj")):
            wide, narrow = module.weight.shape
            name = f"{part}.text_model.{key.removeprefix('text_model.')}"
            tensors[f"{name}.lora_A.weight"] = torch.randn(2, narrow, generator=generator)
            tensors[f"{name}.lora_B.weight"] = torch.randn(wide, 2, generator=generator)
    path = folder / f"{part}.safetensors"
    save_file(tensors, path)
    return path


def with_loras(*loras: dict, folder: Path) -> dict:
    texts, places = named(loras, folder, "test")
    return {"loras": texts, "running": {"loras.where": places}}


def test_a_folder_of_the_users_own_gives_the_bits_of_the_same_weights(tmp_path):
    ours = made(tmp_path, "sdxl")
    folder = copy_of("sdxl", tmp_path)

    theirs = made(tmp_path, str(folder))

    assert theirs.raw_sha256 == ours.raw_sha256
    assert theirs.environment == ours.environment


def test_a_repository_of_an_unknown_class_works_too(tmp_path):
    from diffusers import DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel

    from gpu.tiny import words
    from gpu.tiny.images import _kl

    unet = UNet2DConditionModel(
        sample_size=16, in_channels=4, out_channels=4, block_out_channels=(4, 8),
        layers_per_block=1, down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"), attention_head_dim=2,
        cross_attention_dim=32, norm_num_groups=1,
    )  # fmt: skip
    StableDiffusionPipeline(
        vae=_kl(4), text_encoder=words.clip_encoder(), tokenizer=words.clip_tokenizer(),
        unet=words.shaken(unet), scheduler=DDIMScheduler(steps_offset=1, clip_sample=False),
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    ).save_pretrained(tmp_path / "sd15")  # fmt: skip

    first, again = (made(tmp_path, str(tmp_path / "sd15")) for _ in range(2))

    assert first.raw_sha256 == again.raw_sha256


def test_a_pickled_model_is_refused_before_it_is_loaded(tmp_path):
    folder = copy_of("sdxl", tmp_path)
    (folder / "unet" / "diffusion_pytorch_model.safetensors").unlink()
    (folder / "unet" / "diffusion_pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'true'\ntR.")

    with pytest.raises(BriefRefused, match="is a pickle"):
        made(tmp_path, str(folder))


def test_a_class_that_diffusers_does_not_have_is_refused(tmp_path):
    folder = copy_of("sdxl", tmp_path)
    index = json.loads((folder / "model_index.json").read_text())
    index["_class_name"] = "StableDifusionXLPipeline"
    (folder / "model_index.json").write_text(json.dumps(index))

    with pytest.raises(BriefRefused, match="did you mean StableDiffusionXLPipeline"):
        made(tmp_path, str(folder))


def test_code_that_lies_beside_the_weights_is_never_run(tmp_path):
    folder = copy_of("sdxl", tmp_path)
    (folder / "pipeline.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    (folder / "unet" / "modeling.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")

    made(tmp_path, str(folder))

    assert not (tmp_path / "ran").exists()


def test_a_torn_weight_file_is_refused_in_words(tmp_path):
    folder = copy_of("sdxl", tmp_path)
    file = folder / "unet" / "diffusion_pytorch_model.safetensors"
    file.write_bytes(file.read_bytes()[:100])

    with pytest.raises(BriefRefused, match="is no safetensors"):
        made(tmp_path, str(folder))


def test_a_model_that_is_not_here_is_refused_with_the_way_to_get_it(tmp_path):
    with pytest.raises(BriefRefused, match="see `reelog profiles` and fetch them"):
        made(tmp_path, "nobody/nothing")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"width": 33}, "width 33 is no multiple of 8"),
        ({"scheduler": "Nothing"}, "scheduler 'Nothing' is none that diffusers has"),
        ({"shift": 2.0}, "takes no shift"),
        ({"attention": "nothing"}, "attention 'nothing' is not here"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_words(settings, words, tmp_path):
    forget()
    with pytest.raises(BriefRefused, match=words):
        made(tmp_path, "sdxl", **settings)


def test_another_scheduler_makes_another_picture(tmp_path):
    raw = {
        made(tmp_path, "sdxl").raw_sha256,
        made(tmp_path, "sdxl", scheduler="DDIMScheduler").raw_sha256,
    }

    assert len(raw) == 2


def test_loras_add_up_each_with_its_scale(tmp_path):
    lora(tmp_path, "one")
    lora(tmp_path, "other")
    plain = made(tmp_path, "sdxl").raw_sha256

    found = [
        made(tmp_path, "sdxl", **with_loras(*loras, folder=tmp_path)).raw_sha256
        for loras in (
            [{"file": "one.safetensors", "scale": 1.0}],
            [{"file": "one.safetensors", "scale": 0.5}],
            [{"file": "one.safetensors"}, {"file": "other.safetensors", "scale": 0.7}],
        )
    ]

    assert len({plain, *found}) == 4


def test_a_lora_is_added_to_a_model_in_4_bits_and_stays_whole(tmp_path):
    lora(tmp_path, "one")
    four = {"quantization": "nf4", "dtype": "bf16"}
    plain = made(tmp_path, "sdxl", **four).raw_sha256
    forget()

    found = [
        made(
            tmp_path,
            "sdxl",
            **four,
            **with_loras({"file": "one.safetensors", "scale": scale}, folder=tmp_path),
        ).raw_sha256
        for scale in (1.0, 0.0)
    ]

    assert plain == found[1] != found[0]
    asked = next(
        module
        for name, module in loaded()[-1]._maker.unet.named_modules()
        if name.endswith("attn1.to_q")
    )
    assert type(asked.base_layer) is Nf4Linear
    assert type(asked.lora_A["lora_1"]) is torch.nn.Linear
    forget()


@pytest.mark.parametrize("part", ["text_encoder", "text_encoder_2"])
def test_a_lora_of_an_encoder_changes_how_prompts_are_read(part, tmp_path):
    lora_of_encoder(tmp_path, part)
    plain = made(tmp_path, "sdxl").settings["embeds"]

    found = [
        made(
            tmp_path,
            "sdxl",
            **with_loras({"file": f"{part}.safetensors", "scale": scale}, folder=tmp_path),
        ).settings["embeds"]
        for scale in (1.0, 0.5)
    ]

    assert len({plain, *found}) == 3


def test_a_lora_of_no_size_changes_nothing(tmp_path):
    lora(tmp_path, "nothing", size=0.0)

    same = made(tmp_path, "sdxl", **with_loras({"file": "nothing.safetensors"}, folder=tmp_path))

    assert same.raw_sha256 == made(tmp_path, "sdxl").raw_sha256


def test_the_hash_of_a_lora_stands_in_what_is_recorded(tmp_path):
    path = lora(tmp_path, "one")

    settings = with_loras({"file": "one.safetensors", "scale": 0.5}, folder=tmp_path)

    assert settings["loras"] == f"one@0.5#{weights.sha256(path)}"


def test_a_lora_that_was_changed_since_is_refused(tmp_path):
    lora(tmp_path, "one")
    settings = with_loras({"file": "one.safetensors"}, folder=tmp_path)
    lora(tmp_path, "one", size=2.0)

    with pytest.raises(BriefRefused, match="was changed since the film began"):
        made(tmp_path, "sdxl", **settings)


def test_a_lora_for_another_model_is_refused(tmp_path):
    save_file({"transformer.blocks.0.lora_A.weight": torch.zeros(2, 2)}, tmp_path / "x.safetensors")

    with pytest.raises(BriefRefused, match=r"x\.safetensors"):
        made(tmp_path, "sdxl", **with_loras({"file": "x.safetensors"}, folder=tmp_path))


def test_all_prompts_are_read_by_encoders_that_are_loaded_once(tmp_path, monkeypatch):
    from gpu.diffusion import loading
    from gpu.diffusion.picture import PictureStage

    forget()
    loads = []
    load = loading.load_reader
    monkeypatch.setattr(loading, "load_reader", lambda *a: loads.append(1) or load(*a))
    briefs = [image_brief("sdxl", prompt=f"view {n}") for n in range(5)]
    stage = PictureStage()

    stage.prepare(briefs)
    for brief in briefs:
        stage.run(brief, tmp_path / "out.png", lambda _: None)

    assert loads == [1]
    forget()


def test_the_encoders_are_not_there_while_pictures_are_made(tmp_path):
    forget()
    made(tmp_path, "sdxl")

    (model,) = [Model(ModelSpec(model="tiny:sdxl"))]
    model._load(image_call())

    assert model._maker.text_encoder is None
    assert model._maker.tokenizer is None


def image_call():
    from gpu.diffusion.loop import Call
    from gpu.diffusion.prompts import Prompt

    return Call(prompt=Prompt("x"), seed=1, steps=1, guidance=1.0, width=32, height=32)


def test_a_model_that_names_no_blocks_is_not_compiled_but_refused(tmp_path):
    forget()
    with pytest.raises(BriefRefused, match="names no blocks to compile"):
        made(tmp_path, "cogvideox", compile="regional")
    forget()


def test_a_model_tells_what_it_does_before_its_first_step(tmp_path, monkeypatch):
    monkeypatch.setattr(telling, "TELL_S", 0.001)
    forget()
    told: list[str] = []

    PictureStage().run(
        image_brief("sdxl"), tmp_path / "out.png", lambda share: told.append(share.words)
    )

    before = told[: told.index("step 1 of 4")]
    assert "loading what reads for tiny:sdxl" in before
    assert "read 1 of 1 prompts" in before
    assert "loading tiny:sdxl" in before


def test_tf32_is_allowed_while_a_model_that_asks_for_it_works_and_no_longer(tmp_path):
    seen = []

    def look(_: float) -> None:
        seen.append(torch.backends.cudnn.allow_tf32)

    PictureStage().run(image_brief("sdxl", tf32=True), tmp_path / "out.png", look)

    assert seen[-1] is True
    assert torch.backends.cudnn.allow_tf32 is False
