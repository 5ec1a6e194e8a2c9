"""Verifying: rendering again from recorded inputs, and what is said about the result."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from eventstore.artifacts import Artifacts
from eventstore.home import Home
from gpu.errors import StageError
from gpu.stages import open_stage
from handlers.decide import cut_rules
from handlers.environment import environment
from handlers.errors import Refused
from handlers.verify import Verifier, changes
from projections.events import TYPES
from projections.session import Session
from projections.work import work as work_of
from tests.build import fake_session, file_of, stages_of
from tests.handlers.crew_of_one import hooked, work

SMALL = {
    "shots": 3,
    "duration_s": 6.0,
    "width": 128,
    "height": 72,
    "fps": 8,
    "cut": cut_rules(6.0, 8),
}


class Film(NamedTuple):
    session: Session
    artifacts: Artifacts


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Iterator[Film]:
    """One tiny animatic film, made once."""
    home = Home(tmp_path_factory.mktemp("animatic") / "home")
    with home.open(TYPES) as log:
        fake_session(log, stages=stages_of("animatic"), **SMALL)
        yield Film(work(home, log).session, home.artifacts)


@pytest.fixture
def film(finished, tmp_path) -> Film:
    """The film, with artifacts of its own that a test may spoil."""
    root = tmp_path / "artifacts"
    shutil.copytree(finished.artifacts.root, root)
    return Film(finished.session.copy(), Artifacts(root))


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch) -> Path:
    """Where temporary folders of this test lie."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def verdicts(film: Film, shot: int | None = None, **options):
    return list(Verifier(film.session, film.artifacts, **options).verdicts(shot))


def verdict_on(film: Film, kind: str, shot: int | None = 1, **options):
    return next(one for one in verdicts(film, shot, **options) if one.kind == kind)


def record(film: Film, kind: str, **changed) -> None:
    """Change what the log says about a result: fields of its artifact and of its provenance."""
    command = next(c for c in work_of(film.session).commands if c.kind == kind)
    recorded = film.session.results[command.id]
    event = recorded.event
    parts = {}
    for name in ("artifact", "provenance"):
        part = getattr(event, name)
        known = {key: value for key, value in changed.items() if key in type(part).model_fields}
        parts[name] = part.model_copy(update=known)
    film.session.results[command.id] = recorded._replace(event=event.model_copy(update=parts))


def elsewhere(film: Film, tmp_path: Path) -> str:
    """An environment artifact of another machine."""
    there = json.loads(json.dumps(environment()))
    there["libraries"]["numpy"] = "1.0"
    there["device"] = "a GPU"
    there["numerics"] = {"threads": 4}
    there["model"] = {"files": {"unet.safetensors": "ab12"}}
    file = tmp_path / "environment.json"
    file.write_text(json.dumps(there))
    return film.artifacts.keep(file, "application/json")[0]


class Almost:
    """The panel stage, some shades brighter."""

    def __init__(self, shade: int) -> None:
        self.shade = shade

    def run(self, brief, out, report):
        from dataclasses import replace

        from PIL import Image

        made = open_stage("image", "animatic").run(brief, out, report)
        with Image.open(out) as picture:
            pixels = picture.convert("RGB")
        pixels = pixels.point(lambda value: min(255, value + self.shade))
        pixels.save(out, format="PNG")
        return replace(made, raw_sha256="other")


def almost(shade: int):
    return lambda kind, backend: Almost(shade) if kind == "image" else open_stage(kind, backend)


def test_everything_comes_out_identical(film):
    assert {one.verdict for one in verdicts(film)} == {"identical"}


def test_every_take_of_the_cut_and_the_film_is_rendered(film):
    kinds = [one.kind for one in verdicts(film)]

    assert (kinds.count("image"), kinds.count("video"), kinds[-1]) == (3, 3, "film")


def test_no_text_stage_runs(film):
    ran = []

    verdicts(film, stages=hooked(lambda kind, *_: ran.append(kind)))

    assert set(ran) <= {"audio", "image", "video", "film"}


def test_one_shot_alone_can_be_rendered(film):
    assert {one.shot for one in verdicts(film, 2)} == {2}


def test_a_shot_that_is_not_there_is_refused(film):
    with pytest.raises(Refused, match="no shot 9"):
        verdicts(film, 9)


def test_a_clip_is_rendered_from_the_recorded_picture(film):
    inputs = []

    verdicts(film, stages=hooked(lambda kind, brief, *_: inputs.append((kind, brief))))

    pictures = [brief.image for kind, brief in inputs if kind == "video"]
    assert all(path.is_relative_to(film.artifacts.root) for path in pictures)


