"""Characters and places of a film: begun with, edited, retaken, handed out, killed in between."""

import json
import signal
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from eventstore.home import Home
from gpu.errors import BriefRefused
from handlers import gc, look_references, references, stale
from handlers.audit import audit
from handlers.edit import EditRequest, edit
from handlers.errors import Refused
from handlers.folder import SessionFolder
from handlers.start import StartRequest, prepare, start
from handlers.stream import SessionStream
from handlers.verify import IDENTICAL, Verifier
from handlers.worker import Worker
from projections import events as e
from projections.events import TYPES
from projections.work import work as work_of
from tests.build import RUN, chain_is_whole, leftovers, names, raw_hashes, rebuilt
from tests.crash.killer import Counter
from tests.crash.killer import work as work_until
from tests.handlers.crew_of_one import work
from tests.processes import ended, run, spawn

SCRIPT = {
    "title": "Storm",
    "characters": [{"name": "Mira", "look": "a yellow raincoat"}],
    "places": [{"name": "the harbour", "look": "wet cobbles", "image": "harbour.png"}],
    "shots": [
        {"narration": "Mira waits.", "characters": ["Mira"], "place": "the harbour"},
        {"narration": "Rain."},
    ],
}


@pytest.fixture
def request_of(tmp_path):
    """A start from the script, with a picture of the harbour beside it."""
    Image.new("RGB", (96, 64), "navy").save(tmp_path / "harbour.png")
    Image.new("RGB", (64, 96), "gold").save(tmp_path / "me.png")
    path = tmp_path / "storm.json"
    path.write_text(json.dumps(SCRIPT))

    def make(**changes) -> StartRequest:
        values = {"script": path, "profile": "fake", "size": "320x180", "seed": 7}
        return StartRequest(**(values | changes))

    return make


@pytest.fixture
def film(home, log, request_of) -> SessionStream:
    """The finished film."""
    return work(home, log, [start(home, log, request_of()).id])


def given(stream: SessionStream, **files: Path) -> tuple[references.Given, ...]:
    return references.of_session(stream.session, {name: str(file) for name, file in files.items()})


def to_make(stream, events):
    found = stale.what_if(stream.log, stream.session, events)
    return [(one.kind, one.name or one.shot) for one in found]


def test_a_sheet_is_rendered_before_the_shot_that_shows_it(film):
    made = names(film.history)

    assert made.index("ReferenceRendered") < made.index("ImageRendered")
    assert made.count("ReferenceRendered") == 1
    assert work_of(film.session).complete


def test_the_users_own_picture_is_kept_and_recorded_with_the_start(home, film):
    start_of, own = film.history[0], film.history[1]

    assert start_of.append_end == own.position == 2
    assert (own.event.name, own.event.file) == ("the harbour", "harbour.png")
    assert home.artifacts.holds(own.event.artifact.sha256, "image/png")


def test_a_typed_picture_stands_above_the_scripts_and_its_name_is_spelt_as_one_likes(
    home, log, request_of, tmp_path
):
    request = request_of(references={"The HARBOUR": str(tmp_path / "me.png")})

    begun = start(home, log, request)

    assert [one.event.file for one in begun.history[1:]] == ["me.png"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [({"mirra": "x.png"}, "did you mean 'Mira'"), ({"Mira": "gone.png"}, "gone.png is not there")],
    ids=["unknown name", "no file"],
)
def test_a_wrong_picture_is_refused_before_anything_is_written(home, request_of, typed, expected):
    with pytest.raises((Refused, BriefRefused), match=expected):
        prepare(request_of(references=typed))
    assert not home.root.exists()


def test_without_a_script_a_picture_has_nobody_to_show(request_of):
    request = request_of(script=None, idea="a storm", references={"mira": "x.png"})

    with pytest.raises(Refused, match="without a script nobody knows"):
        prepare(request)


def test_a_new_look_is_listed_with_all_that_follows_from_it(film):
    events = edit(film.session, EditRequest(looks={"mira": "an old sailor"}))

    assert to_make(film, events) == [
        ("reference", "Mira"),
        ("image", 1),
        ("video", 1),
        ("film", None),
    ]


def test_another_take_of_a_sheet_has_another_seed(film):
    (event,) = references.retake(film.session, "MIRA")

    assert event.take == 2
    assert event.seed != film.session.references["Mira"].seed
    assert ("reference", "Mira") in to_make(film, [event])


def test_a_picture_is_recorded_with_the_pictures_it_was_made_after(film):
    made = {one.reference.name: one.made.artifact for one in work_of(film.session).references}
    pictures = [r.event for r in film.history if isinstance(r.event, e.ImageRendered)]

    after = [one.provenance.settings.get("references") for one in pictures]

    assert after == [
        f"Mira@{made['Mira'].raw_sha256}, the harbour@{made['the harbour'].raw_sha256}",
        None,
    ]


