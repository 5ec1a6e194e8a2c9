"""The session folder: a projection to files, for people and scripts. Rebuilt at any time.

Files appear whole (temporary file + rename); media are hard links to artifacts, read-only.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from eventstore.artifacts import full_disk_is_ours
from eventstore.errors import LogDamaged
from eventstore.home import Home
from eventstore.plain_files import (
    clear,
    is_plain,
    open_lock,
    read_plain,
    refuse_folder,
    refuse_stranger,
    write_new,
)
from eventstore.recorded import Recorded
from eventstore.same_place import beside_the_log
from gpu.captions import srt
from gpu.png_text import without_texts
from handlers import documents
from handlers.again import Patience, Tries
from handlers.documents import media_name, reference_name
from handlers.film_file import film_name
from handlers.handed import Handed, Handing
from handlers.logs import LOGGER
from handlers.media_stages import film_cues
from projections.commands import Command
from projections.events import ReferenceGiven
from projections.prompt_work import PromptWork
from projections.session import Session
from projections.work import Work, work

REFERENCES = "references"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
"""What a session may be called, so that its folder lies among the others."""
MANIFEST_BYTES_MAX = 64 << 20
_SAFE = re.compile(r"[A-Za-z0-9][\w.-]*(/\w[\w.-]*)?")
MEDIA_FOLDERS = ("images", "videos", "audio")


class SessionFolder:
    """Keeps one session's folder current; writes only what changed since the last time."""

    def __init__(
        self,
        home: Home,
        session_id: str,
        path: Path | None = None,
        patience: Patience = Patience(),  # noqa: B008 - frozen
    ) -> None:
        self.home = home
        if not NAME.fullmatch(session_id):
            raise LogDamaged(f"{session_id!r} is no session's name; see `reelog audit`")
        self.path = path or home.sessions / session_id
        self._copies = path is not None
        self.missing: list[str] = []
        self._written: dict[str, bytes] = {}
        self._linked: dict[str, str] = {}
        self._listed: set[str] = set()
        self._handing = Handing()
        self._tries = Tries(patience, {"session": session_id})

    def sync(self, session: Session) -> Path:
        """Bring the folder to the session; returns its path."""
        found = work(session)
        with beside_the_log(self.home.log_path), full_disk_is_ours(self.path):
            if not self._copies:
                refuse_stranger(self.path)
            for name in (*MEDIA_FOLDERS, *([REFERENCES] if found.references else [])):
                refuse_stranger(self.path / name)
                (self.path / name).mkdir(parents=True, exist_ok=True)
            with self._lock():
                self._listed |= self._listed_on_disk()
                wanted = self._texts(session, found)
                media = self._media(session, found)
                for name, handed in media.items():
                    self._tries.of(partial(self._link, name, handed))
                for name, content in wanted.items():
                    self._tries.of(partial(self._write, name, content))
                self._remove_all_but({*wanted, *media})
        return self.path

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self.home.locks.mkdir(parents=True, exist_ok=True)
        descriptor = open_lock(self.home.locks / f"folder-{self.path.name}")
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _listed_on_disk(self) -> set[str]:
        """What the manifest of an earlier time says is ours."""
        try:
            manifest = json.loads(read_plain(self.path / "manifest.json", MANIFEST_BYTES_MAX))
            names = {str(entry["path"]) for entry in manifest["files"]}
            return {name for name in names if _SAFE.fullmatch(name)}
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return set()

    def _media(self, session: Session, found: Work) -> dict[str, Handed]:
        """Name in the folder → what is handed out of the result that the cut wants."""
        media: dict[str, tuple[Recorded, Command | None]] = {}
        for sheet in found.references:
            if sheet.recorded:
                media[reference_name(sheet.reference.name)] = (sheet.recorded, sheet.command)
        for one in found.shots:
            for kind in one.made:
                command = one.chosen[kind]
                media[media_name(kind, one.index)] = (session.results[command.id], command)
        if found.music_made and found.music:
            media[media_name("music", None)] = (session.results[found.music.id], found.music)
        if found.film_made and found.film:
            media[film_name(found.film_made.artifact.media_type)] = (
                session.results[found.film.id],
                found.film,
            )
        self.missing = [
            name for name, (made, _) in media.items() if not is_plain(self._artifact(made.event))
        ]
        return {
            name: self._handing.of(made, command, self._artifact(made.event))
            for name, (made, command) in media.items()
            if name not in self.missing
        }

    def _artifact(self, result: Any) -> Path:
        return self.home.artifacts.path(result.artifact.sha256, result.artifact.media_type)

    def _texts(self, session: Session, found: Work) -> dict[str, bytes]:
        texts: dict[str, Any] = {
            f"{session.id}_meta.json": documents.meta(session, found),
            "story.json": documents.story(session),
            "shots.json": documents.shots(session, found),
        }
        media = self._media(session, found)
        prompts = [one for shot in found.shots for one in shot.prompts]
        told = {one.recorded.event_id: _told(one) for one in prompts if one.recorded}
        for name, handed in media.items():
            by = handed.command.enhanced_by if handed.command else ""
            texts[f"{name}.json"] = _sidecar(session, handed) | told.get(by, {})
        files = {name: _json(value) for name, value in texts.items() if value is not None}
        if found.film_made and found.film:
            files["film.srt"] = srt(film_cues(found.film)).encode()
        files["manifest.json"] = _json(_manifest(session, files, media))
        return files

    def _write(self, name: str, content: bytes) -> None:
        path = self.path / name
        if self._written.get(name) == content and path.is_file():
            return
        temporary = path.with_name(f".{path.name}.new")
        refuse_folder(path)
        write_new(temporary, content)
        temporary.replace(path)
        self._written[name] = content

    def _link(self, name: str, handed: Handed) -> None:
        path, artifact = self.path / name, self._artifact(handed.result)
        if self._linked.get(name) == handed.sha256 and path.is_file():
            return
        if not (handed.is_artifact and path.is_file() and path.samefile(artifact)):
            temporary = path.with_name(f".{path.name}.new")
            refuse_folder(path)
            clear(temporary)
            self._hand_out(artifact, temporary, alone=not handed.is_artifact)
            temporary.replace(path)
        self._linked[name] = handed.sha256

    def _hand_out(self, artifact: Path, target: Path, *, alone: bool) -> None:
        """A hard link, or a copy where a link cannot be or is not wanted; or the picture alone."""
        if not self._copies and not alone:
            try:
                target.hardlink_to(artifact)
            except OSError:
                LOGGER.debug("no hard links here; copying", extra={"session": self.path.name})
            else:
                return
        if data := without_texts(artifact) if alone else None:
            write_new(target, data)
        else:
            shutil.copyfile(artifact, target)
        target.chmod(0o444)

    def _remove_all_but(self, wanted: set[str]) -> None:
        """Take away what an earlier state of the session had put here; never a foreign file."""
        for name in self._listed - wanted:
            path = self.path / name
            if not path.parent.is_symlink() and (path.is_symlink() or not path.is_dir()):
                path.unlink(missing_ok=True)
            self._written.pop(name, None)
            self._linked.pop(name, None)
        self._listed = wanted


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _sidecar(session: Session, handed: Handed) -> dict[str, Any]:
    recorded, result, command = handed.recorded, handed.result, handed.command
    facts: dict[str, Any] = {
        "session_id": session.id,
        "event": type(result).__name__,
        "event_id": recorded.event_id,
        "position": recorded.position,
    }
    if command:
        facts |= {"command_id": command.id, "brief": dict(command.inputs)}
    facts["artifact"] = result.artifact.model_dump(exclude_none=True)
    if isinstance(result, ReferenceGiven):
        return facts | {"name": result.name, "file": result.file}
    return facts | {"provenance": result.provenance.model_dump(exclude_none=True)}


def _told(prompt: PromptWork) -> dict[str, Any]:
    """Who rewrote a prompt, for whom, and from what."""
    made, recorded = prompt.made, prompt.recorded
    if made is None or recorded is None:
        return {}
    told = {
        "original": made.original,
        "enhanced": made.image_prompt or made.motion_prompt,
        "family": made.family,
        "event_id": recorded.event_id,
        "provenance": made.provenance.model_dump(exclude_none=True),
    }
    return {"prompt": told}


def _manifest(
    session: Session, texts: dict[str, bytes], media: dict[str, Handed]
) -> dict[str, Any]:
    files = [
        {"path": name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in texts.items()
    ]
    for name, handed in media.items():
        recorded, command = handed.recorded, handed.command
        files.append(
            {
                "path": name,
                "sha256": handed.sha256,
                "bytes": handed.bytes,
                "raw_sha256": handed.result.artifact.raw_sha256,
                "media_type": handed.result.artifact.media_type,
                "event_id": recorded.event_id,
                "position": recorded.position,
                **({"command_id": command.id} if command else {}),
            }
        )
    return {
        "session_id": session.id,
        "version": session.version,
        "files": sorted(files, key=lambda entry: str(entry["path"])),
    }
