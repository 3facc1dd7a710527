"""Columns made by spaces that do not stand under one another.

A converter of PDF sets letters of different widths on a grid of characters, so that a column begins a little
further left or right from line to line, and its longest lines leave a single space before the next one. The
heads, or the table on the page before, say how many columns there are; the lines that have all of them say
where each begins; the texts of the other lines go, in their order, to the columns that begin nearest.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from pipeline import levels
from pipeline.extractors import text_lines, text_rows
from pipeline.model import Grid

_FEWEST = 3  # lines with all columns
_HEADS = 0.8  # share of column heads that are known words
_MANY = 0.3  # share of the lines with a number
_REACH = 3  # characters that a column may begin further left or right than in any line with all columns
_LEAST = 4  # characters between two columns
_OVER = 4  # characters that a text may reach into the next column
_MOST = 0.8  # share of values that makes a column's content
_WORD = regex.compile(r"(?<= )\S")
Text = tuple[int, str]  # first character, text


@dataclass(frozen=True, slots=True)
class Drifting:
    """`bounds`: for each column the first character of its leftmost and of its rightmost beginning; `kinds`:
    what its values look like.
    """

    bounds: tuple[tuple[int, int], ...]
    kinds: tuple[frozenset[str], ...]

    @property
    def n_cols(self) -> int:
        return len(self.bounds)

    def cut(self, line: str) -> tuple[str, ...] | None:
        """The texts of a line by column; None if one lies over several columns."""
        texts = _texts(line)
        if not texts or len(texts) > self.n_cols:
            return None
        texts = self._split(texts)
        at = self._assigned([x for x, _ in texts])
        if at is None:
            return None
        result = [""] * self.n_cols
        for (x, text), c in zip(texts, at, strict=True):
            if c + 1 < self.n_cols and x + len(text) > self.bounds[c + 1][1] + _OVER:
                return None
            result[c] = text
        return tuple(result)

    def _split(self, texts: Sequence[Text]) -> list[Text]:
        """Texts with a single space between them parted where the next column begins: on a line that begins a
        numbered row, where the whole would reach far into it, or the right one looks like its values.
        """
        numbered = text_rows.is_number(texts[0][1].split(" ", 1)[0]) and texts[0][0] <= self.bounds[0][1]
        parted: list[Text] = []
        for i, (x, text) in enumerate(texts):
            end = texts[i + 1][0] if i + 1 < len(texts) else 1 << 30
            for c in range(1, self.n_cols):
                low, high = self.bounds[c]
                if x >= low - _REACH or x + len(text) <= low or end <= high + _REACH:
                    continue  # it begins here or further right, ends before, or the next text stands here
                words = [
                    m.start() for m in _WORD.finditer(text) if low - _REACH <= x + m.start() <= high + _REACH
                ]
                if not words:
                    continue
                at = min(words, key=lambda w: abs(x + w - (low + high) / 2))
                right = text[at:]
                heads = text_lines.head_score([text[:at].rstrip()]) + text_lines.head_score([right])
                inside = x >= self.bounds[1][0] - _REACH and x + len(text) > high + _OVER  # no heading
                if numbered or inside or self.kinds[c] & levels.kinds(right) or heads == 2:
                    parted.append((x, text[:at].rstrip()))
                    x, text = x + at, right
            parted.append((x, text))
        return parted

    def _assigned(self, starts: Sequence[int]) -> list[int] | None:
        """The columns of texts that begin so, in their order, at the least distance in all; None if one
        begins further than half the way to the next column from any.
        """
        n, width = len(starts), self.n_cols
        best: list[tuple[int, list[int]]] = [(0, [])]
        for i in range(n):
            options: list[tuple[int, list[int]]] = []
            for cost, chosen in best:
                first = chosen[-1] + 1 if chosen else 0
                for c in range(first, width - (n - 1 - i)):
                    low, high = self.bounds[c]
                    away = max(low - starts[i], starts[i] - high, 0)
                    if away <= self._reach(c, left=starts[i] < low):
                        options.append((cost + away, [*chosen, c]))
            options.sort(key=lambda o: o[0])
            best = options[: width * 2]
        return best[0][1] if best and len(best[0][1]) == n else None

    def _reach(self, c: int, *, left: bool) -> int:
        """How far from column `c` a text of it may begin."""
        other = c - 1 if left else c + 1
        if not 0 <= other < self.n_cols:
            return _REACH if left else 1 << 30
        gap = self.bounds[c][0] - self.bounds[other][1] if left else self.bounds[other][0] - self.bounds[c][1]
        return max(_REACH, gap // 2)


def columns(lines: Sequence[str], before: Sequence[Grid]) -> Drifting | None:
    """The columns of a table whose heads, or whose first row after a table of this file, begin `lines`; None
    if too few lines have them all.
    """
    first = _texts(lines[0])
    headed = text_lines.head_score([t for _, t in first]) >= _HEADS
    if len(first) < 2 or not (headed or (before and text_rows.is_number(first[0][1]))):
        return None
    body = [texts for line in lines[headed:] if (texts := _texts(line)) and not _is_head(texts)]
    n = max(len(first), _of_rows(body)) if headed else before[-1].n_cols
    whole = [texts for texts in body if len(texts) == n]
    if len(whole) < _FEWEST:
        if not headed or n != len(first) or len(first) < _FEWEST:
            return None
        whole = [first, *whole]  # the heads stand over their columns
    bounds = tuple((min(t[c][0] for t in whole), max(t[c][0] for t in whole)) for c in range(n))
    if any(b[0] - a[1] < _LEAST for a, b in itertools.pairwise(bounds) if a is not bounds[0]):
        return None
    kinds = [[levels.kinds(t[c][1]) for t in whole] for c in range(n)]
    usual = tuple(
        frozenset(k for k in frozenset().union(*column) if sum(k in x for x in column) >= _MOST * len(column))
        for column in kinds
    )
    return Drifting(bounds, usual)


def _of_rows(body: Sequence[Sequence[Text]]) -> int:
    """How many texts many of the lines have that begin with a number."""
    counts = Counter(len(texts) for texts in body if text_rows.is_number(texts[0][1]))
    many = max(_FEWEST, _MANY * counts.total())
    return max((n for n, lines in counts.items() if lines >= many), default=0)


def _texts(line: str) -> list[Text]:
    return [(m.start(), m.group()) for m in text_lines.CHUNK.finditer(line)]


def _is_head(texts: Sequence[Text]) -> bool:
    return text_lines.head_score([t for _, t in texts]) >= _HEADS and not text_rows.is_number(texts[0][1])
