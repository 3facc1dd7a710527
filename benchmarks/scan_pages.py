"""Orders set in several fonts and layouts, each page a picture with the cells that stand on it.

The text is the real order's or a made-up one's (`tests.orders`); what a page holds is noted while it is set,
so the truth depends on no reader. Layouts marked `held_out` are kept from tuning and shown apart.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pypdfium2
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests import forms, orders
from tests.forms import Order, Row, is_section

Shape = tuple[int, int, int, int]  # row, column, rows, columns
Truth = dict[Shape, str]
_FONTS = Path("/usr/share/fonts/truetype")
_MARGIN = 42.0


@dataclass(frozen=True)
class Layout:
    """How a page is set: font files under the system's folder, sizes in points, shares of the width."""

    name: str
    font: str
    bold: str
    size: float
    leading: float
    rule: float = 0.5
    wide: bool = False
    centred: bool = False
    header: bool = True
    shares: tuple[float, ...] = (0.09, 0.33, 0.33, 0.25)
    held_out: bool = False


LAYOUTS = (
    Layout("serif12", "liberation/LiberationSerif-Regular", "liberation/LiberationSerif-Bold", 12, 1.15),
    Layout(
        "serif10", "liberation/LiberationSerif-Regular", "liberation/LiberationSerif-Bold", 10, 1.2, 0.25,
        wide=True, centred=True, header=False,
    ),
    Layout("sans9", "dejavu/DejaVuSans", "dejavu/DejaVuSans-Bold", 9, 1.22, 1.0),
    Layout("ptserif11", "paratype/PTF55F", "paratype/PTF75F", 11, 1.2, 0.75, centred=True),
    Layout("arial10", "liberation/LiberationSans-Regular", "liberation/LiberationSans-Bold", 10, 1.25),
    Layout("narrow11", "liberation/LiberationSansNarrow-Regular", "liberation/LiberationSansNarrow-Bold",
           11, 1.15, held_out=True),
    Layout("dserif9", "dejavu/DejaVuSerif", "dejavu/DejaVuSerif-Bold", 9, 1.2, 0.35,
           centred=True, held_out=True),
    Layout("italic12", "liberation/LiberationSerif-Italic", "liberation/LiberationSerif-BoldItalic",
           12, 1.1, held_out=True),
)  # fmt: skip


@dataclass
class Leaf:
    """What a page holds: the cells of its tables, and the lines beside them."""

    tables: list[Truth] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def sheets(layout: Layout, seed: int | None) -> Iterator[tuple[pypdfium2.PdfPage, Leaf]]:
    """The pages that have a table; `seed` of a made-up order, None for the real one."""
    order = forms.real_order() if seed is None else orders.generate(seed)[0]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "order.pdf"
        leaves = _set(path, order, layout)
        document = pypdfium2.PdfDocument(path)
        for number, leaf in enumerate(leaves):
            if leaf.tables:
                yield document[number], leaf
        document.close()


def drawn(page: pypdfium2.PdfPage, dpi: int) -> np.ndarray:
    """A page as an RGB picture."""
    return np.array(page.render(scale=dpi / 72).to_pil().convert("RGB"))


def _set(path: Path, order: Order, layout: Layout) -> list[Leaf]:
    setter = _Setter(path, layout)
    for head, rows, groups in (
        (order.title_page, None, False),
        (order.roadmap_head, order.roadmap, False),
        (order.sites_head, order.sites, True),
    ):
        setter.paragraphs(head)
        if rows:
            setter.table(rows, groups)
        setter.turn_page()
    setter.canvas.save()
    return setter.leaves


@cache
def _font(file: str) -> str:
    name = Path(file).name
    pdfmetrics.registerFont(TTFont(name, str(_FONTS / f"{file}.ttf")))
    return name


