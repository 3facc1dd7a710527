"""Which encoding a text is in, and text that was misread before it was saved."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.encoding import decode
from pipeline.errors import SourceError
from pipeline.messages import LANGUAGES, say

TEXT = """ДЕПАРТАМЕНТ ОБРАЗОВАНИЯ И НАУКИ
П Р И К А З
от 21 июля 2021 г. N 657-02
Об утверждении плана мероприятий по сопровождению развития руководителей образовательных организаций
1. Утвердить перечень площадок (приложение N 2): МБОУ СОШ N 1, Ельнинская школа, Сычёвский район.
2. Контроль за исполнением приказа оставляю за собой. Шестьдесят школ, объём работ, съезд, чаща, рыцарь.
"""
WIDE = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
PAGES = ["cp1251", "cp866", "koi8-r", "mac-cyrillic", "iso8859-5"]


def misread(text: str, right: str, wrong: str) -> str:
    """`text` in the encoding `right`, decoded as `wrong`; bytes that this lacks become control
    characters.
    """
    return "".join(bytes([b]).decode(wrong, "ignore") or chr(b) for b in text.encode(right))


@pytest.mark.parametrize("encoding", WIDE + PAGES)
def test_every_encoding_of_russian_is_told_by_its_content(encoding: str) -> None:
    found = decode(TEXT.encode(encoding))
    assert found.text == TEXT
    assert found.notes == ()


@pytest.mark.parametrize("encoding", PAGES)
@pytest.mark.parametrize(
    "text", ["Приказ", "Об утверждении", "МБОУ СОШ N 1\tг. Вязьма", "Школа\tСрок\n1\tиюль"]
)
def test_a_few_words_are_enough(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)).text == text


def test_a_drawn_table_of_the_code_page_866() -> None:
    box = "┌──┬──────┐\n│N │Школа │\n├──┼──────┤\n│1 │Лицей │\n└──┴──────┘\n"
    found = decode((box * 3).encode("cp866"))
    assert (found.encoding, found.text) == ("cp866", box * 3)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("utf-8", "cp1251"),
        ("utf-8", "cp1252"),
        ("utf-8", "latin-1"),
        ("utf-8", "koi8-r"),
        ("utf-8", "cp866"),
        ("cp1251", "cp1252"),
        ("cp1251", "koi8-r"),
        ("cp1251", "cp866"),
        ("koi8-r", "cp1251"),
        ("cp866", "cp1251"),
        ("mac-cyrillic", "cp1251"),
    ],
)
def test_text_that_was_misread_is_restored_and_told(right: str, wrong: str) -> None:
    found = decode(misread(TEXT, right, wrong).encode())
    assert found.text == TEXT
    assert [n.key for n in found.notes] == ["text.mojibake-repaired"]


@pytest.mark.parametrize("wrong", ["cp1251", "cp1252"])
def test_text_that_was_misread_twice_is_restored(wrong: str) -> None:
    assert decode(misread(misread(TEXT, "utf-8", wrong), "utf-8", wrong).encode()).text == TEXT


def test_the_byte_that_code_page_1251_lacks_can_only_have_been_the_letter_i() -> None:
    lossy = TEXT.encode().decode("cp1251", "replace")
    assert "\ufffd" in lossy
    assert decode(lossy.encode()).text == TEXT


def test_a_misread_line_among_sound_ones_is_restored() -> None:
    line = "Министерство образования и науки"
    found = decode((TEXT + misread(line, "utf-8", "cp1251") + "\n" + TEXT).encode())
    assert found.text == TEXT + line + "\n" + TEXT
    assert [n.key for n in found.notes] == ["text.mojibake-repaired"]


def test_sound_text_is_never_repaired() -> None:
    odd = TEXT + "Ш. Société Générale, Çelik, Ünal; температура −5 °С … «Ёлка» — № 5\nМБОУ ЦО «ЪЬЫ»\n"
    assert decode(odd.encode()).text == odd
    assert decode(odd.encode()).notes == ()


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=60))
def test_characters_that_normalizers_handle_stay(extra: str) -> None:
    """NFD, zero-width characters, soft hyphens and bidi controls stay in the text; so does everything
    else.
    """
    text = TEXT * 3 + "й\u200b\u00ad\u202e" + extra
    found = decode(text.encode())
    if not found.notes:
        assert found.text == text
    assert found.text.startswith(TEXT * 3)


def test_a_line_in_another_encoding_is_read_in_it() -> None:
    data = TEXT.encode() + "Контроль за исполнением возложить\n".encode("cp1251") + TEXT.encode()
    found = decode(data)
    assert "Контроль за исполнением возложить" in found.text
    assert [n.key for n in found.notes] == ["text.mixed-encodings"]


def test_broken_bytes_are_shown_and_counted() -> None:
    data = TEXT.encode()
    found = decode(data[:101] + b"\xd0" + data[101:-2])
    assert found.text.startswith(TEXT[:50])
    assert [n.key for n in found.notes] == ["text.bad-bytes"]


def test_a_byte_order_mark_does_not_hide_another_encoding() -> None:
    assert decode(b"\xef\xbb\xbf" + TEXT.encode("cp1251")).text == TEXT


@pytest.mark.parametrize(
    "data",
    [
        b"\0" * 200,
        b"abc\0def\x01\x02" * 40,
        random.Random(1).randbytes(3000),
        bytes(range(128, 256)) * 10,
    ],
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError) as error:
        decode(data)
    assert error.value.reason == "text.binary"


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(SourceError) as error:
        decode(b"")
    assert error.value.reason == "source.empty"


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        found = decode(data)
    except SourceError as error:
        assert error.reason in ("text.binary", "source.empty")
    else:
        assert all(say(n, lang) for n in found.notes for lang in LANGUAGES)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("marked", [True, False])
def test_wide_text_cut_in_the_middle_of_a_character_is_read_and_told(encoding: str, marked: bool) -> None:
    found = decode(("\ufeff" * marked + TEXT).encode(encoding)[:-1])
    assert found.text.startswith(TEXT[:-1])
    assert [n.key for n in found.notes] == ["text.bad-bytes"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp866", "cp1251"])
def test_zeros_that_fill_the_last_block_are_not_text(encoding: str) -> None:
    data = TEXT.encode(encoding)
    assert decode(data + b"\x1a" + bytes(100)) == decode(data)
    lost = decode(data + bytes(4000))
    assert lost.text == TEXT
    assert [n.key for n in lost.notes] == ["text.control-characters"]


def test_letters_that_were_lost_before_are_told() -> None:
    """A program without Russian letters writes a question mark for each."""
    assert [n.key for n in decode(TEXT.encode("ascii", "replace")).notes] == ["text.letters-lost"]
    assert decode((TEXT + "Что??? Когда???").encode()).notes == ()
