"""The files of a model: which of them it needs, by their names; what lacks; a name for them all."""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from gpu.diffusion import weights
from gpu.errors import BriefRefused

INDEX = "model_index.json"
SMALL = (".json", ".txt", ".model", ".jinja")
_PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl", ".h5", ".msgpack")
_SHARDS = re.compile(r"\.safetensors\.index(?:\.(\w+))?\.json$")


def missing(folder: Path, variant: str = "") -> str:
    """The first thing that a model in a folder lacks; "" when it is whole."""
    if (folder / INDEX).is_file():
        parts = parts_of((folder / INDEX).read_text(encoding="utf-8", errors="replace"))
    else:
        parts = ["model"] if (folder / "model").is_dir() else [""]
    return next((lack for part in parts if (lack := _lacks(folder, part, variant))), "")


def _lacks(folder: Path, part: str, variant: str) -> str:
    inside = folder / part
    names = {one.name for one in inside.iterdir() if one.is_file()} if inside.is_dir() else set()
    if not any(name.endswith("config.json") for name in names):
        return f"{part}/config.json".lstrip("/") if part else INDEX
    chosen = weights.chosen(sorted(names), variant)
    if "config.json" in names and not chosen and not any(_is_pickle(name) for name in names):
        return f"{part}/*.safetensors".lstrip("/")
    for name in sorted(names):
        if (match := _SHARDS.search(name)) and (match[1] or "") == _variant_used(chosen, variant):
            for shard in _shards(inside / name):
                if shard not in names:
                    return f"{part}/{shard}".lstrip("/")
    return ""


def _variant_used(chosen: Sequence[str], variant: str) -> str:
    return variant if variant and any(f".{variant}" in name for name in chosen) else ""


def _shards(index: Path) -> list[str]:
    try:
        return sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return []


def _is_pickle(name: str) -> bool:
    return name.endswith(_PICKLES)


def parts_of(index: str) -> list[str]:
    """The parts that a model_index.json names; each is a folder. Raises BriefRefused."""
    try:
        named = json.loads(index)
        return sorted(
            part for part, kind in named.items() if isinstance(kind, list) and kind[0] is not None
        )
    except (ValueError, AttributeError, IndexError) as error:
        raise BriefRefused(f"{INDEX} cannot be read: {error}") from error


def needed(files: Sequence[str], parts: Sequence[str], variant: str = "") -> list[str]:
    """Of a repository's files those that its parts load, and its licence. Without parts: all of it.

    Raises BriefRefused where weights are published as pickles only.
    """
    folders = sorted(parts or {name.rpartition("/")[0] for name in files})
    found = [name for name in files if "/" not in name and _is_told(name)]
    for part in folders:
        inside = [name.rpartition("/")[2] for name in files if name.rpartition("/")[0] == part]
        chosen = weights.chosen(inside, variant)
        pickles = sorted(filter(_is_pickle, inside))
        if pickles and not chosen:
            name = f"{part}/{pickles[0]}".lstrip("/")
            raise BriefRefused(
                f"{name} is a pickle, which may run any code, and no safetensors is beside it; "
                "name another repository or revision, or convert it on your own"
            )
        small = [name for name in inside if name.endswith(SMALL)]
        found += [f"{part}/{name}".lstrip("/") for name in (*small, *chosen)]
    return sorted(set(found))


def _is_told(name: str) -> bool:
    return name.endswith(SMALL) or name.upper().startswith("LICEN")


def fingerprint(folder: Path) -> str:
    """Of a model in a folder of the user's own: changes with its weights and its configs."""
    digest = hashlib.sha256()
    for file in sorted(_read(folder)):
        digest.update(f"{file.relative_to(folder).as_posix()} {weights.sha256(file)}\n".encode())
    return digest.hexdigest()[:16]


def _read(folder: Path) -> Iterator[Path]:
    for file in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if file.name.endswith((*SMALL, ".safetensors")) and not hidden and file.is_file():
            yield file
