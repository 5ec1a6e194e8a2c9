"""The settings that a profile may name, by stage and backend: what they take, and what they do."""

from dataclasses import dataclass

from gpu.briefs import Scalar
from gpu.errors import BriefRefused
from gpu.vocabulary import nearest

SIDE_MAX = 4096
PRESETS = ("superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
RUNGS = ("evict", "group-offload", "sequential")
CHANGING_RUNGS = ("tiling", "fp8")


@dataclass(frozen=True)
class Key:
    """One setting: an example of its type, what it does, and what it takes."""

    example: Scalar
    help: str
    low: float = float("-inf")
    high: float = float("inf")
    choices: tuple[str, ...] = ()

    def check(self, name: str, value: Scalar) -> Scalar:
        """The value as it is recorded. Raises BriefRefused naming what is taken."""
        if isinstance(self.example, bool) != isinstance(value, bool) or (
            isinstance(self.example, str) != isinstance(value, str)
        ):
            raise BriefRefused(f"{name} is {_kind(self.example)}, found {value!r}")
        if isinstance(self.example, int) and isinstance(value, float) and not value.is_integer():
            raise BriefRefused(f"{name} is a whole number, found {value}")
        if isinstance(value, int | float) and not self.low <= value <= self.high:
            raise BriefRefused(f"{name} takes {self.low:g} to {self.high:g}, found {value}")
        if self.choices and value not in self.choices:
            raise BriefRefused(unknown(name, str(value), list(self.choices)))
        return value if isinstance(self.example, str) else type(self.example)(value)


def unknown(what: str, found: str, known: list[str]) -> str:
    """A sentence about something that is not known, with the nearest that is."""
    near = nearest(found, known)
    hint = f"did you mean {near!r}?" if near else f"known: {', '.join(known)}"
    return f"unknown {what} {found!r}; {hint}"


def _kind(example: Scalar) -> str:
    if isinstance(example, bool):
        return "true or false"
    return "text" if isinstance(example, str) else f"a number like {example}"


_MODEL = {
    "pipeline": Key("", "diffusers class; empty: what the model itself names"),
    "dtype": Key("auto", "number format of the weights", choices=("auto", "bf16", "fp16", "fp32")),
    "variant": Key("", "which of several weight files, like fp16"),
    "scheduler": Key("", "diffusers scheduler class; empty: the model's own"),
    "shift": Key(0.0, "of the noise schedule; 0: the model's own", 0, 20),
    "attention": Key("native", "diffusers attention backend"),
    "compile": Key("none", "compile the denoiser's blocks", choices=("none", "regional")),
    "loras": Key("", "LoRAs, name@scale#sha256 each"),
    "steps": Key(30, "denoising steps", 1, 500),
    "guidance": Key(
        5.0, "how strictly the prompt is followed; above 1 every step costs twice", 0, 50
    ),
    "negative": Key(True, "whether the negative prompt is used"),
    "max_tokens": Key(0, "prompt length in tokens; 0: the model's own", 0, 2048),
    "width": Key(0, "pixels that the model makes; 0: the film's", 0, SIDE_MAX),
    "height": Key(0, "pixels that the model makes; 0: the film's", 0, SIDE_MAX),
    "metadata": Key(True, "whether the file says how it was made; see also --no-metadata"),
    "allow": Key("", f"rungs that change bits, comma-joined: {', '.join(CHANGING_RUNGS)}"),
}
_CLIP = {
    "frames": Key(81, "frames that the model makes; 0: as many as the shot needs", 0, 1024),
    "fps": Key(16, "the model's frames a second; 0: the film's", 0, 60),
    "guidance_2": Key(0.0, "guidance of the second expert; 0: as the first", 0, 50),
    "crf": Key(18, "quality of the file, lower is better", 0, 51),
    "preset": Key("veryfast", "how hard x264 works", choices=PRESETS),
}
_SPEECH = {
    "speaker": Key("", "file with whose voice it is; empty: the one in the model's folder"),
    "vocoder": Key("", "folder or hub name of SpeechT5's vocoder; empty: beside the model"),
    "languages": Key("", "comma-joined codes that the model speaks; empty: what its family does"),
    "dtype": _MODEL["dtype"],
}
KEYS: dict[tuple[str, str], dict[str, Key]] = {
    ("image", "diffusers"): _MODEL,
    ("video", "diffusers"): _MODEL | _CLIP,
    ("audio", "transformers"): _SPEECH,
}
_ANIMATIC = {
    "crf": Key(20, "quality of the file, lower is better", 0, 51),
    "preset": Key("superfast", "how hard x264 works", choices=PRESETS),
    "rate_wpm": Key(160, "words a minute", 80, 450),
    "loudness_lufs": Key(-16.0, "loudness of the film", -40, -5),
}

RUNNING = {
    "speed.channels_last": Key(False, "memory layout that convolutions like"),
    "speed.checkpoint_every": Key(0, "keep a clip's state every so many steps; 0: never", 0, 500),
    "memory.reserve_gib": Key(3.0, "left free on the card", 0, 1024),
    "memory.ladder": Key(
        "evict,group-offload,sequential", f"what is done when memory runs out: {', '.join(RUNGS)}"
    ),
}
"""How a model is run: nothing here changes a bit of what it makes."""


def check(key: str, name: str, value: Scalar) -> Scalar:
    """A setting of a drawn or spoken stage, as it is recorded. Raises BriefRefused."""
    known = _ANIMATIC.get(name)
    return known.check(key, value) if known else value
