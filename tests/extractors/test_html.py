"""HTML and MHTML: spans by the standard, data tables told from layout, charsets, Word's saved pages, hostile
pages.
"""

from __future__ import annotations

import quopri
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import SourceError
from pipeline.extractors.html import extract
from pipeline.model import Block, Document, Grid, Source
from tests.extractors.test_text_round_trip import spanned
from tests.extractors.text_tables import Span

CYRILLIC = "Приказ Министерства образования и науки"


def read(folder: Path, page: str | bytes, format: str = "html") -> Document:
    path = folder / "page.html"
    path.write_bytes(page if isinstance(page, bytes) else page.encode())
    return extract(path, Source("page.html", "", format))


def cells(grid: Grid) -> list[tuple[int, int, int, int, str]]:
    return [(c.row, c.col, c.row_span, c.col_span, c.text) for c in grid.cells]


def grid_of(folder: Path, table: str) -> Grid:
    (grid,) = read(folder, table).grids
    return grid


def keys(document: Document) -> list[str]:
    return [n.key for n in document.notes]


# ------------------------------------------------------------------------------------------------ spans


@settings(max_examples=80, deadline=None)
@given(table=spanned())
def test_a_table_with_spans_is_read_as_written(
    table: tuple[list[Span], int, int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    spans, n_rows, _ = table
    html = "<table border=1>"
    for r in range(n_rows):
        html += "<tr>" + "".join(
            f"<td rowspan={s.rows} colspan={s.cols}><p>{s.text}</p>" for s in spans if s.row == r
        )
    grid = grid_of(tmp_path_factory.mktemp("html"), html + "</table>")
    starts = sorted({s.row for s in spans})
    at = {r: i for i, r in enumerate([*starts, n_rows])}
    ends = [next(x for x in (*starts, n_rows) if x >= s.row + s.rows) for s in spans]
    assert sorted(cells(grid)) == sorted(
        (at[s.row], s.col, at[e] - at[s.row], s.cols, s.text) for s, e in zip(spans, ends, strict=True)
    )


def test_the_head_of_a_table_is_its_header(tmp_path: Path) -> None:
    grid = grid_of(
        tmp_path,
        "<table><thead><tr><th rowspan=2>№<th colspan=2>Срок<tr><th>план<th>факт</thead>"
        "<tfoot><tr><td>итого<td>1<td>2</tfoot><tbody><tr><td>1<td>июль<td>май</table>",
    )
    assert grid.header_rows == 2
    assert cells(grid)[:2] == [(0, 0, 2, 1, "№"), (0, 1, 1, 2, "Срок")]
    assert [c.text for c in grid.cells if c.row == 3] == ["итого", "1", "2"]


def test_rowspan_zero_reaches_to_the_end_of_its_row_group(tmp_path: Path) -> None:
    grid = grid_of(
        tmp_path,
        "<table border=1><tbody><tr><td rowspan=0>а<td>б<tr><td>в</tbody><tbody><tr><td>г<td>д</table>",
    )
    assert cells(grid)[0] == (0, 0, 2, 1, "а")
    assert cells(grid)[3] == (2, 0, 1, 1, "г")


def test_a_span_wider_than_the_table_ends_with_the_table(tmp_path: Path) -> None:
    grid = grid_of(
        tmp_path,
        "<table border=1><tr><td>1<td>2<td>3<tr><td colspan=999999999>Раздел"
        "<tr><td rowspan=70000>а<td>б<td>в</table>",
    )
    assert (grid.n_rows, grid.n_cols) == (3, 3)
    assert cells(grid)[3] == (1, 0, 1, 3, "Раздел")
    assert cells(grid)[4] == (2, 0, 1, 1, "а")


def test_no_two_cells_cover_the_same_place(tmp_path: Path) -> None:
    grid = grid_of(
        tmp_path, "<table border=1><tr><td>а<td rowspan=2>б<td>в<tr><td colspan=3>г<td>д<tr><td>е</table>"
    )
    taken: set[tuple[int, int]] = set()
    for cell in grid.cells:
        here = {
            (r, c)
            for r in range(cell.row, cell.row + cell.row_span)
            for c in range(cell.col, cell.col + cell.col_span)
        }
        assert not here & taken
        taken |= here
    assert sorted(c.text for c in grid.cells) == list("абвгде")


# --------------------------------------------------------------------------------------- data or layout


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td>Начальник<td>Е.П. Талкина</table>",
        "<table border=1><tr><td>Текст в рамке</table>",
        "<table><tr><td>Один<tr><td>Два<tr><td>Три<tr><td>Четыре</table>",
        "<table role=presentation border=1><tr><td>а<td>б<tr><td>в<td>г</table>",
        "<table><tr><td>меню<td><table border=1><tr><td>1<td>2<tr><td>3<td>4</table></table>",
    ],
)
def test_a_table_that_only_places_things_gives_its_text(tmp_path: Path, table: str) -> None:
    found = read(tmp_path, table)
    assert found.blocks
    assert len(found.grids) == table.count("<table border=1><tr><td>1")


