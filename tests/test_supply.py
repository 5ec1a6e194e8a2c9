"""What is installed is pinned, named with its licence, and runs nothing while it is installed."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


def key(name: str) -> str:
    """What two spellings of a package's name share."""
    return re.sub(r"[-_.]+", "-", name).lower()


def direct() -> set[str]:
    """The packages that pyproject.toml names, ours aside."""
    project = PROJECT["project"]
    extras = project["optional-dependencies"].values()
    lines = [*project["dependencies"], *(line for extra in extras for line in extra)]
    names = {re.match(r"[A-Za-z0-9_.-]+", line)[0] for line in lines}
    return {key(name) for name in names} - {"reelog"}


def test_pins_are_names_and_versions_only():
    assert [
        line for line in PINS if not re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.]+", line)
    ] == []


def test_no_package_is_pinned_twice():
    names = [key(line.partition("==")[0]) for line in PINS]

    assert len(set(names)) == len(names)


def test_every_direct_dependency_is_pinned():
    pinned = {key(line.partition("==")[0]) for line in PINS}

    assert direct() - pinned == set()


def test_every_direct_dependency_is_named_with_what_it_is_for():
    told = (ROOT / "docs" / "SUPPLY.md").read_text(encoding="utf-8")
    named = {key(name) for name in re.findall(r"[A-Za-z0-9_.-]+", told)}

    assert direct() - named == set()


def test_nothing_is_run_while_installing():
    assert not (ROOT / "setup.py").exists()
    assert PROJECT["build-system"]["build-backend"] == "hatchling.build"
    assert "hooks" not in str(PROJECT["tool"]["hatch"])


def test_the_build_is_pinned_too():
    assert all("==" in line for line in PROJECT["build-system"]["requires"])
