"""Folders with the files of models: their names are real, their weights are a few bytes."""

import json
from pathlib import Path

SDXL = {
    "model_index.json": json.dumps(
        {
            "_class_name": "StableDiffusionXLPipeline",
            "feature_extractor": [None, None],
            "force_zeros_for_empty_prompt": True,
            "scheduler": ["diffusers", "EulerDiscreteScheduler"],
            "tokenizer": ["transformers", "CLIPTokenizer"],
            "unet": ["diffusers", "UNet2DConditionModel"],
            "vae": ["diffusers", "AutoencoderKL"],
        }
    ),
    "scheduler/scheduler_config.json": "{}",
    "tokenizer/tokenizer_config.json": "{}",
    "tokenizer/merges.txt": "",
    "unet/config.json": "{}",
    "unet/diffusion_pytorch_model.safetensors": "unet",
    "vae/config.json": "{}",
    "vae/diffusion_pytorch_model.safetensors": "vae",
}


def publish(folder: Path, files: dict[str, str], **changes: str | None) -> Path:
    """Write files into a folder, changed or (None) left out; returns the folder."""
    for name, content in {**files, **changes}.items():
        if content is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content)
    return folder
