"""Names for what is written beside its place and moved there once it is whole."""

import os
import re
from pathlib import Path


def unborn_beside(path: Path) -> Path:
    """Beside the path, and no other process's."""
    return path.with_name(f".{path.name}.new-{os.getpid()}")


def left_by_the_dead(path: Path) -> list[Path]:
    """What processes that are no more left unborn there, with whatever stands beside it."""
    name = re.compile(rf"\.{re.escape(path.name)}\.new-(\d+)(?:-\w+)?", re.ASCII)
    try:
        siblings = [(one, name.fullmatch(one.name)) for one in path.parent.iterdir()]
    except OSError:
        return []
    return [one for one, match in siblings if match and not _lives(int(match[1]))]


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
