"""One hostile input, given to the real command: refused in words or taken, and nothing else."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from handlers.audit import audit
from tests.command import Done, Reelog
from tests.faults import cases
from tests.faults.damage.places import fenced, listing

TAKEN = ""
Content = bytes | str | Callable[[Path], object]
"""What a file holds, or who makes it."""

_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class Case(NamedTuple):
    """Arguments, files beside the home, and the code of the refusal; TAKEN where there is none."""

    arguments: tuple[str, ...]
    code: str = TAKEN
    files: Mapping[str, Content] = {}
    stdin: bytes = b""


def some(cases_: Iterable[Any], begin: int = 0) -> list[Any]:
    """All of them in a release; every third one in `make test`, from `begin` on."""
    return list(cases_) if cases.RELEASE else list(cases_)[begin::3]


def ask(reelog: Reelog, case: Case) -> Done:
    """Give it; check all that has to hold whatever it is."""
    folder = reelog.folder
    outside = fenced(folder)
    for name, content in case.files.items():
        make(folder / name, content)
    before = listing(outside)
    names = set(map(str, folder.rglob("*")))
    with cases.counted("hostile inputs", 1):
        command, *rest = case.arguments
        done = reelog.quickly(command, "--json", *rest, stdin=case.stdin)

        assert listing(outside) == before
        harmless(done.out + done.err)
        assert done.status == (2 if case.code else 0), done
        if case.code:
            assert done.error["code"] == case.code, done
            assert len(done.error["message"]) < 2_000
            home = str(reelog.home.root)
            new = {one for one in map(str, folder.rglob("*")) if not one.startswith(home)} - names
            assert new <= {str(folder / "stdout"), str(folder / "stderr"), str(folder / "stdin")}
        if reelog.home.has_log():
            assert audit(reelog.home).clean
    return done


def make(path: Path, content: Content) -> None:
    """A file beside the home."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if callable(content):
        content(path)
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def harmless(text: str) -> None:
    """What a terminal is sent: no control and no direction-changing character, and no bug."""
    assert "Traceback" not in text
    assert "a bug in reelog" not in text, text
    plain = re.sub(r"[\n\t]", "", text)
    assert not [c for c in plain if unicodedata.category(c) == "Cc" or c in _BIDI], ascii(text)
