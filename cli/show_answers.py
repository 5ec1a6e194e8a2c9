"""What `reelog view` tells of language models: answers, tokens, money, and what they may cost."""

from cli.show_events import limit, money
from cli.show_found import Found
from cli.show_text import Cell, cell, seconds_text
from cli.show_view import STEP_NAMES

HEADERS = ("", "answers", "read", "written", "time", "money")


def answers(found: Found) -> list[list[Cell]]:
    """What language models read and wrote for each stage, and what that cost."""
    rows = [(STEP_NAMES.get(row["stage"]) or str(row["stage"]), row) for row in found.answers]
    if len(rows) > 1:
        sums = ("answers", "tokens_in", "tokens_out", "seconds", "money")
        total = {key: sum(row[key] for row in found.answers) for key in sums}
        currencies = max(row["currency"] for row in found.answers)
        rows.append(("together", total | {"currency": currencies}))
    return [
        [
            cell(name),
            cell(str(row["answers"])),
            cell(f"{row['tokens_in']:,}"),
            cell(f"{row['tokens_out']:,}"),
            cell(seconds_text(row["seconds"])),
            cell(money(row["money"], row["currency"]) if row["money"] else "-"),
        ]
        for name, row in rows
    ]


def budget(found: Found) -> str:
    """What language models may cost this film, in words; empty where nobody said."""
    return f", budget {limit(found.budget)}" if found.budget else ""
