"""The count of FLOPs: as it is known of real models, and as real loops spend it."""

from dataclasses import replace
from typing import Any

import pytest

pytestmark = pytest.mark.gpu

import diffusers  # noqa: E402
import torch  # noqa: E402
from torch.nn.attention import SDPBackend, sdpa_kernel  # noqa: E402

from benchmarks.gpu import denoise, flops, limit, models, parts, profiles  # noqa: E402
from benchmarks.gpu.models import Packing, Row, Shape  # noqa: E402
from gpu import profile  # noqa: E402
from gpu.diffusion import numerics, weights  # noqa: E402
from gpu.diffusion.families import FAMILIES, family_of  # noqa: E402
from gpu.profile_files import StageProfile  # noqa: E402
from tests.gpu.narrow import narrow  # noqa: E402

KNOWN_SHARE = 0.02
CPU = torch.device("cpu")
WAN = Packing(channels=16, frames=4)
SQUARE = Shape(width=1024, height=1024)


@pytest.fixture(autouse=True, scope="module")
def _settled() -> None:
    numerics.settle()


def little(row: Row) -> Row:
    """A row at a shape that a CPU does in no time."""
    frames = 9 if row.shape.frames > 1 else 1
    tokens = 226 if row.pipeline == "CogVideoXImageToVideoPipeline" else 32
    return replace(row, shape=Shape(width=96, height=64, frames=frames, tokens=tokens))


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


@pytest.mark.parametrize(("row", "teraflops"), [(models.SDXL, 10.5), (models.FLUX, 10.5)])
def test_decoding_a_picture_takes_what_is_known(row, teraflops):
    assert flops.of_vae(row) / flops.TERA == pytest.approx(teraflops, rel=KNOWN_SHARE)


@pytest.mark.parametrize(("row", "teraflops"), [(models.WAN_14B, 275), (models.WAN_5B, 2011)])
def test_decoding_a_clip_takes_what_is_known(row, teraflops):
    first, step = row.packing.frames + 1, row.packing.frames
    # frame by frame, so that some of them tell what all of them take
    few, more = (
        flops.of_vae(replace(row, shape=replace(row.shape, frames=frames)))
        for frames in (first + step, first + 2 * step)
    )
    left = (row.shape.frames - first - 2 * step) // step

    counted = (more + (more - few) * left) / flops.TERA

    assert counted == pytest.approx(teraflops, rel=KNOWN_SHARE)


def test_reading_a_prompt_takes_what_is_known():
    encoder = parts.blank(models.config("umt5-xxl"))

    assert flops.of_encoding(encoder, 512) / flops.TERA == pytest.approx(4.8, rel=KNOWN_SHARE)


@pytest.mark.parametrize("row", models.ROWS, ids=lambda row: row.name)
def test_the_count_is_what_a_real_loop_spends_in_its_denoiser(row):
    row, steps = little(row), 2
    pipeline = denoise.pipeline_of(row, CPU, torch.float32, narrow)
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

    blank = parts.blank(narrow(row.denoiser))
    told = flops.of_denoiser(blank, row.packing, row.shape, row.batch)
    assert sum(spent) == pytest.approx(told * row.forwards * steps, rel=0.001)


def test_a_step_and_a_decode_are_timed():
    row = little(models.SDXL)
    pipeline = denoise.pipeline_of(row, CPU, torch.float32, narrow)

    assert denoise.step_s(row, pipeline, 3) > 0
    assert denoise.decode_s(row, pipeline, 1) > 0


def test_random_weights_are_no_zeros_and_have_the_dtypes_of_loaded_ones():
    part = parts.random(narrow("wan-5b"), CPU, torch.bfloat16)

    assert part.blocks[0].attn1.to_q.weight.dtype == torch.bfloat16
    assert part.scale_shift_table.dtype == torch.float32
    assert part.blocks[0].attn1.to_q.weight.float().std().item() == pytest.approx(0.02, rel=0.1)


def diffused(*kinds: str) -> list[StageProfile]:
    """Stages of the shipped profiles that a diffusers model does."""
    shipped = [profile.load(name) for name in ("gpu-8gb", "gpu-24gb", "gpu-80gb")]
    found = [one.stages[kind] for one in shipped for kind in kinds if kind in one.stages]
    return [stage for stage in found if stage.backend == "diffusers"]


