"""The thresholds of the PDF reader, from `data/pdf.csv` (each row with its meaning and source)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Settings:
    """Thresholds by name; units are in the file. `em` is the size of the characters beside."""

    snap: float
    join: float
    thick: float
    wall: float
    shortest_rule: float
    stick_out: float
    word_gap: float
    column_gap: float
    tab_gap: float
    double: float
    ascent: float
    descent: float
    margin_zone: float
    max_objects: float
    max_chars: float
    max_page_seconds: float
    max_segments: float
    bad_text: float
    bad_words: float
    bad_lines: float
    bad_latin: float
    seam: float
    seam_share: float
    sure_gap: float
    open_share: float
    prose_length: float
    numeric_share: float
    least_rows: float
    sliver: float
    form_share: float
    dense: float
    least_width: float
    least_height: float
    turned_share: float
    fill_share: float
    covers: float
    few_chars: float
    layer_agrees: float
    layer_sure: float


def _load() -> Settings:
    file = resources.files("pipeline") / "data" / "pdf.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return Settings(**{row["name"]: float(row["value"]) for row in rows})


SETTINGS = _load()
