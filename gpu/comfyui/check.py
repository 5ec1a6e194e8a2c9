"""A workflow against what a server has (`/object_info`): nodes, inputs, models. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gpu.comfyui.workflow import Place, Workflow, places, title
from gpu.errors import BriefRefused
from gpu.profile_keys import BIND, unknown

Info = Mapping[str, Any]
"""Class → what `/object_info` says of it."""

LISTED_MAX = 6


def on_server(workflow: str, settings: Mapping[str, Any], url: str) -> None:
    """The same against the server at a URL. Raises BriefRefused, StageError."""
    from gpu.comfyui.server import Server

    refuse(json.loads(workflow), settings, Server(url).object_info())


def refuse(workflow: Workflow, settings: Mapping[str, Any], info: Info) -> None:
    """Raises BriefRefused with everything that the server lacks for this workflow."""
    bound = bound_places(workflow, settings)
    wrong = [
        *_classes(workflow, info),
        *_inputs(workflow, bound, info),
        *_bindings(workflow, bound, info),
    ]
    if not wrong and not any(_info(info, node).get("output_node") for node in workflow.values()):
        wrong = ["no node of the workflow saves anything; add one like SaveImage or SaveVideo"]
    if wrong:
        more = f"; and {len(wrong) - LISTED_MAX} more" if len(wrong) > LISTED_MAX else ""
        raise BriefRefused("; ".join(wrong[:LISTED_MAX]) + more)


def bound_places(workflow: Workflow, settings: Mapping[str, Any]) -> dict[Place, str]:
    """Which inputs get what of the brief. Raises BriefRefused."""
    return {
        place: key.removeprefix(BIND)
        for key, names in settings.items()
        if key.startswith(BIND)
        for place in places(workflow, str(names))
    }


def specification(info: Info, class_type: str, field: str) -> tuple[Any, Mapping[str, Any]]:
    """An input's type (a list: the words that it takes) and options; (None, {}) for none such."""
    inputs = _fields(info.get(class_type, {}))
    found = inputs.get(field)
    if not isinstance(found, Sequence) or not found:
        return None, {}
    options = found[1] if len(found) > 1 and isinstance(found[1], Mapping) else {}
    kind = options.get("options") if found[0] == "COMBO" else found[0]
    return kind, options


def _fields(one: Mapping[str, Any]) -> dict[str, Any]:
    inputs = one.get("input", {})
    return {**(inputs.get("required") or {}), **(inputs.get("optional") or {})}


def _info(info: Info, node: Mapping[str, Any]) -> Mapping[str, Any]:
    found = info.get(node["class_type"], {})
    return found if isinstance(found, Mapping) else {}


def _called(workflow: Workflow, node: str) -> str:
    return f"node {node} ({title(workflow, node)})"


def _classes(workflow: Workflow, info: Info) -> Iterator[str]:
    for node, one in workflow.items():
        if one["class_type"] not in info:
            yield (
                f"{_called(workflow, node)} is a {one['class_type']}, which this ComfyUI does not "
                "have: install what brings it, or update ComfyUI"
            )


def _inputs(workflow: Workflow, bound: Mapping[Place, str], info: Info) -> Iterator[str]:
    for node, one in workflow.items():
        if one["class_type"] not in info:
            continue
        given = {*one["inputs"], *(place.field for place in bound if place.node == node)}
        for field in _info(info, one).get("input", {}).get("required") or {}:
            if field not in given and not any(name.startswith(f"{field}.") for name in given):
                yield f"{_called(workflow, node)} lacks its input {field}"
        for field, value in one["inputs"].items():
            if isinstance(value, list):
                if len(value) == 2 and str(value[0]) not in workflow:
                    yield f"{_called(workflow, node)}: {field} wants node {value[0]}, not there"
            elif Place(node, field) not in bound:
                yield from _word(_called(workflow, node), (field, value), one["class_type"], info)


def _word(called: str, given: tuple[str, Any], class_type: str, info: Info) -> Iterator[str]:
    """A model, file or word that the server does not have."""
    field, value = given
    words, _ = specification(info, class_type, field)
    if not isinstance(words, list) or value in words or str(value) in map(str, words):
        return
    known = [str(word) for word in words]
    if known:
        yield f"{called}: {unknown(field, str(value), known[: LISTED_MAX * 4])}"
    else:
        yield f"{called}: {field} is {value!r}, and this ComfyUI has none; put the file there"


def _bindings(workflow: Workflow, bound: Mapping[Place, str], info: Info) -> Iterator[str]:
    for (node, field), name in bound.items():
        known = _fields(_info(info, workflow[node]))
        if known and field not in known and field not in workflow[node]["inputs"]:
            yield f"bind.{name}: {_called(workflow, node)}: {unknown('input', field, list(known))}"
