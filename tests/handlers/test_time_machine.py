"""Random lives of a film against a model that keeps every past state."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from eventstore.home import Home
from gpu.stages import open_stage
from handlers import edit, takes, travel
from handlers.stream import SessionStream
from handlers.worker import Worker
from projections.events import TYPES
from projections.history import boundaries
from projections.rows import rows
from projections.session import Session, fold
from projections.work import work
from tests.build import FAKE, RUN, SESSION, WITH_ENHANCER, started

STAGES = st.sampled_from(["image", "video", "audio"])
WORDS = st.sampled_from(["dawn", "noon", "dusk"])
PROMPTS = st.sampled_from(["image_prompt", "motion_prompt"])


class Crash(BaseException):
    """The process dies here."""


class TimeMachine(RuleBasedStateMachine):
    """Requests, work, crashes, rewinds and forks on one small log."""

    stages = FAKE

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.home = Home(Path(self.folder.name))
        self.log = self.home.open(TYPES)
        self.streams: dict[str, SessionStream] = {}
        self.past: dict[str, dict[int, Any]] = {}
        self.stage_runs = 0
        self.dies_in = 0

    @initialize()
    def begin(self) -> None:
        stream = SessionStream(self.log, SESSION)
        stream.append([started(shots=2, duration_s=8.0, stages=self.stages)], RUN)
        self._know(stream)

    def _know(self, stream: SessionStream) -> None:
        self.streams[stream.id] = stream
        self.past.setdefault(stream.id, {})
        self._remember(stream)

    def _remember(self, stream: SessionStream) -> None:
        """What the film is after every append, as a model that forgets nothing would say."""
        stream.reload()
        known = self.past[stream.id]
        for end in boundaries(stream.history):
            if end not in known:
                event = stream.history[end - 1].event
                to = getattr(event, "to", None)
                known[end] = (
                    known[to]
                    if type(event).__name__ == "SessionRewound"
                    else film_of(fold(stream.id, stream.history[:end], stream.inherited))
                )

    @rule(data=st.data(), steps=st.integers(1, 6))
    def works_until_it_dies(self, data: st.DataObject, steps: int) -> None:
        self._work(self._one(data), dies_in=steps)

    @rule(data=st.data())
    def works_to_the_end(self, data: st.DataObject) -> None:
        self._work(self._one(data), dies_in=0)

    def _one(self, data: st.DataObject) -> SessionStream:
        return self.streams[data.draw(st.sampled_from(sorted(self.streams)))]

    def _work(self, stream: SessionStream, dies_in: int) -> None:
        self.dies_in = dies_in
        worker = Worker(self.home, self.log, stages=self._stage)
        try:
            worker.work_on([stream.id])
        except Crash:
            stream.reload()
        finally:
            worker.close()
        self._remember(stream)

    def _stage(self, kind: str, backend: str) -> Any:
        machine, stage = self, open_stage(kind, backend)

        class Mortal:
            def run(self, brief: Any, out: Path, report: Any) -> Any:
                machine.stage_runs += 1
                machine.dies_in -= 1
                if machine.dies_in == 0:
                    raise Crash
                return stage.run(brief, out, report)

        return Mortal()

    @rule(data=st.data())
    def is_rewound(self, data: st.DataObject) -> None:
        stream = self._one(data)
        to = data.draw(st.sampled_from(boundaries(stream.history)))
        travel.rewind(stream, to)
        self._remember(stream)

        assert film_of(stream.session) == self.past[stream.id][to]

    @precondition(lambda self: len(self.streams) < 3)
    @rule(data=st.data())
    def is_forked(self, data: st.DataObject) -> None:
        parent = self._one(data)
        at = data.draw(st.sampled_from(boundaries(parent.history)))
        child = travel.fork(parent, at, f"session_{len(self.streams)}", None)
        self._know(child)

        assert film_of(child.session) == self.past[parent.id][at]

    @rule(data=st.data(), word=WORDS)
    def is_edited(self, data: st.DataObject, word: str) -> None:
        stream = self._one(data)
        if stream.session.order:
            stream.append(edit.edit_shot(stream.session, 1, {"lighting": word}), RUN)
            self._remember(stream)

    @rule(data=st.data(), key=PROMPTS, word=WORDS)
    def is_reworded(self, data: st.DataObject, key: str, word: str) -> None:
        stream = self._one(data)
        if stream.session.order:
            stream.append(edit.edit_shot(stream.session, 1, {key: word}), RUN)
            self._remember(stream)

    @rule(data=st.data(), kept=st.booleans())
    def keeps_its_words_or_not(self, data: st.DataObject, kept: bool) -> None:
        stream = self._one(data)
        if stream.session.order:
            stream.append(edit.edit_shot(stream.session, 1, {"verbatim": kept}), RUN)
            self._remember(stream)

    @rule(data=st.data(), stage=STAGES)
    def is_retaken(self, data: st.DataObject, stage: str) -> None:
        stream = self._one(data)
        if stream.session.order:
            stream.append(takes.retake(stream.session, 1, stage), RUN)
            self._remember(stream)

    @rule(data=st.data(), stage=STAGES)
    def has_a_take_chosen(self, data: st.DataObject, stage: str) -> None:
        stream = self._one(data)
        if stream.session.order:
            known = [take for take, _ in stream.session.shots[stream.session.order[0]].takes(stage)]
            take = data.draw(st.sampled_from(known))
            stream.append(takes.choose(stream.session, 1, take, stage, ""), RUN)
            self._remember(stream)

    @rule(data=st.data())
    def returning_to_a_finished_film_runs_no_stage(self, data: st.DataObject) -> None:
        stream = self._one(data)
        finished = [end for end, film in self.past[stream.id].items() if film["complete"]]
        if not finished:
            return
        travel.rewind(stream, data.draw(st.sampled_from(finished)))
        before = self.stage_runs
        self._work(stream, dies_in=0)

        assert self.stage_runs == before
        assert work(stream.session).pending == []

    @invariant()
    def every_fold_is_what_the_model_remembers(self) -> None:
        for stream in self.streams.values():
            stream.reload()
            if stream.history:
                assert film_of(stream.session) == self.past[stream.id][len(stream.history)]

    @invariant()
    def the_read_tables_equal_a_rebuild(self) -> None:
        for stream in self.streams.values():
            again = fold(stream.id, stream.history, stream.inherited)
            stored = {t: found for t, found in self.log.stored_rows(stream.id).items() if found}
            assert stored == {t: found for t, found in rows(again).items() if found}

    def teardown(self) -> None:
        self.log.close()
        self.folder.cleanup()


def film_of(session: Session) -> dict[str, Any]:
    """What a film is: everything but operations, attempts and versions."""
    found = work(session)
    return {
        "title": session.title,
        "style": session.style,
        "order": list(session.order),
        "shots": dict(session.shots),
        "prompts": [(one.worded.image_prompt, one.worded.motion_prompt) for one in found.shots],
        "results": {
            command_id: getattr(getattr(recorded.event, "artifact", None), "raw_sha256", "")
            for command_id, recorded in session.results.items()
        },
        "complete": found.complete,
    }


class EnhancingTimeMachine(TimeMachine):
    """The same where prompts are enhanced."""

    stages = WITH_ENHANCER


TestTimeMachine = TimeMachine.TestCase
TestTimeMachine.settings = settings(max_examples=12, stateful_step_count=14, deadline=None)
TestEnhancingTimeMachine = EnhancingTimeMachine.TestCase
TestEnhancingTimeMachine.settings = settings(max_examples=8, stateful_step_count=14, deadline=None)
