"""What profiles may name is what the installed diffusers has."""

import pytest

pytestmark = pytest.mark.gpu
pytest.importorskip("diffusers")

from gpu import profile, ready  # noqa: E402
from gpu.errors import BriefRefused  # noqa: E402
from gpu.profile_keys import ATTENTION  # noqa: E402


def test_every_attention_backend_is_one_of_diffusers():
    from diffusers.models.attention_dispatch import AttentionBackendName

    assert set(ATTENTION) <= {one.value for one in AttentionBackendName}


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (
            "image.scheduler",
            "unknown diffusers scheduler 'EulerDiscretScheduler'; did you mean 'Eu",
        ),
        ("image.pipeline", "unknown diffusers pipeline 'FluxPipelin'; did you mean 'FluxPipeline'"),
    ],
)
def test_a_class_that_there_is_not_stops_before_work(key, words):
    name = "EulerDiscretScheduler" if "scheduler" in key else "FluxPipelin"

    with pytest.raises(BriefRefused, match=words):
        ready.checked(profile.load("tiny", {key: name}))


def test_a_class_that_there_is_stops_nothing():
    asked = profile.load("tiny", {"image.scheduler": "EulerDiscreteScheduler"})

    assert ready.checked(asked).stages["image"].settings["scheduler"] == "EulerDiscreteScheduler"
