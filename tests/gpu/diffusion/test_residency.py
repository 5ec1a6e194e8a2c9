"""Weights leave the card without being copied, and come back as they were."""

import pytest

pytestmark = pytest.mark.gpu
torch = pytest.importorskip("torch")

from diffusers import DiffusionPipeline  # noqa: E402

from gpu.diffusion import weights  # noqa: E402
from gpu.diffusion.residency import Resident  # noqa: E402

CARD = torch.device("cpu")
"""Memory of its own, as a card's is."""


def tensors(pipeline):
    parts = [one for one in pipeline.components.values() if isinstance(one, torch.nn.Module)]
    return [tensor for part in parts for tensor in (*part.parameters(), *part.buffers())]


@pytest.fixture
def pipeline():
    return DiffusionPipeline.from_pretrained(weights.locate("tiny:sdxl"))


def test_every_weight_is_copied_onto_the_card(pipeline):
    resident = Resident(pipeline)
    at_home = {tensor.data_ptr() for tensor in tensors(pipeline)}

    resident.onto(CARD)

    assert at_home.isdisjoint(tensor.data_ptr() for tensor in tensors(pipeline))


def test_leaving_is_pointing_at_the_hosts_weights_again(pipeline):
    before = [tensor.clone() for tensor in tensors(pipeline)]
    resident = Resident(pipeline)
    at_home = [tensor.data_ptr() for tensor in tensors(pipeline)]

    resident.onto(CARD)
    resident.leave()

    assert [tensor.data_ptr() for tensor in tensors(pipeline)] == at_home
    assert all(torch.equal(a, b) for a, b in zip(before, tensors(pipeline), strict=True))


def test_a_model_that_left_and_came_back_makes_the_same_bits(pipeline):
    def drawn():
        generator = torch.Generator("cpu").manual_seed(1)
        options = {"width": 32, "height": 32, "num_inference_steps": 2, "output_type": "pt"}
        return pipeline("a lighthouse", generator=generator, **options).images

    resident = Resident(pipeline)
    resident.onto(CARD)
    first = drawn()
    resident.leave()
    resident.onto(CARD)

    assert torch.equal(drawn(), first)
