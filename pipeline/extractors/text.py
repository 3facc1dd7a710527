"""Plain text: lines become blocks, the tables among them grids.

Each line outside tables is a block of its own, its inner spaces kept. Readers of the different notations of
tables are asked in turn at each line (`_READERS`, the most certain first); what none of them takes is text.
Form feeds part pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.encoding import decode
from pipeline.errors import SourceError
from pipeline.extractors import text_boxes, text_pipes, text_tabs
from pipeline.extractors.text_piece import Reader
from pipeline.model import Block, Document, Grid, Place, Source

_READERS: tuple[Reader, ...] = (text_boxes.read, text_pipes.read, text_tabs.read)


def extract(path: Path, source: Source) -> Document:
    """The blocks and grids of a text file in reading order; pages only if the file has form feeds.

    Raises SourceError for a file that is empty, blank, or holds no text.
    """
    decoded = decode(path.read_bytes())
    if not decoded.text.strip("\ufeff\0 \t\r\n\f"):
        raise SourceError("source.blank")
    pages = decoded.text.split("\f")
    while len(pages) > 1 and not pages[-1].strip():
        pages.pop()
    content: list[Block | Grid] = []
    for number, text in enumerate(pages, 1):
        place = Place(source.path, page=number if len(pages) > 1 else None)
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        content.extend(read_lines(lines, place, [x for x in content if isinstance(x, Grid)]))
    n_pages = len(pages) if len(pages) > 1 else None
    source = replace(source, encoding=source.encoding or decoded.encoding)
    return Document(source, tuple(content), n_pages, decoded.notes)


def read_lines(lines: Sequence[str], place: Place, before: Sequence[Grid] = ()) -> list[Block | Grid]:
    """The blocks and grids of some lines of text; all get the place given."""
    content: list[Block | Grid] = []
    grids = list(before)
    at = 0
    while at < len(lines):
        found = None
        if lines[at].strip():
            found = next((f for read in _READERS if (f := read(lines, at, grids)) is not None), None)
        if found is None:
            if lines[at].strip():
                content.append(Block(lines[at].strip(), place=place))
            at += 1
            continue
        at = found.end
        content.extend(Block(text, place=place) for text in found.texts)
        if found.grid is None:
            continue
        cells = tuple(replace(cell, place=place) for cell in found.grid.cells)
        grid = replace(found.grid, cells=cells, page=place.page)
        content.append(grid)
        grids.append(grid)
    return content
