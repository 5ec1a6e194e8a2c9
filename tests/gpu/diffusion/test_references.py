"""Families that take pictures of characters and places: what they make of them, and whole films."""

import json
import os
import shutil
from contextlib import closing
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.gpu
torch = pytest.importorskip("torch")

from eventstore.home import Home  # noqa: E402
from gpu import metadata, ready, tiny  # noqa: E402
from gpu.briefs import ReferencePicture  # noqa: E402
from gpu.diffusion import weights  # noqa: E402
from gpu.diffusion.families import FAMILIES, family_of  # noqa: E402
from gpu.diffusion.picture import PictureStage, prompt_of  # noqa: E402
from gpu.diffusion.references import side_by_side, taken  # noqa: E402
from gpu.diffusion.weights import pipeline_class  # noqa: E402
from gpu.errors import BriefRefused  # noqa: E402
from gpu.profile import load  # noqa: E402
from gpu.stages import Made  # noqa: E402
from handlers import start  # noqa: E402
from handlers.stream import SessionStream  # noqa: E402
from handlers.verify import IDENTICAL, Verifier  # noqa: E402
from handlers.worker import Worker  # noqa: E402
from projections import events as e  # noqa: E402
from projections.events import TYPES  # noqa: E402
from projections.work import work as work_of  # noqa: E402
from tests.build import raw_hashes  # noqa: E402
from tests.gpu.diffusion import adapters  # noqa: E402
from tests.gpu.diffusion.making import forget, image_brief  # noqa: E402
from tests.processes import ended, spawn  # noqa: E402

TAKING = ("flux2-klein", "flux-kontext")


def reference(folder: Path, name: str, seed: int = 1) -> ReferencePicture:
    """Somebody with a picture of their own."""
    path = folder / f"{name}-{seed}.png"
    rgb = np.random.default_rng(seed).integers(0, 255, (64, 96, 3), np.uint8)
    Image.fromarray(rgb).save(path)
    return ReferencePicture(name=name, kind="character", raw_sha256=f"{name}-{seed}", picture=path)


def drawn(folder: Path, family: str, *references: ReferencePicture) -> Made:
    brief = replace(image_brief(family), references=references)
    return PictureStage().run(brief, folder / "out.png", lambda _: None)


@pytest.mark.parametrize("family", TAKING)
def test_a_picture_is_made_after_others_pixel_by_pixel_the_same(tmp_path, family):
    mira = reference(tmp_path, "Mira")

    first, again = drawn(tmp_path, family, mira), drawn(tmp_path, family, mira)
    forget()

    assert first.raw_sha256 == again.raw_sha256 == drawn(tmp_path, family, mira).raw_sha256


@pytest.mark.parametrize("family", TAKING)
def test_who_is_on_the_pictures_and_what_they_show_and_their_order_matter(tmp_path, family):
    mira, tom = reference(tmp_path, "Mira"), reference(tmp_path, "Tom", seed=2)
    other = reference(tmp_path, "Mira", seed=3)

    shown = [(), (mira,), (other,), (mira, tom), (tom, mira)]

    assert len({drawn(tmp_path, family, *one).raw_sha256 for one in shown}) == len(shown)


def test_a_family_that_takes_none_says_so(tmp_path):
    with pytest.raises(BriefRefused, match=r"ZImagePipeline takes no pictures.*references = false"):
        drawn(tmp_path, "zimage", reference(tmp_path, "Mira"))


def test_the_prompt_says_who_is_on_which_picture(tmp_path):
    both = reference(tmp_path, "Mira"), reference(tmp_path, "Tom")
    brief = replace(image_brief("flux2-klein"), references=both)

    several = prompt_of(brief, family_of("Flux2KleinPipeline")).text
    one = prompt_of(brief, family_of("FluxKontextPipeline")).text

    assert several.endswith("gouache. Mira looks as in picture 1; Tom looks as in picture 2")
    assert one.endswith("gouache. The given picture shows, from left to right: Mira, Tom")


def test_several_pictures_stand_beside_each_other_as_high_as_the_lowest():
    whole = side_by_side([Image.new("RGB", (100, 50), "red"), Image.new("RGB", (40, 80), "blue")])

    assert whole.size == (125, 50)
    assert [whole.getpixel((at, 25)) for at in (0, 99, 100, 124)] == [
        (255, 0, 0),
        (255, 0, 0),
        (0, 0, 255),
        (0, 0, 255),
    ]


