"""What can go wrong with a language model. The tree:

StageError
├── Unreachable        nobody answers at the server's URL, or the connection was lost
├── BadAnswer          somebody answers, and not as such servers do
├── Overloaded         the server says to wait, for longer than we do
└── BriefRefused       (gpu.errors) another attempt would end the same way
    ├── KeyRefused     the server does not take the key, or wants one
    ├── ModelUnknown   the server has no such model
    ├── ContextTooLong the question is longer than the model can read
    ├── CutOff         the answer ended in the middle, at its limit
    ├── Declined       the model or its server would not answer
    ├── OverBudget     the question could cost more than is left of the film's budget
    └── WrongAnswer    the answer is not what was asked for, after it was told so once
"""

from gpu.errors import BriefRefused, StageError


class Unreachable(StageError):
    """Nobody answers at the server's URL."""


class BadAnswer(StageError):
    """An answer that no such server would give; carries its status and first words."""


class Overloaded(StageError):
    """The server has no room for the question for longer than it is waited for."""


class KeyRefused(BriefRefused):
    """The server does not take the key; the message names the variable that holds it."""


class ModelUnknown(BriefRefused):
    """The server has no such model; the message lists those that it has."""


class ContextTooLong(BriefRefused):
    """The question is longer than the model can read."""


class CutOff(BriefRefused):
    """The answer ended in the middle, at the most tokens that it may have."""


class Declined(BriefRefused):
    """The model, or a filter before it, would not answer."""


class OverBudget(BriefRefused):
    """The question could cost more than is left of the film's budget; it was not asked."""


class WrongAnswer(BriefRefused):
    """The answer is not what was asked for, and neither was the second one."""
