"""No text of unknown origin reaches a terminal with anything that a terminal obeys."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from pipeline.safe import printable


@given(st.text(max_size=300))
def test_no_control_or_format_character_is_left(text: str) -> None:
    shown = printable(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in shown)
    assert len(shown) <= 200


@given(st.text(alphabet="абвгАБВ №«»-.0123456789abc", max_size=150))
def test_plain_text_stays_as_it_is_but_for_spaces(text: str) -> None:
    assert printable(text) == " ".join(text.split())


def test_terminal_sequences_and_bidi_overrides_become_signs() -> None:
    assert printable("a\x1b[31mb\u202ec\x07\udcff") == "a�[31mb�c��"
    assert printable("две\nстроки\t и\u2028три") == "две строки и три"


def test_a_long_name_keeps_its_beginning_and_its_suffix() -> None:
    shown = printable("начало" + "x" * 500 + ".docx", 40)
    assert len(shown) == 40
    assert shown.startswith("начало")
    assert shown.endswith(".docx")
