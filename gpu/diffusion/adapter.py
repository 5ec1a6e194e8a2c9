"""IP-Adapters: pictures for a model that was made for words alone, from safetensors alone."""

from pathlib import Path
from typing import Any

from transformers import CLIPVisionModelWithProjection

from gpu.adapter_files import SEPARATOR
from gpu.diffusion.spec import ModelSpec
from gpu.diffusion.weights import sha256
from gpu.errors import BriefRefused
from gpu.model_files import fingerprint


def add(pipeline: Any, spec: ModelSpec) -> None:
    """Add the IP-Adapter that a spec names, with its image encoder. Raises BriefRefused."""
    file, folder = (Path(one) for one in spec.ip_adapter_files.split(SEPARATOR))
    recorded, _, encoder = spec.ip_adapter.rpartition("#")[2].partition("+")
    _check(file, folder, (recorded, encoder))
    try:
        reader = CLIPVisionModelWithProjection.from_pretrained(
            folder, dtype=pipeline.unet.dtype, use_safetensors=True, local_files_only=True
        )
        pipeline.register_modules(image_encoder=reader.eval())
        pipeline.load_ip_adapter(
            str(file.parent), subfolder="", weight_name=file.name, local_files_only=True
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise BriefRefused(
            f"the IP-Adapter {file.name} does not fit {spec.model}: {error}"
        ) from error


def listen(pipeline: Any, spec: ModelSpec, *, shown: bool) -> None:
    """As closely as the profile says, where pictures are shown; not at all where none is."""
    head = spec.ip_adapter.rpartition("#")[0]
    pipeline.set_ip_adapter_scale(float(head.rpartition("@")[2]) if shown else 0.0)


def _check(file: Path, folder: Path, recorded: tuple[str, str]) -> None:
    if not file.is_file() or not folder.is_dir():
        raise BriefRefused(f"the IP-Adapter {file.name} or its image encoder {folder} is gone")
    if (sha256(file), fingerprint(folder)) != recorded:
        raise BriefRefused(
            f"the IP-Adapter {file.name} or its image encoder was changed since the film began; "
            "put the old one back"
        )
