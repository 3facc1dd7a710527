"""The two ways in which a DOCX row is read give the same, and whatever is in a table, its cells never
overlap.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extractors import docx_flow
from pipeline.model import Document
from tests.extractors.word_files import p, part, read, tbl, tc, tr, write

STYLES = part(
    "styles",
    '<w:style w:type="paragraph" w:styleId="N"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
    "</w:pPr></w:style>"
    '<w:style w:type="paragraph" w:styleId="O"/><w:style w:type="character" w:styleId="H"><w:rPr>'
    "<w:vanish/></w:rPr></w:style>",
)
NUMBERING = part(
    "numbering",
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
)
RUNS = (
    "<w:r><w:t>слово</w:t></w:r>",
    '<w:r><w:t xml:space="preserve"> два </w:t><w:br/><w:t>три</w:t></w:r>',
    "<w:r><w:tab/><w:noBreakHyphen/><w:softHyphen/><w:cr/></w:r>",
    "<w:r><w:rPr><w:rStyle w:val='H'/></w:rPr><w:t>скрыто</w:t></w:r>",
    "<w:ins w:id='1'><w:r><w:t>вставка</w:t></w:r></w:ins>",
    "<w:del w:id='1'><w:r><w:delText>нет</w:delText></w:r></w:del>",
    "<w:hyperlink><w:smartTag><w:r><w:t>\n ссылка\n</w:t></w:r></w:smartTag></w:hyperlink>",
    "<w:r><w:rPr><w:b/><w:rPrChange w:id='1'><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr>"
    "<w:t>смена</w:t></w:r>",
)
PROPERTIES = (
    "",
    "",
    '<w:pStyle w:val="O"/>',
    '<w:pStyle w:val="N"/>',
    "<w:tabs><w:tab w:val='left' w:pos='9'/></w:tabs>",
)


def paragraphs() -> st.SearchStrategy[str]:
    return st.builds(
        lambda properties, runs: f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>",
        st.sampled_from(PROPERTIES),
        st.lists(st.sampled_from(RUNS), max_size=3),
    )


def cells(contents: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda content, span, merge: tc(
            content, (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "") + merge
        ),
        contents,
        st.sampled_from((1, 1, 1, 2, 3, 5000)),
        st.sampled_from(("", "", '<w:vMerge w:val="restart"/>', "<w:vMerge/>", "<w:vMerge/>", "<w:hMerge/>")),
    )


def tables(contents: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    row_properties = st.sampled_from(
        ("", "", "<w:tblHeader/>", '<w:gridBefore w:val="1"/>', '<w:gridAfter w:val="2"/>', "<w:hidden/>")
    )
    rows = st.builds(
        lambda inner, properties, control: (
            f"<w:sdt><w:sdtContent>{tr(*inner, properties=properties)}</w:sdtContent></w:sdt>"
            if control
            else tr(*inner, properties=properties)
        ),
        st.lists(cells(contents), max_size=4),
        row_properties,
        st.booleans(),
    )
    widths = st.lists(st.sampled_from((20, 500, 1000)), max_size=5).map(tuple)
    return st.builds(lambda inner, sizes: tbl(*inner, widths=sizes), st.lists(rows, max_size=5), widths)


def bodies() -> st.SearchStrategy[str]:
    inner = paragraphs() | st.lists(paragraphs(), min_size=1, max_size=2).map("".join)
    with_tables = inner | st.builds(lambda table: table + p(), tables(inner))
    return st.lists(tables(with_tables) | paragraphs(), min_size=1, max_size=3).map("".join)


def check(document: Document) -> None:
    for grid in document.grids:
        taken: set[tuple[int, int]] = set()
        for cell in grid.cells:
            spots = {
                (r, c)
                for r in range(cell.row, cell.row + cell.row_span)
                for c in range(cell.col, cell.col + cell.col_span)
            }
            assert taken.isdisjoint(spots)
            assert cell.row + cell.row_span <= grid.n_rows and cell.col + cell.col_span <= grid.n_cols
            taken |= spots


@settings(max_examples=150, deadline=None)
@given(bodies())
def test_both_ways_of_reading_a_row_and_reading_in_pieces_give_the_same(body: str) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = write(Path(folder) / "a.docx", p("есть") + body, styles=STYLES, numbering=NUMBERING)
        flat = read(path)
        check(flat)
        patch.setattr(docx_flow.TableReader, "_read_flat", docx_flow.TableReader._read_each)
        assert read(path) == flat
        patch.undo()
        patch.setattr("pipeline.extractors.docx.STREAM_ABOVE", 0)
        patch.setattr("pipeline.extractors.docx._BATCH", 2)
        assert read(path) == flat
