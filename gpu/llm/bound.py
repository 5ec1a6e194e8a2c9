"""How long an answer can get that keeps to a schema. Pure."""

from collections.abc import Mapping
from typing import Any

NUMBER = 12
TOKENS_A_SIGN = 4
"""Of the plainest vocabulary there is: one token a byte."""


def longest(schema: Mapping[str, Any]) -> int:
    """Signs of the longest JSON text that keeps to it."""
    if "enum" in schema:
        return max(len(str(one)) for one in schema["enum"]) + 2
    match schema.get("type"):
        case "object":
            fields = schema["properties"].items()
            return 2 + sum(len(name) + 4 + longest(one) for name, one in fields)
        case "array":
            return 2 + int(schema["maxItems"]) * (1 + longest(schema["items"]))
        case "string":
            return 2 + int(schema["maxLength"])
    return NUMBER
