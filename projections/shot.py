"""A shot as it is planned and wanted: its plan, its takes, which of them is in the cut."""

from dataclasses import dataclass

from projections.parts import ShotPlan


@dataclass(frozen=True, slots=True)
class Shot:
    """A planned view: its plan as edited, the seeds of its takes, the chosen take of each stage."""

    shot: int
    plan: ShotPlan
    more_takes: tuple[tuple[str, int, int], ...] = ()
    chosen: tuple[tuple[str, int, str], ...] = ()
    enhanced: tuple[str, str] | None = None

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
        others = [choice for choice in self.chosen if choice[0] != stage]
        chosen = (*others, (stage, take, because))
        return Shot(self.shot, self.plan, self.more_takes, chosen, self.enhanced)

    def with_take(self, stage: str, take: int, seed: int) -> "Shot":
        """The shot with one more take, which is the one in the cut."""
        more = (*self.more_takes, (stage, take, seed))
        return Shot(self.shot, self.plan, more, self.chosen, self.enhanced).choose(stage, take, "")

    @property
    def image_prompt(self) -> str:
        """The prompt that the image stage gets."""
        return self.enhanced[0] if self.enhanced else self.plan.image_prompt

    @property
    def motion_prompt(self) -> str:
        """The prompt that the video stage gets."""
        return self.enhanced[1] if self.enhanced else self.plan.motion_prompt
