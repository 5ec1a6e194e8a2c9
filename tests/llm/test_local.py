"""Given a language model on this machine, of random weights and made from a config, when it is
asked, then its answer is JSON of the schema, and the same again.
"""

import json
import shutil
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field

pytestmark = pytest.mark.gpu
torch = pytest.importorskip("torch")

from gpu import profile, ready  # noqa: E402
from gpu.errors import BriefRefused, Withdrawn  # noqa: E402
from gpu.llm.asking import Answer  # noqa: E402
from gpu.llm.bound import longest  # noqa: E402
from gpu.llm.by_local import SHELF, Spec  # noqa: E402
from gpu.llm.errors import ContextTooLong  # noqa: E402
from gpu.llm.forms import Story, scenes_form, shots_form  # noqa: E402
from gpu.llm.local import Local  # noqa: E402
from gpu.llm.reading import read, schema_of  # noqa: E402
from gpu.room import make_room  # noqa: E402
from gpu.tiny import ensure  # noqa: E402
from projections import events as e  # noqa: E402
from tests.llm.films import FAKE, HEAD, reelog_in  # noqa: E402

MESSAGES = [
    {"role": "system", "content": "You write."},
    {"role": "user", "content": "A lighthouse."},
]
DEADLINE_S = 600


class Small(BaseModel):
    """An answer that is soon written."""

    title: Annotated[str, Field(min_length=1, max_length=12)]
    mood: Literal["calm", "wild"]


FORMS = {
    "small": Small,
    "story": Story,
    "scene_graph": scenes_form(3, ["The Bay"], ["Ann", "Bo"]),
    "shots": shots_form(3, ["Ann", "The Bay"], 9),
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    monkeypatch.setenv("REELOG_CACHE", str(cache))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="module")
def folder(cache: Path) -> Path:
    """The model's folder, which no test changes."""
    return ensure("writer", cache / "tiny")


@pytest.fixture(scope="module")
def writer(folder: Path) -> Local:
    return Local(Spec(model="tiny-writer", where=str(folder)))


def ask(model: Local, kind: str = "small", **settings: float) -> Answer:
    schema = schema_of(FORMS[kind], kind)
    return model.ask(MESSAGES, schema, {"seed": 5, **settings}, lambda _: None)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", ["story", "scene_graph", "shots"])
def test_random_weights_write_json_of_every_schema(writer, kind, seed):
    answer = ask(writer, kind, seed=seed)

    assert (answer.finish, answer.form) == ("stop", "grammar")
    assert read(answer.text, FORMS[kind])
    assert answer.tokens_out > 0


def test_the_likeliest_tokens_are_json_too(writer):
    assert read(ask(writer, temperature=0).text, Small)


def test_the_same_question_has_the_same_answer_whatever_was_asked_before(writer, folder):
    first = ask(writer).text
    ask(writer, seed=9)
    torch.rand(3)

    again = ask(writer).text
    anew = ask(Local(Spec(model="tiny-writer", where=str(folder)))).text

    assert first == again == anew


def test_another_seed_has_another_answer(writer):
    assert ask(writer).text != ask(writer, seed=6).text


def test_asking_moves_no_randomness_outside(writer):
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)

    ask(writer)

    assert torch.rand(1) == expected


@pytest.mark.usefixtures("writer")
def test_on_a_cpu_it_writes_in_one_thread():
    assert torch.cuda.is_available() or torch.get_num_threads() == 1


def test_no_answer_is_longer_than_its_schema_lets_it(writer):
    longest_texts = [len(ask(writer, seed=seed).text) for seed in range(5)]

    assert max(longest_texts) <= longest(schema_of(Small, "small"))


def test_an_answer_at_its_limit_says_that_it_was_cut_off(writer):
    assert ask(writer, max_tokens=8).finish == "length"


def test_how_far_it_is_is_told_and_it_can_be_stopped(writer):
    told: list[str] = []

    def withdraw(words: str) -> None:
        told.append(words)
        raise Withdrawn

    with pytest.raises(Withdrawn):
        writer.ask(MESSAGES, schema_of(Story, "story"), {}, withdraw)

    assert told == ["0 tokens written"]


def test_a_question_that_is_longer_than_the_model_reads_is_refused(folder, tmp_path):
    short = tmp_path / "short"
    shutil.copytree(folder, short)
    config = json.loads((short / "config.json").read_text())
    (short / "config.json").write_text(json.dumps({**config, "max_position_embeddings": 64}))

    with pytest.raises(ContextTooLong, match="reads 64"):
        ask(Local(Spec(model="short", where=str(short))))


