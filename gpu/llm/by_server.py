"""The stages of a film's story by an OpenAI-compatible server, opened once for all its briefs."""

from gpu.briefs import Settings
from gpu.enhance.asked import EnhanceStage
from gpu.llm.key import Key
from gpu.llm.server import AUTO, Access, Server
from gpu.llm.story import SceneGraphStage, ShotPlanStage, StoryStage


class Servers:
    """Servers by where and which model; what one turned out not to know is remembered."""

    def __init__(self) -> None:
        self._opened: dict[Access, Server] = {}

    def __call__(self, running: Settings, settings: Settings) -> Server:
        """Who answers a brief."""
        access = access_of(running, settings)
        if access not in self._opened:
            self._opened[access] = Server(access)
        return self._opened[access]


def access_of(running: Settings, settings: Settings) -> Access:
    """Where a stage's model is asked, as its profile says."""
    return Access(
        url=str(running["url"]).rstrip("/"),
        model=str(running["model"]),
        key=Key(str(running.get("key", "")), trusted=not running.get("foreign", False)),
        timeout_s=float(running.get("timeout_s", 600)),
        form=str(settings.get("form", AUTO)),
    )


def story() -> StoryStage:
    """Stories by a server."""
    return StoryStage(Servers())


def scene_graph() -> SceneGraphStage:
    """Scenes by a server."""
    return SceneGraphStage(Servers())


def shots() -> ShotPlanStage:
    """Shots by a server."""
    return ShotPlanStage(Servers())


def enhance() -> EnhanceStage:
    """Prompts by a server."""
    return EnhanceStage(Servers())
