"""Random lives of a film against a model that keeps every past state.

The model is told what was asked for, and never looks at a fold: `Wish` says what a person wants of
the film, `past` what the film was after every append.
"""

import copy
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from eventstore.home import Home
from eventstore.registry import Event
from gpu.stages import open_stage
from handlers import edit, takes, travel
from handlers.stream import SessionStream
from handlers.worker import Worker
from projections import events as e
from projections.events import TYPES
from projections.history import boundaries
from projections.rows import rows
from projections.session import Session, fold
from projections.work import work
from tests.build import FAKE, RUN, SESSION, WITH_ENHANCER, started

STAGES = st.sampled_from(["image", "video", "audio"])
SHOTS_MAX = 4
WORDS = st.sampled_from(["dawn", "noon", "dusk"])
PROMPTS = st.sampled_from(["image_prompt", "motion_prompt"])


DONE_TWICE = """SELECT count(*) AS n FROM events s WHERE s.type = 'CommandStarted' AND EXISTS (
    SELECT 1 FROM events r WHERE r.data ->> '$.command_id' = s.data ->> '$.command_id'
    AND r.data ->> '$.provenance.backend' IS NOT NULL AND r.global_position < s.global_position)"""


planned = precondition(
    lambda machine: any(machine._wish(s).order for s in machine.streams.values())
)


class Crash(BaseException):
    """The process dies here."""


