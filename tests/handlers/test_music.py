"""What is asked about music becomes stages, words and kept files; everything else follows."""

from pathlib import Path

import pytest

from eventstore.artifacts import file_sha256
from gpu.errors import BriefRefused
from handlers import edit, gc, music
from handlers.decide import stages_for
from handlers.errors import Refused
from handlers.folder import SessionFolder
from handlers.music import Music
from handlers.start import StartRequest, start
from handlers.stream import SessionStream
from handlers.verify import IDENTICAL, Verifier
from projections import events as e
from projections.named import SOUND, named
from projections.parts import ScriptFile
from projections.rows import steps
from projections.work import work as work_of
from tests.build import FAKE, RUN, WITH_MUSIC, fake_session
from tests.gpu.footage import tone
from tests.handlers.crew_of_one import work


@pytest.fixture
def scored(home, log) -> SessionStream:
    """A finished film with music, on the fake profile."""
    stream = fake_session(log, stages=WITH_MUSIC)
    work(home, log)
    stream.reload()
    return stream


@pytest.fixture
def own(tmp_path) -> Path:
    return tone(tmp_path / "own song.wav", 2.0)


def begin(home, log, **changes) -> SessionStream:
    return start(home, log, StartRequest(idea="a lighthouse", profile="fake", **changes))


def test_words_for_music_are_recorded_and_the_built_in_pad_plays_them(home, log):
    started = begin(home, log, music=" slow strings ").session.started

    assert (started.music, started.stages["music"]) == ("slow strings", music.PAD)


def test_without_a_word_there_is_no_music(home, log):
    started = begin(home, log).session.started

    assert (started.music, "music" in started.stages) == ("", False)


def test_ones_own_file_is_kept_and_named_by_the_event(home, log, own):
    started = begin(home, log, music_file=own).session.started

    assert started.stages["music"].backend == "file"
    assert named(started) == [(file_sha256(own), SOUND)]
    assert file_sha256(home.artifacts.path(file_sha256(own), SOUND)) == file_sha256(own)


def test_gc_leaves_ones_own_file_alone(home, log, own):
    begin(home, log, music_file=own)

    gc.collect(home, log)

    assert home.artifacts.path(file_sha256(own), SOUND).is_file()


def test_a_file_and_words_contradict_each_other(own):
    with pytest.raises(Refused, match="contradict"):
        music.asked("calm", own)


@pytest.mark.parametrize("name", ["missing.wav", "."])
def test_what_is_no_file_is_refused_in_words(name, tmp_path):
    with pytest.raises(Refused, match="there is no file"):
        music.asked(None, tmp_path / name)


def test_a_file_without_sound_is_refused_before_anything_is_written(home, log, tmp_path):
    (tmp_path / "notes.txt").write_text("no sound")

    with pytest.raises(BriefRefused, match="holds no sound"):
        begin(home, log, music_file=tmp_path / "notes.txt")
    assert log.streams() == []


def test_a_finished_film_counts_its_music_among_the_steps(scored):
    found = work_of(scored.session)

    assert found.complete
    assert steps(scored.session, found)["music"] == (1, 1)


def test_the_folder_holds_the_music_with_a_sidecar(home, scored):
    folder = SessionFolder(home, scored.id).sync(scored.session)

    assert {path.name for path in (folder / "audio").glob("music*")} == {
        "music.wav",
        "music.wav.json",
    }


def test_the_music_is_verified_like_everything_else(home, scored):
    verdicts = {
        one.kind: one.verdict for one in Verifier(scored.session, home.artifacts).verdicts()
    }

    assert verdicts["music"] == IDENTICAL


def test_other_words_are_an_edit_of_the_film(scored):
    request = edit.EditRequest(music=Music("a piano"))

    assert edit.edit(scored.session, request) == [e.SessionEdited(music="a piano")]


def test_no_music_takes_the_stage_away(scored):
    (changed,) = edit.edit(scored.session, edit.EditRequest(music=Music("none")))

    assert changed.stages == FAKE


def test_a_file_takes_the_place_of_a_model(home, log, scored, own):
    sound = music.asked(None, own)
    with music.kept(home, sound, own):
        scored.append(edit.edit(scored.session, edit.EditRequest(music=sound)), RUN)

    work(home, log)

    scored.reload()
    made = work_of(scored.session)
    assert made.complete
    assert made.music_made.artifact.duration_s == pytest.approx(2.0)


def test_another_profile_keeps_ones_own_music(home, log, own):
    from gpu import profile

    stream = begin(home, log, music_file=own)

    assert stages_for(stream.session, profile.load("animatic"))["music"].backend == "file"


def test_a_file_that_changes_while_it_is_read_is_refused(home, own):
    other = ScriptFile(sha256="0" * 64, media_type=SOUND, name=own.name)

    with pytest.raises(Refused, match="changed"), music.kept(home, Music(file=other), own):
        pass
