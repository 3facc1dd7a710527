"""One page that is a picture: its tables as grids, and the text around them as blocks, in reading order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.extractors import scan_cells, scan_engine, scan_picture, scan_rules, scan_unruled
from pipeline.extractors.scan_cells import Reading
from pipeline.extractors.scan_engine import Picture, Word
from pipeline.extractors.scan_picture import Page
from pipeline.extractors.scan_rules import Ruled
from pipeline.extractors.scan_settings import SETTINGS
from pipeline.model import Block, Cell, Grid, Note, Place, note

_BORDER = 12  # pixels of paper around what the engine gets


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a page gave. `turns`: quarter turns against the clock that made it upright."""

    content: tuple[Block | Grid, ...]
    notes: tuple[Note, ...]
    turns: int = 0


def recognise(picture: Picture, dpi: float, number: int, source: str, turns: int = 0) -> Recognised:
    """Read a picture (grey or RGB, `dpi` pixels an inch) as page `number` of the file shown as `source`.

    Boxes are in points of the picture as given. A page that cannot be read gives no content and a note with
    the reason. Raises SourceError if there is nothing to read with.
    """
    page, turns = scan_picture.prepare(picture, dpi, turns)
    if scan_picture.is_blank(page):
        dark = bool(picture.mean() < 255 * SETTINGS.beside)  # a lid, not a page
        return Recognised((), (note("scan.page-no-text", page=number),) * dark, turns)
    tables, rules = scan_rules.tables(page)
    known = scan_cells.sample(page, tables)
    poor = _mean([(w.score, len(w.text)) for words in known.values() for w in words], SETTINGS.refuse_sample)
    if poor is not None and poor < SETTINGS.refuse_early:
        return _refused(number, poor, turns)
    readings = [scan_cells.read_cells(page, table, known) for table in tables]
    around = scan_engine.words(_without(page, tables), "page")
    scores = [(r.score, len(r.text)) for table in readings for r in table if r.text]
    scores += [(w.score, len(w.text)) for w in around if any(c.isalnum() for c in w.text)]
    score = _mean(scores)
    if score is None:
        return Recognised((), (note("scan.page-no-text", page=number),), turns)
    if score < SETTINGS.refuse_score:
        return _refused(number, score, turns)
    unruled, around = scan_unruled.tables([w for w in around if w.score > 0], page.scale, rules)
    tables += unruled
    readings += [scan_cells.read_cells(page, table) for table in unruled]
    pieces: list[tuple[float, Block | Grid]] = []
    for table, found in zip(tables, readings, strict=True):
        pieces.append((table.ys[0], _grid(page, table, found, number, source)))
    lines, doubts = _checked_lines(page, around, number)
    pieces.extend(_blocks(page, lines, number, source))
    pieces.sort(key=lambda item: item[0])
    notes = (note("scan.page-read", page=number), *doubts)
    return Recognised(tuple(p for _, p in pieces), notes, turns)


def _mean(scores: Sequence[tuple[float, int]], least: float = 1) -> float | None:
    """The mean of scores, each with its number of characters; None for fewer than `least` characters."""
    count = sum(n for _, n in scores)
    return sum(s * n for s, n in scores) / count if count >= least else None


def _refused(number: int, score: float, turns: int) -> Recognised:
    return Recognised((), (note("scan.page-refused", page=number, score=round(score)),), turns)


def _checked_lines(page: Page, words: Sequence[Word], number: int) -> tuple[list[list[Word]], list[Note]]:
    """The lines outside tables, each read a second time alone; where the readings differ, the surer one is
    taken and a note shows both.
    """
    by_line: dict[int, list[Word]] = {}
    for word in words:
        by_line.setdefault(word.line, []).append(word)
    lines: list[list[Word]] = []
    doubts: list[Note] = []
    edge = round(2 * page.scale)
    for line in by_line.values():
        left, top = min(w.x0 for w in line) - edge, min(w.top for w in line) - edge // 2
        right, bottom = max(w.x1 for w in line) + edge, max(w.bottom for w in line) + edge // 2
        left, top = max(left, 0), max(top, 0)
        part = np.pad(page.grey[top:bottom, left:right], _BORDER, constant_values=255)
        alone = scan_engine.words(part, "line")
        first, second = scan_engine.text_of(line), scan_engine.text_of(alone)
        same = scan_cells.key(first) == scan_cells.key(second)
        if not same and second and scan_cells.score(alone) > scan_cells.score(line):
            x, y = left - _BORDER, top - _BORDER
            line = [Word(w.text, w.x0 + x, w.top + y, w.x1 + x, w.bottom + y, 0, w.score) for w in alone]
            first, second = second, first
        if not same or min(w.score for w in line) < SETTINGS.doubt_score:
            key = "scan.text-unsure" if first == second else "scan.text-doubtful"
            doubts.append(note(key, page=number, text=first, other=second))
        lines.append(line)
    return lines, doubts


def _without(page: Page, tables: Sequence[Ruled]) -> Picture:
    """The page with its tables painted over."""
    rest = page.grey.copy()
    margin = round(2 * page.scale)
    for table in tables:
        x0, top, x1, bottom = table.box
        rest[max(0, top - margin) : bottom + margin, max(0, x0 - margin) : x1 + margin] = 255
    if not np.count_nonzero(scan_picture.ink_of(rest)):
        return np.empty((0, 0), dtype=np.uint8)
    return rest


def _grid(page: Page, table: Ruled, readings: Sequence[Reading], number: int, source: str) -> Grid:
    cells = []
    for slot, reading in zip(table.slots, readings, strict=True):
        place = Place(source, page=number, bbox=page.box(*slot.box))
        span = (slot.row, slot.col, slot.row_span, slot.col_span)
        cells.append(Cell(reading.text, *span, place, reading.confidence, reading.others))
    return Grid(
        tuple(cells),
        len(table.ys) - 1,
        len(table.xs) - 1,
        page=number,
        bbox=page.box(*table.box),
        open_top=table.open_top,
        open_bottom=table.open_bottom,
        col_edges=tuple(round(x / page.scale, 2) for x in table.xs),
    )


def _blocks(
    page: Page, lines: Sequence[list[Word]], number: int, source: str
) -> Iterator[tuple[float, Block]]:
    """Lines gathered into paragraphs by the gaps between them."""
    group: list[list[Word]] = []
    for line in lines:
        if group and not _goes_on(group[-1], line):
            yield _block(page, group, number, source)
            group = []
        group.append(line)
    if group:
        yield _block(page, group, number, source)


def _goes_on(above: Sequence[Word], line: Sequence[Word]) -> bool:
    height = max(min(w.bottom - w.top for w in above), 1)
    gap = min(w.top for w in line) - max(w.bottom for w in above)
    return -height < gap <= SETTINGS.line_gap * height


def _block(page: Page, group: Sequence[Sequence[Word]], number: int, source: str) -> tuple[float, Block]:
    words = [w for line in group for w in line]
    box = (
        min(w.x0 for w in words),
        min(w.top for w in words),
        max(w.x1 for w in words),
        max(w.bottom for w in words),
    )
    text = "\n".join(" ".join(w.text for w in line) for line in group)
    return box[1], Block(text, "paragraph", Place(source, page=number, bbox=page.box(*box)))
