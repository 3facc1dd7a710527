"""The lines of a table whose columns are made by spaces: which belong to it, and which of them make a row.

The columns are known here (`text_columns`). A line belongs to the table as long as it leaves the gaps free;
behind an empty line, and where it does not, the lines around it must speak for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import regex

from pipeline import headers, levels, lexicons, signature
from pipeline.extractors import text_marks as marks
from pipeline.extractors import text_rows
from pipeline.model import Cell, Grid

CHUNK = regex.compile(r"\S+(?: \S+)*+")
AHEAD = 60  # lines that are looked at
_SHORT = 120  # characters; a line of a heading inside a table is no paragraph
_HEADING_LINES = 3
_HEADING = 40  # characters; a longer text with a mark at its end is a sentence
_ALIKE = 0.8  # share that makes a habit

Columns = Sequence[tuple[int, int]]
"""First character of each column and the one behind its last."""

Cut = Callable[[str], tuple[str, ...] | None]
"""Gives the texts of a line by column, None for a line that does not keep to the columns."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: one text a column; `wide` is a text over all columns; `after_gap`: a blank or
    rule above.
    """

    texts: tuple[str, ...]
    wide: bool = False
    after_gap: bool = False


def plain(line: str) -> str:
    return "".join(marks.cells_of(line.rstrip()))


def has_gap(line: str) -> bool:
    """Two spaces part texts on it."""
    return len(CHUNK.findall(line)) > 1


def head_score(texts: Sequence[str]) -> float:
    return headers.head_score([Cell(text, 0, c) for c, text in enumerate(texts)])


def collect(lines: Sequence[str], start: int, cut: Cut) -> tuple[list[Row], int]:
    """The lines from `start` on that keep the gaps free, and where they end.

    A text across the gaps is a heading inside the table if the next line of text keeps them and fills two
    columns.
    """
    rows: list[Row] = []
    gap = False
    at = end = start
    while at < len(lines):
        if not lines[at].strip():
            if gap and at > start and not lines[at - 1].strip():
                break  # two blank lines
            gap = True
            at += 1
            continue
        line = plain(lines[at])
        if marks.is_rule(line):
            if marks.borders(line, rule=True):
                break
            gap = True
            at += 1
            end = at
            continue
        texts = cut(line)
        if _is_appendix(line) or (gap and rows and (_is_head(texts) or _is_signature(texts, rows))):
            break
        if texts is not None and _runs_over(line, texts, rows, gap=gap):
            texts = None
        alone = gap and rows and texts is not None and sum(map(bool, texts)) < 2
        if texts is None or (alone and not text_rows.is_number(texts[0]) and not _is_usual(texts, rows)):
            after, below = _goes_on(lines, at, cut)
            text = " ".join(plain(t).strip() for t in lines[at:after])
            if below is None or (len(text) > _HEADING and text[-1] in ".;:"):
                break
            if texts is None or (texts[0] and _first_word(texts[0]) != _first_word(below[0])):
                rows.append(Row((text,), wide=True, after_gap=gap))
                at = after - 1
            else:  # a row with a single value
                rows.append(Row(texts, after_gap=gap))
        else:
            rows.append(Row(texts, after_gap=gap))
        gap = False
        at += 1
        end = at
    return rows, end


def _is_appendix(line: str) -> bool:
    return not has_gap(line) and _appendix_head().fullmatch(line.strip()) is not None


def _is_head(texts: Sequence[str] | None) -> bool:
    """The heads of another table, or of this one once more."""
    filled = [t for t in texts or () if t]
    if len(filled) < 2 or any(text_rows.is_number(t) or levels.kinds(t) for t in filled):
        return False
    return head_score(filled) >= _ALIKE


@cache
def _appendix_head() -> regex.Pattern[str]:
    found = [row["pattern"] for row in lexicons.rows("running_heads") if row["what"] == "body"]
    return regex.compile("|".join(found), regex.IGNORECASE)


def _runs_over(line: str, texts: Sequence[str], rows: Sequence[Row], *, gap: bool) -> bool:
    """A text without any gap lies over a boundary of columns with a space of its own, where a row begins."""
    if sum(map(bool, texts)) < 2 or has_gap(line) or text_rows.is_number(texts[0]):
        return False
    return bool(texts[0]) and (gap or text_rows.numbered([r.texts[0] for r in rows[-AHEAD:] if not r.wide]))


def _is_signature(texts: Sequence[str] | None, rows: Sequence[Row]) -> bool:
    """A position and a name, where no other row has a name."""
    at = [c for c, text in enumerate(texts or ()) if text]
    if texts is None or len(at) != 2 or not signature.is_name(texts[at[1]]):
        return False
    named = any(signature.is_name(r.texts[at[1]]) for r in rows[-AHEAD:] if not r.wide)
    return not named and signature.begins_position(texts[at[0]])


def _first_word(text: str) -> str:
    return text.split(maxsplit=1)[0] if text else ""


def _is_usual(texts: Sequence[str], rows: Sequence[Row]) -> bool:
    """A single value that stands where single values of other rows stand, or begins as other values of its
    column do («МБОУ»): its row lacks the others.
    """
    col = next(c for c, text in enumerate(texts) if text)
    others = [r.texts for r in rows[-AHEAD:] if not r.wide and r.after_gap and r.texts[col]]
    if col and any(sum(map(bool, other)) == 1 for other in others):
        return True
    first = _first_word(texts[col])
    if len(first) > 1 and sum(1 for other in others if _first_word(other[col]) == first) > 1:
        return True
    kinds = levels.kinds(texts[col])
    return len(others) > 1 and sum(1 for o in others if kinds & levels.kinds(o[col])) >= _ALIKE * len(others)


def _goes_on(lines: Sequence[str], at: int, cut: Cut) -> tuple[int, tuple[str, ...] | None]:
    """Where the few lines that begin at `at` end, and the next line with two values, which shows that they
    stand inside the table; None if there is none.
    """
    end = at + 1
    while end < min(len(lines), at + _HEADING_LINES) and (t := plain(lines[end])).strip():
        texts = None if marks.is_rule(t) else cut(t)
        if texts is not None and (sum(map(bool, texts)) > 1 or text_rows.is_number(texts[0])):
            break
        end += 1
    if any(len(line.strip()) > _SHORT for line in lines[at:end]):
        return end, None
    for k in range(end, min(len(lines), end + AHEAD)):
        if not lines[k].strip() and not lines[k - 1].strip():
            break  # two blank lines
        if not (t := plain(lines[k])).strip() or marks.is_rule(t):
            continue
        texts = cut(t)
        if texts is None or sum(map(bool, texts)) > 1:
            return end, None if _is_head(texts) or _is_appendix(t) else texts
    return end, None


def at_columns(cuts: Columns) -> Cut:
    """Cuts lines at these columns; a word across a gap does not keep to them."""

    def cut(line: str) -> tuple[str, ...] | None:
        for a, _ in cuts[1:]:
            if a - 1 < len(line) and line[a - 1] != " ":
                return None
        return tuple(line[a:b].strip() for a, b in cuts)

    return cut


def _gap_for_each(bands: Sequence[Sequence[Row]]) -> bool:
    """A blank line stands before every row: hardly a line begins anew within what two of them enclose."""
    wrapped = [band[1:] for band in bands if len(band) > 1]
    whole = sum(1 for lines in wrapped if not any(_is_anew(r.texts) for r in lines))
    return whole >= _ALIKE * len(wrapped)


def _is_anew(texts: Sequence[str]) -> bool:
    """Two values at least, and none of them goes on with a small letter or a name in quotes."""
    filled = [t for t in texts if t]
    return len(filled) > 1 and all(t[0].isupper() or t[0].isdigit() for t in filled)


def grid_of(rows: Sequence[Row], n_cols: int) -> Grid:
    bands: list[list[Row]] = []
    for row in rows:
        if not bands or row.wide or row.after_gap or bands[-1][-1].wide:
            bands.append([])
        bands[-1].append(row)
    widths = [max((len(r.texts[c]) for r in rows if not r.wide), default=0) for c in range(n_cols)]
    has_numbers = text_rows.numbered([r.texts[0] for r in rows if not r.wide])
    gaps = sum(1 for r in rows if r.after_gap)
    ruled = gaps > 2 and (gaps * 3 > len(rows) or _gap_for_each(bands))
    cells: list[Cell] = []
    n = 0
    for band in bands:
        if band[0].wide:
            cells.append(Cell(band[0].texts[0], n, 0, 1, n_cols))
            n += 1
            continue
        texts = [r.texts for r in band]
        starts = text_rows.starts(texts, widths, has_numbers=has_numbers, ruled=ruled)
        for a, b in zip(starts, [*starts[1:], len(texts)], strict=True):
            cells += [Cell("\n".join(t[c] for t in texts[a:b] if t[c]), n, c) for c in range(n_cols)]
            n += 1
    return Grid(tuple(cells), n, n_cols)
