"""Spreadsheets give what a person sees on the sheet: the same grids from XLSX, XLS and ODS."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import struct
import subprocess
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Border, Side
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.errors import SourceError
from pipeline.extractors.sheet import extract
from pipeline.extractors.sheet_format import general, show
from pipeline.messages import say
from pipeline.model import Block, Document, Grid
from pipeline.ole import MAGIC
from pipeline.sniff import sniff

SIDE = Side(style="thin")
BOX = Border(left=SIDE, right=SIDE, top=SIDE, bottom=SIDE)
Fill = Callable[[Worksheet], None]


def put(sheet: Worksheet, top: int, left: int, rows: list[list[object]], *, boxed: bool = False) -> None:
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            cell = sheet.cell(top + r, left + c, value)
            if boxed:
                cell.border = BOX


def read(tmp_path: Path, fill: Fill, name: str = "a.xlsx") -> Document:
    book = openpyxl.Workbook()
    fill(book.active)
    path = tmp_path / name
    book.save(path)
    return extract(path, sniff(path, name))


def matrix(grid: Grid) -> list[list[str]]:
    rows = [[""] * grid.n_cols for _ in range(grid.n_rows)]
    for cell in grid.cells:
        rows[cell.row][cell.col] = cell.text
    return rows


def spans(grid: Grid) -> dict[str, tuple[int, int]]:
    return {c.text: (c.row_span, c.col_span) for c in grid.cells if (c.row_span, c.col_span) != (1, 1)}


def said(document: Document, lang: str = "en") -> str:
    return "\n".join(say(n, lang) for n in document.notes)


ROWS: list[list[object]] = [
    ["№", "Школа", "Партнёр"],
    [1, "МБОУ Замыцкая ОШ", "СОИРО"],
    [2, "МБОУ Понятовская ОШ", "СОИРО"],
]
TEXTS = [[str(v) for v in row] for row in ROWS]


def test_a_table_is_a_grid_and_the_lines_around_it_are_blocks(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["C1"] = "Приложение 1"
        sheet["A2"] = "Список школ"
        sheet.merge_cells("A2:C2")
        put(sheet, 3, 1, ROWS, boxed=True)
        put(sheet, 7, 1, [["Директор", None, "Иванов И.И."]])

    document = read(tmp_path, fill)
    shape = [
        x.text if isinstance(x, Block) else matrix(x) for x in document.content if isinstance(x, Block | Grid)
    ]
    assert shape == ["Приложение 1", "Список школ", TEXTS, "Директор\tИванов И.И."]


def test_a_title_over_a_table_without_borders_is_a_block(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = "Список школ"
        put(sheet, 2, 1, ROWS)

    document = read(tmp_path, fill)
    assert [b.text for b in document.blocks] == ["Список школ"]
    assert matrix(document.grids[0]) == TEXTS


def test_rows_without_borders_below_a_boxed_header_stay_in_the_table(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        put(sheet, 1, 1, ROWS[:1], boxed=True)
        put(sheet, 2, 1, ROWS[1:])

    assert [matrix(g) for g in read(tmp_path, fill).grids] == [TEXTS]


def test_merged_ranges_are_spans(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        put(
            sheet,
            1,
            1,
            [
                ["Район", "Школы", None],
                [None, "риска", "лидер"],
                ["Рославльский", "А", "Б"],
                [None, "В", "Г"],
            ],
        )
        for merged in ("A1:A2", "B1:C1", "A3:A4"):
            sheet.merge_cells(merged)

    (grid,) = read(tmp_path, fill).grids
    assert spans(grid) == {"Район": (2, 1), "Школы": (1, 2), "Рославльский": (2, 1)}
    assert (grid.n_rows, grid.n_cols) == (4, 3)


def test_a_form_drawn_on_a_fine_net_of_merged_columns_has_its_real_columns(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for r, row in enumerate(ROWS, 1):
            for c, value in enumerate(row):
                sheet.cell(r, 1 + 10 * c, value)
                sheet.merge_cells(start_row=r, end_row=r, start_column=1 + 10 * c, end_column=10 + 10 * c)

    (grid,) = read(tmp_path, fill).grids
    assert matrix(grid) == TEXTS
    assert spans(grid) == {}


def test_tables_below_and_beside_one_another_are_several(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        put(sheet, 1, 1, ROWS)
        put(sheet, 1, 6, [["а", "б"], ["в", "г"]])
        put(sheet, 7, 2, [["д", "е"], ["ж", "з"]])

    grids = read(tmp_path, fill).grids
    assert [matrix(g) for g in grids] == [TEXTS, [["а", "б"], ["в", "г"]], [["д", "е"], ["ж", "з"]]]


def test_an_empty_column_inside_a_table_does_not_tear_it(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        put(sheet, 1, 1, [["№", None, "Школа"], [1, None, "А"], [2, None, "Б"]])

    assert [matrix(g) for g in read(tmp_path, fill).grids] == [[["№", "Школа"], ["1", "А"], ["2", "Б"]]]


def test_an_empty_boxed_row_does_not_tear_the_table(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        put(sheet, 1, 1, [*ROWS[:2], [None, None, None], ROWS[2]], boxed=True)

    assert [matrix(g) for g in read(tmp_path, fill).grids] == [TEXTS]


def test_an_order_typed_line_by_line_is_text(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        put(sheet, 1, 1, [["ПРИКАЗ"], ["15.07.2021 № 657-ОД"], [None], ["О мерах поддержки"]])

    document = read(tmp_path, fill)
    assert [b.text for b in document.blocks] == ["ПРИКАЗ", "15.07.2021 № 657-ОД", "О мерах поддержки"]
    assert document.grids == ()


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (dt.date(2021, 7, 15), "DD.MM.YYYY", "15.07.2021"),
        (dt.datetime(2021, 7, 15, 14, 30), "dd/mm/yy h:mm", "15/07/21 14:30"),
        (dt.date(2021, 7, 15), "mm-dd-yy", "15.07.2021"),  # built-in 14: the locale's own
        (dt.date(2021, 7, 15), '[$-FC19]d\\ mmmm\\ yyyy "г."', "15 июля 2021 г."),
        (dt.date(2021, 7, 1), "[$-419]mmmm\\ yyyy;@", "июль 2021"),
        (dt.time(9, 5), "h:mm", "9:05"),
        (1.1, "0.00", "1.10"),
        (1.1, "General", "1.1"),
        (657, "General", "657"),
        (657, '0"-ОД"', "657-ОД"),
        (5, "000", "005"),
        (0.256, "0%", "26%"),
        (1234567.5, "#,##0.00", "1\u00a0234\u00a0567.50"),
        (-5, "0;(0)", "(5)"),
        (672300123456, "General", "672300123456"),
        (0.1 + 0.2, "General", "0.3"),
        (True, "General", "TRUE"),
        ("1.10", "General", "1.10"),
        ("две\nстроки", "General", "две\nстроки"),
    ],
)
def test_values_are_shown_in_their_format(tmp_path: Path, value: object, code: str, shown: str) -> None:
    def fill(sheet: Worksheet) -> None:
        put(sheet, 1, 1, [["а", "б"], ["в", value]])
        sheet["B2"].number_format = code

    (grid,) = read(tmp_path, fill).grids
    assert grid.cells[3].text == shown


def test_formulas_are_never_computed_and_missing_results_are_told(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        put(sheet, 1, 1, [["а", "б"], ["=1+1", "в"], ["г", "д"]])

    document = read(tmp_path, fill)
    assert matrix(document.grids[0])[1] == ["", "в"]
    assert "1 formula has no stored result" in said(document)
    assert "1 формула без сохранённого результата" in said(document, "ru")


def test_hidden_rows_and_columns_are_read_and_told(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        put(sheet, 1, 1, ROWS)
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["C"].hidden = True

    document = read(tmp_path, fill)
    assert matrix(document.grids[0]) == TEXTS
    assert "1 hidden row" in said(document)
    assert "1 hidden column" in said(document)
    assert "(C)" in said(document)


def book_of_sheets(tmp_path: Path, states: dict[str, str]) -> Document:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, state in states.items():
        sheet = book.create_sheet(name)
        put(sheet, 1, 1, [[name, "б"], ["в", "г"]])
        sheet.sheet_state = state
    if "visible" not in states.values():
        book.create_sheet("пустой")
    path = tmp_path / "a.xlsx"
    book.save(path)
    return extract(path, sniff(path, "a.xlsx"))


def test_each_of_several_sheets_has_its_name_as_a_heading(tmp_path: Path) -> None:
    document = book_of_sheets(tmp_path, {"План": "visible", "Школы": "visible"})
    assert [b.text for b in document.blocks if b.kind == "heading"] == ["План", "Школы"]
    assert len(document.grids) == 2


def test_hidden_sheets_are_left_out_and_told(tmp_path: Path) -> None:
    document = book_of_sheets(tmp_path, {"План": "visible", "Списки": "hidden", "Ещё": "veryHidden"})
    assert len(document.grids) == 1
    assert document.blocks == ()
    assert "Списки, Ещё" in said(document)


def test_hidden_sheets_are_read_when_there_is_nothing_else(tmp_path: Path) -> None:
    document = book_of_sheets(tmp_path, {"План": "hidden"})
    assert len(document.grids) == 1
    assert "Only hidden sheets" in said(document)


def test_an_empty_workbook_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read(tmp_path, lambda sheet: None)
    assert caught.value.reason == "source.no-text"


def test_a_cell_at_the_end_of_the_world_costs_nothing(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        put(sheet, 1, 1, ROWS)
        sheet["XFD1048576"] = "далеко"

    started = time.monotonic()
    document = read(tmp_path, fill)
    assert time.monotonic() - started < 3
    assert matrix(document.grids[0]) == TEXTS
    assert [b.text for b in document.blocks] == ["далеко"]


def changed(tmp_path: Path, part: str, change: Callable[[str], str]) -> Path:
    """A workbook with `ROWS` whose part was edited as no program would."""
    book = openpyxl.Workbook()
    put(book.active, 1, 1, ROWS)
    stream = io.BytesIO()
    book.save(stream)
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data.decode()).encode() if name == part else data)
    return path


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, 'ref="A1:C3"', 'ref="A1:XFD1048576"'),
        (SHEET, '<row r="2"', '<row r="99999999999999999999"'),
        (SHEET, '<row r="2"', '<row r="-5"'),
        (SHEET, '<row r="2"', "<row"),
        (SHEET, ' r="B2"', ""),
        (SHEET, "</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        (SHEET, "</sheetData>", '</sheetData><mergeCells><mergeCell ref="nonsense"/></mergeCells>'),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationship ",
            '<Relationship TargetMode="External" Id="e" Type="t/styles" Target="http://x.example/"/>'
            "<Relationship ",
        ),
    ],
)
def test_figures_that_lie_neither_break_nor_blow_up_the_reading(
    tmp_path: Path, part: str, old: str, new: str
) -> None:
    path = changed(tmp_path, part, lambda xml: xml.replace(old, new, 1))
    started = time.monotonic()
    document = extract(path, sniff(path, "a.xlsx"))
    assert time.monotonic() - started < 2
    texts = [c.text for g in document.grids for c in g.cells] + [b.text for b in document.blocks]
    assert "№" in " ".join(texts)


def test_a_sheet_cut_in_the_middle_is_damaged(tmp_path: Path) -> None:
    path = changed(tmp_path, SHEET, lambda xml: xml[: len(xml) // 2])
    with pytest.raises(SourceError) as caught:
        extract(path, sniff(path, "a.xlsx"))
    assert caught.value.reason == "source.damaged"


def test_a_million_cells_and_one_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline import limits

    def fill(sheet: Worksheet) -> None:
        put(sheet, 1, 1, [["x"] * 11 for _ in range(10)])

    with limits.use(limits.with_overrides(["table_cells=100"])), pytest.raises(SourceError) as caught:
        read(tmp_path, fill)
    assert caught.value.args_["name"] == "table_cells"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice makes the XLS and ODS files")
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_xls_and_ods_give_the_same_as_xlsx(tmp_path: Path, ending: str) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = "Список школ"
        put(sheet, 3, 1, [*ROWS, [1.1, dt.date(2021, 7, 15), True], [None, "объединено", None]], boxed=True)
        sheet["A6"].number_format, sheet["B6"].number_format = "0.00", "DD.MM.YYYY"
        sheet.merge_cells("A6:A7")
        sheet.merge_cells("B7:C7")
        sheet.row_dimensions[4].hidden = True

    expected = read(tmp_path, fill)
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"]
    subprocess.run(
        [*command, "--convert-to", ending, "--outdir", str(tmp_path), str(tmp_path / "a.xlsx")],
        check=True,
        capture_output=True,
        timeout=60,
    )
    path = tmp_path / f"a.{ending}"
    found = extract(path, sniff(path, path.name))
    assert found.source.format == ending
    assert [b.text for b in found.blocks] == [b.text for b in expected.blocks]
    assert [(matrix(g), spans(g)) for g in found.grids] == [(matrix(g), spans(g)) for g in expected.grids]
    assert said(found) == said(expected)


def test_an_xls_whose_sectors_lead_in_a_circle_is_damaged(tmp_path: Path) -> None:
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    header = MAGIC + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<10I", 0, 1, 1, 0, 4096, end, 0, end, 0, 0) + struct.pack("<108I", *[free] * 108)
    fat = struct.pack("<128I", 0xFFFFFFFD, end, 3, 4, 2, *[free] * 123)  # 2 → 3 → 4 → 2
    entries = b""
    for name, kind, size, child in (("Root Entry", 5, 0, 1), ("Workbook", 2, 4096, free)):
        raw = (name + "\0").encode("utf-16-le")
        entries += raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, free, free, child)
        entries = entries.ljust(len(entries) + 36, b"\0") + struct.pack("<IQ", 2, size)
    path = tmp_path / "a.xls"
    path.write_bytes(header + fat + entries.ljust(512, b"\0") + bytes(4096))
    with pytest.raises(SourceError) as caught:
        extract(path, sniff(path, "a.xls"))
    assert caught.value.reason == "source.damaged"


ODS_CONTENT = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
 <table:table table:name="s">{rows}</table:table></office:spreadsheet></office:body>
</office:document-content>"""


