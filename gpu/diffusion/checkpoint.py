"""Inside a shot: the state of a denoise loop, kept every few steps, and gone on from bit by bit.

A file of tensors and plain values: reading one runs nothing, whoever wrote it.
"""

import functools
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

VERSION = 1
_OURS = ("_internal_dict", "_whole", "_noise")
"""Its configuration, and what a scheduler that goes on has beside its state."""
_SCALARS = str | int | float | bool | None


@dataclass(frozen=True)
class Checkpoint:
    """A denoise loop after `done` steps: latents as its callback sees them, and what else moves."""

    done: int
    latents: torch.Tensor
    generator: torch.Tensor
    scheduler: dict[str, Any]


def taken(
    pipeline: Any, done: int, latents: torch.Tensor, generator: torch.Generator
) -> Checkpoint:
    """The state of a pipeline's loop after `done` steps."""
    state = {key: value for key, value in vars(pipeline.scheduler).items() if _is_state(key)}
    return Checkpoint(done, latents, generator.get_state(), state)


def _is_state(key: str) -> bool:
    return key not in _OURS


def save(checkpoint: Checkpoint, path: Path, key: str) -> None:
    """Write it whole or not at all. `key` says whose it is."""
    tensors = {"latents": checkpoint.latents, "generator": checkpoint.generator}
    plain = {
        name: kept
        for name, value in checkpoint.scheduler.items()
        if (kept := _plain(value, f"scheduler.{name}", tensors)) is not None
    }
    head = {"version": VERSION, "key": key, "done": checkpoint.done, "scheduler": plain}
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        # cloned, as parts of one tensor cannot stand in one file
        ready = {name: one.detach().cpu().clone().contiguous() for name, one in tensors.items()}
        save_file(ready, temporary, metadata={"reelog": json.dumps(head)})
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def load(path: Path, key: str) -> Checkpoint | None:
    """What was kept for that key; None where there is nothing, or nothing that can be used."""
    try:
        with safe_open(path, "pt") as file:
            head = json.loads((file.metadata() or {}).get("reelog", "{}"))
            if head.get("version") != VERSION or head.get("key") != key:
                return None
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        state = {name: _whole(value, tensors) for name, value in head["scheduler"].items()}
        return Checkpoint(int(head["done"]), tensors["latents"], tensors["generator"], state)
    except (OSError, SafetensorError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _plain(value: Any, place: str, tensors: dict[str, torch.Tensor]) -> Any:
    """A value as JSON, its tensors aside; None for what is no state."""
    if isinstance(value, torch.Tensor):
        tensors[place] = value
        return {"tensor": place, "device": value.device.type}
    if isinstance(value, np.ndarray):
        tensors[place] = torch.from_numpy(value.copy())
        return {"array": place}
    if isinstance(value, list | tuple):
        items = [_plain(one, f"{place}.{at}", tensors) for at, one in enumerate(value)]
        return {"list": items}
    return {"value": value} if isinstance(value, _SCALARS) else None


def _whole(kept: Any, tensors: dict[str, torch.Tensor]) -> Any:
    if kept is None:
        return None
    if "tensor" in kept:
        return tensors[kept["tensor"]].to(kept["device"])
    if "array" in kept:
        return tensors[kept["array"]].numpy()
    if "list" in kept:
        return [_whole(one, tensors) for one in kept["list"]]
    return kept["value"]


@contextmanager
def resumed(
    pipeline: Any, checkpoint: Checkpoint, generator: torch.Generator, device: torch.device
) -> Iterator[dict[str, Any]]:
    """While it lasts, the pipeline's loop goes on behind the checkpoint; gives what its call takes.

    The scheduler shows the steps that are left and keeps counting from those that were done.
    """
    inner = pipeline.scheduler
    pipeline.scheduler = _going_on(inner, checkpoint, generator)
    try:
        yield {"latents": checkpoint.latents.to(device)}
    finally:
        pipeline.scheduler = inner


def _going_on(inner: Any, checkpoint: Checkpoint, generator: torch.Generator) -> Any:
    """A scheduler of the same kind, in the middle of its work."""
    kind: Any = type(inner)

    def restore_state(self: Any) -> None:
        self.__dict__.update(checkpoint.scheduler)

    def restore_noise(self: Any) -> None:
        noise = self.__dict__.pop("_noise", None)
        if noise is not None:  # what came before the loop has drawn from it
            generator.set_state(noise)

    members = {
        "timesteps": property(
            lambda self: self.__dict__["timesteps"][0 if self._whole else checkpoint.done :],
            lambda self, value: self.__dict__.update(timesteps=value),
        ),
        # the latents are scaled already, and where to begin stands in the checkpoint
        "init_noise_sigma": property(lambda _: 1.0, lambda _, __: None),
        "set_begin_index": lambda *_: None,
        "set_timesteps": _on_all_steps(kind.set_timesteps, after=restore_state),
        "step": _on_all_steps(kind.step, before=restore_noise),
        "__module__": kind.__module__,
    }
    going_on: Any = object.__new__(type(kind.__name__, (kind,), members))
    going_on.__dict__ = dict(vars(inner)) | {"_whole": False, "_noise": checkpoint.generator}
    return going_on


def _nothing(_: Any) -> None:
    pass


def _on_all_steps(
    method: Any, before: Callable[[Any], None] = _nothing, after: Callable[[Any], None] = _nothing
) -> Any:
    """A scheduler's method that sees all of its steps, not only those that are left."""

    @functools.wraps(method)  # pipelines look at its parameters
    def on_all_steps(self: Any, *arguments: Any, **options: Any) -> Any:
        self.__dict__["_whole"] = True
        try:
            before(self)
            found = method(self, *arguments, **options)
            after(self)
            return found
        finally:
            self.__dict__["_whole"] = False

    return on_all_steps
