"""A model from its folder, through diffusers' own from_pretrained; in two halves.

The half that reads prompts and the half that makes pictures are never needed at the same time, and
the first is often the larger one.
"""

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diffusers
import torch

from gpu import weights_head
from gpu.diffusion import adapter, lora, memory, numerics, weights
from gpu.diffusion.families import Family, family_of
from gpu.diffusion.spec import ModelSpec
from gpu.diffusion.telling import meanwhile, silent
from gpu.errors import BriefRefused
from gpu.stages import Report
from gpu.vocabulary import nearest

DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}


@dataclass(frozen=True)
class Source:
    """A model that was found and looked at, not loaded."""

    spec: ModelSpec
    folder: Path
    family: Family
    files: dict[str, str]
    components: dict[str, str]

    @property
    def name(self) -> str:
        """Of the model, without who published it."""
        return self.spec.model.rpartition("/")[2]


def find(spec: ModelSpec, report: Report = silent) -> Source:
    """Find a model and hash its weights. Raises BriefRefused: not here, unsafe, or unknown."""
    folder = weights.locate(spec.model, spec.revision, spec.where)
    name = spec.pipeline or weights.pipeline_class(folder)
    if not _is_pipeline(name):
        raise BriefRefused(
            f"{spec.model}: pipeline {name!r} is none that diffusers has{_near(name)}"
        )
    index = json.loads((folder / "model_index.json").read_text(encoding="utf-8"))
    components = {
        part: ".".join(str(one) for one in kind)
        for part, kind in index.items()
        if isinstance(kind, list) and kind[0] is not None
    }
    files = weights.hashes(folder, spec.variant, report)
    for name_of_file in files:
        weights_head.check(folder / name_of_file)
    return Source(spec, folder, family_of(name), files, components)


def _is_pipeline(name: str) -> bool:
    kind = getattr(diffusers, name, None)
    return isinstance(kind, type) and issubclass(kind, diffusers.DiffusionPipeline)


def _near(name: str) -> str:
    known = [one for one in dir(diffusers) if one.endswith("Pipeline")]
    near = nearest(name, known)
    return f"; did you mean {near}?" if near else ""


def load_reader(source: Source, device: torch.device, report: Report = silent) -> Any:
    """The half that reads prompts, on the device."""
    return _told(lambda: _reader(source, device), f"loading what reads for {source.name}", report)


def load_maker(source: Source, device: torch.device, report: Report = silent) -> Any:
    """The half that makes pictures, on the device; whole where prompts go in as text."""
    return _told(lambda: _maker(source, device), f"loading {source.name}", report)


def _told(load: Callable[[], Any], words: str, report: Report) -> Any:
    def without_gradients() -> Any:
        with torch.no_grad():  # a thread begins with them
            return load()

    return meanwhile(without_gradients, words, report)


def _reader(source: Source, device: torch.device) -> Any:
    without = set(source.components) - set(source.family.encoders)
    reads_loras = hasattr(getattr(diffusers, source.family.pipeline), "load_lora_into_text_encoder")
    if source.spec.loras and reads_loras:
        # A LoRA may change the encoders too, and is loaded into a denoiser at the same time.
        without -= set(source.family.denoisers)
    reader = _load(source, without=without)
    if source.spec.loras and reads_loras:
        lora.add(reader, source.spec)
    return reader.to(device)


def _maker(source: Source, device: torch.device) -> Any:
    without = set(source.family.encoders) if source.family.embeds else set()
    made = _load(source, without=without & set(source.components))
    if source.spec.ip_adapter:
        adapter.add(made, source.spec)
    if source.spec.loras:
        lora.add(made, source.spec)
    memory.quantize(made, source.spec.quantization)
    _choose_scheduler(made, source.spec)
    return made.to(device)


def _load(source: Source, without: set[str]) -> Any:
    spec = source.spec
    kind = getattr(diffusers, source.family.pipeline)
    options: dict[str, Any] = {part: None for part in without if part in _parts(kind)}
    if spec.variant:
        options["variant"] = spec.variant
    try:
        with numerics.without_old_ways():
            loaded = kind.from_pretrained(
                source.folder,
                dtype=_dtypes(source),
                local_files_only=True,
                use_safetensors=True,
                **options,
            )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BriefRefused(
            f"{spec.model} cannot be loaded from {source.folder}: {error}"
        ) from error
    loaded.set_progress_bar_config(disable=True)
    for module in modules(loaded).values():
        module.eval()
        _align(module)
        if spec.channels_last and module.device.type == "cuda":
            module.to(memory_format=torch.channels_last)
    return loaded


