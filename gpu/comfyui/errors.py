"""What can go wrong with a ComfyUI server. The tree:

StageError
├── Unreachable       nobody answers at its URL
├── BadAnswer         somebody answers, and not as ComfyUI does
└── NodeFailed        a node of the workflow raised; carries its words
    └── NodeMemory    memory ran out there: another attempt may do, after a pause or smaller
"""

from gpu.errors import StageError


class Unreachable(StageError):
    """Nobody answers at the server's URL."""


class BadAnswer(StageError):
    """An answer that ComfyUI would not give; carries its status and first words."""


class NodeFailed(StageError):
    """A node of the workflow failed; the message names it, the exception and its text."""


class NodeMemory(NodeFailed):
    """A node of the workflow ran out of memory."""
