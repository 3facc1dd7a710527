"""Plain text: lines become blocks, the tables among them grids.

Each line outside tables is a block of its own, its inner spaces kept. Readers of the different notations of
tables are asked in turn at each line (`_READERS`, the most certain first); what none of them takes is text.
Form feeds part pages.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import regex

from pipeline.encoding import decode
from pipeline.errors import SourceError
from pipeline.extractors import text_boxes, text_columns, text_csv, text_marks, text_pipes, text_tabs
from pipeline.extractors.text_piece import Reader
from pipeline.limits import current
from pipeline.model import Block, Cell, Document, Grid, Place, Source

_READERS: tuple[Reader, ...] = (
    text_boxes.read,
    text_pipes.read,
    text_csv.tabs,
    text_tabs.read,
    text_columns.read,
    text_csv.read,
)
_FEWEST_DRAWN = 3  # paragraphs: two rules and a row
_LINE_END = regex.compile(r"\r\n?|[\v\x85\u2028\u2029]")
_SEPARATED = {".csv": None, ".tsv": "\t", ".tab": "\t"}


def extract(path: Path, source: Source) -> Document:
    """The blocks and grids of a text file in reading order; pages only if the file has form feeds.

    Raises SourceError for a file that is empty, blank, or holds no text.
    """
    decoded = decode(path.read_bytes())
    text = _LINE_END.sub("\n", decoded.text).replace("\0", "")
    if not text.strip("\ufeff \t\n\f\u00a0"):
        raise SourceError("source.blank")
    source = replace(source, encoding=source.encoding or decoded.encoding)
    suffix = path.suffix.lower()
    if suffix in _SEPARATED and (grid := text_csv.whole(text, _SEPARATED[suffix])) is not None:
        return Document(source, (_placed(grid, Place(source.path)),), None, decoded.notes)
    pages = text.split("\f")
    while len(pages) > 1 and not pages[-1].strip():
        pages.pop()
    content: list[Block | Grid] = []
    for number, page in enumerate(pages, 1):
        place = Place(source.path, page=number if len(pages) > 1 else None)
        lines = _single_spaced(page.split("\n"))
        content.extend(read_lines(lines, place, [x for x in content[-50:] if isinstance(x, Grid)]))
    return Document(source, tuple(content), len(pages) if len(pages) > 1 else None, decoded.notes)


def read_lines(lines: Sequence[str], place: Place, before: Sequence[Grid] = ()) -> list[Block | Grid]:
    """The blocks and grids of some lines of text; all get the place given."""
    content: list[Block | Grid] = []
    grids = list(before)
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
            continue
        found = None
        for reader in _READERS:
            found = reader(lines, at, grids)
            if found is not None:
                break
        if found is None:
            content.append(Block(line.strip(), place=place))
            at += 1
            continue
        if found.edges:
            found = text_columns.body_under(lines, found)
        at = found.end
        content.extend(Block(text, place=place) for text in found.texts)
        if found.grid is not None:
            current().check("table_cells", len(found.grid.cells))
            grids.append(_placed(found.grid, place))
            content.append(grids[-1])
    return content


def drawn_lines(content: Sequence[Block | Grid]) -> list[Block | Grid]:
    """Content in which tables drawn with characters, a paragraph a line, are grids.

    Legal databases give such tables in HTML, DOCX and RTF too, in a typewriter face with non-breaking
    spaces. Only runs of paragraphs that are rules or begin and end with bars are read.
    """
    result: list[Block | Grid] = []
    run: list[Block] = []
    for item in (*content, None):
        if isinstance(item, Block) and item.kind == "paragraph" and _is_drawn(item.text):
            if run and run[-1].place != item.place:
                result += _redrawn(run)
                run = []
            run.append(item)
            continue
        result += _redrawn(run)
        run = []
        if item is not None:
            result.append(item)
    return result


def _is_drawn(text: str) -> bool:
    """Every line of the paragraph is a rule or stands between bars."""
    lines = text.replace("\u00a0", " ").split("\n")
    return all(_between_bars(line.strip()) or text_marks.is_rule(line) for line in lines if line.strip())


def _between_bars(line: str) -> bool:
    marked = text_marks.BARS | text_marks.JUNCTIONS
    return len(line) > 2 and line[0] in marked and line[-1] in marked


def _redrawn(run: Sequence[Block]) -> Sequence[Block | Grid]:
    if len(run) < _FEWEST_DRAWN or run[0].place is None:
        return run
    lines = [line for block in run for line in block.text.replace("\u00a0", " ").split("\n") if line.strip()]
    found = read_lines(lines, run[0].place)
    return found if any(isinstance(item, Grid) for item in found) else run


def _placed(grid: Grid, place: Place) -> Grid:
    cells = tuple(
        Cell(c.text, c.row, c.col, c.row_span, c.col_span, place, c.confidence, c.readings, c.read)
        for c in grid.cells
    )  # not `replace`, which takes twice as long
    return replace(grid, cells=cells, page=place.page)


def _single_spaced(lines: list[str]) -> list[str]:
    """The lines without the blank ones, where a converter put one behind every line of a drawn table."""
    marked = text_marks.BARS | text_marks.JUNCTIONS | {"L"}
    drawn = [i for i, line in enumerate(lines) if line[:8].strip()[:1] in marked and line.strip()]
    if len(drawn) < 6:
        return lines
    doubled = sum(1 for a, b in itertools.pairwise(drawn) if b == a + 2 and not lines[a + 1].strip())
    if doubled < 0.9 * (len(drawn) - 1):
        return lines
    known = set(drawn)
    return [line for i, line in enumerate(lines) if line.strip() or i - 1 not in known or i + 1 not in known]
