"""A written order as Word really saves one: words cut into runs, tracked changes, content controls, fields,
text boxes, automatic numbers, tables with margins of merged columns, moved rows, hidden text.

Whatever is drawn by chance is drawn from the order's own text, so that a document is made the same twice.
"""

from __future__ import annotations

import random
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.labelled.forms import spans_of
from benchmarks.labelled.parts import TableRows
from benchmarks.labelled.writing import Page

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_NAMES = (
    f'xmlns:w="{_W}" xmlns:r="{_REL}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'mc:Ignorable="w14"'
)
_BY = 'w:author="Иванова" w:date="2021-03-01T10:00:00Z"'
_KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
    "dotx": "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
}
_WRAPS = (  # what Word puts around a run, or behind it
    "<w:ins {mark}>{piece}</w:ins>",
    "<w:moveTo {mark}>{piece}</w:moveTo>",
    "{piece}<w:del {mark}><w:r><w:delText>лишнее</w:delText></w:r></w:del>",
    "{piece}<w:moveFrom {mark}><w:r><w:t>унесено</w:t></w:r></w:moveFrom>",
    '<w:smartTag w:uri="urn:x" w:element="place">{piece}</w:smartTag>',
    "<w:sdt><w:sdtPr/><w:sdtContent>{piece}</w:sdtContent></w:sdt>",
    '<w:proofErr w:type="spellStart"/>{piece}<w:proofErr w:type="spellEnd"/>',
    "{piece}<w:r><w:rPr><w:vanish/></w:rPr><w:t>скрытое</w:t></w:r>",
    "{piece}<w:r><w:lastRenderedPageBreak/></w:r>",
    '<w:bookmarkStart w:id="{id}" w:name="b{id}"/>{piece}<w:bookmarkEnd w:id="{id}"/>',
    '<w:hyperlink w:anchor="b1">{piece}</w:hyperlink>',
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF b1 </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>{piece}<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    '<mc:AlternateContent><mc:Choice Requires="w14">{piece}</mc:Choice>'
    "<mc:Fallback>{piece}</mc:Fallback></mc:AlternateContent>",
)
_GONE = "<w:del {mark}><w:r><w:delText>Вычеркнуто</w:delText></w:r></w:del>"
_LANDSCAPE = (
    '<w:p><w:pPr><w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/></w:sectPr></w:pPr></w:p>'
)


