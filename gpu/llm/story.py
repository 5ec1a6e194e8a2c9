"""Story, scenes and shots by a language model, whoever it is: asked, checked, repaired once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

from gpu.arc import Beat, beats, scene_count
from gpu.briefs import (
    ReferenceDraft,
    SceneDraft,
    SceneGraphBrief,
    Settings,
    ShotPlanBrief,
    StoryBrief,
    StoryDraft,
    values_of,
)
from gpu.lexicon import settings_in
from gpu.llm.asking import Answer, LanguageModel, OnWait, Records, Unrecorded
from gpu.llm.bound import TOKENS_A_SIGN, longest
from gpu.llm.forms import Form, Story, scenes_form, shots_form
from gpu.llm.planned import drafts, refuse_unspeakable
from gpu.llm.questions import Answered, Question, answered
from gpu.llm.reading import read, schema_of
from gpu.llm.template import kept
from gpu.outline import write_json
from gpu.pace import budget_words
from gpu.references import CHARACTER, PLACE
from gpu.stages import Made, Report, Share

Models = Callable[[Settings, Settings], LanguageModel]
"""(how it is run, its settings) → who answers."""
Brief = StoryBrief | SceneGraphBrief | ShotPlanBrief
SHOTS_AT_ONCE = 16
HEAD_TOKENS, SCENE_TOKENS, SHOT_TOKENS = 4096, 256, 448
"""The most that an answer may have, thoughts included, where the profile says nothing."""
Value = TypeVar("Value", bound=Form)


class _Asking:
    """What the three stages share. `records`: of the brief that is given next."""

    kind: str

    def __init__(self, models: Models, *, bounded: bool = False) -> None:
        """`bounded`: its answers end by themselves, at the longest that their schema takes."""
        self._models, self._bounded = models, bounded
        self._environment: Mapping[str, Any] = {}
        self.records: Records = Unrecorded()

    def _answered(
        self,
        brief: Brief,
        values: dict[str, object],
        form: type[Value],
        report: Report,
        *,
        tokens: int,
        check: Callable[[Value], None] = lambda _: None,
    ) -> Answered[Value]:
        """One question of a brief, in its template's words."""

        def checked_value(text: str) -> Value:
            value = read(text, form)
            check(value)
            return value

        settings = {"seed": brief.seed, **brief.settings}
        schema = schema_of(form, self.kind)
        most = TOKENS_A_SIGN * longest(schema) if self._bounded else tokens
        settings["max_tokens"] = int(settings.get("max_tokens", 0)) or most
        template = kept(Path(str(brief.running["template"])), self.kind)
        question = Question(
            messages=template.messages({"idea": brief.idea, "language": brief.language, **values}),
            schema=schema,
            settings={k: v for k, v in settings.items() if k != "template"},
            read=checked_value,
        )
        model = self._models(brief.running, brief.settings)
        self._environment = model.environment
        return answered(model, question, self.records, _waiting(report))

    def _made(self, value: Any, answers: Sequence[Answer], out: Path, report: Report) -> Made:
        """Written, with what it took; the raw answer beside it."""
        return replace(
            write_json(value, out, report),
            settings=Answered(None, tuple(answers)).facts,
            environment=self._environment,
            raw=answers[-1].text,
        )


def _waiting(report: Report) -> OnWait:
    return lambda words: report(Share(0.0, words))


class StoryStage(_Asking):
    """Writes a StoryDraft."""

    kind = "story"

    def run(self, brief: StoryBrief, out: Path, report: Report) -> Made:
        """Write the story's head to `out` as JSON. Raises StageError."""
        values = {"duration": f"{brief.duration_s:g}", "shots": brief.shot_count}
        found = self._answered(brief, values, Story, report, tokens=HEAD_TOKENS)
        story = found.value
        named = [(CHARACTER, one) for one in story.characters]
        named += [(PLACE, one) for one in story.places]
        draft = StoryDraft(
            title=story.title,
            logline=story.logline,
            style=story.style,
            language=brief.language,
            end_card=story.end_card,
            references=tuple(
                ReferenceDraft(name=one.name, kind=kind, look=one.look) for kind, one in named
            ),
        )
        return self._made(values_of(draft), found.answers, out, report)


