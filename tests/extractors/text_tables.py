"""Writes matrices of words as text tables in the notations in which orders arrive (for the tests of the
readers).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

Matrix = list[list[str]]

STYLES = {
    # horizontal, vertical, then nine junctions: top, middle, bottom, each left, inner, right
    "light": "─│┌┬┐├┼┤└┴┘",
    "double": "═║╔╦╗╠╬╣╚╩╝",
    "mixed": "─║╓╥╖╟╫╢╙╨╜",
    "ascii": "-|+++++++++",
    "cp1251": "-¦-T¬+++L+-",  # what Windows makes of the code page 866
    "dashes": "—|———————————",
}


@dataclass(frozen=True)
class Span:
    row: int
    col: int
    rows: int
    cols: int
    text: str


def words(least: int = 1, most: int = 12) -> st.SearchStrategy[str]:
    """One Russian word, capitalised, without a number."""
    return st.text("абвгдежзиклмнопрстуфхцчшэюя", min_size=least, max_size=most).map(str.capitalize)


def texts() -> st.SearchStrategy[str]:
    return st.lists(words(2, 10), min_size=1, max_size=4).map(" ".join)


def matrices(least_rows: int = 3, least_cols: int = 3) -> st.SearchStrategy[Matrix]:
    """3–6 rows of 3–5 texts, the first of a body row its number."""

    def numbered(rows: Matrix) -> Matrix:
        return [["№", *rows[0][1:]]] + [[f"{i}.", *row[1:]] for i, row in enumerate(rows[1:], 1)]

    return st.integers(least_cols, 5).flatmap(
        lambda n: st.lists(st.lists(texts(), min_size=n, max_size=n), min_size=least_rows, max_size=6).map(
            numbered
        )
    )


def wrapped(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines or [""]


def box(spans: Sequence[Span], n_rows: int, n_cols: int, style: str, width: int = 12) -> str:
    """A drawn table of spanning cells; texts wrap at their cell's width."""
    horizontal, vertical, *_ = STYLES[style]
    heights = [1] * n_rows
    for span in spans:
        room = span.cols * (width + 3) - 3
        lines = len(wrapped(span.text, room))
        last = span.row + span.rows - 1
        missing = lines - sum(heights[span.row : last + 1]) - (span.rows - 1)
        heights[last] += max(0, missing)
    tops = [0]
    for height in heights:
        tops.append(tops[-1] + height + 1)
    lefts = [c * (width + 3) for c in range(n_cols + 1)]
    page = [[" "] * (lefts[-1] + 1) for _ in range(tops[-1] + 1)]
    arms: dict[tuple[int, int], set[str]] = {}
    for span in spans:
        top, bottom = tops[span.row], tops[span.row + span.rows]
        left, right = lefts[span.col], lefts[span.col + span.cols]
        for y in (top, bottom):
            for x in range(left, right + 1):
                arms.setdefault((y, x), set()).update(
                    {"r"} if x < right else set(), {"l"} if x > left else set()
                )
        for x in (left, right):
            for y in range(top, bottom + 1):
                arms.setdefault((y, x), set()).update(
                    {"d"} if y < bottom else set(), {"u"} if y > top else set()
                )
        for i, line in enumerate(wrapped(span.text, right - left - 3)):
            page[top + 1 + i][left + 2 : left + 2 + len(line)] = line
    for (y, x), arm in arms.items():
        if arm == {"l", "r"}:
            page[y][x] = horizontal
        elif arm == {"u", "d"}:
            page[y][x] = vertical
        else:
            page[y][x] = _junction(arm, style)
    return "\n".join("".join(line).rstrip() for line in page)


def _junction(arm: set[str], style: str) -> str:
    _, _, tl, t, tr, ml, m, mr, bl, b, br = STYLES[style][:11]
    return {
        "dr": tl, "dlr": t, "dl": tr, "dru": ml, "dlru": m, "dlu": mr, "ru": bl, "lru": b, "lu": br,
    }["".join(sorted(arm))]  # fmt: skip


def plain_box(rows: Matrix, style: str, *, ruled: bool = True) -> str:
    """A drawn table without spans; `ruled`: a rule under each row, else under the header only."""
    spans = [Span(r, c, 1, 1, text) for r, row in enumerate(rows) for c, text in enumerate(row)]
    lines = box(spans, len(rows), len(rows[0]), style).split("\n")
    if ruled:
        return "\n".join(lines)
    vertical = STYLES[style][1]
    rules = [i for i, line in enumerate(lines) if vertical + " " not in line]
    return "\n".join(line for i, line in enumerate(lines) if i not in rules[2:-1])


def tabs(rows: Matrix) -> str:
    return "\n".join("\t".join(row) for row in rows)


def pipes(rows: Matrix) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def markdown(rows: Matrix) -> str:
    lines = pipes(rows).split("\n")
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def separated(rows: Matrix, delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()
