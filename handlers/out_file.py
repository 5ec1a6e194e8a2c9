"""Where a command is asked to write: a new file, or in the place of a plain one. Nothing else."""

import os
from pathlib import Path

from handlers.errors import Refused


def refuse_file_as_folder(out: Path) -> None:
    """Refuse to make a folder where a file stands, or below one."""
    for path in (out, *out.parents):
        if os.path.lexists(path):
            if not path.is_dir():
                raise Refused("not_a_folder", f"{path} is no folder", "name a folder with --to")
            return


def refuse_other(out: Path) -> None:
    """Refuse a folder, a device, a pipe: a file that is moved there would take its place.

    And a file in a folder that is not there.
    """
    if not out.parent.is_dir():
        raise Refused("no_folder", f"{out}: there is no folder {out.parent}", "make it first")
    if out.is_dir():
        raise Refused("is_a_folder", f"{out} is a folder", "name a file")
    if os.path.lexists(out) and not out.is_file() and not out.is_symlink():
        raise Refused("not_a_file", f"{out} is no plain file", "name a file, or - for text")
    if out.is_symlink() and out.exists() and not out.is_file():
        raise Refused("not_a_file", f"{out} leads to no plain file", "name a file")
