"""The denoise loop of real models with random weights, through diffusers, beside the card's limit.

python -m benchmarks.gpu.denoise [MODEL …] prints a table. What weights say does not change how
long they take; that they are not zeros does.
"""

import inspect
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import diffusers
import torch
from PIL import Image

from benchmarks.gpu import flops, limit, parts
from benchmarks.gpu.clock import Clock
from benchmarks.gpu.models import Row, config
from benchmarks.gpu.profiles import rows
from gpu.diffusion import memory, numerics
from gpu.diffusion.families import family_of

Config = Callable[[str], Mapping[str, Any]]
MEASURED_S = 10.0
STEPS_MIN = 3
LARGE = 0.1
"""A decoding of more than so many seconds' worth of the card's rate is timed once."""


@dataclass(frozen=True, kw_only=True)
class Loop:
    """One model's loop on this card. Seconds of one step: None where it was not measured, and why.

    `decode_s` is the VAE's, once for each picture or clip; `decode_tf32_s` the same in TF32, of a
    VAE that is held in float32.
    """

    row: Row
    step_flops: int
    decode_flops: int
    limit_flops_per_s: float
    eager_s: float | None = None
    compiled_s: float | None = None
    decode_s: float | None = None
    decode_tf32_s: float | None = None
    remark: str = ""

    def share(self, seconds: float | None) -> float | None:
        """How much of the card's limit that is, 0 … 1."""
        return None if seconds is None else self.step_flops / self.limit_flops_per_s / seconds


def pipeline_of(
    row: Row, device: torch.device, dtype: torch.dtype, published: Config = config
) -> Any:
    """The half of a pipeline that makes pictures, with random weights."""
    kind = getattr(diffusers, row.pipeline)
    family = family_of(row.pipeline)
    vae_dtype = torch.float32 if "vae" in family.exact else dtype
    name, options = row.scheduler
    given = dict.fromkeys(inspect.signature(kind).parameters)
    given |= {
        **{key: value for key, value in _defaults(kind).items() if key not in row.pipeline_options},
        "vae": parts.random(published(row.vae), device, vae_dtype),
        family.denoisers[0]: parts.random(published(row.denoiser), device, dtype),
        "scheduler": getattr(diffusers, name)(**options),
        **row.pipeline_options,
    }
    pipeline = kind(**given)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def _defaults(kind: Any) -> dict[str, Any]:
    known = inspect.signature(kind).parameters.values()
    return {one.name: one.default for one in known if one.default is not inspect.Parameter.empty}


def denoiser_of(row: Row, pipeline: Any) -> Any:
    """The part that the loop runs at every step."""
    return getattr(pipeline, family_of(row.pipeline).denoisers[0])


