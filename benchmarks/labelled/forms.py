"""A written order as text, DOCX, HTML or PDF (`pages` as `writing.written` gives them)."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

from benchmarks.labelled.parts import TableRows
from benchmarks.labelled.text_forms import TEXT_MAKERS
from benchmarks.labelled.writing import Page

_WIDTH = 520.0
_SIZE, _LEADING = 8.0, 10.0
_TOP, _BOTTOM, _LEFT = 800.0, 46.0, 36.0


def make_text(path: Path, pages: Sequence[Page]) -> None:
    """Cells parted by tabs, an empty line around each table."""
    lines: list[str] = []
    for page in pages:
        lines += page.lines
        if page.table is not None:
            lines += ["", *("\t".join(row) for row in page.table.rows), ""]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def spans_of(table: TableRows) -> dict[int, int]:
    """First row of each merged group → how many rows it has."""
    body = [r for r, kind in enumerate(table.kinds) if kind != "head"]
    starts = (
        [r for r in body if table.rows[r][table.merged - 1] or table.kinds[r] != "row"]
        if table.merged
        else []
    )
    return {a: b - a for a, b in pairwise([*starts, len(table.rows)]) if table.kinds[a] == "row"}


def make_html(path: Path, pages: Sequence[Page]) -> None:
    """Rows over the whole width with colspan, groups with rowspan, the head in thead."""
    parts = ['<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"><title>Приказ</title></head><body>']
    for page in pages:
        parts += [f"<p>{escape(t)}</p>" for t in page.lines]
        if page.table is not None:
            parts.append(_html(page.table))
    path.write_text("\n".join([*parts, "</body></html>"]), encoding="utf-8")


def _html(table: TableRows) -> str:
    lines = [
        "<table border=1><thead><tr>"
        + "".join(f"<th>{escape(t)}</th>" for t in table.rows[0])
        + "</tr></thead><tbody>"
    ]
    spans = spans_of(table)
    for r, row in enumerate(table.rows[1:], 1):
        if table.kinds[r] == "head":
            lines.append("<tr>" + "".join(f"<td>{escape(t)}</td>" for t in row) + "</tr>")
            continue
        if table.kinds[r] in ("section", "total"):
            lines.append(f"<tr><td colspan={len(row)}>{escape(row[0])}</td></tr>")
            continue
        cells = []
        for c, text in enumerate(row):
            if c >= table.merged:
                cells.append(f"<td>{escape(text)}</td>")
            elif r in spans:
                cells.append(f"<td rowspan={spans[r]}>{escape(text)}</td>")
        lines.append("<tr>" + "".join(cells) + "</tr>")
    return "\n".join([*lines, "</tbody></table>"])


def make_docx(path: Path, pages: Sequence[Page]) -> None:
    """Merged cells as Word makes them; the head is not marked."""
    import docx

    document = docx.Document()
    for page in pages:
        for text in page.lines:
            document.add_paragraph(text)
        if page.table is None:
            continue
        rows, spans = page.table.rows, spans_of(page.table)
        width = max(len(r) for r in rows)
        made = document.add_table(rows=len(rows), cols=width, style="Table Grid")
        for r, row in enumerate(rows):
            if page.table.kinds[r] in ("section", "total"):
                made.cell(r, 0).merge(made.cell(r, width - 1)).text = row[0]
                continue
            for c, text in enumerate(row):
                if text and not (c < page.table.merged and r in spans and spans[r] > 1):
                    made.cell(r, c).text = text
            for c in range(page.table.merged if r in spans and spans[r] > 1 else 0):
                made.cell(r, c).merge(made.cell(r + spans[r] - 1, c)).text = row[c]
    document.save(str(path))


def make_sheet(path: Path, pages: Sequence[Page]) -> None:
    """A sheet for each table, the lines before it above; merged cells as Excel merges them."""
    from openpyxl import Workbook

    book = Workbook()
    for n, page in enumerate(pages):
        sheet = book.active if n == 0 else book.create_sheet(f"Лист{n + 1}")
        assert sheet is not None
        for text in page.lines:
            sheet.append([text])
        if page.table is None:
            continue
        first, spans = sheet.max_row + 2, spans_of(page.table)
        width = max(len(r) for r in page.table.rows)
        for r, row in enumerate(page.table.rows):
            for c, text in enumerate(row):
                if text:
                    sheet.cell(first + r, c + 1, text)
            if page.table.kinds[r] in ("section", "total"):
                sheet.merge_cells(start_row=first + r, end_row=first + r, start_column=1, end_column=width)
            for c in range(page.table.merged if spans.get(r, 1) > 1 else 0):
                last = first + r + spans[r] - 1
                sheet.merge_cells(start_row=first + r, end_row=last, start_column=c + 1, end_column=c + 1)
    book.save(path)


def make_pdf(path: Path, pages: Sequence[Page]) -> None:
    """Ruled tables; the head stands on every page, no row is cut."""
    from reportlab.pdfgen.canvas import Canvas

    from tests.pdfmake import register_font

    font = register_font()
    canvas = Canvas(str(path), pagesize=(595, 842), invariant=1)
    y = _TOP

    def turn() -> float:
        canvas.showPage()
        return _TOP

    def wrap(text: str, width: float) -> list[str]:
        lines: list[str] = []
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and canvas.stringWidth(longer, font, _SIZE) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    for index, page in enumerate(pages):
        if index:
            y = turn()
        for text in page.lines:
            for line in wrap(text, 480):
                canvas.setFont(font, _SIZE)
                canvas.drawString(_LEFT, y, line)
                y -= _LEADING
            y -= 6
        if page.table is not None:
            y = _draw(canvas, page.table, y, wrap, turn, font)
    canvas.save()


def _draw(
    canvas,
    table: TableRows,
    y: float,
    wrap: Callable[[str, float], list[str]],
    turn: Callable[[], float],
    font: str,
) -> float:  # type: ignore[no-untyped-def]  # reportlab has no types
    n = max(len(r) for r in table.rows)
    narrow = 30.0 if table.rows[0][0].startswith("№") else _WIDTH / n
    widths = [narrow] + [(_WIDTH - narrow) / (n - 1)] * (n - 1)
    spans = spans_of(table)
    blocks: list[list[int]] = []  # rows that must stay together: a merged group
    r = 1
    while r < len(table.rows):
        blocks.append(list(range(r, r + spans.get(r, 1))))
        r += spans.get(r, 1)

    def height(r: int) -> float:
        if table.kinds[r] in ("section", "total"):
            return len(wrap(table.rows[r][0], _WIDTH - 6)) * _LEADING + 4
        return max(len(wrap(t, w - 6)) for t, w in zip(table.rows[r], widths, strict=False)) * _LEADING + 4

    def box(x: float, top: float, width: float, tall: float, text: str) -> None:
        canvas.rect(x, top - tall, width, tall)
        canvas.setFont(font, _SIZE)
        for i, line in enumerate(wrap(text, width - 6) if text else []):
            canvas.drawString(x + 3, top - _SIZE - 1 - i * _LEADING, line)

    def row(r: int, top: float) -> float:
        tall = height(r)
        if table.kinds[r] in ("section", "total"):
            box(_LEFT, top, _WIDTH, tall, table.rows[r][0])
            return top - tall
        x = _LEFT
        for c, (text, width) in enumerate(zip(table.rows[r], widths, strict=False)):
            merged = c < table.merged and table.kinds[r] == "row"
            if merged and r in spans:
                box(x, top, width, sum(height(i) for i in range(r, r + spans[r])), text)
            elif not merged:
                box(x, top, width, tall, text)
            x += width
        return top - tall

    y = row(0, y)
    for block in blocks:
        if y - sum(height(r) for r in block) < _BOTTOM:
            y = row(0, turn())
        for r in block:
            y = row(r, y)
    return y - 10


def make_layout(path: Path, pages: Sequence[Page]) -> None:
    """The text that Poppler lays out of the PDF; needs `pdftotext`."""
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "order.pdf"
        make_pdf(pdf, pages)
        subprocess.run(["pdftotext", "-layout", str(pdf), str(path)], check=True)


MAKERS: dict[str, Callable[[Path, Sequence[Page]], None]] = {
    "text": make_text,
    "html": make_html,
    "docx": make_docx,
    "pdf": make_pdf,
    "sheet": make_sheet,
    **TEXT_MAKERS,
    **({"layout": make_layout} if shutil.which("pdftotext") else {}),
}
SUFFIXES = {"html": "html", "docx": "docx", "pdf": "pdf", "sheet": "xlsx"}  # the others are text
