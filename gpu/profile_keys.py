"""The settings that a profile may name, by stage and backend: what they take, and what they do."""

from dataclasses import replace

from gpu.enhance import families
from gpu.film_format import AUDIO, CONTAINERS, PIX_FMTS, VIDEO
from gpu.profile_key import Bitrate, VariableName
from gpu.profile_key import Key as Key
from gpu.profile_key import unknown as unknown

SIDE_MAX = 4096
PRESETS = ("superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
RUNGS = ("evict", "group-offload", "sequential")
CHANGING_RUNGS = ("halved-batch", "tiling", "fp8", "nf4")
ATTENTION = (
    "native", "flash", "flash_hub", "_flash_3", "_flash_3_hub", "flex", "sage", "sage_hub",
    "xformers", "_native_cudnn", "_native_efficient", "_native_flash", "_native_math",
)  # fmt: skip


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
        "none", "hold what denoises in 8 bits (fp8) or 4 (nf4): less room, other pictures",
        choices=("none", "fp8", "nf4"),
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
    "speaker": Key(
        "", "file with whose voice it is, for Dia a number; empty: the one in the model's folder"
    ),
    "vocoder": Key("", "folder or hub name of what makes it sound; empty: beside the model"),
    "otherwise": Key(
        "refuse",
        "of lines in other languages: refuse them, or have animatic speak them",
        choices=("refuse", "animatic"),
    ),
    "languages": Key("", "comma-joined codes that the model speaks; empty: what its family does"),
    "dtype": replace(_MODEL["dtype"], help="number format of the weights; auto: fp32"),
}
_DRAWN = {
    "crf": Key(20, "quality of the file, lower is better", 0, 51),
    "preset": Key("superfast", "how hard x264 works", choices=PRESETS),
    "metadata": _METADATA,
}
_FORMAT = {
    "video_codec": Key("h264", "what the film's pictures are encoded in", choices=tuple(VIDEO)),
    "pix_fmt": Key("", "pixel format; empty: the codec's own, like yuv420p", choices=PIX_FMTS),
    "container": Key("mp4", "what kind of file the film is", choices=tuple(CONTAINERS)),
    "audio_codec": Key("aac", "what the film's sound is encoded in", choices=tuple(AUDIO)),
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
_BINDS = {
    "prompt": Key("", "input that gets the words: 6.text, or by title, Positive prompt.text"),
    "negative": Key("", "input that gets the negative prompt"),
    "seed": Key("", "input that gets the take's seed"),
    "width": Key("", "input that gets the pixels across"),
    "height": Key("", "input that gets the pixels down"),
}
_CLIP_BINDS = {
    "image": Key("", "input that gets the shot's picture, like that of LoadImage"),
    "length": Key("", "input that gets the frames to make"),
    "fps": Key("", "input that gets the frames a second"),
}
_COMFYUI = {
    "output": Key("", "id or title of the node whose files count; empty: the only one"),
    "width": _MODEL["width"],
    "height": _MODEL["height"],
    "metadata": _METADATA,
    "url": Key(
        "http://127.0.0.1:8188",
        "where ComfyUI answers",
        pattern=r"https?://[^\s@?#]+",
        takes="a URL without name, password or query",
    ),
    "timeout_s": Key(600, "seconds without any progress until it is given up", 1, 86_400),
}
_COMFYUI_CLIP = {
    "frames": _CLIP["frames"],
    "fps": _CLIP["fps"],
    "length_step": Key(1, "lengths that the model takes: n times this, plus 1", 1, 64),
}
_ENHANCE = {
    "prompts": Key(
        "both", "which prompts are enhanced", choices=("both", "image", "motion", "none")
    ),
    **{
        f"{stage}_family": Key(
            families.AUTO,
            f"for whom prompts of {stage}s are written; auto: who makes them",
            choices=(families.AUTO, *families.of_stage(stage)),
        )
        for stage in families.STAGES
    },
    **{
        f"{stage}_tokens": Key(0, f"longest prompt of {stage}s; 0: as its family reads", 0, 2048)
        for stage in families.STAGES
    },
}
_PLAN = {
    "seed_policy": Key(
        "shot", "a seed of its own for every shot, or the film's for all", choices=("shot", "film")
    ),
}
BIND = "bind."
COMFYUI_BINDS: dict[str, dict[str, Key]] = {"image": _BINDS, "video": _BINDS | _CLIP_BINDS}
"""What a film has for the inputs of a ComfyUI workflow."""


def _comfyui(kind: str) -> dict[str, Key]:
    return {f"{BIND}{name}": key for name, key in COMFYUI_BINDS[kind].items()} | _COMFYUI


ASKING = ("story", "scene_graph", "shots", "enhance")
"""Stages that words are asked for."""
_ASKED = {
    "temperature": Key(-1.0, "how freely words are chosen; -1: as the model's maker has it", -1, 5),
    "top_p": Key(-1.0, "share of the likeliest words that are chosen from; -1: all", -1, 1),
    "max_tokens": Key(
        0, "the most that an answer may have; 0: what it takes, and room to think", 0, 1_000_000
    ),
}
_SERVER = {
    "url": Key(
        "http://127.0.0.1:11434/v1",
        "where an OpenAI-compatible server answers; 11434 is Ollama's",
        pattern=r"https?://[^\s@?#]+",
        takes="a URL without name, password or query",
    ),
    "key": VariableName("", "environment variable that holds the key; empty: OPENAI_API_KEY"),
    "timeout_s": Key(600, "seconds that an answer may take", 1, 86_400),
    "price_in": Key(0.0, "money for a million tokens that the model reads", 0, 1e6),
    "price_out": Key(0.0, "money for a million tokens that it writes", 0, 1e6),
    "currency": Key("USD", "of the prices", pattern="[A-Z]{3}", takes="three letters, like EUR"),
}
BY_SERVER = {
    **_ASKED,
    "form": Key(
        "auto", "how JSON is asked for; auto: the strictest way that the server knows",
        choices=("auto", "json_schema", "json_object", "plain"),
    ),
    **_SERVER,
}  # fmt: skip
BY_LOCAL_MODEL = {**_ASKED, "dtype": replace(_MODEL["dtype"], help="number format of the weights")}

KEYS: dict[tuple[str, str], dict[str, Key]] = {
    ("shots", "animatic"): _PLAN,
    ("shots", "fake"): _PLAN,
    **{(kind, "openai"): BY_SERVER for kind in ASKING[:2]},
    ("shots", "openai"): BY_SERVER | _PLAN,
    **{(kind, "transformers"): BY_LOCAL_MODEL for kind in ASKING[:2]},
    ("shots", "transformers"): BY_LOCAL_MODEL | _PLAN,
    ("image", "diffusers"): _MODEL | _AFTER_OTHERS,
    ("video", "diffusers"): _MODEL | _CLIP | _ENCODED,
    ("audio", "transformers"): _VOICE,
    ("enhance", "openai"): BY_SERVER | _ENHANCE,
    ("enhance", "transformers"): BY_LOCAL_MODEL | _ENHANCE,
    ("enhance", "fake"): {"manner": Key("plain", "a word, to tell one from another"), **_ENHANCE},
    ("music", "diffusers"): _SCORE,
    ("image", "comfyui"): _comfyui("image"),
    ("video", "comfyui"): _comfyui("video") | _COMFYUI_CLIP | _ENCODED,
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
        "crf": Key(20, "quality of the file, lower is better; AV1 takes up to 63", 0, 63),
        **_FORMAT,
        "audio_bitrate": Bitrate("160k", "of the film's sound", takes="32k to 499k"),
        "loudness_lufs": Key(-16.0, "loudness of the film", -40, -5),
        "music_lu": Key(-8.0, "music against the film's loudness where nobody speaks", -40, 0),
        "duck_db": Key(9.0, "how much the music goes down under speech", 0, 40),
    },
}
"""By stage and backend. A pair that is not here has no settings. All of them change bits."""

_LADDER = Key(
    ",".join(RUNGS),
    "what is done when memory runs out; all but the last four keep bits",
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
        "previews": Key(True, "whether a small picture shows now and then what is being made"),
    },
    "memory": {
        "reserve_gib": Key(3.0, "left free on the card", 0, 1024),
        "ladder": _LADDER,
    },
    "encode": _ENCODED | _FORMAT,
}  # fmt: skip
"""Tables that go for all models of a profile; [encode] is for its clips, and says what the
film is encoded in."""
RUNNING = (
    "speed.checkpoint_every", "speed.previews", "memory.reserve_gib", "memory.ladder",
    "image.references", "image.url", "image.timeout_s", "video.url", "video.timeout_s",
    "enhance.prompts",
    *(f"{kind}.{key}" for kind in ASKING for key in _SERVER),
)  # fmt: skip
"""What is no setting of a stage: how a model is run, which changes no bit, whether pictures are
made after others, and which prompts are enhanced: those are then themselves part of what a picture
is made from.
"""


def keys_of(kind: str, backend: str) -> dict[str, Key]:
    """The settings of a stage."""
    return KEYS.get((kind, backend), {})
