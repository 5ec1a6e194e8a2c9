"""Reading thousands of events makes only objects that stay: collecting meanwhile is waste."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collections() -> Iterator[None]:
    """Hold the cyclic collector for a while; as it was, afterwards.

    What was made meanwhile counts as old then: it is not walked through at once for being new.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.unfreeze()
            gc.enable()
