"""DOCX: what stands in a paragraph and in a table, whatever way Word wrote it."""

from __future__ import annotations

from pathlib import Path

import docx as python_docx
import pytest

from pipeline.messages import say
from pipeline.model import Place
from tests.extractors.word_files import layout, p, part, read, rows, story, tbl, tc, texts, tr, write


def note_keys(document: object) -> list[str]:
    return [note.key for note in document.notes]  # type: ignore[attr-defined]  # a Document by the test above


def test_a_document_made_by_python_docx_gives_blocks_and_grids_in_order(tmp_path: Path) -> None:
    made = python_docx.Document()
    made.add_heading("Приказ", 1)
    made.add_paragraph("О дорожной карте")
    table = made.add_table(2, 2)
    for row in range(2):
        for column in range(2):
            table.cell(row, column).text = f"{row}{column}"
    made.add_paragraph("Начальник")
    made.save(str(tmp_path / "a.docx"))
    document = read(tmp_path / "a.docx")
    assert story(document) == ["Приказ", "О дорожной карте", [["00", "01"], ["10", "11"]], "Начальник"]
    assert [b.kind for b in document.blocks] == ["heading", "paragraph", "paragraph"]
    assert {c.place for c in document.grids[0].cells} == {Place("a.docx")}
    assert document.n_pages is None


