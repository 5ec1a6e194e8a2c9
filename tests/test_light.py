"""What is loaded when: modules are listed, no clock is asked."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MEDIA = {"numpy", "PIL", "cv2", "imageio", "imageio_ffmpeg"}
GPU = {"torch", "diffusers", "transformers", "accelerate"}
HEAVY = MEDIA | GPU | {"sqlite_utils", "pydantic", "rich"}


def loaded(code: str) -> set[str]:
    """The top-level modules that are loaded after some code ran in a fresh process."""
    ending = (
        "\nimport json, sys\nprint(json.dumps(sorted({m.partition('.')[0] for m in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code + ending],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_command_line_starts_light():
    assert loaded("import cli.main") & HEAVY == set()


def test_help_is_light():
    code = (
        "import sys; sys.argv = ['reelog', '--help']\n"
        "import cli.main\n"
        "try:\n    cli.main.main()\nexcept SystemExit as end:\n    assert not end.code"
    )

    assert loaded(code) & HEAVY == set()


@pytest.mark.parametrize(
    "module", ["eventstore.log", "projections.rows", "handlers.worker", "handlers.work_process"]
)
def test_a_worker_process_loads_no_media_library_before_a_stage_opens(module):
    assert loaded(f"import {module}") & (MEDIA | GPU | {"rich", "sqlite_utils"}) == set()


def test_reading_tables_needs_no_pydantic():
    assert loaded("import eventstore.reader, eventstore.home") & HEAVY == set()


@pytest.mark.parametrize("module", ["gpu.stages", "gpu.briefs", "gpu.profile", "gpu.errors"])
def test_the_light_parts_of_gpu_are_light(module):
    assert loaded(f"import {module}") & HEAVY == set()


def test_the_fake_profile_needs_no_media_library(tmp_path):
    code = (
        "from pathlib import Path\n"
        "from eventstore.home import Home\n"
        "from projections.events import TYPES\n"
        "from tests.build import SESSION, fake_session\n"
        "from tests.handlers.crew_of_one import work\n"
        f"home = Home(Path({str(tmp_path / 'home')!r}))\n"
        "with home.open(TYPES) as log:\n"
        "    fake_session(log)\n"
        "    assert work(home, log).session.completed_at\n"
    )

    assert loaded(code) & (MEDIA | GPU) == set()


@pytest.mark.parametrize(
    "fixtures", sorted(str(file.relative_to(ROOT)) for file in ROOT.glob("tests/**/conftest.py"))
)
def test_fixtures_are_read_where_there_is_no_torch(fixtures):
    code = f"import {fixtures.removesuffix('.py').replace('/', '.')}"

    assert loaded(code) & GPU == set()