def test_the_temporary_folder_goes(film, temporary):
    verdicts(film)

    assert list(temporary.iterdir()) == []


def test_the_temporary_folder_goes_when_it_is_stopped(film, temporary):
    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verdicts(film, stages=hooked(stop))

    assert list(temporary.iterdir()) == []


def test_other_bits_of_the_same_record_differ(film):
    record(film, "image", raw_sha256="other")

    found = verdict_on(film, "image")

    assert (found.verdict, len(found.reasons)) == ("differs", 1)


def test_a_setting_that_changed_is_named(film):
    record(film, "image", raw_sha256="other", settings={"steps": 20})

    assert "setting.steps: 20 recorded, nothing here" in verdict_on(film, "image").reasons


def test_a_model_that_changed_is_named(film):
    record(film, "image", raw_sha256="other", model="another")

    (reason, *_) = verdict_on(film, "image").reasons

    assert reason.startswith("model: another recorded, ")


def test_a_library_that_changed_is_named(film, tmp_path):
    record(film, "image", environment=elsewhere(film, tmp_path))

    found = verdict_on(film, "image", stages=almost(90))

    assert any(reason.startswith("libraries.numpy: 1.0 recorded") for reason in found.reasons)


@pytest.mark.parametrize(
    "reason",
    [
        "device: a GPU recorded, nothing here",
        "numerics.threads: 4 recorded, nothing here",
        "model.files.unet.safetensors: ab12 recorded, nothing here",
    ],
    ids=["device", "threads", "weights"],
)
def test_what_changed_of_its_environment_is_named(film, tmp_path, reason):
    record(film, "image", environment=elsewhere(film, tmp_path))

    assert reason in verdict_on(film, "image", stages=almost(90)).reasons


def test_almost_the_same_picture_of_another_environment_is_equivalent(film, tmp_path):
    record(film, "image", environment=elsewhere(film, tmp_path))

    assert verdict_on(film, "image", stages=almost(1)).verdict == "equivalent"


def test_almost_the_same_picture_of_the_same_environment_differs(film):
    assert verdict_on(film, "image", stages=almost(1)).verdict == "differs"


def test_another_picture_of_another_environment_differs(film, tmp_path):
    record(film, "image", environment=elsewhere(film, tmp_path))

    assert verdict_on(film, "image", stages=almost(90)).verdict == "differs"


def test_the_bound_decides_what_is_equivalent(film, tmp_path):
    record(film, "image", environment=elsewhere(film, tmp_path))

    assert verdict_on(film, "image", stages=almost(1), bound_db=60.0).verdict == "differs"


def test_other_sound_of_another_environment_is_compared(film, tmp_path):
    record(film, "audio", raw_sha256="other", environment=elsewhere(film, tmp_path))

    assert verdict_on(film, "audio").verdict == "equivalent"


def test_another_film_of_another_environment_is_compared(film, tmp_path):
    record(film, "film", raw_sha256="other", environment=elsewhere(film, tmp_path))

    assert verdict_on(film, "film", None).verdict == "equivalent"


def test_without_the_record_of_its_environment_other_bits_are_unverifiable(film):
    record(film, "image", raw_sha256="other", environment="gone")

    found = verdict_on(film, "image")

    assert (found.verdict, found.reasons[0]) == (
        "unverifiable",
        "the record of its environment is gone (gone)",
    )


def test_the_same_bits_are_identical_whatever_record_is_gone(film):
    record(film, "image", environment="gone")

    assert verdict_on(film, "image").verdict == "identical"


def test_a_clip_without_its_picture_is_unverifiable(film):
    image = next(c for c in work_of(film.session).commands if c.kind == "image")
    file_of(film.artifacts, film.session.results[image.id].event).unlink()

    found = verdict_on(film, "video")

    assert (found.verdict, "an input is gone" in found.reasons[0]) == ("unverifiable", True)


def test_a_backend_that_is_not_here_is_unverifiable(film):
    def opener(kind, backend):
        raise KeyError(kind, backend)

    found = verdict_on(film, "image", stages=opener)

    assert (found.verdict, found.reasons) == (
        "unverifiable",
        ["backend 'animatic' for image is not here"],
    )


def test_a_stage_that_refuses_is_unverifiable(film):
    def refuse(*_):
        raise StageError("no weights")

    found = verdict_on(film, "image", stages=hooked(refuse))

    assert found.reasons == ["it cannot be rendered here: no weights"]


def test_changes_name_the_whole_path():
    assert changes({"a": {"b": 1}}, {"a": {"b": 2}}) == ["a.b: 1 recorded, 2 here"]
