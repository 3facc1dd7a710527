"""Paragraphs and tables of a DOCX story (body, cell, note, header, text box) in document order.

A row is read in one of two ways that give the same: nearly all rows hold only text, breaks and merges and
are read in one flat walk over the whole table (`_FLAT` names what it understands); a row with anything else
(`_COMPLEX`: tracked changes, fields, numbers, nested tables, …) is read element by element.
`tests/extractors/test_docx_paths.py` holds the two against each other.

A nested table becomes a grid of its own right after the one around it, both with a note; the outer cell
keeps only its own paragraphs, so that no text stands twice. A text box in a cell gives further lines of the
cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from lxml import etree

from pipeline.extractors import docx_grid as g
from pipeline.extractors import docx_names as n
from pipeline.extractors.docx_numbering import Style
from pipeline.extractors.docx_text import Inline, choose, plain
from pipeline.limits import current
from pipeline.model import Block, note

_FLAT = (n.TR, n.TC, n.P, n.T, n.MATH_TEXT, n.TAB, n.BR, n.CR, n.NO_BREAK, n.SOFT,
         n.GRID_SPAN, n.V_MERGE, n.GRID_BEFORE, n.GRID_AFTER, n.TBL_HEADER)  # fmt: skip
_COMPLEX = (n.TBL, n.INS, n.DEL, n.MOVE_FROM, n.MOVE_TO, n.DEL_TEXT, n.FLD_CHAR, n.SYM, n.FOOTNOTE_REF,
            n.ENDNOTE_REF, n.ALTERNATE, n.PICT, n.DRAWING, n.OBJECT, n.RT, n.H_MERGE, n.HIDDEN, n.VANISH,
            n.SPEC_VANISH, n.NUM_PR, n.CELL_DEL, n.ALT_CHUNK, n.SUB_DOC, n.PTAB, *n.CHANGES)  # fmt: skip
_PROPERTIES = frozenset((n.TC_PR, n.TR_PR, n.TBL_PR, n.TBL_GRID, n.SDT_PR, n.w("sdtEndPr"), n.w("tblPrEx")))
_SIGNS = {n.BR: "\n", n.CR: "\n", n.NO_BREAK: "\u2011", n.SOFT: "\u00ad"}


class Sink(Protocol):
    """Where the paragraphs and tables of a story go."""

    def paragraph(self, text: str, style: Style, boxes: list[str]) -> None: ...

    def table(self, tbl: etree._Element) -> None: ...

    def section(self, section: etree._Element) -> None: ...


@dataclass(slots=True)
class Flow:
    """Walks stories. `flat=False` reads every row element by element."""

    inline: Inline
    flat: bool = True
    _watched: tuple[str, ...] = ()
    _special: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        styles = self.inline.styles
        self._special = styles.special()
        self._watched = _FLAT + _COMPLEX
        if self._special:
            self._watched += (n.P_STYLE,)
        if styles.hidden_runs:
            self._watched += (n.R_STYLE,)
        if styles.default.hidden or styles.default.num_id:
            self.flat = False

    # ------------------------------------------------------------------------------------ paragraphs

    def walk(self, parent: etree._Element, sink: Sink) -> None:
        """Gives the paragraphs and tables under `parent` to `sink`, through content controls and other
        wrappers.
        """
        carry = ""
        for child in parent:
            tag = child.tag
            if tag == n.P:
                carry = self.paragraph(child, sink, carry)
            elif tag == n.TBL:
                sink.table(child)
            elif tag == n.SECT_PR:
                sink.section(child)
            elif tag in _PROPERTIES:
                continue
            elif tag == n.ALTERNATE:
                branch = choose(child)
                if branch is not None:
                    self.walk(branch, sink)
            elif next(child.iter(n.P, n.TBL), None) is not None:
                self.walk(child, sink)
            else:
                self._loose(child, sink)
        if carry:
            sink.paragraph(carry, self.inline.styles.default, [])

    def paragraph(self, p: etree._Element, sink: Sink, carry: str = "") -> str:
        """Gives one paragraph to `sink`; returns its text instead if the next paragraph goes on in it."""
        text, style, joins = self.inline.paragraph(p)
        boxes = self._boxes()
        if joins and not boxes:
            return carry + text
        sink.paragraph(carry + text, style, boxes)
        section = p.find(f"{n.P_PR}/{n.SECT_PR}")
        if section is not None:
            sink.section(section)
        return ""

    def _loose(self, element: etree._Element, sink: Sink) -> None:
        """Text that stands outside any paragraph (damaged or hand-made XML)."""
        text = self.inline.loose(element)
        if text.strip():
            sink.paragraph(text, self.inline.styles.default, [])

    def _boxes(self) -> list[str]:
        boxes, self.inline.boxes = self.inline.boxes, []
        return [text for box in boxes if (text := self.text(box).strip())]

    def text(self, story: etree._Element) -> str:
        """All paragraphs of a cell, text box or note, one a line; its tables go to `inline.aside`."""
        inline = self.inline
        before, inline.fields, inline.blocked = (inline.fields, inline.blocked), [], 0
        lines = _Lines(self)
        self.walk(story, lines)
        inline.fields, inline.blocked = before
        return "\n".join(lines.lines).strip("\n")

    # ---------------------------------------------------------------------------------------- tables

    def nested(self, tbl: etree._Element) -> None:
        """Reads a table inside something else; its grid goes to `inline.aside`, before what it holds
        itself.
        """
        start = len(self.inline.aside)
        table = TableReader(self, tbl)
        table.read(own_rows(tbl))
        table.raw.notes.insert(0, note("word.inside"))
        grid, covered = g.build(table.raw, self.inline.place)
        if grid is not None:
            self.inline.aside.insert(start, grid)
        self.hide(covered)

    def hide(self, texts: list[str]) -> None:
        """Puts texts that Word does not show beside the current paragraph or table."""
        for text in texts:
            self.inline.counts["hidden"] += 1
            self.inline.aside.append(Block(text, "hidden", self.inline.place))


@dataclass(slots=True)
class _Lines:
    flow: Flow
    lines: list[str] = field(default_factory=list)

    def paragraph(self, text: str, style: Style, boxes: list[str]) -> None:
        self.lines.append(text)
        self.lines.extend(boxes)

    def table(self, tbl: etree._Element) -> None:
        self.flow.nested(tbl)

    def section(self, section: etree._Element) -> None:
        """A section's end says nothing inside a cell."""


