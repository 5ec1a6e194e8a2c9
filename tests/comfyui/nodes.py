"""The nodes of the test's ComfyUI: those that need no model, and some that fail as models do."""

import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
from PIL import Image

Pictures = np.ndarray
"""Frames, height, width, RGB."""

INT = ["INT", {"default": 0, "min": 0, "max": 16384}]
INPUTS: dict[str, dict[str, Any]] = {
    "EmptyImage": {
        "width": INT, "height": INT, "batch_size": INT,
        "color": ["INT", {"default": 0, "min": 0, "max": 0xFFFFFF}],
    },
    "LoadImage": {"image": [["example.png"], {"image_upload": True}]},
    "ImageScale": {
        "image": ["IMAGE"], "upscale_method": [["lanczos", "area"]], "width": INT, "height": INT,
        "crop": [["disabled", "center"]],
    },
    "RepeatImageBatch": {"image": ["IMAGE"], "amount": INT},
    "CreateVideo": {"images": ["IMAGE"], "fps": ["FLOAT", {"min": 1.0, "max": 120.0}]},
    "SaveImage": {"images": ["IMAGE"], "filename_prefix": ["STRING", {}]},
    "PreviewImage": {"images": ["IMAGE"]},
    "SaveVideo": {
        "video": ["VIDEO"], "filename_prefix": ["STRING", {}],
        "format": ["COMBO", {"options": ["auto", "mp4", "gif", "webm", "webp"]}],
        "codec": ["COMBO", {"options": ["auto", "h264"]}],
    },
    "Noise": {"width": INT, "height": INT, "text": ["STRING", {}]},
    "Gate": {"images": ["IMAGE"], "file": ["STRING", {}]},
    "Broken": {"images": ["IMAGE"]},
    "Greedy": {"images": ["IMAGE"]},
    "CheckpointLoaderSimple": {"ckpt_name": [["real.safetensors", "other.safetensors"], {}]},
}  # fmt: skip
SAVERS = ("SaveImage", "PreviewImage", "SaveVideo")


class OutOfMemoryError(RuntimeError):
    """As torch calls it."""


class Interrupted(Exception):
    """Somebody stopped what runs."""


def info() -> dict[str, Any]:
    """As /object_info tells it."""
    return {
        name: {"input": {"required": fields}, "output_node": name in SAVERS, "name": name}
        for name, fields in INPUTS.items()
    }


class Nodes:
    """Runs nodes. `tick` is called while one waits, and raises Interrupted."""

    def __init__(self, folder: Path, tick: Callable[[int, int], None]) -> None:
        self._folder, self._tick = folder, tick
        self._count = 0

    def run(self, name: str, given: dict[str, Any]) -> tuple[Any, dict[str, Any] | None]:
        """A node's value, and what it shows."""
        if name == "EmptyImage":
            rgb = [(given["color"] >> shift) & 255 for shift in (16, 8, 0)]
            shape = (given["batch_size"], given["height"], given["width"], 3)
            return np.broadcast_to(np.array(rgb, np.uint8), shape), None
        if name == "Noise":
            pixels = random.Random(random.random()).randbytes(given["height"] * given["width"] * 3)
            return np.frombuffer(pixels, np.uint8).reshape(
                1, given["height"], given["width"], 3
            ), None
        if name == "LoadImage":
            picture = Image.open(self._folder / "input" / given["image"]).convert("RGB")
            return np.asarray(picture)[None], None
        if name == "ImageScale":
            size = given["width"], given["height"]
            return np.stack(
                [np.asarray(Image.fromarray(one).resize(size)) for one in given["image"]]
            ), None
        if name == "RepeatImageBatch":
            return np.repeat(given["image"], given["amount"], axis=0), None
        if name == "CreateVideo":
            return (given["images"], given["fps"]), None
        return self._special(name, given)

    def _special(self, name: str, given: dict[str, Any]) -> tuple[Any, dict[str, Any] | None]:
        if name == "Broken":
            raise ValueError("the tensors do not fit")
        if name == "Greedy":
            raise OutOfMemoryError("Allocation on device would exceed allowed memory.")
        if name == "Gate":
            done = 0
            while not Path(given["file"]).exists():
                done = min(done + 1, 999)
                self._tick(done, 1000)
            return given["images"], None
        if name == "SaveVideo":
            return None, {
                "images": [self._film(*given["video"], given["format"])],
                "animated": [True],
            }
        kind = "output" if name == "SaveImage" else "temp"
        return None, {"images": [self._picture(one, kind) for one in given["images"]]}

    def _named(self, ending: str, kind: str) -> tuple[Path, dict[str, str]]:
        self._count += 1
        filename = f"made_{self._count:05}_{ending}"
        folder = self._folder / kind / "sub"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / filename, {"filename": filename, "subfolder": "sub", "type": kind}

    def _picture(self, rgb: Pictures, kind: str) -> dict[str, str]:
        path, named = self._named(".png", kind)
        opened = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(rgb)).save(opened, "PNG")
        path.write_bytes(opened.getvalue())
        return named

    def _film(self, pictures: Pictures, fps: float, form: str) -> dict[str, str]:
        path, named = self._named(".mp4" if form == "auto" else f".{form}", "output")
        if form == "webp":  # as SaveAnimatedWEBP makes it
            first, *rest = [Image.fromarray(np.ascontiguousarray(one)) for one in pictures]
            for at, one in enumerate(rest):
                one.paste((0, 0, 0), (at, 0, at + 1, 4))  # equal ones would become a longer one
            first.save(path, save_all=True, append_images=rest, duration=int(1000 / fps))
            return named
        height, width = pictures.shape[1:3]
        codec = {"gif": "gif", "webm": "libvpx-vp9"}.get(form, "libx264")
        pixels = "rgb8" if form == "gif" else "yuv420p"
        writer = imageio_ffmpeg.write_frames(
            path, (width, height), fps=fps, codec=codec, pix_fmt_out=pixels, macro_block_size=1
        )
        writer.send(None)
        for one in pictures:
            writer.send(np.ascontiguousarray(one))
        writer.close()
        return named
