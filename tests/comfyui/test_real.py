"""The way without a model through a real ComfyUI: `make test-comfyui URL=…`."""

import os
import shutil

import pytest

from gpu.comfyui import job
from gpu.comfyui.server import Server
from projections.events import ImageRendered, VideoRendered
from tests.comfyui.conftest import EXAMPLES
from tests.comfyui.test_film import reelog_in
from tests.processes import until

URL = os.environ.get("COMFYUI_URL", "")
FILM = ("--shots", "2", "--duration", "8", "--size", "640x360", "--new", "--workers", "1")

pytestmark = [pytest.mark.comfyui, pytest.mark.skipif(not URL, reason="COMFYUI_URL is not set")]


@pytest.fixture
def profile(tmp_path):
    """The example profile, with that server."""
    for name in ("ground.json", "still.json"):
        shutil.copy(EXAMPLES / name, tmp_path / name)
    text = (EXAMPLES / "try.toml").read_text().replace("http://127.0.0.1:8188", URL)
    (tmp_path / "try.toml").write_text(text)
    return str(tmp_path / "try.toml")


def ours(reelog):
    """The prompts of a film's pictures and clips, and how often each is in the server's history."""
    results = [one.event for one in reelog.session().results.values()]
    made = [one for one in results if isinstance(one, ImageRendered | VideoRendered)]
    history = Server(URL).recent(64)
    marks = [entry["prompt"][3].get("reelog") for entry in history.values()]
    return [marks.count(job.id_of(one.command_id, 0)) for one in made]


def test_a_film_goes_through_it_and_comes_out_again_the_same(tmp_path, profile):
    reelog = reelog_in(tmp_path)

    done = reelog("start", "a wall", "--profile", profile, *FILM)

    assert done.status == 0, done.err
    assert ours(reelog) == [1, 1, 1, 1]
    again = reelog("replay", "last", "--verify", "--json").data["artifacts"]
    assert {one["verdict"] for one in again} == {"identical"}


def test_killed_in_the_middle_of_a_prompt_it_is_made_once(tmp_path, profile):
    reelog = reelog_in(tmp_path)
    reelog.begin("start", "a wall", "--profile", profile, *FILM, "--seed", str(os.getpid()))
    until(lambda: Server(URL).queue()[0])  # a clip, which takes longer than a look
    reelog.end()

    done = reelog("resume", "--yes")

    assert done.status == 0, done.err
    assert ours(reelog) == [1, 1, 1, 1]
