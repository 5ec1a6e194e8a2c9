"""Room on the card: a ladder to climb when the plan was too small after all.

Rungs that keep bits come first; those that change bits only where the profile names them, and they
are recorded with the result.
"""

import gc
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import torch
from diffusers.hooks.group_offloading import (
    _GROUP_OFFLOADING,
    _LAYER_EXECUTION_TRACKER,
    _LAZY_PREFETCH_GROUP_OFFLOADING,
    apply_group_offloading,
)

from gpu.diffusion import quantization
from gpu.diffusion.halving import Halved
from gpu.diffusion.plan import CHANGING, KEEPING, QUANTIZED
from gpu.diffusion.residency import parts
from gpu.errors import DeviceFailed, StageError

LOGGER = logging.getLogger("reelog")
Result = TypeVar("Result")
_OF_OFFLOADING = (_GROUP_OFFLOADING, _LAYER_EXECUTION_TRACKER, _LAZY_PREFETCH_GROUP_OFFLOADING)
# Libraries of a card tell their failures as a RuntimeError like any other.
_NO_ROOM = re.compile(r"out of memory|STATUS_\w*ALLOC_FAILED|ALLOCATION_FAILED", re.IGNORECASE)
_OF_CARD = re.compile(r"\b(CUDA|HIP|CUDA driver|cuDNN|MIOpen) error|\bCU(BLAS|DNN)\w*_STATUS_")


def free_bytes(device: torch.device) -> int:
    """Free memory of a card; what is held but not used counts as free."""
    free, _ = torch.cuda.mem_get_info(device)
    cached = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return int(free + cached)


def rungs(names: str, begin: str = "", quantized: str = "none") -> list[str]:
    """The rungs of a ladder, comma-joined in the profile; those below `begin` are behind us.

    So are those that would hold what is `quantized` in as many bits as it has, or in more.
    """
    behind = QUANTIZED[: QUANTIZED.index(quantized) + 1] if quantized in QUANTIZED else ()
    wanted = {name for name in names.split(",") if name not in behind}
    known = [name for name in (*KEEPING, *CHANGING) if name in wanted]
    return known[known.index(begin) + 1 :] if begin in known else known


def climb(
    attempt: Callable[[], Result], ladder: Sequence[str], step_onto: Callable[[str], None]
) -> Result:
    """Try, and after each OutOfMemoryError try again one rung higher.

    Raises StageError at the ladder's end, DeviceFailed for any other failure of the card: then this
    process is of no more use.
    """
    left = list(ladder)
    while True:
        words = ""
        try:
            with watched():
                return attempt()
        except RuntimeError as error:
            if not _is_of_room(error):
                raise
            words = _first_line(error)
        # Outside of the except: its error held every tensor of the failed attempt.
        release()
        if not left:
            raise StageError(
                f"not enough memory for this shot ({words}); take a smaller profile, a smaller "
                "size, or allow more rungs in [memory] ladder"
            )
        rung = left.pop(0)
        LOGGER.warning("out of memory, going on with %s", rung)
        step_onto(rung)


@contextmanager
def watched() -> Iterator[None]:
    """A card that fails with more than a lack of memory is a DeviceFailed."""
    try:
        yield
    except RuntimeError as error:
        if _is_of_room(error):
            raise
        if isinstance(error, torch.AcceleratorError) or _OF_CARD.search(str(error)):
            raise DeviceFailed(f"the card failed: {_first_line(error)}") from error
        raise


def _is_of_room(error: RuntimeError) -> bool:
    is_of_card = isinstance(error, torch.AcceleratorError) or _OF_CARD.search(str(error))
    no_room = is_of_card and _NO_ROOM.search(str(error))
    return isinstance(error, torch.OutOfMemoryError) or bool(no_room)


def _first_line(error: RuntimeError) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def release() -> None:
    """Give back what nothing refers to any more."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def step_onto(pipeline: Any, rung: str, device: torch.device) -> None:
    """Make a pipeline take less room. `evict` is nothing that a pipeline can do itself."""
    if rung in ("group-offload", "sequential"):
        _offload(pipeline, device, "block_level" if rung == "group-offload" else "leaf_level")
    elif rung == "halved-batch":
        for part in _denoisers(pipeline):
            part.forward = Halved(part.forward)
    elif rung == "tiling":
        pipeline.vae.enable_tiling()
    elif rung in QUANTIZED and (level := _level(pipeline)):
        _bring_home(pipeline)
        quantize(pipeline, rung)
        _offload(pipeline, device, level)
    elif rung in QUANTIZED:
        quantize(pipeline, rung)


def in_force(pipeline: Any, rungs: Sequence[str]) -> list[str]:
    """Of rungs stepped onto that may change bits, those that did: not every batch has halves."""
    halved = any(getattr(part.forward, "used", False) for part in _denoisers(pipeline))
    return [rung for rung in rungs if rung != "halved-batch" or halved]


def quantize(pipeline: Any, held_in: str) -> None:
    """Hold what denoises in fewer bits, where it lies."""
    for part in _denoisers(pipeline):
        quantization.hold(part, held_in)


def _offload(pipeline: Any, device: torch.device, level: str) -> None:
    """What denoises, at a level; the rest layer by layer.

    Of the rest much is called piece by piece and not through its own forward, as a VAE that only
    decodes: a group that waits for that forward would never come.
    """
    _bring_home(pipeline)
    whole, denoisers = _whole(pipeline), _denoisers(pipeline)
    for part in parts(pipeline):
        if part in whole:
            part.to(device)
            continue
        apply_group_offloading(
            part,
            onload_device=device,
            offload_device=torch.device("cpu"),
            offload_type=level if part in denoisers else "leaf_level",
            num_blocks_per_group=1,
            use_stream=device.type == "cuda",
        )


def _bring_home(pipeline: Any) -> None:
    """All of it onto the host, with nothing that moves it: that knows only the weights it saw."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()  # weights may still be on their way to the card
    pipeline.remove_all_hooks()
    _forget_offload(pipeline)
    pipeline.to("cpu")


def _whole(pipeline: Any) -> list[torch.nn.Module]:
    """The parts that cannot be moved in groups, like decoders of sound: they stay on the card."""
    return [
        part for part in parts(pipeline) if not getattr(part, "_supports_group_offloading", True)
    ]


def _level(pipeline: Any) -> str:
    """How what denoises is offloaded; empty where it is not."""
    for registry in _registries(_denoisers(pipeline)):
        if hook := registry.get_hook(_GROUP_OFFLOADING):
            return str(hook.config.offload_type.value)
    return ""


def _forget_offload(pipeline: Any) -> None:
    """Also what waited for the first forward to end, which a full card cut short."""
    for registry in _registries(parts(pipeline)):
        for name in _OF_OFFLOADING:
            registry.remove_hook(name, recurse=False)


def _registries(of: Sequence[torch.nn.Module]) -> list[Any]:
    """The hooks of all modules that have any."""
    modules = [module for part in of for module in part.modules()]
    return [one._diffusers_hook for one in modules if hasattr(one, "_diffusers_hook")]


def _denoisers(pipeline: Any) -> list[Any]:
    names = ("unet", "transformer", "transformer_2")
    return [part for name in names if (part := getattr(pipeline, name, None)) is not None]
