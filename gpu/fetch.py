"""Downloads a model from the hub: safetensors and what belongs to them. Resumable."""

from pathlib import Path

from gpu.errors import BriefRefused, StageError
from gpu.profile_files import StageProfile

WANTED = ("*.safetensors", "*.json", "*.txt", "*.model", "*.jinja")


def fetch(stage: StageProfile) -> Path:
    """The folder with the weights, downloaded where they are not here. Shows its own progress.

    Raises BriefRefused without the extra or for an unknown model, StageError when the hub cannot
    be reached.
    """
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
    except ImportError as error:
        raise BriefRefused("fetching needs: pip install 'reelog[gpu]'") from error
    patterns = [_of_variant(stage)] if stage.settings.get("variant") else ["*.safetensors"]
    try:
        folder = snapshot_download(
            stage.model,
            revision=stage.revision or None,
            allow_patterns=[*patterns, *WANTED[1:]],
        )
    except LocalEntryNotFoundError as error:
        raise StageError(f"the hub cannot be reached for {stage.model}; try again later") from error
    except HfHubHTTPError as error:
        raise StageError(f"the hub refused {stage.model}: {_first_line(error)}") from error
    except OSError as error:
        raise StageError(f"{stage.model} cannot be fetched: {_first_line(error)}") from error
    return Path(folder)


def _of_variant(stage: StageProfile) -> str:
    return f"*.{stage.settings['variant']}*.safetensors"


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
