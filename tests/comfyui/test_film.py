"""Whole films through ComfyUI, with real processes and real kills."""

import json
import shutil

import pytest

from gpu.comfyui import job
from gpu.comfyui.server import Server
from projections.events import ImageRendered, SessionStarted
from tests.comfyui.conftest import EXAMPLES, gated
from tests.command import ROOT, Reelog
from tests.processes import until

FILM = (
    "--shots",
    "2",
    "--duration",
    "6",
    "--size",
    "64x64",
    "--fps",
    "8",
    "--new",
    "--workers",
    "1",
)


def reelog_in(folder):
    """The command, of this tree, on a home of its own."""
    folder.mkdir(exist_ok=True)
    found = Reelog(folder)
    found.settings["PYTHONPATH"] = str(ROOT)
    return found


def profile_for(server, folder, workflow=None):
    """The example profile with this server, and another workflow for pictures."""
    folder.mkdir(exist_ok=True)
    for name in ("ground.json", "still.json"):
        shutil.copy(EXAMPLES / name, folder / name)
    if workflow is not None:
        (folder / "ground.json").write_text(json.dumps(workflow))
    text = (EXAMPLES / "try.toml").read_text().replace("http://127.0.0.1:8188", server.url)
    (folder / "mine.toml").write_text(text)
    return folder / "mine.toml"


@pytest.fixture(scope="module")
def film(server, tmp_path_factory):
    """A film of two shots, and its home."""
    folder = tmp_path_factory.mktemp("film")
    profile = profile_for(server, folder / "profile")
    reelog = reelog_in(folder)
    done = reelog("start", "a wall", "--profile", str(profile), *FILM)
    assert done.status == 0, done.err
    shutil.rmtree(folder / "profile")
    return reelog


def test_a_film_is_made_by_workflows_without_a_model(film):
    session = film.session()

    assert session.completed_at
    assert {one.event.provenance.backend for one in session.results.values()
            if isinstance(one.event, ImageRendered)} == {"comfyui"}  # fmt: skip


def test_the_workflow_is_an_artifact_that_the_first_event_names(film):
    started = film.session().started
    assert isinstance(started, SessionStarted)

    kept = film.home.artifacts.path(started.stages["image"].revision, "application/json")

    assert json.loads(kept.read_text()) == json.loads((EXAMPLES / "ground.json").read_text())
    assert film("gc", "--yes").status == 0
    assert kept.exists()
    assert film("audit").status == 0


def test_a_bundle_brings_the_workflows_along(film, tmp_path):
    assert film("export", "last", "--format", "bundle", "--to", str(tmp_path / "b")).status == 0

    elsewhere = reelog_in(tmp_path / "elsewhere")
    assert elsewhere("import", str(tmp_path / "b")).status == 0

    revision = film.session().started.stages["video"].revision
    assert elsewhere.home.artifacts.path(revision, "application/json").exists()


def test_rendering_it_again_says_identical(film):
    done = film("replay", "last", "--verify", "--json")

    found = {one["kind"]: one["verdict"] for one in done.data["artifacts"]}
    assert found["image"] in ("identical", "unverifiable")
    assert found["film"] == "identical"


def test_other_bits_are_unverifiable_and_the_missing_record_is_named(server, tmp_path):
    noisy = json.loads((EXAMPLES / "ground.json").read_text())
    noisy["1"] = {"class_type": "Noise", "inputs": {"width": 1, "height": 1, "text": ""}}
    profile = profile_for(server, tmp_path / "profile", noisy)
    text = profile.read_text().replace('seed = "Ground.color"', 'prompt = "1.text"')
    profile.write_text(text)
    reelog = reelog_in(tmp_path)
    assert reelog("start", "a wall", "--profile", str(profile), *FILM).status == 0

    done = reelog("replay", "last", "--verify", "--json", "--shot", "1")

    (picture,) = (one for one in done.data["artifacts"] if one["kind"] == "image")
    assert picture["verdict"] == "unverifiable"
    assert picture["reasons"] == ["not on record: which files its model names stand for"]


def test_killed_in_the_middle_of_a_prompt_nothing_is_made_twice_and_nothing_orphaned(
    fresh, tmp_path
):
    server, gate, reelog = fresh(), tmp_path / "open", reelog_in(tmp_path)
    profile = profile_for(server, tmp_path / "profile", gated(gate))
    reelog.begin("start", "a wall", "--profile", str(profile), *FILM)
    until(lambda: server.count("executed"))
    reelog.end()
    gate.touch()
    until(lambda: not any(Server(server.url).queue()))

    done = reelog("resume", "--yes")

    assert done.status == 0, done.err
    counts = server.counts()
    made = {name: n for name, n in counts.items() if name.startswith("executed ")}
    assert list(made.values()) == [1] * 4
    assert counts["submitted"] == 4
    assert {f"executed {job.id_of(one.command_id, 0)}" for one in _pictures(reelog)} <= set(made)


def test_a_paused_film_stops_its_prompt_and_goes_on_when_it_is_wanted_again(fresh, tmp_path):
    server, gate, reelog = fresh(), tmp_path / "open", reelog_in(tmp_path)
    profile = profile_for(server, tmp_path / "profile", gated(gate))
    reelog.begin("start", "a wall", "--profile", str(profile), *FILM)
    until(lambda: server.count("executed"))

    assert reelog("pause", "last", "--now").status == 0

    until(lambda: not any(Server(server.url).queue()))
    gate.touch()
    assert reelog("unpause", "last").status == 0
    assert reelog("resume", "--yes").status == 0
    assert reelog.session().completed_at
    reelog.end()


def test_a_server_without_the_model_stops_the_start_and_names_it(server, tmp_path):
    lacking = json.loads((EXAMPLES / "picture.json").read_text())
    profile = profile_for(server, tmp_path / "profile", lacking)
    profile.write_text(
        profile.read_text().replace(
            'seed = "Ground.color", width = "1.width", height = "1.height"', ""
        )
    )

    reelog = reelog_in(tmp_path)
    done = reelog("start", "a wall", "--profile", str(profile), *FILM)

    assert done.status == 2
    assert "ckpt_name 'sd_xl_base_1.0.safetensors'; " in done.err
    assert not reelog.home.has_log()


def test_doctor_looks_at_the_servers_of_profiles(server, tmp_path):
    profile_for(server, tmp_path / "profiles")
    reelog = reelog_in(tmp_path)
    reelog.settings["REELOG_CONFIG"] = str(tmp_path)

    done = reelog("doctor", "--json")

    says = [one["says"] for one in done.data["findings"] if one["what"].startswith("mine, ")]
    assert says == [
        f"{server.url} answers, and has all that ground.json needs",
        f"{server.url} answers, and has all that still.json needs",
    ]


def _pictures(reelog):
    results = reelog.session().results.values()
    return [one.event for one in results if isinstance(one.event, ImageRendered)]