@dataclass
class Wish:
    """What a person asked for: the cut, the light of each shot, the takes and which is chosen."""

    order: list[int] = field(default_factory=list)
    light: dict[int, str] = field(default_factory=dict)
    takes: dict[tuple[int, str], int] = field(default_factory=dict)
    chosen: dict[tuple[int, str], int] = field(default_factory=dict)
    highest: int = 0

    def add(self, shot: int, light: str, place: int) -> None:
        """A shot with one take of everything."""
        self.order.insert(place - 1, shot)
        self.light[shot] = light
        self.highest = max(self.highest, shot)
        for stage in ("image", "video", "audio"):
            self.takes[shot, stage] = self.chosen[shot, stage] = 1


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
        self.wishes: dict[str, dict[int, Wish]] = {}
        self.stage_runs = 0
        self.dies_in = 0
        self.late = False

    @initialize(dies_in=st.sampled_from([1, 4, 7, 0]))
    def begin(self, dies_in: int) -> None:
        """A film that was just asked for, is planned, half made, or finished."""
        stream = SessionStream(self.log, SESSION)
        stream.append([started(shots=3, duration_s=8.0, stages=self.stages)], RUN)
        self._know(stream, Wish())
        self._work(stream, dies_in)

    def _know(self, stream: SessionStream, wish: Wish) -> None:
        self.streams[stream.id] = stream
        self.past.setdefault(stream.id, {})
        self.wishes[stream.id] = {len(stream.history): wish}
        self._remember(stream)

    def _wish(self, stream: SessionStream, at: int | None = None) -> Wish:
        """What was wanted right after an event; what was said last holds."""
        known = self.wishes[stream.id]
        until = len(stream.history) if at is None else at
        return copy.deepcopy(known[max(position for position in known if position <= until)])

    def _wishes_now(self, stream: SessionStream, wish: Wish) -> None:
        self.wishes[stream.id][len(stream.history)] = wish
        self._remember(stream)

    def _learn_the_plan(self, stream: SessionStream, since: int) -> None:
        """What a plan says is what is wanted, in the words of its events."""
        planned = [r for r in stream.history[since:] if isinstance(r.event, e.ShotPlanned)]
        if planned:
            wish = self._wish(stream, since)
            for recorded in planned:
                wish.add(recorded.event.shot, recorded.event.plan.lighting, len(wish.order) + 1)
            self.wishes[stream.id][planned[-1].position] = wish

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

    @rule(data=st.data(), steps=st.integers(1, 6), late=st.booleans())
    def works_until_it_dies(self, data: st.DataObject, steps: int, late: bool) -> None:
        self._work(self._one(data), dies_in=steps, late=late)

    @rule(data=st.data())
    def works_to_the_end(self, data: st.DataObject) -> None:
        self._work(self._one(data), dies_in=0)

    def _one(self, data: st.DataObject) -> SessionStream:
        return self.streams[data.draw(st.sampled_from(sorted(self.streams)))]

    def _work(self, stream: SessionStream, dies_in: int, *, late: bool = False) -> None:
        self.dies_in, self.late, since = dies_in, late, len(stream.history)
        worker = Worker(self.home, self.log, stages=self._stage)
        try:
            worker.work_on([stream.id])
        except Crash:
            stream.reload()
        finally:
            worker.close()
        stream.reload()
        self._learn_the_plan(stream, since)
        self._remember(stream)

    def _stage(self, kind: str, backend: str) -> Any:
        machine, stage = self, open_stage(kind, backend)

        class Mortal:
            def run(self, brief: Any, out: Path, report: Any) -> Any:
                machine.stage_runs += 1
                machine.dies_in -= 1
                if machine.dies_in == 0 and not machine.late:
                    raise Crash
                made = stage.run(brief, out, report)
                if machine.dies_in == 0:
                    raise Crash
                return made

        return Mortal()

    @rule(data=st.data())
    def is_rewound(self, data: st.DataObject) -> None:
        stream = self._one(data)
        to = data.draw(st.sampled_from(boundaries(stream.history)))
        wish = self._wish(stream, to)
        if travel.rewind(stream, to):
            self._wishes_now(stream, wish)

        assert film_of(stream.session) == self.past[stream.id][to]

    @precondition(lambda self: len(self.streams) < 3)
    @rule(data=st.data())
    def is_forked(self, data: st.DataObject) -> None:
        parent = self._one(data)
        at = data.draw(st.sampled_from(boundaries(parent.history)))
        child = travel.fork(parent, at, f"session_{len(self.streams)}", None)
        self._know(child, self._wish(parent, at))

        assert film_of(child.session) == self.past[parent.id][at]

    @planned
    @rule(data=st.data(), word=WORDS)
    def is_edited(self, data: st.DataObject, word: str) -> None:
        stream, place = self._one_shot(data)
        wish = self._wish(stream)
        wish.light[wish.order[place - 1]] = word
        self._ask(stream, wish, edit.edit_shot(stream.session, place, {"lighting": word}))

    @planned
    @rule(data=st.data(), word=WORDS)
    def gets_another_shot(self, data: st.DataObject, word: str) -> None:
        stream, place = self._one_shot(data)
        if len(stream.session.order) < SHOTS_MAX:
            wish = self._wish(stream)
            wish.add(wish.highest + 1, word, place)
            changes = {"image_prompt": "a door", "lighting": word}
            self._ask(stream, wish, edit.add_shot(stream.session, place, changes))

    @planned
    @rule(data=st.data())
    def loses_a_shot(self, data: st.DataObject) -> None:
        stream, place = self._one_shot(data)
        if len(stream.session.order) > 1:
            wish = self._wish(stream)
            gone = wish.order.pop(place - 1)
            del wish.light[gone]
            for known in (wish.takes, wish.chosen):
                for stage in ("image", "video", "audio"):
                    del known[gone, stage]
            self._ask(stream, wish, edit.remove_shot(stream.session, place))

    @planned
    @rule(data=st.data())
    def has_a_shot_moved(self, data: st.DataObject) -> None:
        stream, place = self._one_shot(data)
        wish = self._wish(stream)
        to = data.draw(st.integers(1, len(wish.order)))
        wish.order.insert(to - 1, wish.order.pop(place - 1))
        self._ask(stream, wish, edit.move_shot(stream.session, place, to))

    @planned
    @rule(data=st.data(), stage=STAGES)
    def is_retaken(self, data: st.DataObject, stage: str) -> None:
        stream, place = self._one_shot(data)
        if self._has(stream, place, stage):
            wish = self._wish(stream)
            key = wish.order[place - 1], stage
            wish.takes[key] += 1
            wish.chosen[key] = wish.takes[key]
            self._ask(stream, wish, takes.retake(stream.session, place, stage))

    @planned
    @rule(data=st.data(), stage=STAGES)
    def has_a_take_chosen(self, data: st.DataObject, stage: str) -> None:
        stream, place = self._one_shot(data)
        if self._has(stream, place, stage):
            wish = self._wish(stream)
            key = wish.order[place - 1], stage
            wish.chosen[key] = data.draw(st.integers(1, wish.takes[key]))
            events = takes.choose(stream.session, place, wish.chosen[key], stage, "")
            self._ask(stream, wish, events)

    def _one_shot(self, data: st.DataObject) -> tuple[SessionStream, int]:
        """A film with shots, and a place in its cut."""
        with_shots = sorted(name for name, one in self.streams.items() if self._wish(one).order)
        stream = self.streams[data.draw(st.sampled_from(with_shots))]
        return stream, data.draw(st.integers(1, len(self._wish(stream).order)))

    def _has(self, stream: SessionStream, place: int, stage: str) -> bool:
        """Whether a shot has that stage: a silent one is not spoken."""
        shot = stream.session.shots[stream.session.order[place - 1]]
        return stage != "audio" or bool(shot.plan.narration)

    def _ask(self, stream: SessionStream, wish: Wish, events: Sequence[Event]) -> None:
        stream.append(events, RUN)
        self._wishes_now(stream, wish)

    @precondition(lambda self: self._finished())
    @rule(data=st.data())
    def returning_to_a_finished_film_runs_no_stage(self, data: st.DataObject) -> None:
        name, to = data.draw(st.sampled_from(self._finished()))
        stream = self.streams[name]
        wish = self._wish(stream, to)
        if travel.rewind(stream, to):
            self._wishes_now(stream, wish)
        before = self.stage_runs
        self._work(stream, dies_in=0)

        assert self.stage_runs == before
        assert work(stream.session).pending == []

    def _finished(self) -> list[tuple[str, int]]:
        """Every film and position at which it was whole."""
        return [
            (name, end)
            for name, past in self.past.items()
            for end, film in past.items()
            if film["complete"]
        ]

    @invariant()
    def every_fold_is_what_the_model_remembers(self) -> None:
        for stream in self.streams.values():
            stream.reload()
            if stream.history:
                assert film_of(stream.session) == self.past[stream.id][len(stream.history)]

    @invariant()
    def every_fold_is_what_was_asked_for(self) -> None:
        for stream in self.streams.values():
            shots, wish = stream.session.shots, self._wish(stream)
            assert stream.session.order == wish.order
            assert {shot: one.plan.lighting for shot, one in shots.items()} == wish.light
            assert wish.takes == {
                (shot, stage): max(take for take, _ in one.takes(stage))
                for shot, one in shots.items()
                for stage in ("image", "video", "audio")
            }
            assert wish.chosen == {
                (shot, stage): one.chosen_take(stage)[0]
                for shot, one in shots.items()
                for stage in ("image", "video", "audio")
            }

    @invariant()
    def nothing_is_pending_of_a_finished_film(self) -> None:
        for stream in self.streams.values():
            found = work(stream.session)
            assert not (found.complete and found.pending)

    @invariant()
    def nothing_is_done_twice(self) -> None:
        assert self.log.query(DONE_TWICE) == [{"n": 0}]

    @invariant()
    def the_read_tables_equal_a_rebuild(self) -> None:
        for stream in self.streams.values():
            again = SessionStream(self.log, stream.id).session
            stored = {t: found for t, found in self.log.stored_rows(stream.id).items() if found}
            assert stored == {t: found for t, found in rows(again).items() if found}
            assert film_of(again) == film_of(stream.session)

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
TestTimeMachine.settings = settings(max_examples=16, stateful_step_count=20, deadline=None)
TestEnhancingTimeMachine = EnhancingTimeMachine.TestCase
TestEnhancingTimeMachine.settings = settings(max_examples=8, stateful_step_count=14, deadline=None)
