"""What a request may be answered with besides events. The tree:

Refused               the request cannot be granted; nothing was changed
└── UnknownSession    no session of that name
WorkersDie            worker processes die before they begin anything
"""

SENSELESS = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, AssertionError)
"""What folding raises when forged events make no sense together."""


class Refused(Exception):
    """A request that is not granted: a stable code, one sentence, and the way out."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        self.code, self.message, self.hint = code, message, hint
        super().__init__(f"{message}; {hint}" if hint else message)


class UnknownSession(Refused):
    """No session of that name."""

    def __init__(self, name: str, hint: str) -> None:
        super().__init__("unknown_session", f"there is no session {name!r}", hint)


class WorkersDie(Exception):
    """Worker processes die again and again without beginning anything."""
