"""A stage's table with `backend = "comfyui"`: its workflow, and what of it is bound to what."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gpu.comfyui import workflow as flow
from gpu.errors import BriefRefused
from gpu.profile_keys import BIND, COMFYUI_BINDS, unknown

HEADS = ("backend", "model", "revision", "workflow", "bind")


@dataclass(frozen=True)
class Named:
    """A stage as its table names it; `settings` are as written, not checked yet."""

    model: str
    revision: str
    workflow: str
    settings: Mapping[str, Any]


def named(beside: Path, where: str, kind: str, table: Mapping[str, Any]) -> Named:
    """The workflow that a table names, and all its settings. Raises BriefRefused."""
    for key in ("model", "revision"):
        if key in table:
            raise BriefRefused(f"{where}: {key} is what the workflow names; remove it")
    file = table.get("workflow")
    if not isinstance(file, str) or not file:
        raise BriefRefused(f'{where}: needs workflow = "file.json"; {flow.EXPORT}')
    path = (beside / Path(file).expanduser()).resolve()
    try:
        found = flow.read(path)
        settings = {key: value for key, value in table.items() if key not in HEADS}
        settings |= _bound(kind, table.get("bind", {}))
        refuse_unknown_nodes(found, settings)
    except BriefRefused as refused:
        raise BriefRefused(f"{where}: {refused}") from refused
    return Named(path.name, flow.sha256(found), flow.text(found), settings)


def _bound(kind: str, table: Any) -> dict[str, Any]:
    if not isinstance(table, Mapping):
        raise BriefRefused(f'bind is a table, like bind.prompt = "6.text", found {table!r}')
    for name in table:
        if name not in COMFYUI_BINDS[kind]:
            raise BriefRefused(unknown("binding", str(name), list(COMFYUI_BINDS[kind])))
    return {f"{BIND}{name}": value for name, value in table.items()}


def refuse_unknown_nodes(workflow: flow.Workflow, settings: Mapping[str, Any]) -> None:
    """Raises BriefRefused for a binding or an output that names no node."""
    for key, value in settings.items():
        if key.startswith(BIND):
            try:
                flow.places(workflow, str(value))
            except BriefRefused as refused:
                raise BriefRefused(f"{key}: {refused}") from refused
    if output := settings.get("output"):
        flow.node_named(workflow, str(output))
