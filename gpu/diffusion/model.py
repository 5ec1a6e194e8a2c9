"""One model, run one brief at a time: prompts to tensors, noise to pixels."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import diffusers
import torch

from gpu.diffusion import adapter, loading, memory, numerics, weights
from gpu.diffusion.glimpse import Colours
from gpu.diffusion.loop import Call, Loop, Output
from gpu.diffusion.plan import CHANGING, plan
from gpu.diffusion.prompts import Prompts, digest
from gpu.diffusion.residency import Resident
from gpu.diffusion.spec import ModelSpec
from gpu.diffusion.telling import silent
from gpu.stages import Report


@dataclass(frozen=True)
class Rendered:
    """Pixels or samples on the host, and the facts of this one result."""

    output: Output
    facts: dict[str, str]
    peak_bytes: int | None


class Model:
    """A model that was found; its halves are loaded when they are first needed."""

    def __init__(
        self,
        spec: ModelSpec,
        make_room: Callable[[], None] = lambda: None,
        report: Report = silent,
    ) -> None:
        self.device = numerics.settle()
        self.source = loading.find(spec, report)
        self.family = self.source.family
        self.prompts = Prompts(self.source, self.device, make_room, self.leave)
        self._make_room = make_room
        self._maker: Any = None
        self._resident: Resident | None = None
        self._on_card = False
        self._rung = ""
        self._changed: list[str] = []
        self._colours = Colours(weights.cache_folder() / "colours" / f"{_name(spec)}.npy")
        self._environment: dict[str, Any] = {}

    @property
    def environment(self) -> dict[str, Any]:
        """What every result of this model depends on besides its brief."""
        return self._environment

    def render(self, call: Call, report: Report) -> Rendered:
        """Make one picture, clip or track. Raises StageError, DeviceFailed, what report raises."""
        embeds = self.prompts.of(call.prompt, report)
        with numerics.precision(tf32=self.source.spec.tf32), memory.watched():
            if self._maker is None:
                self._make_room()
                self._load(call, report)
            return self._rendered(call, embeds, report)

    def _rendered(self, call: Call, embeds: dict[str, Any], report: Report) -> Rendered:
        facts = {"embeds": digest(embeds)}

        def attempt() -> Output:
            self._place()
            if self.source.spec.ip_adapter:
                adapter.listen(self._maker, self.source.spec, shown=call.shown)
            loop = Loop(self._maker, self.family, call, report, self._colours)
            output = loop.run(embeds, self.device, self._key(call, facts["embeds"]))
            facts.update(loop.facts)
            return output

        if self.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self.device)
        ladder = memory.rungs(call.ladder, self._rung, self.source.spec.quantization)
        output = memory.climb(attempt, ladder, self._step_onto)
        if call.keeping:
            call.keeping.path.unlink(missing_ok=True)
        if changed := memory.in_force(self._maker, self._changed):
            facts["memory"] = ",".join(changed)
        return Rendered(output, facts, self._peak_bytes())

    @property
    def rate_hz(self) -> int:
        """Samples a second of what a music model makes, once it has made something."""
        return int(self._maker.vae.config.sampling_rate)

    def leave(self) -> None:
        """Make room on the card; on a CPU, in memory."""
        if self._maker is None:
            return
        if self._resident is None:
            self._maker, self._rung, self._changed = None, "", []
        else:
            self._resident.leave()
        self._on_card = False
        memory.release()

    def _load(self, call: Call, report: Report = silent) -> None:
        """Onto the host; and on a card, decide how it is run there."""
        if self.device.type == "cuda":
            self._maker = self._planned(call, report)
        else:
            self._maker = loading.load_maker(self.source, self.device, report)
        loading.accelerate(self._maker, self.source)
        self._environment = loading.record(self.source, self._maker) | numerics.record(self.device)

    def _planned(self, call: Call, report: Report) -> Any:
        """Whole when the plan says that it fits, else offloaded from the start."""
        maker = loading.load_maker(self.source, torch.device("cpu"), report)
        free = memory.free_bytes(self.device)
        weights_bytes = loading.weights_bytes(maker)
        begin = plan(weights_bytes, call.measured_bytes, free, call.reserve_gib)
        memory.LOGGER.info("%s: %s", self.source.spec.model, begin)
        self._rung = begin.rung
        if begin.rung:
            memory.step_onto(maker, begin.rung, self.device)
        else:
            self._resident = Resident(maker)
        return maker

    def _place(self) -> None:
        """Onto the card, where all of it is to lie there."""
        if self._resident is not None and not self._on_card:
            self._make_room()
            self._resident.onto(self.device)
            self._on_card = True

    def _step_onto(self, rung: str) -> None:
        """A rung stays for the shots that come; one that changes bits is recorded with each."""
        self._rung = rung
        if rung in CHANGING:
            self._changed.append(rung)
        if rung == "evict":
            self._make_room()
            return
        was_resident, self._resident, self._on_card = self._resident, None, False
        if was_resident is not None:
            was_resident.leave()
        memory.step_onto(self._maker, rung, self.device)
        if was_resident is not None and rung in CHANGING:
            self._resident = Resident(self._maker)  # other weights; no hooks move them

    def _key(self, call: Call, embeds: str) -> str:
        """What a checkpoint has to have been made with to be gone on from."""
        asked = [embeds, call.seed, call.steps, call.guidance, call.width, call.height]
        more = {name: _plain(value) for name, value in call.more.items()}
        more |= {"shown": True} if call.shown else {}
        libraries = [torch.__version__, diffusers.__version__]
        made = [self._environment, asked, more, libraries, self._changed]
        text = json.dumps(made, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _peak_bytes(self) -> int | None:
        if self.device.type != "cuda":
            return None
        return int(torch.cuda.max_memory_allocated(self.device))


def _name(spec: ModelSpec) -> str:
    text = json.dumps([spec.model, spec.revision, spec.pipeline])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    """Pictures by their pixels."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return hashlib.sha256(value.tobytes()).hexdigest() if hasattr(value, "tobytes") else value
