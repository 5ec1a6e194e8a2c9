"""LoRA files that a profile names: found and hashed before any work. Knows no torch."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gpu import weights_head
from gpu.diffusion.weights import sha256
from gpu.errors import BriefRefused
from gpu.licences import config_folder

KEYS = {"file", "scale"}
SEPARATOR = "\n"
LIKE = '{file = "detail.safetensors", scale = 0.8}'


def named(loras: Any, beside: Path, where: str) -> tuple[str, str]:
    """`name@scale#sha256,…` for the record, and the paths. Raises BriefRefused."""
    if not isinstance(loras, list | tuple):
        raise BriefRefused(f"{where}: loras is a list of {LIKE}, found {loras!r}")
    texts, paths = [], []
    for lora in loras:
        if not isinstance(lora, Mapping) or "file" not in lora or set(lora) - KEYS:
            raise BriefRefused(f"{where}: a LoRA is {LIKE}, found {lora!r}")
        file = _found(str(lora["file"]), beside, where)
        scale = lora.get("scale", 1.0)
        if isinstance(scale, bool) or not isinstance(scale, int | float) or not abs(scale) <= 10:
            raise BriefRefused(
                f"{where}: the scale of {file.name} is a number from -10 to 10, found {scale!r}"
            )
        name = re.sub(r"[,@#\s]", "_", file.stem)
        texts.append(f"{name}@{float(scale):g}#{sha256(file)}")
        paths.append(str(file))
    return ",".join(texts), SEPARATOR.join(paths)


def _found(name: str, beside: Path, where: str) -> Path:
    if Path(name).suffix != ".safetensors":
        raise BriefRefused(f"{where}: {name} is no .safetensors file; no other kind is loaded")
    given = Path(name).expanduser()
    places = [given] if given.is_absolute() else [beside / given, config_folder() / "loras" / given]
    for place in places:
        if place.is_file():
            weights_head.check(place, where)
            return place.resolve()
    looked = " and ".join(str(place.parent) for place in places)
    raise BriefRefused(f"{where}: there is no {given.name} in {looked}")
