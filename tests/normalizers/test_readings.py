"""The readings of a doubtful cell are weighed by what its field can say; numbers are never changed."""

from __future__ import annotations

import pytest

from pipeline.ids import fold
from pipeline.model import Value
from pipeline.normalizers import readings, school
from pipeline.normalizers.context import Context


def settled(raw: str, *others: str, said: tuple[str, ...] = (), sure: float = 0.5) -> Value:
    def normal(text: str) -> Value:
        return school.normalize(text, Context())

    found = normal(raw)
    value = Value(
        raw, found.text, found.parts, found.changes, found.candidates, found.status, found.problems,
        confidence=sure, readings=others,
    )  # fmt: skip
    return readings.settled(value, normal, {fold(s) for s in said})


def test_readings_of_one_value_make_it_sure() -> None:
    value = settled("МБОУ Озёрская сш", "МБОУ Озёрская СШ")
    assert value.text == "МБОУ Озёрская СШ" and value.confidence == 0.9


def test_what_the_order_surely_says_elsewhere_makes_a_sound_reading_sure() -> None:
    value = settled("МБОУ Никольская СШ", "бе Никольская СШ", said=("МБОУ Никольская СШ",))
    assert (value.text, value.confidence) == ("МБОУ Никольская СШ", 0.9)


def test_a_damaged_reading_gives_way_to_one_that_the_order_confirms() -> None:
    value = settled("МБОУ Никольская СЖ", "МБОУ Никольская СШ", said=("МБОУ Никольская СШ",))
    assert (value.raw, value.text) == ("МБОУ Никольская СЖ", "МБОУ Никольская СШ")
    assert value.status == "fixed" and value.changes


def test_a_sound_reading_of_something_else_is_a_candidate_only() -> None:
    value = settled("МБОУ Никольская СШ", "МБОУ Микольская СШ", said=("МБОУ Микольская СШ",))
    assert (value.text, value.status, value.confidence) == ("МБОУ Никольская СШ", "suggested", 0.5)
    assert [c.value for c in value.candidates] == ["МБОУ Микольская СШ", "МБОУ Никольская СШ"]


@pytest.mark.parametrize("said", [(), ("МБОУ СШ № 3",), ("МБОУ СШ № 8",), ("МБОУ СШ № 3", "МБОУ СШ № 8")])
def test_a_number_is_never_changed_nor_made_sure(said: tuple[str, ...]) -> None:
    value = settled("МБОУ СШ № 3", "МБОУ СШ № 8", said=said)
    assert (value.text, value.confidence) == ("МБОУ СШ № 3", 0.5)


def test_a_sure_value_is_left_alone() -> None:
    value = settled("МБОУ Никольская СШ", "МБОУ Микольская СШ", said=("МБОУ Микольская СШ",), sure=0.9)
    assert (value.text, value.candidates, value.confidence) == ("МБОУ Никольская СШ", (), 0.9)
