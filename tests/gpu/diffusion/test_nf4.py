"""A linear layer in 4 bits: as near as NormalFloat comes, in an eighth of float32's room."""

from itertools import pairwise

import pytest

pytestmark = pytest.mark.gpu
torch = pytest.importorskip("torch")

from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from gpu.diffusion.nf4 import BLOCK, LEVELS, Nf4Linear  # noqa: E402

HALF_GAP = max(high - low for low, high in pairwise(LEVELS)) / 2
ROUNDED = {torch.float32: 2**-22, torch.bfloat16: 2**-7, torch.float16: 2**-10}
"""What a number format itself may lose: of a level, and of its product with the scale."""


def layer(wide=96, tall=40, bias=True, dtype=torch.float32, seed=1):
    torch.manual_seed(seed)
    return torch.nn.Linear(wide, tall, bias=bias, dtype=dtype)


@given(
    sides=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    dtype=st.sampled_from(list(ROUNDED)),
    exponent=st.integers(-4, 3),
    seed=st.integers(0, 999),
)
@settings(max_examples=60, deadline=None)
def test_each_weight_comes_back_within_half_a_gap_of_its_block(sides, dtype, exponent, seed):
    linear = layer(*sides, dtype=dtype, seed=seed)
    linear.weight.data *= 10.0**exponent

    back = Nf4Linear(linear, dtype).weight

    step = torch.finfo(dtype).smallest_normal * torch.finfo(dtype).eps
    error = (linear.weight.detach().float() - back.float()).abs().flatten()
    for lost, weights in zip(
        error.split(BLOCK), linear.weight.detach().float().flatten().split(BLOCK), strict=True
    ):
        assert lost.max() <= weights.abs().max() * (HALF_GAP + ROUNDED[dtype]) + step


@pytest.mark.parametrize("dtype", list(ROUNDED), ids=str)
def test_weights_that_stand_on_levels_come_back_as_they_were(dtype):
    linear = layer(16, 8, dtype=dtype)
    linear.weight.data = torch.tensor([LEVELS] * 8).to(dtype) * 0.5

    assert torch.equal(Nf4Linear(linear, dtype).weight, linear.weight)


def test_a_block_of_nothing_comes_back_as_nothing():
    linear = layer(64, 2)
    linear.weight.data[0] = 0.0

    back = Nf4Linear(linear, torch.float32).weight

    assert not back[0].any()
    assert back[1].any()


def test_a_weight_takes_half_a_byte_and_its_share_of_a_scale():
    four = Nf4Linear(layer(512, 256, bias=False, dtype=torch.bfloat16), torch.bfloat16)

    held = sum(one.nbytes for one in four.parameters())

    assert held == 512 * 256 * (0.5 + 2 / BLOCK)
    assert sum(one.nbytes for one in four.buffers()) == 1024  # what each byte stands for


def test_it_computes_as_a_layer_with_that_weight_does():
    linear = layer()
    four = Nf4Linear(linear, torch.float32)
    asked = torch.randn(3, 96)

    with torch.no_grad():
        told = four(asked)
        linear.weight.copy_(four.weight)

        assert torch.equal(told, linear(asked))


def test_it_is_asked_about_like_any_other_layer():
    four = Nf4Linear(layer(dtype=torch.bfloat16, bias=False), torch.bfloat16)

    assert isinstance(four, torch.nn.Linear)
    assert four.bias is None
    assert (four.weight.shape, four.weight.dtype) == ((40, 96), torch.bfloat16)
    assert "in_features=96, out_features=40" in repr(four)


def test_what_was_held_in_8_bits_computes_in_its_own_format_again():
    linear = layer(dtype=torch.bfloat16).to(torch.float8_e4m3fn)

    four = Nf4Linear(linear, torch.bfloat16)

    assert four.weight.dtype == four.bias.dtype == torch.bfloat16


def test_another_number_format_is_what_it_computes_in_and_the_codes_stay():
    four = Nf4Linear(layer(), torch.float32)
    codes = four.codes.clone()

    four.to(torch.bfloat16)

    assert four(torch.ones(1, 96, dtype=torch.bfloat16)).dtype == torch.bfloat16
    assert torch.equal(four.codes, codes)


def test_its_state_goes_into_another_one():
    first, second = Nf4Linear(layer(), torch.float32), Nf4Linear(layer(seed=2), torch.float32)

    second.load_state_dict(first.state_dict())

    assert torch.equal(first.weight, second.weight)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own, while it compiles
def test_it_compiles_in_one_graph():
    four = Nf4Linear(layer(), torch.float32)
    asked = torch.randn(3, 96)

    with torch.no_grad():
        compiled = torch.compile(four, backend="eager", fullgraph=True)

        assert torch.equal(compiled(asked), four(asked))
