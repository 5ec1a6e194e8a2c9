"""LoRAs of a profile: found, checked and hashed before any work."""

import hashlib
from pathlib import Path

import pytest

from gpu.errors import BriefRefused
from gpu.profile import StageProfile, load

IMAGE = """
[profile]
description = "mine"
[image]
backend = "diffusers"
model = "somebody/something"
licence = "apache-2.0"
steps = 9
guidance = 1.5
"""
CONTENT = (2).to_bytes(8, "little") + b"{}"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def config(tmp_path, monkeypatch):
    """A config folder of its own."""
    monkeypatch.setenv("REELOG_CONFIG", str(tmp_path / "config"))
    return tmp_path / "config"


def lora(folder: Path, name: str, content: bytes = CONTENT) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


def image(folder: Path, loras: str) -> StageProfile:
    (folder / "own.toml").write_text(f"{IMAGE}loras = {loras}\n")
    return load(str(folder / "own.toml")).stages["image"]


def test_a_lora_is_named_with_scale_and_hash_in_the_settings(tmp_path):
    file = lora(tmp_path, "detail.safetensors")

    found = image(tmp_path, "[{file = 'detail.safetensors', scale = 0.8}]")

    assert found.settings["loras"] == f"detail@0.8#{SHA256}"
    assert found.running["loras.where"] == str(file)


def test_several_stand_in_the_order_of_the_file(tmp_path):
    for name in ("a.safetensors", "b.safetensors"):
        lora(tmp_path, name)

    found = image(tmp_path, "[{file = 'b.safetensors'}, {file = 'a.safetensors', scale = -1}]")

    assert found.settings["loras"] == f"b@1#{SHA256},a@-1#{SHA256}"
    assert str(found.running["loras.where"]).split("\n") == [
        str(tmp_path / "b.safetensors"), str(tmp_path / "a.safetensors"),
    ]  # fmt: skip


def test_what_is_not_beside_the_profile_is_looked_for_in_the_config_folder(tmp_path, config):
    file = lora(config / "loras", "detail.safetensors")

    found = image(tmp_path, "[{file = 'detail.safetensors'}]")

    assert found.running["loras.where"] == str(file)


def test_a_lora_may_lie_anywhere(tmp_path):
    file = lora(tmp_path / "elsewhere", "detail.safetensors")

    assert image(tmp_path, f"[{{file = '{file}'}}]").running["loras.where"] == str(file)


def test_the_same_file_elsewhere_is_the_same_setting(tmp_path):
    settings = {
        image(tmp_path, f"[{{file = '{lora(tmp_path / name, 'd.safetensors')}'}}]").settings[
            "loras"
        ]
        for name in ("here", "there")
    }

    assert len(settings) == 1


def test_other_content_is_another_setting(tmp_path):
    lora(tmp_path, "d.safetensors")
    before = image(tmp_path, "[{file = 'd.safetensors'}]").settings["loras"]
    lora(tmp_path, "d.safetensors", (3).to_bytes(8, "little") + b"{} ")

    assert image(tmp_path, "[{file = 'd.safetensors'}]").settings["loras"] != before


def test_signs_of_the_record_are_not_taken_from_a_name(tmp_path):
    lora(tmp_path, "a,b@1#c d.safetensors")

    found = image(tmp_path, "[{file = 'a,b@1#c d.safetensors'}]")

    assert found.settings["loras"] == f"a_b_1_c_d@1#{SHA256}"


@pytest.mark.parametrize(
    ("loras", "words"),
    [
        ("[{file = 'x.safetensors'}]", "own.toml, [image]: there is no x.safetensors in"),
        ("[{file = 'x.ckpt'}]", "x.ckpt is no .safetensors file; no other kind is loaded"),
        ("[{file = 'torn.safetensors'}]", "torn.safetensors is no safetensors, whatever its name"),
        ("[{file = 'pickle.safetensors'}]", "is no safetensors, whatever its name says"),
        ("[{file = 'empty.safetensors'}]", "is no safetensors, whatever its name says"),
        ("[{fil = 'd.safetensors'}]", "a LoRA is {file = "),
        ("[{file = 'd.safetensors', scael = 1}]", "a LoRA is {file = "),
        ("['d.safetensors']", "a LoRA is {file = "),
        ("'d.safetensors'", "loras is a list of {file = "),
        ("3", "loras is a list of {file = "),
        ("[{file = 'd.safetensors', scale = '1'}]", "scale of d.safetensors is a number from -10"),
        ("[{file = 'd.safetensors', scale = true}]", "is a number from -10 to 10, found True"),
        ("[{file = 'd.safetensors', scale = 11}]", "is a number from -10 to 10, found 11"),
        ("[{file = 'd.safetensors', scale = nan}]", "is a number from -10 to 10, found nan"),
    ],
)
def test_what_is_wrong_is_said_before_any_work(loras, words, tmp_path):
    lora(tmp_path, "d.safetensors")
    lora(tmp_path, "torn.safetensors", (900).to_bytes(8, "little") + b"{}")
    lora(tmp_path, "pickle.safetensors", b"\x80\x04K\x01.0000000000000")
    lora(tmp_path, "empty.safetensors", b"")

    with pytest.raises(BriefRefused) as refused:
        image(tmp_path, loras)

    assert words in str(refused.value)
