"""Comments of a script, taken out in one pass however many are opened and never closed."""

import re
from collections.abc import Iterator, Mapping

OPENINGS: Mapping[str, str] = {"<!--": "-->", "/*": "*/", "[[": "]]"}


def without(text: str, openings: Mapping[str, str] = OPENINGS) -> str:
    """The text without what stands between; line breaks stay. What is never closed stays, too."""
    kept, at = [], 0
    for start, end in _spans(text, openings):
        kept += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end
    return "".join([*kept, text[at:]])


def _spans(text: str, openings: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    opening = re.compile("|".join(map(re.escape, openings)))
    open_for_ever: set[str] = set()
    at = 0
    while found := opening.search(text, at):
        at = found.end()
        closing = openings[found[0]]
        if closing in open_for_ever:
            continue
        end = text.find(closing, at)
        if end < 0:
            open_for_ever.add(closing)
            continue
        at = end + len(closing)
        yield found.start(), at


def without_tags(text: str) -> str:
    """The text without <script> and <style> and what stands in them; line breaks stay."""
    kept, at, search = [], 0, 0
    gone: set[str] = set()
    while found := re.compile(r"<(script|style)\b[^>]{0,500}>", re.I).search(text, search):
        search = found.end()
        tag = found[1].lower()
        if tag in gone:
            continue
        closing = re.compile(rf"</{tag}\s{{0,9}}>", re.I).search(text, search)
        if closing is None:
            gone.add(tag)
            continue
        kept += [text[at : found.start()], "\n" * text.count("\n", found.start(), closing.end())]
        at = search = closing.end()
    return "".join([*kept, text[at:]])
