"""How the two systems before this one lost people's work, and that it cannot happen here.

D1 to D9 are ai-video-factory's, D10 its ComfyUI client's, D11 to D14 harrywenjie/Wan2GP's.
"""

import ast
import json
import re
import signal
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from eventstore.artifacts import file_sha256
from handlers.start import StartRequest, start
from projections import events as e
from projections.events import TYPES
from projections.work import work
from tests import shelf
from tests.build import leftovers, names
from tests.command import FAKE, ROOT, Reelog
from tests.faults.launch import needs_stopped_calls
from tests.faults.small_film import FILM, SmallFilm, check_finished, check_log
from tests.faults.supervisor import GO, Call, Supervisor, Verdict
from tests.processes import ended, run, spawn

DEFECTS = {
    "D1": "a torn meta file made a session vanish from the list and from recovery",
    "D2": "only the newest session was looked at; an older unfinished one was never offered",
    "D3": "two sessions in one second shared a folder, and the second overwrote the first",
    "D4": "a failed ComfyUI prompt was never recognised: polled until the time was up, error lost",
    "D5": "the status of each shot was promised, and was not there; regenerating raised KeyError",
    "D6": "shots and their sums were written one after the other, and could disagree",
    "D7": "costs were promised and not kept",
    "D8": "prompts could not be exported",
    "D9": "seeds were drawn and not kept",
    "D10": "a crash between submitting and finishing rendered a clip twice, and orphaned one",
    "D11": "one failing task dropped the whole queue, which was in memory only",
    "D12": "what could not be written was reported as saved; half a file stayed in its place",
    "D13": "a crash left files that no row named",
    "D14": "the queue could be steered only from the run itself, and not be put in another order",
}


def test_every_defect_has_a_test_here():
    told = re.findall(r"^def test_(d\d+)_", Path(__file__).read_text(), re.MULTILINE)

    assert Counter(told).keys() == {name.lower() for name in DEFECTS}


def stopped(reelog: Reelog) -> str:
    """A film of three shots that stands before its second picture."""
    assert run(lambda: shelf.stopped(reelog.home)) == 0
    return shelf.SESSION


@pytest.mark.parametrize("torn", ["", '{"session_id": "sess', "null", None])
def test_d1_a_torn_meta_file_hides_no_session(reelog, torn):
    session = stopped(reelog)
    folder = reelog.home.sessions / session
    folder.mkdir(parents=True, exist_ok=True)
    meta = folder / f"{session}_meta.json"
    if torn is not None:
        meta.write_text(torn)

    listed = reelog.quickly("list", "--json").data
    done = reelog.quickly("resume", "--workers", "1")

    assert session in json.dumps(listed)
    assert done.status == 0
    assert json.loads(meta.read_text())["completed"] is True


def test_d2_an_older_unfinished_film_goes_on_though_the_newest_is_complete(reelog):
    assert run(lambda: shelf.stopped(reelog.home, session=shelf.SESSIONS[0])) == 0
    assert run(lambda: shelf.finished(reelog.home, "a harbour", shelf.SESSIONS[1])) == 0

    done = reelog.quickly("resume", "--workers", "1")

    assert done.status == 0
    assert reelog.session(shelf.SESSIONS[0]).completed_at


def test_d3_films_begun_in_the_same_second_have_ids_and_ideas_of_their_own(home):
    moment = datetime(2025, 2, 8, 0, 22, 38, tzinfo=UTC)

    def begin(idea: str) -> None:
        with home.open(TYPES) as log:
            start(home, log, StartRequest(idea=idea, profile="fake"), lambda: moment)

    pids = [spawn(lambda one=idea: begin(one)) for idea in ("idea A", "idea B", "idea C")]

    assert [ended(pid) for pid in pids] == [0, 0, 0]
    with home.open(TYPES) as log:
        ideas = {log.read(stream)[0].event.idea for stream in log.streams()}
        assert len(log.streams()) == 3
    assert ideas == {"idea A", "idea B", "idea C"}


