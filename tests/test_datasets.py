"""The description of the datasets: the public interface, and everything that is made from it."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from pipeline import docs
from pipeline.datasets import all_datasets, csv_text, normalized, reports, typed
from pipeline.writers.json_files import example, json_schema

CONTRACT = {
    "orders": (
        "order_id, number, number_raw, date, date_raw, title, issuer, region, signatory, "
        "signatory_position, period, source_file, source_format, source_sha256"
    ),
    "activities": (
        "activity_id, order_id, appendix, section_no, section, item_no, title, title_raw, deadline, "
        "deadline_raw, start_date, end_date, place"
    ),
    "activity_executors": (
        "activity_id, position, organization_id, organization, person_id, person, raw, place"
    ),
    "training_sites": (
        "site_id, order_id, appendix, position, municipality_no, municipality_id, municipality, "
        "municipality_raw, school_id, school, school_raw, partner_id, partner, partner_raw, place"
    ),
    "schools": (
        "school_id, name, legal_form, school_type, level, proper_name, number, locality, "
        "municipality_id, roles, mentions, variants"
    ),
    "organizations": "organization_id, name, legal_form, mentions, variants",
    "persons": "person_id, name, surname, initials, organization_id, mentions, variants",
    "municipalities": "municipality_id, name, kind, region, oktmo, mentions, variants",
    "id_changes": "dataset, old_id, new_id, reason",
    "corrections": (
        "correction_id, dataset, record_id, field, raw, value, rule, confidence, evidence, status, place"
    ),
    "discrepancies": (
        "discrepancy_id, code, severity, dataset, record_id, field, raw, suggestion, confidence, "
        "message, evidence, status, place"
    ),
}


@pytest.mark.parametrize("name", CONTRACT)
def test_fields_stand_in_the_order_that_was_promised(name: str) -> None:
    fields = [field.name for field in all_datasets()[name].fields]
    promised = CONTRACT[name].split(", ")
    assert fields[: len(promised)] == promised


def test_no_dataset_is_missing_or_in_the_wrong_folder() -> None:
    assert [d.name for d in normalized()] + [d.name for d in reports()] == list(CONTRACT)


def test_every_foreign_key_leads_to_the_primary_key_of_a_dataset() -> None:
    for dataset in all_datasets().values():
        for _, target, key in dataset.foreign_keys:
            assert all_datasets()[target].primary_key == (key,)


def test_every_raw_field_stands_beside_its_field() -> None:
    for dataset in all_datasets().values():
        names = [field.name for field in dataset.fields]
        for field in dataset.fields:
            assert field.raw_of is None or field.raw_of in names


def test_every_field_is_described_in_both_languages() -> None:
    for dataset in all_datasets().values():
        for described in (dataset, *dataset.fields):
            assert described.description["en"] and described.description["ru"], described


@pytest.mark.parametrize("name", CONTRACT)
def test_the_examples_are_valid_by_the_schema_made_of_the_same_description(name: str) -> None:
    dataset = all_datasets()[name]
    row = {field.name: example(field) for field in dataset.fields}
    jsonschema.validate([row], json_schema(dataset), cls=jsonschema.Draft202012Validator)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([row | {"other": 1}], json_schema(dataset))


def test_a_value_that_is_not_of_the_type_of_its_field_becomes_null() -> None:
    date, position = (
        all_datasets()["orders"].field("date"),
        all_datasets()["training_sites"].field("position"),
    )
    assert [typed(date, text) for text in ("2021-07-21", "2021-07", "2021-02-30", "", None)] == [
        "2021-07-21",
        None,
        None,
        None,
        None,
    ]
    assert [typed(position, text) for text in ("12", "-1", "12а", "1" * 30)] == [12, -1, None, None]


def test_lists_are_joined_and_split_by_the_same_separator() -> None:
    roles = all_datasets()["schools"].field("roles")
    assert typed(roles, csv_text(["risk", "partner"])) == ["risk", "partner"]
    assert typed(roles, None) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (0.5, "0.5"), (1.0, "1"), (1e-7, "0"), (0.99996, "1"), (3, "3"), ([], ""), ("=1", "=1")],
)
def test_values_in_csv(value: object, text: str) -> None:
    assert csv_text(value) == text  # type: ignore[arg-type]  # wrong types on purpose


@pytest.mark.parametrize("name", docs.PAGES)
def test_the_committed_page_is_what_the_description_gives(name: str) -> None:
    """If this fails: run `python -m pipeline.docs` and commit the pages."""
    committed = Path(__file__).parents[1] / "docs" / name
    assert committed.read_text("utf-8") == docs.PAGES[name]()
