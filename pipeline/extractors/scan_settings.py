"""The thresholds of the reader of scans, from `data/scan.csv` (each row with its meaning and source)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Settings:
    """Thresholds by name; units are in the file."""

    render_dpi: float
    work_dpi: float
    page_width: float
    max_pixels: float
    max_skew: float
    least_skew: float
    chroma: float
    chroma_beside: float
    colour_share: float
    paper: float
    ink: float
    rule_height: float
    rule_width: float
    rule_gap: float
    rule_thick: float
    dot: float
    short_wall: float
    rule_ends: float
    stem_gap: float
    stem_usual: float
    stem_dark: float
    stem_print: float
    stem_line: float
    streak: float
    streak_margin: float
    streak_print: float
    streak_wide: float
    streak_beside: float
    streak_black: float
    pasted_least: float
    pasted_share: float
    pasted_paper: float
    pasted_stroke: float
    ghost: float
    least_table: float
    stem_clear: float
    stem_tall: float
    stem_letter: float
    stem_side: float
    faint: float
    speck: float
    speck_distance: float
    stop_behind: float
    stop_over: float
    stop_under: float
    letter: float
    small_print: float
    usual_print: float
    large_print: float
    cell_margin: float
    edge_beside: float
    edge_inside: float
    probe_score: float
    refuse_score: float
    sample_cells: float
    refuse_sample: float
    refuse_early: float
    agree: float
    differ: float
    doubt_score: float
    second_scale: float
    third_scale: float
    majority: float
    suspect: float
    page_seconds: float
    pair_pixels: float
    line_gap: float
    bend: float
    traced: float
    traced_run: float
    faint_rule: float
    long_rule: float
    rule_ink: float
    white: float
    paper_white: float
    smooth: float
    faint_ink: float
    faint_print: float
    beside: float
    beside_thick: float
    hole: float
    hole_margin: float
    colour_bare: float
    colour_around: float
    colour_beside: float
    ridge_run: float
    ridge_beside: float
    ridge: float
    ridge_share: float
    ridge_floor: float
    ridge_free: float
    ridge_piece: float
    ridge_wander: float
    ridge_whole: float
    sheet_rest: float
    sheet_contrast: float
    sheet_least: float
    sheet_form: float
    sheet_width: float


def _load() -> Settings:
    file = resources.files("pipeline") / "data" / "scan.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return Settings(**{row["name"]: float(row["value"]) for row in rows})


SETTINGS = _load()