def test_a_model_without_a_chat_template_is_asked_in_plain_words(folder, tmp_path):
    bare = tmp_path / "bare"
    shutil.copytree(folder, bare, ignore=shutil.ignore_patterns("*.jinja"))
    settings = json.loads((bare / "tokenizer_config.json").read_text())
    settings.pop("chat_template", None)
    (bare / "tokenizer_config.json").write_text(json.dumps(settings))

    assert read(ask(Local(Spec(model="bare", where=str(bare)))).text, Small)


def test_a_template_that_knows_no_system_message_gets_it_with_the_question(folder, tmp_path):
    shy = tmp_path / "shy"
    shutil.copytree(folder, shy)
    template = (
        "{% for one in messages %}{% if one.role == 'system' %}"
        "{{ raise_exception('no system') }}{% endif %}{{ one.content }}{% endfor %}"
    )
    (shy / "chat_template.jinja").write_text(template)

    assert read(ask(Local(Spec(model="shy", where=str(shy)))).text, Small)


def test_code_of_a_models_own_is_not_run(folder, tmp_path):
    strange = tmp_path / "strange"
    shutil.copytree(folder, strange)
    mark = tmp_path / "ran"
    (strange / "modeling_own.py").write_text(f"open({str(mark)!r}, 'w')\nclass Own: pass\n")
    config = json.loads((strange / "config.json").read_text())
    config |= {
        "model_type": "own", "architectures": ["Own"],
        "auto_map": {"AutoConfig": "modeling_own.Own", "AutoModelForCausalLM": "modeling_own.Own"},
    }  # fmt: skip
    (strange / "config.json").write_text(json.dumps(config))

    with pytest.raises(BriefRefused, match="cannot be loaded"):
        Local(Spec(model="strange", where=str(strange)))

    assert not mark.exists()


def test_a_pickle_is_refused(folder, tmp_path):
    pickled = tmp_path / "pickled"
    shutil.copytree(folder, pickled, ignore=shutil.ignore_patterns("*.safetensors"))
    torch.save({}, pickled / "pytorch_model.bin")

    with pytest.raises(BriefRefused, match="is a pickle and may run any code"):
        Local(Spec(model="pickled", where=str(pickled)))


def test_it_lets_go_of_its_memory_where_another_model_needs_it(folder):
    running = {"model": "tiny-writer", "where": str(folder)}
    held = SHELF(running, {})
    assert SHELF(running, {}) is held

    make_room()

    assert SHELF(running, {}) is not held


def written(folder: Path, more: str = "") -> Path:
    """A profile whose stories the tiny model writes."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "mine.toml"
    story = '[story]\nbackend = "transformers"\nmodel = "tiny:writer"\nlicence = "apache-2.0"\n'
    path.write_text(HEAD + story + more + FAKE)
    return path


def test_a_profile_with_a_model_of_its_own_is_checked_and_fits(tmp_path):
    stages = ready.checked(profile.load(str(written(tmp_path)))).stages

    assert [stages[kind].model for kind in ("story", "scene_graph", "shots")] == ["tiny:writer"] * 3
    assert stages["story"].revision


def test_a_folder_of_the_users_own_is_named_by_what_is_in_it(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "own")
    path = written(tmp_path)
    path.write_text(path.read_text().replace("tiny:writer", "./own"))

    stage = ready.checked(profile.load(str(path))).stages["story"]

    assert (stage.model, stage.running["where"]) == ("own", str(tmp_path / "own"))
    assert len(stage.revision) == 16


def test_a_folder_without_weights_is_refused_before_any_work(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "own", ignore=shutil.ignore_patterns("*.safetensors"))
    path = written(tmp_path)
    path.write_text(path.read_text().replace("tiny:writer", "./own"))

    with pytest.raises(BriefRefused, match=r"has no \*\.safetensors"):
        ready.checked(profile.load(str(path)))


def test_a_film_from_idea_to_cut_by_random_weights_is_valid(tmp_path, cache):
    reelog = reelog_in(tmp_path)
    reelog.settings["REELOG_CACHE"] = str(cache)
    path = written(tmp_path / "profile", "temperature = 1.0\n")

    running = reelog.begin(
        "start", "a lighthouse", "--profile", str(path), "--shots", "2", "--duration", "12",
        "--seed", "5", "--new", "--workers", "1",
    )  # fmt: skip
    running.process.wait(DEADLINE_S)

    assert running.ended().status == 0
    session = reelog.session()
    plans = [session.shots[number].plan for number in session.order]
    answers = [one.event for one in reelog.history() if isinstance(one.event, e.AnswerReceived)]
    assert session.completed_at
    assert len(plans) == 2
    assert {name for plan in plans for name in plan.references} <= set(session.references)
    assert [one.form for one in answers] == ["grammar"] * 3
    assert reelog("audit").status == 0
    environment = reelog.home.artifacts.path(
        str(session.story.provenance.environment), "application/json"
    )
    assert "model/model.safetensors" in json.loads(environment.read_text())["model"]["files"]
