"""PDF files that are damaged, locked, huge or pictures: a named reason or a note, and the rest is read."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, cast

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import ttfonts

from pipeline.errors import SourceError
from pipeline.extractors import pdf
from pipeline.extractors.pdf import extract
from pipeline.messages import say
from pipeline.model import Block, Document, Grid, Note, Source, note
from tests.pdfmake import Sheet, raw_page, raw_pdf


def read(path: Path) -> Document:
    return extract(path, Source(path.name, "", "pdf"))


def note_keys(document: Document) -> list[str]:
    return [n.key for n in document.notes]


def reason_of(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read(path)
    assert all(say(caught.value.reason, lang, **caught.value.args_) for lang in ("en", "ru"))
    return caught.value.reason


def small(path: Path, pages: int = 1, **options: object) -> Path:
    sheet = Sheet(path, **options)  # type: ignore[arg-type]  # options of the canvas
    for number in range(1, pages + 1):
        sheet.text(50, 300, f"Текст страницы {number}")
        sheet.page()
    sheet.save()
    return path


def test_a_password_is_a_named_reason(tmp_path: Path) -> None:
    assert (
        reason_of(small(tmp_path / "a.pdf", encrypt=StandardEncryption("secret", "owner")))
        == "source.encrypted"
    )


def test_a_file_with_an_empty_user_password_opens(tmp_path: Path) -> None:
    document = read(small(tmp_path / "a.pdf", encrypt=StandardEncryption("", "owner", canPrint=0)))
    assert [b.text for b in document.blocks] == ["Текст страницы 1"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "source.empty"),
        (b"%PDF-1.4\n" + b"\x00\xff garbage " * 300 + b"\n%%EOF", "source.damaged"),
        (b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog", "source.truncated"),
    ],
)
def test_an_unusable_file_has_a_named_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "a.pdf").write_bytes(content)
    assert reason_of(tmp_path / "a.pdf") == reason


def test_a_file_without_pages_is_no_success(tmp_path: Path) -> None:
    catalog, pages = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"
    (tmp_path / "a.pdf").write_bytes(raw_pdf([catalog, pages]))
    assert reason_of(tmp_path / "a.pdf") == "source.damaged"


def test_a_file_whose_pages_cannot_be_reached_is_no_success(tmp_path: Path) -> None:
    catalog = b"<< /Type /Catalog /Pages 2 0 R >>"
    pages = b"<< /Type /Pages /Kids [7 0 R 8 0 R] /Count 2 >>"
    (tmp_path / "a.pdf").write_bytes(raw_pdf([catalog, pages]))
    assert reason_of(tmp_path / "a.pdf") == "source.damaged"


def test_more_pages_than_the_limit_is_a_named_reason(tmp_path: Path) -> None:
    catalog = b"<< /Type /Catalog /Pages 2 0 R >>"
    kids = b" ".join(b"%d 0 R" % n for n in range(3, 2004))
    pages = b"<< /Type /Pages /Kids [%s] /Count 2001 >>" % kids
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>"
    (tmp_path / "a.pdf").write_bytes(raw_pdf([catalog, pages, *[page] * 2001]))
    assert reason_of(tmp_path / "a.pdf") == "source.over-limit"


def test_a_cut_file_is_read_as_far_as_it_goes_and_says_so(tmp_path: Path) -> None:
    whole = small(tmp_path / "whole.pdf", pages=3).read_bytes()
    cut = whole[: whole.rindex(b"xref")]
    (tmp_path / "a.pdf").write_bytes(cut)
    document = read(tmp_path / "a.pdf")
    assert "pdf.truncated" in note_keys(document)
    assert [b.text for b in document.blocks] == [f"Текст страницы {n}" for n in (1, 2, 3)]


def test_a_page_that_cannot_be_read_is_said_and_the_others_are_read(tmp_path: Path) -> None:
    font = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    stream = b"BT /F1 12 Tf 50 700 Td (First page) Tj ET"
    good = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << %s >> >>" % font
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R 9 0 R] /Count 2 >>",
        good,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    (tmp_path / "a.pdf").write_bytes(raw_pdf(objects))
    document = read(tmp_path / "a.pdf")
    assert note_keys(document) == ["pdf.page-unreadable"]
    assert document.notes[0].args["page"] == 2
    assert [b.text for b in document.blocks] == ["First page"]


def test_damaged_drawing_commands_do_not_stop_the_page(tmp_path: Path) -> None:
    font = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    stream = b"Q Q ] >> 7 BT /F1 12 Tf 50 700 Td (Still here) Tj ET q q 0 0 nonsense re W"
    (tmp_path / "a.pdf").write_bytes(raw_page(stream, resources=font))
    assert [b.text for b in read(tmp_path / "a.pdf").blocks] == ["Still here"]


IMAGE = (
    b"<< /Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 8"
    b" /Length 4 >>\nstream\n\x10\x20\x30\x40\nendstream"
)


def test_a_picture_without_text_is_told(tmp_path: Path) -> None:
    content = b"q 595 0 0 842 0 0 cm /Im1 Do Q"
    resources = b"/XObject << /Im1 5 0 R >>"
    (tmp_path / "a.pdf").write_bytes(raw_page(content, resources=resources, extra=[IMAGE]))
    document = read(tmp_path / "a.pdf")
    assert document.content == ()
    assert [(n.key, n.args["page"]) for n in document.notes] == [("scan.page-no-text", 1)]


def test_the_hidden_text_of_a_scan_is_read_and_told(tmp_path: Path) -> None:
    content = b"q 595 0 0 842 0 0 cm /Im1 Do Q BT 3 Tr /F1 12 Tf 50 700 Td (Recognised text) Tj ET"
    font = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    resources = b"/XObject << /Im1 5 0 R >> " + font
    (tmp_path / "a.pdf").write_bytes(raw_page(content, resources=resources, extra=[IMAGE]))
    document = read(tmp_path / "a.pdf")
    assert [b.text for b in document.blocks] == ["Recognised text"]
    assert note_keys(document) == ["scan.layer-unchecked"]  # the picture shows no text


def test_an_empty_page_is_neither_a_scan_nor_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(raw_page(b""))
    document = read(tmp_path / "a.pdf")
    assert (document.content, document.notes, document.n_pages) == ((), (), 1)


def _type0(encoding: bytes, to_unicode: bytes = b"") -> bytes:
    return (
        b"/Font << /F1 << /Type /Font /Subtype /Type0 /BaseFont /Nameless /Encoding /%s %s /DescendantFonts "
        b"[ << /Type /Font /Subtype /CIDFontType2 /BaseFont /Nameless /CIDSystemInfo << /Registry (Adobe) "
        b"/Ordering (Identity) /Supplement 0 >> /DW 600 >> ] >> >>" % (encoding, to_unicode)
    )


def no_reader(page: object, number: int, source: Source) -> NoReturn:
    raise SourceError("scan.no-engine")


def a_reader(page: object, number: int, source: Source) -> tuple[tuple[Block, ...], tuple[Note, ...]]:
    return (Block(f"read {number}"),), (note("scan.page-read", page=number),)


def test_text_without_unicode_values_is_told_and_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Glyph numbers only: a subset font without ToUnicode."""
    codes = b"".join(b"%04X" % n for n in range(3, 31))
    stream = b"BT /F1 12 Tf 50 700 Td <%s> Tj ET" % codes
    (tmp_path / "a.pdf").write_bytes(raw_page(stream, resources=_type0(b"Identity-H")))
    monkeypatch.setattr(pdf, "scan_reader", a_reader)
    document = read(tmp_path / "a.pdf")
    assert [b.text for b in document.blocks] == ["read 1"]
    assert note_keys(document) == ["pdf.text-replaced", "scan.page-read"]
    monkeypatch.setattr(pdf, "scan_reader", no_reader)
    with pytest.raises(SourceError) as error:
        read(tmp_path / "a.pdf")
    assert error.value.reason == "pdf.text-unreadable"
    assert "prikaz[scan]" in say(error.value.note, "ru")


