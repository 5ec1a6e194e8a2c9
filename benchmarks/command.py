"""The installed reelog command, as a user runs it."""

import subprocess
import sys
from pathlib import Path

REELOG = Path(sys.executable).with_name("reelog")


def reelog(home: str, *arguments: str) -> str:
    """Run a command and return what it printed; raises when it fails."""
    done = subprocess.run(
        [str(REELOG), "--home", home, *arguments],
        check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return done.stdout
