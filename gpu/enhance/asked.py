"""Prompts enhanced by a language model, whoever it is: asked, checked, told once, cut at last."""

from dataclasses import replace
from pathlib import Path

from gpu.enhance import check, template
from gpu.enhance.brief import PromptBrief
from gpu.enhance.form import form_of
from gpu.errors import StageError
from gpu.fake import write_json
from gpu.llm.asking import Records, Unrecorded
from gpu.llm.bound import TOKENS_A_SIGN, longest
from gpu.llm.questions import Question, answered
from gpu.llm.reading import Misread, read, schema_of
from gpu.llm.story import Models
from gpu.stages import Made, Report, Share

THOUGHT_TOKENS = 4096
"""The most that an answer may have beside the prompt, where the profile says nothing."""
_ASKED = ("temperature", "top_p", "max_tokens", "seed")


class EnhanceStage:
    """Writes a prompt for the family at hand. `records`: of the brief that it is given next."""

    def __init__(self, models: Models, *, bounded: bool = False) -> None:
        """`bounded`: its answers end by themselves, at the longest that their schema takes."""
        self._models, self._bounded = models, bounded
        self.records: Records = Unrecorded()

    def run(self, brief: PromptBrief, out: Path, report: Report) -> Made:
        """Write the prompt to `out` as JSON. Raises StageError."""
        model = self._models(brief.running, brief.settings)
        asked = question(brief, bounded=self._bounded)
        found = answered(model, asked, self.records, lambda words: report(Share(0.0, words)))
        report(1.0)
        return replace(
            write_json(out, {"prompt": found.value}),
            settings=found.facts,
            environment=model.environment,
            raw=found.answers[-1].text,
        )


def question(brief: PromptBrief, *, bounded: bool) -> Question[str]:
    """What is asked of whom, and how its answer is read: what cannot be used is told once."""
    form = form_of(brief)
    schema = schema_of(form, "prompt")

    def prompt(text: str) -> str:
        return check.tidy(read(text, form).prompt)  # type: ignore[attr-defined]

    def usable(text: str) -> str:
        found = prompt(text)
        if wrong := check.wrong_with(found, brief):
            raise Misread("; ".join(wrong))
        return found

    def mended(text: str) -> str:
        try:
            return check.cut(prompt(text), brief)
        except StageError as error:
            raise Misread(str(error)) from error

    most = TOKENS_A_SIGN * longest(schema) if bounded else THOUGHT_TOKENS + brief.tokens_max
    settings = {"seed": brief.seed, **brief.settings}
    settings["max_tokens"] = int(settings.get("max_tokens", 0)) or most
    return Question(
        messages=template.of_brief(brief).messages(template.values(brief)),
        schema=schema,
        settings={key: settings[key] for key in _ASKED if key in settings},
        read=usable,
        read_again=mended,
    )
