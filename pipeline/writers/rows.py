"""Records, corrections and findings as rows: dicts with the fields of `datasets.csv`, in its order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from pipeline import messages
from pipeline.datasets import DECIMALS, Dataset, Field, all_datasets, typed
from pipeline.model import Finding, Json, Note, Record
from pipeline.result import Correction, Result

Row: TypeAlias = dict[str, Json]


def dataset_rows(result: Result, name: str, lang: str) -> list[Row]:
    """All rows of one dataset. Raises KeyError for a dataset that there is not."""
    dataset = all_datasets()[name]
    if name == "corrections":
        return [correction_row(correction, lang) for correction in result.corrections]
    if name == "discrepancies":
        return [finding_row(finding, lang) for finding in result.findings]
    return record_rows(result.records.get(name, ()), dataset)


def record_rows(records: Iterable[Record], dataset: Dataset) -> list[Row]:
    """Records of one dataset as rows. Fields that a record has not are null (lists: empty)."""
    plan = _plan(dataset)
    return [_filled(record, plan) for record in records]


_Way: TypeAlias = Literal["id", "text", "other"]
_Plan: TypeAlias = list[tuple[str, Field, _Way]]


def _plan(dataset: Dataset) -> _Plan:
    """How each field is filled: most hold a text as it is, and a large corpus has millions of them."""
    id_field = dataset.id_field

    def way(field: Field) -> _Way:
        if field.name == id_field:
            return "id"
        return "text" if field.type == "string" and field.name != "raw" else "other"

    return [(field.name, field, way(field)) for field in dataset.fields]


def _filled(record: Record, plan: _Plan) -> Row:
    values = record.values
    row: Row = {}
    for name, field, way in plan:
        if way == "id":
            row[name] = record.id or None
        elif way == "text" and (value := values.get(name)) is not None:
            row[name] = value.text or None
        else:
            row[name] = _field(record, field)
    return row


def _field(record: Record, field: Field) -> Json:
    value = record.values.get(field.name)
    if field.name == "witnesses":
        return [str(place) for place in record.witnesses]
    if value is not None:
        items = value.parts.get("items")
        if field.type == "list" and isinstance(items, list | tuple):
            return [str(item) for item in items]
        if field.name == "raw" and value.text is None:
            return value.raw or None
        return typed(field, value.text)
    if field.raw_of is not None:
        return record.raw(field.raw_of) or None
    if field.name == "order_id":
        return record.order or None
    if field.name == "place":
        return str(record.place) if record.place is not None else None
    return [] if field.type == "list" else None


def correction_row(correction: Correction, lang: str) -> Row:
    """A correction as a row, its evidence in words of `lang`."""
    return _in_order(
        "corrections",
        {
            "correction_id": correction.correction_id,
            "dataset": correction.dataset,
            "record_id": correction.record_id,
            "field": correction.field,
            "raw": correction.raw or None,
            "value": correction.value or None,
            "rule": correction.rule,
            "confidence": round(correction.confidence, DECIMALS),
            "evidence": sentences(correction.evidence, lang),
            "status": correction.status,
            "place": str(correction.place) if correction.place is not None else None,
        },
    )


def finding_row(finding: Finding, lang: str) -> Row:
    """A finding as a row, its message and evidence in words of `lang`."""
    return _in_order(
        "discrepancies",
        {
            "discrepancy_id": finding.id,
            "code": finding.code,
            "severity": finding.severity,
            "dataset": finding.dataset or None,
            "record_id": finding.record_id or None,
            "field": finding.field or None,
            "raw": finding.raw or None,
            "suggestion": finding.suggestion or None,
            "confidence": None if finding.confidence is None else round(finding.confidence, DECIMALS),
            "message": messages.say(finding.message, lang),
            "evidence": sentences(finding.evidence, lang),
            "status": finding.status,
            "place": str(finding.place) if finding.place is not None else None,
            "places": [str(place) for place in finding.places],
            "order_id": finding.order or None,
        },
    )


def sentences(notes: Iterable[Note], lang: str) -> list[Json]:
    return [messages.say(note, lang) for note in notes]


def _in_order(dataset: str, row: Mapping[str, Json]) -> Row:
    return {field.name: row[field.name] for field in all_datasets()[dataset].fields}