def own_rows(tbl: etree._Element) -> list[etree._Element]:
    """The rows of a table, through content controls, without those of nested tables."""
    return list(_own(tbl, n.TR))


def _own(parent: etree._Element, wanted: str) -> Iterator[etree._Element]:
    for child in parent:
        if child.tag == wanted:
            yield child
        elif child.tag == n.ALTERNATE:
            branch = choose(child)
            if branch is not None:
                yield from _own(branch, wanted)
        elif child.tag not in _PROPERTIES and child.tag != n.P and child.tag != n.TBL:
            yield from _own(child, wanted)


@dataclass(slots=True)
class TableReader:
    """Reads a table's rows, in one or more batches, into `raw`."""

    flow: Flow
    tbl: etree._Element
    raw: g.RawTable = field(default_factory=g.RawTable)
    _started: bool = False

    def read(self, rows: list[etree._Element]) -> None:
        """Reads rows (in document order, all of `tbl` itself) and adds them to `raw`."""
        if not self._started:
            self._started = True
            grid = self.tbl.find(n.TBL_GRID)
            if grid is not None:
                columns = list(grid.iterchildren(n.GRID_COL))[: current().span]
                self.raw.widths = [max(0, n.number(c, n.w("w"))) for c in columns]
        if self.flow.flat:
            self._read_flat(rows)
        else:
            self._read_each(rows)

    def _read_each(self, rows: list[etree._Element]) -> None:
        for row in rows:
            self._read_row(row)

    def _end_row(
        self, tr: etree._Element, cells: list[g.RawCell], total: int, before: int, header: bool
    ) -> None:
        raw = self.raw
        index = len(raw.rows)
        if header and index == (raw.header_rows or 0):
            raw.header_rows = index + 1
        if raw.widths and total != len(raw.widths) and cells:
            sizes = [n.number(tc.find(f"{n.TC_PR}/{n.TC_W}"), n.w("w")) for tc in _own(tr, n.TC)]
            raw.odd_widths[index] = [sum(raw.widths[:before]), *sizes]
        raw.rows.append(cells)

    def _read_flat(self, rows: list[etree._Element]) -> None:
        waiting = iter(rows)
        awaited = next(waiting, None)
        tr: etree._Element | None = None  # the row being read, None while a complex one is passed over
        cells: list[g.RawCell] = []
        text = ""
        col = span = merge = before = after = paragraphs = 0
        header = False
        hidden_runs, special = self.flow.inline.styles.hidden_runs, self.flow._special
        tag_t, tag_p, tag_tc, tag_tr = n.T, n.P, n.TC, n.TR  # looked up a million times
        for el in self.tbl.iter(*self.flow._watched):
            if tr is None and el is not awaited:
                continue
            tag = el.tag
            if tag == tag_t:
                piece = el.text or ""
                text += plain(el) if "\n" in piece else piece
            elif tag == tag_p:
                paragraphs += 1
                if paragraphs > 1:
                    text += "\n"
            elif tag == tag_tc:
                if span:
                    cells.append((text.strip("\n"), col, span, merge))
                    col += span
                text = ""
                span, merge, paragraphs = 1, 0, 0
            elif tag == tag_tr:
                if tr is not None:
                    if span:
                        cells.append((text.strip("\n"), col, span, merge))
                    self._end_row(tr, cells, col + span + after, before, header)
                if el is not awaited:  # a row whose end has not been read yet
                    tr = None
                    break
                tr, awaited = el, next(waiting, None)
                cells, text, header = [], "", False
                col = span = merge = before = after = paragraphs = 0
            elif tag == n.GRID_SPAN:
                span = _clamp(n.number(el, default=1), 1)
            elif tag == n.V_MERGE:
                merge = g.FIRST if el.get(n.VAL) == "restart" else g.MORE
            elif tag == n.TAB:
                if el.get(n.VAL) is None:  # else a tab stop
                    text += "\t"
            elif tag in _SIGNS:
                text += _SIGNS[tag]
            elif tag == n.GRID_BEFORE:
                before = col = _clamp(n.number(el), 0)
            elif tag == n.GRID_AFTER:
                after = _clamp(n.number(el), 0)
            elif tag == n.TBL_HEADER:
                header = n.on(el)
            elif tag == n.MATH_TEXT:
                text += plain(el)
            elif (tag == n.P_STYLE and el.get(n.VAL) not in special) or (
                tag == n.R_STYLE and el.get(n.VAL) not in hidden_runs
            ):
                continue
            elif tr is not None:  # whatever else is watched for is complex
                self._read_row(tr)
                tr = None
                if awaited is None:
                    break
        if tr is not None:
            if span:
                cells.append((text.strip("\n"), col, span, merge))
            self._end_row(tr, cells, col + span + after, before, header)

    def _read_row(self, tr: etree._Element) -> None:
        """A row of any kind, element by element."""
        flow = self.flow
        properties = tr.find(n.TR_PR)
        before = after = 0
        header = deleted = hidden = False
        if properties is not None:
            before = _clamp(n.number(properties.find(n.GRID_BEFORE)), 0)
            after = _clamp(n.number(properties.find(n.GRID_AFTER)), 0)
            header = n.on(properties.find(n.TBL_HEADER))
            deleted = properties.find(n.DEL) is not None
            hidden = n.on(properties.find(n.HIDDEN))
            flow.inline.counts["inserted"] += properties.find(n.INS) is not None
        cells: list[g.RawCell] = []
        col = before
        for tc in _own(tr, n.TC):
            start = len(flow.inline.aside)
            text = flow.text(tc)
            if any(not isinstance(x, Block) for x in flow.inline.aside[start:]):
                self.raw.notes.append(note("word.holds", row=len(self.raw.rows) + 1, column=len(cells) + 1))
            own = tc.find(n.TC_PR)
            span, merge = 1, g.NO_MERGE
            if own is not None:
                span = _clamp(n.number(own.find(n.GRID_SPAN), default=1), 1)
                down, across = own.find(n.V_MERGE), own.find(n.H_MERGE)
                if own.find(n.CELL_DEL) is not None:
                    self._delete([text])
                    continue
                if down is not None:
                    merge = g.FIRST if down.get(n.VAL) == "restart" else g.MORE
                if across is not None and across.get(n.VAL) != "restart" and cells:
                    last = cells[-1]
                    cells[-1] = (last[0], last[1], last[2] + span, last[3])
                    flow.hide([text] if text.strip() else [])
                    col += span
                    continue
            cells.append((text, col, span, merge))
            col += span
        if deleted:
            self._delete([cell[0] for cell in cells])
        elif hidden:
            flow.hide([text for text, *_ in cells if text.strip()])
        else:
            self._end_row(tr, cells, col + after, before, header)

    def _delete(self, texts: list[str]) -> None:
        inline = self.flow.inline
        for text in texts:
            if text.strip():
                inline.counts["deleted"] += 1
                inline.aside.append(Block(text, "deleted", inline.place))


def _clamp(value: int, least: int) -> int:
    return least if value < least else min(value, current().span)
