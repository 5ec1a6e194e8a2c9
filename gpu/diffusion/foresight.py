"""What a denoise loop would come to, told from one of its steps. Changes nothing in the loop."""

import functools
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch


class Foresight:
    """The steps of a scheduler, watched: it knows more than a loop's callback is told."""

    def __init__(self, scheduler: Any) -> None:
        self._scheduler = scheduler
        self._predicted: torch.Tensor | None = None
        self._before: torch.Tensor | None = None
        self._shown: torch.Tensor | None = None

    def saw(self, sample: torch.Tensor | None, found: Any) -> None:
        """A step was made from a sample."""
        values = found if isinstance(found, tuple) else tuple(found.values())
        self._predicted = values[1] if len(values) > 1 else self._of_multistep()
        self._before = sample

    def shown(self, latents: torch.Tensor) -> None:
        """The loop showed its latents after a step that is not asked about."""
        self._shown = latents

    def clean(self, latents: torch.Tensor) -> torch.Tensor:
        """The latents without the noise that is left, as the last step foresaw them.

        The scheduler's own prediction; where it tells none, straight on to where there is no noise.
        """
        predicted = self._predicted
        if predicted is not None and predicted.shape == latents.shape:
            return predicted.to(latents.dtype)
        before = self._before
        if before is None or before.shape != latents.shape:
            before = self._shown  # the loop packs them between scheduler and callback
        if before is None or before.shape != latents.shape:
            return latents
        return self._straight_on(before, latents)

    def _of_multistep(self) -> torch.Tensor | None:
        """Multistep schedulers keep predictions, if they are told to predict pictures."""
        config = self._scheduler.config
        of_pictures = config.get("predict_x0") or "++" in str(config.get("algorithm_type", ""))
        kept = getattr(self._scheduler, "model_outputs", None) if of_pictures else None
        return kept[-1] if kept else None

    def _straight_on(self, before: torch.Tensor, after: torch.Tensor) -> torch.Tensor:
        sigmas = getattr(self._scheduler, "sigmas", None)
        at = getattr(self._scheduler, "step_index", None)
        if sigmas is None or not at:
            return after
        noise, left = float(sigmas[at - 1]), float(sigmas[at])
        if noise <= left:
            return after
        moved = after.float() - before.float()
        return (after.float() + moved * (left / (noise - left))).to(after.dtype)


@contextmanager
def watching(scheduler: Any) -> Iterator[Foresight]:
    """While it lasts, a scheduler's steps are seen; not those of a copy that is made of it."""
    kind: Any = type(scheduler)
    found, parameters = Foresight(scheduler), inspect.signature(kind.step)

    @functools.wraps(kind.step)  # pipelines look at its parameters
    def seen(self: Any, *arguments: Any, **options: Any) -> Any:
        sample = parameters.bind(self, *arguments, **options).arguments.get("sample")
        made = kind.step(self, *arguments, **options)
        if self is scheduler:
            found.saw(sample, made)
        return made

    scheduler.__class__ = type(
        kind.__name__, (kind,), {"step": seen, "__module__": kind.__module__}
    )
    try:
        yield found
    finally:
        scheduler.__class__ = kind
