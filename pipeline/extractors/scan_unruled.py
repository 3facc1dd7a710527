"""Tables that rules do not close on a picture: words in columns, with the finders of the PDF reader."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from pipeline.extractors import pdf_text, pdf_unruled
from pipeline.extractors.pdf_bands import TextTable
from pipeline.extractors.pdf_rules import Rules
from pipeline.extractors.scan_engine import Word
from pipeline.extractors.scan_rules import Ruled, Slot

_AROUND = 3  # points of paper around a table whose border is that of its letters


def tables(words: Sequence[Word], scale: float, rules: Rules) -> tuple[list[Ruled], list[Word]]:
    """The tables among the words of a page (`scale`: pixels a point) and its horizontal `rules` (in points),
    and the words that stand in none.
    """
    placed = _placed(words, scale)
    lines = pdf_text.lines(list(placed.values()))
    found: list[Ruled] = []
    used_words: set[int] = set()
    for find in (lambda rest: pdf_unruled.ruled_above_and_below(rest, rules), pdf_unruled.aligned):
        taken: set[int] = set()
        for table, used in find(lines):
            if not taken & used:
                taken |= used
                used_words |= {id(w) for k in used for w in lines[k].words}
                found.append(_ruled(table, scale))
        lines = [line for k, line in enumerate(lines) if k not in taken]
    rest = [words[i] for i, w in placed.items() if id(w) not in used_words]
    return found, rest


def _placed(words: Sequence[Word], scale: float) -> dict[int, pdf_text.Word]:
    """The words as the PDF reader knows them, in points; sizes are those of their lines."""
    by_line: dict[int, list[int]] = {}
    for i, word in enumerate(words):
        by_line.setdefault(word.line, []).append(i)
    heights = {
        line: (max(words[i].bottom for i in own) - min(words[i].top for i in own)) / scale
        for line, own in by_line.items()
    }
    usual = median(heights.values()) if heights else 0.0
    made: dict[int, pdf_text.Word] = {}
    for line, own in by_line.items():
        size = min(max(heights[line], 0.8 * usual), 1.5 * usual)
        base = median(words[i].bottom for i in own) / scale
        for i in own:
            word = words[i]
            box = (word.x0 / scale, word.top / scale, word.x1 / scale, word.bottom / scale)
            made[i] = pdf_text.Word(word.text, box[0], box[2], base, size, 0, -1, box, True)
    return made


def _ruled(table: TextTable, scale: float) -> Ruled:
    xs, ys = [x * scale for x in table.xs], [y * scale for y in table.ys]
    xs[0], xs[-1] = xs[0] - _AROUND * scale, xs[-1] + _AROUND * scale
    ys[0], ys[-1] = ys[0] - _AROUND * scale, ys[-1] + _AROUND * scale
    slots = tuple(
        Slot(
            c.row,
            c.col,
            c.row_span,
            c.col_span,
            (
                round(xs[c.col]),
                round(ys[c.row]),
                round(xs[c.col + c.col_span]),
                round(ys[c.row + c.row_span]),
            ),
        )
        for c in table.cells
    )
    return Ruled(slots, tuple(xs), tuple(ys), None, None)