def test_cyrillic_shown_through_latin_codes_is_put_right_and_told(tmp_path: Path) -> None:
    font = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Odd /Encoding /WinAnsiEncoding >> >>"
    text = "Департамент образования и науки Смоленской области, № 5"
    stream = b"BT /F1 12 Tf 50 700 Td <%s> Tj ET" % text.encode("cp1251").hex().encode()
    (tmp_path / "a.pdf").write_bytes(raw_page(stream, resources=font))
    document = read(tmp_path / "a.pdf")
    assert [b.text for b in document.blocks] == [text]
    assert note_keys(document) == ["pdf.letters-repaired"]


ORDER = [
    "Департамент образования и науки Смоленской области",
    "Об утверждении перечня стажировочных площадок",
    "Руководителям образовательных организаций обеспечить участие",
]


def with_letters(path: Path, monkeypatch: pytest.MonkeyPatch, letter: Callable[[int], int]) -> Path:
    """A PDF that prints ORDER, its fonts' ToUnicode saying `letter(code)` for each code."""
    sound = ttfonts.makeToUnicodeCMap

    def lie(name: str, subset: list[int]) -> str:
        return sound(name, [letter(code) for code in subset])

    sheet = Sheet(path)
    sheet.lines(50, 100, ORDER)
    monkeypatch.setattr(ttfonts, "makeToUnicodeCMap", lie)
    sheet.save()
    monkeypatch.setattr(ttfonts, "makeToUnicodeCMap", sound)
    return path


