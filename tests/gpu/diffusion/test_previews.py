"""A preview stops at a step and shows what it would become; the whole take goes on from there."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

pytestmark = pytest.mark.gpu
torch = pytest.importorskip("torch")

from eventstore.home import Home  # noqa: E402
from gpu.diffusion.clip import ClipStage  # noqa: E402
from gpu.diffusion.foresight import watching  # noqa: E402
from gpu.diffusion.picture import PictureStage  # noqa: E402
from gpu.errors import BriefRefused  # noqa: E402
from gpu.stages import Made  # noqa: E402
from handlers import takes  # noqa: E402
from handlers.stream import SessionStream  # noqa: E402
from projections.events import TYPES  # noqa: E402
from projections.work import work as work_of  # noqa: E402
from tests.build import RUN  # noqa: E402
from tests.gpu.diffusion.making import (  # noqa: E402
    CLIPS,
    IMAGES,
    forget,
    image_brief,
    picture,
    video_brief,
)
from tests.gpu.diffusion.test_film import begun, work  # noqa: E402

STEPS = 5


def made(family: str, folder: Path, preview: int | None = None, begin: Path | None = None):
    """What a stage makes of a brief, and the steps that it reported."""
    running = {"begin": str(begin)} if begin else {}
    if family in CLIPS:
        stage, name = ClipStage(), "out.mp4"
        brief = video_brief(picture(folder), family, running, steps=STEPS)
    else:
        stage, name = PictureStage(), "out.png"
        brief = image_brief(family, running, steps=STEPS)
    shares: list[float] = []
    found = stage.run(replace(brief, preview_steps=preview), folder / name, shares.append)
    return found, [share.words.split(",")[0] for share in shares if share]


def without_cost(one: Made) -> Made:
    return replace(one, state=None, peak_memory_bytes=None)


@pytest.mark.parametrize(
    "family", [one for one in (*IMAGES, *CLIPS) if one not in ("flux2-klein", "ltx2")]
)
@pytest.mark.parametrize("step", [1, 3])
def test_a_take_goes_on_from_its_preview_to_the_same_bits(family, step, tmp_path):
    whole, _ = made(family, tmp_path)
    preview, seen = made(family, tmp_path, step)
    forget()

    gone_on, steps = made(family, tmp_path, begin=preview.state)

    assert seen == [f"step {n} of {STEPS}" for n in range(1, step + 1)]
    assert steps == [f"step {n} of {STEPS}" for n in range(step + 1, STEPS + 1)]
    settings = {**whole.settings, "resumed_from": str(step)}
    assert without_cost(gone_on) == replace(without_cost(whole), settings=settings)
    assert preview.raw_sha256 != whole.raw_sha256
    assert (preview.width, preview.frames) == (whole.width, whole.frames)


@pytest.mark.parametrize("family", ["flux2-klein", "ltx2"])
def test_a_family_that_cannot_go_on_leaves_no_state_and_is_made_in_full(family, tmp_path):
    whole, _ = made(family, tmp_path)

    preview, seen = made(family, tmp_path, 2)
    again, _ = made(family, tmp_path)

    assert (preview.state, len(seen)) == (None, 2)
    assert without_cost(again) == without_cost(whole)


def test_a_state_that_is_gone_or_of_other_work_gives_the_same_bits_from_the_first_step(tmp_path):
    whole, _ = made("wan22", tmp_path)
    other, _ = made("sdxl", tmp_path, 2)

    for begin in (tmp_path / "gone.safetensors", other.state):
        again, steps = made("wan22", tmp_path, begin=begin)
        assert len(steps) == STEPS
        assert without_cost(again) == without_cost(whole)


def test_a_preview_that_was_stopped_goes_on_and_leaves_the_same_state(tmp_path):
    whole, _ = made("wan22", tmp_path, 3)
    state = whole.state.read_bytes()
    running = {"speed.checkpoint_every": 1, "checkpoint": str(tmp_path / "kept.safetensors")}
    brief = replace(video_brief(picture(tmp_path), "wan22", running, steps=STEPS), preview_steps=3)

    class Stop(Exception):
        pass

    def stop(_: float) -> None:
        if (tmp_path / "kept.safetensors").exists():
            raise Stop

    with pytest.raises(Stop):
        ClipStage().run(brief, tmp_path / "out.mp4", stop)
    again = ClipStage().run(brief, tmp_path / "out.mp4", lambda _: None)

    assert again.raw_sha256 == whole.raw_sha256
    assert again.state.read_bytes() == state


def test_a_pipeline_without_steps_to_stop_at_is_refused_in_words(tmp_path, monkeypatch):
    from diffusers import StableDiffusionXLPipeline

    monkeypatch.delattr(StableDiffusionXLPipeline, "interrupt")

    with pytest.raises(BriefRefused, match="cannot stop at a step; ask for takes without"):
        made("sdxl", tmp_path, 2)


@pytest.mark.parametrize("name", ["FlowMatchEuler", "Euler", "DDIM", "UniPC", "DPMSolver"])
def test_the_end_is_foreseen_by_any_scheduler(name):
    import diffusers

    kinds = {
        "FlowMatchEuler": diffusers.FlowMatchEulerDiscreteScheduler(),
        "Euler": diffusers.EulerDiscreteScheduler(),
        "DDIM": diffusers.DDIMScheduler(clip_sample=False),
        "UniPC": diffusers.UniPCMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True
        ),
        "DPMSolver": diffusers.DPMSolverMultistepScheduler(),
    }
    scheduler = kinds[name]
    scheduler.set_timesteps(8)
    clean = torch.linspace(-1, 1, 64).reshape(1, 4, 4, 4)
    noise = torch.randn(clean.shape, generator=torch.Generator().manual_seed(1))
    t = scheduler.timesteps[0]
    if "flow" in name.lower() or name == "UniPC":
        start, told = noise, noise - clean  # a perfect model of flows
    else:
        start = scheduler.add_noise(clean, noise, t[None] if t.ndim == 0 else t)
        told = noise

    with watching(scheduler) as foresight:
        model_input = scheduler.scale_model_input(start, t) if name == "Euler" else start
        assert model_input.shape == start.shape
        after = scheduler.step(told, t, start, return_dict=False)[0]
        seen = foresight.clean(after)

    assert torch.allclose(seen, clean, atol=2e-2)
    assert not torch.allclose(after, clean, atol=0.5)
    assert "step" not in vars(scheduler)


def test_a_film_with_a_take_from_a_preview_is_the_film_without_one(tmp_path, cache, monkeypatch):
    monkeypatch.setenv("REELOG_CACHE", str(cache))
    films = []
    for name, preview in (("plain", None), ("previewed", 1)):
        home = Home(tmp_path / name)
        session = begun(home)
        work(home, session)
        with home.open(TYPES) as log:
            stream = SessionStream(log, session)
            stream.append(takes.retake(stream.session, 1, "video", seed=9, preview=preview), RUN)
        if preview:
            work(home, session)
            with home.open(TYPES) as log:
                stream = SessionStream(log, session)
                stream.append(takes.choose(stream.session, 1, 2, "video", ""), RUN)
        forget()
        work(home, session)
        with home.open(TYPES) as log:
            films.append(work_of(SessionStream(log, session).session))

    plain, previewed = films
    assert plain.complete
    assert previewed.film.id == plain.film.id
    assert previewed.film_made.artifact.sha256 == plain.film_made.artifact.sha256
    made, again = (one.shots[0].made["video"] for one in films)
    assert (made.command_id, made.artifact) == (again.command_id, again.artifact)


def test_a_preview_says_in_its_file_that_it_is_one(tmp_path):
    from PIL import Image

    made("sdxl", tmp_path, 2)

    with Image.open(tmp_path / "out.png") as image:
        assert json.loads(image.text["reelog"])["preview_steps"] == 2
