"""The extra `gpu`: what it installs is what was pinned, and it works together. `make test-gpu`."""

from importlib.metadata import version
from pathlib import Path

import pytest

pytestmark = pytest.mark.gpu

ROOT = Path(__file__).resolve().parents[2]
PINNED = dict(
    line.split("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line
)


@pytest.mark.parametrize(
    "library",
    ["torch", "diffusers", "transformers", "accelerate", "safetensors", "ftfy", "sentencepiece"],
)
def test_each_library_of_the_extra_has_its_pinned_version(library: str) -> None:
    assert version(library).partition("+")[0] == PINNED[library]


def test_the_same_seed_draws_the_same_noise_from_a_generator_on_the_cpu() -> None:
    import torch

    first, second = (
        torch.randn(4, 8, generator=torch.Generator("cpu").manual_seed(7)) for _ in range(2)
    )

    assert torch.equal(first, second)


def test_safetensors_give_back_the_bits_that_were_saved(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    weights = {"w": torch.randn(3, 5, generator=torch.Generator("cpu").manual_seed(1))}
    save_file(weights, tmp_path / "w.safetensors")

    assert torch.equal(weights["w"], load_file(tmp_path / "w.safetensors")["w"])


def test_diffusers_and_transformers_import_together() -> None:
    import diffusers
    import transformers

    assert diffusers.DiffusionPipeline.__name__ == "DiffusionPipeline"
    assert transformers.PreTrainedConfig.__name__ == "PreTrainedConfig"
