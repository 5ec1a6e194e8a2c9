"""Pages of a storyboard: fonts that come with the project, lines that fit, rows that stay whole.

Text that no font here can draw is left out, and its script remembered: no box stands for a letter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from gpu.glyphs import FILES, FONTS, drawable, undrawable_scripts

WIDE_MM, HIGH_MM, MARGIN, FOOT = 210.0, 297.0, 15.0, 12.0
INK, QUIET, RULE = (25, 25, 28), (105, 105, 112), (205, 205, 210)
MM_PER_POINT = 0.3528
LEADING = 1.32
ROW_GAP = 6.0
FONT = "board"
CHARACTERS_MAX = 20_000
"""Of one text; more is no storyboard any more, and takes long to lay out."""


@dataclass(frozen=True)
class Style:
    """Size in points, weight and colour of a line."""

    size: float
    bold: bool = False
    ink: tuple[int, int, int] = INK

    @property
    def height(self) -> float:
        """Of a line, in mm."""
        return self.size * MM_PER_POINT * LEADING


Line = tuple[str, Style]
SPACE: Line = ("", Style(4))
"""Between texts of one row."""


class Page:
    """The pages of one document, and where on the last one the next thing goes."""

    def __init__(self, title: str, date: datetime, language: str) -> None:
        from fpdf import FPDF

        self._scripts: dict[str, None] = {}
        self._title = title
        self._missing_at: tuple[int, float] | None = None
        self._pdf: Any = FPDF(format="A4", unit="mm")
        self._pdf.set_auto_page_break(False)
        self._pdf.set_margin(0)
        for bold, name in FILES.items():
            self._pdf.add_font(FONT, "B" if bold else "", FONTS / name)
        self._pdf.set_title(drawable(title) or "storyboard")
        self._pdf.set_creator("reelog")
        self._pdf.set_creation_date(date)
        if language:
            self._pdf.set_lang(language)
        self._y = MARGIN

    @property
    def width(self) -> float:
        """Of what is written on, in mm."""
        return WIDE_MM - 2 * MARGIN

    def begin(self) -> None:
        """A new page."""
        self._pdf.add_page()
        self._y = MARGIN

    def section(self, title: str, style: Style) -> None:
        """A heading that readers can jump to."""
        self._pdf.set_y(self._y)
        self._pdf.start_section(drawable(title) or "–")
        self.lines(title, style, self.width)
        self.down(3)

    def down(self, mm: float) -> None:
        """Leave room."""
        self._y += mm

    def picture(self, jpeg: BytesIO, left: float, size: tuple[float, float]) -> None:
        """A picture at this height; what comes next is not moved."""
        self._pdf.image(jpeg, x=left, y=self._y, w=size[0], h=size[1])

    def lines(self, text: str, style: Style, width: float) -> None:
        """Text, wrapped."""
        self.block(self.wrapped(text, style, width))

    def pair(self, name: str, value: str, of_name: Style, of_value: Style) -> None:
        """A fact: its name in a narrow column, then its value."""
        top = self._y
        self._draw(MARGIN, top + of_value.height * 0.75, name, of_name)
        for line, style in self.wrapped(value, of_value, self.width - 32):
            self._draw(MARGIN + 32, self._y + style.height * 0.75, line, style)
            self._y += style.height
        self._y = max(self._y, top + of_value.height) + 0.8

    def missing_goes_here(self) -> None:
        """When all is written, this place says which scripts could not be shown."""
        self._missing_at = self._pdf.page, self._y + 4

    def block(self, lines: Sequence[Line], left: float = MARGIN) -> None:
        """Lines one below the other; over as many pages as they take."""
        for text, style in lines:
            if self._y + style.height > HIGH_MM - MARGIN - FOOT:
                self.begin()
            self._draw(left, self._y + style.height * 0.75, text, style)
            self._y += style.height

    def row(
        self,
        jpeg: BytesIO | None,
        mark: str,
        size: tuple[float, float],
        lines: Sequence[Line],
        *,
        column: float = 0.0,
        heading: tuple[str, Style] | None = None,
    ) -> None:
        """A picture, or a frame with a mark, and text beside it, on one page if it fits on one."""
        column = column or size[0]
        room = HIGH_MM - MARGIN - FOOT
        head = 1.6 * heading[1].height if heading else 0.0
        height = max(size[1], sum(style.height for _, style in lines))
        if self._y > MARGIN and self._y + head + min(height, room - MARGIN - head) > room:
            self.begin()
        if heading:
            self.section(*heading)
        top, first = self._y, self._pdf.page
        if jpeg:
            self.picture(jpeg, MARGIN, size)
        else:
            self._frame(mark, size)
        self.block(lines, MARGIN + column + 5.0)
        if self._pdf.page == first:
            self._y = max(self._y, top + size[1])
        self._y += ROW_GAP

    def write(self, out: Path) -> tuple[str, ...]:
        """Write the file, its pages numbered; the scripts of what could not be shown."""
        scripts = tuple(self._scripts)
        if scripts and self._missing_at:
            number, self._y = self._missing_at
            self._turn_to(number)
            said = f"Not shown, as no font here has its letters: text in {', '.join(scripts)}."
            self.lines(said, Style(8, ink=QUIET), self.width)
        for number in range(2, len(self._pdf.pages) + 1):
            self._turn_to(number)
            self._foot(number)
        self._pdf.output(str(out))
        return scripts

    def _turn_to(self, number: int) -> None:
        self._pdf.page = number
        self._pdf.set_font(FONT, "", 1)  # a page knows no font that was set on another

    def _foot(self, number: int) -> None:
        """The film's title, and which page of how many; none on the cover."""
        style = Style(8, ink=QUIET)
        base = HIGH_MM - FOOT + style.height / 2
        self._draw(MARGIN, base, self._fit(self._title, style, self.width - 30), style)
        text = f"{number} / {len(self._pdf.pages)}"
        self._draw(WIDE_MM - MARGIN - self._measure(text, style), base, text, style)

    def wrapped(self, text: str, style: Style, width: float) -> list[Line]:
        """The lines of a text in a width; words longer than a line are broken."""
        lines: list[str] = []
        for word in self._shown(text).split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self._measure(longer, style) <= width:
                lines[-1] = longer
                continue
            while word and self._measure(word, style) > width:
                fits = self._fitting_part(word, style, width)
                lines.append(word[:fits])
                word = word[fits:]
            lines.append(word)
        return [(line, style) for line in lines if line]

    def _shown(self, text: str) -> str:
        """What can be shown of a text; a note where that is nothing of it."""
        missing = undrawable_scripts(text[:CHARACTERS_MAX])
        self._scripts |= dict.fromkeys(missing)
        shown = drawable(text[:CHARACTERS_MAX])
        if missing and not any(letter.isalnum() for letter in shown):
            return f"[{', '.join(missing)}]"
        return shown

    def _fitting_part(self, word: str, style: Style, width: float) -> int:
        fits = max(1, int(len(word) * width / self._measure(word, style)))
        while fits > 1 and self._measure(word[:fits], style) > width:
            fits -= 1
        return fits

    def _fit(self, text: str, style: Style, width: float) -> str:
        first, *more = self.wrapped(text, style, width) or [("", style)]
        return f"{first[0]}…" if more else first[0]

    def _frame(self, mark: str, size: tuple[float, float]) -> None:
        self._pdf.set_draw_color(*RULE)
        self._pdf.rect(MARGIN, self._y, *size)
        style = Style(10, bold=True, ink=QUIET)
        left = MARGIN + (size[0] - self._measure(mark, style)) / 2
        self._draw(left, self._y + size[1] / 2 + style.height / 4, mark, style)

    def _measure(self, text: str, style: Style) -> float:
        self._pdf.set_font(FONT, "B" if style.bold else "", style.size)
        return float(self._pdf.get_string_width(text))

    def _draw(self, left: float, base: float, text: str, style: Style) -> None:
        self._pdf.set_font(FONT, "B" if style.bold else "", style.size)
        self._pdf.set_text_color(*style.ink)
        if text:
            self._pdf.text(left, base, text)