def ods(tmp_path: Path, rows: str) -> Document:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS_CONTENT.format(rows=rows))
    return extract(path, sniff(path, "a.ods"))


def test_repeated_ods_cells_are_repeated_and_endless_blanks_are_not(tmp_path: Path) -> None:
    blank = '<table:table-cell table:number-columns-repeated="16380"/>'
    cells = '<table:table-cell table:number-columns-repeated="2"><text:p>а</text:p></table:table-cell>'
    rows = f'<table:table-row table:number-rows-repeated="2">{cells}{blank}</table:table-row>'
    rows += f'<table:table-row table:number-rows-repeated="1048500">{blank}</table:table-row>'
    assert [matrix(g) for g in ods(tmp_path, rows).grids] == [[["а", "а"], ["а", "а"]]]


def test_an_ods_bomb_of_repetitions_is_refused(tmp_path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>а</text:p></table:table-cell>'
    with pytest.raises(SourceError) as caught:
        ods(tmp_path, f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>')
    assert caught.value.args_["name"] == "table_cells"


def test_spaces_tabs_and_comments_in_an_ods_cell(tmp_path: Path) -> None:
    text = "<text:p>а<text:s text:c='2'/>б<text:tab/>в"
    text += "<office:annotation><text:p>нет</text:p></office:annotation></text:p>"
    row = f"<table:table-row><table:table-cell>{text}<text:p>г</text:p></table:table-cell></table:table-row>"
    assert [b.text for b in ods(tmp_path, row).blocks] == ["а  б\tв\nг"]


@given(
    value=st.floats(allow_nan=False, allow_infinity=False),
    code=st.text(alphabet='0#?.,%;[]"\\E+-ymdhs @/_*AМ', max_size=12),
)
def test_no_format_code_breaks_the_display(value: float, code: str) -> None:
    assert isinstance(show(value, code), str)


@given(st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1))
def test_a_whole_number_keeps_every_digit(value: int) -> None:
    assert general(float(value)) == str(value)
    assert show(float(value), "0") == str(value)


@given(st.dates(min_value=dt.date(1900, 3, 1), max_value=dt.date(9999, 12, 31)))
def test_a_date_is_shown_as_itself(day: dt.date) -> None:
    serial = (day - dt.date(1899, 12, 30)).days
    assert show(serial, "dd.mm.yyyy") == f"{day:%d.%m.}{day.year:04}"
