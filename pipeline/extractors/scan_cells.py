"""The text of the cells of a ruled table: each read alone, at two scales, and again where the two differ.

At another scale the engine makes other errors: cells on which both readings agree are right (measured in
`benchmarks/scans.py`). Where they differ a third reading votes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from pipeline.extractors import scan_engine
from pipeline.extractors.scan_engine import Mode, Picture, Word
from pipeline.extractors.scan_picture import Page
from pipeline.extractors.scan_rules import Ruled, Slot
from pipeline.extractors.scan_settings import SETTINGS
from pipeline.extractors.scan_strange import Form, form_of, strange

_BORDER = 12  # pixels of paper around what the engine gets
_MARKS = re.compile(r"[`'‘’|\\/^°}{_<>=~*‹›]+")
_WHOLE = re.compile(r"\d{2,3}\.?")
_IN_PARTS = re.compile(r"(\d{1,2})\.\d{1,2}\.?")
_READABLE = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands in a cell: text, confidence 0–1, other readings; `score` is the engine's own (percent)."""

    text: str
    confidence: float | None = None
    others: tuple[str, ...] = ()
    score: float = 0.0


def sample(page: Page, tables: Sequence[Ruled]) -> dict[Slot, list[Word]]:
    """A first reading of a few cells with text, spread over the tables: enough to tell a page that is too
    poor to be read before all of it is.
    """
    found: dict[Slot, list[Word]] = {}
    slots = [slot for table in tables if table.open_top is not None for slot in table.slots]
    count = int(SETTINGS.sample_cells)
    for part in range(count):
        for slot in slots[part::count]:
            picture = inside(page, slot)
            if picture.size:
                found[slot] = scan_engine.words(picture, "block")
                break
    return found


def read_cells(page: Page, table: Ruled, known: Mapping[Slot, list[Word]] | None = None) -> list[Reading]:
    """The reading of each slot of a table; `known`: first readings that `sample` gave."""
    ruled = table.open_top is not None
    firsts = known or {}
    found = [read_cell(inside(page, slot, ruled), firsts.get(slot)) for slot in table.slots]
    found = [_unsure(r) if _touched(page, s) else r for r, s in zip(found, table.slots, strict=True)]
    return _numbers_in_line(found, table.slots)


def _numbers_in_line(found: list[Reading], slots: Sequence[Slot]) -> list[Reading]:
    """The readings, unsure of a whole number of two digits or more right between numbers of two parts in the
    first column: a lost point makes «13.» of «1.3.» at every scale.
    """
    column = sorted((slot.row, i) for i, slot in enumerate(slots) if slot.col == 0)
    column = [(row, i) for row, i in column if found[i].text]
    for (_, above), (_, i), (_, below) in zip(column, column[1:], column[2:], strict=False):
        before, after = (_IN_PARTS.fullmatch(found[k].text) for k in (above, below))
        # «10.» between «9.2.» and «10.1.» is a number of its own
        if before and after and before[1] == after[1] and _WHOLE.fullmatch(found[i].text):
            found[i] = _unsure(found[i])
    return found


def _touched(page: Page, slot: Slot) -> bool:
    """Whether coloured ink that was dropped lies on the letters of a cell or close beside them."""
    if page.clear is None:
        return False
    margin = round((SETTINGS.cell_margin + SETTINGS.rule_thick / 2) * page.scale)
    x0, top, x1, bottom = (max(v, 0) for v in slot.box)
    inner = slice(top + margin, bottom - margin), slice(x0 + margin, x1 - margin)
    dropped, ink = page.clear[inner] < 128, page.ink[inner]
    if not dropped.any() or not ink.size:
        return False
    size = (2 * round(SETTINGS.colour_beside * page.scale) + 1,) * 2
    near = cv2.dilate(ink, np.ones(size, np.uint8)) > 0
    return bool(np.count_nonzero(dropped & near) >= (SETTINGS.dot * page.scale) ** 2)


def _unsure(reading: Reading) -> Reading:
    """A reading of which both scales saw the same harm, so that their agreeing proves nothing."""
    if reading.confidence is None:
        return reading
    return replace(reading, confidence=min(reading.confidence, SETTINGS.differ))


def read_cell(picture: Picture, first: list[Word] | None = None) -> Reading:
    """The reading of the picture of a cell; `first`: what it gave at the working scale, if that is known."""
    if picture.size == 0:
        return Reading("")
    if first is None:
        first = scan_engine.words(picture, "block")
    second = scan_engine.words(_scaled(picture, SETTINGS.second_scale), "block")
    one, other = scan_engine.text_of(first), scan_engine.text_of(second)
    if one and _spaced(one) == _spaced(other) and not strange(one):
        sure, worst = score(first), min(w.score for w in first)
        doubtful = worst < SETTINGS.doubt_score
        confidence = min(sure / 100, SETTINGS.differ) if doubtful else max(sure / 100, SETTINGS.agree)
        return Reading(one, round(confidence, 3), (), sure)
    found = [first, second, scan_engine.words(_scaled(picture, SETTINGS.third_scale), "block")]
    form = form_of(one) or form_of(other)
    if form is not None:
        mode: Mode = "block" if "\n" in one or "\n" in other else "line"
        found += [_of_form(picture, zoom, form, mode) for zoom in (1.0, SETTINGS.second_scale)]
    return _voted(found)


