"""What a build gives: records with their ids, corrections, findings, and the documents they came from.

Writers and reports read nothing but a `Result`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pipeline.ids import make_id
from pipeline.model import Document, Finding, Note, OrderData, Place, Record, Source, Table, Value

if TYPE_CHECKING:
    from pipeline.frames import Frames

Tables = Mapping[str, tuple[Table, ...]]


@dataclass(frozen=True, slots=True)
class Correction:
    """One value that differs from its raw text. `rule` names the rules of its changes, joined by ` + `."""

    correction_id: str
    dataset: str
    record_id: str
    field: str
    raw: str
    value: str | None
    rule: str
    confidence: float  # product of the changes' confidences, 0–1
    evidence: tuple[Note, ...] = ()
    status: Literal["fixed", "decided"] = "fixed"
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """All that a build made.

    `records`: per dataset, in document order, ids set. `findings`: as `checks.findings.identify` gives
    them. `documents`: assembled documents by `Source.path`, for showing a finding beside its source; one
    that could not be read is missing. `unknown_tables`: by `Source.path`, the tables that no profile knows.
    `orders`: as they were read, before anything was decided. `pictures`: PNG strips of places of findings.
    """

    records: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    findings: tuple[Finding, ...] = ()
    documents: Mapping[str, Document] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    unknown_tables: Tables = field(default_factory=dict)
    orders: tuple[OrderData, ...] = ()
    pictures: Mapping[Place, bytes] = field(default_factory=dict)

    def rows(self, name: str, lang: str = "en") -> list[dict[str, Any]]:
        """A dataset as it is written to JSON, `corrections` and `discrepancies` (in `lang`) among them.

        Raises KeyError for a dataset that there is not.
        """
        from pipeline.writers.rows import dataset_rows

        return dataset_rows(self, name, lang)

    @property
    def frames(self) -> Frames:
        """Dataset name → pandas frame with typed columns."""
        from pipeline.frames import Frames

        return Frames(self)


def corrections_of(records: Iterable[Record]) -> tuple[Correction, ...]:
    """Every value that differs from its raw text, in the order of the records and their fields.

    A value without raw text and without changes is derived (an id, a count) and no correction; so is a
    field that could not be interpreted and has no changes: that is a finding.
    """
    found = []
    for record in records:
        for name, value in record.values.items():
            if differs(value):
                found.append(_correction(record, name, value))
    return tuple(found)


def differs(value: Value) -> bool:
    """Does the value differ from its raw text?"""
    if value.text == value.raw or (value.text is None and not value.changes):
        return False
    return bool(value.raw or value.changes)


def _correction(record: Record, name: str, value: Value) -> Correction:
    rules = dict.fromkeys(change.rule for change in value.changes)
    confidence = 1.0
    evidence: dict[str, Note] = {}
    for change in value.changes:
        confidence *= change.confidence
        evidence.update((repr(n), n) for n in change.evidence)
    return Correction(
        correction_id=make_id("cor", record.dataset, record.id, name),
        dataset=record.dataset,
        record_id=record.id,
        field=name,
        raw=value.raw,
        value=value.text,
        rule=" + ".join(rules) or "notation",
        confidence=confidence,
        evidence=tuple(evidence.values()),
        status="decided" if any(c.kind == "decision" for c in value.changes) else "fixed",
        place=value.place or record.place,
    )
