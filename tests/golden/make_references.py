"""How references.jsonl was made: characters and places in a finished film. Run once, kept for ever.

python -m tests.golden.make_references
"""

from eventstore.registry import Event
from projections import events as e
from tests import build as b
from tests.golden.golden import FOLDER, line, meaning

FILM = "session_20250208_002238"


def film() -> list[Event | list[Event]]:
    """A film of two shots: a sheet, an own picture, another look, another take."""
    begun = b.with_cast(("Mira", "the harbour"), ("Old Tom",))
    begun[0] = [begun[0], b.own_picture("Old Tom", "tom")]
    finished = b.carried_on(begun)
    changes = [
        e.ReferenceEdited(name="Mira", look="short", prompt="Mira: short. A sheet"),
        e.ReferenceEdited(name="the harbour", take=2, seed=99),
        e.ReferenceEdited(name="Old Tom", look="old", prompt="Old Tom: old. A sheet"),
        b.own_picture("Mira", "mira"),
    ]
    return b.carried_on([*finished, *changes])


def main() -> None:
    """Write references.jsonl and references.session.json."""
    path = FOLDER / "references.jsonl"
    lines = [line(FILM, one) for one in b.recorded(film())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.with_suffix(".session.json").write_text(meaning(path), encoding="utf-8")


if __name__ == "__main__":
    main()
