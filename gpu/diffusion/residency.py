"""Weights on the card and on the host. They never change, so they are never copied back.

Leaving the card is pointing at the host's copy again.
"""

import os
from typing import Any

import torch

PINNED_ROUNDING = 1.7
"""The pinned allocator rounds blocks up; at most about so much is taken for what is asked."""


class Resident:
    """The weights of a loaded pipeline, with their home on the host."""

    def __init__(self, pipeline: Any) -> None:
        """`pipeline` lies on the host."""
        self._pipeline = pipeline
        tensors = [tensor for part in parts(pipeline) for tensor in _tensors(part)]
        nbytes = sum(tensor.nbytes for tensor in tensors)
        pin = torch.cuda.is_available() and nbytes * PINNED_ROUNDING < _free_host_bytes()
        self._homes = [(one, one.data.pin_memory() if pin else one.data) for one in tensors]
        for tensor, home in self._homes:
            tensor.data = home

    def onto(self, device: torch.device) -> None:
        """Copy the weights to the card; the host's stay."""
        for tensor, home in self._homes:
            tensor.data = home.to(device, non_blocking=True, copy=True)
        if device.type == "cuda":
            torch.cuda.synchronize(device)

    def leave(self) -> None:
        """Point at the host's weights again; what lay on the card is free."""
        for tensor, home in self._homes:
            tensor.data = home


def parts(pipeline: Any) -> list[torch.nn.Module]:
    """The parts of a pipeline that hold weights."""
    return [one for one in pipeline.components.values() if isinstance(one, torch.nn.Module)]


def _tensors(part: torch.nn.Module) -> list[torch.Tensor]:
    return [*part.parameters(), *part.buffers()]


def _free_host_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
