"""Where the hub's own library keeps models on this machine. Light: that is not imported."""

import os
import re
from pathlib import Path

_COMMIT = re.compile(r"[0-9a-f]{40}")


def cache() -> Path:
    """The folder of the hub's cache, by the rules of its own library."""
    named = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    home = os.environ.get("HF_HOME") or Path(
        os.environ.get("XDG_CACHE_HOME") or "~/.cache", "huggingface"
    )
    return Path(os.path.expandvars(named or Path(home, "hub"))).expanduser()


def folder_of(model: str) -> Path:
    """Where the cache keeps a model."""
    return cache() / f"models--{model.replace('/', '--')}"


def commit_of(model: str, revision: str) -> str:
    """The commit that a branch or tag stood for when it was fetched; a commit stands for itself."""
    if _COMMIT.fullmatch(revision):
        return revision
    reference = folder_of(model) / "refs" / (revision or "main")
    try:
        return reference.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def snapshot(model: str, revision: str) -> Path | None:
    """The folder with a model's files at that revision, whole or not; None: nothing of it."""
    commit = commit_of(model, revision)
    folder = folder_of(model) / "snapshots" / commit
    return folder if commit and folder.is_dir() else None
