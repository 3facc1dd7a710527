"""Automatic numbers in DOCX are text: what a reader sees before the paragraph."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.extractors.docx_numbering import written
from tests.extractors.word_files import p, part, read, story, tbl, tc, tr, write

LEVELS = (
    '<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2."/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="russianLower"/><w:suff w:val="space"/>'
    '<w:lvlText w:val="%3)"/></w:lvl></w:abstractNum>'
)


def numbering(*nums: str, abstract: str = LEVELS) -> str:
    return part("numbering", abstract + "".join(nums))


def num(name: int, content: str = "", abstract: int = 0) -> str:
    return f'<w:num w:numId="{name}"><w:abstractNumId w:val="{abstract}"/>{content}</w:num>'


def item(text: str, level: int = 0, name: int = 1, more: str = "") -> str:
    return p(text, f'{more}<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{name}"/></w:numPr>')


def labelled(tmp_path: Path, body: str, **parts: str) -> list[str]:
    return [x for x in story(read(write(tmp_path / "a.docx", body, **parts))) if isinstance(x, str)]


def test_levels_count_within_each_other_and_start_afresh(tmp_path: Path) -> None:
    body = "".join(item("х", level) for level in (0, 1, 1, 2, 2, 0, 1, 2))
    expected = ["1. х", "1.1. х", "1.2. х", "а) х", "б) х", "2. х", "2.1. х", "а) х"]
    assert labelled(tmp_path, body, numbering=numbering(num(1))) == expected


def test_a_number_is_the_text_of_an_otherwise_empty_cell(tmp_path: Path) -> None:
    body = tbl(*(tr(tc(item("")), tc(f"школа {i}")) for i in range(3)))
    read_rows = story(read(write(tmp_path / "a.docx", body, numbering=numbering(num(1)))))
    assert read_rows == [[["1.", "школа 0"], ["2.", "школа 1"], ["3.", "школа 2"]]]


def test_lists_of_one_definition_count_on_and_an_override_starts_afresh(tmp_path: Path) -> None:
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    body = item("а") + item("б", name=2) + item("в", name=3) + item("г", name=3) + item("д")
    expected = ["1. а", "2. б", "5. в", "6. г", "7. д"]
    assert labelled(tmp_path, body, numbering=numbering(num(1), num(2), num(3, restart))) == expected


def test_an_override_may_bring_its_own_level(tmp_path: Path) -> None:
    own = (
        '<w:lvlOverride w:ilvl="0"><w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="upperRoman"/>'
        '<w:lvlText w:val="Раздел %1"/></w:lvl></w:lvlOverride>'
    )
    assert labelled(tmp_path, item("а", name=2), numbering=numbering(num(2, own))) == ["Раздел III а"]


def test_a_level_that_never_restarts_counts_on(tmp_path: Path) -> None:
    abstract = LEVELS.replace(
        '<w:lvlText w:val="%1.%2."/>', '<w:lvlRestart w:val="0"/><w:lvlText w:val="%2."/>'
    )
    body = item("а") + item("б", 1) + item("в") + item("г", 1)
    assert labelled(tmp_path, body, numbering=numbering(num(1), abstract=abstract)) == [
        "1. а", "1. б", "2. в", "2. г",
    ]  # fmt: skip


def test_styles_number_paragraphs_and_a_paragraph_may_refuse(tmp_path: Path) -> None:
    styles = part(
        "styles",
        '<w:style w:type="paragraph" w:styleId="A"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        "</w:pPr></w:style>"
        '<w:style w:type="paragraph" w:styleId="B"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        "</w:pPr></w:style>"
        '<w:style w:type="paragraph" w:styleId="C"><w:basedOn w:val="B"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="D"><w:basedOn w:val="D"/></w:style>',
    )
    abstract = (
        LEVELS.replace('<w:lvlText w:val="%1."/>', '<w:pStyle w:val="A"/><w:lvlText w:val="%1."/>')
    ).replace('<w:lvlText w:val="%1.%2."/>', '<w:pStyle w:val="B"/><w:lvlText w:val="%1.%2."/>')
    body = "".join(p("х", f'<w:pStyle w:val="{style}"/>') for style in "ABCDA")
    body += p("без", '<w:pStyle w:val="A"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    result = labelled(tmp_path, body, styles=styles, numbering=numbering(num(1), abstract=abstract))
    assert result == ["1. х", "1.1. х", "1.2. х", "х", "2. х", "без"]


def test_a_list_style_leads_to_its_definition(tmp_path: Path) -> None:
    abstract = LEVELS.replace("<w:multiLevelType", '<w:styleLink w:val="L"/><w:multiLevelType') + (
        '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="L"/></w:abstractNum>'
    )
    assert labelled(
        tmp_path, item("а", 0, 2), numbering=numbering(num(1), num(2, "", 1), abstract=abstract)
    ) == ["1. а"]


def test_bullets_of_symbol_fonts_are_a_bullet(tmp_path: Path) -> None:
    abstract = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/>'
        '<w:lvlText w:val="\uf0b7"/>'
        '<w:rPr><w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/></w:rPr></w:lvl>'
        '<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/><w:lvlText w:val="–"/></w:lvl></w:abstractNum>'
    )
    body = item("а") + item("б", 1)
    assert labelled(tmp_path, body, numbering=numbering(num(1), abstract=abstract)) == ["• а", "– б"]


def test_deleted_paragraphs_do_not_count(tmp_path: Path) -> None:
    gone = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del w:id="1"/>'
        "</w:rPr></w:pPr>"
        '<w:del w:id="2"><w:r><w:delText>нет</w:delText></w:r></w:del></w:p>'
    )
    body = item("а") + gone + item("б")
    assert labelled(tmp_path, body, numbering=numbering(num(1))) == ["1. а", "2. б", "нет"]


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (4, "upperRoman", "IV"), (1999, "lowerRoman", "mcmxcix"), (10, "russianLower", "к"),
        (26, "russianUpper", "Ы"), (30, "russianLower", "аа"), (27, "lowerLetter", "aa"),
        (7, "decimalZero", "07"), (3, "none", ""),
        (5, "unknownFormat", "5"), (0, "lowerLetter", ""), (0, "upperRoman", ""),
    ],
)  # fmt: skip
def test_numbers_are_written_in_the_formats_of_the_standard(value: int, form: str, text: str) -> None:
    assert written(value, form) == text
