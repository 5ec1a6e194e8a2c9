"""Where notices go: `notify.toml` in the config folder, or REELOG_NOTIFY. Reads; sends nothing.

A channel's URL holds its secrets. Nothing here says one: errors name the channel, or its number.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gpu.licences import config_folder
from gpu.vocabulary import nearest
from handlers.errors import Refused

VARIABLE = "REELOG_NOTIFY"
FILE = "notify.toml"
OCCASIONS = {
    "done": "a film is done",
    "parked": "work is parked, or workers keep dying",
    "disk": "the disk is full, or failed",
}
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://\S*")
_KEYS = ("name", "url", "on", "profiles")


@dataclass(frozen=True)
class Channel:
    """One place where notices go. No `profiles`: films of every profile are told there."""

    name: str
    url: str
    on: tuple[str, ...] = tuple(OCCASIONS)
    profiles: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Channel({self.masked})"

    @property
    def scheme(self) -> str:
        """What kind it is: mailto, ntfys, json, …"""
        return self.url.partition("://")[0].lower()

    @property
    def masked(self) -> str:
        """Its name, and what may be said of its URL."""
        return f"{self.name} ({self.scheme}://…)"

    def wants(self, occasion: str, profile: str) -> bool:
        """Whether an occasion of a film is told here."""
        return occasion in self.on and (not self.profiles or profile in self.profiles)


@dataclass(frozen=True)
class Channels:
    """All of them, and where they are written down."""

    source: str
    channels: tuple[Channel, ...] = ()
    open_to_others: bool = False


def file() -> Path:
    """Where channels are written down."""
    return config_folder() / FILE


def channels() -> Channels:
    """What is configured; REELOG_NOTIFY counts instead of the file. Raises Refused."""
    named = os.environ.get(VARIABLE)
    if named is not None:
        found = [_of_variable(number, url) for number, url in enumerate(named.split(), start=1)]
        return Channels(VARIABLE, _with_own_names(found))
    path = file()
    try:
        text = path.read_text(encoding="utf-8")
        readable = bool(path.stat().st_mode & 0o077)
    except FileNotFoundError:
        return Channels(str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("bad_notify", f"{path} cannot be read: {_words(error)}") from error
    return Channels(str(path), _with_own_names(_of_file(path, text)), readable)


def _words(error: OSError | UnicodeDecodeError) -> str:
    return "it is no UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror or "?"


def _of_variable(number: int, url: str) -> Channel:
    return Channel(*_named(f"{VARIABLE}, entry {number}", "", url))


def _of_file(path: Path, text: str) -> list[Channel]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at .*\)", str(error))  # the rest may quote what is secret
        where = place[0] if place else ""
        raise Refused("bad_notify", f"{path} is no TOML {where}".rstrip()) from None
    for name in tables:
        if name != "channel":
            raise Refused("bad_notify", f"{path}: {_unknown('table', name, ['channel'])}")
    rows = tables.get("channel", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused("bad_notify", f"{path}: channels are written as tables [[channel]]")
    return [_of_table(f"{path}, channel {at}", row) for at, row in enumerate(rows, start=1)]


def _of_table(where: str, row: Mapping[str, Any]) -> Channel:
    for key in row:
        if key not in _KEYS:
            raise Refused("bad_notify", f"{where}: {_unknown('setting', key, _KEYS)}")
    name, url = _named(where, row.get("name", ""), row.get("url", ""))
    on = _words_of(where, row, "on", tuple(OCCASIONS))
    for word in on:
        if word not in OCCASIONS:
            raise Refused("bad_notify", f"{where}: {_unknown('occasion', word, tuple(OCCASIONS))}")
    return Channel(name, url, on, _words_of(where, row, "profiles", ()))


def _named(where: str, name: Any, url: Any) -> tuple[str, str]:
    shape = _URL.fullmatch(url) if isinstance(url, str) else None
    if shape is None:
        raise Refused(
            "bad_notify", f"{where}: needs a URL like ntfys://topic", "`reelog notify` says more"
        )
    if not isinstance(name, str):
        raise Refused("bad_notify", f"{where}: name is text")
    return name.strip() or shape[1].lower(), shape[0]


def _words_of(
    where: str, row: Mapping[str, Any], key: str, default: tuple[str, ...]
) -> tuple[str, ...]:
    words = row.get(key, list(default))
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise Refused("bad_notify", f'{where}: {key} is a list of words like ["done"]')
    return tuple(words)


def _with_own_names(found: list[Channel]) -> tuple[Channel, ...]:
    """Each by a name of its own: the second `json` is `json 2`."""
    seen: dict[str, int] = {}
    named = []
    for one in found:
        seen[one.name] = seen.get(one.name, 0) + 1
        name = one.name if seen[one.name] == 1 else f"{one.name} {seen[one.name]}"
        named.append(Channel(name, one.url, one.on, one.profiles))
    return tuple(named)


def _unknown(what: str, found: str, known: tuple[str, ...] | list[str]) -> str:
    near = nearest(found, list(known))
    return f"unknown {what} {found!r}; " + (
        f"did you mean {near!r}?" if near else f"known: {', '.join(known)}"
    )
