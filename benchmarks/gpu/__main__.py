"""Run all benchmarks of models and write benchmarks/gpu/RESULTS.md: python -m benchmarks.gpu."""

import os
import platform
import subprocess
import sys
import tempfile
from datetime import date
from importlib.metadata import version
from pathlib import Path

import torch

from benchmarks.gpu import denoise, flops, folders, idle, limit, models, overhead, profiles, setup
from benchmarks.measure import Row
from benchmarks.report import line, machine, table
from gpu.diffusion import numerics

RESULTS = Path(__file__).with_name("RESULTS.md")
NO_CARD = "no GPU at hand"
REAL = "7 shots, SDXL and LTX-Video 2B with random weights, 960×544, 97 frames"
IDLE = "the card idles between pictures of SDXL, of the time"


def on_card() -> tuple[str, str, list[str]]:
    """The card's name and rate, the loops, and the engine at real shapes."""
    device = numerics.settle()
    rate = limit.matrix_rate(device)
    loops = denoise.table(denoise.loops(rate, profiles.rows()))
    card = torch.cuda.get_device_properties(device)
    name = f"{card.name}, {card.total_memory / 2**30:.0f} GiB, CUDA {torch.version.cuda}"
    with tempfile.TemporaryDirectory() as folder:
        real = setup.real(
            folders.saved(models.SDXL, Path(folder, "sdxl"), device),
            folders.saved(models.LTX, Path(folder, "ltx"), device),
        )
        both = overhead.compared(real, rounds=1)
        share = idle.between_shots(real)
    faster = both.row(1.0)
    between = Row(
        IDLE, f"{share:.2%}", "limit", f"{share / idle.IDLE_MAX:.2f}", f"≤ {idle.IDLE_MAX:.0%}",
        share <= idle.IDLE_MAX,
    )  # fmt: skip
    return (
        f"{name}; {rate / flops.TERA:.0f} TFLOP/s in bfloat16",
        loops,
        [line(one) for one in (faster, between)],
    )


def without_card() -> tuple[str, str, list[str]]:
    """The same, its cells empty."""
    loops = denoise.table([denoise.unmeasured(row) for row in profiles.rows()])
    empty = [f"| {REAL} | | | | ≤ 1.0 | |", f"| {IDLE} | | | | ≤ {idle.IDLE_MAX:.0%} | |"]
    return NO_CARD, loops, empty


def on_the_cpu() -> tuple[str, str]:
    """Tiny models in a process that sees no card: a line of the table, and where the time goes."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.gpu.overhead"],
        env={**os.environ, "CUDA_VISIBLE_DEVICES": ""}, check=True, stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    tiny, spent = done.stdout.splitlines()[-2:]
    return tiny, spent


def main() -> None:
    """Measure, print, write."""
    card, loops, real = on_card() if torch.cuda.is_available() else without_card()
    tiny, spent = on_the_cpu()
    lines = "\n".join([table([]), tiny, *real])
    text = f"""# Models: results

`make bench-gpu`, on {date.today().isoformat()}, with reelog {version("reelog")}, Python \
{platform.python_version()}, torch {version("torch")}, diffusers {version("diffusers")}.
Machine: {machine()}. Card: {card}.
An empty cell was not measured here: {NO_CARD}.

## The engine beside a plain diffusers script

{lines}

- Both make the same pictures and clips, in one process, in turn; medians. A run fails where their
  pictures differ. The plain script is `benchmarks/gpu/plain.py`: load, loop, save, nothing else.
- Loading is apart, on both sides: reelog's includes the hash of every weight file, and letting the
  model before go. The cut is not measured, as the script makes none. On a CPU both use one thread.
- Where the engine's time goes with tiny models: {spent}.

## Denoise loops

{loops}

- Published configurations, random bfloat16 weights (normal, no zeros), through diffusers' own
  pipelines with reelog's numerics. A step is the median of several, the first left out; its FLOPs
  are those of all its forwards. The limit is the rate of a large matrix product on the same card.
- Compiled: `compile_repeated_blocks`, compilation not counted. Bounds are for an H200 class card.

## FLOPs

{flops.table()}

- Counted on the meta device by torch's FlopCounterMode: `python -m benchmarks.gpu.flops`.
- The last {len(models.COUNTED)} are counted and not run above: their loops want the models that \
read for them. LTX-2's
  VAE is not counted.
"""
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
