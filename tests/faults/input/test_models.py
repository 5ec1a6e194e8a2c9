"""Weights, workflows and profiles of strangers: no code is run, and nothing is followed."""

import json

import pytest

from gpu import weights_head
from gpu.errors import BriefRefused
from tests.faults import cases
from tests.faults.input.asking import Case, ask, some
from tests.faults.input.things import device, pipe
from tests.faults.input.weights import NO_NUMBERS, SOUND, WEIGHTS

HEAD = '[profile]\ndescription = "mine"\n'
MODEL = (
    f'{HEAD}[image]\nbackend = "diffusers"\nmodel = "somebody/something"\nlicence = "apache-2.0"\n'
    "steps = 9\nguidance = 1.5\n"
)
COMFYUI = f'{HEAD}[image]\nbackend = "comfyui"\nworkflow = "w.json"\nurl = "http://127.0.0.1:1"\n'
NODE = {"class_type": "KSampler", "inputs": {"text": "a"}}
START = ("start", "x", "--new", "--profile", "own.toml")
BAD = "bad_setting"


@pytest.mark.parametrize("name", some(WEIGHTS))
def test_weights_that_are_none(asked, name):
    files = {"own.toml": f'{MODEL}loras = [{{file = "l.safetensors"}}]\n'}

    ask(asked, Case(START, BAD, files | {"l.safetensors": WEIGHTS[name]}))

    assert not (asked.folder / "owned").exists()


@pytest.mark.parametrize("suffix", ["bin", "pt", "pth", "ckpt", "pkl", "safetensors.bin", ""])
def test_a_lora_of_another_kind(asked, suffix):
    name = f"l.{suffix}".rstrip(".")
    files = {"own.toml": f'{MODEL}loras = [{{file = "{name}"}}]\n', name: WEIGHTS["a pickle"]}

    ask(asked, Case(START, BAD, files))

    assert not (asked.folder / "owned").exists()


@pytest.mark.parametrize("name", ["../l.safetensors", "/dev/zero", "pipe.safetensors", "\\u0000"])
def test_a_lora_elsewhere(asked, name):
    files = {"own.toml": f'{MODEL}loras = [{{file = "{name}"}}]\n', "pipe.safetensors": pipe}

    ask(asked, Case(START, BAD, files))


@pytest.mark.parametrize("name", NO_NUMBERS)
def test_numbers_that_are_none_are_found_before_they_are_used(tmp_path, name):
    file = tmp_path / "l.safetensors"
    file.write_bytes(NO_NUMBERS[name])

    with cases.counted("hostile inputs", 1), pytest.raises(BriefRefused, match="NaN"):
        weights_head.refuse_no_numbers(file)


def test_sound_weights_are_taken(tmp_path):
    (tmp_path / "l.safetensors").write_bytes(SOUND)

    weights_head.refuse_no_numbers(tmp_path / "l.safetensors")

    assert list(weights_head.check(tmp_path / "l.safetensors")) == ["a"]


WORKFLOWS = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "no nodes": b"{}",
    "of the UI": json.dumps({"nodes": [], "links": []}),
    "deep lists": "[" * 5_000 + "]" * 5_000,
    "deep inputs": json.dumps({"1": NODE}).replace('"a"', "[" * 500 + "]" * 500),
    "lists without end": "[" * 2_000_000,
    "no UTF-8": b"\xff\xfe",
    "half a surrogate pair": json.dumps({"1": NODE}).replace('"a"', '"\\ud800"'),
    "NaN": json.dumps({"1": NODE}).replace('"a"', "NaN"),
    "5,000 digits": json.dumps({"1": NODE}).replace('"a"', "9" * 5_000),
    "a node that is a text": json.dumps({"1": "KSampler"}),
    "a node without class": json.dumps({"1": {"inputs": {}}}),
    "inputs that are a list": json.dumps({"1": {"class_type": "A", "inputs": []}}),
    "a pipe": pipe,
    "a device": device,
}


@pytest.mark.parametrize("name", some(WORKFLOWS))
def test_a_workflow_that_is_none(asked, name):
    ask(asked, Case(START, BAD, {"own.toml": COMFYUI, "w.json": WORKFLOWS[name]}))


@pytest.mark.parametrize("place", ["../../../etc/passwd", "/etc/passwd", "", "~root/x", "w.json/x"])
def test_a_workflow_elsewhere(asked, place):
    ask(asked, Case(START, BAD, {"own.toml": COMFYUI.replace("w.json", place)}))


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://a/", "javascript:alert(1)", "//", "http://", "http://\\u001b"],
)
def test_a_server_that_is_none(asked, url):
    files = {
        "own.toml": COMFYUI.replace("http://127.0.0.1:1", url),
        "w.json": json.dumps({"1": NODE}),
    }

    ask(asked, Case(START, BAD, files))


PROFILES = {
    "nothing": b"",
    "no TOML": b"[profile",
    "no UTF-8": b"\xff\xfe",
    "a mark and UTF-16": HEAD.encode("utf-16"),
    "a NUL": b"[profile]\ndescription = 'a\0b'\n",
    "deep lists": HEAD + "a = " + "[" * 5_000 + "]" * 5_000,
    "deep tables": HEAD + "a = " + "{b = " * 5_000 + "1" + "}" * 5_000,
    "deep keys": HEAD + ".".join(["a"] * 20_000) + " = 1",
    "a table twice": HEAD + HEAD,
    "a key twice": f"{HEAD}description = 'a'\n",
    "5,000 digits": f"{HEAD}card_gib = {'9' * 5_000}\n",
    "NaN": f"{HEAD}card_gib = nan\n",
    "infinity": f"{HEAD}card_gib = inf\n",
    "a negative size": f"{HEAD}card_gib = -1\n",
    "a text as number": f"{HEAD}card_gib = 'much'\n",
    "a date": f"{HEAD}card_gib = 2025-01-01\n",
    "no description": "[profile]\n",
    "an unknown key": f"{HEAD}[film]\nbackend = 'animatic'\n__class__ = 1\n",
    "an unknown table": f"{HEAD}[__proto__]\na = 1\n",
    "a table that is none": "profile = 1\n",
    "an unknown backend": f"{HEAD}[image]\nbackend = 'os.system'\n",
    "a file": f"{HEAD}[music]\nbackend = 'file'\nmodel = '/etc/passwd'\n",
    "options for ffmpeg": f"{HEAD}[film]\nuse = 'animatic'\npreset = 'fast -f null /tmp/x'\n",
    "a megabyte": HEAD + "# " + "x" * 1_100_000,
    "a megabyte of tables": HEAD + "".join(f"[a{n}]\n" for n in range(90_000)),
    "an escape": f"{HEAD}[film]\nuse = 'animatic'\n\"\\u001b[2J\" = 1\n",
    "a pipe": pipe,
    "a device": device,
}


@pytest.mark.parametrize("name", some(PROFILES))
def test_a_profile_that_is_none(asked, name):
    ask(asked, Case(START, BAD, {"own.toml": PROFILES[name]}))


@pytest.mark.parametrize(
    "name", ["../own", "/etc/passwd", "", "own.toml/x.toml", "x" * 5_000, "\x1b"]
)
def test_a_profile_of_a_name_that_is_none(asked, name):
    ask(asked, Case(("start", "x", "--new", f"--profile={name}"), BAD))
