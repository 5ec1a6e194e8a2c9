"""Which files of a finished prompt count. Pure.

Nodes put them under `images`, `gifs`, `videos`, `video`, `audio` and other names, an MP4 often
under `images`: what a file is, its ending says.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from gpu.comfyui.workflow import Workflow, node_named, title
from gpu.errors import BriefRefused, StageError

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
FILMS = (".mp4", ".webm", ".mkv", ".mov", ".avi", ".m4v", ".gif")
KEPT = "output"


class File(NamedTuple):
    """A file of an output, as `/view` asks for it."""

    node: str
    filename: str
    subfolder: str
    type: str

    def ends(self, endings: Sequence[str]) -> bool:
        """Whether it is one of these kinds, by its name."""
        return self.filename.lower().endswith(tuple(endings))


def files(outputs: Mapping[str, Any]) -> list[File]:
    """Every file of every node, under whatever name the node tells it."""
    return [
        File(
            node, str(one["filename"]), str(one.get("subfolder") or ""), str(one.get("type", KEPT))
        )
        for node, told in outputs.items()
        if isinstance(told, Mapping)
        for listed in told.values()
        if isinstance(listed, list)
        for one in listed
        if isinstance(one, Mapping) and one.get("filename")
    ]


def pictures(workflow: Workflow, found: Sequence[File], output: str) -> list[File]:
    """The pictures of the node that counts. Raises BriefRefused, StageError."""
    return _of_one_node(workflow, found, output, PICTURES, "picture")


def clip(workflow: Workflow, found: Sequence[File], output: str) -> list[File]:
    """A film, or else its pictures, one a frame. Raises BriefRefused, StageError."""
    has_film = any(one.ends(FILMS) for one in _of_node(workflow, found, output))
    return _of_one_node(workflow, found, output, FILMS if has_film else PICTURES, "clip")


def _of_node(workflow: Workflow, found: Sequence[File], output: str) -> list[File]:
    node = node_named(workflow, output) if output else ""
    # a node of a subgraph or a loop comes back under its parent's id and its own
    return [one for one in found if not node or one.node == node or one.node.startswith(f"{node}.")]


def _of_one_node(
    workflow: Workflow, found: Sequence[File], output: str, endings: Sequence[str], what: str
) -> list[File]:
    fitting = [one for one in _of_node(workflow, found, output) if one.ends(endings)]
    fitting = [one for one in fitting if one.type == KEPT] or fitting
    nodes = list(dict.fromkeys(one.node for one in fitting))
    if len(nodes) == 1:
        return fitting
    if not nodes:
        made = ", ".join(one.filename for one in found) or "nothing"
        of = f" of node {output}" if output else ""
        raise StageError(f"the workflow made no {what}{of}: it made {made}")
    named = ", ".join(
        f"{node} ({title(workflow, node)})" if node in workflow else node for node in nodes
    )
    raise BriefRefused(f'several nodes made a {what}: {named}; say which: output = "{nodes[0]}"')
