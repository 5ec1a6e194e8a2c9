"""A denoise loop that was stopped goes on where it was, bit by bit."""

import os
import signal
from pathlib import Path

import pytest

pytestmark = pytest.mark.gpu
torch = pytest.importorskip("torch")

from safetensors.torch import save_file  # noqa: E402

from gpu.diffusion import checkpoint  # noqa: E402
from gpu.diffusion.clip import ClipStage  # noqa: E402
from gpu.diffusion.loop import Call, Keeping, Loop  # noqa: E402
from gpu.diffusion.model import Model  # noqa: E402
from gpu.diffusion.prompts import Prompt  # noqa: E402
from gpu.diffusion.spec import ModelSpec  # noqa: E402
from tests.gpu.diffusion.making import CLIPS, IMAGES, forget, picture, video_brief  # noqa: E402
from tests.processes import run  # noqa: E402

STEPS = 6


class Stopped(Exception):
    """As a pause or a kill stops a loop."""


def rendered(
    family: str,
    folder: Path,
    keeping: Keeping | None = None,
    stop_after: int = 99,
    held_in: str = "none",
):
    """Pixels of a loop in new objects, and the steps that were made; stopped after some of them."""
    from PIL import Image

    seen: list[float] = []

    def report(share: float) -> None:
        seen.extend([share] if share else [])
        if share and len(seen) == stop_after:
            raise Stopped

    more = {}
    if family in CLIPS:
        more = {
            "image": Image.open(picture(folder)),
            "num_frames": 9 if family.startswith("ltx") else 5,
        }
    size = 64 if family in CLIPS else 32
    model = Model(ModelSpec(model=f"tiny:{family}", dtype="fp32", quantization=held_in))
    call = Call(
        prompt=Prompt("a lighthouse", "text", True), seed=3, steps=STEPS, guidance=4.0,
        width=size, height=size, keeping=keeping, more=more,
    )  # fmt: skip
    return model.render(call, report), len(seen)


@pytest.mark.parametrize(
    "family", [one for one in (*IMAGES, *CLIPS) if one not in ("flux2-klein", "ltx2")]
)
@pytest.mark.parametrize("stop_after", [1, 3, 5])
def test_a_stopped_loop_goes_on_to_the_same_bits(family, stop_after, tmp_path):
    keeping = Keeping(path=tmp_path / "state.safetensors", every=1)
    whole, _ = rendered(family, tmp_path)
    with pytest.raises(Stopped):
        rendered(family, tmp_path, keeping, stop_after)

    gone_on, steps = rendered(family, tmp_path, keeping)

    assert steps == STEPS - stop_after
    assert (gone_on.output == whole.output).all()
    assert gone_on.facts == whole.facts | {"resumed_from": str(stop_after)}
    assert not keeping.path.exists()


@pytest.mark.parametrize("family", ["zimage", "wan22"])
def test_in_4_bits_a_stopped_loop_goes_on_to_the_same_bits(family, tmp_path):
    keeping = Keeping(path=tmp_path / "state.safetensors", every=1)
    whole, _ = rendered(family, tmp_path, held_in="nf4")
    with pytest.raises(Stopped):
        rendered(family, tmp_path, keeping, 3, held_in="nf4")

    gone_on, steps = rendered(family, tmp_path, keeping, held_in="nf4")

    assert steps == STEPS - 3
    assert (gone_on.output == whole.output).all()


def test_what_was_begun_in_full_is_not_gone_on_from_in_4_bits(tmp_path):
    keeping = Keeping(path=tmp_path / "state.safetensors", every=1)
    with pytest.raises(Stopped):
        rendered("zimage", tmp_path, keeping, stop_after=3)

    _, steps = rendered("zimage", tmp_path, keeping, held_in="nf4")

    assert steps == STEPS


def test_a_family_whose_call_takes_no_latents_of_its_loop_begins_anew(tmp_path):
    keeping = Keeping(path=tmp_path / "state.safetensors", every=1)
    with pytest.raises(Stopped):
        rendered("flux2-klein", tmp_path, keeping, stop_after=3)

    _, steps = rendered("flux2-klein", tmp_path, keeping)

    assert steps == STEPS


def test_only_every_so_many_steps_are_kept(tmp_path):
    keeping = Keeping(path=tmp_path / "state.safetensors", every=2)
    with pytest.raises(Stopped):
        rendered("wan22", tmp_path, keeping, stop_after=5)

    _, steps = rendered("wan22", tmp_path, keeping)

    assert steps == STEPS - 4


