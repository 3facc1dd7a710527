"""Values that were read from a picture without certainty: nothing doubtful is silent.

A cell's confidence is that of the recogniser and of the agreement of its two readings
(`extractors/scan_cells.py`); the threshold is `suspect` in `data/scan.csv`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib import resources

from pipeline.checks.grouping import cell_place
from pipeline.model import Corpus, Finding, Place, Record, Value, note


def check_readings(corpus: Corpus) -> Iterator[Finding]:
    """Every doubtful reading: one finding for one text in one place, whatever fields are made of it."""
    found: dict[tuple[str, str, Place | None], tuple[Record, str, Value]] = {}
    for order in corpus.orders:
        for record in (order.order, *order.records):
            for name, value in record.values.items():
                if value.confidence is None or value.confidence >= _threshold():
                    continue
                place = cell_place(record, value)
                found.setdefault((record.order or record.id, value.raw, place), (record, name, value))
    for (_, raw, place), (record, name, value) in found.items():
        percent = round(100 * (value.confidence or 0.0))
        other = next((r for r in value.readings if r != raw), None)
        message = (
            note("scan.suspect", raw=raw, percent=percent)
            if other is None
            else note("scan.suspect-other", raw=raw, percent=percent, other=other)
        )
        yield Finding(
            "ocr-suspect",
            message,
            record.dataset,
            record.id,
            name,
            raw,
            _suggestion(value),
            value.confidence,
            tuple(n for c in value.candidates[:1] for n in c.evidence),
            places=(place,) if place is not None else (),
            key=f"reading|{raw}|{other or ''}",
        )


def _suggestion(value: Value) -> str | None:
    """The candidate that is more probable than the value itself."""
    best = value.candidates[0].value if value.status == "suggested" and value.candidates else None
    return best if best != value.text else None


@cache
def _threshold() -> float:
    file = resources.files("pipeline") / "data" / "scan.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return next(float(row["value"]) for row in rows if row["name"] == "suspect")
