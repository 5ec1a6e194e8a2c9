"""`reelog doctor` says what it found and what to do, whatever is broken."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from cli.doctor import lines, summary
from gpu import doctor, doctor_models, doctor_profiles, licences, profile
from gpu.finding import GIB, NOTE, OK, PROBLEM, Finding, gib
from handlers.doctor import examined
from tests.command import ROOT
from tests.test_light import GPU, MEDIA, loaded

WITHOUT_TORCH = """
import sys
HIDDEN = {"torch", "diffusers", "transformers", "accelerate", "safetensors", "peft"}

class Hiding:
    def __init__(self, inner):
        self.inner = inner
    def find_spec(self, name, path=None, target=None):
        hidden = name.partition(".")[0] in HIDDEN
        return None if hidden else self.inner.find_spec(name, path, target)
    def find_distributions(self, *context):
        found = getattr(self.inner, "find_distributions", lambda *_: ())(*context)
        return (one for one in found if one.name not in HIDDEN)

sys.meta_path[:] = [Hiding(one) for one in sys.meta_path]
from cli.main import main
sys.argv[0] = "reelog"
main()
"""

SEEN: dict[str, Any] = {
    "torch": "2.13", "cuda": "13.0", "rocm": None, "mps": False, "why": "", "card": "NVIDIA H200",
    "cards": 1, "capability": [9, 0], "free_bytes": 130 * GIB, "memory_bytes": 139 * GIB,
    "cudnn": 91500, "bf16": True, "loaded": ["/venv/nvidia/cudnn/lib/libcudnn.so.9"],
    "attention": {"works": ["cuDNN", "flash", "math"], "picked": "cuDNN"},
}  # fmt: skip
NO_CARD = {**SEEN, "card": None, "cuda": None, "why": ""}


def without_torch(*words: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command on a machine with the base install alone."""
    return subprocess.run(
        [sys.executable, "-P", "-c", WITHOUT_TORCH, "--home", str(home), *words],
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def asked(home: Path, **environment: str) -> dict[str, dict[str, str]]:
    """What the base install finds, by what was looked at."""
    done = without_torch("doctor", "--json", home=home, **environment)
    envelope = json.loads(done.stdout)
    assert envelope["ok"]
    assert done.returncode == (1 if envelope["data"]["problems"] else 0)
    return {f"{one['group']} {one['what']}": one for one in envelope["data"]["findings"]}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """What is found on a machine without the extra `gpu`."""
    return asked(tmp_path_factory.mktemp("base") / "home", LD_LIBRARY_PATH="")


def test_without_the_extra_nothing_is_a_problem(base):
    assert {one["verdict"] for one in base.values()} == {OK, NOTE}


def test_without_the_extra_it_is_named(base):
    found = base["models libraries"]

    assert (found["verdict"], found["do"]) == (NOTE, "pip install 'reelog[gpu]'")


def test_whatever_is_not_well_says_what_to_do(base):
    assert [one for one in base.values() if one["verdict"] != OK and not one["do"]] == []


def test_what_films_need_is_tried_out(base):
    assert base["tools ffmpeg"]["says"].startswith("ffmpeg ")
    assert "H.264 and AAC" in base["tools ffmpeg"]["says"]
    assert "eSpeak NG speaks" in base["tools voice"]["says"]


def test_looking_leaves_nothing_behind(tmp_path):
    list(examined(tmp_path / "home"))

    assert list(tmp_path.iterdir()) == []


def test_doctor_loads_nothing_heavy_before_it_looks():
    assert loaded("import handlers.doctor") & (MEDIA | GPU) == set()


def test_an_ffmpeg_that_is_not_there_is_a_problem(tmp_path):
    found = asked(tmp_path, IMAGEIO_FFMPEG_EXE="/nowhere/ffmpeg")["tools ffmpeg"]

    assert found["verdict"] == PROBLEM
    assert found["do"] == "unset IMAGEIO_FFMPEG_EXE, which names /nowhere/ffmpeg"


@pytest.mark.parametrize("broken", ["/bin/false", "/bin/true", "/etc/passwd", "/"])
def test_an_ffmpeg_that_does_not_work_is_a_problem(broken, monkeypatch):
    from gpu import ffmpeg

    monkeypatch.setattr(ffmpeg, "executable", lambda: broken)

    assert doctor._ffmpeg().verdict == PROBLEM


@pytest.mark.parametrize("home", ["/dev/null/home", "/proc/home", "/dev/null"])
def test_a_home_that_cannot_be_written_is_a_problem(home):
    (found,) = doctor.room(Path(home))

    assert found.verdict == PROBLEM
    assert found.says.startswith(f"{home} cannot be written: ")


def test_a_broken_home_is_said_without_a_traceback():
    done = without_torch("doctor", home=Path("/dev/null/home"))

    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert "REELOG_HOME" in done.stdout


def test_a_full_disk_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "FREE_MIN_BYTES", 1 << 60)

    (found,) = doctor.room(tmp_path)

    assert (found.verdict, "reelog gc" in found.do) == (PROBLEM, True)


