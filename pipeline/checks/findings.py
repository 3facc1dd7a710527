"""The catalogue of findings: code → severity, title, explanation, what to do, example (`data/findings.csv`).

`identify` makes findings ready for the reports: ids from content, one finding for one cause, in document
order.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TypeVar

from pipeline import limits
from pipeline.ids import make_id
from pipeline.model import Finding, Place, note

SEVERITIES = ("error", "warning", "info")  # worst first
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the catalogue says of a code; texts by language (`en`, `ru`)."""

    code: str
    severity: str
    title: dict[str, str]
    explanation: dict[str, str]
    what_to_do: dict[str, str]
    example: dict[str, str]


@cache
def catalogue() -> dict[str, Entry]:
    """Every code, in the order of the file."""
    file = resources.files("pipeline") / "data" / "findings.csv"
    return {row["code"]: _entry(row) for row in csv.DictReader(io.StringIO(file.read_text("utf-8")))}


def _entry(row: dict[str, str]) -> Entry:
    def texts(name: str) -> dict[str, str]:
        return {"en": row[f"{name}_en"], "ru": row[f"{name}_ru"]}

    return Entry(
        row["code"],
        row["severity"],
        texts("title"),
        texts("explanation"),
        texts("what_to_do"),
        texts("example"),
    )


def identify(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings with ids and severities, repetitions merged, in document order.

    The id depends on code, record, field and key only. Findings with the same id are one finding about the
    places of all. Order: source, page, table, row of the first place (text before tables), then severity,
    then id. Raises KeyError for a code that the catalogue has not: a finding that nobody explained is a
    defect of ours.
    """
    return tuple(sorted(_bounded(_identified(findings)), key=_position))


def _identified(findings: Iterable[Finding]) -> list[Finding]:
    known = catalogue()
    same: dict[str, list[Finding]] = {}
    for finding in findings:
        id_ = make_id("dis", finding.code, finding.record_id, finding.field, finding.key)
        ready = replace(finding, id=id_, severity=finding.severity or known[finding.code].severity)
        same.setdefault(id_, []).append(ready)
    return [found[0] if len(found) == 1 else _merge(found) for found in same.values()]


def _merge(found: list[Finding]) -> Finding:
    return replace(
        found[0],
        places=_distinct(tuple(place for f in found for place in f.places)),
        evidence=_distinct(tuple(said for f in found for said in f.evidence)),
        severity=min((f.severity for f in found), key=SEVERITIES.index),
    )


def _bounded(findings: list[Finding]) -> list[Finding]:
    """Of one kind in one source as many as anyone can look at: a hostile table would fill every report.

    What is left out is counted in a finding of its own.
    """
    allowed = limits.current().findings
    if len(findings) <= allowed:
        return findings
    of_kind: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        of_kind.setdefault((finding.place.source if finding.place else "", finding.code), []).append(finding)
    kept: list[Finding] = []
    more: list[Finding] = []
    for (source, code), found in of_kind.items():
        kept += found if len(found) <= allowed else sorted(found, key=_position)[:allowed]
        if len(found) > allowed:
            said = note("findings.more", code=code, n=len(found), allowed=allowed)
            places = (Place(source),) if source else ()
            more.append(Finding("source-partial", said, places=places, key=f"{source}|more|{code}"))
    return kept + _identified(more)


def _distinct(items: tuple[_T, ...]) -> tuple[_T, ...]:
    """Each item once, in the order of their first appearance (notes are not hashable, hence repr)."""
    return tuple({repr(item): item for item in items}.values())


def _position(finding: Finding) -> tuple[tuple[str, int, int, int, int], int, str]:
    return place_order(finding.place), SEVERITIES.index(finding.severity), finding.id


def place_order(place: Place | None) -> tuple[str, int, int, int, int]:
    """Sorts places as they stand in the documents; what has no place of its own comes first."""
    if place is None:
        return ("", 0, 0, 0, 0)
    return (place.source, place.page or 0, place.table or 0, place.row or 0, place.col or 0)
