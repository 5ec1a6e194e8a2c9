"""Why work in flight ends from outside. No attempt counts that ends so."""

from gpu.errors import Withdrawn


class Stopped(BaseException):
    """Work in flight ends at once, and so does the worker."""


class SessionStopped(Stopped, Withdrawn):
    """Work in flight ends at once: the session was paused with --now, or cancelled with it."""
