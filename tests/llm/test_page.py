"""The page about language models is true: its tables load as profiles, its example too."""

import re

import pytest

from gpu import profile
from gpu.llm import template
from tests.command import ROOT
from tests.llm.films import HEAD

PAGE = (ROOT / "docs" / "LANGUAGE.md").read_text(encoding="utf-8")
SERVERS = dict(re.findall(r"\*\*([\w. ]+)\*\*\n\n```\n(.*?)```", PAGE, re.DOTALL))


def test_each_server_has_its_five_lines():
    assert list(SERVERS) == ["Ollama", "llama.cpp", "vLLM", "LM Studio", "Hosted"]
    assert {len(block.splitlines()) for block in SERVERS.values()} == {5}


@pytest.mark.parametrize("name", SERVERS)
def test_what_the_page_says_of_a_server_is_a_profile(name, tmp_path):
    lines = [line for line in SERVERS[name].splitlines() if re.match(r"\w+ = ", line)]
    path = tmp_path / "mine.toml"
    path.write_text(f'{HEAD}[story]\nbackend = "openai"\n' + "\n".join(lines))

    stage = profile.load(str(path)).stages["story"]

    assert str(stage.running["url"]).endswith("/v1")


def test_the_example_loads():
    stages = profile.load(str(ROOT / "docs" / "language" / "ollama.toml")).stages

    assert stages["shots"].backend == "openai"


@pytest.mark.parametrize("kind", ["story", "scene_graph", "shots"])
def test_the_page_names_every_placeholder(kind):
    told = set(re.findall(r"`(\w+)`", PAGE))

    assert set(template.PLACES[kind]) - told == set()
