"""The text of one DOCX paragraph as a reader sees it, and what stands beside the text.

In the text: tracked insertions and moved-to text, results of fields, automatic numbers, line breaks
(`\\n`), tabs, symbols, no-break hyphens (U+2011), soft hyphens (U+00AD), footnote marks as `[1]`. Beside
it, as blocks of their own: tracked deletions and moved-from text (kind `deleted`), hidden text (`hidden`),
text boxes (`textbox`). Not text: field instructions, comments, pictures (counted). Of the branches of
`mc:AlternateContent` only one is read.
"""

from __future__ import annotations

import csv
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from itertools import islice

from lxml import etree

from pipeline.extractors import docx_names as n
from pipeline.extractors.docx_numbering import Numbering, Style, Styles, written
from pipeline.model import Block, Grid, Place

_NOT_TEXT = frozenset(
    (
        n.P_PR,
        n.R_PR,
        n.SDT_PR,
        n.w("sdtEndPr"),
        n.TC_PR,
        n.TR_PR,
        n.TBL_PR,
        n.TBL_GRID,
        n.INSTR,
        n.DEL_INSTR,
        n.RT,
    )
)
_SIGNS = {
    n.TAB: "\t", n.PTAB: "\t", n.BR: "\n", n.CR: "\n", n.NO_BREAK: "\u2011", n.SOFT: "\u00ad",
}  # fmt: skip
_FORM_FIELD = f"{n.w('ffData')}/{n.w('ddList')}"


@cache
def symbols() -> dict[tuple[str, int], str]:
    """Characters of symbol fonts in Unicode, by font (lower case) and code; from
    `lexicons/word-symbols.csv`.
    """
    file = resources.files("pipeline") / "data" / "lexicons" / "word-symbols.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {(row["font"].lower(), int(row["code"], 16)): row["character"] for row in rows}


@dataclass(slots=True)
class _Field:
    """An open field: has its result begun, does its instruction hold other fields, the entry chosen in a
    list.
    """

    result: bool = False
    nested: bool = False
    chosen: str = ""
    begin: int = 0  # pieces of text before it


@dataclass(slots=True)
class _Run:
    """The text of one paragraph while it is read."""

    text: list[str] = field(default_factory=list)
    deleted: list[tuple[int, str]] = field(default_factory=list)  # position in `text`, text
    hidden: list[tuple[int, str]] = field(default_factory=list)
    withheld: list[tuple[int, str]] = field(default_factory=list)  # of instructions that hold fields
    mode: str = "text"  # text, deleted, hidden: where what follows belongs

    def add(self, text: str) -> None:
        if self.mode == "text":
            self.text.append(text)
        else:
            (self.deleted if self.mode == "deleted" else self.hidden).append((len(self.text), text))


