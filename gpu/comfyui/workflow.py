"""A ComfyUI workflow in API format: read, its nodes found by id or title, its inputs filled. Light.

`{"<node id>": {"class_type": …, "inputs": {name: value | ["<node id>", output]}, "_meta":
{"title": …}}}`, as ComfyUI's "Export (API)" writes it.
"""

import copy
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from gpu.briefs import Scalar
from gpu.errors import BriefRefused
from gpu.given_file import NotTaken, read_given
from gpu.profile_keys import unknown

Workflow = Mapping[str, Mapping[str, Any]]
EXPORT = "in ComfyUI choose Workflow, Export (API), and name that file"


BYTES_MAX = 20_000_000
DEPTH_MAX = 60


class Place(NamedTuple):
    """An input of a node."""

    node: str
    field: str


def read(path: Path) -> Workflow:
    """The workflow in a file. Raises BriefRefused, with the way to export one."""
    try:
        given = read_given(path, BYTES_MAX)
    except NotTaken as error:
        raise BriefRefused(f"the workflow {path} {error}") from error
    try:
        found = json.loads(given.decode(), parse_constant=_refuse_number)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BriefRefused(f"{path} is no workflow: {error}; {EXPORT}") from error
    if _depth(found) > DEPTH_MAX:
        raise BriefRefused(f"{path} is no workflow: it has more than {DEPTH_MAX} levels")
    if isinstance(found, dict) and isinstance(found.get("nodes"), list):
        raise BriefRefused(f"{path} is a workflow in the UI's format; {EXPORT}")
    if isinstance(found, dict) and set(found) >= {"prompt"} and isinstance(found["prompt"], dict):
        found = found["prompt"]  # the body of a request, as some tools keep it
    if not isinstance(found, dict) or not found or not all(map(_is_node, found.values())):
        raise BriefRefused(f"{path} is no workflow in API format; {EXPORT}")
    return found


def _refuse_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _depth(value: Any) -> int:
    """How many levels a value has; bounded by what the JSON reader itself takes."""
    depth, level = 0, [value]
    while level := [
        inner
        for one in level
        if isinstance(one, dict | list)
        for inner in (one.values() if isinstance(one, dict) else one)
    ]:
        depth += 1
    return depth


def _is_node(node: Any) -> bool:
    return (
        isinstance(node, dict)
        and isinstance(node.get("class_type"), str)
        and isinstance(node.get("inputs"), dict)
    )


def text(workflow: Workflow) -> str:
    """The same workflow is the same text, however its file was laid out."""
    return json.dumps(workflow, sort_keys=True, ensure_ascii=False, indent=1)


def sha256(workflow: Workflow) -> str:
    """What names a workflow and no other: the SHA-256 of its text in UTF-8."""
    return hashlib.sha256(text(workflow).encode()).hexdigest()


def title(workflow: Workflow, node: str) -> str:
    """How a node is called by people; its class where it has no title."""
    found = workflow[node]
    meta = found.get("_meta")
    named = meta.get("title") if isinstance(meta, Mapping) else None
    return str(named or found["class_type"])


def node_named(workflow: Workflow, name: str) -> str:
    """The id of the node with that id or title. Raises BriefRefused."""
    if name in workflow:
        return name
    found = [node for node in workflow if title(workflow, node) == name]
    if len(found) == 1:
        return found[0]
    if found:
        raise BriefRefused(f"nodes {', '.join(found)} are all called {name!r}; name one by its id")
    known = [*workflow, *(title(workflow, node) for node in workflow)]
    raise BriefRefused(unknown("node", name, list(dict.fromkeys(known))))


def places(workflow: Workflow, names: str) -> list[Place]:
    """`6.text` or `Positive prompt.text`, several of them comma-joined. Raises BriefRefused."""
    return [_place(workflow, name.strip()) for name in names.split(",") if name.strip()]


def _place(workflow: Workflow, name: str) -> Place:
    node, dot, field = name.partition(".")
    if node not in workflow:  # ids hold no dot, titles may
        node, dot, field = name.rpartition(".")
    if not dot or not field:
        raise BriefRefused(f"{name!r} names no input; write node.input, like 6.text")
    return Place(node_named(workflow, node), field)


def filled(workflow: Workflow, values: Mapping[Place, Scalar]) -> dict[str, Any]:
    """The workflow with these values in their places."""
    prompt: dict[str, Any] = copy.deepcopy(dict(workflow))
    for place, value in values.items():
        prompt[place.node]["inputs"][place.field] = value
    return prompt
