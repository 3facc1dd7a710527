"""The catalogue of findings, and how findings become ready for the reports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.checks.findings import SEVERITIES, catalogue, identify
from pipeline.model import Finding, Place, note

PIPELINE = Path(__file__).parents[1] / "pipeline"
CONTRACT = [
    "order-number-conflict",
    "order-date-conflict",
    "numbering-gap",
    "numbering-duplicate",
    "numbering-format",
    "duplicate-row",
    "school-in-two-groups",
    "group-boundary-shift",
    "partner-outlier",
    "ocr-fixed",
    "ocr-suspect",
    "name-variant",
    "unknown-abbreviation",
    "date-out-of-period",
    "date-before-order",
    "date-unparsed",
    "row-joined",
    "missing-value",
    "ragged-row",
    "header-mismatch",
    "unknown-table",
    "reference-mismatch",
    "source-unreadable",
]


@pytest.mark.parametrize("code", CONTRACT)
def test_every_promised_code_is_explained(code: str) -> None:
    assert code in catalogue()


@pytest.mark.parametrize("code", catalogue())
def test_an_entry_says_everything_in_both_languages(code: str) -> None:
    entry = catalogue()[code]
    assert entry.severity in SEVERITIES
    for texts in (entry.title, entry.explanation, entry.what_to_do, entry.example):
        assert re.search("[a-z]", texts["en"]) or "Р" in texts["en"] or "«" in texts["en"]
        assert re.search("[а-я]", texts["ru"])
    for texts in (entry.explanation, entry.what_to_do):
        assert texts["en"][-1] in ".?" and texts["ru"][-1] in ".?"
    assert entry.title["en"][-1] != "." and entry.title["ru"][-1] != "."


@pytest.mark.parametrize("code", catalogue())
def test_russian_texts_hold_no_mixed_words_and_no_careless_spaces(code: str) -> None:
    entry = catalogue()[code]
    for texts in (entry.title, entry.explanation, entry.what_to_do, entry.example):
        assert "  " not in texts["ru"] and texts["ru"] == texts["ru"].strip()
        assert not re.search("[a-zA-Z][а-яА-Я]|[а-яА-Я][a-zA-Z]", texts["ru"])
        assert " - " not in texts["ru"], "a dash, not a hyphen"


def codes_in_the_program() -> Iterator[tuple[str, str]]:
    """First arguments of `Finding(…)` and `Problem(…)` that are literals."""
    for file in PIPELINE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                code = node.args[0]
                if node.func.id in ("Finding", "Problem") and isinstance(code, ast.Constant):
                    yield file.name, str(code.value)


def test_no_finding_has_a_code_that_the_catalogue_lacks() -> None:
    assert [(file, code) for file, code in codes_in_the_program() if code not in catalogue()] == []


def finding(**values: object) -> Finding:
    return Finding(**({"code": "numbering-gap", "message": note("any")} | values))  # type: ignore[arg-type]  # a Finding from keywords


def test_the_same_finding_at_two_places_is_one_with_both_places() -> None:
    a, b = Place("o", table=1, row=3), Place("o", table=1, row=9)
    (one,) = identify([finding(places=(a,)), finding(places=(a, b))])
    assert one.places == (a, b)


def test_another_key_record_or_field_is_another_finding() -> None:
    found = identify([finding(), finding(key="11"), finding(record_id="x"), finding(field="number")])
    assert len({f.id for f in found}) == 4


def test_the_id_does_not_depend_on_place_message_suggestion_or_severity() -> None:
    one = identify([finding()])[0].id
    other = finding(places=(Place("x", row=7),), message=note("else"), suggestion="s", severity="error")
    assert identify([other])[0].id == one


def test_the_severity_is_the_catalogues_unless_the_check_says_otherwise() -> None:
    given_, own = identify([finding(), finding(key="k", severity="info")])
    assert {given_.severity, own.severity} == {"warning", "info"}


def test_of_two_merged_findings_the_worse_severity_counts() -> None:
    (one,) = identify([finding(severity="info"), finding(severity="error")])
    assert one.severity == "error"


def test_an_unknown_code_is_a_defect() -> None:
    with pytest.raises(KeyError):
        identify([finding(code="no-such-code")])


PLACES = st.builds(
    Place,
    st.sampled_from("ab"),
    page=st.none() | st.integers(1, 3),
    table=st.none() | st.integers(1, 3),
    row=st.none() | st.integers(1, 3),
)
FINDINGS = st.lists(
    st.builds(
        lambda code, key, place: finding(code=code, key=key, places=(place,)),
        st.sampled_from(["numbering-gap", "ocr-fixed", "duplicate-row"]),
        st.sampled_from("abcdefgh"),
        PLACES,
    ),
    max_size=12,
)


@given(FINDINGS)
def test_findings_stand_in_document_order_and_no_place_is_lost(findings: list[Finding]) -> None:
    found = identify(findings)
    assert {p for f in found for p in f.places} == {p for f in findings for p in f.places}
    where = [(f.places[0].source, f.places[0].page or 0, f.places[0].table or 0) for f in found]
    assert where == sorted(where)
    assert len({f.id for f in found}) == len(found)


@given(FINDINGS)
def test_identifying_twice_changes_nothing(findings: list[Finding]) -> None:
    once = identify(findings)
    assert identify(once) == once
