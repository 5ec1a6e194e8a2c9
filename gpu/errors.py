"""What a stage may raise. The tree:

StageError            the stage could not make what the brief asks for
├── BriefRefused      the brief itself cannot be made; another attempt would end the same way
├── ScriptError       the user's script is wrong; names file, line, field and what was expected
└── ToolFailed        a child process (ffmpeg, the speech child) failed; carries its last words
    └── ToolDisturbed it was killed by a signal, or met an error of the system that may pass

DeviceFailed, a BaseException: the card is in a state in which nothing can be made any more. The
process ends; the log gives its work out again.

Withdrawn, a BaseException: nobody wants the work any more. A stage that has somebody else work for
it tells them; stopped in any other way, it leaves the work to whoever comes next.

A full disk is an OSError with errno ENOSPC, never a StageError: nobody's fault, and no attempt.
"""


class StageError(Exception):
    """The stage could not make what the brief asks for."""


class BriefRefused(StageError):
    """The brief cannot be made at all; trying again would end the same way."""


class ScriptError(StageError):
    """The user's script is wrong; the message names file, line, field and what was expected."""


class ToolFailed(StageError):
    """A child process failed; the message carries its last words."""


class ToolDisturbed(ToolFailed):
    """A child process was killed, or met an error that may be gone at another try."""


class DeviceFailed(BaseException):
    """The card failed with more than a lack of memory; this process is of no more use."""


class Withdrawn(BaseException):
    """Nobody wants the work any more."""
