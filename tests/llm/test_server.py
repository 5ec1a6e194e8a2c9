"""Given a server of language models, when it is asked, then its answer comes as it was given, and
what goes wrong is said in words.
"""

import json
import traceback
from email.utils import formatdate
from typing import Any

import pytest

from gpu.errors import BriefRefused, StageError, Withdrawn
from gpu.llm.asking import Answer
from gpu.llm.errors import (
    BadAnswer,
    ContextTooLong,
    KeyRefused,
    ModelUnknown,
    Overloaded,
    Unreachable,
)
from gpu.llm.key import Key
from gpu.llm.server import Access, Server
from tests.llm.conftest import Running

SECRET = "sk-not-to-be-shown-1234"
SCHEMA = {
    "title": "story",
    "type": "object",
    "properties": {"title": {"type": "string", "minLength": 1, "maxLength": 80, "pattern": "^a"}},
    "required": ["title"],
    "additionalProperties": False,
}
MESSAGES = [
    {"role": "system", "content": "You write films."},
    {"role": "user", "content": "A lighthouse."},
]


def model(server: Running, **access: Any) -> Server:
    given = {"url": server.url, "model": "tiny-writer", "key": Key(), "timeout_s": 10.0, **access}
    return Server(Access(**given))


def ask(asked: Server, settings: dict[str, Any] | None = None, on_wait: Any = None) -> Answer:
    return asked.ask(MESSAGES, SCHEMA, settings or {}, on_wait or (lambda _: None))


def test_an_answer_comes_with_its_tokens_and_the_model_that_the_server_tells(server):
    answer = ask(model(server))

    assert json.loads(answer.text) == {"title": "a title 1"}
    assert (answer.model, answer.finish, answer.form) == (
        "tiny-writer-2026", "stop", "json_schema",
    )  # fmt: skip
    assert answer.tokens_in > 0
    assert answer.tokens_out > 0


def test_the_schema_is_asked_for_strictly_and_without_what_servers_refuse_in_one(server):
    ask(model(server))

    asked = server.seen()["asked"][0]["response_format"]["json_schema"]
    assert asked["strict"] is True
    assert asked["name"] == "story"
    assert asked["schema"]["properties"] == {"title": {"type": "string"}}


def test_temperature_seed_and_the_most_tokens_are_asked_for(server):
    ask(model(server), {"temperature": 0.2, "top_p": -1.0, "max_tokens": 300, "seed": 2**31 + 7})

    asked = server.seen()["asked"][0]
    assert (asked["temperature"], asked["max_tokens"], asked["seed"]) == (0.2, 300, 7)
    assert "top_p" not in asked


def test_nothing_of_this_machine_is_told(server):
    ask(model(server))

    sent = {name.lower() for name in server.seen()["headers"][0]}
    assert not {f"x-stainless-{one}" for one in ("os", "arch", "runtime", "lang")} & sent


def test_a_server_without_schemas_is_asked_for_json_with_the_schema_in_words(server):
    server.set_up(knows=["json_object"])

    answer = ask(model(server))

    assert json.loads(answer.text) == {"title": "a title 1"}
    assert answer.form == "json_object"


def test_a_server_without_any_form_is_asked_in_words_alone_and_once_only_finds_that_out(server):
    server.set_up(knows=[])
    asked = model(server)

    forms = [ask(asked).form, ask(asked).form]

    assert forms == ["plain", "plain"]
    assert server.count("asked") == 4


def test_a_form_that_the_profile_names_is_not_left(server):
    server.set_up(knows=["json_object"])

    with pytest.raises(BriefRefused, match="response_format"):
        ask(model(server, form="json_schema"))


def test_a_server_that_calls_the_limit_otherwise_is_asked_so(server):
    server.set_up(limit="max_completion_tokens")

    ask(model(server), {"max_tokens": 300})

    assert server.seen()["asked"][-1]["max_completion_tokens"] == 300


def test_a_server_that_takes_no_seed_is_asked_without_and_the_answer_says_so(server):
    server.set_up(unknown=["seed"])

    assert ask(model(server), {"seed": 5}).form == "json_schema, no seed"


def test_a_model_that_takes_no_temperature_is_left_to_itself_by_a_setting_that_is_named(server):
    server.set_up(unknown=["temperature"])

    with pytest.raises(BriefRefused, match="leave it to the model: temperature = -1"):
        ask(model(server), {"temperature": 0.3})


def test_nobody_there_says_how_a_server_is_started(mortal):
    mortal.kill()

    with pytest.raises(Unreachable, match=r"answers at http://127.*ollama serve"):
        ask(model(mortal, timeout_s=0.2))


