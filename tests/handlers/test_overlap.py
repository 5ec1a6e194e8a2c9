"""A stage whose writing goes on beside its next brief's work: nothing lost, nothing piled up."""

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gpu.fake import FakeMedia
from gpu.stages import Made, Report, Stage, open_stage
from handlers.stream import SessionStream
from handlers.worker import Progress, Stopped, Worker
from projections import events as e
from projections.work import work as work_of
from tests.build import SESSION, chain_is_whole, fake_session, leftovers, raw_hashes, stages_of
from tests.handlers.crew_of_one import work

WAIT_S = 20


class Overlapping:
    """The fake stage in two parts, and what happened in which order."""

    def __init__(self, seen: list[tuple[str, str]], finish: Callable[[str], None]) -> None:
        self.seen, self.prepared = seen, []
        self._finish = finish
        self._fake = FakeMedia()

    def prepare(self, briefs: Sequence[Any], _: Report) -> None:
        self.prepared.append(len(briefs))

    def run(self, brief: Any, out: Path, report: Report) -> Made:
        return self.begin(brief, out, report)()

    def begin(self, brief: Any, out: Path, report: Report) -> Callable[[], Made]:
        name = getattr(brief, "prompt", "a clip")
        self.seen.append(("begun", name))
        report(0.5)

        def finish() -> Made:
            self._finish(name)
            self.seen.append(("written", name))
            return self._fake.run(brief, out, lambda _: None)

        return finish


def overlapping(finish: Callable[[str], None] = lambda _: None):
    """Opens image stages in two parts, and all others as usual; with what they have seen."""
    seen: list[tuple[str, str]] = []
    stage = Overlapping(seen, finish)

    def opener(kind: str, backend: str) -> Stage:
        return stage if kind == "image" else open_stage(kind, backend)

    return opener, stage


def finished(stream: SessionStream) -> bool:
    return work_of(stream.session).complete


def test_a_film_comes_out_the_same(home, log, tmp_path):
    from eventstore.home import Home
    from projections.events import TYPES

    fake_session(log)
    opener, _ = overlapping()
    ours = work(home, log, stages=opener)

    other = Home(tmp_path / "other")
    with other.open(TYPES) as plain_log:
        fake_session(plain_log)
        plain = work(other, plain_log)

    assert finished(ours)
    assert raw_hashes(ours.history) == raw_hashes(plain.history)
    assert chain_is_whole(log)
    assert leftovers(home) == []


def test_all_prompts_are_told_before_the_first_picture(home, log):
    fake_session(log)
    opener, stage = overlapping()

    work(home, log, stages=opener)

    assert stage.prepared == [4]


def test_prompts_of_the_next_model_are_told_once_though_a_picture_is_still_written(home, log):
    stages = stages_of("fake")
    for kind in ("image", "video"):
        stages[kind] = stages[kind].model_copy(update={"model": kind})
    fake_session(log, stages=stages)
    last, goes_on = threading.Event(), threading.Event()

    def finish(_: str) -> None:
        if sum(what == "written" for what, _ in pictures.seen) == 3:
            last.set()
            goes_on.wait(WAIT_S)

    pictures = overlapping(finish)[1]
    clips = overlapping()[1]

    def opener(kind: str, backend: str) -> Stage:
        if kind == "video":
            goes_on.set()
        return {"image": pictures, "video": clips}.get(kind) or open_stage(kind, backend)

    def heard(progress: Progress) -> None:
        if last.is_set() and progress.share == 1.0:  # its end is waited for
            goes_on.set()

    with closing(Worker(home, log, stages=opener, on_progress=heard)) as worker:
        worker.work_on([SESSION])

    assert (pictures.prepared, clips.prepared) == ([4], [4])


def test_the_next_picture_is_begun_while_the_last_one_is_written(home, log):
    fake_session(log)
    next_begun = threading.Event()
    waited = []

    def finish(_: str) -> None:
        if len(waited) < 1:
            waited.append(next_begun.wait(WAIT_S))

    opener, stage = overlapping(finish)
    begin = stage.begin

    def watched(brief: Any, out: Path, report: Report) -> Callable[[], Made]:
        if len([one for one in stage.seen if one[0] == "begun"]) == 1:
            next_begun.set()
        return begin(brief, out, report)

    stage.begin = watched  # type: ignore[method-assign]

    stream = work(home, log, stages=opener)

    assert waited == [True]
    assert finished(stream)


def test_a_slow_writer_holds_the_work_back(home, log):
    fake_session(log)
    most = []
    opener, stage = overlapping(lambda _: most.append(unwritten(stage.seen)))

    work(home, log, stages=opener)

    assert max(most) <= 2


def unwritten(seen: list[tuple[str, str]]) -> int:
    return sum(what == "begun" for what, _ in seen) - sum(what == "written" for what, _ in seen)


def test_a_failure_while_writing_is_that_pictures_failure(home, log):
    fake_session(log)
    failed: list[str] = []

    def finish(name: str) -> None:
        if not failed:
            failed.append(name)
            raise RuntimeError("the encoder broke")

    opener, _ = overlapping(finish)

    stream = work(home, log, stages=opener)

    (failure,) = [r.event for r in stream.history if isinstance(r.event, e.CommandFailed)]
    assert failure.error == "RuntimeError: the encoder broke"
    assert finished(stream)
    assert leftovers(home) == []


def test_stopping_while_writing_leaves_no_file_and_counts_as_no_attempt(home, log):
    fake_session(log)
    go_on = threading.Event()
    opener, stage = overlapping(lambda _: go_on.wait(WAIT_S))
    begin = stage.begin
    calls = []

    def stopped(brief: Any, out: Path, report: Report) -> Callable[[], Made]:
        calls.append(1)
        if len(calls) == 2:
            raise Stopped("stopped by the user")
        return begin(brief, out, report)

    stage.begin = stopped  # type: ignore[method-assign]

    with pytest.raises(Stopped):
        work(home, log, stages=opener)

    history = SessionStream(log, SESSION).history
    interrupted = [r.event for r in history if isinstance(r.event, e.CommandInterrupted)]
    assert len({one.command_id for one in interrupted}) == len(interrupted) == 2
    stage.begin = begin  # type: ignore[method-assign]
    go_on.set()
    assert finished(work(home, log, stages=opener))
    assert leftovers(home) == []


def test_what_is_written_when_nothing_else_is_left_is_waited_for(home, log):
    fake_session(log, shots=1)
    opener, _ = overlapping()

    assert finished(work(home, log, stages=opener))


def test_a_card_that_fails_ends_the_process_and_the_log_gives_the_work_out_again(home, log):
    from gpu.errors import DeviceFailed

    fake_session(log)
    opener, stage = overlapping()
    begin = stage.begin

    def failed(*_: Any) -> Callable[[], Made]:
        raise DeviceFailed("CUDA error: an illegal memory access was encountered")

    stage.begin = failed  # type: ignore[method-assign]
    with pytest.raises(DeviceFailed):
        work(home, log, stages=opener)
    stage.begin = begin  # type: ignore[method-assign]

    stream = work(home, log, stages=opener)

    assert finished(stream)
    assert not [r for r in stream.history if isinstance(r.event, e.CommandFailed)]
    assert leftovers(home) == []
