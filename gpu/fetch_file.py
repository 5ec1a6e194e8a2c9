"""One big file of a hub, put where the hub's library looks for it; goes on where it stopped."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from gpu import hub
from gpu.errors import StageError

_SHA256_DIGITS = 64
_BLOCK_BYTES = 1 << 20


def bring(model: str, name: str, commit: str) -> Path:
    """The file's content, whole and as the hub names it. Raises StageError, or the library's own.

    What came is kept in a file beside, so that a stopped download loses nothing.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers

    url = hf_hub_url(model, name, revision=commit)
    about = get_hf_file_metadata(url)
    blob = hub.folder_of(model) / "blobs" / str(about.etag)
    if blob.exists():
        return blob
    blob.parent.mkdir(parents=True, exist_ok=True)
    part = blob.with_name(f"{about.etag}.part")
    with _alone(part, name) as file:
        begin = file.seek(0, os.SEEK_END)
        if begin < (about.size or 0):
            options = {"headers": build_hf_headers(), "expected_size": about.size}
            http_get(url, file, resume_size=begin, displayed_filename=name, **options)
        file.flush()
        _check(part, name, str(about.etag), about.size)
        os.fsync(file.fileno())
        part.rename(blob)
    return blob


@contextmanager
def _alone(part: Path, name: str) -> Iterator[IO[bytes]]:
    part.touch()
    with part.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StageError(f"{name} is being fetched by another process; wait for it") from error
        yield file


def _check(part: Path, name: str, etag: str, size: int | None) -> None:
    """A file that is not what the hub says is begun again the next time."""
    wrong = size is not None and part.stat().st_size != size
    if not wrong and len(etag) == _SHA256_DIGITS:
        wrong = _sha256(part) != etag
    if wrong:
        part.unlink()
        raise StageError(
            f"{name} came broken and was thrown away; the same command fetches it anew"
        )


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while block := opened.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()
