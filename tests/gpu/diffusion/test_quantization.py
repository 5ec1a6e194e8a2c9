"""Weights in 8 or 4 bits: less room, other pictures, and the same ones every time."""

import weakref

import pytest

pytestmark = pytest.mark.gpu
pytest.importorskip("torch")

import torch  # noqa: E402

from gpu.diffusion import loading, memory, sizes  # noqa: E402
from gpu.diffusion.nf4 import Nf4Linear  # noqa: E402
from gpu.diffusion.residency import Resident  # noqa: E402
from gpu.diffusion.shelf import SHELF  # noqa: E402
from gpu.diffusion.spec import spec_of  # noqa: E402
from gpu.likeness import likeness  # noqa: E402
from tests.gpu.diffusion.making import (  # noqa: E402
    CLIPS,
    FAMILIES,
    TRACKS,
    forget,
    image_brief,
    loaded,
    made,
    made_elsewhere,
)

HELD_IN = ("fp8", "nf4")


def maker(model, dtype="bf16", **settings):
    spec = spec_of(image_brief(model, dtype=dtype, **settings))
    return loading.load_maker(SHELF.model(spec).source, torch.device("cpu"))


def named(pipeline, kind):
    return {
        name
        for part in memory._denoisers(pipeline)
        for name, module in part.named_modules()
        if type(module) is kind
    }


@pytest.mark.parametrize("held_in", HELD_IN)
@pytest.mark.parametrize("model", ["sdxl", "zimage", "wan22"])
def test_fewer_bits_make_another_result_and_always_the_same(model, held_in, tmp_path):
    settings = {"dtype": "bf16", "guidance_2": 3.0} if model in CLIPS else {"dtype": "bf16"}
    plain = made(tmp_path, model, **settings)
    first = made(tmp_path, model, quantization=held_in, **settings)
    forget()

    again = made(tmp_path, model, quantization=held_in, **settings)

    assert first.raw_sha256 == again.raw_sha256 != plain.raw_sha256
    assert first.environment["model"]["quantization"] == held_in


def test_4_bits_make_the_same_result_in_a_new_process(tmp_path):
    families = ("sdxl", "zimage", "wan22", "ace-step")

    here = [made(tmp_path, family, quantization="nf4").raw_sha256 for family in families]

    assert made_elsewhere(tmp_path, families, quantization="nf4") == here


@pytest.mark.parametrize("family", FAMILIES)
def test_in_4_bits_every_family_makes_nearly_what_it_makes_in_full(family, tmp_path):
    path = tmp_path / f"out.{'mp4' if family in CLIPS else 'wav' if family in TRACKS else 'png'}"
    settings = {"guidance_2": 3.0} if family == "wan22" else {}
    whole = made(tmp_path, family, **settings)
    kept = path.rename(tmp_path / f"whole{path.suffix}")

    four = made(tmp_path, family, quantization="nf4", **settings)

    assert four.raw_sha256 != whole.raw_sha256
    assert likeness(kept, path, whole.media_type).psnr_db > 20


def test_8_bits_are_what_lies_in_memory():
    pipeline = maker("zimage", quantization="fp8")

    assert pipeline.transformer.layers[0].attention.to_q.weight.dtype == torch.float8_e4m3fn
    assert pipeline.vae.dtype == torch.bfloat16


@pytest.mark.parametrize("family", FAMILIES)
def test_4_bits_are_taken_where_8_are_as_far_as_layers_are_linear(family):
    whole, eight = maker(family), maker(family, quantization="fp8")
    linears = named(whole, torch.nn.Linear)

    four = maker(family, quantization="nf4")

    assert named(four, Nf4Linear) == in_8_bits(eight) & linears
    assert in_8_bits(four) == in_8_bits(eight) - linears
    assert [one.dtype for one in memory._denoisers(four)] == [
        one.dtype for one in memory._denoisers(whole)
    ]


def in_8_bits(pipeline):
    return {
        name
        for part in memory._denoisers(pipeline)
        for name, module in part.named_modules()
        if getattr(getattr(module, "weight", None), "dtype", None) == torch.float8_e4m3fn
    }


