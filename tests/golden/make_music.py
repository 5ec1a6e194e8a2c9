"""How music.jsonl was made: a film with music, its words changed by hand. Run once.

python -m tests.golden.make_music
"""

from projections import events as e
from tests import build as b
from tests.golden.golden import FOLDER, line, meaning

FILM = "session_20250208_002238"


def main() -> None:
    """Write the log and what it means."""
    history = b.carried_on([b.started(stages=b.WITH_MUSIC, music="slow strings")])
    history.append(e.SessionEdited(music="a piano alone"))
    history = b.carried_on(history)
    path = FOLDER / "music.jsonl"
    lines = [line(FILM, one) for one in b.recorded(history)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.with_suffix(".session.json").write_text(meaning(path), encoding="utf-8")


if __name__ == "__main__":
    main()
