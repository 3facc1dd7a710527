"""Order numbers: one number for all readings of an order, and no digit made of another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.messages import say
from pipeline.normalizers import number
from pipeline.normalizers.context import Context
from tests.normalizers.texts import ODD_TEXTS, digits

PLAIN = Context()


@pytest.mark.parametrize(
    ("raw", "text", "stem", "suffix"),
    [
        ("№657-ОД", "657-ОД", "657", "ОД"),
        ("№ 12 - од", "12-од", "12", "од"),
        ("№ 657 ОД", "657-ОД", "657", "ОД"),
        ("N 12-п", "12-п", "12", "п"),
        ("Nº 5", "5", "5", None),
        ("№ 01-05/123", "01-05/123", "01-05/123", None),
        ("№ 1234/21-п", "1234/21-п", "1234/21", "п"),
        ("№ 145-р г. Смоленск", "145-р", "145", "р"),
        ("№ 574-p", "574-р", "574", "р"),
        ("145", "145", "145", None),
    ],
)
def test_a_number_is_given_without_its_sign_blanks_and_spaces(
    raw: str, text: str, stem: str, suffix: str | None
) -> None:
    value = number.normalize(raw, PLAIN)
    assert (value.text, value.parts["stem"], value.parts["suffix"]) == (text, stem, suffix)
    assert value.problems == ()


def test_a_blank_form_has_no_number() -> None:
    value = number.normalize("№ _____", PLAIN)
    assert value.text is None
    assert [p.code for p in value.problems] == ["missing-value"]


def test_one_reading_with_a_suffix_of_digits_is_only_a_suggestion() -> None:
    """657-09 may be 657-ОД, or an index 09."""
    value = number.normalize("№ 657-09", PLAIN)
    assert (value.text, value.status) == ("657-09", "suggested")
    assert value.candidates[0].value == "657-ОД"
    assert value.problems[0].suggestion == "657-ОД"


def test_a_suffix_that_no_letters_explain_is_kept() -> None:
    value = number.normalize("№ 145-03", PLAIN)
    assert (value.text, value.problems) == ("145-03", ())


def test_variants_that_only_letters_explain_are_one_number() -> None:
    """О read as 0, Д as 9 and as 2; a doubled 7."""
    value, problems = number.reconcile(["№ 657-09", "№ 6577-02", "№ 657-02"], PLAIN)
    assert (value.text, value.status) == ("657-ОД", "fixed")
    assert [p.code for p in problems] == ["order-number-conflict"]
    said = " ".join(say(n) for n in problems[0].evidence)
    for reading in ("№ 657-09", "№ 6577-02", "№ 657-02", "doubled"):
        assert reading in said


def test_a_reading_with_letters_settles_the_suffix() -> None:
    value, problems = number.reconcile(["№ 12-02", "№ 12-ОД"], PLAIN)
    assert value.text == "12-ОД"
    assert len(problems) == 1


def test_without_a_majority_the_title_page_keeps_its_number() -> None:
    value, problems = number.reconcile(["№ 145", "№ 146"], PLAIN)
    assert (value.text, value.status) == ("145", "suggested")
    assert {c.value for c in value.candidates} == {"145", "146"}
    assert [p.code for p in problems] == ["order-number-conflict"]


def test_indices_that_letters_do_not_explain_stay_in_conflict() -> None:
    value, problems = number.reconcile(["№ 12-09", "№ 12-03"], PLAIN)
    assert value.text == "12-09"
    assert problems[0].suggestion is None


def test_equal_readings_are_no_conflict_and_no_suspicion() -> None:
    value, problems = number.reconcile(["№ 657-09", "№ 657-09", "№ 657-09"], PLAIN)
    assert (value.text, value.problems, problems) == ("657-09", (), ())


def test_a_blank_title_page_takes_the_number_of_the_appendices() -> None:
    value, problems = number.reconcile(["№ ____", "№ 12-п", "№ 12-п"], PLAIN)
    assert (value.text, value.status, problems) == ("12-п", "fixed", ())


@given(ODD_TEXTS)
def test_a_number_keeps_its_digits_and_its_raw_text(raw: str) -> None:
    value = number.normalize(raw, PLAIN)
    assert value.raw == raw
    if value.text is not None:
        assert digits(value.text) in digits(raw)
        assert number.normalize(value.text, PLAIN).text == value.text


@given(st.lists(st.from_regex(r"№ ?[0-9]{1,4}(-([0-9]{2}|ОД|п))?", fullmatch=True), min_size=1, max_size=4))
def test_a_reconciled_stem_is_one_that_the_order_has(raws: list[str]) -> None:
    value, problems = number.reconcile(raws, PLAIN)
    stems = {number.normalize(raw, PLAIN).parts["stem"] for raw in raws}
    assert value.parts["stem"] in stems
    assert bool(problems) == (len({number.normalize(raw, PLAIN).text for raw in raws}) > 1)


@pytest.mark.parametrize(
    ("raw", "right"), [("№ 657-0Д", "657-ОД"), ("657-О9", "657-О9"), ("12-1К", "12-1К"), ("15-6д", "15-6д")]
)
def test_a_suffix_of_a_digit_and_a_letter_is_the_usual_one_or_none(raw: str, right: str) -> None:
    assert number.normalize(raw, PLAIN).text == right
