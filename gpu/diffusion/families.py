"""What differs between model families: one row each. Knows no torch.

A repository of a pipeline class that is not here works too: its prompts go in as text.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Family:
    """How one diffusers pipeline class is fed.

    `embeds`: what its encode_prompt returns, by the names under which its call takes it ("" is not
    taken); empty where prompts have to go in as text. `negative_embeds`: the same for a second
    call with the negative prompt, where one call does not do both. `sides`: both sides of a
    picture are multiples of it. `frames`: (a, b) where a clip has a·n + b frames.
    """

    pipeline: str
    embeds: tuple[str, ...] = ()
    negative_embeds: tuple[str, ...] = ()
    encoders: tuple[str, ...] = ("text_encoder", "tokenizer")
    denoisers: tuple[str, ...] = ("transformer",)
    sides: int = 16
    frames: tuple[int, int] = (1, 0)
    frames_first: bool = False
    """Whether latents of a clip count frames before channels."""
    guidance: str = "guidance_scale"
    rate: str = ""
    seconds: str = ""
    """Under which name its call takes how long the music is to be."""
    longest_s: int = 0
    """Seconds of music that it makes at most; the film's mix repeats them."""
    exact: tuple[str, ...] = ()
    """Components that are held in float32 whatever the model's dtype is."""
    always: tuple[tuple[str, Any], ...] = ()
    """What its call is given whatever is asked."""
    resumes: bool = True
    """Whether its call takes the latents that its loop showed."""
    pictures: str = ""
    """How its call takes pictures to go by: "several" as a list, "one" as a single picture, and
    "adapter" through an IP-Adapter, where the profile names one.
    """
    needs_picture: bool = False
    """Whether its call makes nothing without one."""
    needs: tuple[str, ...] = ()
    """Libraries that it needs beside those of the extra `gpu`."""


_WITH_NEGATIVE = ("prompt_embeds", "negative_prompt_embeds")
_MASKED = ("prompt_embeds", "prompt_attention_mask")
_TWO_ENCODERS = ("text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2")

FAMILIES = {
    family.pipeline: family
    for family in (
        Family(
            pipeline="StableDiffusionXLPipeline",
            embeds=(*_WITH_NEGATIVE, "pooled_prompt_embeds", "negative_pooled_prompt_embeds"),
            encoders=_TWO_ENCODERS,
            denoisers=("unet",),
            sides=8,
            pictures="adapter",
        ),
        Family(pipeline="ZImagePipeline", embeds=_WITH_NEGATIVE),
        Family(
            pipeline="WanImageToVideoPipeline",
            embeds=_WITH_NEGATIVE,
            denoisers=("transformer", "transformer_2"),
            frames=(4, 1),
            exact=("vae",),
        ),
        Family(
            pipeline="LTXImageToVideoPipeline",
            embeds=(*_MASKED, "negative_prompt_embeds", "negative_prompt_attention_mask"),
            sides=32,
            frames=(8, 1),
            rate="frame_rate",
        ),
        Family(
            pipeline="FluxPipeline",
            embeds=("prompt_embeds", "pooled_prompt_embeds", ""),
            encoders=_TWO_ENCODERS,
        ),
        Family(
            pipeline="FluxKontextPipeline",
            embeds=("prompt_embeds", "pooled_prompt_embeds", ""),
            encoders=_TWO_ENCODERS,
            pictures="one",
        ),
        Family(
            pipeline="Flux2KleinPipeline",
            embeds=("prompt_embeds", ""),
            negative_embeds=("negative_prompt_embeds", ""),
            resumes=False,
            pictures="several",
        ),
        Family(
            pipeline="QwenImagePipeline",
            embeds=("prompt_embeds", "prompt_embeds_mask"),
            negative_embeds=("negative_prompt_embeds", "negative_prompt_embeds_mask"),
            guidance="true_cfg_scale",
        ),
        Family(
            pipeline="QwenImageEditPlusPipeline",
            guidance="true_cfg_scale",
            resumes=False,
            pictures="several",
            needs_picture=True,
            needs=("torchvision",),  # transformers' processor of pictures and clips asks for it
        ),
        Family(
            pipeline="LTX2ImageToVideoPipeline",
            sides=32,
            frames=(8, 1),
            rate="frame_rate",
            always=(("image_crf", 0),),  # else the picture is compressed first, by another library
            resumes=False,
        ),
        Family(
            pipeline="AceStepPipeline",
            seconds="audio_duration",
            longest_s=240,
            always=(("lyrics", "[Instrumental]"),),
            resumes=False,
        ),
        Family(
            pipeline="StableAudioPipeline", seconds="audio_end_in_s", longest_s=47, resumes=False
        ),
        Family(
            pipeline="CogVideoXImageToVideoPipeline",
            embeds=_WITH_NEGATIVE,
            frames=(4, 1),
            frames_first=True,
        ),
    )
}


def family_of(pipeline: str) -> Family:
    """The row of a pipeline class; for an unknown one, a row that takes prompts as text."""
    return FAMILIES.get(pipeline) or Family(pipeline=pipeline)