class _Word:
    """Writes paragraphs and tables; `rng` decides what Word did to each."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.id = rng, 100
        self.numbered: list[tuple[str, int]] = []  # number format, start

    def mark(self) -> str:
        self.id += 1
        return f'w:id="{self.id}" {_BY}'

    def run(self, text: str, kind: str = "t", properties: str = "") -> str:
        rsid = f'w:rsidRPr="00{self.rng.randrange(16**6):06X}"'
        inner = f'<w:{kind} xml:space="preserve">{escape(text)}</w:{kind}>'
        if kind == "t" and "-" in text and self.rng.random() < 0.1:
            head, _, tail = text.partition("-")
            inner = "".join(
                (
                    f'<w:t xml:space="preserve">{escape(head)}</w:t>' if head else "",
                    "<w:noBreakHyphen/>",
                    f'<w:t xml:space="preserve">{escape(tail)}</w:t>' if tail else "",
                )
            )
        return f"<w:r {rsid}>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{inner}</w:r>"

    def text(self, text: str) -> str:
        """Runs that together say the text, whatever was struck out, inserted or hidden between them."""
        parts, at = [], 0
        while at < len(text):
            size = self.rng.choice((1, 3, 5, 8, 13, 40))
            piece = self.run(text[at : at + size])
            at += size
            self.id += 1
            wrap = self.rng.choice((*_WRAPS, *["{piece}"] * 2 * len(_WRAPS)))
            parts.append(wrap.format(piece=piece, mark=self.mark(), id=self.id))
        return "".join(parts)

    def paragraph(self, text: str, properties: str = "") -> str:
        made = f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{self.text(text)}</w:p>"
        if self.rng.random() < 0.04:
            made = f"<w:sdt><w:sdtPr/><w:sdtContent>{made}</w:sdtContent></w:sdt>"
        if self.rng.random() < 0.04:
            gone = _GONE.format(mark=self.mark())
            made += f"<w:p><w:pPr><w:rPr><w:del {self.mark()}/></w:rPr></w:pPr>{gone}</w:p>"
        return made

    def boxed(self, text: str) -> str:
        """A paragraph that stands in a text box, with the copy for old programs beside it."""
        inner = f"<w:txbxContent>{self.paragraph(text)}</w:txbxContent>"
        return (
            '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor>'
            "<a:graphic><a:graphicData>"
            f"<wps:wsp><wps:txbx>{inner}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
            f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{inner}</v:textbox></w:pict></mc:Fallback>"
            "</mc:AlternateContent></w:r></w:p>"
        )

    def cell(self, text: str, properties: str, numbered: str = "") -> str:
        words = text.split(" ")
        paragraphs = [text]
        if len(words) > 6 and self.rng.random() < 0.15:
            cut = self.rng.randrange(2, len(words) - 2)
            paragraphs = [" ".join(words[:cut]), " ".join(words[cut:])]
        inner = "".join(self.paragraph(t) for t in paragraphs) if not numbered else f"<w:p>{numbered}</w:p>"
        made = f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"
        return (
            f"<w:sdt><w:sdtPr/><w:sdtContent>{made}</w:sdtContent></w:sdt>"
            if self.rng.random() < 0.03
            else made
        )

    def table(self, table: TableRows) -> str:
        rng, spans = self.rng, spans_of(table)
        width = max(map(len, table.rows))
        is_padded = rng.random() < 0.3 and all(len(row) == width for row in table.rows)
        numbering = self._automatic(table)
        rows, inside = [], 0
        for r, row in enumerate(table.rows):
            kind = table.kinds[r]
            inside = spans.get(r, inside - 1 if inside else 0)
            if kind in ("section", "total"):
                cells = [self.cell(row[0], f'<w:gridSpan w:val="{width}"/>')]
            else:
                cells = []
                for c, text in enumerate(row):
                    properties = ""
                    if c < table.merged and kind == "row" and spans.get(r, 2) > 1:
                        properties = '<w:vMerge w:val="restart"/>' if r in spans else "<w:vMerge/>"
                    number = numbering if c == 0 and kind == "row" and numbering and text else ""
                    cells.append(self.cell(text, properties, number))
                if len(row) < width:
                    cells += [self.cell("", "")] * (width - len(row))
            properties = "<w:tblHeader/>" if kind == "head" and rng.random() < 0.6 else ""
            edge = '<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>' if is_padded else ""
            changed = f"<w:ins {self.mark()}/>" if rng.random() < 0.03 else ""
            made = f"<w:tr><w:trPr>{edge}<w:cantSplit/>{properties}{changed}</w:trPr>{''.join(cells)}</w:tr>"
            if rng.random() < 0.03:
                made = f"<w:sdt><w:sdtPr/><w:sdtContent>{made}</w:sdtContent></w:sdt>"
            if rng.random() < 0.04 and kind == "row" and not table.merged:
                dead = "".join(
                    f"<w:tc><w:tcPr/><w:p>{_GONE.format(mark=self.mark())}</w:p></w:tc>" for _ in row
                )
                made += f"<w:tr><w:trPr><w:del {self.mark()}/></w:trPr>{dead}</w:tr>"
            rows.append(made)
        columns = "".join('<w:gridCol w:w="1800"/>' for _ in range(width + 2 * is_padded))
        cut = self._cut(table)
        grid = f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>'
        if not cut:
            return f"{grid}{''.join(rows)}</w:tbl>"
        return f"{grid}{''.join(rows[:cut])}</w:tbl>{grid}{''.join(rows[cut:])}</w:tbl>"

    def _cut(self, table: TableRows) -> int:
        """Where Word split the table in two without anything between."""
        spans = spans_of(table)
        places = [
            r
            for r in range(3, len(table.rows) - 1)
            if table.kinds[r] == "row" and (not table.merged or r in spans)
        ]
        return self.rng.choice(places) if places and self.rng.random() < 0.15 else 0

    def _automatic(self, table: TableRows) -> str:
        """The properties of automatic numbers, where the first column counts 1, 2, 3."""
        for mark, form in ((".", "%1."), (")", "%1)"), ("", "%1")):
            firsts = [row[0] for row, k in zip(table.rows, table.kinds, strict=True) if k == "row" and row[0]]
            if len(firsts) > 2 and firsts == [f"{n}{mark}" for n in range(1, len(firsts) + 1)]:
                if self.rng.random() < 0.5:
                    return ""
                self.numbered.append((form, 1))
                number = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{len(self.numbered)}"/></w:numPr>'
                return f"<w:pPr>{number}</w:pPr>"
        return ""

    def numbering(self) -> str:
        abstract = "".join(
            f'<w:abstractNum w:abstractNumId="{n}"><w:lvl w:ilvl="0"><w:start w:val="{start}"/>'
            f'<w:numFmt w:val="decimal"/><w:lvlText w:val="{form}"/></w:lvl></w:abstractNum>'
            for n, (form, start) in enumerate(self.numbered, 1)
        )
        nums = "".join(
            f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>'
            for n in range(1, len(self.numbered) + 1)
        )
        return f"<w:numbering {_NAMES}>{abstract}{nums}</w:numbering>"


def make_word(path: Path, pages: Sequence[Page]) -> None:
    """A DOCX (or DOCM, DOTX, by the suffix) as Word saves it after some weeks of work on it."""
    rng = random.Random("\n".join(line for page in pages for line in page.lines))
    word = _Word(rng)
    body = []
    for page in pages:
        for k, line in enumerate(page.lines):
            is_head = line.startswith("Приложение") and k + 1 < len(page.lines)
            body.append(word.boxed(line) if is_head and rng.random() < 0.15 else word.paragraph(line))
        if page.table is not None:
            made = word.table(page.table)
            body.append(
                f"<w:sdt><w:sdtPr/><w:sdtContent>{made}</w:sdtContent></w:sdt>"
                if rng.random() < 0.1
                else made
            )
            body.append(_LANDSCAPE)
    footer = f"<w:ftr {_NAMES}><w:p><w:r><w:t>Страница 1</w:t></w:r></w:p></w:ftr>"
    parts = {"numbering": word.numbering(), "footer": footer}
    relations = "".join(
        f'<Relationship Id="r{kind}" Type="{_REL}/{kind}" Target="{kind}.xml"/>' for kind in parts
    )
    types = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_KINDS[path.suffix[1:]]}"/>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types">{types}</Types>')
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{_REL}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/document.xml", f"<w:document {_NAMES}><w:body>{''.join(body)}</w:body></w:document>"
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        )
        for kind, content in parts.items():
            archive.writestr(f"word/{kind}.xml", content)