def test_a_key_that_is_not_taken_is_named_by_its_variable_and_never_shown(server, monkeypatch):
    server.set_up(key="another")
    monkeypatch.setenv("STORY_KEY", SECRET)

    with pytest.raises(KeyRefused, match="STORY_KEY") as refused:
        ask(model(server, key=Key("STORY_KEY")))

    assert SECRET not in "".join(traceback.format_exception(refused.value))


def test_a_key_is_not_sent_to_a_server_that_others_chose(server, monkeypatch):
    server.set_up(key=SECRET)
    monkeypatch.setenv("STORY_KEY", SECRET)

    with pytest.raises(KeyRefused, match="the film came from elsewhere"):
        ask(model(server, key=Key("STORY_KEY", trusted=False)))

    assert SECRET not in json.dumps(server.seen()["headers"])


def test_the_key_in_the_variable_that_the_profile_names_is_sent(server, monkeypatch):
    server.set_up(key=SECRET)
    monkeypatch.setenv("STORY_KEY", SECRET)

    assert ask(model(server, key=Key("STORY_KEY"))).finish == "stop"


def test_a_key_that_no_profile_names_is_not_sent_in_the_clear(server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)

    ask(model(server))

    assert SECRET not in json.dumps(server.seen()["headers"])


def test_an_unknown_model_is_refused_with_those_that_there_are(server):
    with pytest.raises(ModelUnknown, match=r"did you mean 'tiny-writer'\? it has tiny-writer, qw"):
        ask(model(server, model="tiny-writter"))


def test_a_question_longer_than_the_context_is_refused(server):
    server.set_up(context=3)

    with pytest.raises(ContextTooLong, match="longer than tiny-writer can read"):
        ask(model(server))


def test_a_busy_server_is_asked_again_when_it_says_so(server):
    server.set_up(faults=["busy", "busy"], retry_after="0.3")
    words: list[str] = []

    ask(model(server), on_wait=words.append)

    assert server.count("asked") == 3
    assert any("is busy, asked again in 0 s" in one for one in words)


def test_a_busy_server_may_name_a_time_of_day(server):
    server.set_up(faults=["busy"], retry_after=formatdate(0, usegmt=True))

    assert ask(model(server)).finish == "stop"


def test_a_server_that_is_busy_for_longer_than_we_wait_is_left_at_once(server):
    server.set_up(faults=["busy"], retry_after="3600")

    with pytest.raises(Overloaded, match=r"429.*10 s at most"):
        ask(model(server))


def test_a_model_that_is_loading_is_waited_for(server):
    server.set_up(faults=["loading"])

    assert ask(model(server)).finish == "stop"


def test_an_empty_account_is_not_waited_for(server):
    server.set_up(faults=["quota"])

    with pytest.raises(BriefRefused, match="quota"):
        ask(model(server))


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("broken", BadAnswer, "answered 500: llama runner process has terminated"),
        ("lost", Unreachable, "was lost before its answer was whole"),
        ("half", Unreachable, "was lost before its answer was whole"),
        ("page", BadAnswer, "as no OpenAI-compatible server does; its url mostly ends in /v1"),
        ("nothing", BadAnswer, "as no OpenAI-compatible server does"),
    ],
)
def test_what_a_server_does_wrong_is_said(server, fault, error, words):
    server.set_up(faults=[fault])

    with pytest.raises(error, match=words):
        ask(model(server))


def test_a_server_that_keeps_silent_is_given_up_after_the_time_that_was_set(server):
    server.set_up(faults=["silent"])

    with pytest.raises(Unreachable, match=r"no answer in 0\.3 s; set a larger timeout_s"):
        ask(model(server, timeout_s=0.3))


def test_a_question_that_nobody_wants_any_more_is_taken_back(server):
    server.set_up(faults=["silent"])

    def withdraw(_: str) -> None:
        if server.count("asked"):
            raise Withdrawn

    with pytest.raises(Withdrawn):
        ask(model(server), on_wait=withdraw)

    assert any(server.count("given up") for _ in range(1000))


def test_what_a_model_declines_is_an_answer_that_says_so(server):
    server.set_up(faults=["refusal"])

    answer = ask(model(server))

    assert (answer.finish, answer.text) == ("refusal", "I cannot help with it.")


def test_an_answer_that_was_cut_off_says_so(server):
    server.set_up(cut_at=5)

    assert ask(model(server)).finish == "length"


def test_models_are_listed(server):
    assert model(server).models() == ["tiny-writer", "qwen3:8b"]


def test_a_server_that_cannot_list_its_models_yet_lists_none(server):
    server.set_up(unlisted=True)

    assert model(server).models() == []


def test_a_wrong_path_says_how_urls_end(server):
    with pytest.raises(StageError, match="/v1"):
        ask(model(server, url=server.url.removesuffix("/v1")))
