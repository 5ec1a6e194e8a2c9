"""The card's limit: how fast it multiplies large matrices, of random numbers, in bfloat16.

python -m benchmarks.gpu.limit prints it.
"""

import statistics

import torch

from benchmarks.gpu.clock import Clock

SIDE = 8192
ROUNDS = 50
WARM_UP = 10


def matrix_rate(device: torch.device, side: int = SIDE, rounds: int = ROUNDS) -> float:
    """FLOP a second of a side × side product: the median of several, after some that warm up.

    Normal numbers, as zeros toggle no wires and run faster than any real work.
    """
    one = torch.randn(side, side, dtype=torch.bfloat16, device=device)
    other = torch.randn(side, side, dtype=torch.bfloat16, device=device)
    out = torch.empty_like(one)
    for _ in range(WARM_UP):
        torch.mm(one, other, out=out)
    clock = Clock(device)
    clock.mark()
    for _ in range(rounds):
        torch.mm(one, other, out=out)
        clock.mark()
    return 2 * side**3 / statistics.median(clock.intervals_s())


def main() -> None:
    """Print this card's rate."""
    if not torch.cuda.is_available():
        raise SystemExit("no GPU at hand")
    rate = matrix_rate(torch.device("cuda"))
    print(f"{torch.cuda.get_device_name()}: {rate / 1e12:.0f} TFLOP/s in bfloat16")


if __name__ == "__main__":
    main()
