"""The settings that a profile may name, by stage and backend: what they take, and what they do."""

import re
from dataclasses import dataclass, replace
from typing import Any

from gpu.briefs import Scalar
from gpu.errors import BriefRefused
from gpu.vocabulary import nearest

SIDE_MAX = 4096
PRESETS = ("superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
RUNGS = ("evict", "group-offload", "sequential")
CHANGING_RUNGS = ("halved-batch", "tiling", "fp8")
_NF4 = "4 bits need bitsandbytes, which diffusers runs on a card alone and nobody can test without"
REFUSED = {"nf4": f"{_NF4}; take fp8"}
"""What is asked for and not here, and why."""
ATTENTION = (
    "native", "flash", "flash_hub", "_flash_3", "_flash_3_hub", "flex", "sage", "sage_hub",
    "xformers", "_native_cudnn", "_native_efficient", "_native_flash", "_native_math",
)  # fmt: skip


@dataclass(frozen=True)
class Key:
    """One setting: what is taken where a profile says nothing, what it does, and what it takes.

    A `required` one has no default: it shows what one would look like. `words`: several of them,
    comma-joined. `pattern` is of text, `takes` says it to people.
    """

    default: Scalar
    help: str
    low: float = float("-inf")
    high: float = float("inf")
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    pattern: str = ""
    takes: str = ""
    required: bool = False

    def check(self, name: str, value: Any) -> Scalar:
        """The value as it is recorded. Raises BriefRefused naming what is taken."""
        if self.words:
            return self._several(name, value)
        if _is_number(self.default) and _is_number(value):
            return self._number(name, value)
        if _is_number(self.default) or type(value) is not type(self.default):
            raise BriefRefused(f"{name} is {self.kind}, found {value!r}")
        if self.choices and value not in self.choices:
            _refuse_known(name, str(value))
            raise BriefRefused(unknown(name, str(value), list(self.choices)))
        if self.pattern and not re.fullmatch(self.pattern, str(value)):
            raise BriefRefused(f"{name} takes {self.takes}, found {value!r}")
        return self.default.__class__(value)

    def typed(self, name: str, text: str) -> Scalar:
        """What was typed on a command line, as its type, checked. Raises BriefRefused."""
        if isinstance(self.default, bool):
            if text.lower() not in ("true", "false"):
                raise BriefRefused(f"{name} is true or false, found {text!r}")
            return text.lower() == "true"
        if not _is_number(self.default):
            return self.check(name, text)
        try:
            return self.check(name, type(self.default)(text))
        except ValueError:
            raise BriefRefused(f"{name} is {self.kind}, found {text!r}") from None

    @property
    def kind(self) -> str:
        """Its type in words."""
        if isinstance(self.default, bool):
            return "true or false"
        return "text" if isinstance(self.default, str) else f"a number like {self.default}"

    @property
    def range(self) -> str:
        """What it takes, in words."""
        if self.choices or self.words:
            return ", ".join(self.choices or self.words)
        if self.low > float("-inf"):
            return f"{self.low:g} to {self.high:g}"
        return self.takes or self.kind

    def _number(self, name: str, value: float) -> Scalar:
        if isinstance(self.default, int) and value != value // 1:
            raise BriefRefused(f"{name} is a whole number, found {value}")
        if not self.low <= value <= self.high:
            raise BriefRefused(f"{name} takes {self.low:g} to {self.high:g}, found {value}")
        return int(value) if isinstance(self.default, int) else float(value)

    def _several(self, name: str, value: Any) -> str:
        """In one order whatever was typed, so that the same choice is the same text."""
        given = value.split(",") if isinstance(value, str) else value
        if not isinstance(given, list) or not all(isinstance(word, str) for word in given):
            raise BriefRefused(f"{name} takes {', '.join(self.words)}, found {value!r}")
        wanted = [word.strip() for word in given if word.strip()]
        for word in wanted:
            if word not in self.words:
                _refuse_known(name, word)
                raise BriefRefused(unknown(name, word, list(self.words)))
        return ",".join(word for word in self.words if word in wanted)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _refuse_known(name: str, word: str) -> None:
    if word.lower() in REFUSED:
        raise BriefRefused(f"{name} {word!r} is not here: {REFUSED[word.lower()]}")


def unknown(what: str, found: str, known: list[str]) -> str:
    """A sentence about something that is not known, with the nearest that is."""
    near = nearest(found, known)
    hint = f"did you mean {near!r}?" if near else f"known: {', '.join(known)}"
    return f"unknown {what} {found!r}; {hint}"


@dataclass(frozen=True)
class Bitrate(Key):
    """Kilobits a second, as ffmpeg takes them."""

    def check(self, name: str, value: Any) -> Scalar:
        """Raises BriefRefused for what no encoder takes."""
        number = str(value).removesuffix("k")
        if not (str(value).endswith("k") and number.isdecimal() and 32 <= int(number) <= 499):
            raise BriefRefused(f"{name} takes {self.takes}, found {value!r}")
        return str(value)


_METADATA = Key(True, "whether the file says how it was made; see also --no-metadata")


def _name(help_text: str) -> Key:
    return Key("", help_text, pattern=r"\w*", takes="a name of letters, digits and _")


_MODEL = {
    "steps": Key(30, "denoising steps", 1, 500, required=True),
    "guidance": Key(
        5.0, "how strictly the prompt is followed; above 1 a step costs twice", 0, 50, required=True
    ),
    "negative": Key(True, "whether the negative prompt is used"),
    "width": Key(0, "pixels that the model makes; 0: the film's", 0, SIDE_MAX),
    "height": Key(0, "pixels that the model makes; 0: the film's", 0, SIDE_MAX),
    "max_tokens": Key(0, "prompt length in tokens; 0: the model's own", 0, 2048),
    "pipeline": _name("diffusers class; empty: what the model itself names"),
    "scheduler": _name("diffusers scheduler class; empty: the model's own"),
    "shift": Key(0.0, "of the noise schedule; 0: the model's own", 0, 20),
    "variant": _name("which of several weight files, like fp16; empty: the plain ones"),
    "dtype": Key(
        "auto",
        "number format of the weights; auto: bf16 on a card, fp32 without",
        choices=("auto", "bf16", "fp16", "fp32"),
    ),
    "quantization": Key(
        "none", "hold what denoises in 8 bits: half the room, other pictures",
        choices=("none", "fp8"),
    ),
    "attention": Key("native", "diffusers attention backend", choices=ATTENTION),
    "compile": Key("none", "compile the denoiser's blocks", choices=("none", "regional")),
    "metadata": _METADATA,
    "channels_last": Key(False, "memory layout that convolutions like"),
    "tf32": Key(False, "multiply float32 parts, like Wan's VAE, in TF32: sooner, other bits"),
    "allow": Key(
        "", "rungs of the memory ladder that change bits, where all else fails",
        words=CHANGING_RUNGS,
    ),
}  # fmt: skip
_AFTER_OTHERS = {
    "references": Key(
        True, "whether characters and places keep to their sheets, where the model can"
    ),
}
_ENCODED = {
    "crf": Key(18, "quality of the file, lower is better", 0, 51),
    "preset": Key("veryfast", "how hard x264 works", choices=PRESETS),
}
_CLIP = {
    "frames": Key(0, "frames that the model makes; 0: as many as the shot needs", 0, 1024),
    "fps": Key(0, "the model's frames a second; 0: the film's", 0, 60),
    "guidance_2": Key(0.0, "guidance of the second expert; 0: as the first", 0, 50),
}
_VOICE = {
    "speaker": Key("", "file with whose voice it is; empty: the one in the model's folder"),
    "vocoder": Key("", "folder or hub name of SpeechT5's vocoder; empty: beside the model"),
    "languages": Key("", "comma-joined codes that the model speaks; empty: what its family does"),
    "dtype": replace(_MODEL["dtype"], help="number format of the weights; auto: fp32"),
}
_DRAWN = {
    "crf": Key(20, "quality of the file, lower is better", 0, 51),
    "preset": Key("superfast", "how hard x264 works", choices=PRESETS),
    "metadata": _METADATA,
}
_SCORE = {
    **{
        name: _MODEL[name]
        for name in (
            "steps", "guidance", "negative", "pipeline", "scheduler", "variant", "dtype",
            "quantization", "attention", "compile", "allow",
        )
    },
    "seconds": Key(0, "at most, the film's mix repeats it; 0: as long as the film", 0, 600),
}  # fmt: skip
_PLAN = {
    "seed_policy": Key(
        "shot", "a seed of its own for every shot, or the film's for all", choices=("shot", "film")
    ),
}
KEYS: dict[tuple[str, str], dict[str, Key]] = {
    ("shots", "animatic"): _PLAN,
    ("shots", "fake"): _PLAN,
    ("image", "diffusers"): _MODEL | _AFTER_OTHERS,
    ("video", "diffusers"): _MODEL | _CLIP | _ENCODED,
    ("audio", "transformers"): _VOICE,
    ("music", "diffusers"): _SCORE,
    ("image", "fake"): {"look": Key("plain", "a word, to tell one from another"), **_AFTER_OTHERS},
    ("image", "animatic"): {
        "metadata": _METADATA,
        "references": Key(False, "characters and places keep to their sheets; no drawn panel does"),
    },
    ("video", "animatic"): _DRAWN,
    ("audio", "animatic"): {
        "voice": Key("", "eSpeak NG voice; empty: that of the film's language"),
        "rate_wpm": Key(160, "words a minute", 80, 450),
    },
    ("film", "animatic"): {
        **_DRAWN,
        "audio_bitrate": Bitrate("160k", "of the film's sound", takes="32k to 499k"),
        "loudness_lufs": Key(-16.0, "loudness of the film", -40, -5),
        "music_lu": Key(-8.0, "music against the film's loudness where nobody speaks", -40, 0),
        "duck_db": Key(9.0, "how much the music goes down under speech", 0, 40),
    },
}
"""By stage and backend. A pair that is not here has no settings. All of them change bits."""

_LADDER = Key(
    ",".join(RUNGS),
    "what is done when memory runs out; all but the last three keep bits",
    words=(*RUNGS, *CHANGING_RUNGS),
)
GROUPS: dict[str, dict[str, Key]] = {
    "speed": {
        "attention": _MODEL["attention"],
        "compile": _MODEL["compile"],
        "channels_last": _MODEL["channels_last"],
        "tf32": _MODEL["tf32"],
        "checkpoint_every": Key(
            0, "keep a clip's state every so many steps; 0: never", 0, 500
        ),
    },
    "memory": {
        "reserve_gib": Key(3.0, "left free on the card", 0, 1024),
        "ladder": _LADDER,
    },
    "encode": _ENCODED,
}  # fmt: skip
"""Tables that go for all models of a profile; [encode] is for its clips."""
RUNNING = ("speed.checkpoint_every", "memory.reserve_gib", "memory.ladder", "image.references")
"""What is no setting of a stage: how a model is run, which changes no bit, and whether pictures are
made after others, which are then themselves part of what a picture is made from.
"""


def keys_of(kind: str, backend: str) -> dict[str, Key]:
    """The settings of a stage."""
    return KEYS.get((kind, backend), {})
