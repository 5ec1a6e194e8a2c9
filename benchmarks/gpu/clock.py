"""Marks in time: on a card's own timeline, or the machine's where there is no card."""

import time
from itertools import pairwise

import torch


class Clock:
    """Marks without waiting for the card; read when all is done."""

    def __init__(self, device: torch.device) -> None:
        self._on_card = device.type == "cuda"
        self._events: list[torch.cuda.Event] = []
        self._times: list[float] = []

    def mark(self) -> None:
        """Now, for the card: when it gets here."""
        if self._on_card:
            event = torch.cuda.Event(enable_timing=True)
            event.record()
            self._events.append(event)
        else:
            self._times.append(time.perf_counter())

    def intervals_s(self) -> list[float]:
        """Seconds from each mark to the next."""
        if not self._on_card:
            return [after - before for before, after in pairwise(self._times)]
        torch.cuda.synchronize()
        return [a.elapsed_time(b) / 1000 for a, b in pairwise(self._events)]
