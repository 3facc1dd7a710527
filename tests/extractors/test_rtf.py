"""RTF: text in the right alphabet, tables by their column borders, what is hidden or stored beside."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import SourceError
from pipeline.extractors import rtf
from pipeline.model import Document, Source
from tests.extractors.word_files import layout, rows, story, texts

HEAD = r"{\rtf1\ansi\ansicpg1251\deff0{\fonttbl{\f0\fcharset204 Times New Roman;}{\f1\fcharset238 Arial CE;}}"


def read(path: Path, text: str | bytes) -> Document:
    path.write_bytes(text if isinstance(text, bytes) else text.encode("cp1251"))
    return rtf.extract(path, Source(path.name, "", "rtf"))


def read_body(tmp_path: Path, body: str) -> Document:
    return read(tmp_path / "a.rtf", HEAD + body + "}")


def row(*cells: str, borders: tuple[int, ...], flags: tuple[str, ...] = (), more: str = "") -> str:
    marks = flags or ("",) * len(borders)
    definition = "".join(f"{flag}\\cellx{x}" for flag, x in zip(marks, borders, strict=True))
    texts_ = "".join(f"\\pard\\intbl {cell}\\cell" for cell in cells)
    return f"\\trowd{more}\\trgaph70{definition}{texts_}\\row\n"


def test_bytes_are_read_in_the_code_page_of_their_font(tmp_path: Path) -> None:
    body = r"\pard\'cf\'f0\'e8\'ea\'e0\'e7 {\f1 \'e8\'f8} \u8470?\~5\_\u1040\'c0\-\u8212 ?\par прямо\par"
    assert story(read_body(tmp_path, body)) == ["Приказ čř №\u00a05\u2011А\u00ad—", "прямо"]


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        (r"{\rtf1\ansi\ansicpg1252", r"\'e9\par", "é"),
        (r"{\rtf1\mac", r"\'8e\par", "é"),
        (r"{\rtf1\ansi{\fonttbl{\f3\fnil Arial Cyr;}}", r"\f3\'e9\par", "й"),
        (r"{\rtf1\ansi{\fonttbl\f0\fcharset204 Arial;}", r"\f0\'e9\plain\'e9\par", "йé"),
        (r"{\rtf1\ansi\uc2", r"\u1046\'c6\'e6{\uc0\u1047 x}\u1048ab\par", "ЖЗxИ"),
        (r"{\rtf1\ansi", r"\u-10179?\u-8694?\u55357?z\par", "\U0001f60a\ufffdz"),
        (r"{\rtf1\ansi{\fonttbl{\f5\fcharset2 Symbol;}}", r"{\f5\'b3}{\f5\u-3917?}\par", "≥≥"),
        (r"{\rtf1\ansi{\fonttbl{\f0\fcharset128 MS Mincho;}}\deff0", r"\f0\'83\'65\par", "テ"),
    ],
)
def test_character_sets_of_every_kind(tmp_path: Path, head: str, body: str, text: str) -> None:
    assert story(read(tmp_path / "a.rtf", head + body + "}")) == [text]


def test_cells_lie_between_the_borders_of_all_rows(tmp_path: Path) -> None:
    body = (
        row("шапка", "итого", borders=(4000, 6000), more="\\trhdr")
        + row("а", "б", "в", borders=(2010, 3990, 6000))
        + row("г", "", "д", borders=(2000, 4000, 6000), flags=("\\clmgf", "\\clmrg", ""))
    )
    document = read_body(tmp_path, body + r"\pard после\par")
    grid = document.grids[0]
    assert (grid.n_rows, grid.n_cols, grid.header_rows) == (3, 3, 1)
    assert layout(grid) == {
        "шапка": (0, 0, 1, 2), "итого": (0, 2, 1, 1), "а": (1, 0, 1, 1), "б": (1, 1, 1, 1), "в": (1, 2, 1, 1),
        "г": (2, 0, 1, 2), "д": (2, 2, 1, 1),
    }  # fmt: skip
    assert story(document)[1] == "после"


def test_cells_merged_downwards_are_one_cell(tmp_path: Path) -> None:
    first, more = ("\\clvmgf", ""), ("\\clvmrg", "")
    body = "".join(
        row(text, str(i), borders=(2000, 4000), flags=first if text else more)
        for i, text in enumerate(("район", "", "", "город", ""))
    )
    grid = read_body(tmp_path, body).grids[0]
    assert layout(grid)["район"] == (0, 0, 3, 1)
    assert layout(grid)["город"] == (3, 0, 2, 1)


def test_a_nested_table_follows_the_table_around_it(tmp_path: Path) -> None:
    inner = (
        r"\pard\intbl\itap2 внутри\nestcell рядом\nestcell"
        r"{\*\nesttableprops\trowd\cellx1000\cellx2000\nestrow}{\nonesttables\par}"
    )
    body = r"\trowd\cellx3000\cellx6000\pard\intbl до\par" + inner + r"\pard\intbl после\cell сосед\cell\row"
    document = read_body(tmp_path, body + r"\pard конец\par")
    assert story(document) == [[["до\nпосле", "сосед"]], [["внутри", "рядом"]], "конец"]
    assert [n.key for n in document.grids[1].notes] == ["word.inside"]


def test_two_tables_are_two_when_a_paragraph_stands_between_them(tmp_path: Path) -> None:
    one = row("а", borders=(1000,))
    assert story(read_body(tmp_path, one + r"\pard между\par" + one)) == [[["а"]], "между", [["а"]]]


def test_numbers_stored_by_the_writer_are_text(tmp_path: Path) -> None:
    body = r"\pard{\listtext\pard 1.1.\tab}Пункт\par{\pntext\f0 2)\tab}Второй\par" + row(
        r"{\listtext 3.\tab}", "х", borders=(500, 900)
    )
    assert story(read_body(tmp_path, body)) == ["1.1. Пункт", "2) Второй", [["3.", "х"]]]


def test_fields_give_results_and_unknown_destinations_nothing(tmp_path: Path) -> None:
    body = (
        r"{\field{\*\fldinst HYPERLINK x}{\fldrslt ссылка}} {\*\unknown не текст{\b и это}}\loch\*\cs7 дальше"
        r"{\*\bkmkstart метка}{\pict\bin4 {}}x0a0b}{\object{\*\objdata 01}{\result образ}}\par"
    )
    document = read_body(tmp_path, body)
    assert story(document) == ["ссылка дальшеобраз"]
    assert {n.key for n in document.notes} == {"word.pictures", "word.objects"}


def test_hidden_and_deleted_text_is_told_apart(tmp_path: Path) -> None:
    document = read_body(tmp_path, r"видно{\v скрыто}{\deleted вычеркнуто}{\revised вписано}\v ещё\v0 да\par")
    assert texts(document, "paragraph") == ["видновписанода"]
    assert texts(document, "hidden") == ["скрыто", "ещё"]
    assert texts(document, "deleted") == ["вычеркнуто"]


def test_headers_footnotes_and_boxes_are_blocks_of_their_kind(tmp_path: Path) -> None:
    body = (
        r"{\header\pard верх\par}{\footer\pard низ\par}\pard текст"
        r"{\super\chftn{\footnote\pard{\super\chftn} сноска}}"
        r" дальше{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt\pard в рамке\par}}"
        r"{\shprslt\pard в рамке\par}}\par"
    )
    document = read_body(tmp_path, body)
    assert [(b.kind, b.text) for b in document.blocks] == [
        ("header", "верх"), ("paragraph", "текст[1] дальше"), ("textbox", "в рамке"),
        ("footnote", "[1] сноска"), ("footer", "низ"),
    ]  # fmt: skip


def test_unicode_and_ansi_forms_of_one_text_are_read_once(tmp_path: Path) -> None:
    assert story(read_body(tmp_path, r"{\upr{ansi}{\*\ud{\u1102?}}}\par")) == ["ю"]


def test_a_file_cut_off_is_read_up_to_there(tmp_path: Path) -> None:
    body = row("а", "б", borders=(1000, 2000)) + r"\trowd\cellx1000\cellx2000\pard\intbl в\cell г"
    document = read(tmp_path / "a.rtf", HEAD + body)
    assert rows(document.grids[0]) == [["а", "б"], ["в", "г"]]
    assert [n.key for n in document.notes] == ["word.rtf-truncated"]


def test_rows_with_fewer_or_more_borders_than_cells_keep_their_text(tmp_path: Path) -> None:
    body = row("а", "б", "в", borders=(1000,)) + row("г", borders=(1000, 2000))
    assert [[c for c in r if c] for r in rows(read_body(tmp_path, body).grids[0])] == [["а", "б", "в"], ["г"]]


def test_borders_that_run_backwards_lose_no_text(tmp_path: Path) -> None:
    grid = read_body(tmp_path, row("а", "б", "в", borders=(3000, 1000, -2147483648))).grids[0]
    assert "".join(c.text for c in grid.cells).replace("\n", "") == "абв"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "word.not-rtf"),
        (b"text", "word.not-rtf"),
        (b"{\\rtf1}", "word.empty"),
        (b"{\\rtf1" + b"{" * 100_000, "word.rtf-too-deep"),
        (b"{\\rtf1{\\pict 00}}", "word.only-pictures"),
    ],
)
def test_unusable_files_have_named_reasons(tmp_path: Path, data: bytes, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(tmp_path / "a.rtf", data)
    assert caught.value.reason == reason


WORDS = st.sampled_from(
    [
        r"\pard", r"\par", r"\cell", r"\row", r"\nestcell", r"\nestrow", r"\trowd", r"\intbl", r"\itap2",
        r"\itap99999", r"\cellx100", r"\cellx-5", r"\cellx9999999999", r"\clmrg", r"\clvmgf", r"\clvmrg",
        r"{", r"}", r"{\*", r"\bin99999", r"\bin-1", r"\u1040", r"\uc9", r"\'e0", r"\'zz", r"\footnote",
        r"{\header", r"{\shptxt", r"\fonttbl", r"\f7", r"\v", r"\chftn", r"\upr", r"\ud", r"\ansicpg9",
        r"\ansicpg99999", r"\deleted", r"\listtext", r"абв", r"\~", "\\", r"\{", r"\trleft500", r"\trhdr",
        r"\plain", r"\deff3", r"\fcharset2", r"\fcharset999", r"\u-1", r"\u99999999", r"\u55357", r"\cf",
        "\\",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=40))
def test_no_sequence_of_control_words_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, words: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "words.rtf"
    document = read(path, r"{\rtf1 начало\par " + " ".join(words))
    assert document.content
    for grid in document.grids:
        taken: set[tuple[int, int]] = set()
        for cell in grid.cells:
            for r in range(cell.row, cell.row + cell.row_span):
                for c in range(cell.col, cell.col + cell.col_span):
                    assert (r, c) not in taken and r < grid.n_rows and c < grid.n_cols
                    taken.add((r, c))
