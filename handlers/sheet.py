"""A contact sheet of a session: every shot in the order of the cut."""

from pathlib import Path
from typing import TYPE_CHECKING

from eventstore.home import Home
from projections.reference_work import ReferenceWork
from projections.session import Session
from projections.work import work

if TYPE_CHECKING:
    from gpu.sheet import SheetPanel


def write_sheet(home: Home, session: Session, out: Path) -> Path:
    """Write the sheet as PNG to `out` and return it. Shots without a picture get a frame."""
    from gpu.sheet import SheetPanel, contact_sheet

    started = session.started
    assert started is not None
    found = work(session)
    panels = [_panel_of(home, sheet) for sheet in found.references]
    for one in found.shots:
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


def _panel_of(home: Home, sheet: ReferenceWork) -> "SheetPanel":
    """A character or place, with its look in words."""
    from gpu.sheet import SheetPanel

    made, one = sheet.made, sheet.reference
    picture = made and home.artifacts.path(made.artifact.sha256, made.artifact.media_type)
    held = picture if picture and picture.is_file() else None
    return SheetPanel(held, f"{one.kind} · {one.name}".upper(), one.look)