def test_a_log_on_a_shared_disk_is_noted(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "_file_system", lambda _: "nfs4")

    (found,) = doctor.room(tmp_path)

    assert (found.verdict, "a shared disk" in found.says) == (NOTE, True)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts are read from /proc")
def test_the_file_system_is_that_of_the_nearest_mount():
    assert doctor._file_system(Path("/proc/self")) == "proc"


def test_a_file_that_is_no_log_is_a_problem(tmp_path):
    (tmp_path / "reelog.db").write_bytes(b"no log at all" * 1000)

    found = next(one for one in examined(tmp_path) if one.what == "log")

    assert (found.verdict, "reelog audit" in found.do) == (PROBLEM, True)


def test_a_log_that_opens_says_how_long_it_is(reelog):
    reelog("start", "x", "--profile", "fake", "--shots", "1", "--new")

    log = next(one for one in examined(reelog.home.root) if one.what == "log")

    assert log.verdict == OK
    assert log.says.endswith(" events of 1 sessions")


@pytest.mark.parametrize("end", ["os.abort()", "raise OSError('libcuda.so: no such file')", ""])
def test_a_torch_that_breaks_breaks_nothing_else(end, tmp_path, monkeypatch):
    (tmp_path / "doctor_child.py").write_text(f"import os\n{end}\n")
    monkeypatch.setattr(doctor_models, "__file__", str(tmp_path / "doctor_models.py"))
    monkeypatch.setattr(doctor_models, "find_spec", lambda _: object())

    (card,) = doctor_models.card(doctor_models.torch_sees())

    assert card.verdict == PROBLEM
    assert card.says.startswith("torch does not run: ")


