"""Where a model's weights lie, that they are safe, and the hash of each file. Knows no torch.

Only safetensors: a pickle runs whatever its author wrote into it.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from gpu import hub
from gpu.diffusion.telling import Counted, silent
from gpu.errors import BriefRefused
from gpu.given_file import read_given
from gpu.stages import Report

TINY = "tiny:"
INDEX_BYTES_MAX = 1_000_000
_PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl")
_VARIANT = re.compile(r"\.(fp16|bf16|fp32|fp8|non_ema|ema)(?=[.-])")
_SHARD = re.compile(r"-\d{5}-of-\d{5}")
_BLOCK_BYTES = 1 << 20
_BIG_BYTES = 1 << 20


def cache_folder() -> Path:
    """Where what can be made again is kept: REELOG_CACHE, XDG_CACHE_HOME/reelog or ~/.cache."""
    if own := os.environ.get("REELOG_CACHE"):
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "reelog"


def locate(model: str, revision: str = "", where: str = "") -> Path:
    """The folder with a model's weights: made, given, or in the hub's cache.

    Raises BriefRefused with the way to get them when they are not here.
    """
    if model.startswith(TINY):
        from gpu.tiny import ensure

        tiny: Path = ensure(model.removeprefix(TINY), cache_folder() / "tiny")
        return tiny
    for given in filter(None, (where, model)):
        folder = Path(given).expanduser()
        if folder.is_dir():
            return folder
    return _in_hub_cache(model, revision)


def tiny_folder(model: str) -> Path:
    """Where a tiny model is, once it is made."""
    from gpu import tiny

    return cache_folder() / "tiny" / f"{model.removeprefix(TINY)}-{tiny.VERSION}"


def _in_hub_cache(model: str, revision: str) -> Path:
    """Only what is needed was fetched, so the hub's library would call the folder incomplete."""
    folder = hub.snapshot(model, revision)
    if folder is None:
        raise BriefRefused(
            f"the weights of {model!r} are not here; see `reelog profiles` and fetch them"
        )
    return folder


def pipeline_class(folder: Path) -> str:
    """The class that a saved pipeline names in its model_index.json. Raises BriefRefused."""
    index = folder / "model_index.json"
    try:
        name = json.loads(read_given(index, INDEX_BYTES_MAX))["_class_name"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BriefRefused(
            f"{folder} is no diffusers model: it has no readable {index.name}"
        ) from (error)
    return str(name)


def hashes(folder: Path, variant: str = "", report: Report = silent) -> dict[str, str]:
    """SHA-256 of every weight file that is loaded, by its name in the folder.

    Raises BriefRefused where there is a pickle and no safetensors, or two files for the same part.
    """
    parts = sorted({folder, *(one for one in folder.iterdir() if one.is_dir())})
    files = [file for part in parts for file in _files_used(part, variant)]
    total = sum(file.stat().st_size for file in files)
    counted = Counted("checking weights", total, report)
    return {str(file.relative_to(folder)): sha256(file, counted.add) for file in files}


def _files_used(part: Path, variant: str) -> Iterator[Path]:
    """The weight files of one part of a model, as diffusers picks them."""
    used = chosen([one.name for one in part.iterdir()], variant)
    if not used:
        _refuse_pickles(part)
    shards = [name for name in used if _SHARD.search(name)]
    if shards and len(shards) < len(used):
        names = ", ".join(used)
        raise BriefRefused(f"{part} holds its weights twice ({names}); remove one of them")
    yield from (part / name for name in used)


def chosen(names: Iterable[str], variant: str) -> list[str]:
    """Of the names of a part's files, those of the weights that are loaded."""
    safe = sorted(name for name in names if name.endswith(".safetensors"))
    of_variant = [name for name in safe if _variant(name) == variant]
    return of_variant or [name for name in safe if not _variant(name)] or safe


def _variant(name: str) -> str:
    match = _VARIANT.search(name)
    return match[1] if match else ""


def _refuse_pickles(part: Path) -> None:
    pickles = sorted(one for one in part.iterdir() if one.suffix in _PICKLES)
    if pickles:
        raise BriefRefused(
            f"{pickles[0]} is a pickle and may run any code; convert it: load it with torch.load("
            "…, weights_only=True) and save it with safetensors.torch.save_file"
        )


def sha256(file: Path, count: Callable[[int], None] = lambda _: None) -> str:
    """Of a file; kept for big ones until size or time of the file change. `count`: of its bytes."""
    status = file.stat()
    if status.st_size < _BIG_BYTES:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    facts = [str(file.resolve()), status.st_size, status.st_mtime_ns]
    name = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
    kept = cache_folder() / "hashes" / name
    try:
        known = kept.read_text(encoding="ascii")
    except (OSError, ValueError):
        found = _hashed(file, count)
    else:
        count(status.st_size)
        return known
    _keep(kept, found)
    return found


def _hashed(file: Path, count: Callable[[int], None]) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while block := opened.read(_BLOCK_BYTES):
            digest.update(block)
            count(len(block))
    return digest.hexdigest()


def _keep(kept: Path, text: str) -> None:
    temporary = kept.with_name(f"{kept.name}.{os.getpid()}")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="ascii")
        temporary.rename(kept)
    except OSError:
        return  # a cache that cannot be written is found again the slow way
