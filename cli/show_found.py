"""What `reelog view` shows of one film, gathered: tables, steps, takes, costs, files. No layout."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from eventstore.home import Home
from eventstore.reader import LogReader
from handlers import look, look_answers
from handlers.film_file import film_name
from handlers.look import Tables
from handlers.look_prompts import enhanced
from handlers.look_references import references

Row = dict[str, Any]
WORDS_OF = {"image": "image_prompt", "video": "motion_prompt", "audio": "narration"}


@dataclass(frozen=True, kw_only=True)
class Found:
    """One film as it is, or as it was after event `at`."""

    home: Home
    tables: Tables
    costs: list[Row]
    at: int | None
    newest: int
    previews: dict[str, int] = field(default_factory=dict)
    imported: Row | None = None
    elders: list[Row] = field(default_factory=list)
    forks: list[Row] = field(default_factory=list)
    prompts: dict[str, str] = field(default_factory=dict)
    references: list[Row] = field(default_factory=list)
    enhanced: list[Row] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)
    budget: Row | None = None

    @property
    def session(self) -> Row:
        """The row of the session."""
        return self.tables["sessions"][0]

    @cached_property
    def shots(self) -> list[Row]:
        """The shots in the order of the cut."""
        return sorted(self.tables["shots"], key=lambda shot: int(shot["shot_index"]))

    @property
    def parked(self) -> list[Row]:
        """Commands that were given up."""
        return [row for row in self.tables["commands"] if row["state"] == "parked"]

    @property
    def folder(self) -> Path:
        """The session's folder, whether it is there or not."""
        return self.home.sessions / str(self.session["session"])

    @property
    def film(self) -> Path | None:
        """Where the film lies in that folder, when it is made."""
        sha256 = self.session["film_sha256"]
        rows = self.tables["artifacts"]
        types = [str(row["media_type"]) for row in rows if row["sha256"] == sha256]
        return self.folder / film_name(types[0]) if types else None

    def takes(self, shot: int, stage: str) -> list[Row]:
        """The takes of one stage of a shot, in order."""
        return self._takes.get((shot, stage), [])

    @cached_property
    def _takes(self) -> dict[tuple[int, str], list[Row]]:
        found: dict[tuple[int, str], list[Row]] = {}
        for row in sorted(self.tables["takes"], key=lambda row: int(row["take"])):
            found.setdefault((row["shot"], row["stage"]), []).append(row)
        return found

    def preview_steps(self, take: Row) -> int | None:
        """Up to which step a take was made that is a preview; None for a whole one."""
        return self.previews.get(take["command_id"])

    def prompt_difference(self, take: Row) -> str:
        """How a take's words differ from those of the take in the cut; empty where they do not."""
        takes = self.takes(take["shot"], take["stage"])
        chosen = next((one for one in takes if one["chosen"]), take)
        wanted = self.prompts.get(chosen["command_id"])
        if wanted is None:
            wanted = str(self._by_number[take["shot"]][WORDS_OF[take["stage"]]])
        made_from = self.prompts.get(take["command_id"], wanted)
        if made_from == wanted:
            return ""
        from projections.words import in_plain, word_diff

        return in_plain(word_diff(wanted, made_from))

    @cached_property
    def _by_number(self) -> dict[int, Row]:
        return {shot["shot"]: shot for shot in self.shots}

    def file_of(self, take: Row) -> Path | None:
        """The artifact of a take, once it is rendered."""
        media_type = self._media_types.get(take["sha256"])
        return media_type and self.home.artifacts.path(take["sha256"], media_type)

    @cached_property
    def _media_types(self) -> dict[str, Any]:
        return {made["sha256"]: made["media_type"] for made in self.tables["artifacts"]}


def read(home: Home, reader: LogReader, name: str, moment: str | None) -> Found:
    """The film that a name means. Raises Refused."""
    session = look.find(reader, name)
    tables = reader.tables(session)
    newest = int(tables["sessions"][0]["version"])
    at = None
    if moment is not None:
        at, tables = look.tables_at(reader, session, moment)
    several = {take["shot"] for take in tables["takes"] if take["take"] > 1}
    return Found(
        home=home,
        tables=tables,
        costs=look.costs(reader, session, tables),
        at=at,
        newest=newest,
        previews=look.previews(reader, tables),
        imported=look.imported(reader, session),
        elders=look.elders(reader, session),
        forks=look.forks(reader, session),
        prompts=look.prompts(reader, session, several) if several else {},
        references=references(reader, session, at),
        enhanced=_with_words(enhanced(reader, tables)),
        answers=look_answers.answers(reader, session, at or newest),
        budget=look_answers.budget(reader, session, at or newest),
    )


def _with_words(prompts: list[Row]) -> list[Row]:
    if not prompts:
        return []
    from projections.words import word_diff

    return [{**row, "words": word_diff(row["original"], row["enhanced"])} for row in prompts]


def complete(found: Found) -> Row:
    """Everything, for programs: whole rows."""
    steps = look.steps(found.tables)
    return {
        "at": found.at,
        "newest": found.newest,
        "session": found.session,
        "steps": {name: {"done": done, "total": total} for name, (done, total) in steps.items()},
        "scenes": found.tables["scenes"],
        "references": found.references,
        "shots": found.shots,
        "takes": [
            {
                **take,
                "file": _text(found.file_of(take)),
                "preview_steps": found.preview_steps(take),
                "prompt_difference": found.prompt_difference(take),
            }
            for take in found.tables["takes"]
        ],
        "artifacts": found.tables["artifacts"],
        "commands": found.tables["commands"],
        "costs": found.costs,
        "answers": found.answers,
        "budget": found.budget,
        "files": {
            "folder": str(found.folder),
            "film": _text(found.film),
            "log": str(found.home.log_path),
        },
        "imported": found.imported,
        "elders": found.elders,
        "forks": found.forks,
        "prompts": found.enhanced,
    }


def _text(path: Path | None) -> str | None:
    return str(path) if path else None