def test_a_scheduler_that_draws_noise_at_each_step_goes_on_with_the_same_noise(tmp_path):
    import diffusers

    keeping = Keeping(path=tmp_path / "state.safetensors", every=1)

    def loop(stop_after: int, kept: Keeping | None):
        seen = []

        def report(share: float) -> None:
            seen.extend([share] if share else [])
            if share and len(seen) == stop_after:
                raise Stopped

        model = Model(ModelSpec(model="tiny:sdxl", scheduler="EulerAncestralDiscreteScheduler"))
        assert hasattr(diffusers, "EulerAncestralDiscreteScheduler")
        call = Call(
            prompt=Prompt("x", "", True), seed=3, steps=STEPS, guidance=4.0, width=32, height=32,
            keeping=kept,
        )  # fmt: skip
        return model.render(call, report)

    whole = loop(99, None)
    with pytest.raises(Stopped):
        loop(3, keeping)

    assert (loop(99, keeping).output == whole.output).all()


def test_a_clip_whose_process_was_killed_goes_on_in_another_one(tmp_path):
    state = tmp_path / "state.safetensors"
    running = {"speed.checkpoint_every": 1, "checkpoint": str(state)}
    brief = video_brief(picture(tmp_path), "wan22", running)
    out = tmp_path / "out.mp4"
    whole = ClipStage().run(video_brief(picture(tmp_path), "wan22"), out, lambda _: None)
    forget()

    def die(share: float) -> None:
        if share > 0.6:
            os.kill(os.getpid(), signal.SIGKILL)

    assert run(lambda: ClipStage().run(brief, out, die)) == -signal.SIGKILL
    assert state.exists()
    shares: list[float] = []
    gone_on = ClipStage().run(brief, out, shares.append)

    assert len([share for share in shares if share]) < 4
    assert gone_on.raw_sha256 == whole.raw_sha256
    assert not state.exists()


@pytest.mark.parametrize("damage", ["torn", "empty", "text", "pickle", "foreign"])
def test_a_file_that_is_no_checkpoint_is_not_gone_on_from(damage, tmp_path):
    path = tmp_path / "state.safetensors"
    keeping = Keeping(path=path, every=1)
    with pytest.raises(Stopped):
        rendered("sdxl", tmp_path, keeping, stop_after=3)
    data = path.read_bytes()
    match damage:
        case "torn":
            path.write_bytes(data[: len(data) // 2])
        case "empty":
            path.write_bytes(b"")
        case "text":
            path.write_text("no tensors")
        case "pickle":
            path.write_bytes(b"cos\nsystem\n(S'touch ran'\ntR.")
        case "foreign":
            save_file({"latents": torch.zeros(1)}, path)

    _, steps = rendered("sdxl", tmp_path, keeping)

    assert steps == STEPS
    assert not Path("ran").exists()


def test_the_state_of_another_brief_is_not_gone_on_from(tmp_path):
    keeping = Keeping(path=tmp_path / "state.safetensors", every=1)
    with pytest.raises(Stopped):
        rendered("sdxl", tmp_path, keeping, stop_after=3)

    assert checkpoint.load(keeping.path, "another key") is None
    model = Model(ModelSpec(model="tiny:sdxl", dtype="fp32"))
    other = Call(
        prompt=Prompt("something else", "text", True), seed=3, steps=STEPS, guidance=4.0,
        width=32, height=32, keeping=keeping,
    )  # fmt: skip
    seen: list[float] = []
    model.render(other, seen.append)

    assert len([share for share in seen if share]) == STEPS


def test_the_scheduler_is_the_old_one_again_after_a_failure(tmp_path):
    keeping = Keeping(path=tmp_path / "state.safetensors", every=1)
    with pytest.raises(Stopped):
        rendered("sdxl", tmp_path, keeping, stop_after=3)
    model = Model(ModelSpec(model="tiny:sdxl", dtype="fp32"))
    call = Call(
        prompt=Prompt("a lighthouse", "text", True), seed=3, steps=STEPS, guidance=4.0,
        width=32, height=32, keeping=keeping,
    )  # fmt: skip

    def stop(_: float) -> None:
        raise Stopped

    model._load(call)
    scheduler = model._maker.scheduler
    with pytest.raises(Stopped):
        model.render(call, stop)

    assert model._maker.scheduler is scheduler
    assert isinstance(Loop, type)
