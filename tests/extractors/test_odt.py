"""ODT: paragraphs, lists and tables as LibreOffice and others write them."""

from __future__ import annotations

import tempfile
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import SourceError
from pipeline.extractors import odt
from pipeline.model import Document, Source
from tests.extractors.word_files import layout, rows, story, texts

_NS = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"),
    )
)  # fmt: skip


def read(path: Path, body: str, styles: str = "", page: str = "", manifest: str = "<a/>") -> Document:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f"<office:document-content {_NS}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
        )
        if page:
            archive.writestr(
                "styles.xml",
                f"<office:document-styles {_NS}><office:master-styles><style:master-page>{page}"
                "</style:master-page></office:master-styles></office:document-styles>",
            )
        archive.writestr("META-INF/manifest.xml", manifest)
    return odt.extract(path, Source(path.name, "", "odt"))


def p(text: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def cell(text: str = "", more: str = "") -> str:
    return f"<table:table-cell {more}>{text if text.startswith('<') else p(text)}</table:table-cell>"


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


COVERED = "<table:covered-table-cell/>"


def test_spaces_tabs_breaks_and_nested_spans(tmp_path: Path) -> None:
    body = p(
        "  а\n  б <text:span> <text:span>в</text:span></text:span><text:s text:c='3'/>г<text:tab/>д"
        "<text:line-break/> е ё"
    )
    assert story(read(tmp_path / "a.odt", body)) == ["а б в   г\tд\nе ё"]


def test_spans_covered_cells_and_header_rows(tmp_path: Path) -> None:
    body = (
        "<table:table><table:table-column table:number-columns-repeated='3'/><table:table-header-rows>"
        + row(
            cell("шапка", 'table:number-columns-spanned="3"'),
            COVERED.replace("/>", ' table:number-columns-repeated="2"/>'),
        )
        + "</table:table-header-rows><table:table-rows>"
        + row(cell("район", 'table:number-rows-spanned="2"'), cell("а"), cell("б"))
        + row(COVERED, cell("в", 'table:number-columns-repeated="2"'))
        + "</table:table-rows></table:table>"
    )
    grid = read(tmp_path / "a.odt", body).grids[0]
    assert (grid.n_rows, grid.n_cols, grid.header_rows) == (3, 3, 1)
    assert layout(grid)["шапка"] == (0, 0, 1, 3)
    assert layout(grid)["район"] == (1, 0, 2, 1)
    assert rows(grid)[2] == ["в", "в"]


@pytest.mark.parametrize("number", ["2147483647", "-1", "x", "1000000"])
def test_forged_repeats_and_spans_stay_within_limits(tmp_path: Path, number: str) -> None:
    body = (
        "<table:table>"
        + row(
            cell("а", f'table:number-columns-spanned="{number}" table:number-rows-spanned="{number}"'),
            cell("б"),
        )
        + row(cell("в"), cell("г", f'table:number-columns-repeated="{number}"'))
        + "</table:table>"
    )
    grid = read(tmp_path / "a.odt", body + p("х")).grids[0]
    assert {"а", "б", "в", "г"} == {c.text for c in grid.cells}
    assert grid.n_cols <= 1001


def test_a_table_of_endless_repeats_is_refused_by_the_limit(tmp_path: Path) -> None:
    line = row(cell("а", 'table:number-columns-repeated="1000"'), more='table:number-rows-repeated="1000"')
    with pytest.raises(SourceError) as caught:
        read(tmp_path / "a.odt", f"<table:table>{line * 3}</table:table>")
    assert caught.value.reason == "source.over-limit"


def test_lists_are_numbered_continued_and_nested(tmp_path: Path) -> None:
    styles = (
        '<text:list-style style:name="L">'
        '<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>'
        '<text:list-level-style-number text:level="2" style:num-format="1" style:num-suffix="."'
        ' text:display-levels="2"/>'
        '<text:list-level-style-number text:level="3" style:num-suffix=")"'
        ' style:num-format="а, б, .., аа, бб, ... (ru)"/>'
        '</text:list-style><text:list-style style:name="B">'
        '<text:list-level-style-bullet text:level="1" text:bullet-char="\uf0b7"/></text:list-style>'
    )

    def items(*content: str) -> str:
        return "".join(f"<text:list-item>{x}</text:list-item>" for x in content)

    deep = "<text:list>" + items(p("в"), p("г")) + "</text:list>"
    inner = "<text:list>" + items(p("б") + deep, p("д")) + "</text:list>"
    body = (
        '<text:list text:style-name="L">' + items(p("а") + p("без номера") + inner, p("е")) + "</text:list>"
        + p("между")
        + '<text:list text:style-name="L" text:continue-numbering="true">' + items(p("ё")) + "</text:list>"
        + '<text:list text:style-name="L">' + items(p("ж"))
        + '<text:list-item text:start-value="7">' + p("з") + "</text:list-item></text:list>"
        + '<text:list text:style-name="B">' + items(p("и")) + "</text:list>"
    )  # fmt: skip
    assert story(read(tmp_path / "a.odt", body, styles)) == [
        "1. а", "без номера", "1.1. б", "а) в", "б) г", "1.2. д", "2. е", "между", "3. ё",
        "1. ж", "7. з", "• и",
    ]  # fmt: skip


def test_tracked_changes_hidden_text_and_annotations(tmp_path: Path) -> None:
    styles = (
        '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/>'
        "</style:style>"
        '<style:style style:name="H2" style:family="text" style:parent-style-name="H"/>'
    )
    body = (
        '<text:tracked-changes><text:changed-region xml:id="c1">'
        '<text:deletion>' + p("старое") + "</text:deletion>"
        '</text:changed-region><text:changed-region xml:id="c2"><text:insertion/></text:changed-region>'
        "</text:tracked-changes>"
        + p(
            'новое<text:change text:change-id="c1"/><text:change-start text:change-id="c2"/>!'
            '<text:span text:style-name="H2">скрыто</text:span>'
            '<office:annotation>' + p("заметка") + "</office:annotation>"
        )
        + '<text:section text:display="none">' + p("раздел") + "</text:section>"
    )  # fmt: skip
    document = read(tmp_path / "a.odt", body, styles)
    assert texts(document, "paragraph") == ["новое!"]
    assert texts(document, "deleted") == ["старое"]
    assert texts(document, "hidden") == ["скрыто", "раздел"]
    assert [n.key for n in document.notes] == ["word.tracked", "word.hidden", "word.comments"]


def test_notes_boxes_nested_tables_and_page_headers(tmp_path: Path) -> None:
    footnote = (
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>'
        + p("сноска") + "</text:note-body></text:note>"
    )  # fmt: skip
    box = f"<draw:frame><draw:text-box>{p('в рамке')}</draw:text-box></draw:frame>"
    inner = f"<table:table>{row(cell('внутри'))}</table:table>"
    body = (
        p(f"текст{footnote}{box}")
        + f"<table:table>{row(cell(p('край') + inner), cell(p(box)))}</table:table>"
    )
    page = (
        f"<style:header>{p('верх')}</style:header>"
        f"<style:footer style:display='false'>{p('нет')}</style:footer>"
    )
    document = read(tmp_path / "a.odt", body, page=page)
    assert story(document) == [
        "верх",
        "текст[1]",
        "в рамке",
        [["край", "в рамке"]],
        [["внутри"]],
        "[1] сноска",
    ]


def test_unusable_files_have_named_reasons(tmp_path: Path) -> None:
    found = {}
    for name, body, manifest in (
        ("empty", p(""), "<a/>"),
        ("picture", p("<draw:frame><draw:image/></draw:frame>"), "<a/>"),
        ("locked", p("а"), "<manifest><encryption-data/></manifest>"),
    ):
        with pytest.raises(SourceError) as caught:
            read(tmp_path / f"{name}.odt", body, manifest=manifest)
        found[name] = caught.value.reason
    assert found == {"empty": "word.empty", "picture": "word.only-pictures", "locked": "word.encrypted"}


def test_an_old_manifest_with_a_doctype_is_no_reason_to_refuse(tmp_path: Path) -> None:
    manifest = (
        '<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd"><a/>'
    )
    assert story(read(tmp_path / "a.odt", p("текст"), manifest=manifest)) == ["текст"]


CELLS = st.builds(
    lambda tag, across, down, repeated: (
        f'<table:{tag} table:number-columns-spanned="{across}" table:number-rows-spanned="{down}" '
        f'table:number-columns-repeated="{repeated}">{p("х")}</table:{tag}>'
    ),
    st.sampled_from(("table-cell", "table-cell", "covered-table-cell")),
    *(st.sampled_from((1, 1, 1, 2, 3, 9999)) for _ in range(3)),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=5), min_size=1, max_size=5))
def test_cells_never_overlap_whatever_the_file_claims(table: list[list[str]]) -> None:
    body = p("есть") + f"<table:table>{''.join(row(*line) for line in table)}</table:table>"
    with tempfile.TemporaryDirectory() as folder:
        document = read(Path(folder) / "a.odt", body)
    for grid in document.grids:
        taken: set[tuple[int, int]] = set()
        for c in grid.cells:
            spots = {
                (i, j) for i in range(c.row, c.row + c.row_span) for j in range(c.col, c.col + c.col_span)
            }
            assert taken.isdisjoint(spots)
            assert c.row + c.row_span <= grid.n_rows and c.col + c.col_span <= grid.n_cols
            taken |= spots


def test_many_cells_that_claim_the_whole_table_cost_no_time(tmp_path: Path) -> None:
    span = 'table:number-columns-spanned="900" table:number-rows-spanned="900"'
    start = time.process_time()
    table = "".join(row(*[cell("а", span)] * 5) for _ in range(3000))
    grid = read(tmp_path / "a.odt", f"<table:table>{table}</table:table>").grids[0]
    assert len(grid.cells) == 15_000
    assert time.process_time() - start < 5