def test_a_nested_table_follows_as_a_table_of_its_own(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "<table border=1><tr><td>а<td>б<tr><td>в<table border=1><tr><td>1<td>2<tr><td>3<td>4</table><td>г"
        "<tr><td>д<td>е</table>",
    )
    outer, inner = found.grids
    assert [c.text for c in outer.cells] == list("абвгде")
    assert [c.text for c in inner.cells] == list("1234")
    assert [n.key for n in outer.notes] == ["html.nested"]


# ------------------------------------------------------------------------------------------------- text


def test_breaks_entities_deletions_and_what_is_not_shown(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "<title>нет</title><style>p{}</style><script>x</script><h1>Приказ</h1><p>Школа&nbsp;№&nbsp;5<br> и\n"
        " <b>ли</b>цей<del>ы</del><p style='display: none'>скрыто</p><div hidden>тоже</div>",
    )
    assert found.blocks[0].kind == "heading"
    assert [(b.text, b.kind) for b in found.blocks[1:]] == [
        ("Школа\u00a0№\u00a05\nи лицей", "paragraph"),
        ("ы", "deleted"),
    ]
    assert keys(found) == ["html.hidden"]


def test_numbers_of_lists_stand_in_the_text(tmp_path: Path) -> None:
    """Of HTML lists, and as Word saves its own (a span that other programs are told to ignore)."""
    found = read(
        tmp_path,
        "<ol start=3><li>план<li>отчёт</ol><p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>"
        "<![if !supportLists]><span style='mso-list:Ignore'>1.2.<span>&nbsp;&nbsp; </span></span><![endif]>"
        "Утвердить<o:p></o:p></p><!--[if gte mso 9]><xml><w:x>1</w:x></xml><![endif]-->",
    )
    assert [b.text for b in found.blocks] == ["3. план", "4. отчёт", "1.2. Утвердить"]


def test_a_drawn_table_in_preformatted_text(tmp_path: Path) -> None:
    found = read(tmp_path, "<pre>\n┌──┬────┐\n│№ │Имя │\n├──┼────┤\n│1 │Аб  │\n└──┴────┘\nКонец</pre>")
    assert [c.text for c in found.grids[0].cells] == ["№", "Имя", "1", "Аб"]
    assert isinstance(found.content[1], Block)


# --------------------------------------------------------------------------------------------- charsets


@pytest.mark.parametrize("declared", ["utf-8", "windows-1251", "koi8-r", "cp866", "nonsense", ""])
@pytest.mark.parametrize("used", ["utf-8", "cp1251", "koi8-r", "cp866", "utf-16"])
def test_the_bytes_decide_when_the_declaration_is_wrong(tmp_path: Path, declared: str, used: str) -> None:
    found = read(tmp_path, f'<meta charset="{declared}"><p>{CYRILLIC}</p>'.encode(used))
    assert [b.text for b in found.blocks] == [CYRILLIC]


def test_an_xml_declaration_names_the_charset(tmp_path: Path) -> None:
    page = f'<?xml version="1.0" encoding="windows-1251"?><html><body><p>{CYRILLIC}</p></body></html>'
    assert [b.text for b in read(tmp_path, page.encode("cp1251")).blocks] == [CYRILLIC]


