"""What is known of a session's models before they are loaded: do they fit the card, and how."""

import json
from typing import Any

from eventstore.log import EventLog
from eventstore.reader import LogReader
from gpu.card import card
from gpu.fits import Fit, fits
from projections.parts import StageChoice


def of_session(reader: LogReader, session: str) -> list[Fit]:
    """One for each stage that a model does, by what it was asked for last. Asks the card."""
    found = reader.query(
        "SELECT data ->> '$.stages' AS stages FROM events "
        "WHERE stream = ? AND data ->> '$.stages' IS NOT NULL ORDER BY position DESC LIMIT 1",
        (session,),
    )
    if not found:
        return []
    told: dict[str, Any] = json.loads(found[0]["stages"])
    models = {kind: one for kind, one in told.items() if one["backend"] == "diffusers"}
    if not models:
        return []
    stages = {kind: StageChoice.model_validate(one) for kind, one in models.items()}
    return list(fits(stages, card(), peaks(reader)))


def peaks(reader: LogReader | EventLog) -> dict[tuple[str, str], int]:
    """(backend, model) → the most memory that this log has measured for it."""
    rows = reader.query(
        """SELECT data ->> '$.provenance.backend' AS backend,
            data ->> '$.provenance.model' AS model,
            max(data ->> '$.provenance.peak_memory_bytes') AS peak
        FROM events WHERE data ->> '$.provenance.peak_memory_bytes' IS NOT NULL
        GROUP BY backend, model"""
    )
    return {(row["backend"], row["model"]): int(row["peak"]) for row in rows}
