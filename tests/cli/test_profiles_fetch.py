"""reelog profiles fetch, as people run it, from a hub on this machine."""

import signal

import pytest

pytestmark = pytest.mark.gpu
pytest.importorskip("huggingface_hub")

from tests.gpu.hub_here import Hub, served  # noqa: E402
from tests.gpu.models_on_disk import SDXL  # noqa: E402
from tests.processes import until  # noqa: E402

UNET = "unet/diffusion_pytorch_model.safetensors"
MINE = """
[profile]
description = "mine"
[image]
backend = "diffusers"
model = "somebody/something"
licence = "mit"
steps = 9
guidance = 1.5
"""


@pytest.fixture
def hub(reelog):
    """A hub that this home's commands ask, with the model of the profile mine.toml."""
    (reelog.folder / "mine.toml").write_text(MINE)
    one = Hub(dict(SDXL))
    with served(one) as address:
        reelog.settings |= {"HF_ENDPOINT": address, "HF_HUB_DISABLE_XET": "1"}
        yield one


@pytest.mark.usefixtures("hub")
def test_weights_are_fetched_and_then_they_are_here(reelog):
    done = reelog("profiles", "fetch", "mine.toml")

    assert done.status == 0
    size = sum(map(len, SDXL.values()))
    told = f"has {size} B in {len(SDXL)} files, {size} B to fetch"
    assert f"image: somebody/something {told}" in done.out
    again = reelog("profiles", "fetch", "mine.toml")
    assert again.out == "image: somebody/something is here\n"


@pytest.mark.usefixtures("hub")
def test_as_json_only_the_answer_is_said(reelog):
    done = reelog("profiles", "fetch", "mine.toml", "--json")

    assert (done.data[0]["stage"], done.data[0]["weights"]) == ("image", "here")
    assert done.err == ""


def test_a_fetch_that_is_interrupted_says_that_it_goes_on(reelog, hub):
    hub.files[UNET] = "x" * (11 << 20)
    hub.stalls = UNET
    running = reelog.begin("profiles", "fetch", "mine.toml")
    until(lambda: UNET in hub.sent)

    running.signal(signal.SIGINT)

    done = running.ended()
    assert done.status == 130
    assert "stopped; the same command goes on where it was" in done.err


def test_a_hub_that_refuses_is_a_sentence(reelog, hub):
    hub.status, hub.error_code = 404, "RepoNotFound"

    done = reelog("profiles", "fetch", "mine.toml", "--json")

    assert done.status == 2
    assert done.error["message"].startswith("the hub has no model 'somebody/something'")
