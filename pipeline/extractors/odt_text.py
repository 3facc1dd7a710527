"""The text of one OpenDocument paragraph, and the numbers of its lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from pipeline.extractors import odt_names as n
from pipeline.extractors.docx_numbering import written
from pipeline.model import Block, Grid, Place

_ANCESTORS = 50  # of a style
_SPACES = re.compile(r"[ \t\r\n]+")
_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


@dataclass(frozen=True, slots=True)
class _Level:
    format: str = ""
    prefix: str = ""
    suffix: str = ""
    bullet: str = ""
    shown: int = 1
    start: int = 1


def _format(name: str) -> str:
    """The number format as WordprocessingML calls it; «а, б, .., аа, бб, ... (ru)» is LibreOffice's for
    Russian letters.
    """
    if name[:1] in ("а", "А"):
        return "russianLower" if name[0] == "а" else "russianUpper"
    return _FORMATS.get(name, "decimal" if name else "none")


@dataclass(slots=True)
class Lists:
    """List styles and counters. A counter holds the count of each level, index 0 for level 1."""

    roots: list[etree._Element]
    _styles: dict[str, dict[int, _Level]] = field(default_factory=dict)
    _outline: dict[int, _Level] = field(default_factory=dict)
    _by_id: dict[str, list[int]] = field(default_factory=dict)
    _by_style: dict[str, list[int]] = field(default_factory=dict)
    _open: list[int] = field(default_factory=list)
    _headings: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        for root in self.roots:
            for style in root.iter(n.LIST_STYLE):
                levels = {_number(e, n.LEVEL, 1): _read_level(e) for e in style}
                self._styles[style.get(n.FAMILY_NAME, "")] = levels
            for style in root.iter(n.OUTLINE_STYLE):
                self._outline = {_number(e, n.LEVEL, 1): _read_level(e) for e in style}

    def begin(self, element: etree._Element, style: str, level: int) -> list[int]:
        """The counter for a list that begins: that of the list it continues, or a fresh one."""
        if level > 1:
            return self._open
        before = self._by_id.get(element.get(n.CONTINUE_LIST, ""))
        if before is None and element.get(n.CONTINUE) == "true":
            before = self._by_style.get(style)
        self._open = before if before is not None else []
        self._by_style[style] = self._open
        if element.get(n.XML_ID):
            self._by_id[element.get(n.XML_ID, "")] = self._open
        return self._open

    def label(self, counter: list[int], style: str, level: int, item: etree._Element) -> str:
        """The number or bullet of an item as text, "" where the style shows none."""
        levels = self._styles.get(style, {})
        start = item.get(n.START_VALUE)
        return _advance(counter, levels, level, _number(item, n.START_VALUE, 1) if start else None)

    def heading(self, h: etree._Element) -> str:
        """The number of a numbered heading."""
        level = _number(h, n.OUTLINE_LEVEL, 1)
        definition = self._outline.get(level)
        if definition is None or definition.format in ("", "none") or h.get(n.IS_LIST_HEADER) == "true":
            return ""
        return _advance(self._headings, self._outline, level, None)


def _advance(counter: list[int], levels: dict[int, _Level], level: int, start: int | None) -> str:
    definition = levels.get(level, _Level())
    while len(counter) < level:
        above = levels.get(len(counter) + 1, _Level())
        counter.append(above.start - (len(counter) + 1 == level))
    del counter[level:]
    counter[level - 1] = counter[level - 1] + 1 if start is None else start
    if definition.bullet:
        return "•" if "\ue000" <= definition.bullet[0] <= "\uf8ff" else definition.bullet
    if definition.format in ("", "none"):
        return (definition.prefix + definition.suffix).strip()
    first = max(0, level - definition.shown)
    parts = [
        written(counter[i], levels.get(i + 1, definition).format)
        for i in range(first, level)
        if levels.get(i + 1, definition).format not in ("", "none")
    ]
    return (definition.prefix + ".".join(parts) + definition.suffix).strip()


def _read_level(element: etree._Element) -> _Level:
    bullet = element.get(n.BULLET_CHAR, "") if element.tag == n.LEVEL_BULLET else ""
    return _Level(
        format=_format(element.get(n.NUM_FORMAT, "")),
        prefix=element.get(n.NUM_PREFIX, ""),
        suffix=element.get(n.NUM_SUFFIX, ""),
        bullet=bullet,
        shown=max(1, _number(element, n.DISPLAY_LEVELS, 1)),
        start=_number(element, n.START_VALUE, 1),
    )


def _number(element: etree._Element, name: str, default: int) -> int:
    try:
        return max(0, min(int(element.get(name, "")), 32_767))
    except ValueError:
        return default


def hidden_styles(roots: list[etree._Element]) -> frozenset[str]:
    """Names of paragraph and text styles that hide their text (`text:display="none"`), heirs included."""
    parents: dict[str, str] = {}
    hidden: dict[str, bool] = {}
    for root in roots:
        for style in root.iter(n.STYLE):
            if style.get(n.FAMILY) not in ("text", "paragraph"):
                continue
            name = style.get(n.FAMILY_NAME, "")
            parents[name] = style.get(n.PARENT, "")
            properties = style.find(n.TEXT_PROPERTIES)
            display = properties.get(n.TEXT_DISPLAY) if properties is not None else None
            if display is not None:
                hidden[name] = display == "none"
    found: set[str] = set()
    for name in parents:
        at, seen = name, set[str]()
        while at in parents and at not in hidden and at not in seen and len(seen) < _ANCESTORS:
            seen.add(at)
            at = parents[at]
        if hidden.get(at):
            found.add(name)
    return frozenset(found)


@dataclass(slots=True)
class _Text:
    """Text in the making: runs of white space count as one space, at the start of a paragraph as none
    (19.1.2).
    """

    pieces: list[str] = field(default_factory=list)
    space: bool = True

    def add(self, text: str | None) -> None:
        if text:
            text = _SPACES.sub(" ", text)
            if self.space and text[0] == " ":
                text = text[1:]
            if text:
                self.space = text[-1] == " "
                self.pieces.append(text)

    def exact(self, text: str) -> None:
        self.space = False
        self.pieces.append(text)


@dataclass(slots=True)
class Inline:
    """What lasts from paragraph to paragraph. `boxes` and `notes` are for the caller to read after each
    paragraph.
    """

    lists: Lists
    hidden: frozenset[str]
    place: Place
    counts: Counter[str] = field(default_factory=Counter)
    aside: list[Block | Grid] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    notes: list[tuple[str, etree._Element]] = field(default_factory=list)
    footnotes: list[Block] = field(default_factory=list)
    _deletions: dict[str, str] = field(default_factory=dict)

    def paragraph(self, p: etree._Element) -> str:
        """A paragraph's text."""
        text = _Text()
        if p.get(n.STYLE_NAME) in self.hidden:
            hidden = _Text()
            self._read(p, hidden)
            self._hide("".join(hidden.pieces))
            return ""
        self._read(p, text)
        return "".join(text.pieces)

    def _hide(self, text: str) -> None:
        if text.strip():
            self.counts["hidden"] += 1
            self.aside.append(Block(text, "hidden", self.place))

    def _read(self, parent: etree._Element, text: _Text) -> None:
        text.add(parent.text)
        for child in parent:
            self._child(child, text)
            text.add(child.tail)

    def _child(self, child: etree._Element, text: _Text) -> None:
        tag = child.tag
        if tag == n.S:
            text.exact(" " * n.count(child, n.COUNT))
        elif tag == n.TAB:
            text.exact("\t")
        elif tag == n.LINE_BREAK:
            text.exact("\n")
            text.space = True
        elif tag == n.NOTE:
            self._note(child, text)
        elif tag == n.ANNOTATION:
            self.counts["comments"] += 1
        elif tag in n.NOT_TEXT:
            return
        elif tag in (n.CHANGE, n.CHANGE_START):
            self.change(child)
        elif tag in (n.HIDDEN_TEXT, n.HIDDEN_PARAGRAPH):
            if child.get(n.IS_HIDDEN) == "false":
                text.add(child.get(n.STRING_VALUE) or child.text)
            else:
                self._hide(child.get(n.STRING_VALUE) or child.text or "")
        elif tag in (n.FRAME, n.CUSTOM_SHAPE, n.RECT):
            self.read_shape(child)
        elif child.get(n.STYLE_NAME) in self.hidden:
            hidden = _Text()
            self._read(child, hidden)
            self._hide("".join(hidden.pieces))
        else:
            self._read(child, text)

    def _note(self, element: etree._Element, text: _Text) -> None:
        citation, body = element.find(n.NOTE_CITATION), element.find(n.NOTE_BODY)
        mark = "".join(map(str, citation.itertext())).strip() if citation is not None else ""
        if mark:
            mark = f"[{mark}]"
            text.exact(mark)
        if body is not None:
            self.notes.append((mark, body))

    def read_shape(self, shape: etree._Element) -> None:
        """Text boxes, pictures and objects of a frame or shape. Of a frame's alternatives the first is
        read.
        """
        if shape.tag != n.FRAME:
            if next(shape.iter(n.P), None) is not None:
                self.boxes.append(shape)
            return
        for child in shape:
            if child.tag == n.TEXT_BOX:
                self.boxes.append(child)
                return
            if child.tag in (n.OBJECT, n.OBJECT_OLE):
                self.counts["objects"] += 1
                return
            if child.tag == n.IMAGE:
                self.counts["pictures"] += 1
                return

    def read_changes(self, tracked: etree._Element, read: Callable[[etree._Element], str]) -> None:
        """Keeps the texts of tracked deletions until their place in the text comes; counts insertions."""
        for region in tracked.iter(n.REGION):
            name = region.get(n.XML_ID) or ""
            deletion = region.find(n.DELETION)
            if deletion is not None:
                self._deletions[name] = read(deletion)
            self.counts["inserted"] += region.find(n.INSERTION) is not None

    def change(self, mark: etree._Element) -> None:
        """A deletion's place in the text."""
        text = self._deletions.pop(mark.get(n.CHANGE_ID, ""), "")
        if text.strip():
            self.counts["deleted"] += 1
            self.aside.append(Block(text, "deleted", self.place))