class _Setter:
    """Sets paragraphs and tables on pages and notes what stands where."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self.width, self.height = (842.0, 595.0) if layout.wide else (595.0, 842.0)
        self.canvas = Canvas(str(path), pagesize=(self.width, self.height), invariant=1)
        self.layout, self.font, self.bold = layout, _font(layout.font), _font(layout.bold)
        self.pad = 0.35 * layout.size
        self.line_height = layout.size * layout.leading
        self.leaves = [Leaf()]
        self.y = _MARGIN

    def turn_page(self) -> None:
        self.canvas.showPage()
        self.leaves.append(Leaf())
        self.y = _MARGIN

    def paragraphs(self, texts: list[str]) -> None:
        for text in texts:
            for line in self._wrap(text, self.width - 2 * _MARGIN, self.font):
                self._write(_MARGIN, self.y + self.layout.size, line, self.font)
                self.leaves[-1].lines.append(line)
                self.y += self.line_height
            self.y += 0.6 * self.layout.size

    def table(self, rows: list[Row], groups: bool) -> None:
        room = self.height - _MARGIN
        edges = _MARGIN + (self.width - 2 * _MARGIN) * np.cumsum([0, *self.layout.shares])
        header = self._cells(rows[0], edges, self.bold)
        page: list[tuple[list[list[str]], bool, bool, str]] = [(header, False, True, self.bold)]
        used = self.y + self._height(header)
        for row in rows[1:]:
            section = not groups and is_section(row)
            font = self.bold if section else self.font
            if section:
                cells = [self._wrap(row[0], float(edges[-1] - edges[0]) - 2 * self.pad, font), [], [], []]
            else:
                cells = self._cells(row, edges, font)
            if used + self._height(cells) > room and page:
                self._draw(page, edges)
                self.turn_page()
                page = [(header, False, True, self.bold)] if self.layout.header else []
                used = self.y + (self._height(header) if page else 0)
            page.append((cells, section, not groups or bool(row[0]), font))
            used += self._height(cells)
        self._draw(page, edges)

    def _cells(self, row: Row, edges: np.ndarray, font: str) -> list[list[str]]:
        widths = np.diff(edges) - 2 * self.pad
        return [self._wrap(t, float(w), font) if t else [] for t, w in zip(row, widths, strict=True)]

    def _height(self, cells: list[list[str]]) -> float:
        return max(len(c) for c in cells) * self.line_height + 2 * self.pad

    def _draw(self, rows: list[tuple[list[list[str]], bool, bool, str]], edges: np.ndarray) -> None:
        """The rows of a table on one page; a row that opens no group hangs below in its first two columns."""
        truth: Truth = {}
        tops = np.cumsum([self.y, *(self._height(cells) for cells, *_ in rows)])
        self.canvas.setLineWidth(self.layout.rule)
        for r, (cells, section, opens, font) in enumerate(rows):
            span = 1
            while r + span < len(rows) and not rows[r + span][2]:
                span += 1
            for c, lines in enumerate(cells):
                if section and c:
                    break
                hangs = not opens and c < 2 and r > 0
                if hangs:
                    continue
                down, across = (span if c < 2 and not section else 1), (4 if section else 1)
                box = (edges[c], tops[r], edges[c + across], tops[r + down])
                self._box(box, lines, font)
                truth[r, c, down, across] = " ".join(lines)
        self.y = float(tops[-1]) + self.line_height
        self.leaves[-1].tables.append(truth)

    def _box(self, box: tuple[float, float, float, float], lines: list[str], font: str) -> None:
        x0, top, x1, bottom = (float(v) for v in box)
        self.canvas.rect(x0, self.height - bottom, x1 - x0, bottom - top)
        y = top + self.pad
        if self.layout.centred:
            y = (top + bottom - len(lines) * self.line_height) / 2
        for line in lines:
            x = x0 + self.pad
            if self.layout.centred:
                x = (x0 + x1 - self.canvas.stringWidth(line, font, self.layout.size)) / 2
            self._write(x, y + 0.82 * self.layout.size, line, font)
            y += self.line_height

    def _write(self, x: float, y: float, text: str, font: str) -> None:
        self.canvas.setFont(font, self.layout.size)
        self.canvas.drawString(x, self.height - y, text)

    def _wrap(self, text: str, width: float, font: str) -> list[str]:
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.canvas.stringWidth(longer, font, self.layout.size) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines
