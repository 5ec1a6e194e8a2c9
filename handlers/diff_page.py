"""A comparison as one HTML page that needs nothing else: both storyboards beside each other.

Whatever comes from the log is escaped. Pictures are scaled down and stand in the page itself.
"""

import re
from base64 import b64encode
from html import escape
from pathlib import Path
from typing import Any

from eventstore.artifacts import Artifacts, full_disk_is_ours
from eventstore.plain_files import write_new
from handlers.diff_style import STYLE
from handlers.out_file import refuse_other
from projections.difference import (
    ADDED,
    CHANGED,
    REMOVED,
    SAME,
    TEXTS,
    Difference,
    FieldChange,
    ShotDifference,
    Side,
)
from projections.shot_work import ShotWork
from projections.words import ADDED as NEW
from projections.words import KEPT, Piece
from projections.words import REMOVED as OLD
from projections.work import Work

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_STEERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
LABELS = {
    "image_prompt": "Picture",
    "motion_prompt": "Motion",
    "original_image_prompt": "Picture, as written",
    "original_motion_prompt": "Motion, as written",
    "narration": "Narration",
    "negative_prompt": "Not",
}


def escaped(text: str) -> str:
    """Text that is no markup, and that turns no line around."""
    return escape(_STEERS.sub("\ufffd", text))


def write_page(found: Difference, artifacts: Artifacts, out: Path) -> Path:
    """Write the page and return it. Refuses to write over a folder."""
    refuse_other(out)
    temporary = out.with_name(f".{out.name}.new")
    with full_disk_is_ours(out):
        try:
            write_new(temporary, page(found, artifacts).encode())
            temporary.replace(out)
        finally:
            temporary.unlink(missing_ok=True)
    return out


def page(found: Difference, artifacts: Artifacts) -> str:
    """The whole page."""
    a, b = found.a, found.b
    title = f"{_name(a)} ↔ {_name(b)}" if _name(a) != _name(b) else _name(a)
    rows = "\n".join(_row(one, found, artifacts) for one in found.shots)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escaped(title)} · reelog diff</title>
