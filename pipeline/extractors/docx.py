"""DOCX (also DOCM, DOTX, DOTM, strict and transitional) → paragraphs and grids in reading order.

The order of the work: open the container (`docx_package`), read styles and numbering, walk the body once
(`docx_flow`, `docx_text`), then the headers, footnotes and footers that the body refers to. A large body is
walked while it is parsed and freed behind the reader. Headers stand before the body, footnotes and footers
after it; a note says what is not in the text (tracked deletions, hidden text, pictures, comments). Pages
are not known to the format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lxml import etree

from pipeline.errors import SourceError
from pipeline.extractors import docx_grid as g
from pipeline.extractors import docx_names as n
from pipeline.extractors.docx_flow import Flow, TableReader, own_rows
from pipeline.extractors.docx_numbering import Numbering, Style, read_styles
from pipeline.extractors.docx_package import (
    SAFE,
    STREAM_ABOVE,
    Package,
    Relation,
    open_package,
    raise_if_memory,
    raise_if_too_deep,
)
from pipeline.extractors.docx_text import Inline
from pipeline.model import Block, Document, Grid, Note, Place, Source, Table, note
from pipeline.transport import no_collection

_BATCH = 1000  # rows read together while streaming
_SAME_WIDTH = 0.02  # of the table's width: how far the columns of a split table may differ
_COUNTED = ("hidden", "pictures", "objects", "embedded", "symbols", "fields")


def extract(path: Path, source: Source) -> Document:
    """The document's blocks and grids; places name the source only.

    Raises SourceError (`word.*`) for a file that is no DOCX container, is encrypted or damaged beyond
    reading, holds no text at all, or is over a limit.
    """
    package = open_package(path)
    with package.archive, no_collection():
        return _read(package, source)


def _read(package: Package, source: Source) -> Document:
    main = package.main_part()
    relations = package.relations(main)
    by_kind = {r.kind: r.target for r in relations.values() if not r.external}
    inline = Inline(
        styles=read_styles(package.tree(by_kind.get("styles", ""))),
        numbering=Numbering(package.tree(by_kind.get("numbering", ""))),
        place=Place(source.path),
    )
    even = _even_headers(package, by_kind)
    body = _Body(Flow(inline))
    if package.size(main) > STREAM_ABOVE:
        _stream(package, main, body)
    else:
        _walk_tree(package, main, body)
    footnotes = _footnotes(package, by_kind, body.flow)
    headers = _running(package, relations, body, "header", even)
    footers = _running(package, relations, body, "footer", even)
    content = (*headers, *body.content, *footnotes, *footers)
    own_notes = _notes(package, by_kind, inline)
    notes = (*(x for i, x in enumerate(package.notes) if x not in package.notes[:i]), *own_notes)
    if not content:
        _refuse(package, inline)
    return Document(source, content, n_pages=None, notes=notes)


def _refuse(package: Package, inline: Inline) -> None:
    if package.notes:
        raise SourceError("word.damaged-document")
    if inline.counts["embedded"]:
        raise SourceError("word.only-embedded")
    if inline.counts["pictures"]:
        raise SourceError("word.only-pictures", n=inline.counts["pictures"])
    raise SourceError("word.empty")


# ------------------------------------------------------------------------------------------------- body


@dataclass(slots=True)
class _Body:
    """The content of the document's main story, and the sections that name headers and footers."""

    flow: Flow
    content: list[Block | Grid | Table] = field(default_factory=list)
    sections: list[tuple[str, str, bool]] = field(
        default_factory=list
    )  # relation id, kind and type, first page
    _last: Grid | None = None  # the table before, while only empty paragraphs followed it
    _gap: int = 0  # empty paragraphs since

    def paragraph(self, text: str, style: Style, boxes: list[str]) -> None:
        place = self.flow.inline.place
        if text.strip() or boxes:
            self._last = None
        else:
            self._gap += 1
        if text.strip():
            self.content.append(Block(text, "heading" if style.heading else "paragraph", place))
        self.content.extend(Block(box, "textbox", place) for box in boxes)
        self._drain()

    def table(self, tbl: etree._Element) -> None:
        reader = TableReader(self.flow, tbl)
        reader.read(own_rows(tbl))
        self.end_table(reader)

    def end_table(self, reader: TableReader) -> None:
        grid, covered = g.build(reader.raw, self.flow.inline.place)
        self.flow.hide(covered)
        if grid is not None:
            if self._last is not None and self._gap <= 1 and _same_columns(self._last, grid):
                grid = replace(grid, continues=True)
            self.content.append(grid)
            self._last, self._gap = grid, 0
        self._drain()

    def section(self, section: etree._Element) -> None:
        first = n.on(section.find(n.w("titlePg")))
        for element in section:
            if element.tag in (n.w("headerReference"), n.w("footerReference")):
                kind = "header" if element.tag == n.w("headerReference") else "footer"
                self.sections.append((element.get(n.R_ID, ""), f"{kind} {element.get(n.w('type'))}", first))
            elif element.tag in (n.w("footnotePr"), n.w("endnotePr")):
                form = element.find(n.w("numFmt"))
                if form is not None:
                    kind = "footnote" if element.tag == n.w("footnotePr") else "endnote"
                    self.flow.inline.mark_format[kind] = form.get(n.VAL, "decimal")

    def _drain(self) -> None:
        self.content.extend(self.flow.inline.aside)
        self.flow.inline.aside.clear()


def _same_columns(a: Grid, b: Grid) -> bool:
    """Whether two tables have the same columns, whatever their unit of width."""
    if a.n_cols != b.n_cols:
        return False
    if a.col_edges is None or b.col_edges is None:
        return a.col_edges is b.col_edges
    scale_a, scale_b = a.col_edges[-1], b.col_edges[-1]
    return all(
        abs(x / scale_a - y / scale_b) <= _SAME_WIDTH for x, y in zip(a.col_edges, b.col_edges, strict=True)
    )


