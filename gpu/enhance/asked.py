"""Prompts enhanced by a language model, whoever it is: asked, checked, told once, cut at last."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from gpu.enhance import check, template
from gpu.enhance.brief import PromptBrief
from gpu.errors import StageError
from gpu.fake import write_json
from gpu.llm.asking import Records, Unrecorded
from gpu.llm.forms import Form, one_line
from gpu.llm.questions import Question, answered
from gpu.llm.reading import Misread, read, schema_of
from gpu.llm.story import Models
from gpu.stages import Made, Report, Share

THOUGHT_TOKENS = 4096
"""The most that an answer may have beside the prompt, where the profile says nothing."""
LETTERS_A_TOKEN, LETTERS_MAX = 8, 6_000
_ASKED = ("temperature", "top_p", "max_tokens", "seed")


def form_of(brief: PromptBrief) -> type[Form]:
    """An answer: one prompt on one line."""
    letters = min(brief.tokens_max * LETTERS_A_TOKEN, LETTERS_MAX)
    line = Annotated[str, BeforeValidator(one_line), Field(min_length=1, max_length=letters)]
    return type("Prompt", (Form,), {"__annotations__": {"prompt": line}})


class EnhanceStage:
    """Writes a prompt for the family at hand. `records`: of the brief that it is given next."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self.records: Records = Unrecorded()

    def run(self, brief: PromptBrief, out: Path, report: Report) -> Made:
        """Write the prompt to `out` as JSON. Raises StageError."""
        found = answered(
            self._models(brief.running, brief.settings),
            question(brief),
            self.records,
            lambda words: report(Share(0.0, words)),
        )
        report(1.0)
        made = write_json(out, {"prompt": found.value})
        return replace(made, settings=found.facts, raw=found.answers[-1].text)


def question(brief: PromptBrief) -> Question[str]:
    """What is asked of whom, and how its answer is read: what cannot be used is told once."""
    form = form_of(brief)

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

    settings = {"seed": brief.seed, **brief.settings}
    settings["max_tokens"] = int(settings.get("max_tokens", 0)) or THOUGHT_TOKENS + brief.tokens_max
    return Question(
        messages=template.of_brief(brief).messages(template.values(brief)),
        schema=schema_of(form, "prompt"),
        settings={key: settings[key] for key in _ASKED if key in settings},
        read=usable,
        read_again=mended,
    )