def _of_form(picture: Picture, zoom: float, form: Form, mode: Mode) -> list[Word]:
    """A short text read with the characters of its form alone; nothing if of another form."""
    found = scan_engine.words(_scaled(picture, zoom), mode, form.alphabet)
    text = scan_engine.text_of(found).replace("№п", "№ п")  # among few characters the engine sees no spaces
    if not form.form.fullmatch(text):
        return []
    return [replace(found[0], text=text, score=min(w.score for w in found))]


def _voted(found: Sequence[list[Word]]) -> Reading:
    """The text that most readings share and that does not look misread; else that of which the engine is
    surest.
    """
    texts = [_without_marks(scan_engine.text_of(words)) for words in found]
    scores = [score(words) for words in found]
    if not any(_READABLE.search(t) for t in texts):
        return Reading("", None, (), max(scores))  # specks
    keys = [_spaced(t) for t in texts]
    odd = [strange(t) for t in texts]

    def rank(i: int) -> tuple[bool, bool, int, float]:
        return bool(keys[i]), not odd[i], min(keys.count(keys[i]), 2), scores[i]

    best = max(range(len(texts)), key=lambda i: (*rank(i), -i))
    others = tuple(dict.fromkeys(t for i, t in enumerate(texts) if t and keys[i] != keys[best]))
    # what the others have against the best is explained if they look misread
    shared = keys.count(keys[best]) > 1 and not odd[best]
    explained = shared and all(
        odd[i] or key(texts[i]) == key(texts[best]) for i, k in enumerate(keys) if k and k != keys[best]
    )
    most = SETTINGS.majority if explained else SETTINGS.differ
    return Reading(texts[best], round(min(scores[best] / 100, most), 3), others, scores[best])


def _scaled(picture: Picture, zoom: float) -> Picture:
    how = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, None, fx=zoom, fy=zoom, interpolation=how), dtype=np.uint8)


def inside(page: Page, slot: Slot, ruled: bool = True) -> Picture:
    """The picture of a cell without its rules, with a border of paper; empty if there is no ink.

    Rules are cut off, never erased: erasing eats the feet of letters that touch them.
    """
    height, width = page.grey.shape
    x0, top, x1, bottom = np.clip(slot.box, 0, (width, height, width, height)).tolist()
    margin = max(1, round(SETTINGS.cell_margin * page.scale))
    grey, ink = page.grey[top:bottom, x0:x1], page.ink[top:bottom, x0:x1]
    if ruled:
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
    # a rule that is not quite straight is darkest beside the border; further in there are stems of letters
    least = np.where(np.arange(reach) < reach // 2, SETTINGS.edge_beside, SETTINGS.edge_inside)
    head, tail = share[:reach] > least, share[::-1][:reach] > least
    start = int(np.flatnonzero(head)[-1]) + 1 if head.any() else 0
    end = int(np.flatnonzero(tail)[-1]) + 1 if tail.any() else 0
    return min(start + margin, length), max(length - end - margin, 0)


def _has_text(ink: Picture, scale: float) -> bool:
    """Ink of the size of a full stop at least."""
    if min(ink.shape) < 4:
        return False
    return bool(np.count_nonzero(ink) >= (SETTINGS.dot * 2 * scale) ** 2)


def score(found: Sequence[Word]) -> float:
    """Percent: the mean of the words' confidences, weighted by length and drawn to the worst."""
    if not found:
        return 0.0
    mean = sum(w.score * len(w.text) for w in found) / sum(len(w.text) for w in found)
    return (mean + min(w.score for w in found)) / 2


def key(text: str) -> str:
    """What two readings must share to agree: everything but spaces, line breaks and the forms of dashes."""
    return re.sub(r"\s+", "", text).replace("—", "-").replace("–", "-").replace("|", "")


def _spaced(text: str) -> str:
    """A text but for line breaks and the forms of dashes."""
    return " ".join(text.split()).replace("—", "-").replace("–", "-")


def _without_marks(text: str) -> str:
    """The text without words that only dirt makes: `|`, `^`, `°` … standing alone."""
    lines = ([w for w in line.split() if not _MARKS.fullmatch(w)] for line in text.split("\n"))
    return "\n".join(" ".join(line) for line in lines if line)
