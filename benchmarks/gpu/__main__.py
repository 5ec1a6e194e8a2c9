"""Run all benchmarks of models: python -m benchmarks.gpu.

Writes benchmarks/gpu/RESULTS.md; and ON_CARD.md beside it where there is a card.
"""

import os
import platform
import subprocess
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

import torch

from benchmarks.gpu import flops, models, on_card
from benchmarks.report import machine, table

RESULTS = Path(__file__).with_name("RESULTS.md")
ON_CARD = Path(__file__).with_name("ON_CARD.md")


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
    """Measure, print, write. What was measured on a card stays where there is none now."""
    tiny, spent = on_the_cpu()
    text = f"""# Models: results

`make bench-gpu`, on {date.today().isoformat()}, with reelog {version("reelog")}, Python \
{platform.python_version()}, torch {version("torch")}, diffusers {version("diffusers")}.
Machine: {machine()}. What needs a card is in [ON_CARD.md](ON_CARD.md), with the card it was \
measured on.

## The engine beside a plain diffusers script

{table([])}
{tiny}

- Both make the same pictures and clips, in one process, in turn; medians. A run fails where their
  pictures differ. The plain script is `benchmarks/gpu/plain.py`: load, loop, save, nothing else.
- Loading is apart, on both sides: reelog's includes the hash of every weight file, and letting the
  model before go. The cut is not measured, as the script makes none. On a CPU both use one thread.
- Where the engine's time goes with tiny models: {spent}.

## FLOPs

{flops.table()}

- Counted on the meta device by torch's FlopCounterMode: `python -m benchmarks.gpu.flops`.
- The last {len(models.COUNTED)} are counted and not run on a card: their loops want the models \
that read for
  them. LTX-2's VAE is not counted.
"""
    print(text)
    RESULTS.write_text(text, encoding="utf-8")
    if torch.cuda.is_available():
        measured = f"# Models on a card: results\n\n{on_card.measured()}\n\n{on_card.NOTES}"
        print(measured)
        ON_CARD.write_text(measured, encoding="utf-8")


if __name__ == "__main__":
    main()
