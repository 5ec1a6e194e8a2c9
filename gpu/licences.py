"""Licences of models: which ask for nothing, and which the user has to accept once."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from gpu.errors import BriefRefused

FREE = ("apache-2.0", "mit", "bsd-3-clause", "cc-by-4.0", "cc0-1.0")
"""Licences that ask for no more than to be named."""

_WORD = re.compile(r"[\w.+()-]+")
ENVIRONMENT = "REELOG_ACCEPT_LICENCES"


def config_folder() -> Path:
    """Where the user's own choices lie: REELOG_CONFIG, XDG_CONFIG_HOME/reelog or ~/.config."""
    if own := os.environ.get("REELOG_CONFIG"):
        return Path(own)
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "reelog"


def needs_nothing(licence: str) -> bool:
    """Whether work may begin: the licence is permissive, or accepted."""
    return licence.lower() in {*FREE, *_accepted_here(), *_accepted_for_ever()}


def _accepted_here() -> set[str]:
    return _names(os.environ.get(ENVIRONMENT, "").split(","))


def _accepted_for_ever() -> set[str]:
    try:
        return _names(_file().read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError):
        return set()


def _names(texts: Iterable[str]) -> set[str]:
    return {one.strip().lower() for one in texts if one.strip()}


def accept(licence: str) -> Path:
    """Remember that a licence is accepted; returns the file that says so. Raises BriefRefused."""
    if not _WORD.fullmatch(licence):
        raise BriefRefused(f"a licence is one word like openrail++, found {licence!r}")
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    names = sorted(_accepted_for_ever() | {licence.lower()})
    temporary = file.with_suffix(".new")
    temporary.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    temporary.replace(file)
    return file


def refuse_unnamed(where: str, licence: str, *, named_use: bool) -> None:
    """A model's licence is named, and whether it allows commercial use. Raises BriefRefused."""
    if not _WORD.fullmatch(licence):
        raise BriefRefused(
            f'{where}: needs licence = "…", as its publisher names it, one word like apache-2.0'
        )
    if not named_use and licence.lower() not in FREE:
        raise BriefRefused(f"{where}: {licence} needs commercial = true or false beside it")


def refuse_unaccepted(models: Iterable[tuple[str, str, str, bool]]) -> None:
    """Refuse the first (stage, model, licence, commercial) whose licence is not accepted."""
    for stage, model, licence, commercial in models:
        if needs_nothing(licence):
            continue
        use = "commercial use allowed" if commercial else "no commercial use"
        raise BriefRefused(
            f"{stage}: {model} is under {licence} ({use}); read it, then "
            f"`reelog profiles accept {licence}`"
        )


def _file() -> Path:
    return config_folder() / "accepted_licences"
