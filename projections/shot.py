"""A shot as it is planned and wanted: its plan, its takes, which of them is in the cut."""

from typing import NamedTuple

from projections.parts import ShotPlan


class Shot(NamedTuple):
    """A planned view: its plan as edited, the seeds of its takes, the chosen take of each stage.

    `enhanced`: its image and motion prompt, where they are other ones than the plan's; `told_by`:
    the events that have them.
    """

    shot: int
    plan: ShotPlan
    more_takes: tuple[tuple[str, int, int], ...] = ()
    chosen: tuple[tuple[str, int, str], ...] = ()
    enhanced: tuple[str, str] | None = None
    told_by: tuple[str, str] = ("", "")
    previews: tuple[tuple[str, int, int], ...] = ()

    def takes(self, stage: str) -> list[tuple[int, int]]:
        """(take, seed) of every wanted take of a stage, take 1 first."""
        first = [(1, self.plan.seed)]
        if not self.more_takes:
            return first
        return first + [(take, seed) for name, take, seed in self.more_takes if name == stage]

    def chosen_take(self, stage: str) -> tuple[int, str]:
        """The take in the cut, and why."""
        for name, take, because in self.chosen:
            if name == stage:
                return take, because
        return 1, ""

    def choose(self, stage: str, take: int, because: str) -> "Shot":
        """The shot with another take in the cut."""
        return self._replace(chosen=self._choosing(stage, take, because))

    def _choosing(self, stage: str, take: int, because: str) -> tuple[tuple[str, int, str], ...]:
        others = [choice for choice in self.chosen if choice[0] != stage]
        return (*others, (stage, take, because))

    def with_take(self, stage: str, take: int, seed: int, preview_steps: int = 0) -> "Shot":
        """The shot with one more take, which is the one in the cut, unless it is a preview."""
        more = (*self.more_takes, (stage, take, seed))
        if preview_steps:
            previews = (*self.previews, (stage, take, preview_steps))
            return self._replace(more_takes=more, previews=previews)
        return self._replace(more_takes=more, chosen=self._choosing(stage, take, ""))

    def preview_steps(self, stage: str, take: int) -> int:
        """Up to which step a take is wanted; 0 where it is wanted in full, as one in the cut is."""
        if not self.previews or take == self.chosen_take(stage)[0]:
            return 0
        return next((n for name, one, n in self.previews if (name, one) == (stage, take)), 0)

    @property
    def image_prompt(self) -> str:
        """The prompt that the image stage gets."""
        return self.enhanced[0] if self.enhanced else self.plan.image_prompt

    @property
    def motion_prompt(self) -> str:
        """The prompt that the video stage gets."""
        return self.enhanced[1] if self.enhanced else self.plan.motion_prompt
