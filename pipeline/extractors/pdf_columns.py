"""Columns and rows that text alone shows, inside a region: where all rows leave the same gap free.

A *band* is the strip between two rules (or the whole region where there are none).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import regex

from pipeline.extractors.pdf_settings import SETTINGS
from pipeline.extractors.pdf_text import Line, Word

_WIDEST = 14_400  # points, the largest page (ISO 32000-1, annex C)
NUMBER = regex.compile(
    r"[\p{Sc}(<>≤≥~±+−–-]*\d[\d\s.,:/%°'’()*]*[%\p{Sc})*\p{L}]{0,3}|[-–—.…*]+|n\.?[ad]\.?|н/д|[xXхХ]",
    regex.IGNORECASE,
)


@dataclass(slots=True)
class Segment:
    """Neighbouring words of a line without a gap between them that could part columns."""

    words: list[Word]

    @property
    def x0(self) -> float:
        return self.words[0].u0

    @property
    def x1(self) -> float:
        return self.words[-1].u1

    @property
    def text(self) -> str:
        return " ".join(w.text for w in self.words)


def segments(line: Line, gap: float) -> list[Segment]:
    """A line cut at gaps wider than `gap` em."""
    made = [Segment([line.words[0]])]
    for before, word in pairwise(line.words):
        if word.u0 - before.u1 > gap * max(word.size, before.size):
            made.append(Segment([word]))
        else:
            made[-1].words.append(word)
    return made


def is_number(text: str) -> bool:
    return NUMBER.fullmatch(text.strip()) is not None


def seams(rows: Sequence[Line], left: float, right: float) -> list[tuple[float, float]]:
    """The gaps (x0, x1) between columns: free in nearly all rows, with text on both sides in enough of them.

    Rows of one piece (titles, section rows, wrapped text) do not count, unless all are.
    """
    cut = [segments(line, SETTINGS.seam) for line in rows]
    several = [parts for parts in cut if len(parts) > 1]
    if len(several) < 2 or right - left > _WIDEST:
        return []
    size = float(np.median([line.size for line in rows]))
    x0, n = int(left) - 1, int(right - left) + 3
    covered = np.zeros(n + 1)
    for parts in several:
        row = np.zeros(n + 1)
        for part in parts:
            a, b = max(int(np.floor(part.x0)) - x0, 0), min(int(np.ceil(part.x1)) - x0, n)
            row[a:b] = 1
        covered += row
    allowed = int((1 - SETTINGS.seam_share) * len(several))
    free = covered <= allowed
    found: list[tuple[float, float]] = []
    start: int | None = None
    for i in range(n + 1):
        if free[i] and start is None:
            start = i
        elif not free[i] and start is not None:
            if start > 0:
                found.append((start + x0, i + x0))
            start = None
    wide = SETTINGS.seam if len(several) > 4 else SETTINGS.sure_gap
    found = [f for f in found if f[1] - f[0] >= wide * size - 1.5 and f[0] > left and f[1] < right]
    return _supported(found, several)


def _supported(
    found: list[tuple[float, float]], rows: Sequence[Sequence[Segment]]
) -> list[tuple[float, float]]:
    """Without gaps next to a column that hardly any row fills."""
    need = 2 if len(rows) < 12 else 3
    while found:
        edges = [-1e9, *((a + b) / 2 for a, b in found), 1e9]
        counts = [0] * (len(edges) - 1)
        for parts in rows:
            for c in {int(np.searchsorted(edges, (p.x0 + p.x1) / 2)) - 1 for p in parts}:
                counts[c] += 1
        weak = next((c for c, n in enumerate(counts) if n < need), None)
        if weak is None:
            return found
        # the emptiest column joins the nearer neighbour: the narrower of its gaps goes
        beside = [i for i in (weak - 1, weak) if 0 <= i < len(found)]
        found.remove(min((found[i] for i in beside), key=lambda f: f[1] - f[0]))
    return found


@dataclass(slots=True)
class Piece:
    """The words of one cell in the making, with the columns it covers."""

    col: int
    span: int
    words: list[Word]


def pieces(line: Line, edges: Sequence[float]) -> list[Piece]:
    """The words of a line by column; a segment that runs over a border spans the columns on both sides."""
    made: list[Piece] = []
    for part in segments(line, SETTINGS.seam):
        cols = [_column(w, edges) for w in part.words]
        if len(set(cols)) > 1 and _crosses(part, edges):
            first, last = _column_at(part.x0 + 1, edges), _column_at(part.x1 - 1, edges)
            _add(made, Piece(first, last - first + 1, list(part.words)))
            continue
        for word, col in zip(part.words, cols, strict=True):
            _add(made, Piece(col, 1, [word]))
    return made


def _crosses(part: Segment, edges: Sequence[float]) -> bool:
    """A border falls on the text, or into a gap that is only a word space."""
    for edge in edges[1:-1]:
        if part.x0 + 1 < edge < part.x1 - 1:
            before = max((w.u1 for w in part.words if (w.u0 + w.u1) / 2 < edge), default=part.x0)
            after = min((w.u0 for w in part.words if (w.u0 + w.u1) / 2 >= edge), default=part.x1)
            if before > edge or after < edge or after - before < 0.4 * part.words[0].size:
                return True
    return False


def _add(made: list[Piece], piece: Piece) -> None:
    """Add to the piece before if both share a column."""
    if made and made[-1].col + made[-1].span > piece.col:
        last = max(made[-1].col + made[-1].span, piece.col + piece.span)
        made[-1].span = last - made[-1].col
        made[-1].words.extend(piece.words)
    else:
        made.append(piece)


def _column(word: Word, edges: Sequence[float]) -> int:
    return _column_at((word.u0 + word.u1) / 2, edges)


def _column_at(x: float, edges: Sequence[float]) -> int:
    return min(max(int(np.searchsorted(edges, x, side="right")) - 1, 0), len(edges) - 2)


def rows_of_band(
    found: Sequence[Line], edges: Sequence[float], *, header: bool, joined: bool
) -> list[list[Piece]]:
    """The rows of a band. `joined`: the band is one row; `header`: lines join unless one spans columns."""
    cut = [pieces(line, edges) for line in found]
    if joined:
        return [_merge(cut)] if cut else []
    if header:
        return _header_rows(cut)
    made: list[list[Piece]] = []
    steps = [b.base - a.base for a, b in pairwise(found)]
    usual = float(np.median(steps)) if steps else 0.0
    for i, row in enumerate(cut):
        if made and _continues(made[-1], row, steps[i - 1], usual):
            made[-1] = _merge([made[-1], row])
        else:
            made.append(row)
    return made


def _continues(above: Sequence[Piece], row: Sequence[Piece], step: float, usual: float) -> bool:
    """The line is the rest of the row above: it begins no row (first column empty) or follows it more
    closely.
    """
    cols, over = {p.col for p in row}, {p.col for p in above}
    if not cols <= over or any(p.span > 1 for p in (*row, *above)):
        return False
    texts = [" ".join(w.text for w in p.words) for p in row]
    if 0 not in cols and not any(is_number(t) for t in texts):
        return len(cols) < len(over)
    return step < 0.85 * usual and len(cols) < len(over)


def _header_rows(cut: Sequence[Sequence[Piece]]) -> list[list[Piece]]:
    """Lines of a header: a line that spans columns is a level of its own, the others join."""
    made: list[list[Piece]] = []
    spanning = False
    for row in cut:
        spans = any(p.span > 1 for p in row)
        if made and not spans and not spanning:
            made[-1] = _merge([made[-1], row])
        else:
            made.append(list(row))
        spanning = spans
    return made


def _merge(rows: Sequence[Sequence[Piece]]) -> list[Piece]:
    """Rows laid over each other, column by column."""
    merged: list[Piece] = []
    for piece in sorted((p for row in rows for p in row), key=lambda p: p.col):
        _add(merged, Piece(piece.col, piece.span, list(piece.words)))
    return merged
