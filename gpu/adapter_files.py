"""The IP-Adapter that a profile names: found and hashed before any work. Knows no torch.

It lets a model that takes words alone take pictures too; an image encoder reads them for it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gpu import lora_files
from gpu.diffusion import weights
from gpu.errors import BriefRefused
from gpu.model_files import fingerprint

KEYS = {"file", "encoder", "scale"}
SEPARATOR = lora_files.SEPARATOR
SCALE = 0.6
LIKE = '{file = "ip-adapter_sdxl.safetensors", encoder = "image_encoder", scale = 0.6}'


def named(adapter: Any, beside: Path, where: str) -> tuple[str, str]:
    """`name@scale#sha256+encoder` for the record, and the paths. Raises BriefRefused."""
    wrong = not isinstance(adapter, Mapping) or not {"file", "encoder"} <= set(adapter)
    if wrong or set(adapter) - KEYS:
        raise BriefRefused(f"{where}: an IP-Adapter is {LIKE}, found {adapter!r}")
    file = {"file": adapter["file"], "scale": adapter.get("scale", SCALE)}
    text, path = lora_files.named([file], beside, where)
    encoder = _encoder(beside / Path(str(adapter["encoder"])).expanduser(), where)
    return f"{text}+{fingerprint(encoder)}", SEPARATOR.join([path, str(encoder)])


def _encoder(folder: Path, where: str) -> Path:
    if not (folder / "config.json").is_file() or not weights.hashes(folder):
        raise BriefRefused(
            f"{where}: {folder} is no image encoder; it needs config.json and model.safetensors"
        )
    return folder.resolve()
