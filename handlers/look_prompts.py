"""The prompts that were enhanced, beside what they were. Light: nothing is folded."""

import json
from typing import Any

from eventstore.reader import LogReader
from handlers.look import FAMILY, Tables

KEY_OF = {"image": "image_prompt", "video": "motion_prompt"}


def enhanced(reader: LogReader, tables: Tables) -> list[dict[str, Any]]:
    """shot, shot_index, stage, family, original, enhanced of each wanted prompt that is there.

    In the order of the cut. What a fork took over is told by its parent's event.
    """
    shots = {
        row["command_id"]: row["shot"]
        for row in tables["commands"]
        if row["kind"] == "enhance" and row["state"] == "done"
    }
    if not shots:
        return []
    session = tables["sessions"][0]["session"]
    rows = reader.query(
        f"""{FAMILY} SELECT data FROM events
        WHERE data ->> '$.command_id' IN (SELECT value FROM json_each(?))
        AND type = 'PromptEnhanced' AND stream IN family
        ORDER BY stream = ?, position""",
        (session, json.dumps(list(shots)), session),
    )
    told = {data["command_id"]: data for row in rows if (data := json.loads(row["data"]))}
    places = {shot["shot"]: shot["shot_index"] for shot in tables["shots"]}
    found = [_row(data, shots[command_id], places) for command_id, data in told.items()]
    return sorted(found, key=lambda row: (row["shot_index"], row["stage"]))


def _row(data: dict[str, Any], shot: int, places: dict[int, int]) -> dict[str, Any]:
    return {
        "shot": shot,
        "shot_index": places[shot],
        "stage": data["stage"],
        "family": data["family"],
        "original": data["original"],
        "enhanced": data[KEY_OF[data["stage"]]],
        "command_id": data["command_id"],
    }
