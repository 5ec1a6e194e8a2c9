"""Before any work: whether a film's models fit the card, and how."""

import json
import math
import struct
from pathlib import Path

import pytest

from gpu import card as cards
from gpu import fits as fitting
from gpu.card import Card
from gpu.diffusion.families import family_of
from gpu.diffusion.plan import GIB
from gpu.diffusion.sizes import maker_bytes
from gpu.profile_files import StageProfile

CARD = Card("NVIDIA Test", 24 * GIB, 23 * GIB)
SHARE = 1 << 20


def weights(path: Path, numbers: int, dtype: str = "BF16") -> None:
    """A weight file's head; the numbers themselves are a hole."""
    each = {"BF16": 2, "F32": 4}[dtype]
    shape = [numbers // 64, 64]
    head = {"w": {"dtype": dtype, "shape": shape, "data_offsets": [0, numbers * each]}}
    text = json.dumps(head).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + numbers * each)


@pytest.fixture
def wan(tmp_path) -> Path:
    """A clip model: an expert of 8 Gi numbers in 2 shards, a VAE, an encoder that goes."""
    folder = tmp_path / "wan"
    for shard in (1, 2):
        name = f"diffusion_pytorch_model-0000{shard}-of-00002.safetensors"
        weights(folder / "transformer" / name, 4 * SHARE)
    weights(folder / "vae" / "diffusion_pytorch_model.safetensors", SHARE)
    weights(folder / "text_encoder" / "model.safetensors", 50 * SHARE)
    (folder / "model_index.json").write_text(json.dumps({"_class_name": "WanImageToVideoPipeline"}))
    return folder


def stage(folder: Path, **settings) -> StageProfile:
    return StageProfile("diffusers", "Wan-AI/Wan", "main", settings, {"where": str(folder)})


def test_weights_are_counted_in_the_format_that_they_are_loaded_in(wan):
    family = family_of("WanImageToVideoPipeline")

    assert maker_bytes(wan, family, dtype="bf16") == (8 * 2 + 4) * SHARE
    assert maker_bytes(wan, family, dtype="fp32") == (8 * 4 + 4) * SHARE


def test_what_denoises_is_counted_in_the_bits_that_it_is_held_in(wan):
    family = family_of("WanImageToVideoPipeline")

    fp8, nf4 = (maker_bytes(wan, family, dtype="bf16", quantization=q) for q in ("fp8", "nf4"))

    assert fp8 == (8 * 1 + 4) * SHARE
    assert nf4 == (8 * (0.5 + 2 / 64) + 4) * SHARE


@pytest.mark.parametrize(
    ("name", "shape", "fp8", "nf4"),
    [
        ("blocks.0.attn.to_q.weight", (100, 130), 13_000, 204 * 34),
        ("blocks.0.attn.to_q.bias", (100,), 100, 200),
        ("blocks.0.conv.weight", (10, 10, 3, 3), 900, 900),
        ("blocks.0.norm1.linear.weight", (100, 130), 26_000, 26_000),
        ("patch_embedding.weight", (10, 4, 1, 2, 2), 320, 320),
        ("proj_out.weight", (10, 10), 200, 200),
        ("blocks.0.proj_out.weight", (10, 10), 100, 68),
    ],
)
def test_what_a_denoiser_leaves_alone_is_counted_whole(name, shape, fp8, nf4, wan):
    numbers = math.prod(shape)
    one = {"dtype": "F32", "shape": shape, "data_offsets": [0, numbers * 4]}
    text = json.dumps({name: one}).encode()
    for file in (wan / "transformer").iterdir():
        file.unlink()
    file = wan / "transformer" / "diffusion_pytorch_model.safetensors"
    file.write_bytes(struct.pack("<Q", len(text)) + text)
    family = family_of("WanImageToVideoPipeline")

    found = [maker_bytes(wan, family, dtype="bf16", quantization=q) for q in ("fp8", "nf4")]

    assert [one - 4 * SHARE for one in found] == [fp8, nf4]


def test_fewer_bits_are_what_the_plan_is_made_of(wan):
    told = [next(fitting.fits({"v": stage(wan, quantization=q)}, CARD, {})) for q in ("fp8", "nf4")]

    assert [one.weights_bytes / SHARE for one in told] == [12, 8.25]


@pytest.mark.parametrize(
    ("free", "rung", "words"),
    [
        (4 * GIB, "", "all of it fits"),
        (3 * GIB + 12 * SHARE, "group-offload", "moves its weights block by block"),
        (3 * GIB, "sequential", "moves its weights layer by layer"),
    ],
)
def test_the_rung_is_told_in_words(free, rung, words, wan):
    (fit,) = fitting.fits({"video": stage(wan)}, Card("NVIDIA Test", 24 * GIB, free), {})

    assert fit.rung == rung
    assert words in str(fit)


def test_a_peak_is_measured_once_the_log_has_one(wan):
    (guessed,) = fitting.fits({"video": stage(wan)}, CARD, {})
    (known,) = fitting.fits({"video": stage(wan)}, CARD, {("diffusers", "Wan-AI/Wan"): 5 * GIB})

    assert str(guessed) == (
        "video by Wan: 20 MiB of weights, about 27 MiB at the peak (estimated); "
        "NVIDIA Test with 24.0 GiB, 23.0 GiB free: all of it fits"
    )
    assert "5.0 GiB at the peak (measured)" in str(known)


def test_without_a_card_it_runs_on_the_cpu(wan):
    (fit,) = fitting.fits({"video": stage(wan)}, None, {})

    assert str(fit).endswith("no card here, it runs on the CPU")
    assert fit.weights_bytes == (8 * 4 + 4) * SHARE


def test_weights_that_are_not_here_or_not_readable_are_not_guessed_at(tmp_path, wan):
    (wan / "vae" / "diffusion_pytorch_model.safetensors").write_bytes(b"torn")
    gone, torn = (next(fitting.fits({"v": stage(one)}, CARD, {})) for one in (tmp_path / "x", wan))

    assert (gone.weights_bytes, gone.rung) == (0, "")
    assert torn.weights_bytes == 16 * SHARE


def test_stages_without_a_model_have_no_plan():
    drawn = StageProfile("animatic", "animatic", "1", {})

    assert list(fitting.fits({"image": drawn}, CARD, {})) == []


@pytest.mark.parametrize(
    ("visible", "answer", "found"),
    [
        (None, "NVIDIA H100, 81559, 81000", Card("NVIDIA H100", 81559 << 20, 81000 << 20)),
        ("1,0", "NVIDIA L4, 23034, 1", Card("NVIDIA L4", 23034 << 20, 1 << 20)),
        ("", "NVIDIA H100, 81559, 81000", None),
        (None, "No devices were found", None),
    ],
)
def test_the_card_is_asked_of_its_driver(visible, answer, found, tmp_path, monkeypatch):
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\necho '{answer}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(cards, "_torch_is_for_cards", lambda: True)
    if visible is None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    else:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)

    assert cards.card() == found
