"""Libraries that come with an extra of the package: there, or refused with the way to get them."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from handlers.errors import Refused


def needed(module: str, extra: str, what: str, *, load: bool = True) -> Any:
    """The module, or only whether it is there. Raises Refused naming the extra that brings it."""
    if find_spec(module) is None:
        raise Refused(
            "no_extra", f"{what} needs the library {module}", f"pip install 'reelog[{extra}]'"
        )
    return import_module(module) if load else None
