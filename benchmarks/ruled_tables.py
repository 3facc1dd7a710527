"""Which tables of the competition's truth are ruled, judged without the reader that is measured.

A table is *ruled* if every border between two neighbouring cells of its truth is drawn, and its frame too.
Lines, sides of rectangles and filled boxes count, as pdfplumber gives them; a border is drawn where they
cover half of the length that the two cells' texts share, or, where the texts share none, stand between them.
*Partly ruled*: at least half of the borders. The rest has no rules to speak of.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pdfplumber

_NEAR = 1.5  # points by which a text's box may reach into a rule
_COVERED = 0.5  # of the shared length
_FRAME = 40.0  # points from the outermost texts to the frame
_PARTLY = 0.5


@dataclass(frozen=True)
class Cell:
    """A cell of the truth; the box holds its text, in points from the top left corner."""

    rows: tuple[int, int]
    cols: tuple[int, int]
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Rule:
    """A horizontal (`is_flat`) or vertical stroke at `at`, from `start` to `end`."""

    is_flat: bool
    at: float
    start: float
    end: float


def classes(truth: Path) -> dict[str, dict[str, str]]:
    """`STEM#TABLE` → `{"class": "ruled" | "partly ruled" | "unruled"}` for every table of the truth files."""
    found = {}
    for file in sorted(truth.glob("*.pdf")):
        stem = file.stem
        stems = [stem, stem[:-1] + "b"] if stem.endswith("a") else [stem]
        with pdfplumber.open(file) as document:
            rules: dict[int, list[Rule]] = {}
            for name in stems:
                path = truth / f"{name}-str.xml"
                for number, table in (
                    enumerate(ET.parse(path).getroot().iter("table")) if path.exists() else ()
                ):
                    shares = []
                    for region in table.findall("region"):
                        page = document.pages[int(region.get("page") or 1) - 1]
                        strokes = rules.setdefault(page.page_number, list(_rules(page)))
                        shares.append(_drawn(list(_cells(region, float(page.height))), strokes))
                    share = min(shares, default=0.0)
                    kind = "ruled" if share == 1 else "partly ruled" if share >= _PARTLY else "unruled"
                    found[f"{name}#{number}"] = {"class": kind, "drawn": f"{share:.3f}"}
    return found


def _rules(page: pdfplumber.page.Page) -> Iterator[Rule]:
    for edge in page.edges:
        is_flat = edge["orientation"] == "h"
        ends = ("x0", "x1") if is_flat else ("top", "bottom")
        yield Rule(is_flat, float(edge["top" if is_flat else "x0"]), *(float(edge[k]) for k in ends))


def _cells(region: ET.Element, height: float) -> Iterator[Cell]:
    for cell in region.findall("cell"):
        box = cell.find("bounding-box")
        if box is None or not (cell.findtext("content") or "").strip():
            continue
        row, col = int(cell.get("start-row") or 0), int(cell.get("start-col") or 0)
        try:
            x1, x2, y1, y2 = (float(box.get(k) or "") for k in ("x1", "x2", "y1", "y2"))
        except ValueError:  # a misprint in the truth
            continue
        rows, cols = (row, int(cell.get("end-row") or row)), (col, int(cell.get("end-col") or col))
        yield Cell(rows, cols, (x1, height - y2, x2, height - y1))


def _drawn(cells: Sequence[Cell], rules: Sequence[Rule]) -> float:
    """The share of the borders between neighbours, and of the frame's four sides, that are drawn."""
    told = [_between(a, b, rules) for a in cells for b in cells if _are_neighbours(a, b)]
    if not told:
        return 0.0
    left, top = (min(c.box[k] for c in cells) for k in (0, 1))
    right, bottom = (max(c.box[k] for c in cells) for k in (2, 3))
    told += [
        _covered(rules, False, left - _FRAME, left + _NEAR, (top, bottom)),
        _covered(rules, False, right - _NEAR, right + _FRAME, (top, bottom)),
        _covered(rules, True, top - _FRAME, top + _NEAR, (left, right)),
        _covered(rules, True, bottom - _NEAR, bottom + _FRAME, (left, right)),
    ]
    return sum(told) / len(told)


def _are_neighbours(a: Cell, b: Cell) -> bool:
    """b stands right beside or right below a."""
    beside = a.cols[1] + 1 == b.cols[0] and _share(a.rows, b.rows)
    below = a.rows[1] + 1 == b.rows[0] and _share(a.cols, b.cols)
    return beside or below


def _share(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] <= b[1] and b[0] <= a[1]


def _between(a: Cell, b: Cell, rules: Sequence[Rule]) -> bool:
    if a.cols[1] < b.cols[0] and _share(a.rows, b.rows):
        span = (max(a.box[1], b.box[1]), min(a.box[3], b.box[3]))
        return _covered(rules, False, a.box[2] - _NEAR, b.box[0] + _NEAR, _or(span, b.box[1], b.box[3]))
    span = (max(a.box[0], b.box[0]), min(a.box[2], b.box[2]))
    return _covered(rules, True, a.box[3] - _NEAR, b.box[1] + _NEAR, _or(span, b.box[0], b.box[2]))


def _or(span: tuple[float, float], start: float, end: float) -> tuple[float, float]:
    return span if span[1] > span[0] else (start, end)


def _covered(
    rules: Sequence[Rule], is_flat: bool, low: float, high: float, span: tuple[float, float]
) -> bool:
    """Rules between two positions cover half of a span together."""
    pieces = sorted(
        (max(r.start, span[0]), min(r.end, span[1]))
        for r in rules
        if r.is_flat == is_flat and low <= r.at <= high and r.start < span[1] and r.end > span[0]
    )
    covered, at = 0.0, span[0]
    for start, end in pieces:
        covered += max(0.0, end - max(start, at))
        at = max(at, end)
    return covered >= _COVERED * (span[1] - span[0])