def test_every_model_of_the_shipped_profiles_is_measured_at_its_shape():
    measured = {(row.repo, row.shape.width, row.shape.frames) for row in profiles.rows()}

    asked = {
        (stage.model, stage.settings["width"], stage.settings.get("frames", 1))
        for stage in diffused("image", "video")
    }
    assert asked <= measured


def test_every_music_model_of_the_shipped_profiles_is_counted():
    counted = {row.repo for row in models.COUNTED}

    assert {stage.model for stage in diffused("music")} <= counted


def test_every_family_is_in_the_table_of_flops():
    alike = {"FluxKontextPipeline", "QwenImageEditPlusPipeline"}  # the denoisers of other rows

    assert {row.pipeline for row in flops.every()} | alike == set(FAMILIES)


@pytest.mark.parametrize(
    ("name", "row"), [("ace-step", models.ACE_STEP), ("stable-audio", models.STABLE_AUDIO)]
)
def test_the_count_of_music_is_what_a_real_call_spends_in_its_denoiser(name, row):
    pipeline, family = tiny(name, row.pipeline), family_of(row.pipeline)
    spent: list[tuple[int, dict[str, torch.Tensor]]] = []
    denoiser = pipeline.transformer
    forward = denoiser.forward

    def counting(hidden_states: torch.Tensor, *arguments: Any, **options: Any) -> Any:
        out: list[Any] = []
        count = flops.counted(lambda: out.append(forward(hidden_states, *arguments, **options)))
        spent.append((count, {**options, "latents": hidden_states}))
        return out[0]

    denoiser.forward = counting
    with sdpa_kernel(SDPBackend.MATH):
        pipeline(
            "strings", num_inference_steps=2, guidance_scale=row.guidance,
            **{family.seconds: 4.0}, **dict(family.always),
        )  # fmt: skip

    blank = parts.blank({"_class_name": type(denoiser).__name__, **dict(denoiser.config)})
    for count, given in spent:
        along = 2 if name == "stable-audio" else 1
        tokens = given["encoder_hidden_states"].shape[1]
        shape = Shape(seconds=given["latents"].shape[along], tokens=tokens)
        told = flops.of_denoiser(blank, Packing(channels=8, rate_hz=1.0), shape, row.batch)
        assert count == pytest.approx(told, rel=0.001)


def tiny(name: str, pipeline: str) -> Any:
    """A tiny pipeline, loaded as diffusers loads any."""
    folder = weights.locate(f"tiny:{name}")
    with numerics.without_old_ways():
        kind = getattr(diffusers, pipeline)
        loaded = kind.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
    loaded.set_progress_bar_config(disable=True)
    return loaded


def test_a_piece_of_music_has_as_many_latents_as_its_model_makes():
    ace, stable = models.ACE_STEP, models.STABLE_AUDIO

    assert ace.packing.track(ace.shape) == 25 * 60
    assert stable.packing.track(stable.shape) == models.config("stable-audio")["sample_size"]


@pytest.fixture(scope="module")
def unmeasured():
    row = models.SDXL
    return denoise.Loop(
        row=row, step_flops=flops.of_forward(row), decode_flops=flops.of_vae(row),
        limit_flops_per_s=0.0,
    )  # fmt: skip


def test_what_was_not_measured_is_an_empty_cell(unmeasured):
    last = denoise.table([unmeasured]).splitlines()[-1]

    assert [cell.strip() for cell in last.split("|")[1:-1]] == [
        *("SDXL, 1024×1024", "13.5", "", "", "", "", "", "≥ 60%", "", "", "", "10.5", ""),
    ]


def test_the_share_of_the_limit_is_the_least_time_over_the_measured_one(unmeasured):
    loop = replace(unmeasured, step_flops=400, limit_flops_per_s=1000.0)

    assert loop.share(0.5) == 0.8


def test_the_rate_of_a_matrix_product_is_measured():
    assert limit.matrix_rate(CPU, side=64, rounds=3) > 0
