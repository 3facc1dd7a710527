"""Tables with heads on two and three levels, written in every form a person may send them in.

`Spec.heads` are the merged cells of the head as they were printed; each form keeps of them what it can.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

Head = tuple[int, int, int, int, str]  # row, column, rows, columns, text

BEFORE = ["Приложение № 1", "к приказу от 05.03.2021 № 55-ОД", "План мероприятий"]


@dataclass(frozen=True)
class Spec:
    heads: tuple[Head, ...]
    body: tuple[tuple[str, ...], ...]
    levels: int

    @property
    def width(self) -> int:
        return len(self.body[0])

    def cells(self) -> set[tuple[int, int, int, int, str]]:
        """What must be read: row, column, row span, column span, text; empty cells left out."""
        body = {
            (self.levels + r, c, 1, 1, t) for r, row in enumerate(self.body) for c, t in enumerate(row) if t
        }
        return {*self.heads, *body}

    def owner(self, r: int, c: int) -> Head:
        return next(h for h in self.heads if h[0] <= r < h[0] + h[2] and h[1] <= c < h[1] + h[3])

    def padded(self) -> list[list[str]]:
        """The head's rows with empty fields where a merged cell reaches."""
        return [
            [h[4] if (h := self.owner(r, c))[:2] == (r, c) else "" for c in range(self.width)]
            for r in range(self.levels)
        ]


_BODY = (
    ("1.", "Проведение семинара", "01.09.2021", "30.09.2021", "ГАУ ДПО «ИРО» (Петрова А.А.)"),
    ("2.", "Анализ результатов", "01.10.2021", "30.11.2021", "ГАУ ДПО «ИРО» (Петрова А.А.)"),
    ("3.", "Подготовка отчёта", "", "20.12.2021", "ГАУ ДПО «ИРО» (Иванова И.И.)"),
)
TWO = Spec(
    ((0, 0, 2, 1, "№ п/п"), (0, 1, 2, 1, "Мероприятие"), (0, 2, 1, 2, "Сроки"), (0, 4, 2, 1, "Ответственные"),
     (1, 2, 1, 1, "начало"), (1, 3, 1, 1, "окончание")),
    _BODY, 2,
)  # fmt: skip
THREE = Spec(
    ((0, 0, 3, 1, "№ п/п"), (0, 1, 3, 1, "Мероприятие"), (0, 2, 1, 3, "Исполнение"),
     (0, 5, 3, 1, "Ответственные"), (1, 2, 1, 2, "Сроки"), (1, 4, 2, 1, "Место проведения"),
     (2, 2, 1, 1, "начало"), (2, 3, 1, 1, "окончание")),
    tuple((*row[:4], "г. Псков", row[4]) for row in _BODY), 3,
)  # fmt: skip
NUMBERED = Spec(TWO.heads, (("1", "2", "3", "4", "5"), *_BODY), 2)
SCHOOLS = Spec(
    ((0, 0, 2, 1, "№ п/п"), (0, 1, 2, 1, "Муниципалитет"), (0, 2, 1, 2, "Образовательная организация"),
     (1, 2, 1, 1, "Школа с низкими результатами"), (1, 3, 1, 1, "Школа-наставник")),
    (("1.", "Гдовский район", "МБОУ Берёзовская СОШ", "МБОУ Каменская СОШ"),
     ("2.", "Невельский район", "МБОУ Никольская СОШ", "МБОУ Успенская СОШ"),
     ("3.", "Островский район", "МБОУ Озёрская СОШ", "МБОУ Полевская СОШ")), 2,
)  # fmt: skip


def _text(path: Path, rows: list[str]) -> None:
    path.write_text("\n".join([*BEFORE, "", *rows, ""]), encoding="utf-8")


def padded(path: Path, spec: Spec, mark: str = "\t") -> None:
    """As a spreadsheet saves it as text."""
    _text(path, [mark.join(row) for row in (*spec.padded(), *spec.body)])


def cut_off(path: Path, spec: Spec) -> None:
    """The same by an editor that cuts what is empty at the end of a line."""
    _text(path, ["\t".join(row).rstrip("\t") for row in (*spec.padded(), *spec.body)])


def short_above(path: Path, spec: Spec) -> None:
    """As Word converts a table to text: one field for a cell merged over columns."""
    rows = []
    for r in range(spec.levels):
        owners = [spec.owner(r, c) for c in range(spec.width)]
        rows.append([h[4] if h[0] == r else "" for c, h in enumerate(owners) if h[1] == c])
    _text(path, ["\t".join(row) for row in (*rows, *spec.body)])


def short_below(path: Path, spec: Spec) -> None:
    """As a browser copies a table: nothing for what is merged down."""
    rows = [[h[4] for h in sorted(spec.heads) if h[0] == r] for r in range(spec.levels)]
    _text(path, ["\t".join(row) for row in (*rows, *spec.body)])


def repeated(path: Path, spec: Spec) -> None:
    """As python-docx and pandas give the cells."""
    rows = [[spec.owner(r, c)[4] for c in range(spec.width)] for r in range(spec.levels)]
    _text(path, ["\t".join(row) for row in (*rows, *spec.body)])


def semicolons(path: Path, spec: Spec) -> None:
    padded(path, spec, ";")


def pipes(path: Path, spec: Spec) -> None:
    _text(path, [f"| {' | '.join(row)} |" for row in (*spec.padded(), *spec.body)])


