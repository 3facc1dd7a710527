"""An order in other forms, made by the tests: tabs, DOCX with merged cells, ruled PDF with cut rows, HTML.

The real order comes from `raw/smolensk-order-657.txt`, read here by its tabs alone, independently of the
program.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
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


def real_order() -> Order:
    """The real order, its page pieces put together."""
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


# ------------------------------------------------------------------------------------- text and HTML


def make_text(path: Path, content: Order) -> None:
    """Cells parted by tabs, as in the raw file, without page pieces."""
    lines = [*content.title_page, *content.roadmap_head, "", *("\t".join(r) for r in content.roadmap), ""]
    lines += [*content.sites_head, "", *("\t".join(r) for r in content.sites), ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def make_html(path: Path, content: Order) -> None:
    """Section rows with colspan, groups with rowspan, header in thead."""
    parts = ['<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"><title>Приказ</title></head><body>']
    parts += [f"<p>{escape(t)}</p>" for t in (*content.title_page, *content.roadmap_head)]
    parts.append(_html_table(content.roadmap, groups=False))
    parts += [f"<p>{escape(t)}</p>" for t in content.sites_head]
    parts.append(_html_table(content.sites, groups=True))
    path.write_text("\n".join([*parts, "</body></html>"]), encoding="utf-8")


def _html_table(rows: list[Row], groups: bool) -> str:
    head = "".join(f"<th>{escape(t)}</th>" for t in rows[0])
    lines = [f"<table border=1><thead><tr>{head}</tr></thead><tbody>"]
    spans = group_spans(rows) if groups else {}
    for r, row in enumerate(rows[1:], 1):
        if not groups and is_section(row):
            lines.append(f"<tr><td colspan={len(row)}>{escape(row[0])}</td></tr>")
            continue
        cells = []
        for c, text in enumerate(row):
            if groups and c < 2:
                if r in spans:
                    cells.append(f"<td rowspan={spans[r]}>{escape(text)}</td>")
            else:
                cells.append(f"<td>{escape(text)}</td>")
        lines.append("<tr>" + "".join(cells) + "</tr>")
    return "\n".join([*lines, "</tbody></table>"])


def is_section(row: Row) -> bool:
    return bool(row[0]) and not any(row[1:])


def group_spans(rows: list[Row]) -> dict[int, int]:
    """First row of each group → how many rows it has."""
    starts = [r for r in range(1, len(rows)) if rows[r][0]] + [len(rows)]
    return {start: end - start for start, end in pairwise(starts)}


# ------------------------------------------------------------------------------------------------ DOCX


def make_docx(path: Path, content: Order) -> None:
    """Section rows merged over all columns; number and municipality merged over their schools; marked
    header rows.
    """
    import docx
    from docx.oxml.ns import qn

    document = docx.Document()

    def table(rows: list[Row], groups: bool) -> None:
        made = document.add_table(rows=len(rows), cols=4, style="Table Grid")
        properties = made.rows[0]._tr.get_or_add_trPr()
        properties.append(properties.makeelement(qn("w:tblHeader"), {}))
        for r, row in enumerate(rows):
            if r > 0 and not groups and is_section(row):
                made.cell(r, 0).merge(made.cell(r, 3)).text = row[0]
                continue
            for c, text in enumerate(row):
                if text:
                    _write(made.cell(r, c), text)
        if groups:
            for start, span in group_spans(rows).items():
                for c in (0, 1):
                    if span > 1:
                        made.cell(start, c).merge(made.cell(start + span - 1, c)).text = rows[start][c]

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


def _write(cell, text: str) -> None:  # type: ignore[no-untyped-def]  # types of untyped libraries
    """Several runs, and two paragraphs where a bracket closes: as people type."""
    paragraph = cell.paragraphs[0]
    head, bracket, tail = text.partition(") ")
    for i in range(0, len(head), 7):
        paragraph.add_run(head[i : i + 7])
    if bracket:
        paragraph.add_run(")")
        cell.add_paragraph(tail)


# ------------------------------------------------------------------------------------------------- PDF

_WIDTHS = (40.0, 170.0, 170.0, 130.0)
_LEFT, _TOP, _BOTTOM = 40.0, 800.0, 46.0
_SIZE, _LEADING, _PAD = 9.0, 11.0, 3.0


def make_pdf(path: Path, content: Order) -> None:
    """Ruled tables with the header on each page; a row that does not fit is cut between its lines."""
    from reportlab.pdfgen.canvas import Canvas

    from tests.pdfmake import register_font

    font = register_font()
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
    def __init__(self, canvas, font: str) -> None:  # type: ignore[no-untyped-def]  # types of untyped libraries
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
            if not groups and is_section(row):
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
