"""The fake stages with faults, as REELOG_FAULTS asks: `image=wait`, `audio:number 2=fail` …

A fault strikes briefs of its kind that hold its text, until a file `mended` is there. Every call of
a stage leaves a line in `calls`; a stage that stands still leaves one in `standing`.
"""

import errno
import os
import signal
import time
from pathlib import Path

from gpu import fake
from gpu.errors import BriefRefused, StageError

FOLDER = Path(os.environ["REELOG_FAULTS_AT"])
FAULTS = [one.partition("=")[::2] for one in os.environ["REELOG_FAULTS"].split(",")]
KINDS = {
    "StoryBrief": "story",
    "SceneGraphBrief": "scene_graph",
    "ShotPlanBrief": "shots",
    "ImageBrief": "image",
    "VideoBrief": "video",
    "AudioBrief": "audio",
    "FilmBrief": "film",
}


def note(file, words):
    """One line, whole, whoever else writes."""
    descriptor = os.open(FOLDER / file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(descriptor, f"{words}\n".encode())
    os.close(descriptor)


def strike(brief, report):
    """What befalls this brief."""
    kind = KINDS[type(brief).__name__]
    note("calls", f"{kind} {os.getpid()}")
    for target, action in FAULTS:
        of, _, text = target.partition(":")
        if of == kind and text in repr(brief) and not (FOLDER / "mended").exists():
            befall(action, kind, report)


def befall(action, kind, report):
    match action:
        case "fail":
            raise StageError("the lamp went out")
        case "refuse":
            raise BriefRefused("there is no such lamp")
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "full":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        case "deaf":
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
            stand(kind, lambda _: None)
        case "wait":
            stand(kind, report)
        case "stop":
            note("standing", f"{kind} {os.getpid()}")
            os.kill(os.getpid(), signal.SIGSTOP)
        case "hang":
            stand(kind, lambda _: None)


def stand(kind, report):
    note("standing", f"{kind} {os.getpid()}")
    while not (FOLDER / "mended").exists():
        report(0.5)
        time.sleep(0.005)


def struck(stage):
    class Struck(stage):
        def run(self, brief, out, report):
            strike(brief, report)
            return super().run(brief, out, report)

    return Struck


FakeStory = struck(fake.FakeStory)
FakeSceneGraph = struck(fake.FakeSceneGraph)
FakeShotPlan = struck(fake.FakeShotPlan)
FakeMedia = struck(fake.FakeMedia)
