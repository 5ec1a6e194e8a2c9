"""What needs a card, part by part: python -m benchmarks.gpu.on_card [loops|engine|ladder …].

Each row is told as soon as it is measured: a card is seldom lent for long. "loops=NAME;NAME" runs
the models of these names alone, "engine=10,8" takes so many steps for pictures and for clips, and
"ladder=8" for the pictures of the ladder, whose clips then are left out.
"""

import platform
import sys
import tempfile
from datetime import date
from importlib.metadata import version
from pathlib import Path

import torch

from benchmarks.gpu import denoise, flops, folders, idle, ladder, limit, models, overhead, profiles
from benchmarks.gpu.setup import real
from benchmarks.measure import Row
from benchmarks.report import line, machine, table
from gpu.diffusion import numerics

ENGINE = "## The engine beside a plain diffusers script"
PARTS = ("loops", "engine", "ladder")
NOTES = """\
- Models are published configurations with random bfloat16 weights (normal, no zeros): how long they
  take does not depend on what weights say. An empty cell was not measured.
- Loops: through diffusers' own pipelines with reelog's numerics. A step is the median of several,
  the first left out; its FLOPs are those of all its forwards. The limit is the rate of a large
  matrix product on the same card. Compiled: `compile_repeated_blocks`, compilation not counted.
  Bounds are for an H200 class card. In TF32: what `[speed] tf32` does to a VAE held in float32.
- Engine: both make the same pictures and clips, in one process, in turn; loading is apart on both
  sides, and reelog's includes the hash of every weight file, which it keeps for the next time.
- Ladder: each rung is stepped onto as it would be without room. Bits are those of the last latents
  and of all pixels; a rung without a bound may change them, and is recorded with the result.
"""


def head(device: torch.device, rate: float) -> str:
    """Versions, machine and card."""
    card = torch.cuda.get_device_properties(device)
    return (
        f"On {date.today().isoformat()}, with reelog {version('reelog')}, Python "
        f"{platform.python_version()}, torch {version('torch')}, diffusers {version('diffusers')}."
        f"\nMachine: {machine()}. Card: {card.name}, {card.total_memory / 2**30:.0f} GiB, CUDA "
        f"{torch.version.cuda}; {rate / flops.TERA:.0f} TFLOP/s in bfloat16."
    )


def loops(rate: float, names: str = "") -> str:
    """The denoise loops of all models, or of some."""
    wanted = names.split(";")
    rows = [row for row in profiles.rows() if not names or row.name in wanted]
    return denoise.table(denoise.loops(rate, rows))


def engine(image: Path, clip: Path, steps: str = "") -> str:
    """The engine beside the plain script at real shapes, and how long the card idles.

    With fewer steps what is ours weighs more; nothing is warmed up then.
    """
    setup = real(image, clip, *map(int, filter(None, steps.split(","))))
    both = overhead.compared(setup, rounds=1, warm_up=not steps)
    rows = [both.row(1.0)]
    tell(line(rows[-1]))
    spent = overhead.where_it_goes(both)
    tell(spent)
    share = idle.between_shots(setup)
    rows.append(
        Row(
            "the card idles between pictures of SDXL, of the time", f"{share:.2%}", "limit",
            f"{share / idle.IDLE_MAX:.2f}", f"≤ {idle.IDLE_MAX:.0%}", share <= idle.IDLE_MAX,
        )
    )  # fmt: skip
    tell(line(rows[-1]))
    return f"{table(rows)}\n\n- Where the engine's time goes: {spent}."


def rungs(image: Path, clip: Path, steps: str = "") -> str:
    """The memory ladder, rung by rung."""
    found: list[ladder.Rung] = []

    def told(one: ladder.Rung) -> None:
        found.append(one)
        tell(ladder.line(one, found))

    climbers = [ladder.sdxl(image, int(steps))] if steps else [ladder.sdxl(image), ladder.ltx(clip)]
    for name, spec, call in climbers:
        ladder.climbed(name, spec, call, told)
    return ladder.table(found)


def tell(words: str) -> None:
    """At once, also where nobody is there at the end."""
    print(words, file=sys.stderr, flush=True)


def measured(*parts: str) -> str:
    """Markdown of these parts, or all."""
    device = numerics.settle()
    rate = limit.matrix_rate(device)
    chapters = [head(device, rate)]
    tell(chapters[0])
    wanted = dict(part.partition("=")[::2] for part in parts or PARTS)
    if "loops" in wanted:
        chapters += ["## Denoise loops", loops(rate, wanted["loops"])]
    if {"engine", "ladder"} & set(wanted):
        with tempfile.TemporaryDirectory() as folder:
            image = folders.saved(models.SDXL, Path(folder, "sdxl"), device)
            clip = folders.saved(models.LTX, Path(folder, "ltx"), device)
            if "engine" in wanted:
                chapters += [ENGINE, engine(image, clip, wanted["engine"])]
            if "ladder" in wanted:
                chapters += ["## The memory ladder", rungs(image, clip, wanted["ladder"])]
    return "\n\n".join(chapters)


if __name__ == "__main__":
    if not torch.cuda.is_available():
        raise SystemExit("no GPU at hand")
    print(measured(*sys.argv[1:]))
