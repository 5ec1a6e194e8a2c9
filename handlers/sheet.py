"""A contact sheet of a session: every shot in the order of the cut."""

from pathlib import Path

from eventstore.home import Home
from projections.session import Session
from projections.work import work


def write_sheet(home: Home, session: Session, out: Path) -> Path:
    """Write the sheet as PNG to `out` and return it. Shots without a picture get a frame."""
    from gpu.sheet import SheetPanel, contact_sheet

    started = session.started
    assert started is not None
    panels = []
    for one in work(session).shots:
        plan = one.shot.plan
        image = one.made.get("image")
        picture = (
            home.artifacts.path(image.artifact.sha256, image.artifact.media_type) if image else None
        )
        heading = " · ".join(
            (
                str(one.index),
                plan.shot_size,
                plan.camera,
                f"{(one.frames or plan.planned_frames) / started.fps:.1f} s",
            )
        )
        held = picture if picture and picture.is_file() else None
        panels.append(SheetPanel(held, heading.upper(), plan.narration))
    subtitle = session.story.logline if session.story else started.idea
    contact_sheet(
        session.title or started.idea, subtitle, panels, started.width / started.height, out
    )
    return out
