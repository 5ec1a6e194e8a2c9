"""Given a language model on this machine, of random weights, when it enhances prompts, then each of
its answers is one that a film can be made from.
"""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.gpu
torch = pytest.importorskip("torch")

from gpu import profile, ready, room  # noqa: E402
from gpu.briefs import ReferenceDraft  # noqa: E402
from gpu.enhance import check, template  # noqa: E402
from gpu.enhance.brief import PromptBrief  # noqa: E402
from gpu.enhance.families import READERS  # noqa: E402
from gpu.llm import by_local  # noqa: E402
from gpu.tiny import ensure  # noqa: E402
from handlers import decide, workflows  # noqa: E402
from projections import events as e  # noqa: E402
from projections.work import work as work_of  # noqa: E402
from tests.build import fake_session  # noqa: E402
from tests.handlers.crew_of_one import work  # noqa: E402
from tests.llm.films import FAKE  # noqa: E402

PROFILE = (
    '[profile]\ndescription = "prompts by a model here"\n'
    + "".join(
        f'[{kind}]\nbackend = "fake"\nmodel = "fake"\nrevision = "1"\n'
        for kind in ("story", "scene_graph", "shots")
    )
    + FAKE
    + '[enhance]\nbackend = "transformers"\nmodel = "tiny:writer"\nlicence = "apache-2.0"\n'
    'image_family = "sdxl"\nvideo_family = "ltx"\n'
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def offline(monkeypatch, cache):
    monkeypatch.setenv("REELOG_CACHE", str(cache))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture
def enhance(cache, tmp_path):
    """Ask the model for one prompt, as a worker would."""
    folder = ensure("writer", cache / "tiny")
    stage = by_local.enhance()

    def asked(brief: PromptBrief) -> str:
        out = tmp_path / "prompt.json"
        stage.run(brief, out, lambda _: None)
        return str(json.loads(out.read_text())["prompt"])

    def made(prompt: str = "a lighthouse", **changes) -> tuple[str, PromptBrief]:
        values = {"stage": "image", "family": "sdxl", "tokens_max": 75, "seed": 3} | changes
        name = f"enhance_{values['stage']}_{values['family']}.md"
        running = {
            "model": "tiny-writer", "where": str(folder),
            f"{values['stage']}_template": str(template.FOLDER / name),
        }  # fmt: skip
        brief = PromptBrief(prompt=prompt, running=running, **values)
        return asked(brief), brief

    return made


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("reader", READERS, ids=lambda one: f"{one.stage} {one.name}")
def test_random_weights_write_a_prompt_that_each_family_can_read(enhance, reader, seed):
    prompt, brief = enhance(
        stage=reader.stage, family=reader.name, tokens_max=reader.tokens, seed=seed
    )

    assert check.wrong_with(prompt, brief) == []


def test_the_same_prompt_is_enhanced_the_same_again(enhance):
    assert enhance()[0] == enhance()[0]


def test_another_seed_enhances_otherwise(enhance):
    assert enhance(seed=3)[0] != enhance(seed=4)[0]


def test_a_name_of_any_letters_may_come(enhance):
    shown = (ReferenceDraft(name="Žofie d'Été", kind="character"),)

    prompt, _ = enhance(references=shown)

    assert prompt


def test_a_film_is_made_from_what_the_model_wrote(home, log, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(PROFILE, encoding="utf-8")
    chosen = ready.checked(profile.load(str(path)))
    workflows.keep_alone(home, chosen)
    fake_session(log, stages=decide.stages_of(chosen, scripted=False), shots=1)

    stream = work(home, log)

    made = [one.event for one in stream.history if isinstance(one.event, e.PromptEnhanced)]
    answers = [one.event for one in stream.history if isinstance(one.event, e.AnswerReceived)]
    found = work_of(stream.session)
    assert (found.complete, found.parked) == (True, [])
    assert {one.stage: one.family for one in made} == {"image": "sdxl", "video": "ltx"}
    assert {one.form for one in answers} == {"grammar"}
    image = next(one.image_prompt for one in made if one.stage == "image")
    assert found.shots[0].worded.image_prompt == image
    assert made[0].provenance.environment


def test_who_draws_lets_go_of_the_card_before_who_writes_is_loaded(enhance):
    from gpu.diffusion.shelf import Shelf

    class Drawing:
        loaded = True

        def leave(self) -> None:
            self.loaded = False

    drawing, shelf = Drawing(), Shelf()
    shelf._models["sdxl"] = drawing
    by_local.SHELF.leave()

    enhance()
    room.HOLDERS.remove(shelf.leave)

    assert not drawing.loaded
