"""Parts of models, built from their published configurations, without any weights."""

from collections.abc import Mapping
from typing import Any

import diffusers
import torch
import transformers
from accelerate import init_empty_weights

SPREAD = 0.02


def blank(config: Mapping[str, Any]) -> Any:
    """A part on the meta device: shapes alone."""
    with torch.device("meta"):
        return _made(config)


def random(config: Mapping[str, Any], device: torch.device, dtype: torch.dtype) -> Any:
    """A part with random weights, each in the dtype that from_pretrained would give it.

    Not zeros: a card multiplies those faster.
    """
    with init_empty_weights():  # what is no parameter is computed, as in from_pretrained
        part = _made(config)
    exact = set(getattr(part, "_keep_in_fp32_modules", None) or ())
    for path, parameter in list(part.named_parameters()):
        kept = torch.float32 if exact & set(path.split(".")) else dtype
        is_scale = parameter.ndim == 1 and path.endswith("weight")
        weights = torch.empty(parameter.shape, dtype=kept, device=device)
        _put(part, path, weights.normal_(1.0 if is_scale else 0.0, SPREAD))
    return part.to(device)


def _made(config: Mapping[str, Any]) -> Any:
    name = str(config["_class_name"])
    options = {key: value for key, value in config.items() if not key.startswith("_")}
    if hasattr(diffusers, name):
        part = getattr(diffusers, name)(**options)
    else:
        kind: Any = getattr(transformers, name)
        part = kind(kind.config_class(**options))
    return part.eval().requires_grad_(False)


def _put(part: Any, path: str, weights: torch.Tensor) -> None:
    owner, _, name = path.rpartition(".")
    setattr(part.get_submodule(owner), name, torch.nn.Parameter(weights, requires_grad=False))


def weights_gib(part: Any) -> float:
    """Room that its parameters take."""
    return float(sum(one.nbytes for one in part.parameters()) / 2**30)
