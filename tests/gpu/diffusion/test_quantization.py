"""Weights in 8 bits: half the room, other pictures, and the same ones every time."""

import pytest

pytestmark = pytest.mark.gpu
pytest.importorskip("torch")

import torch  # noqa: E402

from gpu.diffusion import loading  # noqa: E402
from gpu.diffusion.shelf import SHELF  # noqa: E402
from gpu.diffusion.spec import spec_of  # noqa: E402
from tests.gpu.diffusion.making import CLIPS, forget, image_brief, made  # noqa: E402


@pytest.mark.parametrize("model", ["sdxl", "zimage", "wan22"])
def test_8_bits_make_another_result_and_always_the_same(model, tmp_path):
    settings = {"dtype": "bf16", "guidance_2": 3.0} if model in CLIPS else {"dtype": "bf16"}
    plain = made(tmp_path, model, **settings)
    first = made(tmp_path, model, quantization="fp8", **settings)
    forget()

    again = made(tmp_path, model, quantization="fp8", **settings)

    assert first.raw_sha256 == again.raw_sha256 != plain.raw_sha256
    assert first.environment["model"]["quantization"] == "fp8"


def test_8_bits_are_what_lies_in_memory():
    spec = spec_of(image_brief("zimage", dtype="bf16", quantization="fp8"))

    pipeline = loading.load_maker(SHELF.model(spec).source, torch.device("cpu"))

    assert pipeline.transformer.layers[0].attention.to_q.weight.dtype == torch.float8_e4m3fn
    assert pipeline.vae.dtype == torch.bfloat16