class SceneGraphStage(_Asking):
    """Writes the list of SceneDraft of a story."""

    kind = "scene_graph"

    def run(self, brief: SceneGraphBrief, out: Path, report: Report) -> Made:
        """Write the scenes to `out` as JSON. Raises StageError."""
        count = scene_count(brief.shot_count)
        form = scenes_form(count, names_of(brief.story, PLACE), names_of(brief.story, CHARACTER))
        values = {"story": _told(brief.story), "scenes": count, "shots": brief.shot_count}
        tokens = HEAD_TOKENS + count * SCENE_TOKENS
        found = self._answered(brief, values, form, report, tokens=tokens)
        scenes = [_scene(at, one) for at, one in enumerate(found.value.scenes, start=1)]  # type: ignore[attr-defined]
        return self._made([asdict(scene) for scene in scenes], found.answers, out, report)


def _scene(number: int, scene: Any) -> SceneDraft:
    seen = settings_in(f"{scene.place} {scene.location}")
    return SceneDraft(
        scene=number,
        name=scene.name,
        location=f"{scene.location}, {scene.place}",
        place=seen[0] if seen else scene.place,
        time_of_day=scene.time_of_day,
        mood=scene.mood,
        action=scene.action,
        characters=tuple(getattr(scene, "characters", ())),
    )


class ShotPlanStage(_Asking):
    """Writes the list of ShotDraft of a story; of a long film some shots at a time."""

    kind = "shots"

    def run(self, brief: ShotPlanBrief, out: Path, report: Report) -> Made:
        """Write the shots to `out` as JSON, in the order of the cut. Raises StageError."""
        arc = beats(brief.shot_count, len(brief.scenes))
        shots: list[Any] = []
        answers: list[Answer] = []
        while len(shots) < brief.shot_count:
            found = self._some(brief, arc, shots, report)
            shots += found.value.shots  # type: ignore[attr-defined]
            answers += found.answers
        planned = drafts(brief, arc, shots)
        return self._made([values_of(shot) for shot in planned], answers, out, report)

    def _some(
        self, brief: ShotPlanBrief, arc: Sequence[Beat], done: Sequence[Any], report: Report
    ) -> Answered[Form]:
        """The next shots after those that are planned."""
        first = len(done) + 1
        last = min(len(done) + SHOTS_AT_ONCE, brief.shot_count)
        count = last - len(done)
        seconds = brief.duration_s * count / brief.shot_count
        words = int(budget_words(seconds / count))
        names = [one.name for one in brief.story.references]
        values: dict[str, object] = {
            "story": _told(brief.story),
            "scenes": "\n".join(map(_told_scene, brief.scenes)),
            "plan": "\n".join(
                f"{at}. scene {beat.scene}, to {beat.role}"
                for at, beat in enumerate(arc, start=1)
                if first <= at <= last
            ),
            "first": first,
            "last": last,
            "shots": brief.shot_count,
            "duration": f"{brief.duration_s:g}",
            "seconds": f"{seconds:g}",
            "words": words,
            "before": _told_before(done),
        }
        return self._answered(
            brief, values, shots_form(count, names, words), report,
            tokens=HEAD_TOKENS + count * SHOT_TOKENS,
            check=lambda found: refuse_unspeakable(found.shots, brief.language, seconds),  # type: ignore[attr-defined]
        )  # fmt: skip


def names_of(story: StoryDraft, kind: str) -> list[str]:
    """The story's characters, or its places."""
    return [one.name for one in story.references if one.kind == kind]


def _told(story: StoryDraft) -> str:
    """The story's head in words."""
    lines = [f"Title: {story.title}", f"What it is about: {story.logline}", f"Look: {story.style}"]
    for kind, heading in ((CHARACTER, "Characters"), (PLACE, "Places")):
        named = [one for one in story.references if one.kind == kind]
        lines += [f"{heading}:"] if named else []
        lines += [f"- {one.name}: {one.look}" for one in named]
    return "\n".join(lines)


def _told_scene(scene: SceneDraft) -> str:
    who = f" With {', '.join(scene.characters)}." if scene.characters else ""
    return (
        f"{scene.scene}. {scene.name}: {scene.location}, {scene.time_of_day}, {scene.mood}. "
        f"{scene.action}{who}"
    )


def _told_before(done: Sequence[Any]) -> str:
    """How the shots before these ended, so that the lines go on from there."""
    if not done:
        return ""
    lines = [
        f"- {shot.shot_size}, {shot.camera}: {shot.narration or '(silent)'}" for shot in done[-4:]
    ]
    return "\n".join(["The shots before these:", *lines])
