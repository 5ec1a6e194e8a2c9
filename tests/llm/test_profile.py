"""What a profile says of language models, and what of it is refused before anything is asked."""

from pathlib import Path

import pytest

from gpu import profile, ready
from gpu.errors import BriefRefused
from gpu.llm import ready as asked
from gpu.llm import template
from tests.llm.films import FAKE, HEAD, written

URL = "http://127.0.0.1:9/v1"
SECRET = "sk-abc-1234"


def load(folder: Path, more: str = "", **overrides: str) -> profile.Profile:
    return profile.load(
        str(written(folder, URL, more)), {k.replace("__", "."): v for k, v in overrides.items()}
    )


def test_scenes_and_shots_are_asked_of_the_storys_model(tmp_path):
    stages = load(tmp_path, "temperature = 0.3").stages

    told = [stages[kind] for kind in ("story", "scene_graph", "shots")]
    assert {(one.backend, one.model, one.settings["temperature"]) for one in told} == {
        ("openai", "tiny-writer", 0.3)
    }


def test_a_stage_with_a_table_of_its_own_is_done_as_that_says(tmp_path):
    path = written(tmp_path, URL)
    path.write_text(path.read_text() + '[shots]\nuse = "animatic"\n')

    stages = profile.load(str(path)).stages

    assert (stages["scene_graph"].backend, stages["shots"].backend) == ("openai", "animatic")


def test_how_a_server_is_asked_changes_no_bit(tmp_path):
    stage = load(tmp_path, 'timeout_s = 9\nprice_in = 1\ncurrency = "EUR"\nkey = "MY_KEY"').stages

    assert set(stage["story"].settings) == {"template"}
    assert stage["story"].running == {
        "url": URL, "timeout_s": 9, "price_in": 1.0, "currency": "EUR", "key": "MY_KEY",
    }  # fmt: skip


def test_a_setting_of_the_story_goes_for_what_follows_it(tmp_path):
    stages = load(tmp_path, story__temperature="0.2", shots__temperature="0.9").stages

    found = {
        kind: stages[kind].settings["temperature"] for kind in ("story", "scene_graph", "shots")
    }
    assert found == {"story": 0.2, "scene_graph": 0.2, "shots": 0.9}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("temprature = 1", r"unknown setting 'temprature'; did you mean 'temperature'"),
        ('form = "json"', "form"),
        ('currency = "euro"', "three letters, like EUR"),
        ('url2 = "x"', "unknown setting 'url2'; did you mean 'url'"),
        ('template = "no.md"', r"no.md is not there"),
    ],
)
def test_what_is_wrong_is_said_with_what_would_be_right(tmp_path, more, says):
    with pytest.raises(BriefRefused, match=says):
        load(tmp_path, more)


def test_a_key_in_the_place_of_its_variable_is_refused_and_not_shown(tmp_path):
    with pytest.raises(BriefRefused, match="name of an environment variable") as refused:
        load(tmp_path, f'key = "{SECRET}"')

    assert SECRET not in str(refused.value)


def test_a_url_with_a_password_is_refused(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        HEAD + '[story]\nbackend = "openai"\nurl = "http://a:b@there/v1"\nmodel = "m"\n' + FAKE
    )

    with pytest.raises(BriefRefused, match="without name, password or query"):
        profile.load(str(path))


def test_a_template_of_the_users_own_is_taken_and_named_by_its_content(tmp_path):
    (tmp_path / "own.md").write_text("You write.\n---\nAbout {{idea}}.")

    stages = load(tmp_path, 'template = "own.md"').stages

    assert stages["story"].template == "You write.\n---\nAbout {{idea}}."
    assert stages["scene_graph"].template == template.shipped("scene_graph").read_text()


def test_a_folder_has_a_template_for_each_stage_and_the_rest_is_shipped(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "scene_graph.md").write_text("s\n---\n{{story}} {{scenes}}")

    stages = load(tmp_path, 'template = "own"').stages

    assert stages["scene_graph"].template == "s\n---\n{{story}} {{scenes}}"
    assert stages["story"].template == template.shipped("story").read_text()


def test_another_template_is_other_work(tmp_path):
    before = load(tmp_path).stages["story"].settings["template"]
    (tmp_path / "own.md").write_text("You write.\n---\nAbout {{idea}}.")

    assert load(tmp_path, 'template = "own.md"').stages["story"].settings["template"] != before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("You.\n---\nAbout it.", r"own.md: the placeholder {{idea}} is missing"),
        ("You.\n---\n{{idea}} {{langauge}}", "unknown placeholder 'langauge'; did you mean 'lang"),
        ("You. {{idea}}", "a line of three dashes is missing"),
    ],
)
def test_a_template_that_would_not_work_is_refused_with_file_and_placeholder(tmp_path, text, says):
    (tmp_path / "own.md").write_text(text)

    with pytest.raises(BriefRefused, match=says):
        load(tmp_path, 'template = "own.md"')


@pytest.mark.parametrize("kind", template.PLACES)
def test_every_shipped_template_is_whole(kind):
    assert template.read(template.shipped(kind), kind).sha256


def test_what_a_value_says_is_no_place_for_another_one():
    found = template.checked("s\n---\n{{idea}}", "story", "own.md").messages({"idea": "{{shots}}"})

    assert found[1]["content"] == "{{shots}}"


def test_a_server_that_lists_no_models_is_taken_at_its_word_and_that_is_said(server, tmp_path):
    server.set_up(unlisted=True)
    found = profile.load(str(written(tmp_path, server.url)))

    assert ready.checked(found).stages["story"].running["url"] == server.url
    assert {told for _, told, _ in asked.sentences(found)} == {
        f"{server.url} answers, and lists no models"
    }
