"""How notices.jsonl was made: a film whose end was told. Run once.

python -m tests.golden.make_notices
"""

from projections import events as e
from tests import build as b
from tests.golden.golden import FOLDER, line, meaning

FILM = "session_20250208_002238"


def main() -> None:
    """Write the log and what it means."""
    history = b.carried_on([b.started()])
    history.append(e.NotificationStarted(occasion="done", about=b.recorded(history)[-1].event_id))
    path = FOLDER / "notices.jsonl"
    lines = [line(FILM, one) for one in b.recorded(history)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.with_suffix(".session.json").write_text(meaning(path), encoding="utf-8")


if __name__ == "__main__":
    main()
