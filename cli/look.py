"""Commands that look: list, view, history."""

import typer


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