def _walk_tree(package: Package, main: str, body: _Body) -> None:
    root = package.tree(main, looks=False)
    if root is None:
        raise SourceError("word.damaged-document")
    stories = root.findall(n.BODY)  # one, but a forged or damaged file may hold more
    if not stories:
        raise SourceError("word.damaged-document" if package.notes else "word.no-document")
    for story in stories:
        body.flow.walk(story, body)


def _stream(package: Package, main: str, body: _Body) -> None:
    """Reads the body while it is parsed: memory for one batch of rows, whatever the length of the table."""
    tables = paragraphs = 0
    reader: TableReader | None = None
    rows: list[etree._Element] = []
    carry = ""

    def flush() -> None:
        if reader is not None and rows:
            reader.read(rows)
            _forget(rows[-1])
            rows.clear()

    with package.open(main, looks=False) as stream:
        events = etree.iterparse(
            stream, events=("start", "end"), tag=(n.P, n.TBL, n.TR, n.SECT_PR), recover=True, **SAFE
        )
        try:
            for event, element in events:
                tag = element.tag
                step = 1 if event == "start" else -1
                if tag == n.TBL:
                    tables += step
                    if paragraphs == 0 and tables == 1 and step == 1:
                        reader = TableReader(body.flow, element)
                    elif paragraphs == 0 and tables == 0 and reader is not None:
                        flush()
                        body.end_table(reader)
                        reader = None
                        _forget(element)
                elif tag == n.P:
                    paragraphs += step
                    if tables == 0 and paragraphs == 0:
                        carry = body.flow.paragraph(element, body, carry)
                        _forget(element)
                elif step == -1 and tag == n.TR and tables == 1 and paragraphs == 0:
                    rows.append(element)
                    if len(rows) >= _BATCH:
                        flush()
                elif step == -1 and tag == n.SECT_PR and tables == 0 and paragraphs == 0:
                    body.section(element)
        except etree.XMLSyntaxError as error:
            raise_if_memory(error)
            package.notes.append(note("word.damaged-part", part=main))
    raise_if_too_deep(events.error_log, main)
    if len(events.error_log):
        package.notes.append(note("word.damaged-part", part=main))
    if reader is not None:
        flush()
        body.end_table(reader)


def _forget(element: etree._Element) -> None:
    """Empties an element that has been read and removes those before it (but not a table's own
    description).
    """
    parent = element.getparent()
    element.clear()
    if parent is None:
        return
    while (before := element.getprevious()) is not None and before.tag not in (n.TBL_GRID, n.TBL_PR):
        parent.remove(before)


# --------------------------------------------------------------------------------- headers, notes, remarks


def _footnotes(package: Package, by_kind: Mapping[str, str], flow: Flow) -> list[Block | Grid]:
    """The notes that the text refers to, in the order of their marks."""
    content: list[Block | Grid] = []
    stories: dict[tuple[str, str], etree._Element] = {}
    for kind in ("footnote", "endnote"):
        if any(k == kind for k, _ in flow.inline.marks):
            root = package.tree(by_kind.get(kind + "s", ""))
            for element in root.iter(n.w(kind)) if root is not None else ():
                stories[kind, element.get(n.ID, "")] = element
    for key, mark in list(flow.inline.marks.items()):
        if key in stories:
            text = flow.text(stories[key]).strip()
            if text:
                content.append(Block(f"{mark} {text}".strip(), "footnote", flow.inline.place))
            content.extend(flow.inline.aside)
            flow.inline.aside.clear()
    return content


def _even_headers(package: Package, by_kind: Mapping[str, str]) -> bool:
    settings = package.tree(by_kind.get("settings", ""))
    return settings is not None and n.on(settings.find(n.w("evenAndOddHeaders")))


def _running(
    package: Package, relations: Mapping[str, Relation], body: _Body, kind: str, even: bool
) -> list[Block]:
    """The headers or footers that are in effect somewhere, each text once; a table in them gives a line a
    row.
    """
    flow = body.flow
    lines: dict[str, None] = {}
    read: set[str] = set()
    for relation_id, what, first in body.sections:
        relation = relations.get(relation_id)
        if relation is None or relation.target in read or not what.startswith(kind):
            continue
        if (what.endswith("first") and not first) or (what.endswith("even") and not even):
            continue
        read.add(relation.target)
        root = package.tree(relation.target)
        if root is None:
            continue
        parts = [flow.text(root)]
        for item in flow.inline.aside:
            if isinstance(item, Grid):
                rows: dict[int, list[str]] = {}
                for cell in item.cells:
                    rows.setdefault(cell.row, []).append(cell.text)
                parts.extend("\t".join(row) for row in rows.values())
        flow.inline.aside.clear()
        for part in parts:
            lines.update((line, None) for line in part.split("\n") if line.strip())
    return [Block(line, kind, flow.inline.place) for line in lines]


def _notes(package: Package, by_kind: Mapping[str, str], inline: Inline) -> list[Note]:
    """What of the document is not, or not plainly, in the text."""
    counts = inline.counts
    notes: list[Note] = []
    if counts["inserted"] or counts["deleted"]:
        notes.append(note("word.tracked", inserted=counts["inserted"], deleted=counts["deleted"]))
    notes.extend(note(f"word.{what}", n=counts[what]) for what in _COUNTED if counts[what])
    comments = package.tree(by_kind.get("comments", ""))
    if comments is not None and (count := len(comments.findall(n.w("comment")))):
        notes.append(note("word.comments", n=count))
    return notes
