"""Which rows of a table are its header, and which rows of a later piece repeat it.

The evidence, strongest first: what the format says (DOCX tblHeader, HTML thead); rows that a later piece
repeats; a row of column numbers («1 2 3 4»); words that stand in column heads
(`data/lexicons/header_words.csv`, compared fuzzily, since heads suffer from OCR too); a first row of texts
over columns of numbers. Spans that begin in the header extend it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import regex
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from pipeline import lexicons
from pipeline.model import Cell, Grid, Reason

_SAME = 85  # similarity (0–100) of a repeated head cell: OCR damages single letters
_LETTERS = 2  # that OCR may change in a head without known words
_LEVELS = 3  # of heads
_MOST = 6  # rows that a header may have: title, three levels, column numbers
_LONG = 160  # a head cell is no paragraph
_GOES_ON = regex.compile(r"\s*[\p{Ll}«„“\"]")
_DIGITS = regex.compile(r"\d")
_WORDS = regex.compile(r"\p{L}")
_YEAR = regex.compile(r"(?:19|20)\d\d(?: (?:г|год|гг|годы))?")
_ROW_NUMBER = regex.compile(r"\s*\d{1,3}(?:\.\d{1,3})*[.)]?\s*")
_ORDINAL = regex.compile(r"\d{1,2}[.)]?$")


@dataclass(frozen=True, slots=True)
class Header:
    rows: int
    reasons: tuple[Reason, ...] = ()


@cache
def meanings(text: str) -> frozenset[str]:
    """What a head means: the column `what` of `header_words.csv` for the longest words that fit."""
    folded = fold(text)
    found = [
        (len(word), row["what"])
        for row in lexicons.rows("header_words")
        if (word := fold(row["word"])) and f" {folded}".find(f" {word[:-1] if len(word) > 4 else word}") >= 0
    ]
    longest = max((n for n, _ in found), default=0)
    return frozenset(what for n, what in found if n == longest)


@cache
def words() -> tuple[str, ...]:
    """The words of column heads, folded, longest first."""
    found = {fold(word) for word in lexicons.words("header_words", "word")}
    return tuple(sorted(found, key=lambda w: (-len(w), w)))


@lru_cache(maxsize=1 << 14)
def fold(text: str) -> str:
    """A head cell for comparison: lower case, ё as е, letters, digits and № (a word of its own) only, single
    spaces.
    """
    text = text.casefold().replace("ё", "е").replace("-\n", "").replace("№", " № ")
    return " ".join(regex.sub(r"[^\p{L}\d№]+", " ", text).split())


def similar(a: str, b: str) -> float:
    """Similarity of two head cells, 0–100."""
    a, b = fold(a), fold(b)
    return 100.0 if a == b else fuzz.ratio(a, b)


def matrix_rows(grid: Grid) -> list[list[str]]:
    """The texts of a grid by row and column; a spanning cell's text at every place it covers."""
    rows = [[""] * grid.n_cols for _ in range(grid.n_rows)]
    for cell in grid.cells:
        for r in range(cell.row, min(cell.row + cell.row_span, grid.n_rows)):
            for c in range(cell.col, min(cell.col + cell.col_span, grid.n_cols)):
                rows[r][c] = cell.text
    return rows


def _top_rows(grid: Grid) -> list[list[Cell]]:
    rows: list[list[Cell]] = [[] for _ in range(min(grid.n_rows, _MOST + 2))]
    for cell in grid.cells:
        if cell.row < len(rows):
            rows[cell.row].append(cell)
    return rows


def is_number_row(texts: Sequence[str]) -> bool:
    """The row of column numbers: 1 2 3 … without a gap (an OCR'd dot behind a number does not matter)."""
    numbers = [t.strip().rstrip(".)") for t in texts if t.strip()]
    return len(numbers) >= 3 and numbers == [str(i) for i in range(1, len(numbers) + 1)]


def _is_title(row: Sequence[Cell], n_cols: int) -> bool:
    """A single text over all columns above the heads: a caption inside the table."""
    filled = [c for c in row if c.text.strip()]
    return n_cols > 1 and len(filled) == 1 and filled[0].col_span >= n_cols


def head_score(row: Sequence[Cell]) -> float:
    """Share of the row's texts that are, or begin with, words of column heads. What begins with a small
    letter or a quote is the rest of a cell that a page break cut, unless the whole row does.
    """
    texts = [fold(c.text) for c in row if c.text.strip()]
    if not texts or any(len(t) > _LONG for t in texts):
        return 0.0
    if _ROW_NUMBER.fullmatch(next(c.text for c in row if c.text.strip())):
        return 0.0  # «1.8» begins a row of the body
    small = [c for c in row if c.text.strip() and _GOES_ON.match(c.text)]
    if len(small) == len(texts) == len(row):
        small = []  # heads that somebody wrote small
    heads = sum(
        1
        for c in row
        if c.text.strip() and _is_head(fold(c.text)) and c not in small and not _is_value(c.text)
    )
    years = sum(1 for t in texts if _YEAR.fullmatch(t))
    return (heads + years) / len(texts) if heads else 0.0