@pytest.mark.parametrize(
    ("why", "letter"),
    [
        ("pdf.wrong-unicode", lambda c: c + 1 if 0x410 <= c < 0x44F else c),
        ("pdf.wrong-unicode", lambda c: 33 + c * 7 % 90 if c > 0x400 else c),
        ("pdf.part-unicode", lambda c: 0xFFFD if chr(c) in "тщ" else c),
        ("pdf.part-unicode", lambda c: 63 if c > 0x400 else c),
        ("pdf.no-unicode", lambda c: 0xE000 + c % 256 if c > 0x400 else c),
    ],
)
def test_a_page_whose_text_is_not_what_it_prints_is_recognised_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str, letter: Callable[[int], int]
) -> None:
    path = with_letters(tmp_path / "a.pdf", monkeypatch, letter)
    monkeypatch.setattr(pdf, "scan_reader", a_reader)
    document = read(path)
    assert [b.text for b in document.blocks] == ["read 1"]
    replaced = document.notes[0]
    assert replaced.key == "pdf.text-replaced"
    assert cast(Note, replaced.args["why"]).key == why


def test_sound_text_is_never_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = with_letters(tmp_path / "a.pdf", monkeypatch, lambda c: c)
    monkeypatch.setattr(pdf, "scan_reader", no_reader)
    document = read(path)
    assert "\n".join(b.text for b in document.blocks) == "\n".join(ORDER)
    assert document.notes == ()


@pytest.mark.parametrize(
    "lines",
    [
        [
            "#include <linux/ckevent.h>",
            "int main(void) { return a[i] == b->x ? c : d; }",
            "for (i=0; i<n; i++)",
        ],
        ["1.1TimesNewRomanItalicBold20 2.1ArialBold12", "www.cninfo.com.cn www.hkexnews.hk xyz@mail.ru"],
        ["I. PRESENTATION ............ 4", "II. GÉNÉRALITÉS SUR LES FONDS ............ 17"],
        ["МБОУ СОШ № 8 г. Вязьмы, МКОУ ООШ п. Ржд", "ГБПОУ ЯО ЯГК СПб ГБУ ДППО ЦПКС ИМЦ"] * 4,
        ["\uf0b7 первый пункт", "\uf0b7 второй пункт", "\uf0b7Третий пункт", "\uf0b7 четвёртый пункт"],
    ],
)
def test_text_that_only_looks_odd_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str]
) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.lines(50, 100, lines * 3)
    sheet.save()
    monkeypatch.setattr(pdf, "scan_reader", no_reader)
    assert read(tmp_path / "a.pdf").notes == ()


