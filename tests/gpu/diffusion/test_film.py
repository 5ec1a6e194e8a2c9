"""Whole films from models: by one worker or two, killed inside a clip, and rendered again."""

import os
import shutil
import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.gpu
torch = pytest.importorskip("torch")

from eventstore.home import Home  # noqa: E402
from gpu.diffusion import loading, weights  # noqa: E402
from gpu.likeness import likeness  # noqa: E402
from gpu.stages import Stage, open_stage  # noqa: E402
from handlers import start  # noqa: E402
from handlers.stream import SessionStream  # noqa: E402
from handlers.verify import IDENTICAL, Verifier  # noqa: E402
from handlers.worker import Worker  # noqa: E402
from projections import events as e  # noqa: E402
from projections.events import TYPES  # noqa: E402
from projections.work import work as work_of  # noqa: E402
from tests.build import chain_is_whole, leftovers, raw_hashes  # noqa: E402
from tests.gpu.diffusion.making import forget  # noqa: E402
from tests.processes import ended, run, spawn  # noqa: E402

PROFILE = """
[profile]
description = "a test"
[image]
backend = "diffusers"
model = "{image}"
licence = "apache-2.0"
width = 32
height = 32
steps = 3
guidance = 4.0
dtype = "fp32"
[video]
backend = "diffusers"
model = "tiny:wan22"
licence = "apache-2.0"
width = 32
height = 32
frames = 5
fps = 5
steps = 4
guidance = 3.0
dtype = "fp32"
max_tokens = 16
"""


def begun(home: Home, profile: str = "tiny") -> str:
    """A film of two shots that was asked for."""
    request = start.StartRequest(
        idea="a lighthouse", profile=profile, shots=2, duration_s=3.0, size="64x64", fps=10, seed=1
    )
    with home.open(TYPES) as log:
        return start.start(home, log, request).id


def work(home: Home, session: str, stages: Callable[[str, str], Stage] = open_stage) -> None:
    with home.open(TYPES) as log, closing(Worker(home, log, stages=stages)) as worker:
        worker.work_on([session])


def history(home: Home, session: str) -> list[Any]:
    with home.open(TYPES) as log:
        return SessionStream(log, session).history


@pytest.fixture(scope="module")
def loads() -> list[tuple[str, str]]:
    """Which half of which model was loaded for the undisturbed film, in order."""
    return []


@pytest.fixture(scope="module")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, cache: Path, loads: list[tuple[str, str]]
) -> tuple[Home, str]:
    os.environ["REELOG_CACHE"] = str(cache)
    home = Home(tmp_path_factory.mktemp("film") / "home")
    session = begun(home)
    forget()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("load_reader", "load_maker"):
            patch.setattr(loading, name, counted(name, loads))
        work(home, session)
    return home, session


def counted(name: str, into: list[tuple[str, str]]) -> Callable[..., Any]:
    load = getattr(loading, name)

    def counting(source: Any, *rest: Any) -> Any:
        into.append((name, source.spec.model))
        return load(source, *rest)

    return counting


def test_the_profile_tiny_makes_a_whole_film(undisturbed):
    home, session = undisturbed

    with home.open(TYPES) as log:
        stream = SessionStream(log, session)
        found = work_of(stream.session)
        assert found.complete
        assert chain_is_whole(log)
    film = next(r.event for r in stream.history if isinstance(r.event, e.FilmAssembled))
    path = home.artifacts.path(film.artifact.sha256, "video/mp4")
    assert likeness(path, path, "video/mp4").psnr_db > 90
    assert film.artifact.frames == found.timeline.total_frames
    assert leftovers(home) == []


@pytest.mark.usefixtures("undisturbed")
def test_each_half_of_a_model_is_loaded_once_a_film(loads):
    assert len(loads) == len(set(loads))
    assert {model for _, model in loads} == {"tiny:sdxl", "tiny:wan22", "tiny:ace-step"}


def test_every_result_names_the_record_of_its_model(undisturbed):
    import json

    home, session = undisturbed
    pictures = [r.event for r in history(home, session) if isinstance(r.event, e.ImageRendered)]

    records = {one.provenance.environment for one in pictures}

    (sha256,) = records
    record = json.loads(home.artifacts.path(sha256, "application/json").read_bytes())
    assert record["model"]["pipeline"] == "StableDiffusionXLPipeline"
    assert len(record["model"]["files"]) == 4
    assert record["libraries"]["diffusers"]


