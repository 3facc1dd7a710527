"""The noisy channel: what may have been read for what, and when that is certain."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import lexicons, messages
from pipeline.normalizers import ocr
from pipeline.normalizers.ocr_index import Index

TYPES = {"СОШ": 40.0, "ООШ": 25.0, "СШ": 12.0, "ОШ": 12.0, "НОШ": 6.0, "НШ": 2.0}
WORDS = st.text(alphabet="абвгдежзиклмнопрстуфхцчшщыьюяАОПШ0123456789 -.", max_size=12)


@given(WORDS)
def test_a_text_costs_nothing_against_itself(text: str) -> None:
    assert ocr.channel_cost(text, text) == 0


@given(WORDS, WORDS)
def test_a_cost_is_never_negative_and_its_steps_give_the_seen_text(seen: str, truth: str) -> None:
    cost = ocr.channel_cost(seen, truth)
    assert cost >= 0
    if cost < inf:
        assert sorted(c for c in seen if c.isdigit()) == sorted(c for c in truth if c.isdigit()) or any(
            c.isdigit() for step in ocr.differences(seen, truth) for c in "".join(step)
        )


@given(st.integers(0, 9999), st.integers(0, 9999))
def test_a_number_is_never_read_for_another(a: int, b: int) -> None:
    assert (ocr.channel_cost(f"№ {a}", f"№ {b}") == inf) == (a != b)


@pytest.mark.parametrize(
    ("seen", "truth"),
    [
        ("ОПШ", "ООШ"),
        ("СОПТ", "СОШ"),
        ("COШ", "СОШ"),
        ("С0Ш", "СОШ"),
        ("Юшковекая", "Юшковская"),
        ("ньт", "ны"),
    ],
)
def test_a_usual_confusion_is_far_cheaper_than_an_unusual_one(seen: str, truth: str) -> None:
    assert ocr.channel_cost(seen, truth) + 3 < ocr.channel_cost("Ж" + seen[1:], truth)


def test_multi_letter_confusions_cost_one_step() -> None:
    assert ocr.differences("СОПТ", "СОШ") == (("Ш", "ПТ"),)
    assert ocr.differences("Вязьмьт", "Вязьмы") == (("ы", "ьт"),)


def test_a_damaged_type_is_fixed_in_a_closed_list() -> None:
    ranked = ocr.rank("ОПШ", TYPES, valid=False, closed=True)
    assert ranked[0].value == "ООШ"
    assert ranked[0].confidence >= 0.99
    assert ocr.decide("ОПШ", ranked) == "fixed"


def test_posteriors_leave_room_for_what_nobody_listed() -> None:
    ranked = ocr.rank("ЖЫШ", TYPES, valid=False, closed=True)
    assert sum(c.confidence for c in ranked) < 0.1
    assert ocr.decide("ЖЫШ", ranked) == "kept"


def test_a_listed_form_is_kept_beside_more_frequent_neighbours() -> None:
    assert ocr.decide("ОШ", ocr.rank("ОШ", TYPES, valid=True, closed=True)) == "kept"


def test_a_valid_form_is_at_most_suggested() -> None:
    ranked = ocr.rank("СОПРО", {"СОИРО": 21.0}, valid=False)
    assert ocr.decide("СОПРО", ranked) == "fixed"
    assert ocr.decide("СОПРО", ranked, valid=True) == "suggested"


def test_no_candidates_give_no_ranking() -> None:
    assert ocr.rank("СОШ", {}, valid=False) == ()
    assert ocr.decide("СОШ", ()) == "kept"


def test_reasons_are_sentences_in_both_languages() -> None:
    notes = [*ocr.explain("СОПРО", "СОИРО"), ocr.consensus(21, 22, "СОИРО")]
    assert messages.say(notes[0], "ru") == "«И» прочитано как «П»"
    assert messages.say(notes[1], "en") == "21 of 22 mentions in this order say «СОИРО»"
    assert messages.say(notes[1], "ru") == "21 из 22 упоминаний в этом приказе — «СОИРО»"


def test_the_index_finds_a_word_by_either_half_and_keeps_numbers_exact() -> None:
    index = Index(["Юшковская", "Каменская", "Школа № 5", "Школа № 6"])
    assert list(index.near("Юпковская")) == ["Юшковская"]
    assert list(index.near("Каменекая")) == ["Каменская"]
    assert list(index.near("Шкала № 5")) == ["Школа № 5"]
    assert "юшковская" in index


def test_confusions_are_rates_with_a_source() -> None:
    for row in lexicons.rows("confusions"):
        assert 0 < float(row["count"]) <= float(row["total"])
        assert row["truth"] != row["seen"]
        assert row["source"]
        assert not (row["truth"].isdigit() and row["seen"].isdigit())