def test_a_look_that_is_the_same_is_no_edit(film):
    assert edit(film.session, EditRequest(looks={"Mira": " a  yellow raincoat"})) == []


def test_the_users_own_picture_after_the_fact_makes_the_shots_that_show_it_stale(film, tmp_path):
    own = given(film, mira=tmp_path / "me.png")

    events = edit(film.session, EditRequest(pictures=own))

    assert to_make(film, events) == [("image", 1), ("video", 1), ("film", None)]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (EditRequest(looks={"Tim": "x"}), "names no 'Tim'"),
        (EditRequest(looks={"Mira": "x" * 1001}), "1,001 characters"),
        (EditRequest(looks={"Mira": "x"}, title="y"), "one edit changes one thing"),
        (EditRequest(looks={"Mira": "x"}, shot=1, changes={"camera": "arc"}), "one thing"),
    ],
    ids=["name", "length", "with title", "with shot"],
)
def test_a_wrong_edit_is_refused(film, request_, expected):
    with pytest.raises(Refused, match=expected):
        edit(film.session, request_)


@pytest.mark.parametrize(
    ("typed", "expected"), [("the HARBOUR, mira", ("the harbour", "Mira")), ("", ())]
)
def test_who_is_in_a_shot_can_be_edited(film, typed, expected):
    (event,) = edit(film.session, EditRequest(shot=1, changes={"references": typed}))

    assert event.references == expected
    assert to_make(film, [event]) == [("image", 1), ("video", 1), ("film", None)]


def test_somebody_whom_the_story_does_not_name_is_in_no_shot(film):
    with pytest.raises(Refused, match="names no 'mirra'; did you mean 'Mira'"):
        edit(film.session, EditRequest(shot=1, changes={"references": "mirra"}))


def test_an_added_shot_shows_whom_its_words_name(film):
    (added,) = edit(film.session, EditRequest(add=2, changes={"image_prompt": "Mira, from afar"}))

    assert added.plan.references == ("Mira",)


def test_a_text_that_is_no_pair_is_refused():
    with pytest.raises(Refused, match="'mira' is no NAME=VALUE"):
        references.pairs(["mira"], "--look")


def test_the_folder_has_them_with_sidecars_and_in_its_manifest(home, film):
    folder = SessionFolder(home, film.id).sync(film.session)

    manifest = json.loads((folder / "manifest.json").read_text())
    listed = {one["path"] for one in manifest["files"]}
    assert {
        f"references/{name}.png{end}" for name in ("mira", "the_harbour") for end in ("", ".json")
    } <= listed
    sidecar = json.loads((folder / "references" / "mira.png.json").read_text())
    assert (sidecar["event"], sidecar["brief"]["name"]) == ("ReferenceRendered", "Mira")
    own = json.loads((folder / "references" / "the_harbour.png.json").read_text())
    assert (own["event"], own["file"]) == ("ReferenceGiven", "harbour.png")


def test_what_the_folder_says_of_a_story_is_a_script_again(home, film):
    folder = SessionFolder(home, film.id).sync(film.session)

    again = prepare(StartRequest(script=folder / "story.json", profile="fake"))

    assert [one.name for one in again.pictures] == ["the harbour"]
    assert json.loads((folder / "shots.json").read_text())[0]["references"] == [
        "Mira",
        "the harbour",
    ]


def test_view_says_what_is_there_of_whom_and_in_which_shots(home, film):
    with home.reader() as reader:
        found = look_references.references(reader, film.id)
        before = look_references.references(reader, film.id, at=4)

    told = [(one["name"], one["state"], one["file"], one["shots"]) for one in found]
    assert told == [
        ("Mira", "drawn", None, [1]),
        ("the harbour", "own picture", "harbour.png", [1]),
    ]
    assert [(one["name"], one["state"]) for one in before] == [
        ("Mira", "to draw"),
        ("the harbour", "own picture"),
    ]


def test_view_folds_nothing_for_a_film_that_names_nobody(home, log):
    quiet = start(home, log, StartRequest(idea="a storm", profile="fake", seed=1))

    with home.reader() as reader:
        assert look_references.references(reader, quiet.id) == []


def test_rendered_again_a_sheet_is_identical(home, film):
    verdicts = list(Verifier(film.session, home.artifacts).verdicts())

    assert {one.verdict for one in verdicts} == {IDENTICAL}
    assert verdicts[0].kind == "reference"


