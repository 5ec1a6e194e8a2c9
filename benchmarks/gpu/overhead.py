"""The engine beside the plain diffusers script that a user would write for the same shots.

Both make the same pictures and clips with the same models, in one process, in turn, after loading:
the script in a loop that saves; reelog through its worker, with log, leases, records and hashes.
"""

import statistics
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks import sample
from benchmarks.measure import Row, seconds

SHOTS, ROUNDS = 7, 3
IMAGE = {"steps": 30, "guidance": 5.0, "width": 96, "height": 96, "dtype": "fp32"}
CLIP = {
    "steps": 12, "guidance": 3.5, "width": 128, "height": 128, "frames": 17, "fps": 8,
    "dtype": "fp32", "max_tokens": 32,
}  # fmt: skip
RATIO_MAX = 1.05


class Plain:
    """What a user would write: load, loop, save."""

    def __init__(self) -> None:
        from diffusers import DiffusionPipeline

        from gpu.diffusion import weights

        def load(name: str) -> Any:
            pipeline = DiffusionPipeline.from_pretrained(weights.locate(f"tiny:{name}"))
            pipeline.set_progress_bar_config(disable=True)
            return pipeline

        self.picture, self.clip = load("sdxl"), load("wan22")

    def make(self, folder: Path) -> None:
        """Seven pictures and seven clips."""
        import torch
        from diffusers.utils import export_to_video

        for shot in range(SHOTS):
            generator = torch.Generator("cpu").manual_seed(shot)
            picture = self.picture(
                f"view {shot} of a lighthouse", negative_prompt="text", generator=generator,
                num_inference_steps=IMAGE["steps"], guidance_scale=IMAGE["guidance"],
                width=IMAGE["width"], height=IMAGE["height"],
            ).images[0]  # fmt: skip
            picture.save(folder / f"{shot}.png")
            frames = self.clip(
                picture, f"waves {shot}", generator=generator, num_inference_steps=CLIP["steps"],
                guidance_scale=CLIP["guidance"], width=CLIP["width"], height=CLIP["height"],
                num_frames=CLIP["frames"], max_sequence_length=CLIP["max_tokens"],
            ).frames[0]  # fmt: skip
            export_to_video(frames, str(folder / f"{shot}.mp4"), fps=CLIP["fps"])


class Ours:
    """The same shots as commands of a film, through the worker."""

    def make(self, folder: Path) -> None:
        """Pictures and clips; nothing is spoken or cut, as the script does neither."""
        from eventstore.home import Home
        from handlers.stream import SessionStream
        from handlers.worker import Worker
        from projections.events import TYPES

        home = Home(folder)
        with home.open(TYPES) as log:
            stream = SessionStream(log, "session_1")
            for append in _film():
                stream.append(append, sample.CAUSE)
            with closing(Worker(home, log)) as worker:
                worker.work_on(["session_1"])
            results = stream.session.results
            stream.reload()
            assert len(stream.session.results) >= 2 * SHOTS, results


def _film() -> list[list[Any]]:
    from projections.parts import StageChoice

    started = sample.started(SHOTS)
    models = {"image": ("tiny:sdxl", IMAGE), "video": ("tiny:wan22", CLIP)}
    stages = {
        kind: StageChoice(backend="diffusers", model=model, revision="1", settings=settings)
        for kind, (model, settings) in models.items()
    }
    film = {"width": 128, "height": 128, "fps": 8, "stages": {**started.stages, **stages}}
    shots = [
        event.model_copy(
            update={"plan": event.plan.model_copy(update={"narration": "", "planned_frames": 17})}
        )
        for event in sample.planned(1, SHOTS)
        if hasattr(event, "plan")
    ]
    return [[started.model_copy(update=film)], *sample.story(), shots]


def rows() -> list[Row]:
    """The ratio of both, and what of ours is the cut that the script does not make."""
    plain, ours = Plain(), Ours()
    took: dict[str, list[float]] = {"plain": [], "ours": []}
    for _ in range(ROUNDS + 1):
        for name, make in (("plain", plain.make), ("ours", ours.make)):
            with tempfile.TemporaryDirectory() as folder:
                took[name].append(seconds(lambda m=make, f=folder: m(Path(f))))
    plain_s, ours_s = (statistics.median(took[name][1:]) for name in ("plain", "ours"))
    ratio = ours_s / plain_s
    return [
        Row(
            f"{SHOTS} shots of tiny models on the CPU, loaded before, cut included",
            f"{ours_s:.2f} s", f"plain diffusers script: {plain_s:.2f} s", f"{ratio:.2f}",
            f"≤ {RATIO_MAX}", ratio <= RATIO_MAX,
        )
    ]  # fmt: skip


if __name__ == "__main__":
    for row in rows():
        print(row)
