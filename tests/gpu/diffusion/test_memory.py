"""Out of memory is climbed out of, rung by rung; the bits stay what they were."""

import pytest

pytestmark = pytest.mark.gpu
torch = pytest.importorskip("torch")

from gpu.diffusion import memory  # noqa: E402
from gpu.diffusion.model import Model  # noqa: E402
from gpu.diffusion.plan import GIB, KEEPING, plan  # noqa: E402
from gpu.errors import DeviceFailed, StageError  # noqa: E402
from tests.gpu.diffusion.making import forget, made  # noqa: E402


class Full:
    """A card that is full for its first denoiser calls: a real forward that raises."""

    def __init__(self, monkeypatch, module, calls):
        self.left = calls
        forward = module.forward

        def full(inner, *arguments, **options):
            if self.left:
                self.left -= 1
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")
            return forward(inner, *arguments, **options)

        monkeypatch.setattr(module, "forward", full)


def denoiser(family):
    import diffusers

    return {
        "sdxl": diffusers.UNet2DConditionModel,
        "zimage": diffusers.ZImageTransformer2DModel,
        "wan22": diffusers.WanTransformer3DModel,
        "ace-step": diffusers.AceStepTransformer1DModel,
    }[family]


@pytest.mark.parametrize("family", ["sdxl", "zimage", "wan22", "ace-step"])
@pytest.mark.parametrize("rungs", [1, 2, 3])
def test_rungs_that_keep_bits_keep_bits(family, rungs, tmp_path, monkeypatch):
    before = made(tmp_path, family)
    forget()
    ladder = {"memory.ladder": ",".join(KEEPING)}
    full = Full(monkeypatch, denoiser(family), rungs)

    after = made(tmp_path, family, running=ladder)

    assert full.left == 0
    assert after.raw_sha256 == before.raw_sha256
    assert after.settings == before.settings
    forget()


def test_a_rung_that_changes_bits_is_recorded_with_the_result(tmp_path, monkeypatch):
    forget()
    Full(monkeypatch, denoiser("sdxl"), 1)

    after = made(tmp_path, "sdxl", allow="tiling")

    assert after.settings["memory"] == "tiling"
    forget()


def test_a_rung_that_changes_bits_is_not_taken_unasked(tmp_path, monkeypatch):
    forget()
    Full(monkeypatch, denoiser("sdxl"), 9)

    with pytest.raises(StageError, match="not enough memory for this shot"):
        made(tmp_path, "sdxl", running={"memory.ladder": "evict"})
    forget()


def test_at_the_end_of_the_ladder_the_shot_fails_and_the_next_one_is_made(tmp_path, monkeypatch):
    forget()
    Full(monkeypatch, denoiser("sdxl"), 1)
    with pytest.raises(StageError, match="take a smaller profile"):
        made(tmp_path, "sdxl")

    assert made(tmp_path, "sdxl").raw_sha256
    forget()


def test_another_failure_of_the_card_ends_the_process():
    def broken():
        raise torch.AcceleratorError("CUDA error: an illegal memory access was encountered")

    with pytest.raises(DeviceFailed, match="illegal memory access"):
        memory.climb(broken, list(KEEPING), lambda _: None)


def test_the_failed_attempt_holds_nothing_while_the_next_one_runs():
    import weakref

    class Big:
        pass

    held = []

    def attempt():
        if held:
            return held[0]() is None
        big = Big()
        held.append(weakref.ref(big))
        raise torch.OutOfMemoryError("full")

    gone, climbed = memory.climb(attempt, ["evict"], lambda _: None)

    assert gone
    assert climbed == ["evict"]


@pytest.mark.parametrize(
    ("weights", "measured", "free", "rung"),
    [
        (10 * GIB, 0, 24 * GIB, ""),
        (20 * GIB, 0, 24 * GIB, "group-offload"),
        (20 * GIB, 21 * GIB, 25 * GIB, ""),
        (20 * GIB, 60 * GIB, 25 * GIB, "sequential"),
        (200 * GIB, 0, 24 * GIB, "sequential"),
    ],
)
def test_the_plan_begins_on_the_first_rung_that_fits(weights, measured, free, rung):
    assert plan(weights, measured, free, 3.0).rung == rung


def test_the_plan_says_what_it_found():
    found = plan(20 * GIB, 0, 24 * GIB, 3.0)

    assert str(found) == "weights 20.0 GiB, peak 26.7 GiB, free 24.0 GiB: group-offload"


def test_rungs_stand_in_their_order_and_those_behind_us_are_gone():
    assert memory.rungs("sequential,evict,tiling") == ["evict", "sequential", "tiling"]
    assert memory.rungs("evict,group-offload,sequential", "group-offload") == ["sequential"]


def test_a_model_lets_the_others_go_when_it_is_loaded(tmp_path):
    from gpu.diffusion.shelf import SHELF

    forget()
    made(tmp_path, "sdxl")
    made(tmp_path, "zimage")

    loaded = [isinstance(one, Model) and one._maker is not None for one in SHELF._models.values()]
    assert loaded == [False, True]
    forget()
