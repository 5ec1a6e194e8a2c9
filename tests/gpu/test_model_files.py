"""Which files a model needs, and what lacks."""

import json

import pytest

from gpu import model_files
from gpu.errors import BriefRefused
from tests.gpu.models_on_disk import SDXL, publish

PARTS = ["scheduler", "tokenizer", "unet", "vae"]


def test_a_whole_model_lacks_nothing(tmp_path):
    assert model_files.missing(publish(tmp_path, SDXL)) == ""


@pytest.mark.parametrize(
    ("without", "lack"),
    [
        ("unet/config.json", "unet/config.json"),
        ("unet/diffusion_pytorch_model.safetensors", "unet/*.safetensors"),
        ("scheduler/scheduler_config.json", "scheduler/config.json"),
        ("model_index.json", "model_index.json"),
    ],
)
def test_the_first_thing_that_a_model_lacks_is_named(without, lack, tmp_path):
    assert model_files.missing(publish(tmp_path, SDXL, **{without: None})) == lack


def test_every_shard_that_an_index_names_is_needed(tmp_path):
    shards = {"a": "big-00001-of-00002.safetensors", "b": "big-00002-of-00002.safetensors"}
    publish(
        tmp_path,
        SDXL,
        **{
            "unet/diffusion_pytorch_model.safetensors": None,
            "unet/big.safetensors.index.json": json.dumps({"weight_map": shards}),
            "unet/big-00001-of-00002.safetensors": "1",
        },
    )

    assert model_files.missing(tmp_path) == "unet/big-00002-of-00002.safetensors"


def test_an_index_of_another_variant_names_nothing_that_is_needed(tmp_path):
    shards = {"a": "big.fp16-00001-of-00001.safetensors"}
    index = {"unet/big.safetensors.index.fp16.json": json.dumps({"weight_map": shards})}

    assert model_files.missing(publish(tmp_path, SDXL, **index)) == ""


def test_a_model_index_that_is_none_is_refused(tmp_path):
    with pytest.raises(BriefRefused, match=r"model_index\.json cannot be read"):
        model_files.missing(publish(tmp_path, SDXL, **{"model_index.json": "[3]"}))


def test_only_the_parts_of_the_pipeline_are_needed():
    others = ["sdxl_base.safetensors", "onnx/model.safetensors", "README.md", "unet/model.onnx"]

    found = model_files.needed([*SDXL, *others, "LICENSE.md"], PARTS)

    assert found == sorted([*SDXL, "LICENSE.md"])


@pytest.mark.parametrize(
    ("variant", "name"),
    [("", "model.safetensors"), ("fp16", "model.fp16.safetensors"), ("bf16", "model.safetensors")],
)
def test_of_several_variants_one_is_needed(variant, name):
    files = ["vae/model.safetensors", "vae/model.fp16.safetensors", "vae/config.json"]

    found = model_files.needed(files, ["vae"], variant)

    assert found == sorted(["vae/config.json", f"vae/{name}"])


def test_a_pickle_beside_safetensors_is_left_where_it_is():
    files = ["vae/config.json", "vae/model.bin", "vae/model.safetensors"]

    assert "vae/model.bin" not in model_files.needed(files, ["vae"])


@pytest.mark.parametrize(("parts", "name"), [(["vae"], "vae/model.bin"), ([], "model.bin")])
def test_weights_that_are_pickles_only_are_refused(parts, name):
    with pytest.raises(BriefRefused, match=f"^{name} is a pickle, which may run any code"):
        model_files.needed(["config.json", name], parts)


def test_a_model_without_parts_is_needed_whole():
    files = ["config.json", "model.safetensors", "voices/anna.safetensors", "sample.wav"]

    assert model_files.needed(files, []) == files[:3]
