"""Room on the card, wherever it is asked for: to read prompts, to place a model, to draw."""

import pytest

pytestmark = pytest.mark.gpu
torch = pytest.importorskip("torch")

from gpu.diffusion import loading, memory  # noqa: E402
from gpu.diffusion.model import Model  # noqa: E402
from gpu.diffusion.residency import Resident  # noqa: E402
from gpu.errors import DeviceFailed  # noqa: E402
from tests.gpu.diffusion.making import (  # noqa: E402
    READ_AHEAD,
    forget,
    image_brief,
    loaded,
    made,
    there,
)

FULL = "CUDA out of memory. Tried to allocate 2 GiB"


@pytest.fixture(autouse=True)
def alone():
    forget()
    yield
    forget()


class Failing:
    """A function that fails so many times before it does its work."""

    def __init__(self, monkeypatch, owner, name, times, error):
        self.left, self.error = times, error
        self._real = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda *a, **o: self.call(*a, **o))

    def call(self, *arguments, **options):
        if self.left:
            self.left -= 1
            raise self.error
        return self._real(*arguments, **options)


@pytest.mark.parametrize("family", READ_AHEAD)
def test_encoders_that_find_no_room_read_the_same(family, tmp_path, monkeypatch):
    before = made(tmp_path, family)
    forget()
    full = Failing(monkeypatch, loading, "load_reader", 2, torch.OutOfMemoryError(FULL))

    after = made(tmp_path, family)

    assert full.left == 0
    assert after.raw_sha256 == before.raw_sha256
    assert after.settings == before.settings


def test_prompts_that_were_read_are_not_read_again_when_the_card_is_full(monkeypatch):
    from gpu.diffusion.picture import PictureStage
    from gpu.diffusion.prompts import Prompts

    read = []
    encoded = Prompts._encoded

    def one(self, reader, prompt):
        if len(read) == 1:
            read.append("full")
            raise torch.OutOfMemoryError(FULL)
        read.append(prompt.text.split(",")[0])
        return encoded(self, reader, prompt)

    monkeypatch.setattr(Prompts, "_encoded", one)

    PictureStage().prepare([image_brief("sdxl", prompt=f"view {n}") for n in (1, 2)])

    assert [words.split(".")[0] for words in read] == ["view 1", "full", "view 2"]


def test_the_other_models_go_before_encoders_come(tmp_path, monkeypatch):
    made(tmp_path, "sdxl")
    (first,) = loaded()
    seen = []
    load = loading.load_reader

    def looked(*arguments):
        seen.append(there(first))
        return load(*arguments)

    monkeypatch.setattr(loading, "load_reader", looked)
    made(tmp_path, "zimage")

    assert seen == [False]


def test_a_model_that_finds_no_room_for_its_weights_climbs_too(tmp_path, monkeypatch):
    before = made(tmp_path, "sdxl")
    forget()
    card = torch.device("cpu")  # memory of its own, as a card's is
    full = Failing(monkeypatch, Resident, "onto", 2, torch.OutOfMemoryError(FULL))

    def on_card(self, *_):
        self._maker = loading.load_maker(self.source, card)
        self._resident = Resident(self._maker)
        self._environment = before.environment

    monkeypatch.setattr(Model, "_load", on_card)
    after = made(tmp_path, "sdxl", running={"memory.ladder": "evict,group-offload"})

    assert full.left == 0
    assert after.raw_sha256 == before.raw_sha256
    assert loaded()[0]._resident is None  # its weights are moved in groups now


@pytest.mark.parametrize(
    "error",
    [
        torch.AcceleratorError("CUDA error: an illegal memory access was encountered"),
        RuntimeError("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm(…)`"),
        RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"),
        RuntimeError("CUDA driver error: unknown error"),
    ],
    ids=["device", "cublas", "cudnn", "driver"],
)
@pytest.mark.parametrize("place", ["load_reader", "load_maker"])
def test_any_other_failure_of_the_card_ends_the_process(error, place, tmp_path, monkeypatch):
    Failing(monkeypatch, loading, place, 1, error)

    with pytest.raises(DeviceFailed, match="the card failed"):
        made(tmp_path, "sdxl")


@pytest.mark.parametrize(
    "error",
    [
        torch.AcceleratorError("CUDA error: out of memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
    ],
    ids=["device", "cublas", "cudnn"],
)
def test_a_library_that_finds_no_room_is_out_of_memory(error):
    climbed: list[str] = []

    def attempt():
        if not climbed:
            raise error
        return "made"

    assert memory.climb(attempt, ["evict"], climbed.append) == "made"


def test_an_error_of_the_program_is_none_of_the_card():
    def wrong():
        raise RuntimeError("shape '[1, 2]' is invalid for input of size 3")

    with pytest.raises(RuntimeError, match="is invalid"):
        memory.climb(wrong, ["evict"], lambda _: None)
