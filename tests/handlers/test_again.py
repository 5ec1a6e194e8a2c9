"""What disturbs writing for a moment is tried again; what stays fails loudly and leaves nothing."""

import errno
import os
import threading
from contextlib import closing, suppress

import imageio_ffmpeg
import pytest

from eventstore.errors import DiskFull, LogFailed
from gpu.briefs import VideoBrief
from gpu.errors import BriefRefused, StageError, ToolDisturbed, ToolFailed
from gpu.fake import FakeMedia
from gpu.ffmpeg import executable
from gpu.stages import open_stage
from gpu.video import MoveStage
from handlers.again import PAUSES_S, Patience, Tries
from handlers.export import whole_file
from handlers.folder import SessionFolder
from handlers.logs import LOGGER
from handlers.stopped import Stopped
from handlers.stream import SessionStream
from handlers.worker import Worker
from projections import events as e
from projections.events import TYPES
from projections.work import work as work_of
from tests.build import RUN, SESSION, fake_session, leftovers, names
from tests.gpu.pictures import draw
from tests.handlers.crew_of_one import hooked, work

PASSING = [errno.EINTR, errno.EAGAIN, errno.EIO, errno.ETXTBSY, errno.ESTALE, errno.EBUSY]


def os_error(number: int) -> OSError:
    return OSError(number, os.strerror(number))


def disturbed(error, times, kind="image"):
    """The usual stages; one kind leaves half a file some times, and raises."""
    left = [times]

    def hook(found, brief, out, report):  # noqa: ARG001 - a stage
        if found == kind and left[0]:
            left[0] -= 1
            out.write_bytes(b"half")
            raise error

    return hooked(hook)


def of_kind(stream, kind):
    return [one.event for one in stream.history if isinstance(one.event, kind)]


def images(stream):
    return of_kind(stream, e.ImageRendered)


@pytest.mark.parametrize("number", PASSING, ids=errno.errorcode.get)
def test_what_passes_costs_no_attempt(home, log, number):
    fake_session(log)

    stream = work(home, log, stages=disturbed(os_error(number), times=1))

    assert work_of(stream.session).complete
    assert of_kind(stream, e.CommandFailed) == []


def test_a_tool_that_was_killed_is_tried_again(home, log):
    fake_session(log)

    stream = work(home, log, stages=disturbed(ToolDisturbed("killed by signal 9"), times=2))

    assert [one.provenance.retries for one in images(stream)] == [2, 0, 0, 0]
    assert of_kind(stream, e.CommandFailed) == []


def test_pauses_grow():
    slept = []
    tries = Tries(Patience(sleep=slept.append))

    with pytest.raises(OSError, match="busy, 5 times"):
        tries.of(always(os_error(errno.EBUSY)))

    assert sum(slept) == pytest.approx(sum(PAUSES_S), abs=0.1)
    assert list(PAUSES_S) == sorted(PAUSES_S)


def always(error):
    def make(*_):
        raise error

    return make


def test_what_stays_fails_in_the_end_and_says_how_often(home, log):
    fake_session(log)

    stream = work(home, log, stages=disturbed(os_error(errno.EBUSY), times=99))

    failed = of_kind(stream, e.CommandFailed)
    assert {one.error for one in failed} == {"OSError: [Errno 16] Device or resource busy, 5 times"}


def test_after_all_tries_nothing_is_saved_and_nothing_half_written_lies_anywhere(home, log):
    """What is not whole is not there: neither as a result, nor as a file, nor in the folder."""
    fake_session(log)

    stream = work(home, log, stages=disturbed(os_error(errno.ESTALE), times=99))
    folder = SessionFolder(home, SESSION).sync(stream.session)

    assert images(stream) == []
    assert leftovers(home) == []
    assert list((folder / "images").iterdir()) == []
    assert not any(path.read_bytes() == b"half" for path in home.root.rglob("*.png"))


def test_a_disk_that_goes_on_failing_stops_the_work_as_before(home, log):
    fake_session(log)

    with pytest.raises(LogFailed, match="5 times"):
        work(home, log, stages=disturbed(os_error(errno.EIO), times=99))


@pytest.mark.parametrize(
    ("error", "raised"),
    [(os_error(errno.ENOSPC), DiskFull), (os_error(errno.EACCES), LogFailed)],
    ids=repr,
)
def test_a_full_disk_and_a_closed_door_are_not_tried_again(home, log, error, raised):
    fake_session(log)
    ran = []

    def hook(kind, *_):
        if kind == "image":
            ran.append(kind)
            raise error

    with pytest.raises(raised):
        work(home, log, stages=hooked(hook))

    assert ran == ["image"]


@pytest.mark.parametrize("error", [BriefRefused("no"), StageError("no"), ToolFailed("bad data")])
def test_what_is_wrong_itself_is_not_tried_again(error):
    tries = Tries(Patience(sleep=lambda _: None))

    with pytest.raises(type(error)):
        tries.of(always(error))

    assert tries.again == 0


def test_stages_that_make_no_media_are_not_run_again(home, log):
    fake_session(log)

    stream = work(home, log, stages=disturbed(os_error(errno.EAGAIN), times=1, kind="story"))

    assert len(of_kind(stream, e.CommandFailed)) == 1


