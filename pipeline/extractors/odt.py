"""ODT → paragraphs and grids in reading order (OpenDocument 1.3, part 3: schema).

In the text: numbers of lists, fields, spaces (`text:s`), tabs, line breaks, footnote marks as `[1]`. Beside
it, as blocks of their own: tracked deletions, hidden text, text boxes. Annotations are left out and
counted. Repeated cells and rows are given as often as they are repeated, up to a limit; a table in a cell
follows the table around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from pipeline.errors import SourceError
from pipeline.extractors import odt_names as n
from pipeline.extractors.docx_package import Package, open_package
from pipeline.extractors.odt_table import OdtTable, build
from pipeline.extractors.odt_text import Inline, Lists, hidden_styles
from pipeline.model import Block, Document, Grid, Note, Place, Source, Table, note

_COUNTED = ("hidden", "pictures", "objects", "comments")
_ROW_GROUPS = frozenset((n.HEADER_ROWS, n.ROWS, n.ROW_GROUP))


def extract(path: Path, source: Source) -> Document:
    """The document's blocks and grids; places name the source only.

    Raises SourceError (`word.*`) for a file that is no ODT, is encrypted or damaged beyond reading, holds
    no text at all, or is over a limit.
    """
    package = open_package(path)
    with package.archive:
        return _read(package, source)


def _read(package: Package, source: Source) -> Document:
    manifest = package.read("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest:
        raise SourceError("word.encrypted")
    root = package.tree("content.xml")
    story = root.find(f"{n.BODY}/{n.TEXT}") if root is not None else None
    if root is None or story is None:
        raise SourceError("word.damaged-document" if package.notes else "word.no-document")
    styles = package.tree("styles.xml")
    roots = [root] if styles is None else [styles, root]
    place = Place(source.path)
    inline = Inline(Lists(roots), hidden_styles(roots), place)
    flow = _Flow(inline)
    flow.walk(story)
    flow.drain()
    content: list[Block | Grid | Table] = [
        *_running(styles, "header", flow),
        *flow.content,
        *inline.footnotes,
    ]
    content += _running(styles, "footer", flow)
    counts = inline.counts
    if not content:
        if package.notes:
            raise SourceError("word.damaged-document")
        if counts["pictures"]:
            raise SourceError("word.only-pictures", n=counts["pictures"])
        raise SourceError("word.empty")
    notes: list[Note] = list(package.notes)
    if counts["inserted"] or counts["deleted"]:
        notes.append(note("word.tracked", inserted=counts["inserted"], deleted=counts["deleted"]))
    notes.extend(note(f"word.{what}", n=counts[what]) for what in _COUNTED if counts[what])
    return Document(source, tuple(content), n_pages=None, notes=tuple(notes))


def _running(styles: etree._Element | None, kind: str, flow: _Flow) -> list[Block]:
    """The lines of all page headers or footers, each once."""
    lines: dict[str, None] = {}
    for page in styles.iter(n.MASTER_PAGE) if styles is not None else ():
        for story in page:
            if story.tag in n.RUNNING[kind] and story.get(n.DISPLAY) != "false":
                lines.update((line, None) for line in flow.text(story).split("\n") if line.strip())
                flow.inline.aside.clear()
    return [Block(line, kind, flow.inline.place) for line in lines]


@dataclass(slots=True)
class _Flow:
    """Walks a story; `content` are its blocks and grids. `lines` is set while a cell, box or note is read."""

    inline: Inline
    content: list[Block | Grid | Table] = field(default_factory=list)
    lines: list[str] | None = None

    def drain(self) -> None:
        self.content.extend(self.inline.aside)
        self.inline.aside.clear()

    def walk(self, parent: Iterable[etree._Element]) -> None:
        for child in parent:
            tag = child.tag
            if tag in (n.P, n.H):
                self._paragraph(child)
            elif tag == n.TABLE:
                self._table(child)
            elif tag == n.LIST:
                self._list(child, None, 1)
            elif tag == n.TRACKED:
                self.inline.read_changes(child, self._deleted)
            elif tag == n.SECTION and child.get(n.TEXT_DISPLAY) == "none":
                self._hide(child)
            elif tag in n.NOT_TEXT:
                continue
            elif tag in (n.FRAME, n.CUSTOM_SHAPE, n.RECT):  # anchored to the page
                self.inline.read_shape(child)
                self._boxes()
                if self.lines is None:
                    self.drain()
            elif tag in (n.CHANGE, n.CHANGE_START, n.CHANGE_END):
                self.inline.change(child)
            else:
                self.walk(child)

    def _paragraph(self, p: etree._Element, label: str = "") -> None:
        text = self.inline.paragraph(p)
        if p.tag == n.H and not label:
            label = self.inline.lists.heading(p)
        if label:
            text = f"{label} {text}".rstrip() if text else label
        if self.lines is not None:
            self.lines.append(text)
        elif text.strip():
            kind = "heading" if p.tag == n.H else "paragraph"
            self.content.append(Block(text, kind, self.inline.place))
        self._boxes()
        if self.lines is None:
            self.drain()

    def _boxes(self) -> None:
        inline = self.inline
        boxes, inline.boxes = inline.boxes, []
        notes, inline.notes = inline.notes, []
        for box in boxes:
            text = self.text(box).strip()
            if text and self.lines is not None:
                self.lines.append(text)
            elif text:
                inline.aside.append(Block(text, "textbox", inline.place))
        for mark, body in notes:
            text = self.text(body).strip()
            if text:
                inline.footnotes.append(Block(f"{mark} {text}".strip(), "footnote", inline.place))

    def _list(self, element: etree._Element, style: str | None, level: int) -> None:
        """A list and, inside its items, lists of the next level."""
        if level > n.DEEPEST_LIST:
            self.walk(element)
            return
        lists = self.inline.lists
        style = element.get(n.STYLE_NAME) or style or ""
        counter = lists.begin(element, style, level)
        for item in element:
            if item.tag not in (n.LIST_ITEM, n.LIST_HEADER):
                continue
            numbered = item.tag == n.LIST_ITEM
            for child in item:
                if child.tag == n.LIST:
                    self._list(child, style, level + 1)
                elif child.tag in (n.P, n.H):
                    self._paragraph(child, lists.label(counter, style, level, item) if numbered else "")
                    numbered = False
                else:
                    self.walk([child])

    def text(self, story: etree._Element) -> str:
        """All paragraphs of a cell, box or note, one a line; its tables go to `inline.aside`."""
        before, self.lines = self.lines, []
        self.walk(story)
        lines, self.lines = self.lines, before
        return "\n".join(lines).strip("\n")

    def _deleted(self, story: etree._Element) -> str:
        return self.text(story)

    def _hide(self, section: etree._Element) -> None:
        text = self.text(section).strip()
        if text:
            self.inline.counts["hidden"] += 1
            self.inline.aside.append(Block(text, "hidden", self.inline.place))
        if self.lines is None:
            self.drain()

    def _table(self, element: etree._Element) -> None:
        inline = self.inline
        start = len(inline.aside)
        table = OdtTable()
        if self.lines is not None:
            table.notes.append(note("word.inside"))
        for row, header in _rows(element, False):
            self._row(row, header, table)
        grid = build(table, inline.place)
        if grid is not None:
            inline.aside.insert(start, grid)
        if self.lines is None:
            self.drain()

    def _row(self, row: etree._Element, header: bool, table: OdtTable) -> None:
        start = len(self.inline.aside)
        cells: list[tuple[str | None, int, int]] = []
        for cell in row:
            if cell.tag not in (n.CELL, n.COVERED):
                continue
            repeated = n.count(cell, n.COLUMNS_REPEATED)
            if cell.tag == n.COVERED:
                text = self.text(cell)
                if text.strip():
                    self.inline.counts["hidden"] += 1
                    self.inline.aside.append(Block(text, "hidden", self.inline.place))
                cells.extend([(None, 1, 1)] * repeated)
            else:
                rows_spanned, columns_spanned = (
                    n.count(cell, n.ROWS_SPANNED),
                    n.count(cell, n.COLUMNS_SPANNED),
                )
                before = len(self.inline.aside)
                cells.extend([(self.text(cell), rows_spanned, columns_spanned)] * repeated)
                if any(isinstance(x, Grid) for x in self.inline.aside[before:]):
                    table.notes.append(note("word.holds", row=len(table.rows) + 1, column=len(cells)))
            if len(cells) >= n.MOST_REPEATED:
                break
        if row.get(n.VISIBILITY) in ("collapse", "filter"):
            texts = [text for text, _, _ in cells if text and text.strip()]
            self.inline.counts["hidden"] += len(texts)
            self.inline.aside[start:start] = [Block(t, "hidden", self.inline.place) for t in texts]
            return
        table.add(cells, n.count(row, n.ROWS_REPEATED), header)


def _rows(parent: etree._Element, header: bool) -> Iterator[tuple[etree._Element, bool]]:
    for child in parent:
        if child.tag == n.ROW:
            yield child, header
        elif child.tag in _ROW_GROUPS:
            yield from _rows(child, header or child.tag == n.HEADER_ROWS)
