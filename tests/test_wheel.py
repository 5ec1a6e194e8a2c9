"""The wheel: everything is inside, and it works from any folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.command import ROOT

pytest.importorskip("hatchling", reason="building a wheel needs hatchling")


def quietly(command: list[str], **options: object) -> "subprocess.CompletedProcess[str]":
    """Run a tool that has to succeed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel of this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ["wheel", str(ROOT), "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    quietly([sys.executable, "-m", "pip", "--disable-pip-version-check", *build])
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The folder that it is installed in."""
    folder = tmp_path_factory.mktemp("installed")
    install = ["install", "--no-index", "--no-deps", "--target", str(folder), str(wheel)]
    quietly([sys.executable, "-m", "pip", "--disable-pip-version-check", *install])
    return folder


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as files:
        return set(files.namelist())


def test_every_source_file_is_inside(wheel):
    packages = ("eventstore", "projections", "handlers", "gpu", "cli")
    listing = quietly(["git", "ls-files", "--", *packages, "schema.sql"], cwd=ROOT).stdout
    there = {name for name in listing.splitlines() if (ROOT / name).is_file()}

    assert there - names(wheel) == set()


@pytest.mark.parametrize(
    "name",
    ["schema.sql", "gpu/profiles/animatic.toml", "gpu/profiles/fake.toml", "gpu/lexicon.toml"],
)
def test_a_file_that_is_no_code_is_inside(wheel, name):
    assert name in names(wheel)


@pytest.mark.parametrize(("folder", "suffix"), [("gpu/fonts", ".ttf"), ("gpu/phrases", ".toml")])
def test_fonts_and_phrases_are_inside(wheel, folder, suffix):
    shipped = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).iterdir()
        if path.suffix == suffix
    }

    assert shipped
    assert shipped - names(wheel) == set()


def test_tests_and_what_was_made_are_not_inside(wheel):
    outside = ("tests/", "benchmarks/", "output/", ".venv/")

    assert [name for name in names(wheel) if name.startswith(outside)] == []
    assert [name for name in names(wheel) if name.endswith((".pyc", ".db"))] == []


def test_licence_and_notice_are_inside(wheel):
    found = {Path(name).name for name in names(wheel) if ".dist-info/" in name}

    assert found >= {"LICENSE", "NOTICE"}


def test_an_installed_reelog_works_beside_folders_with_misleading_names(installed, tmp_path):
    for name in ("gpu", "cli", "handlers", "eventstore", "projections"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('the wrong folder')")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": str(installed),
        "REELOG_HOME": str(tmp_path / "output"),
    }

    done = subprocess.run(
        [sys.executable, str(installed / "bin" / "reelog"), "start", "a lamp",
         "--profile", "fake", "--shots", "2", "--workers", "1"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "The film is ready" in done.stdout
    code = "import handlers.worker, eventstore.connection as c; print(handlers.__file__, c.SCHEMA)"
    parts = quietly([sys.executable, "-P", "-c", code], cwd=tmp_path, env=environment).stdout
    assert {Path(part).is_relative_to(installed) for part in parts.split()} == {True}
