"""The text of the cells of a ruled table: each cell read alone, then held against a reading of the page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.extractors import scan_engine
from pipeline.extractors.scan_engine import Picture, Word
from pipeline.extractors.scan_picture import Page
from pipeline.extractors.scan_rules import Ruled, Slot
from pipeline.extractors.scan_settings import SETTINGS

_NUMBER = re.compile(r"\d[\d.,/\-–]*")
_NUMERALS = "0123456789.,/-"
_BORDER = 12  # pixels of paper around what the engine gets
_MARKS = re.compile(r"[`'‘’|\\/^°}{_<>=~*‹›]+")
_READABLE = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands in a cell: text, confidence 0–1, other readings."""

    text: str
    confidence: float | None = None
    others: tuple[str, ...] = ()


def read_cells(page: Page, table: Ruled, whole: Sequence[Word]) -> list[Reading]:
    """The reading of each slot of a table; `whole` are the words of the reading of the page."""
    first = [_words(page, slot) for slot in table.slots]
    texts = [scan_engine.text_of(found) for found in first]
    scores = [score(found) for found in first]
    second = _by_slot(table, whole)
    numbers = _number_columns(table, texts)
    readings = []
    for i, slot in enumerate(table.slots):
        worst = min((w.score for w in first[i]), default=0.0)
        reading = _compared(texts[i], scores[i], worst, second[i])
        alone = slot.col in numbers and slot.col_span == 1 and slot.row > 0
        if alone and texts[i] and not _NUMBER.fullmatch(texts[i]):
            reading = _as_number(page, slot, reading, scores[i])
        readings.append(reading)
    return readings


def inside(page: Page, slot: Slot) -> Picture:
    """The picture of a cell without its rules, with a border of paper; empty if there is no ink.

    Rules are cut off, never erased: erasing eats the feet of letters that touch them.
    """
    x0, top, x1, bottom = slot.box
    margin = max(1, round(SETTINGS.cell_margin * page.scale))
    grey, ink = page.grey[top:bottom, x0:x1], page.ink[top:bottom, x0:x1]
    a, b = _edges(ink, 1, margin, page.scale)
    c, d = _edges(ink, 0, margin, page.scale)
    grey, ink = grey[a:b, c:d], ink[a:b, c:d]
    if not _has_text(ink, page.scale):
        return np.empty((0, 0), dtype=np.uint8)
    return np.pad(grey, _BORDER, constant_values=255)


def _edges(ink: Picture, axis: int, margin: int, scale: float) -> tuple[int, int]:
    """Where the paper of a cell begins and ends along one direction: past the rules at both sides."""
    share = (ink > 0).mean(axis=axis) if ink.size else np.zeros(0)
    length = len(share)
    reach = min(round(SETTINGS.rule_thick * scale), length // 4)
    head, tail = share[:reach], share[::-1][:reach]
    start = int(np.flatnonzero(head > 0.4)[-1]) + 1 if (head > 0.4).any() else 0
    end = int(np.flatnonzero(tail > 0.4)[-1]) + 1 if (tail > 0.4).any() else 0
    return min(start + margin, length), max(length - end - margin, 0)


def _has_text(ink: Picture, scale: float) -> bool:
    """Ink of the size of a full stop at least."""
    if min(ink.shape) < 4:
        return False
    return bool(np.count_nonzero(ink) >= (SETTINGS.dot * 2 * scale) ** 2)


def _words(page: Page, slot: Slot) -> list[Word]:
    return scan_engine.words(inside(page, slot), "block")


def score(found: Sequence[Word]) -> float:
    """Percent: the mean of the words' confidences, weighted by length and drawn to the worst."""
    if not found:
        return 0.0
    mean = sum(w.score * len(w.text) for w in found) / sum(len(w.text) for w in found)
    return (mean + min(w.score for w in found)) / 2


def _by_slot(table: Ruled, whole: Sequence[Word]) -> list[str]:
    """The words of the page's reading in each slot."""
    xs, ys = np.array(table.xs), np.array(table.ys)
    owner = np.full((len(ys) - 1, len(xs) - 1), -1)
    for i, slot in enumerate(table.slots):
        owner[slot.row : slot.row + slot.row_span, slot.col : slot.col + slot.col_span] = i
    words: dict[int, list[Word]] = defaultdict(list)
    for word in whole:
        col = int(np.searchsorted(xs, (word.x0 + word.x1) / 2)) - 1
        row = int(np.searchsorted(ys, (word.top + word.bottom) / 2)) - 1
        if 0 <= row < owner.shape[0] and 0 <= col < owner.shape[1]:
            words[int(owner[row, col])].append(word)
    return [scan_engine.text_of(words[i]) for i in range(len(table.slots))]


def key(text: str) -> str:
    """What two readings must share to agree: everything but spaces, line breaks and the forms of dashes."""
    return re.sub(r"\s+", "", text).replace("—", "-").replace("–", "-").replace("|", "")


def _without_marks(text: str) -> str:
    """The text without words that only dirt makes: `|`, `^`, `°` … standing alone."""
    lines = ([w for w in line.split() if not _MARKS.fullmatch(w)] for line in text.split("\n"))
    return "\n".join(" ".join(line) for line in lines if line)


def _compared(text: str, sure: float, worst: float, second: str) -> Reading:
    """The text of a cell and its confidence from two readings; `sure` (of the cell) and `worst` (of its
    worst word) in percent.
    """
    confidence = sure / 100
    if not text:
        # ink that the reader of the cell took for nothing: a speck, or a sign that only the page shows
        return Reading(
            "", None if not _READABLE.search(second) else SETTINGS.differ / 2, (second,) * bool(second)
        )
    if key(text) == key(second):
        least = SETTINGS.agree if worst >= SETTINGS.doubt_score else 0.0
        confidence = max(confidence, least) if least else min(confidence, SETTINGS.differ)
        others = () if text.split() == second.split() else (second,)  # they differ in spaces
        return Reading(text, round(confidence, 3), others)
    if second and key(_without_marks(text)) == key(second):
        return Reading(second, round(min(confidence, SETTINGS.differ), 3), (text,))
    if not second and sure >= SETTINGS.sure_score:
        return Reading(text, round(SETTINGS.differ + 0.1, 3))
    others = (second,) if second else ()
    return Reading(text, round(min(confidence, SETTINGS.differ), 3), others)


def _number_columns(table: Ruled, texts: Sequence[str]) -> set[int]:
    columns: dict[int, list[str]] = defaultdict(list)
    for slot, text in zip(table.slots, texts, strict=True):
        if text and slot.col_span == 1 and slot.row > 0:
            columns[slot.col].append(text)
    return {
        col
        for col, found in columns.items()
        if len(found) >= 3
        and sum(bool(_NUMBER.fullmatch(t)) for t in found) >= SETTINGS.number_share * len(found)
    }


def _as_number(page: Page, slot: Slot, reading: Reading, before: float) -> Reading:
    """A short text in a column of numbers read again with numerals alone; the first reading is kept."""
    if len(reading.text) > SETTINGS.number_length:
        return reading
    found = scan_engine.words(inside(page, slot), "line", _NUMERALS)
    text = scan_engine.text_of(found)
    if not _NUMBER.fullmatch(text):
        return reading
    others = tuple(dict.fromkeys((reading.text, *reading.others)))
    if key(text) in {key(o) for o in reading.others}:
        return Reading(text, SETTINGS.agree, (reading.text,))
    if score(found) >= before + SETTINGS.number_gain:
        return Reading(text, min(SETTINGS.differ, score(found) / 100), others)
    return replace(reading, others=(*reading.others, text))
