"""The real order in other forms, made by the tests: a DOCX with merged cells, a ruled PDF with rows cut by
page breaks.

The content comes from `raw/smolensk-order-657.txt`, read here by its tabs alone, independently of the
program.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

RAW = Path(__file__).parent.parent / "raw" / "smolensk-order-657.txt"
Row = list[str]


@dataclass(frozen=True)
class Order:
    """The text before each table and the rows of the two tables, page pieces put together by hand."""

    title_page: list[str]
    roadmap_head: list[str]
    roadmap: list[Row]
    sites_head: list[str]
    sites: list[Row]


def order() -> Order:
    paragraphs: list[list[str]] = [[]]
    tables: list[list[Row]] = []
    in_table = False
    for line in RAW.read_text(encoding="utf-8").split("\n"):
        if "\t" in line:
            row = line.split("\t")
            if not in_table and not (tables and paragraphs[-1] == []):
                tables.append([])
                paragraphs.append([])
            in_table = True
            if tables[-1] and row == tables[-1][0]:
                continue  # the header, repeated on the next page
            tables[-1].append(row)
        else:
            in_table = False
            if line.strip():
                paragraphs[-1].append(line)
    roadmap, sites = tables
    joined: list[Row] = []
    for row in roadmap:
        if row == ["", "школ-лидеров", "", ""]:
            joined[-1][1] += " школ-лидеров"
        else:
            joined.append(row)
    split = next(i for i, t in enumerate(paragraphs[0]) if t == "ДОРОЖНАЯ КАРТА")
    return Order(paragraphs[0][:split], paragraphs[0][split:], joined, paragraphs[1], sites)


# ------------------------------------------------------------------------------------------------------ DOCX


def make_docx(path: Path) -> None:
    """Section rows merged over all columns; number and municipality merged over their schools; marked
    header rows.
    """
    import docx
    from docx.oxml.ns import qn

    content = order()
    document = docx.Document()

    def table(rows: list[Row], groups: bool) -> None:
        made = document.add_table(rows=len(rows), cols=4)
        properties = made.rows[0]._tr.get_or_add_trPr()
        properties.append(properties.makeelement(qn("w:tblHeader"), {}))
        for r, row in enumerate(rows):
            section = r > 0 and not groups and row[1:] == ["", "", ""]
            if section:
                made.cell(r, 0).merge(made.cell(r, 3)).text = row[0]
                continue
            for c, text in enumerate(row):
                if text:
                    _write(made.cell(r, c), text)
        if groups:
            starts = [r for r in range(1, len(rows)) if rows[r][0]] + [len(rows)]
            for start, end in pairwise(starts):
                for c in (0, 1):
                    if end - start > 1:
                        made.cell(start, c).merge(made.cell(end - 1, c)).text = rows[start][c]

    for text in content.title_page:
        document.add_paragraph(text)
    for text in content.roadmap_head:
        document.add_paragraph(text)
    table(content.roadmap, groups=False)
    document.add_page_break()
    for text in content.sites_head:
        document.add_paragraph(text)
    table(content.sites, groups=True)
    document.save(str(path))


def _write(cell, text: str) -> None:  # type: ignore[no-untyped-def]
    """Several runs, and two paragraphs where a bracket closes: as people type."""
    paragraph = cell.paragraphs[0]
    head, bracket, tail = text.partition(") ")
    for i in range(0, len(head), 7):
        paragraph.add_run(head[i : i + 7])
    if bracket:
        paragraph.add_run(")")
        cell.add_paragraph(tail)


# ------------------------------------------------------------------------------------------------------- PDF

_WIDTHS = (40.0, 170.0, 170.0, 130.0)
_LEFT, _TOP, _BOTTOM = 40.0, 800.0, 46.0
_SIZE, _LEADING, _PAD = 9.0, 11.0, 3.0


def make_pdf(path: Path) -> None:
    """Ruled tables with the header on each page; a row that does not fit is cut between its lines."""
    from reportlab.pdfgen.canvas import Canvas
    from tests.pdfmake import register_font

    font = register_font()
    content = order()
    page = _Page(Canvas(str(path), pagesize=(595, 842)), font)
    for text in content.title_page:
        page.paragraph(text)
    page.new_page()
    for text in content.roadmap_head:
        page.paragraph(text)
    page.table(content.roadmap, groups=False)
    page.new_page()
    for text in content.sites_head:
        page.paragraph(text)
    page.table(content.sites, groups=True)
    page.canvas.save()


class _Page:
    def __init__(self, canvas, font: str) -> None:  # type: ignore[no-untyped-def]
        self.canvas, self.font, self.y = canvas, font, _TOP
        canvas.setFont(font, _SIZE)

    def new_page(self) -> None:
        self.canvas.showPage()
        self.canvas.setFont(self.font, _SIZE)
        self.y = _TOP

    def wrap(self, text: str, width: float) -> list[str]:
        lines: list[str] = []
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.canvas.stringWidth(longer, self.font, _SIZE) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def paragraph(self, text: str) -> None:
        for line in self.wrap(text, 500):
            self.canvas.drawString(_LEFT, self.y, line)
            self.y -= _LEADING
        self.y -= 8

    def table(self, rows: list[Row], groups: bool) -> None:
        header, body = rows[0], rows[1:]
        self._row([self.wrap(t, w - 2 * _PAD) for t, w in zip(header, _WIDTHS, strict=True)])
        for r, row in enumerate(body):
            if not groups and row[1:] == ["", "", ""]:
                lines = self.wrap(row[0], sum(_WIDTHS) - 2 * _PAD)
                if self.y - len(lines) * _LEADING - 2 * _PAD < _BOTTOM:
                    self._next(header)
                self._box(_LEFT, sum(_WIDTHS), lines)
                self.y -= len(lines) * _LEADING + 2 * _PAD
                continue
            cells = [self.wrap(t, w - 2 * _PAD) if t else [] for t, w in zip(row, _WIDTHS, strict=True)]
            last = r + 1 == len(body) or bool(body[r + 1][0]) or not groups
            self._cut_row(cells, header, groups, last)

    def _cut_row(self, cells: list[list[str]], header: Row, groups: bool, last: bool) -> None:
        """Draw a row; lines that do not fit go on under the header of the next page."""
        while True:
            room = int((self.y - _BOTTOM - 2 * _PAD) // _LEADING)
            height = max(len(c) for c in cells)
            if height <= room:
                self._row(cells, merged=groups, last=last)
                return
            if room > 0:
                self._row([c[:room] for c in cells], merged=groups, last=True)
                cells = [c[room:] for c in cells]
            self._next(header)

    def _next(self, header: Row) -> None:
        self.new_page()
        self._row([self.wrap(t, w - 2 * _PAD) for t, w in zip(header, _WIDTHS, strict=True)])

    def _row(self, cells: list[list[str]], merged: bool = False, last: bool = True) -> None:
        """Draw one row; with `merged` the first two columns have no rule below it unless it is the
        group's last.
        """
        height = max(len(c) for c in cells) * _LEADING + 2 * _PAD
        x = _LEFT
        for c, (lines, width) in enumerate(zip(cells, _WIDTHS, strict=True)):
            opening = not (merged and c < 2) or bool(lines)
            self._box(x, width, lines, height, top=opening, bottom=not (merged and c < 2) or last)
            x += width
        self.y -= height
        if merged and self.y - 2 * _PAD - _LEADING < _BOTTOM:
            self.canvas.line(_LEFT, self.y, _LEFT + _WIDTHS[0] + _WIDTHS[1], self.y)

    def _box(
        self,
        x: float,
        width: float,
        lines: list[str],
        height: float | None = None,
        top: bool = True,
        bottom: bool = True,
    ) -> None:
        height = height if height is not None else len(lines) * _LEADING + 2 * _PAD
        low = self.y - height
        self.canvas.line(x, self.y, x, low)
        self.canvas.line(x + width, self.y, x + width, low)
        if top:
            self.canvas.line(x, self.y, x + width, self.y)
        if bottom:
            self.canvas.line(x, low, x + width, low)
        for i, line in enumerate(lines):
            self.canvas.drawString(x + _PAD, self.y - _PAD - (i + 1) * _LEADING + 2, line)
