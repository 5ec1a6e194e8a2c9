"""A voice: which one a brief asks for, where its files lie, and how one part of it is loaded.

Only safetensors, no remote code, nothing from the network.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from gpu import weights_head
from gpu.briefs import AudioBrief
from gpu.diffusion import weights
from gpu.errors import BriefRefused

DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}
_TEXTS = ("*.json", "*.model", "*.txt", "*.jinja")
_PICKLED = "pytorch_model.bin"


@dataclass(frozen=True, kw_only=True)
class VoiceSpec:
    """All that two briefs must agree on to share a loaded voice."""

    model: str
    revision: str = ""
    where: str = ""
    dtype: str = "auto"
    vocoder: str = ""
    speaker: str = ""


@dataclass(frozen=True, kw_only=True)
class Voice:
    """A loaded voice. `speaker`: what makes it this voice and no other, as its family takes it.

    `files`: SHA-256 by name of all that was read. `rate_hz`: of the sound that comes out.
    """

    parts: Mapping[str, Any]
    tokenizer: Any
    speaker: Any
    rate_hz: int
    files: Mapping[str, str]
    device: torch.device


def spec_of(brief: AudioBrief) -> VoiceSpec:
    """The voice that a brief asks for."""
    settings, running = brief.settings, brief.running
    return VoiceSpec(
        model=str(running["model"]),
        revision=str(running.get("revision", "")),
        where=str(running.get("where", "")),
        dtype=str(settings.get("dtype", "auto")),
        vocoder=str(settings.get("vocoder", "")),
        speaker=str(settings.get("speaker", "")),
    )


def load_part(kind: Any, folder: Path, dtype: str, device: torch.device) -> Any:
    """One model of a transformers class, ready to speak. `dtype` auto: fp32, voices are small.

    Raises BriefRefused for a pickle, for files that do not fit the class, for missing weights.
    """
    _refuse_pickles(kind, folder)
    try:
        part, found = kind.from_pretrained(
            folder,
            dtype=DTYPES[dtype if dtype != "auto" else "fp32"],
            local_files_only=True,
            use_safetensors=True,
            output_loading_info=True,
        )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise BriefRefused(f"{folder} cannot be loaded as {kind.__name__}: {error}") from error
    missing = sorted(found["missing_keys"] & {name for name, _ in part.named_parameters()})
    if missing:
        raise BriefRefused(
            f"{folder} lacks {len(missing)} of the weights of {kind.__name__}, {missing[0]} first;"
            " get the model again"
        )
    part.eval()
    for tensor in (*part.parameters(), *part.buffers()):
        tensor.data = tensor.data.clone()  # on a CPU the place of weights in memory moves bits
    return part.to(device)


def load_text(kind: Any, folder: Path) -> Any:
    """A tokenizer or processor of a transformers class. Raises BriefRefused."""
    try:
        return kind.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, KeyError, TypeError, ImportError, RuntimeError) as error:
        raise BriefRefused(f"{folder} has no tokenizer that can be read: {error}") from error


def hashes(folder: Path, name: str) -> dict[str, str]:
    """SHA-256 of all that is read from one folder, named `name`/file."""
    found = {file: sha for file, sha in weights.hashes(folder).items() if "/" not in file}
    for file in found:
        weights_head.check(folder / file)
    for pattern in _TEXTS:
        found |= {one.name: weights.sha256(one) for one in folder.glob(pattern)}
    return {f"{name}/{file}": sha for file, sha in sorted(found.items())}


def speaker_file(spec: VoiceSpec, folder: Path, *defaults: str) -> Path:
    """The file with the voice: the setting's, there or in the model's folder; else a default.

    Raises BriefRefused.
    """
    if spec.speaker:
        given = Path(spec.speaker).expanduser()
        candidates = [folder / given, given]
    else:
        candidates = [folder / name for name in defaults]
    for file in candidates:
        if file.is_file():
            return file
    if spec.speaker:
        raise BriefRefused(f"there is no voice {spec.speaker!r}, here or in {folder}")
    raise BriefRefused(
        f"{spec.model} needs a voice: put it into {candidates[0]}, or name its file in the"
        " setting speaker"
    )


def speaker_tensor(file: Path, key: str) -> torch.Tensor:
    """The numbers in a .safetensors, under `key` or alone, or in an .npy file, as float32.

    Raises BriefRefused.
    """
    try:
        if file.suffix == ".npy":
            found = torch.from_numpy(np.load(file, allow_pickle=False))
        else:
            weights_head.check(file)
            tensors = load_file(file)
            found = tensors[key] if len(tensors) > 1 else next(iter(tensors.values()))
    except (OSError, ValueError, KeyError, StopIteration, TypeError, SafetensorError) as error:
        raise BriefRefused(
            f"{file} is no voice: it has to be .safetensors with {key!r}, or .npy"
        ) from error
    return found.to(torch.float32)


def _refuse_pickles(kind: Any, folder: Path) -> None:
    if any(folder.glob("*.safetensors")) or not (folder / _PICKLED).exists():
        return
    raise BriefRefused(
        f"{folder / _PICKLED} is a pickle and may run any code; convert it once to safetensors: "
        f'python -c "from transformers import {kind.__name__} as M; '
        f"M.from_pretrained('{folder}').save_pretrained('{folder}')\""
    )