def test_merged_cells_stand_once_with_their_spans(tmp_path: Path) -> None:
    down, more = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = tbl(
        tr(tc("шапка", '<w:gridSpan w:val="3"/>')),
        tr(tc("район", down), tc("а"), tc("б")),
        tr(tc("", more), tc("в", '<w:gridSpan w:val="2"/>')),
        tr(tc("итого"), properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>'),
    )
    grid = read(write(tmp_path / "a.docx", body)).grids[0]
    assert (grid.n_rows, grid.n_cols) == (4, 3)
    assert layout(grid) == {
        "шапка": (0, 0, 1, 3), "район": (1, 0, 2, 1), "а": (1, 1, 1, 1), "б": (1, 2, 1, 1), "в": (2, 1, 1, 2),
        "итого": (3, 1, 1, 1),
    }  # fmt: skip


def test_old_horizontal_merges_and_merges_without_a_beginning_are_understood(tmp_path: Path) -> None:
    first, more = '<w:hMerge w:val="restart"/>', "<w:hMerge/>"
    body = tbl(tr(tc("а", first), tc("", more), tc("б")), tr(tc("в", "<w:vMerge/>"), tc("г"), tc("д")))
    grid = read(write(tmp_path / "a.docx", body)).grids[0]
    assert layout(grid)["а"] == (0, 0, 1, 2)
    assert layout(grid)["в"] == (1, 0, 1, 1)


def test_text_that_a_merge_covers_is_told_as_hidden(tmp_path: Path) -> None:
    body = tbl(tr(tc("а", '<w:vMerge w:val="restart"/>')), tr(tc("под ней", "<w:vMerge/>")))
    document = read(write(tmp_path / "a.docx", body))
    assert rows(document.grids[0]) == [["а"], []]
    assert texts(document, "hidden") == ["под ней"]
    assert "word.hidden" in note_keys(document)


def test_a_row_without_spans_is_laid_out_by_its_widths(tmp_path: Path) -> None:
    def wide(text: str, width: int) -> str:
        return tc(text, f'<w:tcW w:w="{width}" w:type="dxa"/>')

    body = tbl(
        tr(wide("1", 600), wide("2", 3000), wide("3", 3010)),
        tr(wide("раздел", 3620), wide("4", 2990)),
        widths=(600, 3000, 3010),
    )
    grid = read(write(tmp_path / "a.docx", body)).grids[0]
    assert layout(grid)["раздел"] == (1, 0, 1, 2)
    assert layout(grid)["4"] == (1, 2, 1, 1)
    assert grid.col_edges == (0.0, 30.0, 180.0, 330.5)


def test_borders_drawn_a_hair_apart_are_one_border(tmp_path: Path) -> None:
    two = '<w:gridSpan w:val="2"/>'
    body = tbl(tr(tc("а"), tc("б", two)), tr(tc("в", two), tc("г")), widths=(2000, 20, 2000))
    grid = read(write(tmp_path / "a.docx", body)).grids[0]
    assert grid.n_cols == 2
    assert rows(grid) == [["а", "б"], ["в", "г"]]
    assert all(c.col_span == 1 for c in grid.cells)


@pytest.mark.parametrize("span", ["2147483647", "99999999999999999999", "1000", "-5", "x"])
def test_a_forged_span_costs_nothing_and_loses_nothing(tmp_path: Path, span: str) -> None:
    body = tbl(tr(tc("а", f'<w:gridSpan w:val="{span}"/>'), tc("б")), tr(tc("в"), tc("г")))
    grid = read(write(tmp_path / "a.docx", body)).grids[0]
    assert rows(grid) == [["а", "б"], ["в", "г"]]
    assert grid.n_cols <= 4


def test_a_nested_table_follows_as_a_grid_of_its_own_and_no_text_stands_twice(tmp_path: Path) -> None:
    inner = tbl(tr(tc("внутри"), tc(tbl(tr(tc("глубже"))) + p())))
    body = tbl(tr(tc(p("до") + inner + p("после")), tc("рядом")))
    document = read(write(tmp_path / "a.docx", body))
    assert story(document) == [[["до\nпосле", "рядом"]], [["внутри", ""]], [["глубже"]]]
    assert [n.key for n in document.grids[0].notes] == ["word.holds"]
    assert [n.key for n in document.grids[1].notes] == ["word.inside", "word.holds"]


def test_content_controls_at_every_level_lose_nothing(tmp_path: Path) -> None:
    def control(content: str) -> str:
        return f"<w:sdt><w:sdtPr><w:id w:val='1'/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    run = control("<w:r><w:t>в строке</w:t></w:r>")
    body = control(p("абзац")) + control(
        tbl(
            tr(tc(f"<w:p>{run}</w:p>"), tc(control(p("в ячейке")))),
            control(tr(tc("строка"), control(tc("ячейка")))),
        )
    )
    document = read(write(tmp_path / "a.docx", body))
    assert story(document) == ["абзац", [["в строке", "в ячейке"], ["строка", "ячейка"]]]


def test_insertions_are_text_and_deletions_are_told_apart(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>МБОУ </w:t></w:r><w:ins w:id='1'><w:r><w:t>новая</w:t></w:r></w:ins>"
        "<w:del w:id='2'><w:r><w:delText>старая</w:delText></w:r></w:del></w:p>"
        + p("первая ", '<w:rPr><w:del w:id="3"/></w:rPr>')
        + p("половина")
        + tbl(
            tr(tc("<w:p><w:ins w:id='4'><w:r><w:t>в таблице</w:t></w:r></w:ins></w:p>")),
            tr(tc("вычеркнута"), properties='<w:del w:id="5"/>'),
            tr(tc("вписана"), properties='<w:ins w:id="6"/>'),
        )
    )
    document = read(write(tmp_path / "a.docx", body))
    assert [t for t in story(document) if not isinstance(t, str)] == [[["в таблице"], ["вписана"]]]
    assert texts(document, "paragraph") == ["МБОУ новая", "первая половина"]
    assert texts(document, "deleted") == ["старая", "вычеркнута"]
    assert "3 вставки учтены" in say(document.notes[0], "ru")


def test_moved_text_stands_where_it_was_moved_to(tmp_path: Path) -> None:
    moved = "<w:r><w:t>пункт</w:t></w:r>"
    body = (
        f"<w:p><w:moveFrom w:id='1'>{moved}</w:moveFrom></w:p>"
        f"<w:p><w:moveTo w:id='2'>{moved}</w:moveTo></w:p>"
    )
    document = read(write(tmp_path / "a.docx", body))
    assert texts(document, "paragraph") == ["пункт"]
    assert texts(document, "deleted") == ["пункт"]


def test_hidden_text_is_left_out_and_told(tmp_path: Path) -> None:
    styles = part(
        "styles",
        '<w:style w:type="paragraph" w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="H2"><w:basedOn w:val="H"/></w:style>'
        '<w:style w:type="character" w:styleId="C"><w:rPr><w:vanish/></w:rPr></w:style>',
    )
    body = (
        "<w:p><w:r><w:t>видно</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>скрыто</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> тоже</w:t></w:r></w:p>'
        + p("по стилю", '<w:pStyle w:val="H2"/>')
        + tbl(tr(tc("<w:p><w:r><w:rPr><w:rStyle w:val='C'/></w:rPr><w:t>знаки</w:t></w:r></w:p>"), tc("я")))
    )
    document = read(write(tmp_path / "a.docx", body, styles=styles))
    assert story(document) == ["видно тоже", "скрыто", "по стилю", [["", "я"]], "знаки"]
    assert texts(document, "hidden") == ["скрыто", "по стилю", "знаки"]


def test_results_of_fields_are_text_and_their_instructions_are_not(tmp_path: Path) -> None:
    def sign(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    def run(text: str) -> str:
        return f"<w:r><w:t>{text}</w:t></w:r>"

    instruction = "<w:r><w:instrText> IF </w:instrText></w:r>"
    nested = sign("begin") + "<w:r><w:instrText>MERGEFIELD x</w:instrText></w:r>" + sign("separate")
    body = (
        f"<w:p>{sign('begin')}{instruction}{nested}{run('не текст')}{sign('end')}{sign('separate')}"
        f"{run('итог')}{sign('end')}{run(' дальше')}</w:p>"
        '<w:p><w:fldSimple w:instr="DATE"><w:r><w:t>14.09.2021</w:t></w:r></w:fldSimple></w:p>'
        + tbl(
            tr(
                tc(f"<w:p>{sign('begin')}{instruction}{sign('separate')}{run('незакрытое')}</w:p>"),
                tc("цело"),
            )
        )
    )
    document = read(write(tmp_path / "a.docx", body))
    assert story(document) == ["итог дальше", "14.09.2021", [["незакрытое", "цело"]]]


def test_signs_in_a_run_are_characters(tmp_path: Path) -> None:
    body = (
        "<w:p><w:pPr><w:tabs><w:tab w:val='left' w:pos='1'/></w:tabs></w:pPr><w:r><w:t>а</w:t><w:br/>"
        "<w:t>б</w:t><w:tab/>"
        "<w:t>в</w:t><w:noBreakHyphen/><w:t>г</w:t><w:softHyphen/><w:t>д</w:t>"
        "<w:sym w:font='Wingdings' w:char='F0FC'/><w:sym w:font='Symbol' w:char='F0B3'/></w:r></w:p>"
    )
    document = read(write(tmp_path / "a.docx", body + tbl(tr(tc(body), tc(body.replace("<w:sym", "<w:x"))))))
    expected = "а\nб\tв\u2011г\u00adд"
    assert story(document) == [expected + "✓≥", [[expected + "✓≥", expected]]]


def test_of_the_two_forms_of_a_text_box_one_is_read(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{p('в надписи')}</w:txbxContent>"
    both = (
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
        f"{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>рядом</w:t></w:r></w:p>"
    )
    document = read(write(tmp_path / "a.docx", both + tbl(tr(tc(both)))))
    assert story(document) == ["рядом", "в надписи", [["рядом\nв надписи"]]]
    assert texts(document, "textbox") == ["в надписи"]


def test_footnotes_have_marks_and_texts_in_the_order_of_the_marks(tmp_path: Path) -> None:
    notes = part(
        "footnotes",
        f'<w:footnote w:id="0" w:type="separator">{p("-")}</w:footnote>'
        f'<w:footnote w:id="5">{p(" пятая")}</w:footnote><w:footnote w:id="7">{p("седьмая")}</w:footnote>',
    )
    body = '<w:p><w:r><w:t>а</w:t><w:footnoteReference w:id="7"/></w:r></w:p>' + tbl(
        tr(tc('<w:p><w:r><w:t>б</w:t><w:footnoteReference w:id="5"/></w:r></w:p>'))
    )
    document = read(write(tmp_path / "a.docx", body, footnotes=notes))
    assert story(document) == ["а[1]", [["б[2]"]], "[1] седьмая", "[2] пятая"]


@pytest.mark.parametrize(
    ("between", "continues"), [("", True), (p(), True), (p() + p(), None), (p("текст"), None)]
)
def test_a_table_that_word_split_in_two_is_told(tmp_path: Path, between: str, continues: bool | None) -> None:
    table = tbl(tr(tc("а"), tc("б")), widths=(1000, 3000))
    document = read(write(tmp_path / "a.docx", table + between + table))
    assert [g.continues for g in document.grids] == [None, continues]


def test_tables_with_other_columns_are_not_one_table(tmp_path: Path) -> None:
    body = tbl(tr(tc("а"), tc("б")), widths=(1000, 3000)) + tbl(tr(tc("а"), tc("б")), widths=(2000, 2000))
    assert [g.continues for g in read(write(tmp_path / "a.docx", body)).grids] == [None, None]


def test_header_rows_are_those_that_the_table_begins_with(tmp_path: Path) -> None:
    mark = "<w:tblHeader/>"
    body = tbl(
        tr(tc("а"), properties=mark), tr(tc("1"), properties=mark), tr(tc("б")), tr(tc("в"), properties=mark)
    )
    plain = tbl(tr(tc("а")), tr(tc("б"), properties='<w:tblHeader w:val="0"/>'))
    document = read(write(tmp_path / "a.docx", body + p("и") + plain))
    assert [g.header_rows for g in document.grids] == [2, None]


def test_only_headers_that_are_in_effect_are_read(tmp_path: Path) -> None:
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rheader"/>'
        '<w:headerReference w:type="first" r:id="rtitle"/>'
        '<w:footerReference w:type="default" r:id="rfooter"/></w:sectPr>'
    )
    document = read(
        write(
            tmp_path / "a.docx",
            p("текст") + section,
            header=part("hdr", p("колонтитул") + tbl(tr(tc("гриф"), tc("2021")))),
            title=part("hdr", p("не действует")),
            footer=part("ftr", p("низ")),
        )
    )
    assert story(document) == ["колонтитул", "гриф\t2021", "текст", "низ"]
    assert [b.kind for b in document.blocks] == ["header", "header", "paragraph", "footer"]


def test_several_paragraphs_of_a_cell_are_lines(tmp_path: Path) -> None:
    body = tbl(tr(tc(p() + p("а") + p() + p("б") + p())))
    assert rows(read(write(tmp_path / "a.docx", body)).grids[0]) == [["а\n\nб"]]


def test_spaces_are_kept_and_indented_xml_adds_none(tmp_path: Path) -> None:
    body = "<w:p><w:r><w:t>\n   Пункт\n  первый </w:t><w:t>а </w:t></w:r><w:r><w:t>б</w:t></w:r></w:p>"
    assert story(read(write(tmp_path / "a.docx", body))) == ["Пункт   первыйа б"]


def test_the_list_of_a_drop_down_field_gives_the_chosen_entry(tmp_path: Path) -> None:
    choices = '<w:ddList><w:result w:val="1"/><w:listEntry w:val="нет"/><w:listEntry w:val="да"/></w:ddList>'
    body = (
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData>{choices}</w:ffData></w:fldChar></w:r>'
        '<w:r><w:instrText> FORMDROPDOWN </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/>'
        "</w:r></w:p>"
    )
    assert story(read(write(tmp_path / "a.docx", body))) == ["да"]


def test_a_column_that_every_row_leaves_out_is_no_column(tmp_path: Path) -> None:
    edge = '<w:gridBefore w:val="1"/>'
    body = tbl(
        tr(tc("№"), tc("Школа"), properties=edge),
        tr(tc("1"), tc("МБОУ Ямская СОШ"), properties=edge),
        widths=(300, 900, 4000),
    )
    (grid,) = read(write(tmp_path / "a.docx", body)).grids
    assert (grid.n_cols, rows(grid)) == (2, [["№", "Школа"], ["1", "МБОУ Ямская СОШ"]])