@dataclass(slots=True)
class Inline:
    """What lasts from paragraph to paragraph. `aside` gathers blocks and grids to be put after the current
    one.

    `boxes` gathers the `w:txbxContent` elements of the current paragraph; the caller reads them. `counts`
    of things met: inserted, deleted, moved, hidden, pictures, objects, symbols, embedded.
    """

    styles: Styles
    numbering: Numbering
    place: Place
    counts: Counter[str] = field(default_factory=Counter)
    aside: list[Block | Grid] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    fields: list[_Field] = field(default_factory=list)
    blocked: int = 0  # open fields whose instruction holds other fields
    marks: dict[tuple[str, str], str] = field(default_factory=dict)  # (footnote | endnote, id) → mark
    mark_format: dict[str, str] = field(default_factory=dict)
    _mark_counts: Counter[str] = field(default_factory=Counter)

    def paragraph(self, p: etree._Element) -> tuple[str, Style, bool]:
        """A paragraph's text, its style, and whether the next paragraph goes on in it (its mark is
        deleted).
        """
        properties = p.find(n.P_PR)
        style, style_id = self.styles.default, ""
        joins = mark_deleted = False
        if properties is not None:
            named = properties.find(n.P_STYLE)
            if named is not None:
                style_id = named.get(n.VAL, "")
                style = self.styles.paragraph.get(style_id, self.styles.default)
            mark = properties.find(n.R_PR)
            if mark is not None:
                mark_deleted = mark.find(n.DEL) is not None or mark.find(n.MOVE_FROM) is not None
                joins = mark_deleted or n.on(mark.find(n.SPEC_VANISH))
                self.counts["inserted"] += mark.find(n.INS) is not None
        run = _Run(mode="hidden" if style.hidden else "text")
        self.read(p, run, style.hidden)
        if self.blocked:
            self._give_up_fields(run)
        text = "".join(run.text)
        gone = mark_deleted or bool(run.hidden) or style.hidden
        if not (gone and not text.strip()):
            label = self._label(properties, style, style_id)
            text = label + text if text else label.rstrip()
        self._set_aside(run.deleted, "deleted")
        self._set_aside(run.hidden, "hidden")
        return text, style, joins

    def loose(self, element: etree._Element) -> str:
        """Text of an element that stands where a paragraph should."""
        run = _Run()
        wrapper = etree.Element(n.P)
        wrapper.append(deepcopy(element))
        self.read(wrapper, run)
        return "".join(run.text)

    def _label(self, properties: etree._Element | None, style: Style, style_id: str) -> str:
        num_id, level = style.num_id, style.level
        own = properties.find(n.NUM_PR) if properties is not None else None
        if own is not None:
            if own.find(n.NUM_ID) is not None:
                num_id = own.find(n.NUM_ID).get(n.VAL)  # type: ignore[union-attr]  # lxml-stubs: just checked
            if own.find(n.ILVL) is not None:
                level = n.number(own.find(n.ILVL))
            elif num_id != style.num_id:
                level = 0 if own.find(n.NUM_ID) is not None else level
        if not num_id or num_id == "0":
            return ""
        return self.numbering.label(num_id, level, style.num_style or style_id)

    def _set_aside(self, pieces: list[tuple[int, str]], kind: str) -> None:
        texts: list[tuple[int, str]] = []
        for position, text in pieces:
            if texts and texts[-1][0] == position:
                texts[-1] = (position, texts[-1][1] + text)
            else:
                texts.append((position, text))
        for _, text in texts:
            if text.strip():
                self.counts[kind] += 1
                self.aside.append(Block(text, kind, self.place))

    def read(self, parent: etree._Element, run: _Run, hidden: bool = False) -> None:
        """Adds the text of an element's children to `run`. `hidden` says what the paragraph's style says."""
        for child in parent:
            tag = child.tag
            if tag == n.R:
                self._read_run(child, run, hidden)
            elif tag == n.T or tag == n.MATH_TEXT:
                self._add_text(child, run)
            elif tag in _NOT_TEXT:
                continue
            elif tag in _SIGNS:
                if not self.in_instruction():
                    run.add(_SIGNS[tag])
            elif tag == n.DEL or tag == n.MOVE_FROM:
                before, run.mode = run.mode, "deleted"
                self.counts["moved"] += tag == n.MOVE_FROM
                self.read(child, run, hidden)
                run.mode = before
            elif tag == n.DEL_TEXT:
                before, run.mode = run.mode, "deleted"
                run.add(child.text or "")
                run.mode = before
            elif tag == n.INS or tag == n.MOVE_TO:
                self.counts["inserted"] += tag == n.INS
                self.read(child, run, hidden)
            elif tag == n.FLD_CHAR:
                self._field_sign(child, run)
            elif tag == n.SYM:
                run.add(self._symbol(child))
            elif tag == n.FOOTNOTE_REF or tag == n.ENDNOTE_REF:
                if run.mode == "text":
                    run.add(self._mark(child, "footnote" if tag == n.FOOTNOTE_REF else "endnote"))
            elif tag == n.ALTERNATE:
                branch = choose(child)
                if branch is not None:
                    self.read(branch, run, hidden)
            elif tag == n.TXBX:
                self.boxes.append(child)
            elif tag == n.ALT_CHUNK or tag == n.SUB_DOC:
                self.counts["embedded"] += 1
            else:
                if tag == n.BLIP or tag == n.IMAGE_DATA:
                    self.counts["pictures"] += 1
                elif tag == n.OBJECT:
                    self.counts["objects"] += child.find("{*}OLEObject") is not None
                elif tag == n.P:  # a paragraph where none may be: damaged or hand-made XML
                    run.add("\n")
                self.read(child, run, hidden)

    def _read_run(self, r: etree._Element, run: _Run, hidden: bool) -> None:
        properties = r.find(n.R_PR)
        if properties is not None:
            vanish = properties.find(n.VANISH)
            style = properties.find(n.R_STYLE)
            if vanish is not None:
                hidden = n.on(vanish)
            elif style is not None and style.get(n.VAL) in self.styles.hidden_runs:
                hidden = True
        before = run.mode
        if before != "deleted":
            run.mode = "hidden" if hidden else "text"
        self.read(r, run, hidden)
        run.mode = before

    def _add_text(self, t: etree._Element, run: _Run) -> None:
        if not self.in_instruction():
            run.add(plain(t))
        elif run.mode == "text":
            run.withheld.append((len(run.text), plain(t)))

    def _give_up_fields(self, run: _Run) -> None:
        """An instruction that does not end with its paragraph: the field's end is lost (or, in a rare IF
        field, far away). Its text is shown, for else all that follows would be lost.
        """
        self.counts["fields"] += 1
        self.fields, self.blocked = [], 0
        for position, text in reversed(run.withheld):
            run.text.insert(position, text)

    def in_instruction(self) -> bool:
        """Whether text here belongs to a field's instruction (only a field in a field puts text there)."""
        return self.blocked > 0

    def _field_sign(self, sign: etree._Element, run: _Run) -> None:
        kind = sign.get(n.w("fldCharType"))
        if kind == "begin":
            if self.fields and not self.fields[-1].result and not self.fields[-1].nested:
                self.fields[-1].nested = True
                self.blocked += 1
            opened = _Field(begin=len(run.text))
            self.fields.append(opened)
            choices = sign.find(_FORM_FIELD)
            if choices is not None:
                entries = [e.get(n.VAL, "") for e in choices.iterchildren(n.w("listEntry"))]
                index = n.number(choices.find(n.w("result")))
                if 0 <= index < len(entries):
                    opened.chosen = entries[index]
        elif kind in ("separate", "end") and self.fields:
            top = self.fields[-1]
            if top.nested and not top.result:
                self.blocked -= 1
            top.result = True
            if kind == "end":
                self.fields.pop()
                if top.chosen and not any(map(str.strip, islice(run.text, top.begin, None))):
                    run.add(top.chosen)

    def _symbol(self, sym: etree._Element) -> str:
        font = sym.get(n.w("font"), "").lower()
        try:
            code = int(sym.get(n.w("char"), ""), 16)
        except ValueError:
            code = 0
        low = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
        found = symbols().get((font, low))
        if found is not None:
            return found
        if 0x20 <= code < 0xD800:
            return chr(code)
        self.counts["symbols"] += 1
        return "\ufffd"

    def _mark(self, reference: etree._Element, kind: str) -> str:
        name = reference.get(n.ID, "")
        if reference.get(n.w("customMarkFollows")) in ("1", "true", "on"):
            self.marks.setdefault((kind, name), "")
            return ""
        if (kind, name) not in self.marks:
            self._mark_counts[kind] += 1
            form = self.mark_format.get(kind, "decimal" if kind == "footnote" else "lowerRoman")
            self.marks[kind, name] = f"[{written(self._mark_counts[kind], form)}]"
        return self.marks[kind, name]


def plain(t: etree._Element) -> str:
    """The text of a `w:t`. A line end is a space, and at the ends it is nothing (XML that was indented).

    Spaces at the ends are kept even without `xml:space="preserve"`: writers that forget it mean them, and
    Word's dropping them joins words.
    """
    text = t.text or ""
    if "\n" not in text:
        return text
    if t.get(n.SPACE) != "preserve":
        text = text.strip(" \t\r\n")
    return text.replace("\n", " ")


def choose(alternate: etree._Element) -> etree._Element | None:
    """The branch of an `mc:AlternateContent` to read: the first with text or pictures, choices before the
    fallback.
    """
    branches = list(alternate.iterchildren(n.CHOICE)) + list(alternate.iterchildren(n.FALLBACK))
    for branch in branches:
        if next(branch.iter(n.T, n.DEL_TEXT, n.SYM, n.TBL), None) is not None:
            return branch
    return branches[0] if branches else None
