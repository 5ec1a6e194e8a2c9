"""FLOPs of one forward, counted on the meta device: no weights, no card, seconds on a laptop.

python -m benchmarks.gpu.flops prints those of every model at its shape.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.gpu import inputs, parts
from benchmarks.gpu.models import COUNTED, ENCODERS, Packing, Row, Shape, config
from benchmarks.gpu.profiles import rows

TERA, PETA = 1e12, 1e15


def counted(work: Callable[[], object]) -> int:
    """FLOPs of matrix products, convolutions and attention; a multiply-add is two."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        work()
    return int(counter.get_total_flops())


def of_denoiser(denoiser: Any, packing: Packing, shape: Shape, batch: int = 1) -> int:
    """One forward of a denoiser that is on the meta device."""
    given = inputs.OF_DENOISER[type(denoiser).__name__](denoiser.config, packing, shape, batch)
    return counted(lambda: denoiser(**given))


def of_decoding(vae: Any, packing: Packing, shape: Shape) -> int:
    """A VAE on the meta device decodes a whole picture, clip or track at once."""
    return counted(lambda: vae.decode(inputs.empty(*latents(vae, packing, shape))))


def latents(vae: Any, packing: Packing, shape: Shape) -> tuple[int, ...]:
    """The size of what a VAE decodes into one picture, clip or piece of music."""
    if packing.rate_hz:
        return (1, packing.channels, packing.track(shape))
    frames, rows, columns = packing.grid(shape)
    is_clip = packing.frames > 1 or type(vae).__name__ == "AutoencoderKLQwenImage"
    return (1, packing.channels, *((frames,) if is_clip else ()), rows, columns)


def of_encoding(encoder: Any, tokens: int) -> int:
    """A text encoder on the meta device reads one prompt."""
    ids = torch.empty((1, tokens), dtype=torch.long, device="meta")
    return counted(lambda: encoder(input_ids=ids))


def of_forward(row: Row) -> int:
    """One forward of a row's denoiser, at its shape and batch."""
    denoiser = parts.blank(config(row.denoiser))
    return of_denoiser(denoiser, row.packing, row.shape, row.batch)


def of_vae(row: Row) -> int:
    """A row's VAE decodes what its loop made."""
    return of_decoding(parts.blank(config(row.vae)), row.packing, row.shape)


def every() -> list[Row]:
    """The rows of the table: those that are run, then those that are counted alone."""
    return [*rows(), *COUNTED]


def table() -> str:
    """A Markdown table of every model, and one of the text encoders."""
    lines = [
        "| model | shape | TFLOP/forward | forwards | PFLOP/loop | TFLOP/VAE decode |",
        "| --- " * 6 + "|",
    ]
    for row in every():
        forward, forwards = of_forward(row), row.forwards * row.steps
        decode = f"{of_vae(row) / TERA:.1f}" if row.vae else ""
        lines.append(
            f"| {row.name} | {row.shape} | {forward / TERA:.1f} | {forwards} | "
            f"{forward * forwards / PETA:.2f} | {decode} |"
        )
    lines += ["", "| text encoder | tokens | TFLOP |", "| --- | --- | --- |"]
    for name, tokens in ENCODERS.items():
        encoding = of_encoding(parts.blank(config(name)), tokens)
        lines.append(f"| {name} | {tokens} | {encoding / TERA:.2f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