def run(row: Row, pipeline: Any, steps: int, on_step: Callable[[], None]) -> None:
    """The pipeline's own call at the row's shape, without text encoder and without decoding."""
    known = inspect.signature(pipeline.__call__).parameters
    denoiser = denoiser_of(row, pipeline)
    shape = row.shape

    def told(_: Any, __: int, ___: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        on_step()
        return tensors

    options = {
        **_embeds(row, denoiser.device, denoiser.dtype),
        **row.call,
        "image": Image.effect_noise((shape.width, shape.height), 64).convert("RGB"),
        "num_frames": shape.frames,
        "width": shape.width,
        "height": shape.height,
        "num_inference_steps": steps,
        family_of(row.pipeline).guidance: row.guidance,
        "generator": torch.Generator("cpu").manual_seed(0),
        "output_type": "latent",
        "callback_on_step_end": told,
    }
    if row.shape.frames == 1:
        del options["image"]
    pipeline(**{name: value for name, value in options.items() if name in known})


def _embeds(row: Row, device: torch.device, dtype: torch.dtype) -> dict[str, Any]:
    """The tensors of a prompt that nobody wrote."""
    found: dict[str, Any] = {}
    for name, sizes in row.embeds.items():
        shape = [row.shape.tokens if size == "T" else size for size in sizes]
        if name.endswith("mask"):
            found[name] = torch.ones(1, *shape, dtype=torch.long, device=device)
        elif row.pipeline == "ZImagePipeline":
            found[name] = [torch.randn(*shape, device=device, dtype=dtype)]
        else:
            found[name] = torch.randn(1, *shape, device=device, dtype=dtype)
    return found


def step_s(row: Row, pipeline: Any, steps: int) -> float:
    """Median seconds of a step, the first one left out: kernels are loaded or compiled in it."""
    clock = Clock(denoiser_of(row, pipeline).device)
    run(row, pipeline, steps, clock.mark)
    return statistics.median(clock.intervals_s())


def decode_s(row: Row, pipeline: Any, rounds: int) -> float:
    """Median seconds in which the VAE decodes a picture or clip of the row's shape."""
    vae = pipeline.vae
    size = flops.latents(vae, row.packing, row.shape)
    latents = torch.randn(size, device=vae.device, dtype=vae.dtype)
    clock = Clock(vae.device)
    with torch.no_grad():
        for _ in range(rounds + 1):
            vae.decode(latents)
            clock.mark()
    return statistics.median(clock.intervals_s())


def _decoded(row: Row, pipeline: Any, rounds: int) -> dict[str, float]:
    """As Loop has it."""
    found = {}
    if pipeline.vae.dtype == torch.float32:
        with numerics.precision(tf32=True):
            found["decode_tf32_s"] = decode_s(row, pipeline, rounds)
    return {"decode_s": decode_s(row, pipeline, rounds), **found}


def measured(row: Row, device: torch.device, rate: float) -> Loop:
    """Build, run eagerly, run with compiled blocks, decode."""
    step_flops = flops.of_forward(row) * row.forwards
    known: dict[str, Any] = {
        "row": row, "step_flops": step_flops, "decode_flops": flops.of_vae(row),
        "limit_flops_per_s": rate,
    }  # fmt: skip
    steps = min(row.steps, max(STEPS_MIN, int(MEASURED_S * rate / step_flops)))
    found: dict[str, Any] = {}
    try:
        pipeline = pipeline_of(row, device, torch.bfloat16)
        found["eager_s"] = step_s(row, pipeline, steps)
        rounds = 1 if known["decode_flops"] > LARGE * rate else 3
        found |= _decoded(row, pipeline, rounds)
        denoiser = denoiser_of(row, pipeline)
        if denoiser._repeated_blocks:
            denoiser.compile_repeated_blocks(fullgraph=True)
            found["compiled_s"] = step_s(row, pipeline, steps)
        else:
            found["remark"] = "names no blocks to compile"
    except torch.OutOfMemoryError:
        found["remark"] = "does not fit this card"
    pipeline = denoiser = None
    memory.release()
    return Loop(**known, **found)


def loops(rate: float, rows: Sequence[Row]) -> list[Loop]:
    """Models on this machine's card, with the settings that reelog renders with.

    Each is told on stderr as soon as it is measured: a card is seldom lent for long.
    """
    device = numerics.settle()
    found = []
    for row in rows:
        found.append(measured(row, device, rate))
        print(_line(found[-1]), file=sys.stderr, flush=True)
    return found


def table(found: Sequence[Loop]) -> str:
    """A Markdown table; what was not measured is an empty cell."""
    lines = [
        "| model, shape | TFLOP a step | limit | eager | of the limit | compiled | of the limit "
        "| bound | holds | VAE decode | in TF32 | TFLOP | remark |",
        "| --- " * 13 + "|",
    ]
    return "\n".join([*lines, *map(_line, found)])


def _line(one: Loop) -> str:
    rate = one.limit_flops_per_s
    bound = one.row.share_min
    best = one.share(one.compiled_s)
    holds = "" if best is None or not bound else "yes" if best >= bound else "NO"
    cells = [
        f"{one.row.name}, {one.row.shape}", f"{one.step_flops / flops.TERA:.1f}",
        _seconds(one.step_flops / rate if rate else None),
        _seconds(one.eager_s), _share(one.share(one.eager_s)),
        _seconds(one.compiled_s), _share(best), f"≥ {bound:.0%}" if bound else "", holds,
        _seconds(one.decode_s), _seconds(one.decode_tf32_s),
        f"{one.decode_flops / flops.TERA:.1f}", one.remark,
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.3f} s"


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def main(*names: str) -> None:
    """Print the models of these names, or all, on this machine's card."""
    if not torch.cuda.is_available():
        raise SystemExit("no GPU at hand")
    rate = limit.matrix_rate(numerics.settle())
    print(f"{torch.cuda.get_device_name()}, {rate / flops.TERA:.0f} TFLOP/s in bfloat16")
    print(table(loops(rate, [row for row in rows() if not names or row.name in names])))


if __name__ == "__main__":
    main(*sys.argv[1:])