@lru_cache(maxsize=1 << 14)
def _is_value(text: str) -> bool:
    """A value in whose name a word of heads stands: «Гдовский район», «Школа № 5»."""
    return any(p.search(text) for p in _values())


@cache
def _values() -> tuple[regex.Pattern[str], ...]:
    return tuple(regex.compile(row["pattern"]) for row in lexicons.rows("head_values"))


@cache
def _is_head(text: str) -> bool:
    if not text:
        return False
    for word in words():
        if text == word:
            return True
        if len(word) > 2 and (text.startswith(word + " ") or text.endswith(" " + word)):
            return True
        if len(word) > 4 and text.startswith(word[:-1]):  # another number or case: школа, школы
            return True
        if len(word) > 3 and fuzz.ratio(text[: len(word)], word) >= _SAME:
            return True
    return False


def count(grid: Grid, others: Sequence[Grid] = ()) -> Header:
    """How many rows of a table's first piece are its header (0 if it has none), and why.

    `others` are the later pieces of the same table.
    """
    if grid.header_rows == 0:
        return Header(0)
    rows = _top_rows(grid)
    reasons: list[Reason] = []
    n = 0
    if grid.header_rows:
        n = min(grid.header_rows, grid.n_rows)
        reasons.append(Reason("header", "the format marks the header rows"))
    for other in others:
        same = _same_rows(grid, other)
        if same > n:
            n = same
            reasons.append(Reason("header", "the piece repeats it", page=other.page))
    if n == 0:
        title = 0
        while title < len(rows) - 1 and title < 2 and _is_title(rows[title], grid.n_cols):
            title += 1
        head = rows[title] if title < len(rows) else []
        score = head_score(head)
        if score >= 0.5 and len([c for c in head if c.text.strip()]) >= min(2, grid.n_cols):
            n = title + 1
            reasons.append(Reason("header", f"words of column heads ({score:.0%} of the cells)", row=title))
        elif (numbered := _over_number_row(rows, grid.n_cols)) is not None:
            n = numbered
            reasons.append(Reason("header", "stands over the row of column numbers", row=0))
        elif _texts_over_numbers(grid, title):
            n = title + 1
            reasons.append(Reason("header", "texts over columns of numbers", row=title))
    if n:
        n = _with_levels(rows, n, grid)
        texts = [c.text for c in rows[n]] if n < len(rows) else []
        if n < grid.n_rows and is_number_row(texts):
            n += 1
            reasons.append(Reason("header", "row of column numbers", row=n - 1))
    elif rows and is_number_row([c.text for c in rows[0]]) and len(rows[0]) == grid.n_cols >= 3:
        n = 1
        reasons.append(Reason("header", "row of column numbers", row=0))
    return Header(min(n, grid.n_rows), tuple(reasons))


def _with_levels(rows: Sequence[Sequence[Cell]], n: int, grid: Grid) -> int:
    """Extend the header by what its spans say: a head over several columns has sub-heads below it."""
    reach = _reach(rows, n)
    for _ in range(_LEVELS - 1):
        last = rows[reach - 1] if reach <= len(rows) else []
        divided = any(1 < c.col_span < grid.n_cols and c.row_span == 1 for c in last)
        if not divided or reach >= len(rows) or not _are_sub_heads(last, rows[reach]):
            break
        reach = _reach(rows, reach + 1)
    return min(reach, grid.n_rows)


def _reach(rows: Sequence[Sequence[Cell]], n: int) -> int:
    return max((c.row + c.row_span for row in rows[:n] for c in row), default=n) if n else n


