"""Heads on several levels over columns that spaces make: which head stands over which columns.

A head over several columns is often centred over them, across the gap that parts them. So the columns are
taken from the lines of the body, and each head goes to the columns that it overlaps, or that lie nearest to
it where they have sub-heads.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline import levels
from pipeline.extractors import text_lines, text_rows
from pipeline.extractors.text_marks import is_rule
from pipeline.model import Cell

_MOST = 3  # lines of heads: one a level
_FEWEST = 2  # lines of the body that show the columns
_AHEAD = 40


@dataclass(frozen=True, slots=True)
class Heads:
    """The cells of the heads, how many lines they take, and the body's columns (start, end) in characters."""

    cells: tuple[Cell, ...]
    lines: int
    cuts: tuple[tuple[int, int], ...]


def read(lines: Sequence[str], start: int) -> Heads | None:
    """The heads that begin at line `start`, None unless they stand on two or three levels, a line each."""
    body = next((i for i in range(start + 2, min(start + _MOST + 1, len(lines))) if _is_body(lines[i])), None)
    if body is None or any(not line.strip() or is_rule(line) for line in lines[start:body]):
        return None
    shown = [line for line in _until_blank(lines[body : body + _AHEAD]) if text_lines.has_gap(line)]
    if len(shown) < _FEWEST:
        return None
    heads = [_chunks(line) for line in lines[start:body]]
    columns = _columns(shown)
    rows = _fields(heads, columns)
    cells = levels.placed(rows, len(columns)) if rows is not None else None
    if cells is None:
        return None
    starts = [0, *(a for a, _ in columns[1:]), 1 << 30]
    return Heads(tuple(cells), body - start, tuple(itertools.pairwise(starts)))


def _is_body(line: str) -> bool:
    chunks = text_lines.CHUNK.findall(line)
    return len(chunks) > 1 and text_rows.is_number(chunks[0])


def _until_blank(lines: Sequence[str]) -> list[str]:
    end = next((i for i, line in enumerate(lines) if not line.strip()), len(lines))
    return list(lines[:end])


def _chunks(line: str) -> list[tuple[int, int, str]]:
    return [(m.start(), m.end(), m.group()) for m in text_lines.CHUNK.finditer(line)]


def _columns(body: Sequence[str]) -> list[tuple[int, int]]:
    """Where the text of each column lies: between gaps of two spaces that all lines leave free."""
    taken = sorted((a, b) for line in body for a, b, _ in _chunks(line))
    columns: list[tuple[int, int]] = []
    for a, b in taken:
        if columns and a < columns[-1][1] + 2:
            columns[-1] = (columns[-1][0], max(b, columns[-1][1]))
        else:
            columns.append((a, b))
    return columns


def _fields(
    heads: Sequence[Sequence[tuple[int, int, str]]], columns: Sequence[tuple[int, int]]
) -> list[list[str]] | None:
    """The texts of each level by column, as if the fields under a merged head were empty."""
    rows: list[list[str]] = []
    deeper = [False] * len(columns)
    for chunks in reversed(heads):
        owner = _owners(chunks, columns, deeper)
        row = [
            chunks[i][2] if i is not None and (c == 0 or owner[c - 1] != i) else ""
            for c, i in enumerate(owner)
        ]
        if [t for t in row if t] != [t for _, _, t in chunks]:
            return None  # two heads over one column, or one that stands nowhere
        rows.insert(0, row)
        deeper = [a or o is not None for a, o in zip(deeper, owner, strict=True)]
    return rows


def _owners(
    chunks: Sequence[tuple[int, int, str]], columns: Sequence[tuple[int, int]], deeper: Sequence[bool]
) -> list[int | None]:
    """The head over each column: the one above it; over a column with sub-heads also one beside it that
    stands over sub-heads, on the left where heads stand at the left of their columns, else the nearest.
    """
    over = [[i for i, chunk in enumerate(chunks) if _distance(chunk, column) < 0] for column in columns]
    over = [
        [min(found, key=lambda i: _distance(chunks[i], columns[c]))] if found else []
        for c, found in enumerate(over)
    ]
    single = {found[0] for c, found in enumerate(over) if found and not deeper[c]}
    starts = {a for a, _ in columns}
    at_left = all(chunk[0] in starts for chunk in chunks)
    owner: list[int | None] = []
    for c, column in enumerate(columns):
        beside = [i for i in range(len(chunks)) if i not in single]
        if over[c]:
            owner.append(over[c][0])
        elif not deeper[c] or not beside:
            owner.append(None)
        elif at_left:
            owner.append(max((i for i in beside if chunks[i][0] <= column[0]), default=beside[0]))
        else:
            owner.append(min(beside, key=lambda i: _distance(chunks[i], column)))
    return owner


def _distance(chunk: tuple[int, int, str], column: tuple[int, int]) -> int:
    """Characters between a head and a column; less than 0 where they overlap."""
    return max(chunk[0], column[0]) - min(chunk[1], column[1])
