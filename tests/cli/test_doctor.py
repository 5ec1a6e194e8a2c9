"""`reelog doctor` says what it found and what to do, whatever is broken."""

from pathlib import Path

import pytest

from gpu import doctor
from gpu.doctor import NOTE, OK, PROBLEM


def by_name(home: Path) -> dict[str, doctor.Finding]:
    return {finding.what: finding for finding in doctor.findings(home)}


@pytest.fixture
def no_torch(monkeypatch):
    """As on a machine with the base install."""
    find = doctor.find_spec
    monkeypatch.setattr(doctor, "find_spec", lambda name: None if name == "torch" else find(name))


@pytest.mark.usefixtures("no_torch")
def test_on_a_machine_without_a_card_nothing_is_a_problem(tmp_path):
    found = by_name(tmp_path)

    assert {finding.verdict for finding in found.values()} == {OK, NOTE}
    assert found["models"].do == "pip install 'reelog[gpu]'"
    assert "card" not in found


@pytest.mark.usefixtures("no_torch")
def test_whatever_is_not_well_says_what_to_do(tmp_path):
    assert all(one.do for one in doctor.findings(tmp_path) if one.verdict != OK)


@pytest.mark.usefixtures("no_torch")
def test_a_home_that_cannot_be_written_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor.os, "access", lambda *_: False)

    assert by_name(tmp_path / "home")["home"].verdict == PROBLEM


@pytest.mark.usefixtures("no_torch")
def test_a_full_disk_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "FREE_MIN_BYTES", 1 << 60)

    assert "reelog gc" in by_name(tmp_path)["home"].do


@pytest.mark.parametrize("broken", ["/nowhere/ffmpeg", "/bin/false", "/bin/true"])
@pytest.mark.usefixtures("no_torch")
def test_an_ffmpeg_that_does_not_work_is_a_problem(broken, tmp_path, monkeypatch):
    from gpu import ffmpeg

    monkeypatch.setattr(ffmpeg, "executable", lambda: broken)

    assert by_name(tmp_path)["ffmpeg"].verdict == PROBLEM


@pytest.mark.parametrize("end", ["os.abort()", "raise OSError('libcuda.so: no such file')"])
def test_a_torch_that_breaks_breaks_nothing_else(end, tmp_path, monkeypatch):
    (tmp_path / "doctor.py").write_text("")
    (tmp_path / "doctor_child.py").write_text(f"import os\n{end}\n")
    monkeypatch.setattr(doctor, "__file__", str(tmp_path / "doctor.py"))
    monkeypatch.setattr(doctor, "find_spec", lambda _: object())

    (card,) = doctor._card(doctor._torch())

    assert card.verdict == PROBLEM
    assert card.says.startswith("torch does not run: ")


CARD = {
    "torch": "2.13", "cuda": "13.0", "card": "NVIDIA H200", "capability": "9.0", "free_gib": 130.0,
    "memory_gib": 139.0, "bf16": True, "attention": ["cudnn", "flash", "math"],
}  # fmt: skip


def test_a_card_is_named_with_its_memory_and_attention():
    card, attention = doctor._card(CARD)

    assert card.says == "NVIDIA H200, capability 9.0, 130.0 of 139.0 GiB free, CUDA 13.0"
    assert attention.says == "attention runs as cudnn (works: cudnn, flash, math)"


def test_a_hidden_cudnn_is_named(monkeypatch):
    monkeypatch.setenv("LD_LIBRARY_PATH", "/usr/local/cuda/lib64")

    *_, attention = doctor._card({**CARD, "attention": ["flash", "math"]})

    assert (attention.verdict, "LD_LIBRARY_PATH" in attention.do) == (NOTE, True)


def test_a_card_without_bf16_is_told_what_to_set():
    _, bf16, _ = doctor._card({**CARD, "bf16": False})

    assert 'dtype = "fp16"' in bf16.do


def test_the_command_answers_in_lines_and_in_json(reelog):
    lines, data = reelog("doctor"), reelog("doctor", "--json").data

    assert lines.status == 0
    assert "eSpeak NG speaks" in lines.out
    assert {one["verdict"] for one in data["findings"]} <= {OK, NOTE}
