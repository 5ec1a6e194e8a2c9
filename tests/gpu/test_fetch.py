"""Fetching: the hub's own library, and a hub on this machine."""

import fcntl
from pathlib import Path

import pytest

pytestmark = pytest.mark.gpu
pytest.importorskip("huggingface_hub")

from gpu import fetch, ready  # noqa: E402
from gpu.errors import BriefRefused, StageError  # noqa: E402
from gpu.profile_files import StageProfile  # noqa: E402
from tests.gpu.hub_here import COMMIT, Hub, etag, served  # noqa: E402
from tests.gpu.models_on_disk import SDXL  # noqa: E402

STAGE = StageProfile("diffusers", "somebody/something", "main", {}, licence="mit")
UNET = "unet/diffusion_pytorch_model.safetensors"
WEIGHTS = "x" * (fetch.BIG_BYTES + 5000)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache of its own; nothing is asked of any other hub."""
    from huggingface_hub import constants

    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    return tmp_path


@pytest.fixture
def hub(monkeypatch):
    """The model, and beside it what is not needed."""
    from huggingface_hub import constants

    others = {"all.safetensors": "y" * 1000, "README.md": "z", "unet/model.onnx": "o"}
    one = Hub({**SDXL, **others})
    with served(one) as address:
        monkeypatch.setattr(constants, "ENDPOINT", address)
        files = f"{address}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", files)
        yield one


def fetched() -> Path:
    return fetch.fetch(STAGE, fetch.look(STAGE), bars=False)


@pytest.mark.usefixtures("hub")
def test_what_the_pipeline_needs_comes_and_nothing_else():
    folder = fetched()

    files = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}
    assert files == set(SDXL)
    assert ready.weights_of(STAGE) == ready.HERE


@pytest.mark.usefixtures("hub")
def test_a_fetched_model_is_found_where_it_is_loaded_from():
    from gpu.diffusion import weights

    folder = fetched()

    assert weights.locate(STAGE.model, STAGE.revision) == folder
    assert weights.locate(STAGE.model, COMMIT) == folder


@pytest.mark.usefixtures("hub")
def test_how_much_there_is_to_fetch_is_known_before():
    wanted = fetch.look(STAGE)

    assert wanted.bytes == sum(len(text) for text in SDXL.values())
    fetch.fetch(STAGE, wanted, bars=False)
    assert fetch.look(STAGE).missing_bytes == 0


def stopped(cache: Path, content: str, came: str) -> Path:
    """What a download left behind that was stopped in the middle of a file."""
    blobs = cache / "models--somebody--something" / "blobs"
    blobs.mkdir(parents=True)
    part = blobs / f"{etag(content)}.part"
    part.write_text(came)
    return part


def test_a_download_stopped_inside_a_file_goes_on_there(hub, cache):
    hub.files[UNET] = WEIGHTS
    part = stopped(cache, WEIGHTS, WEIGHTS[:-1000])

    folder = fetched()

    assert (folder / UNET).read_text() == WEIGHTS
    assert (hub.sent[UNET], part.exists()) == (1000, False)


def test_a_file_that_had_come_whole_is_not_asked_for_again(hub, cache):
    hub.files[UNET] = WEIGHTS
    stopped(cache, WEIGHTS, WEIGHTS)

    folder = fetched()

    assert (folder / UNET).read_text() == WEIGHTS
    assert UNET not in hub.sent


def test_a_file_that_came_broken_is_thrown_away_and_comes_anew(hub, cache):
    hub.files[UNET] = WEIGHTS
    part = stopped(cache, WEIGHTS, "y" + WEIGHTS[1:-1000])

    with pytest.raises(StageError, match="came broken and was thrown away"):
        fetched()

    assert not part.exists()
    assert (fetched() / UNET).read_text() == WEIGHTS


def test_two_at_once_do_not_write_into_the_same_file(hub, cache):
    hub.files[UNET] = WEIGHTS
    with stopped(cache, WEIGHTS, "").open("r+b") as other:
        fcntl.flock(other, fcntl.LOCK_EX)

        with pytest.raises(StageError, match="is being fetched by another process"):
            fetched()


def test_a_pickle_is_refused_before_anything_is_fetched(hub):
    del hub.files["unet/diffusion_pytorch_model.safetensors"]
    hub.files["unet/diffusion_pytorch_model.bin"] = "pickle"

    with pytest.raises(BriefRefused, match=r"unet/diffusion_pytorch_model\.bin is a pickle"):
        fetched()

    assert set(hub.sent) <= {"", "model_index.json"}


@pytest.mark.usefixtures("hub")
def test_a_full_disk_is_said_before_anything_is_fetched(monkeypatch):
    monkeypatch.setattr(fetch, "SPARE_BYTES", 1 << 60)

    with pytest.raises(BriefRefused, match="make room, or set HF_HOME to another disk"):
        fetched()


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (404, "RepoNotFound", "the hub has no model 'somebody/something'; if it is private"),
        (404, "RevisionNotFound", "somebody/something has no revision 'main'"),
        (403, "GatedRepo", "is gated: agree to its terms on https://huggingface.co/somebody/some"),
    ],
)
def test_what_the_hub_refuses_is_said_with_the_way_out(status, code, words, hub):
    hub.status, hub.error_code = status, code

    with pytest.raises(BriefRefused, match=words):
        fetched()


def test_without_a_network_the_same_command_goes_on_later(monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")

    with pytest.raises(StageError, match=r"was not fetched .*the same command goes on later"):
        fetched()


def test_offline_mode_is_named(monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)

    with pytest.raises(BriefRefused, match="HF_HUB_OFFLINE is set; unset it"):
        fetched()
