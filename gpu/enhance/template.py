"""Templates that ask for prompts: one a family, each of them a file that users may replace. Light.

In a folder of the user's, `enhance_image_sdxl.md` goes for that family, `enhance_image.md` for all.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gpu.enhance import check
from gpu.enhance.brief import PromptBrief
from gpu.enhance.families import STAGES, of_stage
from gpu.errors import BriefRefused
from gpu.llm.template import Template, kept, read

FOLDER = Path(__file__).parent / "templates"
WORDS_MAX, WORDS_A_TOKEN = 120, 0.7
KEYS = ("template", *(f"{stage}_template" for stage in STAGES))
"""Of a profile's table."""


def kind_of(stage: str) -> str:
    """What the template of a stage's prompts is called, without its family."""
    return f"enhance_{stage}"


def named(beside: Path, where: str, table: Mapping[str, Any]) -> dict[str, str]:
    """The user's own templates by name, checked. Raises BriefRefused.

    `template` is a folder of them; `image_template` and `video_template` are a file each.
    """
    found: dict[str, str] = {}
    if "template" in table:
        found = _in_folder(_path(beside, where, "template", table["template"]), where)
    for stage in STAGES:
        if (key := f"{stage}_template") in table:
            path = _path(beside, where, key, table[key])
            found = {name: text for name, text in found.items() if not _is_of(name, stage)}
            found[kind_of(stage)] = read(path, kind_of(stage)).text
    return found


def _path(beside: Path, where: str, key: str, name: object) -> Path:
    if not isinstance(name, str) or not name:
        raise BriefRefused(f'{where}: {key} = "…" names a file or folder, found {name!r}')
    return (beside / Path(name).expanduser()).resolve()


def _in_folder(folder: Path, where: str) -> dict[str, str]:
    if not folder.is_dir():
        raise BriefRefused(
            f"{where}: template = … names a folder with templates, and {folder} is none; "
            "image_template and video_template name files"
        )
    names = [f"{kind_of(stage)}{family}" for stage in STAGES for family in _families(stage)]
    return {
        name: read(
            folder / f"{name}.md", name.rpartition("_")[0] if _has_family(name) else name
        ).text
        for name in names
        if (folder / f"{name}.md").is_file()
    }


def _families(stage: str) -> list[str]:
    return ["", *(f"_{family}" for family in of_stage(stage))]


def _has_family(name: str) -> bool:
    return name.count("_") > 1


def _is_of(name: str, stage: str) -> bool:
    return name == kind_of(stage) or name.startswith(f"{kind_of(stage)}_")


def chosen(own: Mapping[str, str], stage: str, family: str) -> Template:
    """The template for a family: the user's own for it, or for all, or ours."""
    kind = kind_of(stage)
    for name in (f"{kind}_{family}", kind):
        if name in own:
            return Template(own[name])
    return read(FOLDER / f"{kind}_{family}.md", kind)


def of_brief(brief: PromptBrief) -> Template:
    """The template that the film began with. Raises BriefRefused where it is gone."""
    return kept(Path(str(brief.running[f"{brief.stage}_template"])), kind_of(brief.stage))


def values(brief: PromptBrief) -> dict[str, object]:
    """What stands in a template's places."""
    words = max(1, min(int(check.room(brief) * WORDS_A_TOKEN), WORDS_MAX))
    told = {"prompt": brief.prompt, "shown": _shown(brief), "words": words}
    if brief.stage == "video":
        camera = "it stands still" if brief.camera == "static" else f"“{brief.camera}”"
        return {**told, "camera": camera, "picture": brief.image_prompt}
    of_image = ("style", "shot_size", "angle", "lighting")
    return {**told, **{name: getattr(brief, name) or "as you like" for name in of_image}}


def _shown(brief: PromptBrief) -> str:
    """Whom and what the shot shows, and which names have to stay."""
    lines = [f"- {one.name}: {one.look or one.kind}" for one in brief.references]
    keep = check.names(brief)
    return "\n".join(
        [
            *(["In this shot:", *lines] if lines else []),
            *([f"These names have to stay: {', '.join(keep)}."] if keep else []),
        ]
    )
