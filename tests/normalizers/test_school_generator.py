"""The floor under the correction of school names: generated orders with labelled damage
(`benchmarks/schools_generator.py`).
"""

from __future__ import annotations

import pytest

from benchmarks import schools_generator


@pytest.fixture(scope="module")
def score() -> schools_generator.Score:
    return schools_generator.measure(values=5000, seed=7, rate=0.1)


def test_nothing_right_is_broken_and_nothing_is_wrongly_fixed(score: schools_generator.Score) -> None:
    assert score.counts["clean"] > 4000
    assert [case.raw for case, _ in score.shown["broken"]] == []
    assert [case.raw for case, _ in score.shown["wrong"]] == []


def test_what_a_closed_list_can_repair_is_fixed(score: schools_generator.Score) -> None:
    assert score.counts["lexicon fixed"] >= 0.99 * score.counts["lexicon n"] > 100
    assert score.counts["lexicon first"] >= 0.998 * score.counts["lexicon n"]


def test_what_the_order_can_repair_is_fixed_or_suggested_first(score: schools_generator.Score) -> None:
    assert score.counts["consensus first"] >= 0.99 * score.counts["consensus n"] > 30
    assert score.counts["consensus fixed"] >= 0.65 * score.counts["consensus n"]


def test_what_is_called_certain_is_right(score: schools_generator.Score) -> None:
    certain, right = score.reliability[10]
    assert right == certain > 100
