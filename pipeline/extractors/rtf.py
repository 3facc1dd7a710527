"""RTF → paragraphs and grids in reading order: one pass over the control words, no tree.

Rich Text Format 1.9.1. Bytes are decoded by the font's character set (`\\fcharset204` is cp1251), else by
`\\ansicpg`; `\\u` characters skip the `\\uc` bytes that stand for them elsewhere. The numbers of lists are
those that the writer stored beside them (`\\listtext`, `\\pntext`). Cells lie between the column borders
(`\\cellx`) of all rows of a table; tables in cells (`\\itap`) follow the table around them. What a `\\*`
destination holds is passed over unless it is known here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import SourceError
from pipeline.extractors import rtf_words as w
from pipeline.extractors.docx_text import symbols
from pipeline.extractors.rtf_story import Story
from pipeline.limits import current
from pipeline.model import Block, Document, Grid, Note, Place, Source, Table, note

DEEPEST = 2000  # groups in groups; word processors write fewer than 50
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|([{}])|[\r\n\x00]+"
    rb"|\\([^a-zA-Z])|([^\\{}\r\n\x00]+)",
    re.S,
)


@dataclass(slots=True)
class _Reader:
    data: bytes
    place: Place
    default: str = "cp1252"
    default_font: int = w.DEFAULT
    fonts: dict[int, w.Font] = field(default_factory=dict)
    group: w.Group = field(default_factory=w.Group)
    stack: list[w.Group] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)
    ends: list[Block | Grid] = field(default_factory=list)  # footnotes
    heads: dict[str, dict[str, None]] = field(default_factory=lambda: {"header": {}, "footer": {}})
    counts: Counter[str] = field(default_factory=Counter)
    pending: bytearray = field(default_factory=bytearray)
    unread: int = 0
    high: int = 0  # a high surrogate that waits for its partner
    star: bool = False

    def run(self) -> None:
        position, size = 0, len(self.data)
        match = _TOKEN.match
        first = False  # in its group: only there a \\* counts
        while position < size:
            token = match(self.data, position)
            if token is None:  # a backslash at the very end
                break
            position = token.end()
            word, value, code, brace, sign, text = token.groups()
            was_first, first = first, first and token.lastindex is None
            if text is not None:
                self._bytes(text)
            elif word is not None:
                if word == b"bin":
                    position += max(0, int(value or 0))
                else:
                    self._word(word.decode("ascii"), int(value) if value is not None else None)
            elif code is not None:
                self._bytes(bytes((int(code, 16),)), code=True)
            elif brace == b"{":
                self._open()
                first = True
            elif brace == b"}":
                self._close()
            elif sign == b"*":
                self.star = was_first
            elif sign is not None:
                self._sign(sign)

    # ---------------------------------------------------------------------------------- text

    def _bytes(self, text: bytes, code: bool = False) -> None:
        if self.unread:
            passed = min(self.unread, len(text))
            self.unread -= passed
            text = text[passed:]
        if not self.group.skip or self.group.fonts:
            self.pending += text

    def _flush(self) -> None:
        """Decodes the bytes gathered so far; call before anything that changes how or where they go."""
        if not self.pending:
            return
        data = bytes(self.pending)
        self.pending.clear()
        if self.group.fonts:
            font = self.fonts.setdefault(self.group.font, w.Font())
            font.name += data.decode("latin-1").replace(";", "").strip()
            if font.name.lower().endswith(" cyr") and not font.encoding:
                font.encoding = "cp1251"
            return
        found = self.fonts.get(self._font_number())
        if found is not None and found.symbol:
            table, name = symbols(), found.name.lower()
            self._put("".join(table.get((name, b), chr(b) if b < 128 else "\ufffd") for b in data))
            return
        encoding = (found.encoding if found is not None else "") or self.default
        self._put(data.decode(encoding, errors="replace"))

    def _font_number(self) -> int:
        return self.default_font if self.group.font == w.DEFAULT else self.group.font

    def _put(self, text: str) -> None:
        group = self.group
        if group.skip or not text:
            return
        if self.high:
            self.high = 0
            text = "\ufffd" + text
        kind = "deleted" if group.deleted else "hidden" if group.hidden else "text"
        self.stories[-1].add(text, kind, label=group.label)

    def _unicode(self, value: int) -> None:
        self._flush()
        code = value & 0xFFFF if -0x8000 <= value < 0x10000 else value
        self.unread = self.group.uc
        if 0xD800 <= code < 0xDC00:
            self.high = code
            return
        if 0xDC00 <= code < 0xE000:
            if self.high:
                code = 0x10000 + ((self.high - 0xD800) << 10) + (code - 0xDC00)
                self.high = 0
            else:
                code = 0xFFFD
        if 0xF020 <= code <= 0xF0FF:
            font = self.fonts.get(self._font_number(), w.Font())
            self._put(symbols().get((font.name.lower(), code - 0xF000), "\ufffd"))
        elif 0x20 <= code <= 0x10FFFF or code in (9, 10):
            self._put(chr(code))

    def _sign(self, sign: bytes) -> None:
        if self.unread:
            self.unread -= 1
            return
        if sign in b"\r\n":
            self._flush()
            self._paragraph()
        elif sign in w.ESCAPED:
            self._flush()
            self._put(w.ESCAPED[sign])

    # -------------------------------------------------------------------------------- groups

    def _open(self) -> None:
        self._flush()
        self.unread = 0
        if len(self.stack) >= DEEPEST:
            raise SourceError("word.rtf-too-deep", limit=DEEPEST)
        self.stack.append(self.group)
        g = self.group
        self.group = w.Group(g.skip, g.fonts, g.label, g.font, g.uc, g.hidden, g.deleted)
        self.star = False

    def _close(self) -> None:
        self._flush()
        self.unread = 0
        self.star = False
        if not self.stack:
            return
        ended = self.group.story
        self.group = self.stack.pop()
        if ended is not None:
            self._end_story(ended)

    def _end_story(self, story: Story) -> None:
        while self.stories[-1] is not story:
            self.stories.pop()
        self.stories.pop()
        story.end()
        self.counts.update(story.counts)
        texts = [x.text for x in story.content if isinstance(x, Block)]
        if story.kind in self.heads:
            self.heads[story.kind].update(
                (line, None) for text in texts for line in text.split("\n") if line.strip()
            )
        elif story.kind == "footnote":
            text = "\n".join(texts).strip()
            if text:
                mark = f"[{story.number}] " if story.number else ""
                self.ends.append(Block(mark + text, "footnote", self.place))
            self.ends.extend(x for x in story.content if isinstance(x, Grid))
        else:
            self.stories[-1].box("\n".join(texts).strip(), [x for x in story.content if isinstance(x, Grid)])

    # --------------------------------------------------------------------------------- words

    def _word(self, word: str, value: int | None) -> None:
        if self.unread and word not in ("u", "uc"):
            self.unread -= 1
            return
        group = self.group
        starred, self.star = self.star, False
        if word == "u":
            if value is not None and not group.skip:
                self.unread = 0
                self._unicode(value)
            return
        self._flush()
        if group.fonts:
            if starred:
                group.fonts, group.skip = False, True
            self._font_word(word, value)
        elif word in w.SKIPPED or (
            starred and word not in w.STARRED and word not in w.STORIES and word != "pn"
        ):
            if not group.skip:
                self.counts["pictures"] += word == "pict" or (starred and word == "shppict")
                self.counts["comments"] += word == "annotation"
                self.counts["objects"] += word == "objdata"
            group.skip = True
        elif group.skip:
            if word == "ud":
                group.skip = False
        elif word in w.CHARACTERS:
            self._put(w.CHARACTERS[word])
        elif word in w.STORIES:
            number = 0
            if word == "footnote":
                number, self.counts["mark"] = self.counts["mark"], 0
            story = Story(w.STORIES[word], self.place, number=number)
            group.story = story
            self.stories.append(story)
        elif word in _ACTIONS:
            _ACTIONS[word](self, value)
        else:
            self.stories[-1].word(word, value)

    def _font_word(self, word: str, value: int | None) -> None:
        if word == "f" and value is not None:
            self.group.font = value
            self.fonts[value] = w.Font()
        elif word == "fcharset" and value is not None:
            font = self.fonts.setdefault(self.group.font, w.Font())
            font.symbol = value == w.SYMBOL
            font.encoding = w.CHARSETS.get(value, "")
        elif word == "cpg" and value:
            self.fonts.setdefault(self.group.font, w.Font()).encoding = w.code_page(value)

    def _paragraph(self) -> None:
        if not self.group.skip:
            self.stories[-1].end_paragraph()

    def _font_table(self, value: int | None) -> None:
        self.group.fonts = True

    def _font(self, value: int | None) -> None:
        self.group.font = value or 0

    def _default_font(self, value: int | None) -> None:
        self.default_font = value or 0

    def _ansi(self, value: int | None) -> None:
        self.default = w.code_page(value or 0) or self.default

    def _uc(self, value: int | None) -> None:
        self.group.uc = max(0, min(value if value is not None else 1, 16))

    def _hide(self, value: int | None) -> None:
        self.group.hidden = value != 0

    def _delete(self, value: int | None) -> None:
        self.group.deleted = value != 0

    def _revise(self, value: int | None) -> None:
        self.counts["inserted"] += value != 0

    def _plain(self, value: int | None) -> None:
        self.group.hidden = self.group.deleted = False
        self.group.font = w.DEFAULT

    def _list_text(self, value: int | None) -> None:
        self.group.label = True

    def _upr(self, value: int | None) -> None:
        self.group.skip = True  # the first of its two groups; the second, \ud, is read

    def _mark(self, value: int | None) -> None:
        story = self.stories[-1]
        if story.kind != "footnote" and self.counts["mark"] == 0:
            self.counts["footnotes"] += 1
            self.counts["mark"] = self.counts["footnotes"]
            self._put(f"[{self.counts['mark']}]")


_ACTIONS: dict[str, Callable[[_Reader, int | None], None]] = {
    "par": lambda reader, value: reader._paragraph(),
    "sect": lambda reader, value: reader._paragraph(),
    "fonttbl": _Reader._font_table,
    "f": _Reader._font,
    "deff": _Reader._default_font,
    "ansicpg": _Reader._ansi,
    "mac": lambda reader, value: reader._ansi(10000),
    "pc": lambda reader, value: reader._ansi(437),
    "pca": lambda reader, value: reader._ansi(850),
    "uc": _Reader._uc,
    "v": _Reader._hide,
    "deleted": _Reader._delete,
    "revised": _Reader._revise,
    "plain": _Reader._plain,
    "listtext": _Reader._list_text,
    "pntext": _Reader._list_text,
    "upr": _Reader._upr,
    "chftn": _Reader._mark,
}


def extract(path: Path, source: Source) -> Document:
    """The document's blocks and grids; places name the source only.

    Raises SourceError (`word.*`) for a file that is no RTF, holds no text or is over a limit.
    """
    current().check("source_bytes", path.stat().st_size)
    data = path.read_bytes()
    start = data[:1024].find(b"{\\rtf")
    if start < 0:
        raise SourceError("word.not-rtf")
    place = Place(source.path)
    body = Story("body", place)
    reader = _Reader(data[start:], place, stories=[body])
    reader.run()
    reader._flush()
    notes: list[Note] = []
    if reader.stack:
        notes.append(note("word.rtf-truncated"))
        while reader.stack:
            reader._close()
    body.end()
    counts = reader.counts + body.counts
    content: list[Block | Grid | Table] = [Block(t, "header", place) for t in reader.heads["header"]]
    content += [*body.content, *reader.ends, *(Block(t, "footer", place) for t in reader.heads["footer"])]
    if not content:
        if counts["objects"]:
            raise SourceError("word.only-embedded")
        if counts["pictures"]:
            raise SourceError("word.only-pictures", n=counts["pictures"])
        raise SourceError("word.empty")
    if counts["inserted"] or counts["deleted"]:
        notes.append(note("word.tracked", inserted=counts["inserted"], deleted=counts["deleted"]))
    for what in ("hidden", "pictures", "objects", "comments"):
        if counts[what]:
            notes.append(note(f"word.{what}", n=counts[what]))
    return Document(source, tuple(content), n_pages=None, notes=tuple(notes))
