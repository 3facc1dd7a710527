"""HTML and MHTML: one walk over the tree, without recursion over its depth.

Text becomes blocks where the page breaks lines between them; tables that show data become grids, tables
that only place things on the page give their text as blocks (`html_table`). Word's saved pages are read
with their list numbers and tracked deletions. Nothing is ever loaded from elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import regex
from lxml import etree

from pipeline.errors import SourceError
from pipeline.extractors import html_table, text
from pipeline.extractors.html_charset import page
from pipeline.model import Block, Document, Grid, Place, Source, note

_SKIPPED_TAGS = """
script style head title template noscript xml svg math object iframe select textarea button datalist canvas
audio video
"""
_BLOCK_TAGS = """
address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption
figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table
tbody td tfoot th thead tr ul
"""
_SKIPPED = frozenset(_SKIPPED_TAGS.split())
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SPACE = regex.compile(r"[ \t\r\n\f]+")
_NOTE = regex.compile(r"\s*[\[(]?\d{1,2}[\])]?\s*")  # the mark of a footnote
_RAISED = regex.compile(r"(?:\d|(?<!\p{L})(?:[кдсм]?м|кв\.?))\s*$")  # «м²», «10⁰⁰»
_HIDDEN = ("display:none", "visibility:hidden", "mso-hide:all")
_ELEMENTS = {
    "mso-element:footnote": "footnote",
    "mso-element:header": "header",
    "mso-element:footer": "footer",
}
_DEEPEST = 16  # data tables inside data tables; deeper ones are read as text
_XML_DECLARATION = regex.compile(r"^\s*<\?xml[^>]{0,400}\?>")


def extract(path: Path, source: Source) -> Document:
    """The blocks and grids of a page in reading order. Raises SourceError if it cannot be read or holds
    nothing.
    """
    decoded = page(path.read_bytes())
    root = parse(decoded.text)
    if root is None:
        raise SourceError("source.no-text")
    flow = _Flow(Place(source.path))
    flow.read(root)
    content = text.drawn_lines(flow.content)
    notes = list(decoded.notes)
    if flow.hidden:
        notes.append(note("html.hidden", count=flow.hidden))
    if not flow.content:
        raise SourceError("source.no-text")
    source = replace(source, encoding=source.encoding or decoded.encoding)
    return Document(source, tuple(content), None, tuple(notes))


def parse(text_: str) -> etree._Element | None:
    """The tree of a page; whatever stands in it, never more than a tree (no network, no entities)."""
    parser = etree.HTMLParser(
        encoding="utf-8", recover=True, no_network=True, huge_tree=True, remove_pis=True, remove_comments=True
    )
    data = _XML_DECLARATION.sub("", text_).replace("\0", "").encode("utf-8", "replace")
    if not data.strip():
        return None
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise SourceError("html.too-deep")  # the parser gave up: what follows would be lost in silence
    return root


def style_of(element: etree._Element) -> str:
    """The element's own style without spaces, lower case."""
    style = element.get("style")
    return "".join(style.split()).lower() if style else ""