def test_a_page_of_wrong_text_among_sound_ones_is_left_out_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = b"".join(b"%04X" % n for n in range(3, 31))
    first = b"BT /F2 12 Tf 50 700 Td (Sound) Tj ET"
    second = b"BT /F1 12 Tf 50 700 Td <%s> Tj ET" % codes
    fonts = _type0(b"Identity-H").replace(
        b"/Font <<", b"/Font << /F2 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    )
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << %s >> >>"
    stream = b"<< /Length %d >>\nstream\n%s\nendstream"
    (tmp_path / "a.pdf").write_bytes(
        raw_pdf(
            [
                b"<< /Type /Catalog /Pages 2 0 R >>",
                b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
                page % (5, fonts),
                page % (6, fonts),
                stream % (len(first), first),
                stream % (len(second), second),
            ]
        )
    )
    monkeypatch.setattr(pdf, "scan_reader", no_reader)
    document = read(tmp_path / "a.pdf")
    assert [b.text for b in document.blocks] == ["Sound"]
    assert [(n.key, n.args["page"]) for n in document.notes] == [("pdf.text-not-used", 2)]


def test_a_page_of_20000_cells_is_read_in_seconds(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf", size=(2000, 2400))
    c = sheet.canvas
    c.setFont(sheet.font, 5)
    rows, cols = 200, 100
    for r in range(rows):
        for k in range(cols):
            x, y = 10 + k * 19, 2380 - r * 11
            c.rect(x, y, 19, 11)
            c.drawString(x + 1, y + 3, str((r * cols + k) % 97))
    sheet.save()
    started = time.process_time()
    (grid,) = read(tmp_path / "a.pdf").grids
    seconds = time.process_time() - started
    assert [c.text for c in grid.cells] == [str(n % 97) for n in range(rows * cols)]
    assert seconds < 15


def test_a_page_over_a_limit_is_left_out_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from pipeline.extractors import pdf_objects

    monkeypatch.setattr(pdf_objects, "SETTINGS", replace(pdf_objects.SETTINGS, max_objects=50))
    sheet = Sheet(tmp_path / "a.pdf")
    for y in range(100):
        sheet.line(50, 100 + y, 100, 100 + y)
    sheet.page()
    sheet.text(50, 300, "Вторая страница")
    sheet.save()
    document = read(tmp_path / "a.pdf")
    assert note_keys(document) == ["pdf.page-limit"]
    assert "drawing objects" in say(document.notes[0], "en")
    assert [b.text for b in document.blocks] == ["Вторая страница"]


def test_every_prefix_of_a_file_is_read_or_refused_with_a_reason(tmp_path: Path) -> None:
    whole = small(tmp_path / "whole.pdf", pages=2).read_bytes()
    path = tmp_path / "a.pdf"
    for k in range(1, 20):
        path.write_bytes(whole[: len(whole) * k // 20])
        try:
            document = read(path)
        except SourceError as error:
            assert error.reason in {"source.truncated", "source.damaged"}
        else:
            assert document.notes


def test_text_off_the_page_is_not_read_and_costs_nothing(tmp_path: Path) -> None:
    font = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    far = b"".join(
        b"BT /F1 12 Tf %d %d Td (11) Tj ET " % (x, 700 - 14 * y) for y in range(5) for x in (50, 90000000)
    )
    (tmp_path / "a.pdf").write_bytes(raw_page(far, resources=font))
    (block,) = read(tmp_path / "a.pdf").blocks
    assert block.text.split() == ["11"] * 5


def test_a_reader_of_scans_is_asked_for_pages_that_are_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def recognise(
        page: object, number: int, source: Source
    ) -> tuple[tuple[Block | Grid, ...], tuple[Note, ...]]:
        return (Block(f"{source.path} {number}"),), ()

    monkeypatch.setattr(pdf, "scan_reader", recognise)
    content, resources = b"q 595 0 0 842 0 0 cm /Im1 Do Q", b"/XObject << /Im1 5 0 R >>"
    (tmp_path / "a.pdf").write_bytes(raw_page(content, resources=resources, extra=[IMAGE]))
    assert [b.text for b in read(tmp_path / "a.pdf").blocks] == ["a.pdf 1"]


def test_what_stands_after_the_end_mark_does_not_make_a_file_cut(tmp_path: Path) -> None:
    whole = small(tmp_path / "whole.pdf").read_bytes()
    (tmp_path / "a.pdf").write_bytes(whole + b"\n<html>sent by a mail server</html>" * 200)
    document = read(tmp_path / "a.pdf")
    assert document.notes == ()
    assert [b.text for b in document.blocks] == ["Текст страницы 1"]