def functions(path: str) -> set[str]:
    """The names of a file's functions."""
    parsed = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(parsed) if isinstance(node, ast.FunctionDef)}


def test_d4_a_failed_prompt_is_known_at_once_with_its_error():
    assert functions("tests/comfyui/test_job.py") >= {
        "test_a_failed_node_is_named_with_exception_and_text",
        "test_a_lack_of_memory_is_told_from_a_broken_graph_and_asks_for_room",
        "test_no_progress_for_too_long_ends_it_and_stops_the_prompt",
    }


def test_d5_the_status_of_each_shot_is_shown_and_one_shot_is_made_anew(reelog):
    session = stopped(reelog)

    shots = reelog.quickly("view", session, "--json").data["shots"]
    assert [shot["mark"] for shot in shots] == ["[DONE]", "[TODO]", "[TODO]"]
    assert reelog.quickly("resume", "--workers", "1").status == 0
    assert reelog.quickly("retake", session, "2").status == 0
    assert reelog.quickly("resume", "--workers", "1").status == 0

    meta = json.loads(
        (reelog.home.sessions / session / f"{session}_meta.json").read_text(encoding="utf-8")
    )
    assert [shot["video_rendered"] for shot in meta["shots"]] == [True] * 3


class KillAtFile:
    """Everybody dies at the n-th call on a file whose name ends so."""

    def __init__(self, name: str, number: int) -> None:
        self.name, self.left = name, number

    def __call__(self, call: Call, supervisor: Supervisor) -> Verdict:
        self.left -= call.path.endswith(self.name)
        return Verdict(kill=tuple(supervisor.living())) if self.left == 0 else GO


@needs_stopped_calls
@pytest.mark.parametrize(
    ("name", "number"), [("shots.json.new", 3), ("_meta.json.new", 8), ("_meta.json", 13)]
)
def test_d6_shots_and_their_sums_never_disagree_wherever_it_dies(tmp_path, name, number):
    film = SmallFilm(tmp_path)

    film.command(*FILM, "--workers", "1", plan=KillAtFile(name, number))

    check_log(film)  # the tables follow from the events, in the same commit
    for file in film.home.sessions.glob("*/*.json"):
        json.loads(file.read_text(encoding="utf-8"))  # whole, an older one or the newest
    assert film.go_on().status == 0
    stream = check_finished(film)
    folder = film.home.sessions / stream.id
    meta = json.loads((folder / f"{stream.id}_meta.json").read_text(encoding="utf-8"))
    shots = json.loads((folder / "shots.json").read_text(encoding="utf-8"))
    assert meta["stats"]["videos_rendered"] == len(shots) == 2


def test_d7_what_everything_cost_is_on_record(reelog):
    assert run(lambda: shelf.finished(reelog.home)) == 0

    rows = reelog.quickly("sql", "SELECT stage, seconds, bytes FROM costs", "--json").data["rows"]

    made = [one.event for one in reelog.history() if getattr(one.event, "provenance", None)]
    assert len(rows) >= 13
    assert all(one.provenance.seconds >= 0 for one in made)


def test_d8_prompts_are_exported(reelog):
    session = stopped(reelog)

    done = reelog.quickly("export", session, "--format", "csv", "--to", "-")

    assert done.status == 0
    assert "view 2 of a lighthouse" in done.out


def test_d9_every_seed_is_on_record_and_makes_the_same_film_again(tmp_path):
    def film(folder: str) -> tuple[list[int | None], set[str]]:
        reelog = Reelog(tmp_path / folder)
        reelog.folder.mkdir()
        assert reelog.quickly("start", "a lighthouse", *FAKE, "--seed", "5").status == 0
        made = [one.event for one in reelog.history() if isinstance(one.event, e.ShotResult)]
        seeds = [one.provenance.seed for one in made if isinstance(one, e.ImageRendered)]
        return sorted(seeds), {one.artifact.raw_sha256 for one in made}

    once, twice = film("once"), film("twice")

    assert once == twice
    assert len(once[0]) == 3
    assert None not in once[0]


