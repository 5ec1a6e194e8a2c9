"""The models of the shipped profiles, at the shapes and steps that these give them. No torch."""

from collections.abc import Iterator
from dataclasses import replace

from benchmarks.gpu.models import ROWS, Row, Shape
from gpu import profile


def rows() -> list[Row]:
    """Every model at its usual shape, then those of profiles where they are at another."""
    seen = {(row.repo, row.shape) for row in ROWS}
    return [*ROWS, *(row for row in _of_profiles() if (row.repo, row.shape) not in seen)]


def _of_profiles() -> Iterator[Row]:
    known = {row.repo: row for row in ROWS if row.repo}
    for name in sorted(path.stem for path in profile.FOLDER.glob("*.toml")):
        for stage in profile.load(name).stages.values():
            if (row := known.get(stage.model)) is None:
                continue
            asked = stage.settings
            shape = Shape(
                width=int(asked["width"]), height=int(asked["height"]),
                frames=int(asked.get("frames", 1)), tokens=row.shape.tokens,
            )  # fmt: skip
            steps, guidance = int(asked["steps"]), float(asked["guidance"])
            yield replace(
                row, name=f"{row.name} ({name})", shape=shape, steps=steps, guidance=guidance,
                share_min=0.0,
            )  # fmt: skip
