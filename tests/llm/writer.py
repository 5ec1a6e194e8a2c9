"""What a well-behaved language model answers: an object that keeps to the schema it was given."""

import json
from typing import Any


def answer_to(body: dict[str, Any]) -> str:
    """JSON for the schema in `response_format`, or for the one in the words of the question."""
    asked = body.get("response_format", {}).get("json_schema", {}).get("schema")
    if asked is None:
        first = body["messages"][0]["content"]
        _, found, told = first.rpartition("JSON Schema:\n")
        asked = json.loads(told) if found else {"type": "object", "properties": {}}
    return json.dumps(value_of(asked), ensure_ascii=False)


def value_of(schema: dict[str, Any], name: str = "", number: int = 1) -> Any:
    """The plainest value that a schema takes."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][(number - 1) % len(schema["enum"])]
    match schema["type"]:
        case "object":
            return {
                key: value_of(one, f"{name} {key}".strip(), number)
                for key, one in schema["properties"].items()
            }
        case "array":
            count = max(1, schema.get("minItems", 0)) if schema.get("maxItems", 1) else 0
            return [value_of(schema["items"], name, number + n) for n in range(count)]
        case "integer":
            return max(schema.get("minimum", 1), min(number, schema.get("maximum", number)))
        case "number":
            return schema.get("minimum", 1.0)
        case "boolean":
            return False
    return f"a {name} {number}"