def _parts(kind: Any) -> set[str]:
    return set(inspect.signature(kind).parameters)


def _dtypes(source: Source) -> Any:
    wanted = source.spec.dtype
    if wanted == "auto":
        wanted = "bf16" if torch.cuda.is_available() else "fp32"
    if wanted not in DTYPES:
        raise BriefRefused(f"dtype {wanted!r} is none of {', '.join(DTYPES)}")
    dtype = DTYPES[wanted]
    exact = dict.fromkeys(source.family.exact, torch.float32)
    return {"default": dtype, **exact} if exact else dtype


def _align(module: Any) -> None:
    """Weights mapped from a file lie as the file has them; on a CPU their place moves bits."""
    for parameter in module.parameters():
        parameter.data = parameter.data.clone()


def modules(pipeline: Any) -> dict[str, Any]:
    """The parts of a pipeline that hold weights, by name."""
    return {
        name: part
        for name, part in pipeline.components.items()
        if isinstance(part, torch.nn.Module)
    }


def weights_bytes(pipeline: Any) -> int:
    """How much room the weights of a pipeline take."""
    parts = modules(pipeline).values()
    return sum(tensor.nbytes for part in parts for tensor in part.parameters())


def _choose_scheduler(pipeline: Any, spec: ModelSpec) -> None:
    if not spec.scheduler and not spec.shift:
        return
    name = spec.scheduler or type(pipeline.scheduler).__name__
    kind: Any = getattr(diffusers, name, None)
    if not hasattr(kind, "set_timesteps"):
        raise BriefRefused(f"scheduler {name!r} is none that diffusers has")
    changes: dict[str, Any] = {}
    if spec.shift:
        known = inspect.signature(kind).parameters
        key = "flow_shift" if "flow_shift" in known else "shift"
        if key not in known:
            raise BriefRefused(f"{name} takes no shift; remove it from the profile")
        changes[key] = spec.shift
    pipeline.scheduler = kind.from_config(pipeline.scheduler.config, **changes)


def accelerate(pipeline: Any, source: Source) -> None:
    """The profile's attention backend and compilation. Raises BriefRefused for what is not here."""
    spec = source.spec
    denoisers = [getattr(pipeline, name, None) for name in source.family.denoisers]
    for denoiser in filter(None, denoisers):
        if spec.attention != "native":
            try:
                denoiser.set_attention_backend(spec.attention)
            except (ValueError, RuntimeError, ImportError, AttributeError) as error:
                raise BriefRefused(f"attention {spec.attention!r} is not here: {error}") from error
        if spec.compile == "regional":
            _compile(denoiser)


def _compile(denoiser: Any) -> None:
    if not getattr(denoiser, "_repeated_blocks", None):
        name = type(denoiser).__name__
        raise BriefRefused(f'{name} names no blocks to compile; set compile = "none"')
    denoiser.compile_repeated_blocks(fullgraph=True)


def record(source: Source, pipeline: Any) -> dict[str, Any]:
    """The model as every result of it depends on it."""
    spec = source.spec
    return {
        "model": {
            "pipeline": source.family.pipeline,
            "components": source.components,
            "files": source.files,
            "dtypes": {name: str(part.dtype) for name, part in modules(pipeline).items()},
            "scheduler": type(pipeline.scheduler).__name__,
            "scheduler_config": _scalars(pipeline.scheduler.config),
            "loras": spec.loras,
            **({"ip_adapter": spec.ip_adapter} if spec.ip_adapter else {}),
            "attention": spec.attention,
            "compile": spec.compile,
            "quantization": spec.quantization,
        }
    }


def _scalars(config: Any) -> dict[str, Any]:
    plain = str | int | float | bool
    return {key: value for key, value in sorted(config.items()) if isinstance(value, plain)}
