"""Where in a document the findings lie: a strip from first to last line, with marks in three lanes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.checks.findings import SEVERITIES
from pipeline.model import Finding, Table
from pipeline.report.lookup import Pages

_BINS = 160  # marks a lane has room for
_MOST_SOURCES = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """`x` in percent of the strip; `finding_id` is the first finding there, `count` how many there are."""

    x: float
    severity: str
    lane: int
    finding_id: str
    count: int


@dataclass(frozen=True, slots=True)
class Strip:
    """One source: its tables as (number, start, width) in percent, and its marks."""

    source: str
    tables: tuple[tuple[int, float, float], ...]
    marks: tuple[Mark, ...]
    count: int


def strips(findings: Iterable[Finding], documents: Mapping[str, Pages]) -> tuple[list[Strip], int]:
    """The strips of the sources with most findings (at most twelve), and how many sources are left out."""
    by_source: dict[str, list[Finding]] = {}
    for finding in findings:
        for source in dict.fromkeys(place.source for place in finding.places):
            if source in documents:
                by_source.setdefault(source, []).append(finding)
    most = sorted(by_source, key=lambda s: (-len(by_source[s]), s))[:_MOST_SOURCES]
    made = [_strip(documents[source], by_source[source]) for source in sorted(most)]
    return [strip for strip in made if strip.marks], len(by_source) - len(most)


def _strip(pages: Pages, findings: list[Finding]) -> Strip:
    document = pages.document
    starts: dict[int, int] = {}  # index in the content → first line
    tables: dict[int, tuple[int, int]] = {}  # table → first line, lines
    lines = 0
    for i, item in enumerate(document.content):
        starts[i] = lines
        if isinstance(item, Table):
            tables[item.number] = (lines, item.n_rows)
        lines += item.n_rows if isinstance(item, Table) else 1
    lines = max(lines, 1)
    bins: dict[tuple[int, str], list[str]] = {}
    for finding in findings:
        for at in sorted(set(_lines(pages, finding, starts, tables))):
            key = (min(at * _BINS // lines, _BINS - 1), finding.severity)
            bins.setdefault(key, []).append(finding.id)
    marks = [
        Mark(round(100 * (b + 0.5) / _BINS, 2), severity, SEVERITIES.index(severity), ids[0], len(ids))
        for (b, severity), ids in sorted(bins.items())
    ]
    spans = [
        (number, round(100 * start / lines, 2), round(100 * n / lines, 2))
        for number, (start, n) in tables.items()
    ]
    return Strip(document.source.path, tuple(spans), tuple(marks), len(findings))


def _lines(
    pages: Pages, finding: Finding, starts: Mapping[int, int], tables: Mapping[int, tuple[int, int]]
) -> Iterable[int]:
    for place in finding.places:
        if place.source != pages.document.source.path:
            continue
        if place.table is not None and place.table in tables:
            start, n = tables[place.table]
            yield start + min(max((place.row or 1) - 1, 0), max(n - 1, 0))
        elif place.table is None and (block := pages.block(place, finding.raw)) is not None:
            yield starts[block]
