"""What a profile says of ComfyUI, and what of it is refused before anything is asked."""

import json

import pytest

from gpu import profile, ready, stages
from gpu.comfyui import workflow as flow
from gpu.errors import BriefRefused, StageError
from tests.comfyui.conftest import EXAMPLES


@pytest.fixture
def written(tmp_path):
    """A profile with this image stage, beside the example's workflow."""

    def write(stage, workflow=None):
        text = (EXAMPLES / "ground.json").read_text() if workflow is None else workflow
        (tmp_path / "ground.json").write_text(text)
        path = tmp_path / "mine.toml"
        head = '[profile]\ndescription = "mine"\n[image]\nbackend = "comfyui"\n'
        path.write_text(head + stage)
        return profile.load(str(path))

    return write


def test_a_stage_is_named_by_its_workflow_and_its_content(written):
    stage = written('workflow = "ground.json"\nbind.seed = "Ground.color"\n').stages["image"]

    assert (stage.model, stage.revision) == ("ground.json", flow.sha256(json.loads(stage.workflow)))
    assert stage.settings == {"bind.seed": "Ground.color"}


def test_url_and_timeout_change_no_bit(written):
    stage = written('workflow = "ground.json"\nurl = "http://there:81"\ntimeout_s = 9\n')

    assert stage.stages["image"].settings == {}
    assert stage.stages["image"].running == {"url": "http://there:81", "timeout_s": 9}


def test_the_same_workflow_laid_out_otherwise_is_the_same(written):
    first = written('workflow = "ground.json"\n').stages["image"].revision
    other = json.dumps(json.loads((EXAMPLES / "ground.json").read_text()))

    assert written('workflow = "ground.json"\n', other).stages["image"].revision == first


@pytest.mark.parametrize(
    ("stage", "workflow", "says"),
    [
        ("", None, r'\[image\]: needs workflow = "file.json"; in ComfyUI choose Workflow, Export'),
        ('workflow = "no.json"', None, "no.json is not there"),
        ('workflow = "ground.json"', "{", "is no workflow: Expecting property name"),
        ('workflow = "ground.json"', "[]", "is no workflow in API format; in ComfyUI choose"),
        (
            'workflow = "ground.json"', '{"nodes": [], "links": []}',
            r"is a workflow in the UI's format; in ComfyUI choose Workflow, Export \(API\)",
        ),
        ('workflow = "ground.json"\nbind.sed = "1.color"', None, "unknown binding 'sed'; did you"),
        ('workflow = "ground.json"\nbind.seed = "7.color"', None, r"bind.seed: unknown node '7'"),
        ('workflow = "ground.json"\nbind.seed = "Grund.color"', None, "did you mean 'Ground'"),
        ('workflow = "ground.json"\nbind.seed = "Ground"', None, "names no input; write"),
        ('workflow = "ground.json"\noutput = "Sav"', None, "did you mean .Save"),
        ('workflow = "ground.json"\nurl = "http://me:secret@there"', None, "a URL without name"),
        ('workflow = "ground.json"\nmodel = "x"', None, "model is what the workflow names; remove"),
        ('workflow = "ground.json"\nwhatever = 1', None, "unknown setting 'whatever'"),
        ('workflow = "ground.json"\nbind = "6.text"', None, 'bind is a table, like bind.prompt'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_a_sentence(written, stage, workflow, says):
    with pytest.raises(BriefRefused, match=says):
        written(stage, workflow)


def test_two_nodes_of_one_title_are_told_apart_by_id(written):
    twice = json.loads((EXAMPLES / "ground.json").read_text())
    twice["3"] = twice["1"]

    with pytest.raises(
        BriefRefused, match="nodes 1, 3 are all called 'Ground'; name one by its id"
    ):
        written('workflow = "ground.json"\nbind.seed = "Ground.color"', json.dumps(twice))


def test_a_binding_of_the_command_line_is_checked_too(written, tmp_path):
    written('workflow = "ground.json"\n')

    with pytest.raises(BriefRefused, match=r"bind.seed: unknown node '7'"):
        profile.load(str(tmp_path / "mine.toml"), {"image.bind.seed": "7.color"})


@pytest.mark.parametrize("name", ["try", "models"])
def test_the_example_profiles_can_be_read(name):
    found = profile.load(str(EXAMPLES / f"{name}.toml"))

    assert found.stages["video"].backend == "comfyui"


def test_without_the_extra_the_start_names_it(written, monkeypatch):
    monkeypatch.setattr(ready, "find_spec", lambda _: None)

    with pytest.raises(BriefRefused, match=r"needs requests; .* pip install 'reelog\[comfyui\]'"):
        ready.checked(written('workflow = "ground.json"\n'))


def test_without_the_extra_the_stage_names_it_too(monkeypatch):
    def lacking(_):
        raise ModuleNotFoundError("No module named 'requests'", name="requests")

    monkeypatch.setattr(stages, "import_module", lacking)

    with pytest.raises(StageError, match=r"image by comfyui needs requests; .*reelog\[comfyui\]"):
        stages.open_stage("image", "comfyui")
