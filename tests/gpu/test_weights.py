"""Only safe weights, and the hash of every file that is used."""

import hashlib
import os
import threading
from pathlib import Path

import pytest

from gpu.diffusion import telling, weights
from gpu.errors import BriefRefused


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("REELOG_CACHE", str(tmp_path / "cache"))


def model(folder: Path, *files: str) -> Path:
    """A folder with such files; what stands in them is their name."""
    for name in files:
        path = folder / "model" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder / "model"


def test_every_weight_file_is_named_with_its_hash(tmp_path):
    folder = model(tmp_path, "unet/a.safetensors", "vae/b.safetensors", "vae/config.json")

    found = weights.hashes(folder)

    assert found == {
        name: hashlib.sha256(name.encode()).hexdigest()
        for name in ("unet/a.safetensors", "vae/b.safetensors")
    }


@pytest.mark.parametrize("pickle", ["pytorch_model.bin", "model.ckpt", "model.pt", "model.pth"])
def test_a_pickle_is_refused_with_the_way_to_convert_it(pickle, tmp_path):
    folder = model(tmp_path, f"unet/{pickle}", "vae/b.safetensors")

    with pytest.raises(BriefRefused, match=r"is a pickle and may run any code; convert it"):
        weights.hashes(folder)


def test_a_pickle_beside_safetensors_is_not_looked_at(tmp_path):
    folder = model(tmp_path, "unet/a.safetensors", "unet/pytorch_model.bin")

    assert set(weights.hashes(folder)) == {"unet/a.safetensors"}


def test_the_variant_that_is_loaded_is_the_one_that_is_hashed(tmp_path):
    folder = model(tmp_path, "unet/m.safetensors", "unet/m.fp16.safetensors")

    assert set(weights.hashes(folder)) == {"unet/m.safetensors"}
    assert set(weights.hashes(folder, "fp16")) == {"unet/m.fp16.safetensors"}


def test_weights_that_are_there_twice_are_refused(tmp_path):
    folder = model(tmp_path, "unet/m.safetensors", "unet/m-00001-of-00001.safetensors")

    with pytest.raises(BriefRefused, match="holds its weights twice"):
        weights.hashes(folder)


def test_the_hash_of_a_big_file_is_kept_until_the_file_changes(tmp_path, monkeypatch):
    file = tmp_path / "big.safetensors"
    file.write_bytes(b"a" * weights._BIG_BYTES)
    first = weights.sha256(file)
    monkeypatch.setattr(weights, "_hashed", lambda *_: "hashed again")

    assert weights.sha256(file) == first
    os.utime(file, ns=(1, 1))
    assert weights.sha256(file) == "hashed again"


def test_a_cache_that_cannot_be_written_does_no_harm(tmp_path, monkeypatch):
    monkeypatch.setenv("REELOG_CACHE", "/proc/nowhere")
    file = tmp_path / "big.safetensors"
    file.write_bytes(b"a" * weights._BIG_BYTES)

    assert weights.sha256(file) == hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_folder_that_is_no_model_is_refused(tmp_path):
    with pytest.raises(BriefRefused, match="is no diffusers model"):
        weights.pipeline_class(tmp_path)


@pytest.mark.parametrize("index", ["", "{}", "[]", "null", '{"_class_name": '])
def test_an_index_that_says_nothing_is_refused(index, tmp_path):
    (tmp_path / "model_index.json").write_text(index)

    with pytest.raises(BriefRefused, match="is no diffusers model"):
        weights.pipeline_class(tmp_path)


def test_checking_weights_tells_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv("REELOG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(telling, "TELL_BYTES", 1 << 20)
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "big.safetensors").write_bytes(bytes(3_200_000))
    told = []

    first = weights.hashes(folder, report=lambda share: told.append(share.words))
    told_again = []
    again = weights.hashes(folder, report=lambda share: told_again.append(share.words))

    assert told[-1] == "checking weights 0.0 of 0.0 GB"
    assert len(told) == 3
    assert (again, len(told_again)) == (first, 1)


def test_what_takes_long_is_told_meanwhile_and_stopped_at_its_end(monkeypatch):
    monkeypatch.setattr(telling, "TELL_S", 0.001)
    let_go = threading.Event()
    ended = []

    def load() -> str:
        let_go.wait(10)
        ended.append(True)
        return "loaded"

    def stop(_: float) -> None:
        let_go.set()
        raise InterruptedError

    with pytest.raises(InterruptedError):
        telling.meanwhile(load, "loading", stop)

    assert ended == [True]
    assert telling.meanwhile(lambda: "loaded", "loading", telling.silent) == "loaded"
