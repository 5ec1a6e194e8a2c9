"""How deaths.jsonl was made: a film whose workers died. Run once.

python -m tests.golden.make_deaths
"""

from projections import events as e
from tests import build as b
from tests.golden.golden import FOLDER, line, meaning

FILM = "session_20250208_002238"


def begun(command: b.Command, worker: str) -> e.CommandStarted:
    """A worker begins."""
    return e.CommandStarted(
        command_id=command.id, kind=command.kind, shot=command.shot, take=1, worker=worker
    )


def died(command: b.Command, worker: str, **known: object) -> e.WorkerDied:
    """And dies."""
    values = {"command_id": command.id, "kind": command.kind, "shot": command.shot}
    return e.WorkerDied(**(values | {"worker": worker, "reason": "its worker died"} | known))


def film() -> list:
    """An image that killed three workers, was tried again, and is there in the end."""
    history = b.beginning(2)
    image = b.only(b.work_after(*history).pending, "image", 1)
    killed = {"signal": 9, "peak_memory_bytes": 15_032_385_536, "out_of_memory": True}
    history += [begun(image, "a"), died(image, "a", **killed)]
    history += [begun(image, "b"), died(image, "b", exit_status=1)]
    history += [begun(image, "c"), died(image, "c")]
    history.append(e.RetryRequested(command_ids=(image.id,)))
    history.append(begun(image, "d"))
    return b.carried_on(history)


def main() -> None:
    """Write deaths.jsonl and deaths.session.json."""
    lines = [line(FILM, one) for one in b.recorded(film())]
    path = FOLDER / "deaths.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.with_suffix(".session.json").write_text(meaning(path), encoding="utf-8")


if __name__ == "__main__":
    main()
