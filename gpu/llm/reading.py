"""A model's answer as a value: what is around its JSON is left out, what is wrong is said.

Nothing of an answer is ever run, or used as a path.
"""

import json
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

WRONG_MAX = 6
_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL)
Form = TypeVar("Form", bound=BaseModel)


class Misread(ValueError):
    """The answer is not what was asked for; the message tells a model what is wrong with it."""


def read(text: str, form: type[Form]) -> Form:
    """The answer as that form. Raises Misread."""
    try:
        return form.model_validate(_object(text))
    except ValidationError as error:
        wrong = [
            f"{'.'.join(map(str, one['loc'])) or 'the object'}: {one['msg']}"
            for one in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        more = f"; and {len(wrong) - WRONG_MAX} more" if len(wrong) > WRONG_MAX else ""
        raise Misread("; ".join(wrong[:WRONG_MAX]) + more) from error


def _object(text: str) -> Any:
    """The JSON in an answer, with the thoughts, fences and words of weaker models around it."""
    bare = _THOUGHT.sub("", text).strip()
    candidates = [bare, *_FENCE.findall(bare)[-1:], bare[bare.find("{") : bare.rfind("}") + 1]]
    errors = []
    for one in candidates:
        try:
            return json.loads(one, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            errors.append(error)
    raise Misread(f"that is no JSON: {errors[0]}")


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


def schema_of(form: type[BaseModel], title: str) -> dict[str, Any]:
    """The form as a JSON Schema that every server reads: nothing referred to, all of it needed."""
    schema = form.model_json_schema()
    parts = schema.pop("$defs", {})
    return {"title": title, **_plain(schema, parts)}


def _plain(schema: Any, parts: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_plain(one, parts) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _plain(parts[schema["$ref"].rpartition("/")[2]], parts)
    plain: dict[str, Any] = {}
    for key, one in schema.items():
        if key == "properties":
            plain[key] = {name: _plain(field, parts) for name, field in one.items()}
        elif key == "const":
            plain["enum"] = [one]
        elif key not in ("title", "default"):
            plain[key] = _plain(one, parts)
    if plain.get("type") == "object":
        plain["required"] = list(plain.get("properties", {}))
        plain["additionalProperties"] = False
    return plain
