"""The count of FLOPs: as it is known of real models, and as real loops spend it."""

from dataclasses import replace
from typing import Any

import pytest

pytestmark = pytest.mark.gpu

import torch  # noqa: E402
from torch.nn.attention import SDPBackend, sdpa_kernel  # noqa: E402

from benchmarks.gpu import denoise, flops, models, parts  # noqa: E402
from benchmarks.gpu.models import Packing, Row, Shape  # noqa: E402
from gpu.diffusion import numerics  # noqa: E402

KNOWN_SHARE = 0.02
CPU = torch.device("cpu")
WAN = Packing(channels=16, frames=4)
SQUARE = Shape(width=1024, height=1024)

SMALL: dict[str, dict[str, Any]] = {
    "sdxl-unet": {
        "block_out_channels": [32, 32, 64], "attention_head_dim": [2, 2, 4],
        "transformer_layers_per_block": [1, 1, 1],
    },
    "flux-dev": {"num_layers": 1, "num_single_layers": 1, "num_attention_heads": 2},
    "flux2-klein-4b": {"num_layers": 1, "num_single_layers": 1, "num_attention_heads": 2},
    "z-image": {"n_layers": 1, "n_refiner_layers": 1, "dim": 256, "n_heads": 2, "n_kv_heads": 2},
    "qwen-image": {"num_layers": 1, "num_attention_heads": 2},
    "wan-14b-i2v": {"num_layers": 1, "num_attention_heads": 2, "ffn_dim": 64},
    "wan-5b": {"num_layers": 1, "num_attention_heads": 2, "ffn_dim": 64},
    "ltx-2b": {"num_layers": 1, "num_attention_heads": 2, "cross_attention_dim": 128},
    "cogvideox-5b": {"num_layers": 1, "num_attention_heads": 2},
    "sdxl-vae": {"block_out_channels": [32] * 4, "layers_per_block": 1},
    "flux-vae": {"block_out_channels": [32] * 4, "layers_per_block": 1},
    "flux2-vae": {"block_out_channels": [32] * 4, "layers_per_block": 1},
    "qwen-image-vae": {"base_dim": 8, "num_res_blocks": 1},
    "wan-vae": {"base_dim": 8, "num_res_blocks": 1},
    "wan-5b-vae": {"base_dim": 8, "decoder_base_dim": 8, "num_res_blocks": 1},
    "ltx-vae": {
        "block_out_channels": [16] * 4, "decoder_block_out_channels": [16] * 4,
        "layers_per_block": [1] * 5, "decoder_layers_per_block": [1] * 5,
    },
    "cogvideox-vae": {"block_out_channels": [32] * 4, "layers_per_block": 1},
}  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def _settled() -> None:
    numerics.settle()


def small(name: str) -> dict[str, Any]:
    """A published configuration, made narrow and shallow."""
    return models.config(name) | SMALL.get(name, {})


def little(row: Row) -> Row:
    """A row at a shape that a CPU does in no time; the places that CogVideoX learnt are kept."""
    frames = 9 if row.shape.frames > 1 else 1
    if row.pipeline == "CogVideoXImageToVideoPipeline":
        return replace(row, shape=replace(row.shape, frames=frames))
    return replace(row, shape=Shape(width=96, height=64, frames=frames, tokens=32))


@pytest.mark.parametrize(
    ("name", "packing", "shape", "batch", "teraflops"),
    [
        ("sdxl-unet", Packing(channels=4), replace(SQUARE, tokens=77), 2, 13.5),
        ("flux-dev", Packing(channels=16), SQUARE, 1, 74.4),
        ("flux-schnell", Packing(channels=16), replace(SQUARE, tokens=256), 1, 69.5),
        ("flux2-klein-4b", Packing(channels=32), SQUARE, 1, 34.8),
        ("z-image", Packing(channels=16), replace(SQUARE, tokens=128), 1, 56.6),
        ("qwen-image", Packing(channels=16), replace(SQUARE, tokens=128), 1, 70.6),
        ("wan-14b-i2v", WAN, Shape(width=832, height=480, frames=81), 1, 1678),
        (
            *("wan-5b", Packing(channels=48, side=16, frames=4)),
            *(Shape(width=1280, height=704, frames=121), 1, 517),
        ),
        (
            *("ltx-2b", Packing(channels=128, side=32, frames=8)),
            *(Shape(width=704, height=480, frames=161, tokens=128), 1, 34),
        ),
        (
            *("ltx-2", Packing(channels=128, side=32, frames=8)),
            *(Shape(width=768, height=512, frames=121, tokens=1024), 1, 202),
        ),
        (
            *("cogvideox-5b", WAN),
            *(Shape(width=720, height=480, frames=49, tokens=226), 2, 664),
        ),
    ],
)
def test_a_forward_of_a_real_model_takes_what_is_known(name, packing, shape, batch, teraflops):
    denoiser = parts.blank(models.config(name))

    counted = flops.of_denoiser(denoiser, packing, shape, batch) / flops.TERA

    assert counted == pytest.approx(teraflops, rel=KNOWN_SHARE)


@pytest.mark.parametrize(
    ("row", "teraflops"),
    [(models.SDXL, 10.5), (models.FLUX, 10.5), (models.WAN_14B, 275), (models.WAN_5B, 2011)],
    ids=lambda one: getattr(one, "name", ""),
)
def test_decoding_takes_what_is_known(row, teraflops):
    assert flops.of_vae(row) / flops.TERA == pytest.approx(teraflops, rel=KNOWN_SHARE)


def test_reading_a_prompt_takes_what_is_known():
    encoder = parts.blank(models.config("umt5-xxl"))

    assert flops.of_encoding(encoder, 512) / flops.TERA == pytest.approx(4.8, rel=KNOWN_SHARE)


@pytest.mark.parametrize("row", models.ROWS, ids=lambda row: row.name)
def test_the_count_is_what_a_real_loop_spends_in_its_denoiser(row):
    row, steps = little(row), 2
    pipeline = denoise.pipeline_of(row, CPU, torch.float32, small)
    denoiser = denoise.denoiser_of(row, pipeline)
    spent: list[int] = []
    forward = denoiser.forward

    def counting(*arguments: Any, **options: Any) -> Any:
        out: list[Any] = []
        spent.append(flops.counted(lambda: out.append(forward(*arguments, **options))))
        return out[0]

    denoiser.forward = counting
    with sdpa_kernel(SDPBackend.MATH):
        denoise.run(row, pipeline, steps, lambda: None)

    blank = parts.blank(small(row.denoiser))
    told = flops.of_denoiser(blank, row.packing, row.shape, row.batch)
    assert sum(spent) == pytest.approx(told * row.forwards * steps, rel=0.001)


def test_a_step_and_a_decode_are_timed():
    row = little(models.SDXL)
    pipeline = denoise.pipeline_of(row, CPU, torch.float32, small)

    assert denoise.step_s(row, pipeline, 3) > 0
    assert denoise.decode_s(row, pipeline, 1) > 0


def test_random_weights_are_no_zeros_and_have_the_dtypes_of_loaded_ones():
    part = parts.random(small("wan-5b"), CPU, torch.bfloat16)

    assert part.blocks[0].attn1.to_q.weight.dtype == torch.bfloat16
    assert part.scale_shift_table.dtype == torch.float32
    assert part.blocks[0].attn1.to_q.weight.float().std().item() == pytest.approx(0.02, rel=0.1)
