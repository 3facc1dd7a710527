"""What says only how text looks is taken out of the XML before parsing; nothing that is read is."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extractors import docx_looks

HEAD = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
PIECES = (
    b'<w:rPr><w:rFonts w:ascii="Times New Roman"/><w:b/><w:sz w:val="20"/></w:rPr>',
    b"<w:rPr><w:vanish/></w:rPr>",
    b'<w:rPr><w:b/><w:rStyle w:val="H"/></w:rPr>',
    b'<w:rPr><w:b/><w:rPrChange w:id="1"><w:rPr><w:i/></w:rPr></w:rPrChange></w:rPr>',
    b"<w:rPr/>",
    b"<w:r><w:t>&lt;w:rPr&gt;</w:t></w:r>",
    b"<w:p/>",
)


def cut(data: bytes, at: list[int]) -> list[bytes]:
    bounds = sorted({0, len(data), *(a % (len(data) + 1) for a in at)})
    return [data[a:b] for a, b in itertools.pairwise(bounds)]


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.lists(st.integers(0, 2000), max_size=6))
def test_only_bare_looks_go_wherever_the_chunks_are_cut(pieces: list[bytes], at: list[int]) -> None:
    body = b"".join(pieces)
    data = [HEAD, *cut(body, at)]
    kept = body.replace(PIECES[0], b"").replace(b"<w:rPr><w:i/></w:rPr>", b"")
    assert b"".join(docx_looks.without(iter(data))) == HEAD + kept


@pytest.mark.parametrize(
    "data",
    [
        b'<x:document xmlns:x="urn:x" xmlns:w="urn:other">' + PIECES[0],
        HEAD + b'<w:x xmlns:w="urn:other">' + PIECES[0],
        HEAD + b"<w:t><![CDATA[" + PIECES[0] + b"]]></w:t>",
        b"",
    ],
)
def test_where_names_may_mean_something_else_all_bytes_stay(data: bytes) -> None:
    assert b"".join(docx_looks.without(iter([data]))) == data
