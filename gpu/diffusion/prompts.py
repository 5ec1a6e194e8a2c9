"""Prompts as the tensors that a model takes: all of a film first, then the encoders go.

A cache, not history: the same prompt always gives the same tensors. One prompt at a time, as
batch-mates move bits.
"""

import hashlib
import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from gpu.diffusion import loading, memory
from gpu.diffusion.loading import Source
from gpu.diffusion.telling import silent
from gpu.stages import Report, Share

Embeds = dict[str, Any]
RUNGS = ("evict", "sequential")
"""What encoders that find no room do, whatever the profile's ladder: neither moves a bit."""


@dataclass(frozen=True)
class Prompt:
    """What is asked of a model in words. `guided`: whether the negative prompt is used at all."""

    text: str
    negative: str = ""
    guided: bool = False
    tokens: int = 0


class Prompts:
    """The encoded prompts of one model."""

    def __init__(
        self,
        source: Source,
        device: torch.device,
        make_room: Callable[[], None] = lambda: None,
        leave: Callable[[], None] = lambda: None,
    ) -> None:
        """`make_room`: the other models go. `leave`: so does the rest of this one."""
        self._source, self._device = source, device
        self._make_room, self._leave = make_room, leave
        self._known: dict[Prompt, Embeds] = {}
        self._rung = ""

    def encode(self, prompts: Iterable[Prompt], report: Report = silent) -> None:
        """Encode what is not known yet; the encoders are loaded for it and go again.

        Raises BriefRefused, StageError where they find no room at all, DeviceFailed.
        """
        new = [prompt for prompt in dict.fromkeys(prompts) if prompt not in self._known]
        if not new:
            return
        if not self._source.family.embeds:
            self._known |= {prompt: self._as_text(prompt) for prompt in new}
            return
        self._make_room()
        memory.climb(lambda: self._read(new, report), RUNGS, self._step_onto)

    def _read(self, new: Sequence[Prompt], report: Report) -> None:
        """Those that were read before the card was full are kept."""
        reader = self._reader(report)
        for number, prompt in enumerate(new, start=1):
            if prompt not in self._known:
                self._known[prompt] = self._encoded(reader, prompt)
            report(Share(0.0, f"read {number} of {len(new)} prompts"))

    def _reader(self, report: Report) -> Any:
        if self._rung != "sequential":
            return loading.load_reader(self._source, self._device, report)
        reader = loading.load_reader(self._source, torch.device("cpu"), report)
        memory.step_onto(reader, self._rung, self._device)
        return reader

    def _step_onto(self, rung: str) -> None:
        self._rung = rung
        self._leave()

    def of(self, prompt: Prompt, report: Report = silent) -> Embeds:
        """What the pipeline's call takes for a prompt."""
        self.encode([prompt], report)
        return dict(self._known[prompt])

    def _as_text(self, prompt: Prompt) -> Embeds:
        found: Embeds = {"prompt": prompt.text}
        # Who edits is guided only against a negative prompt, be it a blank.
        blank = " " if self._source.family.needs_picture else ""
        if prompt.guided and (negative := prompt.negative or blank):
            found["negative_prompt"] = negative
        return found

    def _encoded(self, reader: Any, prompt: Prompt) -> Embeds:
        family = self._source.family
        embeds = self._asked(reader, prompt, prompt.text, family.embeds)
        if prompt.guided and family.negative_embeds:
            embeds |= self._asked(reader, prompt, prompt.negative, family.negative_embeds)
        return embeds

    def _asked(self, reader: Any, prompt: Prompt, text: str, names: tuple[str, ...]) -> Embeds:
        """One call of encode_prompt, with those of our arguments that it has."""
        known = inspect.signature(reader.encode_prompt).parameters
        wanted: dict[str, Any] = {
            "prompt": text,
            "negative_prompt": prompt.negative,
            "do_classifier_free_guidance": prompt.guided,
            "device": self._device,
        }
        if prompt.tokens:
            wanted["max_sequence_length"] = prompt.tokens
        found = reader.encode_prompt(**{key: wanted[key] for key in wanted if key in known})
        pairs = zip(names, found, strict=True)
        return {name: value for name, value in pairs if name and value is not None}


def digest(embeds: Embeds) -> str:
    """SHA-256 of the tensors (or text), the first 16 digits: enough to tell what differs."""
    found = hashlib.sha256()
    for name in sorted(embeds):
        found.update(name.encode())
        for value in _flat(embeds[name]):
            found.update(value)
    return found.hexdigest()[:16]


def _flat(value: Any) -> Iterable[bytes]:
    if isinstance(value, torch.Tensor):
        yield value.detach().cpu().contiguous().view(torch.uint8).numpy().tobytes()
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _flat(one)
    else:
        yield str(value).encode()
