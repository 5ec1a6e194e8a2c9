"""Whether this machine has what a profile needs. Light: nothing heavy is imported to find out."""

import os
from importlib.util import find_spec
from pathlib import Path

from gpu import licences, profile_files
from gpu.errors import BriefRefused
from gpu.profile_files import Profile, StageProfile

OF_MODELS = profile_files.OF_MODELS
HERE, MISSING, MADE = "here", "missing", "made on first use"


def refuse_unready(profile: Profile) -> None:
    """Stop before any work: a licence not accepted, weights or libraries not here.

    Raises BriefRefused with the command that helps.
    """
    models = {kind: one for kind, one in profile.stages.items() if one.backend in OF_MODELS}
    licences.refuse_unaccepted(
        (kind, one.model, one.licence, one.commercial) for kind, one in models.items()
    )
    for kind, one in models.items():
        if find_spec("torch") is None or find_spec(one.backend) is None:
            raise BriefRefused(
                f"{kind} of profile {profile.name} needs {one.backend}; "
                "install it with: pip install 'reelog[gpu]'"
            )
        if weights_of(one) == MISSING:
            raise BriefRefused(
                f"{kind}: the weights of {one.model} are not here; "
                f"get them with: reelog profiles fetch {profile.name}"
            )


def weights_of(stage: StageProfile) -> str:
    """Whether the weights of a stage's model are here."""
    if stage.model.startswith("tiny:"):
        return MADE
    for given in (stage.running.get("where"), stage.model):
        if given and Path(str(given)).expanduser().is_dir():
            return HERE
    folder = hub_folder(stage.model)
    return HERE if (folder / "snapshots" / _commit(folder, stage.revision)).is_dir() else MISSING


def _commit(folder: Path, revision: str) -> str:
    """The commit that a branch or tag stands for; a commit stands for itself."""
    name = revision or "main"
    try:
        return (folder / "refs" / name).read_text(encoding="ascii").strip() or name
    except (OSError, ValueError):
        return name


def hub_folder(model: str) -> Path:
    """Where the hub's own library keeps a model."""
    home = os.environ.get("HF_HOME") or Path(
        os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "huggingface"
    )
    cache = os.environ.get("HF_HUB_CACHE") or Path(home, "hub")
    return Path(cache).expanduser() / f"models--{model.replace('/', '--')}"
