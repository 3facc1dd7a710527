"""Characters become words, words lines, lines the text of a cell or a block.

Works on the frame of the text itself: `u` along the line, `base` and `size` across it, so that text turned
by quarter turns is read like upright text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import regex

from pipeline import lexicons
from pipeline.extractors.pdf_objects import Ints
from pipeline.extractors.pdf_read import Chars
from pipeline.extractors.pdf_settings import SETTINGS
from pipeline.model import BBox
from pipeline.normalizers import morphology

_LAST_LETTERS, _FIRST_LETTERS = regex.compile(r"(?<!\p{L})\p{L}++$"), regex.compile(r"\p{L}++(?![).])")
_SPACE = 0.4  # of the size: the widest space of usual fonts
_WRAPS = 5  # line ends that show a producer's habit
_DRAWN = 0.2  # of them have a space: others draw none at all, and in narrow columns most words are cut


@dataclass(slots=True)
class Word:
    """A run of characters without a gap. `cell` is what the caller sorted it into, `box` in the reading
    frame.
    """

    text: str
    u0: float
    u1: float
    base: float
    size: float
    turn: int
    cell: int
    box: BBox
    space: bool  # a space is drawn before it

    @property
    def v0(self) -> float:
        return self.base - SETTINGS.ascent * self.size

    @property
    def v1(self) -> float:
        return self.base + SETTINGS.descent * self.size


@dataclass(slots=True)
class Line:
    """Words on one baseline, in reading order. `v0`, `v1`: the extent across; `box`: in the reading frame."""

    words: list[Word]
    v0: float
    v1: float
    box: BBox

    @property
    def text(self) -> str:
        return line_text(self.words)

    @property
    def size(self) -> float:
        return max(w.size for w in self.words)

    @property
    def base(self) -> float:
        return max(self.words, key=lambda w: (w.size, len(w.text))).base


def line_of(found: list[Word]) -> Line:
    """A line of words that are already in order."""
    return Line(found, min(w.v0 for w in found), max(w.v1 for w in found), around([w.box for w in found]))


def around(boxes: Sequence[BBox]) -> BBox:
    """The box around boxes."""
    if len(boxes) == 1:
        return boxes[0]
    x0, top, x1, bottom = zip(*boxes, strict=True)
    return (min(x0), min(top), max(x1), max(bottom))


def words(chars: Chars, cell: Ints) -> list[Word]:
    """The words of a page in content order; a word never crosses from one cell into another."""
    n = len(chars)
    if not n:
        return []
    size = np.maximum(chars.size[1:], chars.size[:-1])
    gap = chars.u0[1:] - chars.u1[:-1]
    breaks = np.ones(n + 1, dtype=bool)
    breaks[1:-1] = (
        chars.space[1:]
        | (chars.turn[1:] != chars.turn[:-1])
        | (cell[1:] != cell[:-1])
        | (np.abs(chars.base[1:] - chars.base[:-1]) > 0.2 * size)
        | (gap > SETTINGS.word_gap * size)
        | (gap < -0.5 * size)
    )
    edges = np.flatnonzero(breaks)
    start, end = edges[:-1], edges[1:]
    u0 = np.minimum.reduceat(chars.u0, start)
    u1 = np.maximum.reduceat(chars.u1, start)
    low = np.minimum.reduceat(chars.boxes[:, :2], start, axis=0)
    high = np.maximum.reduceat(chars.boxes[:, 2:], start, axis=0)
    boxes = map(tuple, np.hstack((low, high)).tolist())
    columns = (
        u0.tolist(),
        u1.tolist(),
        chars.base[start].tolist(),
        np.maximum.reduceat(chars.size, start).tolist(),
        chars.turn[start].tolist(),
        cell[start].tolist(),
        boxes,
        chars.space[start].tolist(),
    )
    texts = [chars.text[a:b] for a, b in zip(start.tolist(), end.tolist(), strict=True)]
    return [Word(*fields) for fields in zip(texts, *columns, strict=True)]


def lines(found: Sequence[Word]) -> list[Line]:
    """Words (of one turn) gathered into lines, from the top; the words of a line from left to right.

    A word belongs to a line when half of the lower of the two overlaps (exponents and indices do).
    """
    if not found:
        return []
    if len(found) == 1:
        return [line_of(list(found))]
    base = found[0].base
    if all(abs(w.base - base) < 0.1 for w in found):
        return [line_of(sorted(found, key=lambda w: w.u0))]
    made: list[_Growing] = []
    for word in sorted(found, key=lambda w: (w.base, w.u0)):
        v0, v1 = word.v0, word.v1
        line = made[-1] if made else None
        if line is not None and len(made) > 1 and not _overlaps(line, v0, v1) and _overlaps(made[-2], v0, v1):
            line = made[-2]
        if line is not None and _overlaps(line, v0, v1):
            line.words.append(word)
            if v1 - v0 > line.v1 - line.v0:
                line.v0, line.v1 = v0, v1
        else:
            made.append(_Growing([word], v0, v1))
    for line in made:
        line.words.sort(key=lambda w: w.u0)
    return [Line(line.words, line.v0, line.v1, around([w.box for w in line.words])) for line in made]


@dataclass(slots=True)
class _Growing:
    words: list[Word]
    v0: float
    v1: float


def _overlaps(line: _Growing, v0: float, v1: float) -> bool:
    common = min(line.v1, v1) - max(line.v0, v0)
    return common >= 0.5 * min(line.v1 - line.v0, v1 - v0)


def line_text(found: Sequence[Word]) -> str:
    """The words of a line; a wide gap becomes a tab."""
    parts = [found[0].text]
    for before, word in pairwise(found):
        gap, size = word.u0 - before.u1, max(word.size, before.size)
        if gap > SETTINGS.tab_gap * size:
            parts.append("\t")
        elif gap > SETTINGS.word_gap * size or (word.space and gap > 0):
            parts.append(" ")
        parts.append(word.text)
    return "".join(parts)


def cell_text(found: Sequence[Word], inner: tuple[float, float] | None = None) -> str:
    """The text of a cell: its lines joined with line breaks; text in other directions follows.

    `inner` is the extent of the cell along its lines, given where the producer draws a space at each line
    end: a word that was too long for the cell and was cut without one is joined again.
    """
    if len(found) == 1:
        return found[0].text
    base = found[0].base
    if all(w.base == base for w in found) and all(w.turn == found[0].turn for w in found):
        return line_text(sorted(found, key=lambda w: w.u0)).replace("\t", " ")
    turns = {w.turn for w in found}
    if len(turns) == 1:
        return _joined(lines(found), inner)
    count = {t: sum(len(w.text) for w in found if w.turn == t) for t in turns}
    parts = [cell_text([w for w in found if w.turn == t]) for t in sorted(turns, key=lambda t: -count[t])]
    return "\n".join(parts)


def _joined(rows: Sequence[Line], inner: tuple[float, float] | None) -> str:
    text = rows[0].text.replace("\t", " ")
    left = min(w.u0 for r in rows for w in r.words)
    for above, line in pairwise(rows):
        is_last = line is rows[-1] and len(line.words) == 1
        cut = inner is not None and _is_cut_word(above, line, inner, left, is_last=is_last)
        text += ("" if cut else "\n") + line.text.replace("\t", " ")
    return text


def _is_cut_word(above: Line, line: Line, inner: tuple[float, float], left: float, *, is_last: bool) -> bool:
    """A line of one word that fills the cell, no space after it, and a small letter next: the word was
    cut.
    """
    word, rest = above.words[0], line.words[0]
    are_letters = word.text[-1].isalpha() and rest.text[0].islower()
    are_digits = word.text.isdigit() and rest.text.isdigit()
    if len(above.words) > 1 or rest.space or not (are_letters or are_digits):
        return False
    width = word.u1 - word.u0
    room = (inner[1] - inner[0]) - 2 * (left - inner[0]) - width
    if room > 1.4 * width / len(word.text):
        return False  # the next letter had room: another paragraph
    # where even a space has no room, its absence says nothing: then the words themselves must show it
    is_whole = len(line.words) > 1 or rest.u1 - rest.u0 < 0.7 * (width + room)
    return room > _SPACE * word.size or _is_one_word(word.text, rest.text, is_last=is_last, is_whole=is_whole)


def _is_one_word(first: str, rest: str, *, is_last: bool, is_whole: bool) -> bool:
    """The rest is an ending and no word, or only both together are a word of the dictionary. `is_last`: the
    rest ends the cell's text; `is_whole`: it does not fill its line.
    """
    left, right = _LAST_LETTERS.search(first), _FIRST_LETTERS.match(rest)
    if left is None or right is None:
        return False
    if right[0] in lexicons.words("word_rests", "rest"):
        return True
    if not morphology.known(right[0]) and (is_whole or not morphology.known(left[0])):
        return True  # «Подгорне|нская»; a rest that fills its line may have been cut as well
    if len(rest) == 1 and is_last and morphology.known(left[0] + right[0]):
        return True  # «министерств|а»: no text ends with a conjunction or preposition
    return not morphology.known(left[0]) and morphology.known(left[0] + right[0])


def draws_spaces(chars: Chars, cell: Ints) -> bool:
    """Whether the producer draws a space at the end of a line that goes on (Word and LibreOffice do)."""
    wraps = (cell[1:] == cell[:-1]) & (cell[1:] >= 0) & (chars.turn[1:] == chars.turn[:-1])
    wraps &= np.abs(chars.base[1:] - chars.base[:-1]) > 0.5 * chars.size[1:]
    count = int(np.count_nonzero(wraps))
    return count >= _WRAPS and bool(np.count_nonzero(chars.space[1:] & wraps) >= _DRAWN * count)