def test_a_picture_says_after_which_others_it_was_made(tmp_path):
    drawn(tmp_path, "flux2-klein", reference(tmp_path, "Mira"))

    assert metadata.read(tmp_path / "out.png")["references"] == [["Mira", "Mira-1"]]


@pytest.mark.parametrize("name", tiny.PIPELINES)
def test_the_class_of_a_tiny_model_is_the_one_it_is_known_by(name, cache):
    folder = tiny.ensure(name, cache / "tiny")

    assert pipeline_class(folder) == tiny.PIPELINES[name]


def test_every_family_that_takes_pictures_has_a_tiny_model():
    taking = {one.pipeline for one in FAMILIES.values() if one.pictures and not one.needs}

    assert taking == set(tiny.PIPELINES.values())


PROFILE = """
[profile]
description = "a test"
[image]
backend = "diffusers"
model = "tiny:{model}"
licence = "apache-2.0"
width = 32
height = 32
steps = 2
guidance = 1.0
dtype = "fp32"
{more}
"""


def profile(folder: Path, model: str = "flux2-klein", more: str = "") -> str:
    path = folder / "own.toml"
    path.write_text(PROFILE.format(model=model, more=more))
    return str(path)


@pytest.mark.parametrize(
    ("model", "more", "expected"),
    [
        ("flux2-klein", "", True),
        ("flux-kontext", "references = true", True),
        ("flux2-klein", "references = false", None),
        ("zimage", "", None),
        ("zimage", "references = false", None),
    ],
)
def test_a_model_that_takes_references_is_given_them_unless_its_profile_says_no(
    tmp_path, model, more, expected
):
    image = ready.checked(load(profile(tmp_path, model, more))).stages["image"]

    assert image.running.get("references") is expected
    assert "references" not in image.settings


def test_references_of_a_model_that_takes_none_are_refused_naming_those_that_do(tmp_path):
    with pytest.raises(BriefRefused, match=r"tiny:zimage makes no picture after.*Flux2KleinPip"):
        ready.checked(load(profile(tmp_path, "zimage", "references = true")))


@pytest.mark.skipif(find_spec("torchvision") is not None, reason="its library is here")
def test_a_family_that_needs_another_library_says_which_before_work(tmp_path):
    folder = tmp_path / "edit"
    shutil.copytree(tiny.ensure("qwen-image", weights.cache_folder() / "tiny"), folder)
    index = json.loads((folder / "model_index.json").read_text())
    index["_class_name"] = "QwenImageEditPlusPipeline"
    (folder / "model_index.json").write_text(json.dumps(index))
    own = Path(profile(tmp_path))
    own.write_text(own.read_text().replace("tiny:flux2-klein", "./edit"))

    with pytest.raises(BriefRefused, match=r"which needs torchvision; install the one that fits"):
        ready.checked(load(str(own)))


def test_a_family_that_edits_is_given_a_white_picture_where_nobody_is_shown(tmp_path):
    family = family_of("QwenImageEditPlusPipeline")

    (white,) = taken(image_brief(), family, (48, 32))["image"]
    shown = replace(image_brief(), references=(reference(tmp_path, "Mira"),))

    assert (white.size, white.getpixel((0, 0))) == ((48, 32), (255, 255, 255))
    assert [one.size for one in taken(shown, family, (48, 32))["image"]] == [(96, 64)]


@pytest.fixture
def adapted(tmp_path):
    """Draws with the tiny SDXL and an IP-Adapter, after these references."""
    line = adapters.saved(tmp_path)
    image = ready.checked(load(profile(tmp_path, "sdxl", line))).stages["image"]

    def draw(*references: ReferencePicture, **settings: str) -> Made:
        brief = replace(
            image_brief("sdxl"),
            references=references,
            settings={**image.settings, **settings},
            running={**image.running, "model": image.model},
        )
        return PictureStage().run(brief, tmp_path / "out.png", lambda _: None)

    return draw


def test_with_an_ip_adapter_sdxl_is_given_references(tmp_path):
    line = adapters.saved(tmp_path)

    image = ready.checked(load(profile(tmp_path, "sdxl", line))).stages["image"]

    assert image.running["references"] is True
    assert image.settings["ip_adapter"].startswith("ip-adapter@0.8#")


