"""A linear layer whose weight is held in 4 bits: NormalFloat, as QLoRA has it (arXiv 2305.14314).

The codes of two weights share a byte; each block of 64 has one scale, its largest absolute weight.
What `nf4` means never changes: pictures are recorded under that name.
"""

from itertools import pairwise

import torch
from torch.nn import functional

BLOCK = 64
LEVELS = (
    -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453,
    -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0.0,
    0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
    0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0,
)  # fmt: skip
_MIDDLES = [(low + high) / 2 for low, high in pairwise(LEVELS)]
_PAIRS = [(first, second) for first in LEVELS for second in LEVELS]
"""What each byte stands for."""


def packed(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """A weight as codes, two a byte, and the scales of its blocks, in the weight's number format.

    A scale is one of the weights, so that format loses nothing of it.
    """
    flat = weight.flatten()
    blocks = functional.pad(flat, (0, -len(flat) % BLOCK)).view(-1, BLOCK)
    scales = blocks.abs().amax(dim=1)
    divisors = scales.float().where(scales > 0, 1.0)
    middles = torch.tensor(_MIDDLES, device=weight.device)
    codes = torch.bucketize(blocks.float() / divisors[:, None], middles, out_int32=True)
    first, second = codes.to(torch.uint8).view(-1, 2).unbind(dim=1)
    return first << 4 | second, scales


class Nf4Linear(torch.nn.Linear):  # type: ignore[misc]
    """Computes in the number format of its scales, whatever `to` makes of that.

    A Linear, as LoRAs and what moves weights look for one; its `weight` is brought back each time.
    """

    pairs: torch.Tensor

    def __init__(self, linear: torch.nn.Linear, dtype: torch.dtype) -> None:
        """Of another layer, which computes in `dtype`, in whatever it is held."""
        torch.nn.Module.__init__(self)  # Linear's would make a weight
        self.in_features, self.out_features = linear.in_features, linear.out_features
        codes, scales = packed(linear.weight.detach().to(dtype))
        self.codes = torch.nn.Parameter(codes, requires_grad=False)
        self.scales = torch.nn.Parameter(scales, requires_grad=False)
        bias = None if linear.bias is None else linear.bias.detach().to(dtype)
        self.bias = None if bias is None else torch.nn.Parameter(bias, requires_grad=False)
        pairs = torch.tensor(_PAIRS, device=codes.device, dtype=dtype)
        self.register_buffer("pairs", pairs, persistent=False)

    @property
    def weight(self) -> torch.Tensor:
        """As near as 4 bits come to it."""
        levels = self.pairs.index_select(0, self.codes.int())
        blocks = levels.view(-1, BLOCK).mul_(self.scales[:, None])
        numbers = self.out_features * self.in_features
        return blocks.flatten()[:numbers].view(self.out_features, self.in_features)
