"""A brief's words as one line, as models are prompted. Light."""

from gpu.briefs import ImageBrief, VideoBrief


def picture_words(brief: ImageBrief) -> str:
    """What is seen, then the film's style unless the prompt says it already."""
    return styled(brief.prompt, brief.style)


def clip_words(brief: VideoBrief) -> str:
    """What moves, then the camera's move in words where it is not said already."""
    return filmed(brief.motion_prompt, brief.camera)


def styled(prompt: str, style: str) -> str:
    """A picture's prompt and the film's style, which is said once."""
    parts = [prompt.strip().rstrip(".")]
    if style and style.lower() not in prompt.lower():
        parts.append(style)
    return ", ".join(part for part in parts if part)


def filmed(prompt: str, camera: str) -> str:
    """A clip's prompt and the camera's move, which is said once."""
    parts = [prompt.strip().rstrip(".")]
    if camera != "static" and camera not in prompt:
        parts.append(f"camera {camera}")
    return ", ".join(part for part in parts if part)
