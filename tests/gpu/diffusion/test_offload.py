"""What is moved to the card in groups, and what goes when it no longer is."""

import pytest

pytestmark = pytest.mark.gpu
torch = pytest.importorskip("torch")

from diffusers.hooks import HookRegistry  # noqa: E402
from diffusers.hooks.group_offloading import LayerExecutionTrackerHook  # noqa: E402

from gpu.diffusion import loading, memory  # noqa: E402
from gpu.diffusion.shelf import SHELF  # noqa: E402
from gpu.diffusion.spec import spec_of  # noqa: E402
from tests.gpu.diffusion.making import image_brief  # noqa: E402

CARD = torch.device("cpu")


def maker(family):
    return loading.load_maker(SHELF.model(spec_of(image_brief(family))).source, CARD)


def group_of(module):
    registry = getattr(module, "_diffusers_hook", None)
    hook = registry and registry.get_hook("group_offloading")
    return hook.group if hook else None


@pytest.mark.parametrize(
    ("family", "called"),
    [
        ("ltx", lambda pipeline: pipeline.vae.encoder.conv_in.conv),
        ("cogvideox", lambda pipeline: pipeline.vae.decoder.conv_in.conv),
        ("qwen-image", lambda pipeline: pipeline.vae.decoder.conv_in),
        ("ace-step", lambda pipeline: pipeline.text_encoder.get_input_embeddings()),
    ],
)
def test_what_is_called_piece_by_piece_comes_to_the_card_piece_by_piece(family, called):
    pipeline = maker(family)

    memory.step_onto(pipeline, "group-offload", CARD)

    piece = called(pipeline)
    assert group_of(piece).onload_leader is piece


def test_what_denoises_comes_block_by_block():
    pipeline = maker("ltx")

    memory.step_onto(pipeline, "group-offload", CARD)

    block = pipeline.transformer.transformer_blocks[0]
    assert group_of(block).modules == [block]
    assert group_of(block.attn1) is None


def test_what_waited_for_the_end_of_a_forward_that_was_cut_short_goes_too():
    pipeline = maker("ltx")
    memory.step_onto(pipeline, "group-offload", CARD)
    registry = HookRegistry.check_if_exists_or_initialize(
        pipeline.transformer.transformer_blocks[0]
    )
    registry.register_hook(LayerExecutionTrackerHook(lambda: None), "layer_execution_tracker")

    memory.step_onto(pipeline, "sequential", CARD)

    assert registry.get_hook("layer_execution_tracker") is None
    assert memory._level(pipeline) == "leaf_level"
