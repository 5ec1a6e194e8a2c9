"""ComfyUI workflows of a profile, kept as artifacts before an event names them."""

from contextlib import closing

from eventstore.artifacts import full_disk_is_ours
from eventstore.home import Home
from eventstore.leases import WorkerLock
from gpu.profile import Profile

JSON = "application/json"


def keep(home: Home, lock: WorkerLock, profile: Profile) -> None:
    """The profile's workflows: a film owns what it was begun with, whatever becomes of the file."""
    for text in {stage.workflow for stage in profile.stages.values()} - {""}:
        temporary = home.artifacts.temporary(lock.name, JSON)
        try:
            with full_disk_is_ours(temporary):
                temporary.write_text(text, encoding="utf-8")
            home.artifacts.keep(temporary, JSON)
        finally:
            temporary.unlink(missing_ok=True)


def keep_alone(home: Home, profile: Profile | None) -> None:
    """The same for somebody who is no worker: gc leaves them alone until an event names them."""
    if profile and any(stage.workflow for stage in profile.stages.values()):
        with closing(WorkerLock(home.locks)) as lock:
            keep(home, lock, profile)
