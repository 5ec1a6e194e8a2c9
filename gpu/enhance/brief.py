"""What a stage that enhances prompts is asked for."""

from dataclasses import dataclass, field

from gpu.briefs import ReferenceDraft, Settings


@dataclass(frozen=True, kw_only=True)
class PromptBrief:
    """Rewrite one prompt for the family that gets it. Output: JSON {"prompt": …}.

    `stage` is image or video, whose prompt it is. Of a picture style, shot_size, angle and lighting
    are told, of a clip its camera and the picture's prompt. `references`: whom the shot shows. With
    what its stage adds to it, the prompt fits into `tokens_max` of the family's encoder.
    """

    stage: str
    prompt: str
    family: str
    tokens_max: int
    style: str = ""
    shot_size: str = ""
    angle: str = ""
    lighting: str = ""
    camera: str = "static"
    image_prompt: str = ""
    references: tuple[ReferenceDraft, ...] = ()
    seed: int
    settings: Settings = field(default_factory=dict)
    running: Settings = field(default_factory=dict)
