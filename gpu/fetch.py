"""Downloads a model from the hub: safetensors and what belongs to them. Goes on where it stopped.

The hub's own library begins a file again that was stopped in its middle, and weights are files of
up to ten gigabytes: they are brought here by `gpu.fetch_file`, the small ones by the library.
"""

import glob
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gpu import hub, model_files
from gpu.errors import BriefRefused, StageError
from gpu.fetch_file import bring
from gpu.profile_files import StageProfile

GIB = 1 << 30
SPARE_BYTES = GIB
BIG_BYTES = 10 << 20


@dataclass(frozen=True)
class Wanted:
    """What is to be fetched of a model at a commit. `missing`: bytes of each file not here yet."""

    commit: str
    files: Sequence[str]
    bytes: int
    missing: Mapping[str, int]

    @property
    def missing_bytes(self) -> int:
        """How much there is to fetch; less where a file was stopped in its middle."""
        return sum(self.missing.values())


def look(stage: StageProfile) -> Wanted:
    """What the model needs of its repository, at its revision.

    Raises BriefRefused: without the extra, for an unknown or gated model, for pickles, for a full
    disk; StageError when the hub cannot be reached.
    """
    index = model_files.INDEX
    with _without_bars():
        listed = {one.filename: one for one in _asked(stage, dry_run=True)}
        folder = Path(_asked(stage, allow_patterns=[index])) if index in listed else None
    parts = model_files.parts_of((folder / index).read_text("utf-8")) if folder else []
    files = model_files.needed(sorted(listed), parts, str(stage.settings.get("variant", "")))
    sizes = {name: listed[name].file_size or 0 for name in files}
    wanted = Wanted(
        commit=listed[files[0]].commit_hash if files else "",
        files=files,
        bytes=sum(sizes.values()),
        missing={name: sizes[name] for name in files if not listed[name].is_cached},
    )
    _refuse_full_disk(stage, wanted)
    return wanted


def fetch(stage: StageProfile, wanted: Wanted, *, bars: bool = True) -> Path:
    """The folder with the files, downloaded where they are not here. Shows its own progress."""
    with nullcontext() if bars else _without_bars():
        for name, size in wanted.missing.items():
            if size >= BIG_BYTES:
                _telling(stage, lambda: bring(stage.model, name, wanted.commit))  # noqa: B023
        return Path(_asked(stage, allow_patterns=[glob.escape(name) for name in wanted.files]))


@contextmanager
def _without_bars() -> Iterator[None]:
    try:
        from huggingface_hub import utils
    except ImportError as error:
        raise BriefRefused("fetching needs: pip install 'reelog[gpu]'") from error

    were_there = not utils.are_progress_bars_disabled()
    utils.disable_progress_bars()
    try:
        yield
    finally:
        if were_there:
            utils.enable_progress_bars()


def _asked(stage: StageProfile, **options: Any) -> Any:
    from huggingface_hub import snapshot_download

    revision = stage.revision or None
    return _telling(stage, lambda: snapshot_download(stage.model, revision=revision, **options))


def _telling(stage: StageProfile, ask: Callable[[], Any]) -> Any:
    """The hub's answer; what went wrong as a sentence."""
    from huggingface_hub import errors

    try:
        return ask()
    except (errors.HTTPError, errors.HFValidationError, OSError) as error:
        cause = error.__cause__ if isinstance(error, errors.DryRunError) else error
        raise _said(stage, cause or error, errors) from error


def _said(stage: StageProfile, error: BaseException, errors: Any) -> StageError:
    log_in = "log in with `hf auth login`"
    if isinstance(error, errors.GatedRepoError):
        page = f"https://huggingface.co/{stage.model}"
        return BriefRefused(f"{stage.model} is gated: agree to its terms on {page}, then {log_in}")
    if isinstance(error, errors.RevisionNotFoundError):
        return BriefRefused(f"{stage.model} has no revision {stage.revision!r}")
    if isinstance(error, errors.RepositoryNotFoundError | errors.HFValidationError):
        return BriefRefused(f"the hub has no model {stage.model!r}; if it is private, {log_in}")
    if isinstance(error, errors.OfflineModeIsEnabled):
        return BriefRefused("HF_HUB_OFFLINE is set; unset it to fetch")
    return StageError(
        f"{stage.model} was not fetched ({_first_line(error)}); the same command goes on later"
    )


def _refuse_full_disk(stage: StageProfile, wanted: Wanted) -> None:
    cache = hub.cache()
    there = next(one for one in (cache, *cache.parents) if one.exists())
    free = shutil.disk_usage(there).free
    if wanted.missing_bytes + SPARE_BYTES > free:
        raise BriefRefused(
            f"{stage.model} needs {wanted.missing_bytes / GIB:.1f} GiB more, and {there} has "
            f"{free / GIB:.1f} GiB free; make room, or set HF_HOME to another disk"
        )


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