def requirements(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    lines = ["numpy>=2", *(f'{name} ; extra == "gpu"' for name in names), 'ruff; extra == "dev"']
    monkeypatch.setattr(doctor_models, "requires", lambda _: lines)


def test_a_library_at_another_version_than_the_tested_one_is_named(monkeypatch):
    requirements(monkeypatch, "pytest==1.0", "rich")

    found = doctor_models.extra()

    assert found.verdict == NOTE
    assert found.says.endswith("; tested are pytest 1.0")


def test_a_build_of_the_tested_version_is_well(monkeypatch):
    requirements(monkeypatch, "rich==2.13.0")
    monkeypatch.setattr(doctor_models, "version", lambda _: "2.13.0+cu130")

    assert doctor_models.extra().verdict == OK


def test_an_extra_that_is_half_installed_is_a_problem(monkeypatch):
    requirements(monkeypatch, "rich==1", "no-such-library")
    monkeypatch.setattr(doctor_models, "find_spec", lambda _: object())

    found = doctor_models.extra()

    assert (found.verdict, "without no-such-library" in found.says) == (PROBLEM, True)


def models(seen: dict[str, Any]) -> dict[str, Finding]:
    return {one.what: one for one in doctor_models.card(seen)}


@pytest.fixture
def _no_driver(monkeypatch):
    monkeypatch.setattr(doctor_models, "_driver", lambda: "")


@pytest.mark.usefixtures("_no_driver")
def test_a_card_is_named_with_its_memory_and_attention(monkeypatch):
    monkeypatch.setenv("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True")

    found = models(SEEN)

    assert found["card"].says == (
        "NVIDIA H200, capability 9.0: 130 GiB of 139 GiB free; CUDA 13.0, cuDNN 91500"
    )
    assert found["attention"].says == "runs as cuDNN (works: cuDNN, flash, math)"
    assert {one.verdict for one in found.values()} == {OK}


def test_a_library_that_hides_that_of_torch_is_named(monkeypatch):
    monkeypatch.setenv("LD_LIBRARY_PATH", "/usr/local/cuda/lib64:/opt/x")
    foreign = {**SEEN, "loaded": ["/usr/local/cuda/lib64/libcudnn.so.9"]}

    found = models(foreign)["attention"]

    assert found.verdict == NOTE
    assert found.says.endswith("torch runs on a foreign /usr/local/cuda/lib64/libcudnn.so.9")
    assert "LD_LIBRARY_PATH" in found.do


def test_a_path_of_libraries_that_hides_nothing_is_well(monkeypatch):
    monkeypatch.setenv("LD_LIBRARY_PATH", "/usr/local/cuda/lib64")

    assert models(SEEN)["attention"].verdict == OK


def test_a_slower_attention_than_the_card_can_is_noted():
    slow = {"works": ["flash", "math"], "picked": "flash"}

    assert models({**SEEN, "attention": slow})["attention"].verdict == NOTE
    assert models({**SEEN, "attention": slow, "capability": [8, 9]})["attention"].verdict == OK


def test_a_card_without_bf16_is_told_what_to_set():
    assert 'dtype = "fp16"' in models({**SEEN, "bf16": False})["bf16"].do


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "no card that torch can use"),
        ({"mps": True}, "an Apple card"),
        ({"cuda": "13.0", "why": "driver too old"}, "torch for cards, and none"),
    ],
)
@pytest.mark.usefixtures("_no_driver")
def test_no_card_is_a_note_with_its_reason(changes, says):
    found = models({**NO_CARD, **changes})["card"]

    assert found.verdict == NOTE
    assert found.says.startswith(says)


def test_a_driver_without_a_torch_that_uses_it_is_named(monkeypatch):
    monkeypatch.setattr(doctor_models, "_driver", lambda: "NVIDIA driver 580.65")

    (card,) = doctor_models.card(None)

    assert card.says == "NVIDIA driver 580.65, and no torch to use it"


@pytest.mark.parametrize("name", ["NVIDIA_TF32_OVERRIDE", "CUBLAS_WORKSPACE_CONFIG"])
def test_what_moves_bits_from_outside_is_named(name, monkeypatch):
    monkeypatch.setenv(name, "1")

    assert doctor_models.numbers().says.startswith(f"{name}=1 is set")


@pytest.fixture
def _hub(tmp_path, monkeypatch):
    """An empty cache of the hub, and no token."""
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN_PATH", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hf" / "hub"))


@pytest.mark.usefixtures("_hub")
def test_the_folder_of_weights_says_what_lies_there(tmp_path):
    blob = tmp_path / "hf" / "hub" / "models--a--b" / "blobs" / "x"
    blob.parent.mkdir(parents=True)
    blob.write_bytes(bytes(3 << 20))
    (blob.parent / "link").symlink_to(blob)

    assert "hub: 3 MiB, " in doctor_profiles.weights().says


@pytest.mark.usefixtures("_hub")
def test_a_token_is_mentioned_and_never_shown(monkeypatch, tmp_path):
    assert "no token" in doctor_profiles.weights().says
    monkeypatch.setenv("HF_TOKEN", "hf_secret")

    done = without_torch("doctor", "--json", home=tmp_path / "home")

    assert "a token is there" in done.stdout
    assert "hf_secret" not in done.stdout + done.stderr