def test_two_workers_make_the_same(undisturbed, tmp_path):
    home, session = Home(tmp_path / "home"), ""
    session = begun(home)

    both = [spawn(lambda: work(home, session)) for _ in range(2)]

    assert [ended(one) for one in both] == [0, 0]
    assert raw_hashes(history(home, session)) == raw_hashes(history(*undisturbed))


def test_killed_inside_a_clip_it_comes_out_the_same_and_makes_nothing_twice(undisturbed, tmp_path):
    home = Home(tmp_path / "home")
    session = begun(home)

    def die(kind: str, backend: str) -> Stage:
        stage = open_stage(kind, backend)
        if kind == "video":
            begin = stage.begin  # type: ignore[attr-defined]

            def dying(brief: Any, out: Path, report: Any) -> Any:
                def told(share: float) -> None:
                    report(share)
                    if share > 0.4:
                        os.kill(os.getpid(), signal.SIGKILL)

                return begin(brief, out, told)

            stage.begin = dying  # type: ignore[attr-defined]
        return stage

    told: list[str] = []

    def listening(kind: str, backend: str) -> Stage:
        stage = open_stage(kind, backend)
        if kind == "video":
            begin = stage.begin  # type: ignore[attr-defined]

            def heard(brief: Any, out: Path, report: Any) -> Any:
                def tell(share: float) -> None:
                    report(share)
                    told.append(getattr(share, "words", "").partition(",")[0])

                return begin(brief, out, tell)

            stage.begin = heard  # type: ignore[attr-defined]
        return stage

    assert run(lambda: work(home, session, die)) == -signal.SIGKILL
    before = history(home, session)
    work(home, session, listening)

    after = history(home, session)
    pictures = [[r for r in one if isinstance(r.event, e.ImageRendered)] for one in (before, after)]
    assert pictures[1][: len(pictures[0])] == pictures[0]
    assert len({r.event.command_id for r in pictures[1]}) == len(pictures[1]) == 2
    assert raw_hashes(after) == raw_hashes(history(*undisturbed))
    steps = [words for words in told if words.startswith("step")]
    assert steps == ["step 2 of 2", "step 1 of 2", "step 2 of 2"]  # the first clip goes on
    assert leftovers(home) == []


def verdicts(home: Home, session: str) -> list[Any]:
    forget()
    with home.open(TYPES) as log:
        return list(Verifier(SessionStream(log, session).session, home.artifacts).verdicts())


def test_rendered_again_all_of_it_is_identical(undisturbed):
    assert {one.verdict for one in verdicts(*undisturbed)} == {IDENTICAL}


def test_a_changed_weight_file_is_named(tmp_path):
    from safetensors.torch import load_file, save_file

    mine = tmp_path / "mine"
    shutil.copytree(weights.locate("tiny:sdxl"), mine)
    profile = tmp_path / "own.toml"
    profile.write_text(PROFILE.format(image=mine))
    home = Home(tmp_path / "home")
    session = begun(home, str(profile))
    work(home, session)
    file = mine / "unet" / "diffusion_pytorch_model.safetensors"
    save_file({key: value * 1.01 for key, value in load_file(file).items()}, file)

    picture = next(one for one in verdicts(home, session) if one.kind == "image")

    assert picture.verdict != IDENTICAL
    assert any("model.files.unet/diffusion_pytorch_model" in why for why in picture.reasons)


def test_another_library_is_named_where_the_bits_differ(undisturbed, monkeypatch):
    from gpu.diffusion import loop as loops
    from handlers import verify

    home, session = undisturbed
    here = verify.environment()
    other = here | {"libraries": {**here["libraries"], "diffusers": "9.9"}}
    monkeypatch.setattr(verify, "environment", lambda: other)
    pixels = loops._pixels
    monkeypatch.setattr(loops, "_pixels", lambda output: pixels(output) ^ 1)

    picture = next(one for one in verdicts(home, session) if one.kind == "image")

    assert any(why.startswith("libraries.diffusers: ") for why in picture.reasons)
    assert picture.verdict == "equivalent"


def test_no_metadata_of_a_session_stands_in_a_pictures_file(undisturbed):
    home, session = undisturbed
    picture = next(r.event for r in history(home, session) if isinstance(r.event, e.ImageRendered))

    data = home.artifacts.path(picture.artifact.sha256, "image/png").read_bytes()

    assert session.encode() not in data
    assert str(home.root).encode() not in data
