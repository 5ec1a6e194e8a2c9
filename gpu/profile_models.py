"""Of a stage of a profile with weights of others: licence, place, LoRAs. Light."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gpu import adapter_files, licences, lora_files
from gpu.briefs import Scalar

if TYPE_CHECKING:
    from gpu.profile_files import StageProfile

_PATHS = ("/", "./", "../", "~")


def of_model(
    path: Path,
    where: str,
    stage: "StageProfile",
    table: Mapping[str, Any],
    facts: Mapping[str, Scalar],
) -> "StageProfile":
    """With licence, place of the weights and LoRAs."""
    licence = str(facts.get("licence", ""))
    licences.refuse_unnamed(where, licence, named_use="commercial" in facts)
    settings, running = dict(stage.settings), dict(stage.running)
    if table.get("loras"):
        settings["loras"], running["loras.where"] = lora_files.named(
            table["loras"], path.parent, where
        )
    if table.get("ip_adapter"):
        settings["ip_adapter"], running["ip_adapter.where"] = adapter_files.named(
            table["ip_adapter"], path.parent, where
        )
    if folder := _folder(path, str(facts.get("where", "")), stage.model):
        running["where"] = str(folder)
    in_folder = stage.model.startswith(_PATHS)  # where it lies is not what it is
    return replace(
        stage,
        model=_beside(path, stage.model).name if in_folder else stage.model,
        settings=settings,
        running=running,
        licence=licence,
        commercial=bool(facts.get("commercial", True)),
        size_gib=float(facts.get("size_gib", 0.0)),
    )


def _folder(path: Path, where: str, model: str) -> Path | None:
    """The folder that holds the weights, where the profile names one or has one beside it."""
    named = where or (model if model.startswith(_PATHS) else "")
    if named:
        return _beside(path, named)
    return _beside(path, model) if (path.parent / model).is_dir() else None


def _beside(path: Path, name: str) -> Path:
    return (path.parent / Path(name).expanduser()).resolve()