@pytest.mark.parametrize("held_in", ["none", *HELD_IN])
@pytest.mark.parametrize("family", ["sdxl", "zimage", "flux", "qwen-image", "ltx", "cogvideox"])
def test_the_room_that_is_foretold_is_what_is_taken(family, held_in):
    source = SHELF.model(spec_of(image_brief(family, dtype="bf16", quantization=held_in))).source
    taken = loading.weights_bytes(loading.load_maker(source, torch.device("cpu")))

    told = sizes.maker_bytes(source.folder, source.family, dtype="bf16", quantization=held_in)

    assert told == pytest.approx(taken, rel=0.005)


@pytest.mark.parametrize("held_in", HELD_IN)
@pytest.mark.parametrize("before", ["group-offload", "sequential"])
def test_what_is_offloaded_is_offloaded_still_and_makes_the_same(before, held_in):
    plain = maker("zimage", quantization=held_in)
    pipeline = maker("zimage")
    card = torch.device("cpu")
    memory.step_onto(pipeline, before, card)

    memory.step_onto(pipeline, held_in, card)

    assert memory._level(pipeline) == ("block_level" if before == "group-offload" else "leaf_level")
    assert torch.equal(drawn(pipeline), drawn(plain))


def drawn(pipeline):
    width = pipeline.transformer.config.cap_feat_dim
    embeds = [torch.linspace(-1, 1, 7 * width, dtype=torch.bfloat16).view(7, width)]
    return pipeline(
        prompt_embeds=embeds, width=32, height=32, num_inference_steps=2, guidance_scale=0.0,
        generator=torch.Generator("cpu").manual_seed(1), output_type="pt",
    ).images  # fmt: skip


def test_in_4_bits_weights_leave_the_card_and_come_back():
    pipeline = maker("zimage", quantization="nf4")
    first = drawn(pipeline)
    resident = Resident(pipeline)

    resident.onto(torch.device("cpu"))
    on_card = drawn(pipeline)
    resident.leave()

    assert torch.equal(on_card, first)
    assert torch.equal(drawn(pipeline), first)


@pytest.mark.parametrize("held_in", HELD_IN)
def test_weights_that_come_and_go_whole_do_so_in_fewer_bits_too(held_in, tmp_path):
    forget()
    made(tmp_path, "zimage")
    (model,) = loaded()
    model._resident = model._resident or Resident(model._maker)  # as on a card
    model._place()
    at_first = model._resident

    model._step_onto(held_in)
    model._place()

    assert model._resident is not at_first
    assert model._on_card
    held = {id(tensor) for tensor, _ in model._resident._homes}
    assert held >= {id(one) for one in model._maker.transformer.parameters()}
    forget()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own, while it compiles
def test_in_4_bits_blocks_compile_in_one_graph_each():
    pipeline = maker("zimage", quantization="nf4")
    plain = drawn(pipeline)

    pipeline.transformer.compile_repeated_blocks(fullgraph=True, backend="eager")

    with torch.no_grad():
        assert torch.equal(drawn(pipeline), plain)


def test_each_layer_goes_as_it_is_replaced_so_that_the_host_never_holds_two_models(monkeypatch):
    pipeline = maker("zimage")
    gone, alive = [], []

    def watched(layer, linear, dtype):
        alive.append(sum(one() is not None for one in gone[:-1]))
        gone.append(weakref.ref(linear.weight))
        made_of(layer, linear, dtype)

    made_of = Nf4Linear.__init__
    monkeypatch.setattr(Nf4Linear, "__init__", watched)
    memory.quantize(pipeline, "nf4")

    assert len(gone) > 10
    assert set(alive) == {0}


@pytest.mark.parametrize("family", FAMILIES)
def test_4_bits_take_less_room_than_8_and_those_less_than_all(family):
    taken = []
    for held_in in ("none", *HELD_IN):
        parts = memory._denoisers(maker(family, quantization=held_in))
        taken.append(sum(one.nbytes for part in parts for one in part.parameters()))

    assert taken == sorted(taken, reverse=True)
    assert len(set(taken)) == 3
