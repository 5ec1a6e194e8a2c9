"""Which model, and everything about it that has to be the same for two briefs to share it."""

from dataclasses import dataclass

from gpu.briefs import AudioBrief, ImageBrief, MusicBrief, VideoBrief


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """A model as it is loaded. Equal specs are one loaded model."""

    model: str
    revision: str = ""
    where: str = ""
    pipeline: str = ""
    dtype: str = "auto"
    variant: str = ""
    quantization: str = "none"
    scheduler: str = ""
    shift: float = 0.0
    loras: str = ""
    lora_files: str = ""
    attention: str = "native"
    compile: str = "none"
    channels_last: bool = False
    tf32: bool = False
    ip_adapter: str = ""
    ip_adapter_files: str = ""


def spec_of(brief: ImageBrief | VideoBrief | AudioBrief | MusicBrief) -> ModelSpec:
    """The model that a brief asks for."""
    settings, running = brief.settings, brief.running
    return ModelSpec(
        model=str(running["model"]),
        revision=str(running.get("revision", "")),
        where=str(running.get("where", "")),
        pipeline=str(settings.get("pipeline", "")),
        dtype=str(settings.get("dtype", "auto")),
        variant=str(settings.get("variant", "")),
        quantization=str(settings.get("quantization", "none")),
        scheduler=str(settings.get("scheduler", "")),
        shift=float(settings.get("shift", 0.0)),
        loras=str(settings.get("loras", "")),
        lora_files=str(running.get("loras.where", "")),
        attention=str(settings.get("attention", "native")),
        compile=str(settings.get("compile", "none")),
        channels_last=bool(settings.get("channels_last", False)),
        tf32=bool(settings.get("tf32", False)),
        ip_adapter=str(settings.get("ip_adapter", "")),
        ip_adapter_files=str(running.get("ip_adapter.where", "")),
    )