def test_each_further_try_is_a_line_in_the_log_file_with_its_command(
    home, log, caplog, monkeypatch
):
    fake_session(log)
    monkeypatch.setattr(LOGGER, "propagate", True)

    work(home, log, stages=disturbed(os_error(errno.EBUSY), times=1))

    (line,) = [one for one in caplog.records if "writing again" in one.message]
    assert "Device or resource busy; try 2 of 5 in 0.5 s" in line.message
    assert (line.session, line.kind) == (SESSION, "image")
    assert line.command_id


@pytest.mark.parametrize("event", [e.SessionPaused(now=True), e.SessionCancelled(now=True)])
def test_a_pause_before_another_try_ends_with_the_session(home, log, event):
    fake_session(log)
    slept = []

    def sleep(_):
        slept.append(1)
        if len(slept) == 1:
            with home.open(TYPES) as other:
                SessionStream(other, SESSION).append([event], RUN)

    stages = disturbed(os_error(errno.EBUSY), times=99)
    stream = work(home, log, stages=stages, patience=Patience(sleep=sleep))

    assert names(stream.history)[-1] == "CommandInterrupted"
    assert len(slept) == 1
    assert leftovers(home) == []


def test_a_stop_ends_a_pause_before_another_try(home, log):
    fake_session(log)
    stages = disturbed(os_error(errno.EBUSY), times=99)
    patience = Patience(sleep=lambda _: worker.stop())

    worker = Worker(home, log, stages=stages, patience=patience)
    with closing(worker), pytest.raises(Stopped):
        worker.work_on([SESSION])

    assert names(SessionStream(log, SESSION).history)[-1] == "CommandInterrupted"
    assert leftovers(home) == []


class SlowWriter:
    """Images whose writing, in its own thread, is disturbed at first."""

    def __init__(self, times):
        self._left, self._fake, self.tried = times, FakeMedia(), 0

    def prepare(self, *_):
        pass

    def run(self, brief, out, report):
        return self.begin(brief, out, report)()

    def begin(self, brief, out, _):
        def finish():
            self.tried += 1
            if self._left:
                self._left -= 1
                out.write_bytes(b"half")
                raise os_error(errno.EBUSY)
            return self._fake.run(brief, out, lambda _: None)

        return finish


def with_writer(writer):
    return lambda kind, backend: writer if kind == "image" else open_stage(kind, backend)


def test_writing_beside_the_next_work_is_tried_again_without_making_it_again(home, log):
    fake_session(log)

    stream = work(home, log, stages=with_writer(SlowWriter(2)))

    assert sum(one.provenance.retries for one in images(stream)) == 2
    assert of_kind(stream, e.CommandFailed) == []


def test_writing_that_nobody_waits_for_is_given_up_in_its_pause(home, log):
    fake_session(log)
    writer, waiting, go_on = SlowWriter(99), threading.Event(), threading.Event()

    def sleep(_):
        waiting.set()
        go_on.wait(20)

    patience = Patience(sleep=sleep)
    worker = Worker(home, log, stages=with_writer(writer), patience=patience)
    stopper = threading.Thread(target=lambda: waiting.wait(20) and worker.stop())
    stopper.start()
    with closing(worker), suppress(Stopped):
        worker.work_on([SESSION])
    go_on.set()
    stopper.join()
    worker._writer.shutdown(wait=True)

    assert writer.tried == 1
    assert leftovers(home) == []


def test_a_real_ffmpeg_that_is_killed_is_run_again(tmp_path, monkeypatch):
    """The first one is killed by a real SIGKILL in the middle of a clip."""
    real, told = imageio_ffmpeg.get_ffmpeg_exe(), tmp_path / "killed"
    once = tmp_path / "ffmpeg"
    dies = f"[ -e {told} ] || {{ touch {told}; kill -9 $$; }}"
    once.write_text(f'#!/bin/sh\n{dies}\nexec {real} "$@"\n')
    once.chmod(0o755)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(once))
    executable.cache_clear()
    brief = VideoBrief(
        image=draw(tmp_path)[0], motion_prompt="", negative_prompt="", camera="static",
        seed=1, width=64, height=64, frames=4, fps=24, transition_frames=1,
    )  # fmt: skip
    tries = Tries(Patience(sleep=lambda _: None))

    made = tries.of(lambda: MoveStage().run(brief, tmp_path / "clip.mp4", lambda _: None))
    executable.cache_clear()

    assert (made.frames, tries.again) == (4, 1)


def test_an_export_is_tried_again_and_stays_whole(tmp_path):
    left = [2]

    def write(new):
        new.write_bytes(b"half" if left[0] else b"whole")
        if left[0]:
            left[0] -= 1
            raise os_error(errno.EAGAIN)

    whole_file(tmp_path / "a.csv", write, Patience(sleep=lambda _: None))

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"whole"]


def test_an_export_that_cannot_be_written_leaves_what_was_there(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"before")

    with pytest.raises(OSError, match="5 times"):
        whole_file(
            tmp_path / "a.csv", always(os_error(errno.EBUSY)), Patience(sleep=lambda _: None)
        )

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"before"]


def test_a_folder_that_is_busy_for_a_moment_gets_its_files(home, log, monkeypatch):
    fake_session(log)
    stream = work(home, log)
    left, real = [1], os.replace

    def busy(*paths, **options):
        if left[0]:
            left[0] -= 1
            raise os_error(errno.EBUSY)
        return real(*paths, **options)

    monkeypatch.setattr(os, "replace", busy)
    patience = Patience(sleep=lambda _: None)

    folder = SessionFolder(home, SESSION, patience=patience).sync(stream.session)

    assert left == [0]
    assert (folder / "film.mp4").is_file()
