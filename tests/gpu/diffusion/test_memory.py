"""Out of memory is climbed out of, rung by rung; the bits stay what they were."""

import pytest

pytestmark = pytest.mark.gpu
torch = pytest.importorskip("torch")

from gpu.diffusion import memory  # noqa: E402
from gpu.diffusion.plan import CHANGING, GIB, KEEPING, QUANTIZED, plan  # noqa: E402
from gpu.errors import DeviceFailed, StageError  # noqa: E402
from gpu.likeness import likeness  # noqa: E402
from tests.gpu.diffusion.making import CLIPS, forget, loaded, made, there  # noqa: E402


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
        "flux": diffusers.FluxTransformer2DModel,
        "qwen-image": diffusers.QwenImageTransformer2DModel,
        "wan22": diffusers.WanTransformer3DModel,
        "wan22-5b": diffusers.WanTransformer3DModel,
        "ltx": diffusers.LTXVideoTransformer3DModel,
        "ace-step": diffusers.AceStepTransformer1DModel,
    }[family]


@pytest.mark.parametrize(
    ("family", "rungs"),
    [
        *(("sdxl", rungs) for rungs in (1, 2, 3)),
        *(("wan22", rungs) for rungs in (1, 2, 3)),
        *((one, 2) for one in ("zimage", "flux", "wan22-5b", "ltx", "ace-step")),
        *((one, 3) for one in ("zimage", "qwen-image", "wan22-5b", "ltx", "ace-step")),
    ],
)
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


@pytest.mark.parametrize("rung", CHANGING)
def test_a_rung_stays_for_the_next_shot_and_is_recorded_there_too(rung, tmp_path, monkeypatch):
    forget()
    Full(monkeypatch, denoiser("sdxl"), 1)
    made(tmp_path, "sdxl", allow=rung)

    next_one = made(tmp_path, "sdxl", allow=rung, seed=6)

    assert next_one.settings["memory"] == rung
    forget()


@pytest.mark.parametrize("rung", QUANTIZED)
@pytest.mark.parametrize("family", ["sdxl", "zimage", "wan22", "ace-step"])
def test_weights_in_fewer_bits_make_the_same_as_a_rung_and_as_a_setting(
    family, rung, tmp_path, monkeypatch
):
    forget()
    asked = made(tmp_path, family, dtype="bf16", quantization=rung)
    forget()
    offloading = {"memory.ladder": "group-offload"}
    full = Full(monkeypatch, denoiser(family), 2)

    stepped_onto = made(tmp_path, family, dtype="bf16", allow=rung, running=offloading)

    assert full.left == 0
    assert stepped_onto.settings["memory"] == rung
    assert stepped_onto.raw_sha256 == asked.raw_sha256
    forget()


def test_below_8_bits_there_are_4(tmp_path, monkeypatch):
    forget()
    full = Full(monkeypatch, denoiser("sdxl"), 2)

    after = made(tmp_path, "sdxl", dtype="bf16", allow="fp8,nf4")

    assert full.left == 0
    assert after.settings["memory"] == "fp8,nf4"
    forget()


@pytest.mark.parametrize(
    ("held_in", "left"), [("none", ["tiling", "fp8", "nf4"]), ("fp8", ["tiling", "nf4"]),
                          ("nf4", ["tiling"])],
)  # fmt: skip
def test_what_is_held_in_few_bits_already_is_no_rung(held_in, left):
    assert memory.rungs("nf4,tiling,fp8", quantized=held_in) == left


@pytest.mark.parametrize("family", ["sdxl", "zimage", "qwen-image", "ltx", "cogvideox"])
def test_a_batch_of_two_is_made_in_halves_and_the_picture_is_nearly_the_same(
    family, tmp_path, monkeypatch
):
    whole = made(tmp_path, family)
    path = tmp_path / ("out.mp4" if family in CLIPS else "out.png")
    kept = path.rename(tmp_path / f"whole{path.suffix}")
    forget()
    batches = []
    kind = type(_maker_of(family, tmp_path))
    forward = kind.forward

    def full(inner, *arguments, **options):
        main = arguments[0] if arguments else next(iter(options.values()))
        batches.append(len(main))
        if len(main) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")
        return forward(inner, *arguments, **options)

    forget()
    monkeypatch.setattr(kind, "forward", full)
    halved = made(tmp_path, family, allow="halved-batch")

    assert halved.settings.get("memory") == ("halved-batch" if 2 in batches else None)
    assert likeness(kept, path, whole.media_type).psnr_db > 40
    forget()


def _maker_of(family, folder):
    made(folder, family)
    (model,) = loaded()
    return memory._denoisers(model._maker)[0]


def test_a_batch_of_one_is_not_halved_and_nothing_is_recorded(tmp_path, monkeypatch):
    forget()
    plain = made(tmp_path, "sdxl", guidance=0.0)
    forget()
    Full(monkeypatch, denoiser("sdxl"), 1)

    again = made(tmp_path, "sdxl", guidance=0.0, allow="halved-batch")

    assert again.raw_sha256 == plain.raw_sha256
    assert "memory" not in again.settings
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

    climbed: list[str] = []

    assert memory.climb(attempt, ["evict"], climbed.append)
    assert climbed == ["evict"]


@pytest.mark.parametrize(
    ("weights", "measured", "free", "rung"),
    [
        (10 * GIB, 0, 24 * GIB, ""),
        (20 * GIB, 0, 24 * GIB, "group-offload"),
        (20 * GIB, 21 * GIB, 25 * GIB, ""),
        (20 * GIB, 60 * GIB, 25 * GIB, "sequential"),
        (60 * GIB, 4 * GIB, 24 * GIB, "group-offload"),  # measured while it was offloaded
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
    forget()
    made(tmp_path, "sdxl")
    made(tmp_path, "zimage")

    assert [there(one) for one in loaded()] == [False, True]
    forget()