@pytest.mark.usefixtures("_hub")
def test_offline_is_said(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    assert "nothing is fetched" in doctor_profiles.weights().says


def of_profile(name: str, **changes: Any) -> Finding:
    found = doctor_profiles.profiles({**SEEN, **changes})
    return next(one for one in found if one.what == name)


@pytest.fixture
def _much_memory(monkeypatch):
    monkeypatch.setattr(doctor_profiles, "memory_bytes", lambda: 256 * GIB)
    monkeypatch.setattr(doctor_profiles, "free_bytes", lambda _: 900 * GIB)


@pytest.mark.usefixtures("_hub", "_much_memory")
def test_a_profile_that_fits_tells_how_to_fetch_its_weights():
    found = of_profile("gpu-24gb")

    assert found.says.endswith(" GiB of weights to fetch")
    assert found.do == "reelog profiles fetch gpu-24gb"


@pytest.mark.usefixtures("_hub", "_much_memory")
def test_a_card_too_small_for_a_profile_is_named():
    assert "this one has 16 GiB" in of_profile("gpu-24gb", memory_bytes=16 * GIB).says
    assert "made for" not in of_profile("gpu-24gb", memory_bytes=23.6 * GIB).says


@pytest.mark.usefixtures("_hub", "_much_memory")
def test_weights_that_find_no_room_are_told_so(monkeypatch):
    monkeypatch.setattr(doctor_profiles, "free_bytes", lambda _: 3 * GIB)

    assert "with 3.0 GiB free" in of_profile("gpu-24gb").says


@pytest.mark.usefixtures("_hub", "_much_memory")
def test_a_licence_that_was_not_accepted_is_named(monkeypatch):
    monkeypatch.setattr(licences, "needs_nothing", lambda name: name != "openrail++")

    assert "openrail++, which you did not accept" in of_profile("gpu-8gb").says


def test_a_profile_of_models_that_needs_nothing_is_well():
    assert of_profile("tiny").verdict == OK


def test_a_profile_that_cannot_be_read_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.setenv("REELOG_CONFIG", str(tmp_path))
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "mine.toml").write_text("[imagge]\n")

    found = of_profile("mine")

    assert (found.verdict, "'imagge'" in found.says) == (PROBLEM, True)
    assert set(profile.names()) > {"mine"}


LONG = Finding("models", "card", NOTE, "so " * 60 + "\x1b[31m", "do " * 40)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_finding_fits_the_terminal(width):
    shown = [str(line) for line in lines(LONG, Console(width=width))]

    assert max(map(len, shown)) <= width
    assert not any(line.endswith(" ") for line in shown)


def test_what_was_found_cannot_command_the_terminal():
    assert "\x1b" not in "".join(str(line) for line in lines(LONG, Console(width=80)))


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ([OK], "Films can be made here. 0 notes, no problem."),
        ([OK, NOTE], "Films can be made here. 1 note, no problem."),
        ([PROBLEM, NOTE, NOTE], "1 problem, 2 notes: mend the problems first."),
        ([PROBLEM, PROBLEM], "2 problems, 0 notes: mend the problems first."),
    ],
)
def test_all_of_it_is_said_in_a_sentence(verdicts, said):
    assert summary([SimpleNamespace(verdict=one) for one in verdicts]) == said  # type: ignore[misc]


def test_sizes_are_read_by_people():
    sizes = (3 << 20, GIB // 2, 139.4 * GIB)

    assert [gib(size) for size in sizes] == ["3 MiB", "0.5 GiB", "139 GiB"]


@pytest.mark.gpu
def test_torch_is_asked_what_it_sees():
    seen = doctor_models.torch_sees()

    assert isinstance(seen, dict)
    assert seen["attention"]["picked"] in seen["attention"]["works"]
    assert seen["torch"].startswith("2.")


@pytest.mark.gpu
def test_the_command_answers_in_lines_and_in_json(reelog):
    said, data = reelog("doctor"), reelog("doctor", "--json").data

    assert said.status == 0
    assert "Films can be made here." in said.out
    assert {one["verdict"] for one in data["findings"]} <= {OK, NOTE}
    assert data["problems"] == 0