<style>{STYLE}</style>
</head>
<body>
<header>
{_head("before", a, found.works[0])}
{_head("after", b, found.works[1])}
</header>
<p class="sum">{_summary(found)}</p>
{_fields(found)}
<main>
{rows or '<p class="none">No shots were planned yet.</p>'}
</main>
<footer>Drawn by reelog from the log. Struck-out words were taken out, marked ones put in.</footer>
</body>
</html>
"""


def _name(side: Side) -> str:
    started = side.session.started
    return side.session.title or (started.idea if started else "") or side.session.id


def _head(which: str, side: Side, work: Work) -> str:
    s, layout = side.session, work.timeline
    started = s.started
    facts = [f"{len(work.shots)} shots"]
    if started and layout:
        facts.append(f"{layout.total_frames / started.fps:.1f} s")
    if started:
        facts += [f"{started.width}×{started.height}", f"{started.fps} fps", s.profile]
    return (
        f'<div class="film"><span class="which">{which}</span><h1>{escaped(_name(side))}</h1>'
        f'<p class="id">{escaped(side.label)}</p><p class="facts">'
        f"{escaped(' · '.join(facts))}</p></div>"
    )


def _summary(found: Difference) -> str:
    if found.equal:
        return '<b class="chip same">Both are the same film</b>'
    kinds = {
        name: [s for s in found.shots if s.change == name] for name in (CHANGED, ADDED, REMOVED)
    }
    chips = [f'<b class="chip {k}">{len(v)} {k}</b>' for k, v in kinds.items() if v]
    moved = sum(one.moved for one in found.shots)
    chips += [f'<b class="chip moved">{moved} moved</b>'] if moved else []
    redone = sum(one.artifacts.get("image") not in (None, SAME) for one in found.shots)
    chips += [f'<b class="chip">{redone} redrawn</b>'] if redone else []
    rest = sum(one not in found.changed for one in found.shots)
    chips += [f'<b class="chip same">{rest} unchanged</b>'] if rest else []
    return " ".join(chips)


def _fields(found: Difference) -> str:
    if not found.fields:
        return ""
    rows = "".join(
        f"<tr><th>{escaped(one.name.replace('_', ' '))}</th><td>{_value(one, OLD)}</td>"
        f"<td>{_value(one, NEW)}</td></tr>"
        for one in found.fields
    )
    return f'<table class="fields"><tbody>{rows}</tbody></table>'


def _value(one: FieldChange, side: str) -> str:
    if one.words:
        return _pieces(one.words, side)
    value = one.before if side == OLD else one.after
    tag = "del" if side == OLD else "ins"
    return '<span class="nothing">–</span>' if value is None else f"<{tag}>{_text(value)}</{tag}>"


def _pieces(words: tuple[Piece, ...], side: str) -> str:
    """One side of a word diff, what is not on the other side marked."""
    tag = "del" if side == OLD else "ins"
    return "".join(
        escaped(text) if kind == KEPT else f"<{tag}>{escaped(text)}</{tag}>"
        for kind, text in words
        if kind in (KEPT, side)
    )


def _text(value: Any) -> str:
    return escaped(str(value))


def _row(one: ShotDifference, found: Difference, artifacts: Artifacts) -> str:
    badges = [one.change] if one.change != "same" else []
    badges += ["moved"] if one.moved else []
    badges += [f"{k} {v}" for k, v in one.artifacts.items() if v != SAME]
    quiet = "" if badges else " quiet"
    labels = "".join(f'<b class="badge {escaped(b.split()[0])}">{escaped(b)}</b>' for b in badges)
    changes = {field.name: field for field in one.fields}
    return (
        f'<section class="row{quiet}"><div class="badges">{labels or "<b>unchanged</b>"}</div>'
        f"{_card(one.before, changes, OLD, (found.a, artifacts))}"
        f"{_card(one.after, changes, NEW, (found.b, artifacts))}</section>"
    )


def _card(
    one: ShotWork | None,
    changes: dict[str, FieldChange],
    side: str,
    place: tuple[Side, Artifacts],
) -> str:
    if one is None:
        return '<article class="empty">not here</article>'
    started = place[0].session.started
    fps = started.fps if started else 1
    ratio = f"{started.width} / {started.height}" if started else "16 / 9"
    plan = one.shot.plan
    seconds = f"{(one.frames or plan.planned_frames) / fps:.1f} s"
    view = {"shot_size": plan.shot_size, "camera": plan.camera, "duration_s": seconds}
    words = " · ".join(
        f"<mark>{_text(value)}</mark>" if name in changes else _text(value)
        for name, value in view.items()
    )
    texts = {"image_prompt": one.worded.image_prompt, "narration": plan.narration}
    texts |= {name: "" for name in TEXTS if name in changes and name not in texts}
    return (
        f'<article><div class="picture" style="aspect-ratio:{ratio}">'
        f"{_picture(one, place[1])}<span>{one.index}</span></div>"
        f'<p class="view">{words}</p>'
        + "".join(_line(name, text, changes.get(name), side) for name, text in texts.items())
        + "".join(_line(f.name, "", f, side) for f in changes.values() if _listed(f, view))
        + "</article>"
    )


def _listed(field: FieldChange, view: dict[str, str]) -> bool:
    """Whether a change needs a line of its own."""
    return not field.words and field.name not in view and field.name != "planned_s"


def _line(name: str, text: str, change: FieldChange | None, side: str) -> str:
    label = LABELS.get(name, name.replace("_", " "))
    said = _value(change, side) if change else escaped(text)
    return f'<p class="{escaped(name)}"><i>{escaped(label)}</i> {said}</p>' if said else ""


def _picture(one: ShotWork, artifacts: Artifacts) -> str:
    image = one.made.get("image")
    if image is None:
        return "<em>no picture yet</em>"
    path = artifacts.path(image.artifact.sha256, image.artifact.media_type)
    from gpu.thumbnail import thumbnail

    data = thumbnail(path) if path.is_file() else None
    if data is None:
        return "<em>no picture here</em>"
    encoded = b64encode(data).decode()
    return f'<img alt="shot {one.index}" src="data:image/jpeg;base64,{encoded}">'
