"""A written order as text in the manners of legal databases, of Markdown and of a browser's clipboard."""

from __future__ import annotations

import random
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.labelled.parts import TableRows
from benchmarks.labelled.writing import Page

_LINE = 118  # characters
_WORN = 0.02  # share of marks that are lost


def _widths(table: TableRows, rules: int) -> list[int]:
    """Widths of the columns in characters; `rules` are taken by what stands between two columns."""
    n = max(len(r) for r in table.rows)
    narrow = 6 if table.rows[0][0].startswith("№") else 0
    rest = (_LINE - narrow) // (n - bool(narrow)) - rules
    return [narrow or rest, *[rest] * (n - 1)]


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False) or [""]


def _box_row(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [f"│{'│'.join(line)}│" for line in _lines(cells, widths)]


def _lines(cells: Sequence[str], widths: Sequence[int]) -> list[list[str]]:
    """The row's lines, each with a piece of every cell."""
    columns = [_wrapped(t, w) for t, w in zip(cells, widths, strict=True)]
    return [
        [(c[i] if i < len(c) else "").ljust(w) for c, w in zip(columns, widths, strict=True)]
        for i in range(max(map(len, columns)))
    ]


def boxes(table: TableRows) -> list[str]:
    """Drawn with box characters; merged groups have no rule inside, wide rows no bars."""
    widths = _widths(table, 1)
    whole = sum(widths) + len(widths) - 1
    wide = [k in ("section", "total") for k in table.kinds]
    lines = []
    for r, row in enumerate(table.rows):
        goes_on = r > 0 and table.kinds[r] == table.kinds[r - 1] == "row" and not any(row[: table.merged])
        left = "│" if goes_on and table.merged else "├" if r else "┌"
        rule = left
        for c, width in enumerate(widths):
            inside = goes_on and c < table.merged
            rule += " " * width if inside else "─" * width
            if c + 1 < len(widths):
                up, down = r > 0 and not wide[r - 1], not wide[r]
                cross = "┼" if up and down else "┴" if up else "┬" if down else "─"
                rule += ("│" if c + 1 < table.merged else "├") if inside else cross
        lines.append(rule + ("┤" if r else "┐"))
        if wide[r]:
            lines += ["│" + t.ljust(whole) + "│" for t in _wrapped(row[0], whole)]
        else:
            lines += _box_row(row, widths)
    low = "─" if wide[-1] else "┴"
    return [*lines, "└" + low.join("─" * w for w in widths) + "┘"]


def worn(table: TableRows) -> list[str]:
    """The same in ASCII as recognition reads it: one mark of fifty is another or missing."""
    rng = random.Random(len(table.rows))
    return ["".join(_worn(c, rng) for c in line) for line in boxes(table)]


def _worn(char: str, rng: random.Random) -> str:
    if char == "│":
        return "|" if rng.random() > _WORN else rng.choice(" ¦!Il")
    if char == "─":
        return "-" if rng.random() > _WORN else rng.choice(" —_=~")
    if char in "┌┐└┘├┤┬┴┼":
        return "+" if rng.random() > _WORN else rng.choice("-|t")
    return char


def pipes(table: TableRows) -> list[str]:
    """Markdown: a line per row, merged cells empty."""
    lines = ["| " + " | ".join(row) + " |" for row in table.rows]
    return [lines[0], "|" + "---|" * len(table.rows[0]), *lines[1:]]


def dense(table: TableRows) -> list[str]:
    """Columns by spaces, wrapped; no empty lines."""
    return [line for line in spaces(table) if line]


def spaces(table: TableRows) -> list[str]:
    """Columns by spaces, wrapped; an empty line between rows."""
    widths = [w - 2 for w in _widths(table, 1)]
    lines: list[str] = []
    for r, row in enumerate(table.rows):
        if table.kinds[r] in ("section", "total"):
            lines += [*_wrapped(row[0], _LINE), ""]
            continue
        lines += ["   ".join(line).rstrip() for line in _lines(row, widths)]
        lines.append("")
    return lines


def tight(table: TableRows) -> list[str]:
    """Columns as wide as their longest value, one space between them; a line per row."""
    inner = [
        row for row, kind in zip(table.rows, table.kinds, strict=True) if kind not in ("section", "total")
    ]
    widths = [max(len(row[c]) for row in inner) for c in range(len(table.rows[0]))]
    return [
        row[0] if kind in ("section", "total") else " ".join(map(str.ljust, row, widths)).rstrip()
        for row, kind in zip(table.rows, table.kinds, strict=True)
    ]


def clipboard(table: TableRows) -> list[str]:
    """As a browser copies it: tabs, and nothing where a merged cell covers."""
    lines = []
    for row, kind in zip(table.rows, table.kinds, strict=True):
        if kind in ("section", "total"):
            lines.append(row[0])
        elif kind == "row" and table.merged and not any(row[: table.merged]):
            lines.append("\t".join(row[table.merged :]))
        else:
            lines.append("\t".join(row))
    return lines


def maker(draw: Callable[[TableRows], list[str]]) -> Callable[[Path, Sequence[Page]], None]:
    """Writes an order whose tables `draw` draws."""

    def make(path: Path, pages: Sequence[Page]) -> None:
        lines: list[str] = []
        for page in pages:
            lines += page.lines
            if page.table is not None:
                lines += ["", *draw(page.table), ""]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    return make


TEXT_MAKERS = {draw.__name__: maker(draw) for draw in (boxes, worn, pipes, spaces, dense, tight, clipboard)}
