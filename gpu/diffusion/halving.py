"""A rung of the ladder: a denoiser that is given each half of its batch in turn.

Guidance is often computed as a batch of two, with and without the prompt. Another batch, other
bits.
"""

from typing import Any

import torch

_NOT_OF_A_BATCH = ("rotary", "coords", "img_ids", "txt_ids")


class Halved:
    """A forward in two halves. `used`: whether there was a batch to halve."""

    def __init__(self, forward: Any) -> None:
        self._forward = forward
        self.used = False

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """As the forward itself; a batch of one, or an odd one, is left as it is."""
        main = arguments[0] if arguments else next(iter(options.values()))
        batch = len(main)
        if batch < 2 or batch % 2:
            return self._forward(*arguments, **options)
        self.used = True
        found = []
        for half in (slice(None, batch // 2), slice(batch // 2, None)):
            some = [_part("", one, batch, half) for one in arguments]
            named = {name: _part(name, one, batch, half) for name, one in options.items()}
            found.append(self._forward(*some, **named))
        return _joined(*found)


def _part(name: str, value: Any, batch: int, half: slice) -> Any:
    if any(word in name for word in _NOT_OF_A_BATCH):
        return value
    if isinstance(value, dict):
        return {key: _part(key, one, batch, half) for key, one in value.items()}
    is_batch = isinstance(value, list) or (isinstance(value, torch.Tensor) and value.ndim > 0)
    return value[half] if is_batch and len(value) == batch else value


def _joined(first: Any, second: Any) -> Any:
    if isinstance(first, torch.Tensor):
        return torch.cat([first, second])
    if isinstance(first, list):
        return first + second
    if isinstance(first, tuple):
        return tuple(_joined(one, other) for one, other in zip(first, second, strict=True))
    return first
