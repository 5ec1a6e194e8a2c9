"""A brief's words as one line, as models are prompted. Light."""

from gpu.briefs import ImageBrief, VideoBrief


def picture_words(brief: ImageBrief) -> str:
    """What is seen, then the film's style unless the prompt says it already."""
    parts = [brief.prompt.strip().rstrip(".")]
    if brief.style and brief.style.lower() not in brief.prompt.lower():
        parts.append(brief.style)
    return ", ".join(part for part in parts if part)


def clip_words(brief: VideoBrief) -> str:
    """What moves, then the camera's move in words where it is not said already."""
    parts = [brief.motion_prompt.strip().rstrip(".")]
    if brief.camera != "static" and brief.camera not in brief.motion_prompt:
        parts.append(f"camera {brief.camera}")
    return ", ".join(part for part in parts if part)