def test_an_ip_adapter_makes_the_same_of_the_same_pictures_and_another_of_others(adapted, tmp_path):
    mira, tom = reference(tmp_path, "Mira"), reference(tmp_path, "Tom", seed=2)

    shown = [(mira,), (tom,), (mira, tom)]
    first = [adapted(*one).raw_sha256 for one in shown]
    forget()

    assert [adapted(*one).raw_sha256 for one in shown] == first
    assert len(set(first)) == 3


def test_an_ip_adapter_of_a_model_in_4_bits_is_heard(adapted, tmp_path):
    mira, tom = reference(tmp_path, "Mira"), reference(tmp_path, "Tom", seed=2)

    found = {adapted(one, quantization="nf4").raw_sha256 for one in (mira, tom)}

    assert len(found | {adapted(mira).raw_sha256}) == 3


def test_with_nobody_to_show_an_ip_adapter_changes_nothing(adapted, tmp_path):
    adapted(reference(tmp_path, "Mira"))
    plain = load(profile(tmp_path, "sdxl")).stages["image"].settings

    brief = replace(image_brief("sdxl"), settings=plain)
    without = PictureStage().run(brief, tmp_path / "out.png", lambda _: None)

    assert adapted().raw_sha256 == without.raw_sha256


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('ip_adapter = "x"', "an IP-Adapter is {file"),
        ('ip_adapter = {file = "a.safetensors"}', "an IP-Adapter is {file"),
        ('ip_adapter = {file = "a.bin", encoder = "b"}', "is no .safetensors file"),
        ('ip_adapter = {file = "ip-adapter.safetensors", encoder = "b"}', "is no image encoder"),
    ],
)
def test_an_ip_adapter_that_is_none_is_refused_before_work(tmp_path, line, expected):
    adapters.saved(tmp_path)

    with pytest.raises(BriefRefused, match=expected):
        load(profile(tmp_path, "sdxl", line))


def test_an_ip_adapter_that_was_changed_since_is_refused(adapted, tmp_path):
    (tmp_path / "image_encoder" / "config.json").write_text("{}")
    forget()

    with pytest.raises(BriefRefused, match="was changed since the film began"):
        adapted(reference(tmp_path, "Mira"))


SCRIPT = {
    "title": "Storm",
    "characters": [{"name": "Mira", "look": "a yellow raincoat"}],
    "shots": [
        {"narration": "Mira.", "characters": ["Mira"], "duration_s": 1},
        {"narration": "Rain.", "duration_s": 1},
    ],
}


def begun(folder: Path) -> tuple[Home, str]:
    """A film of two shots, one of them with somebody in it."""
    folder.mkdir()
    script = folder / "storm.json"
    script.write_text(json.dumps(SCRIPT))
    request = start.StartRequest(
        script=script, profile=profile(folder), size="64x64", fps=10, seed=1
    )
    home = Home(folder / "home")
    with home.open(TYPES) as log:
        return home, start.start(home, log, request).id


def work(home: Home, session: str) -> None:
    with home.open(TYPES) as log, closing(Worker(home, log)) as worker:
        worker.work_on([session])


def stream(home: Home, session: str) -> Any:
    with home.open(TYPES) as log:
        return SessionStream(log, session)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> tuple[Home, str]:
    os.environ["REELOG_CACHE"] = str(cache)
    home, session = begun(tmp_path_factory.mktemp("film") / "one")
    work(home, session)
    return home, session


def test_a_film_has_its_sheet_before_the_shot_that_shows_it(film):
    found = stream(*film)

    pictures = [
        type(one.event).__name__
        for one in found.history
        if isinstance(one.event, e.ReferenceRendered | e.ImageRendered)
    ]
    assert sorted(pictures) == ["ImageRendered", "ImageRendered", "ReferenceRendered"]
    assert work_of(found.session).complete


def test_rendered_again_sheet_and_shots_are_identical(film):
    home, session = film
    forget()

    verdicts = list(Verifier(stream(home, session).session, home.artifacts).verdicts())

    assert {one.verdict for one in verdicts} == {IDENTICAL}
    assert verdicts[0].kind == "reference"


def test_two_workers_make_the_same(film, tmp_path):
    home, session = begun(tmp_path / "two")

    both = [spawn(lambda: work(home, session)) for _ in range(2)]

    assert [ended(one) for one in both] == [0, 0]
    assert raw_hashes(stream(home, session).history) == raw_hashes(stream(*film).history)
