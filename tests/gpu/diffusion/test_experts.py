"""Wan 2.2 A14B has two experts: one for much noise, one for little, with a boundary between."""

import pytest

pytestmark = pytest.mark.gpu
pytest.importorskip("torch")

from tests.gpu.diffusion.making import forget, loaded, made  # noqa: E402

BOUNDARY = 0.9 * 1000


def test_each_expert_works_on_its_side_of_the_boundary(tmp_path):
    forget()
    made(tmp_path, "wan22")
    (model,) = loaded()
    seen: dict[str, list[float]] = {"transformer": [], "transformer_2": []}
    for name, times in seen.items():
        getattr(model._maker, name).register_forward_pre_hook(
            lambda _, __, given, times=times: times.append(float(given["timestep"].max())),
            with_kwargs=True,
        )

    made(tmp_path, "wan22", steps=8)

    assert min(seen["transformer"]) >= BOUNDARY > max(seen["transformer_2"])
    forget()


def test_the_second_expert_has_a_guidance_of_its_own(tmp_path):
    alike = made(tmp_path, "wan22", guidance_2=5.0)
    other = made(tmp_path, "wan22", guidance_2=2.0)

    assert made(tmp_path, "wan22").raw_sha256 == alike.raw_sha256
    assert other.raw_sha256 != alike.raw_sha256
