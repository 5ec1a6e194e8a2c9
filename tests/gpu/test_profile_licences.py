"""Licences: what asks for nothing, what is accepted once, and what stops before work."""

import pytest

from gpu import licences
from gpu.errors import BriefRefused


@pytest.fixture(autouse=True)
def config(tmp_path, monkeypatch):
    """A config folder of its own, and nothing accepted."""
    monkeypatch.setenv("REELOG_CONFIG", str(tmp_path / "config"))
    monkeypatch.delenv(licences.ENVIRONMENT, raising=False)
    return tmp_path / "config"


def refuse(licence: str, *, commercial: bool = True) -> None:
    licences.refuse_unaccepted([("image", "somebody/model", licence, commercial)])


@pytest.mark.parametrize("licence", ["apache-2.0", "MIT", "bsd-3-clause", "cc-by-4.0"])
def test_a_permissive_licence_asks_for_nothing(licence):
    refuse(licence)


@pytest.mark.parametrize("licence", ["openrail++", "cc-by-nc-4.0", "ltx-2-community-licence"])
def test_any_other_has_to_be_accepted(licence):
    with pytest.raises(BriefRefused) as refused:
        refuse(licence)

    assert str(refused.value).startswith(f"image: somebody/model is under {licence} (")
    assert str(refused.value).endswith(f"`reelog profiles accept {licence}`")


@pytest.mark.parametrize(
    ("commercial", "words"), [(True, "commercial use allowed"), (False, "no commercial use")]
)
def test_the_refusal_says_whether_commercial_use_is_allowed(commercial, words):
    with pytest.raises(BriefRefused, match=words):
        refuse("openrail++", commercial=commercial)


def test_what_was_accepted_stops_nothing_however_it_is_spelled():
    licences.accept("OpenRAIL++")

    refuse("openrail++")


def test_the_environment_accepts_too(monkeypatch):
    monkeypatch.setenv(licences.ENVIRONMENT, "mit, openrail++ ,")

    refuse("openrail++")


def test_what_the_environment_accepts_is_not_written_down(monkeypatch):
    monkeypatch.setenv(licences.ENVIRONMENT, "openrail++")
    licences.accept("cc-by-nc-4.0")
    monkeypatch.delenv(licences.ENVIRONMENT)

    with pytest.raises(BriefRefused):
        refuse("openrail++")


def test_accepting_twice_writes_once(config):
    for _ in range(2):
        licences.accept("openrail++")

    assert (config / "accepted_licences").read_text() == "openrail++\n"


def test_accepting_one_keeps_the_others():
    licences.accept("openrail++")
    licences.accept("cc-by-nc-4.0")

    refuse("openrail++")
    refuse("cc-by-nc-4.0")


@pytest.mark.parametrize("licence", ["", "two words", "a,b", "a\nb"])
def test_what_is_no_licence_name_is_not_accepted(licence):
    with pytest.raises(BriefRefused, match="one word"):
        licences.accept(licence)


def test_a_file_that_cannot_be_read_accepts_nothing(config):
    config.mkdir()
    (config / "accepted_licences").write_bytes(b"\xff\xfe")

    with pytest.raises(BriefRefused):
        refuse("openrail++")
