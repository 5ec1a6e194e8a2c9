"""The stages of a film's story by a model on this machine: loaded once for all of them."""

from gpu.briefs import Settings
from gpu.diffusion import memory
from gpu.enhance.asked import EnhanceStage
from gpu.llm.local import Local, Spec
from gpu.llm.story import SceneGraphStage, ShotPlanStage, StoryStage
from gpu.room import HOLDERS, make_room


class Shelf:
    """The one model that is loaded; others that need its room have it let go."""

    def __init__(self) -> None:
        self._held: Local | None = None
        HOLDERS.append(self.leave)

    def __call__(self, running: Settings, settings: Settings) -> Local:
        """Who answers a brief. Raises BriefRefused."""
        spec = Spec(
            model=str(running["model"]),
            revision=str(running.get("revision", "")),
            where=str(running.get("where", "")),
            dtype=str(settings.get("dtype", "auto")),
        )
        if self._held is None or self._held.spec != spec:
            self.leave()
            make_room(keeping=self.leave)  # whoever drew before an edit came
            self._held = Local(spec)
        return self._held

    def leave(self) -> None:
        """Let go of the model; it is loaded again when somebody asks it."""
        if self._held is not None:
            self._held = None
            memory.release()


SHELF = Shelf()


def story() -> StoryStage:
    """Stories by a model here."""
    return StoryStage(SHELF, bounded=True)


def scene_graph() -> SceneGraphStage:
    """Scenes by a model here."""
    return SceneGraphStage(SHELF, bounded=True)


def shots() -> ShotPlanStage:
    """Shots by a model here."""
    return ShotPlanStage(SHELF, bounded=True)


def enhance() -> EnhanceStage:
    """Prompts by a model here."""
    return EnhanceStage(SHELF, bounded=True)
