"""What the film is called in its session's folder. Light."""

from eventstore.artifacts import SUFFIXES


def film_name(media_type: str) -> str:
    """film.mp4, or what its container is called."""
    return f"film{SUFFIXES.get(media_type, '.mp4')}"
