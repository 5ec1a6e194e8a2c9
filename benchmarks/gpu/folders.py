"""Whole models with random weights on disk, as a user has them: published shapes, no download."""

from pathlib import Path

import torch

from benchmarks.gpu import denoise, parts
from benchmarks.gpu.models import Row, config
from gpu.tiny import words

TOKENIZERS = {"clip-l": words.clip_tokenizer, "clip-g": words.clip_tokenizer}
"""By text encoder; the others read as T5 does."""


def saved(row: Row, folder: Path, device: torch.device, published: denoise.Config = config) -> Path:
    """The folder, with the row's model in it: made on the device, saved as safetensors."""
    dtype = torch.bfloat16
    pipeline = denoise.pipeline_of(row, device, dtype, published)
    for part, name in row.encoders.items():
        tokenizer = TOKENIZERS.get(name, words.t5_tokenizer)()
        pipeline.register_modules(
            **{
                part: parts.random(published(name), device, dtype),
                part.replace("text_encoder", "tokenizer"): tokenizer,
            }
        )
    pipeline.save_pretrained(folder, safe_serialization=True)
    return folder