@pytest.mark.usefixtures("film")
def test_gc_leaves_them_and_audit_finds_them_whole(home, log):
    assert [one for one in gc.garbage(home, log) if one.path.suffix == ".png"] == []
    assert audit(home).clean


def test_a_bundle_takes_sheets_and_own_pictures_along(home, log, film, tmp_path):
    from handlers.bundle import write_bundle
    from handlers.importing import import_bundle

    there = Home(tmp_path / "there")
    write_bundle(home, log, film.id, tmp_path / "film.bundle")
    import_bundle(there, tmp_path / "film.bundle")

    with there.open(TYPES) as opened:
        arrived = SessionStream(opened, film.id).session
    assert [one.reference.name for one in work_of(arrived).references] == ["Mira", "the harbour"]
    assert audit(there).clean


@pytest.mark.usefixtures("film")
def test_another_film_of_the_same_cast_and_seed_takes_the_sheet_over(home, log, request_of):
    again = work(home, log, [start(home, log, request_of()).id])

    (sheet,) = [r.event for r in again.history if isinstance(r.event, e.ReferenceRendered)]
    assert sheet.provenance.reused_from


def test_the_read_tables_are_what_a_rebuild_finds(log, film):
    assert log.stored_rows(film.id) == rebuilt(log, film.id)
    kinds = {row[3] for row in log.stored_rows(film.id)["artifacts"].values()}
    assert "reference" in kinds


def test_a_gone_picture_of_the_users_own_fails_in_words_and_the_others_go_on(home, log, request_of):
    begun = start(home, log, request_of())
    own = begun.history[1].event.artifact
    home.artifacts.path(own.sha256, own.media_type).unlink()

    ended_ = work(home, log, [begun.id])

    (failed,) = [r.event for r in ended_.history if isinstance(r.event, e.CommandFailed)]
    assert failed.final
    assert "the picture of the harbour (harbour.png) is gone; give it again" in failed.error
    assert [one.shot.shot for one in work_of(ended_.session).shots if one.ready] == [2]


def test_a_gone_sheet_is_drawn_again_when_a_shot_asks_for_it(home, log, film):
    sheet = work_of(film.session).references[0].made.artifact
    home.artifacts.path(sheet.sha256, sheet.media_type).unlink()
    film.append([e.TakeRequested(shot=1, stage="image", take=2, seed=5)], RUN)

    done = work(home, log, [film.id])

    assert work_of(done.session).complete
    assert names(done.history).count("ArtifactLost") == 1
    assert home.artifacts.holds(sheet.sha256, sheet.media_type)


def begin(home: Home, request: StartRequest) -> str:
    with home.open(TYPES) as log:
        return start(home, log, request).id


def history(home: Home, session: str):
    with home.open(TYPES) as log:
        assert chain_is_whole(log)
        return SessionStream(log, session).history


def work_off(home: Home, session: str) -> None:
    with home.open(TYPES) as log, closing(Worker(home, log)) as worker:
        worker.work_on([session])


def test_two_workers_make_the_same_as_one(tmp_path, request_of):
    one, two = Home(tmp_path / "one"), Home(tmp_path / "two")
    alone, both = begin(one, request_of()), begin(two, request_of())

    work_off(one, alone)
    ends = [ended(pid) for pid in [spawn(lambda: work_off(two, both)) for _ in range(2)]]

    assert ends == [0, 0]
    assert raw_hashes(history(one, alone)) == raw_hashes(history(two, both))


SHEET_AND_FIRST_SHOT = [("stage", 4), ("kept", 4), ("before", 8), ("after", 8), ("stage", 6)]


@pytest.mark.parametrize(("way", "number"), SHEET_AND_FIRST_SHOT)
def test_killed_around_a_sheet_the_film_ends_as_if_undisturbed(tmp_path, request_of, way, number):
    quiet, home = Home(tmp_path / "quiet"), Home(tmp_path / "home")
    undisturbed, session = begin(quiet, request_of()), begin(home, request_of())
    work_off(quiet, undisturbed)

    killed = run(lambda: work_until(home, session, Counter(way, number)))
    work_off(home, session)

    assert killed == -signal.SIGKILL
    assert raw_hashes(history(home, session)) == raw_hashes(history(quiet, undisturbed))
    sheets = [r for r in history(home, session) if isinstance(r.event, e.ReferenceRendered)]
    assert len(sheets) == 1
    assert leftovers(home) == []


def test_a_retaken_sheet_goes_into_the_film(home, log, film):
    film.append(references.retake(film.session, "Mira"), RUN)

    done = work(home, log, [film.id])

    sheets = [r.event for r in done.history if isinstance(r.event, e.ReferenceRendered)]
    assert [one.take for one in sheets] == [1, 2]
    assert work_of(done.session).complete