def test_a_wrong_declaration_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, f'<meta charset="utf-8"><p>{CYRILLIC}</p>'.encode("cp1251"))
    assert keys(found) == ["html.charset-wrong"]


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8"])
def test_a_saved_web_page_in_quoted_printable(tmp_path: Path, encoding: str) -> None:
    body = f"<html><body><table border=1><tr><th>№<th>Имя<tr><td>1<td>{CYRILLIC}</table></body></html>"
    head = (
        "From: <Saved>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="B"\r\n\r\n--B\r\n'
        f"Content-Type: text/html; charset={encoding}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    page = head.encode() + quopri.encodestring(body.encode(encoding)) + b"\r\n--B--\r\n"
    found = read(tmp_path, page, "mhtml")
    assert found.grids[0].cells[3].text == CYRILLIC
    assert found.grids[0].header_rows == 1


# ---------------------------------------------------------------------------------------- hostile pages


def test_deep_nesting_is_read_or_refused_and_never_loses_text_in_silence(tmp_path: Path) -> None:
    deep = read(tmp_path, "<div>" * 1500 + "дно" + "</div>" * 1500)
    assert [b.text for b in deep.blocks] == ["дно"]
    tables = read(tmp_path, "<table border=1><tr><td>а<td>" * 300 + "дно" + "</table>" * 300)
    assert "дно" in str(tables.content)
    with pytest.raises(SourceError) as error:
        read(tmp_path, "<div>" * 50_000 + "дно")
    assert error.value.reason == "html.too-deep"


def test_absurd_spans_are_refused_before_they_fill_the_memory(tmp_path: Path) -> None:
    row = "<tr>" + "<td colspan=1000>а" * 3
    with pytest.raises(SourceError) as error:
        read(tmp_path, "<table border=1>" + row * 400 + "</table>")
    assert error.value.reason == "source.over-limit"


@given(st.text("<>/=\"' abтк!-[]&;#x1", max_size=80))
def test_any_text_is_a_page_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    try:
        read(tmp_path_factory.getbasetemp(), "<p>а</p><table border=1><tr><td>" + text)
    except SourceError as error:
        assert error.reason.startswith(("source.", "html.", "text."))


def test_a_table_drawn_in_paragraphs(tmp_path: Path) -> None:
    """Legal databases: a line of a drawn table is a paragraph, its spaces do not break."""
    lines = ["┌──┬──────┐", "│№ │ Имя  │", "├──┼──────┤", "│1 │Абвгд │", "│  │е     │", "└──┴──────┘"]
    page = "<p>Перечень</p>" + "".join(f"<p>{line.replace(' ', '&nbsp;')}</p>" for line in lines)
    found = read(tmp_path, page + "<p>Конец</p>")
    assert [type(x) for x in found.content] == [Block, Grid, Block]
    assert [c.text for c in found.grids[0].cells] == ["№", "Имя", "1", "Абвгд\nе"]


def test_signatures_in_three_columns_are_no_data(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "<table><tr><td>Начальник<td><td>Е.П. Талкина<tr><td>Исполнитель<td><td>И.И. Иванов</table>",
    )
    assert not found.grids
    assert [b.text for b in found.blocks] == ["Начальник", "Е.П. Талкина", "Исполнитель", "И.И. Иванов"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("МБОУ «Никольская СОШ»<sup>1</sup>", "МБОУ «Никольская СОШ»[1]"),
        ("Арский район<sup>[2]</sup>, всего", "Арский район[2], всего"),
        ("площадь, м<sup>2</sup>", "площадь, м2"),
        ("10<sup>30</sup>", "1030"),
    ],
)
def test_a_small_raised_number_behind_a_word_is_the_mark_of_a_footnote(
    tmp_path: Path, cell: str, text: str
) -> None:
    grid = grid_of(tmp_path, f"<table border=1><tr><td>{cell}</td><td>а</td></tr><tr><td>б<td>в</table>")
    assert cells(grid)[0][4] == text
