"""Enhances without a model: for tests, and for trying the log."""

from dataclasses import replace
from pathlib import Path

from gpu.enhance import check
from gpu.enhance.brief import PromptBrief
from gpu.fake import write_json
from gpu.stages import Made, Report


class FakeEnhancer:
    """Says for whom the prompt is."""

    def run(self, brief: PromptBrief, out: Path, report: Report) -> Made:
        """Write the prompt with one phrase more, if there is room for it."""
        report(1.0)
        manner = brief.settings.get("manner", "plain")
        answer = f"{brief.prompt.rstrip('.')}, {manner}, for {brief.family}"
        return replace(write_json(out, {"prompt": check.cut(answer, brief)}), raw=answer)