def _are_sub_heads(heads: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """The row below a divided head: short texts without leading digits, or with nothing but under it."""
    filled = [c for c in below if c.text.strip()]
    if not filled or any(len(c.text) > _LONG for c in filled):
        return False
    if not any(_DIGITS.match(c.text.strip()) for c in filled):
        return True
    spans = [(c.col, c.col + c.col_span) for c in heads if c.col_span > 1]
    inside = all(any(a <= c.col < b for a, b in spans) for c in filled)
    return inside and len(filled) > 1 and all(regex.search(r"\p{L}|^\d{4}$", c.text) for c in filled)


def _over_number_row(rows: Sequence[Sequence[Cell]], n_cols: int) -> int | None:
    """How many rows of texts stand above a whole row of column numbers, None if there is no such row."""
    for r in range(1, min(len(rows), _LEVELS + 2)):
        texts = [c.text for c in rows[r]]
        if len(texts) == n_cols >= 3 and all(t.strip() for t in texts) and is_number_row(texts):
            heads = [c.text.strip() for row in rows[:r] for c in row if c.text.strip()]
            return r if heads and all(_WORDS.search(t) and len(t) <= _LONG for t in heads) else None
    return None


def _texts_over_numbers(grid: Grid, title: int) -> bool:
    """Row `title` holds short texts (or years, and perhaps nothing in the corner), and a column below it
    holds numbers only, as its head does not.
    """
    rows = matrix_rows(grid) if grid.n_rows <= 400 else matrix_rows(_first_rows(grid, 400))
    if len(rows) < title + 3:
        return False
    head = [t.strip() for t in rows[title]]
    years = [c for c, t in enumerate(head) if _YEAR.fullmatch(fold(t))]
    if not all(head[1:]) or any(len(t) > _LONG for t in head) or (not head[0] and not years):
        return False
    if any(_DIGITS.match(t) or not _WORDS.search(t) for c, t in enumerate(head) if t and c not in years):
        return False
    for c in range(1 if not head[0] else 0, grid.n_cols):
        body = [r[c].strip() for r in rows[title + 1 :] if r[c].strip()]
        numeric = len(body) >= 2 and all(_DIGITS.match(t) for t in body)
        if numeric and not (c in years and any(_YEAR.fullmatch(fold(t)) for t in body)):
            return True
    return False


def _first_rows(grid: Grid, n: int) -> Grid:
    return Grid(tuple(c for c in grid.cells if c.row < n), min(n, grid.n_rows), grid.n_cols)


def _row_texts(rows: Sequence[Sequence[Cell]], r: int) -> dict[int, str]:
    return {c.col: c.text for c in rows[r]}


def _same_row(a: Mapping[int, str], b: Mapping[int, str]) -> bool:
    """Two rows say the same: most cells are alike, and no cell is quite another.

    A column that is empty in one of the rows does not count (it was lost there), as long as most are there.
    """
    mine = {c for c, t in a.items() if t.strip()}
    theirs = {c for c, t in b.items() if t.strip()}
    both = mine & theirs
    if not both or 2 * len(both) < max(len(mine), len(theirs)):
        return False
    scores = [similar(a[c], b[c]) for c in both]
    return sum(scores) / len(scores) >= _SAME and min(scores) >= 60


def _same_letters(a: Mapping[int, str], b: Mapping[int, str]) -> bool:
    """No cell differs by more than a letter or two: long names of two schools are alike, and not the same."""
    return all(Levenshtein.distance(fold(a[c]), fold(b[c])) <= _LETTERS for c in a.keys() & b.keys())


def _same_rows(first: Grid, other: Grid) -> int:
    """How many leading rows of two pieces are alike, and look like a header (no running number in them)."""
    mine, theirs = _top_rows(first), _top_rows(other)
    n = 0
    while n < min(len(mine), len(theirs), _MOST):
        a, b = _row_texts(mine, n), _row_texts(theirs, n)
        if not _same_row(a, b):
            break
        first_text = a[min(a)].strip() if a else ""
        if n == 0 and _ORDINAL.match(first_text) and not is_number_row(list(a.values())):
            break  # two pieces that begin with the same row of data repeat no header
        if not (is_number_row(list(a.values())) or head_score(mine[n]) >= 0.5) and (
            not _under_spans(mine, n) if n else not _same_letters(a, b)
        ):
            break  # the first row of data happens to be the same, or names of schools are alike
        n += 1
    return n


def _under_spans(rows: Sequence[Sequence[Cell]], r: int) -> bool:
    """Row r lies under a head that spans several columns, or is spanned by one from above."""
    return any(c.row + c.row_span > r or c.col_span > 1 for row in rows[:r] for c in row)


def repeated_inside(first: Grid, header_rows: int, piece: Grid) -> list[int]:
    """Rows of a piece, below its top, at which the whole header begins again."""
    mine = _top_rows(first)[:header_rows]
    if not mine or len([c for c in mine[0] if c.text.strip()]) < 2 or piece.n_rows <= header_rows:
        return []
    heads = {(c.col, c.text) for c in mine[0] if c.text.strip()}
    candidates = sorted({c.row for c in piece.cells if c.row > 0 and (c.col, c.text) in heads})
    if not candidates:
        return []
    wanted = {r + k for r in candidates for k in range(header_rows)}
    rows: dict[int, dict[int, str]] = {}
    for cell in piece.cells:
        if cell.row in wanted:
            rows.setdefault(cell.row, {})[cell.col] = cell.text
    found: list[int] = []
    for r in candidates:
        whole = all(_same_row(_row_texts(mine, k), rows.get(r + k, {})) for k in range(header_rows))
        if (
            whole
            and (r >= header_rows if piece is first else True)
            and (not found or r >= found[-1] + header_rows)
        ):
            found.append(r)
    return found


def repeated(first: Grid, header_rows: int, piece: Grid) -> int:
    """How many leading rows of a later piece repeat the header of the first (all of it, or its last rows
    only).

    Word repeats the header; some programs repeat only the row of column numbers.
    """
    mine, theirs = _top_rows(first), _top_rows(piece)
    for start in range(header_rows):
        n = 0
        while (
            start + n < header_rows
            and start + n < len(mine)
            and n < len(theirs)
            and _same_row(_row_texts(mine, start + n), _row_texts(theirs, n))
        ):
            n += 1
        if start + n == header_rows or (n and start == 0):
            return _with_levels(theirs, n, piece) if n <= len(theirs) and n < header_rows else n
    if theirs and is_number_row(list(_row_texts(theirs, 0).values())) and len(theirs[0]) >= 3:
        return 1
    return 0