def markdown(path: Path, spec: Spec) -> None:
    rows = [f"| {' | '.join(row)} |" for row in (*spec.padded(), *spec.body)]
    _text(path, [rows[0], "|" + "---|" * spec.width, *rows[1:]])


def _widths(spec: Spec) -> list[int]:
    rows = [*spec.padded(), *spec.body]
    wide = {(h[0], h[1]) for h in spec.heads if h[3] > 1}
    return [
        max(len(row[c]) for r, row in enumerate(rows) if (r, c) not in wide) + 3 for c in range(spec.width)
    ]


def spaced(path: Path, spec: Spec) -> None:
    """Columns made by spaces, the heads over several columns centred over them."""
    widths = _widths(spec)
    rows = []
    for r in range(spec.levels):
        line = ""
        for c, text in enumerate(spec.padded()[r]):
            if text:
                wide = sum(widths[c : c + spec.owner(r, c)[3]]) - 3
                at = sum(widths[:c]) + ((wide - len(text)) // 2 if wide > widths[c] else 0)
                line = line.ljust(at) + text
        rows.append(line)
    body = ["".join(t.ljust(w) for t, w in zip(row, widths, strict=True)).rstrip() for row in spec.body]
    _text(path, rows + body)


def box(path: Path, spec: Spec) -> None:
    widths = _widths(spec)
    grid = [[spec.owner(r, c) for c in range(spec.width)] for r in range(spec.levels)]
    grid += [[(spec.levels + r, c, 1, 1, t) for c, t in enumerate(row)] for r, row in enumerate(spec.body)]
    out = []
    for r in range(len(grid) + 1):
        rule = "+"
        for c, width in enumerate(widths):
            drawn = r in (0, len(grid)) or grid[r - 1][c] != grid[r][c]
            rule += ("-" if drawn else " ") * width + "+"
        out.append(rule)
        if r < len(grid):
            line = ""
            for c, head in enumerate(grid[r]):
                if head[1] == c:
                    width = sum(widths[c : c + head[3]]) + head[3] - 1
                    line += "|" + (f" {head[4]}" if head[0] == r else "").ljust(width)
            out.append(line + "|")
    _text(path, out)


def html(path: Path, spec: Spec) -> None:
    rows = [
        "".join(
            f"<td rowspan={h} colspan={w}>{escape(t)}</td>" for a, _, h, w, t in sorted(spec.heads) if a == r
        )
        for r in range(spec.levels)
    ]
    rows += ["".join(f"<td>{escape(t)}</td>" for t in row) for row in spec.body]
    before = "".join(f"<p>{escape(t)}</p>" for t in BEFORE)
    table = "".join(f"<tr>{row}</tr>" for row in rows)
    path.write_text(f"<meta charset=utf-8>{before}<table border=1>{table}</table>", encoding="utf-8")


def docx(path: Path, spec: Spec) -> None:
    import docx as python_docx

    document = python_docx.Document()
    for text in BEFORE:
        document.add_paragraph(text)
    table = document.add_table(spec.levels + len(spec.body), spec.width, style="Table Grid")
    for r, c, h, w, text in spec.heads:
        table.cell(r, c).merge(table.cell(r + h - 1, c + w - 1)).text = text
    for r, row in enumerate(spec.body):
        for c, text in enumerate(row):
            table.cell(spec.levels + r, c).text = text
    document.save(str(path))


def xlsx(path: Path, spec: Spec, merged: bool = True) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    for r, text in enumerate(BEFORE, 1):
        sheet.cell(r, 1, text)
    top = len(BEFORE) + 2
    for r, c, h, w, text in spec.heads:
        sheet.cell(top + r, c + 1, text)
        if merged and h * w > 1:
            sheet.merge_cells(
                start_row=top + r, start_column=c + 1, end_row=top + r + h - 1, end_column=c + w
            )
    for r, row in enumerate(spec.body):
        for c, text in enumerate(row):
            sheet.cell(top + spec.levels + r, c + 1, text or None)
    book.save(path)


def xlsx_unmerged(path: Path, spec: Spec) -> None:
    xlsx(path, spec, merged=False)


def pdf(path: Path, spec: Spec) -> None:
    from tests.pdfmake import Sheet

    sheet = Sheet(path, (842, 595))
    y = sheet.lines(40, 40, BEFORE)
    rows = [*spec.padded(), *map(list, spec.body)]
    spans = [(r, c, h, w) for r, c, h, w, _ in spec.heads if h * w > 1]
    widths = [max(40, 5.2 * w) for w in _widths(spec)]
    sheet.table(rows, widths, x=30, y=y + 10, spans=spans, size=7)
    sheet.save()


FORMS: dict[str, Callable[[Path, Spec], None]] = {
    "padded.txt": padded, "cut_off.txt": cut_off, "short_above.txt": short_above,
    "short_below.txt": short_below, "repeated.txt": repeated, "semicolons.txt": semicolons,
    "pipes.txt": pipes, "markdown.txt": markdown, "spaced.txt": spaced, "box.txt": box,
    "table.html": html, "table.docx": docx, "table.xlsx": xlsx, "unmerged.xlsx": xlsx_unmerged,
    "table.pdf": pdf,
}  # fmt: skip
SPECS = {"two": TWO, "three": THREE, "numbered": NUMBERED, "schools": SCHOOLS}
