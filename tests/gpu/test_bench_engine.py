"""The benchmarks of the engine: they measure the same work, and they run where there is no card."""

from dataclasses import replace
from pathlib import Path

import pytest

pytestmark = pytest.mark.gpu

import torch  # noqa: E402

from benchmarks.gpu import folders, idle, ladder, models, overhead, plain  # noqa: E402
from benchmarks.gpu.setup import TINY, Setup, real, shots  # noqa: E402
from gpu.diffusion import numerics  # noqa: E402
from tests.gpu.narrow import narrow  # noqa: E402

CPU = torch.device("cpu")
LITTLE = replace(
    TINY, image={**TINY.image, "steps": 2}, clip={**TINY.clip, "steps": 1, "frames": 5},
    width=64, height=64, frames=5,
)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def _settled() -> None:
    numerics.settle()


def test_engine_and_plain_script_make_the_same_pictures(tmp_path):
    ours = overhead.engine(LITTLE, tmp_path / "ours")
    (tmp_path / "plain").mkdir()

    plain.make(LITTLE.script(), shots(ours.images, ours.clips), tmp_path / "plain")

    overhead.check_same_work(ours, tmp_path / "plain")
    assert len(list((tmp_path / "plain").glob("*.mp4"))) == len(ours.clips)


def test_all_of_the_engine_s_time_has_a_name(tmp_path):
    ours = overhead.engine(LITTLE, tmp_path)

    beside = sum(seconds for name, seconds in ours.spent.items() if "beside" not in name)
    assert 0 < beside - ours.spent["loading"] <= ours.work_s


def test_the_share_between_shots_is_measured():
    assert 0 < idle.between_shots(LITTLE) < 1


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Setup:
    """SDXL and LTX-Video as folders of random weights, narrow ones, at a small shape."""
    folder: Path = tmp_path_factory.mktemp("models")
    image = folders.saved(models.SDXL, folder / "sdxl", CPU, narrow)
    clip = folders.saved(models.LTX, folder / "ltx", CPU, narrow)
    setup = real(image, clip)
    return replace(
        setup, image={**setup.image, "steps": 2}, width=64, height=64, frames=9,
        clip={**setup.clip, "steps": 1, "frames": 9},
    )  # fmt: skip


def test_published_models_with_random_weights_are_a_film(published, tmp_path):
    ours = overhead.engine(published, tmp_path / "ours")
    (tmp_path / "plain").mkdir()

    plain.make(published.script(), shots(ours.images, ours.clips), tmp_path / "plain")

    overhead.check_same_work(ours, tmp_path / "plain")
    assert len(ours.clips) == len(list((tmp_path / "plain").glob("*.mp4"))) == 7


def test_every_rung_of_the_ladder_is_measured_and_those_that_keep_bits_keep_them(published):
    name, spec, call = ladder.sdxl(Path(published.image_model), steps=2)

    found = ladder.climbed(name, spec, replace(call, width=64, height=64))

    assert [one.name for one in found] == list(ladder.RUNGS)
    assert all(one.holds and one.seconds > 0 for one in found)
    assert [one.name for one in found if not one.same][-2:] == ["fp8", "nf4"]
    lines = ladder.table(found).splitlines()[2:]
    assert len(lines) == len(found)
    assert " whole | " in lines[0]