@dataclass(slots=True)
class _Flow:
    """The content of an element in the making: finished blocks and grids, and the text of the current
    line.
    """

    place: Place
    depth: int = 0
    content: list[Block | Grid] = field(default_factory=list)
    hidden: int = 0
    parts: list[str] = field(default_factory=list)
    kind: str = "paragraph"
    deleted: int = 0
    gone: list[str] = field(default_factory=list)
    numbers: dict[etree._Element, int] = field(default_factory=dict)
    kinds: list[tuple[etree._Element, str]] = field(default_factory=list)

    def read(self, root: etree._Element) -> None:
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if event == "start":
                if not self.start(element, element is root):
                    walk.skip_subtree()
            else:
                self.end(element, element is root)
        self.flush()

    def start(self, element: etree._Element, is_root: bool) -> bool:
        """Take an element up; False if what is inside is done with."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _SKIPPED:
            return False
        style = style_of(element)
        if element.get("hidden") is not None or any(h in style for h in _HIDDEN):
            self.hidden += bool(_text(element).strip())
            return False
        if tag == "br":
            self.parts.append("\n")
            return True
        if tag in _BLOCKS and not is_root:
            self.flush()
            if tag == "table" and self.depth < _DEEPEST and html_table.is_data(element):
                self.table(element)
                return False
            self.open_block(element, tag, style)
            if tag == "pre":
                self.preformatted(element)
                return False
        elif "mso-list:ignore" in style:
            self.parts.append(_SPACE.sub(" ", _text(element)).strip("\u00a0 ") + " ")
            return False
        elif tag == "sup" and _NOTE.fullmatch(own := _text(element)) and not self.is_raised():
            self.parts.append(f"[{own.strip(' []()')}]")
            return False
        elif tag == "del" or "msodel" in (element.get("class") or "").lower():
            self.deleted += 1
        self.add(element.text)
        return True

    def is_raised(self) -> bool:
        """A unit or a number stands before: a small number behind it is a power or minutes, no footnote."""
        return _RAISED.search("".join(self.parts[-3:])[-8:]) is not None

    def open_block(self, element: etree._Element, tag: str, style: str) -> None:
        kind = "heading" if tag in _HEADINGS else next((k for s, k in _ELEMENTS.items() if s in style), None)
        if kind is not None:
            self.kinds.append((element, self.kind))
            self.kind = kind
        if tag == "li":
            self.number(element)

    def number(self, item: etree._Element) -> None:
        """The number that an ordered list shows before its item."""
        parent = item.getparent()
        if parent is None or parent.tag != "ol" or "list-style:none" in style_of(parent):
            return
        last = self.numbers.get(parent, _integer(parent.get("start"), 1) - 1)
        now = _integer(item.get("value"), last + 1)
        self.numbers[parent] = now
        self.parts.append(html_table.list_mark(now, item.get("type") or parent.get("type") or "1") + " ")

    def end(self, element: etree._Element, is_root: bool) -> None:
        tag = element.tag
        if isinstance(tag, str) and not is_root:
            if tag in _BLOCKS:
                self.flush()
                if self.kinds and self.kinds[-1][0] is element:
                    self.kind = self.kinds.pop()[1]
            elif self.deleted and (tag == "del" or "msodel" in (element.get("class") or "").lower()):
                self.deleted -= 1
        if not is_root:
            self.add(element.tail)

    def add(self, text_: str | None) -> None:
        if text_:
            (self.gone if self.deleted else self.parts).append(_SPACE.sub(" ", text_))

    def flush(self) -> None:
        """What was gathered becomes a block, if it is not blank."""
        for parts, kind in ((self.parts, self.kind), (self.gone, "deleted")):
            if parts:
                lines = [" ".join(line.split(" ")).strip(" ") for line in "".join(parts).split("\n")]
                joined = "\n".join(_SPACE.sub(" ", line) for line in lines if line.strip())
                if joined:
                    self.content.append(Block(joined, kind, self.place))
                parts.clear()

    def preformatted(self, element: etree._Element) -> None:
        lines = _text(element).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        grids = [x for x in self.content if isinstance(x, Grid)]
        self.content.extend(text.read_lines(lines, self.place, grids))

    def table(self, element: etree._Element) -> None:
        """A data table: its caption, its grid, then what a grid cannot hold (nested tables, deleted
        text).
        """
        after: list[Block | Grid] = []

        def text_of(cell: etree._Element) -> str:
            if not len(cell):
                return _SPACE.sub(" ", cell.text or "").strip(" ")
            inner = _Flow(self.place, self.depth + 1)
            inner.read(cell)
            self.hidden += inner.hidden
            shown = [x for x in inner.content if isinstance(x, Block) and x.kind != "deleted"]
            after.extend(x for x in inner.content if isinstance(x, Grid) or x.kind == "deleted")
            return "\n".join(block.text for block in shown)

        for child in element:
            if child.tag == "caption" and (caption := text_of(child)):
                self.content.append(Block(caption, "paragraph", self.place))
        grid, hidden = html_table.grid(element, text_of, self.place, _is_hidden)
        self.hidden += hidden
        nested = any(isinstance(x, Grid) for x in after)
        if grid.n_rows:
            self.content.append(replace(grid, notes=(note("html.nested"),)) if nested else grid)
        self.content.extend(after)


def _text(element: etree._Element) -> str:
    return "".join(str(part) for part in element.itertext())


def _is_hidden(element: etree._Element) -> bool:
    style = style_of(element)
    return element.get("hidden") is not None or any(h in style for h in _HIDDEN)


def _integer(text_: str | None, default: int) -> int:
    try:
        return int(text_ or "")
    except ValueError:
        return default