def test_d10_a_prompt_is_submitted_once_whoever_dies_and_whatever_is_lost():
    assert functions("tests/comfyui/test_job.py") >= {
        "test_a_prompt_whose_acceptance_was_lost_is_not_sent_twice",
        "test_a_running_prompt_is_waited_for_and_not_submitted_again",
    }
    assert functions("tests/comfyui/test_film.py") >= {
        "test_killed_in_the_middle_of_a_prompt_nothing_is_made_twice_and_nothing_orphaned"
    }


def test_d11_one_failure_drops_nothing_and_the_rest_outlives_the_death_of_everybody(reelog):
    reelog.plant("image:view 1=fail,audio:number 3=wait")
    running = reelog.begin("start", "a lighthouse", *FAKE)
    reelog.standing()

    reelog.end()
    running.process.wait()
    reelog.plant("image:view 1=fail")
    done = reelog.quickly("resume", "--workers", "1")

    assert done.status == 1
    found = work(reelog.session())
    assert [(one.kind, one.shot) for one in found.parked] == [("image", 1)]
    assert sum("video" in one.made for one in found.shots) == 2


@pytest.mark.parametrize("stage", ["image", "film"])
def test_d12_what_could_not_be_written_is_not_said_to_be_saved(reelog, stage):
    reelog.plant(f"{stage}=full")

    done = reelog.quickly("start", "a lighthouse", *FAKE)

    result = {"image": "ImageRendered", "video": "VideoRendered", "film": "FilmAssembled"}[stage]
    assert done.status == 3
    assert result not in names(reelog.history())
    assert leftovers(reelog.home) == []
    for file in (reelog.home.root / "artifacts").glob("??/*"):
        assert file.stem == file_sha256(file)


@needs_stopped_calls
@pytest.mark.parametrize("number", [1, 6])
def test_d13_a_file_that_was_kept_before_a_crash_is_named_by_an_event_in_the_end(tmp_path, number):
    film = SmallFilm(tmp_path)

    class KillAfterKeeping:
        """Everybody dies at the first write to the log after the n-th file was kept."""

        kept = 0

        def __call__(self, call: Call, supervisor: Supervisor) -> Verdict:
            self.kept += call.name == "rename" and call.path.startswith("artifacts/")
            dies = self.kept >= number and call.path == "reelog.db-wal"
            return Verdict(kill=tuple(supervisor.living())) if dies else GO

    film.command(*FILM, "--workers", "1", plan=KillAfterKeeping())
    assert film.go_on().status == 0

    stream = check_finished(film)
    assert film.command("audit", stream.id)[0].status == 0
    done, _ = film.command("gc", "--json")
    assert done.data["files"] in (0, [])


def test_d14_a_queue_is_steered_from_anywhere_and_keeps_its_order_over_a_crash(reelog):
    for session in shelf.SESSIONS[:2]:
        assert run(lambda one=session: shelf.stopped(reelog.home, f"idea {one}", one)) == 0
    assert reelog.quickly("prioritise", shelf.SESSIONS[1], "5").status == 0
    reelog.plant("image:view 2=wait")
    running = reelog.begin("work", "--workers", "1")
    reelog.standing()

    running.signal(signal.SIGKILL)
    running.process.wait()
    reelog.end()
    reelog.mend()

    assert reelog.session(shelf.SESSIONS[1]).priority == 5
    assert reelog.quickly("work", "--workers", "1").status == 0
    with reelog.home.open_existing(TYPES, read_only=True) as log:
        ends = {one: log.read(one)[-1].global_position for one in shelf.SESSIONS[:2]}
    assert ends[shelf.SESSIONS[1]] < ends[shelf.SESSIONS[0]]
