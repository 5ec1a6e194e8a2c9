"""What language models answered, read and wrote, and what that cost: from the log's own events."""

import json
from typing import Any

from eventstore.reader import LogReader

_SUMS = """count(*) AS answers,
    sum(data ->> '$.tokens_in') AS tokens_in, sum(data ->> '$.tokens_out') AS tokens_out,
    sum(data ->> '$.seconds') AS seconds,
    round(sum(coalesce(data ->> '$.money', 0.0)), 8) AS money,
    max(coalesce(data ->> '$.currency', '')) AS currency"""


def answers(reader: LogReader, session: str, until: int) -> list[dict[str, Any]]:
    """By stage and model, up to a position, in the order of asking."""
    return reader.query(
        f"""SELECT data ->> '$.kind' AS stage, data ->> '$.model' AS model, {_SUMS}
        FROM events WHERE stream = ? AND position <= ? AND type = 'AnswerReceived'
        GROUP BY stage, model ORDER BY min(position)""",
        (session, until),
    )


def budget(reader: LogReader, session: str, until: int) -> dict[str, Any] | None:
    """The newest budget up to a position; None where there is none."""
    rows = reader.query(
        """SELECT data FROM events WHERE stream = ? AND position <= ? AND type = 'BudgetSet'
        ORDER BY position DESC LIMIT 1""",
        (session, until),
    )
    return (json.loads(rows[0]["data"]) or None) if rows else None


def with_spent(reader: LogReader, sessions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of sessions, each with `spent`: what its answers were in all; None where none was."""
    rows = reader.query(
        f"SELECT stream, {_SUMS} FROM events WHERE type = 'AnswerReceived' GROUP BY stream"
    )
    spent = {row.pop("stream"): row for row in rows}
    return [{**one, "spent": spent.get(one["session"])} for one in sessions]
