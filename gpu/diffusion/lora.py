"""LoRAs: several at once, each with its scale, from safetensors alone."""

import warnings
from pathlib import Path
from typing import Any

from safetensors import safe_open

from gpu import weights_head
from gpu.diffusion.spec import ModelSpec
from gpu.diffusion.weights import sha256
from gpu.errors import BriefRefused

_OF_ENCODERS = ("text_encoder", "lora_te")


def add(pipeline: Any, spec: ModelSpec) -> None:
    """Add the LoRAs that a spec names, `name@scale#sha256` each. Raises BriefRefused."""
    names, scales = [], []
    for number, (text, file) in enumerate(_pairs(spec), start=1):
        scale, digest = _parsed(text)
        _check(file, text, digest)
        name = f"lora_{number}"
        try:
            _load(pipeline, file, name)
        except (ValueError, KeyError, RuntimeError, AttributeError) as error:
            raise BriefRefused(f"LoRA {file.name} does not fit {spec.model}: {error}") from error
        if name in _known(pipeline):
            names.append(name)
            scales.append(scale)
        elif not _is_of_encoders(file):
            raise BriefRefused(f"LoRA {file.name} has no weights for {spec.model}")
    if names:
        pipeline.set_adapters(names, scales)


def _is_of_encoders(file: Path) -> bool:
    """Whether some of it is for what reads prompts, and not for what makes pictures."""
    with safe_open(file, "pt") as opened:
        return any(key.startswith(_OF_ENCODERS) for key in opened.keys())  # noqa: SIM118


def _load(pipeline: Any, file: Path, name: str) -> None:
    """Into the half that is here: one without encoders leaves their part to the other one."""
    if getattr(pipeline, "text_encoder", None) is None:
        pipeline.load_lora_into_text_encoder = lambda *_, **__: None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there are several at once is what was asked for
        pipeline.load_lora_weights(
            str(file.parent), weight_name=file.name, adapter_name=name, local_files_only=True
        )


def _pairs(spec: ModelSpec) -> list[tuple[str, Path]]:
    texts, files = spec.loras.split(","), spec.lora_files.split("\n")
    if len(texts) != len(files):
        raise BriefRefused(
            f"{len(texts)} LoRAs are asked for, the places of {len(files)} are known"
        )
    return [(text, Path(file)) for text, file in zip(texts, files, strict=True)]


def _parsed(text: str) -> tuple[float, str]:
    head, _, digest = text.rpartition("#")
    _, _, scale = head.rpartition("@")
    return float(scale), digest


def _check(file: Path, text: str, digest: str) -> None:
    if file.suffix != ".safetensors":
        raise BriefRefused(f"LoRA {file.name} is no .safetensors file")
    if not file.is_file():
        raise BriefRefused(f"LoRA {text.split('@')[0]} is gone from {file.parent}")
    if not sha256(file).startswith(digest):
        raise BriefRefused(
            f"LoRA {file.name} was changed since the film began; put the old one back"
        )
    weights_head.refuse_no_numbers(file)


def _known(pipeline: Any) -> set[str]:
    found = pipeline.get_list_adapters()
    return {name for names in found.values() for name in names}
