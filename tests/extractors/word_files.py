"""Makes the DOCX packages of the tests: a body of raw WordprocessingML and whatever parts it needs."""

from __future__ import annotations

import zipfile
from pathlib import Path

from pipeline.extractors import docx
from pipeline.model import Block, Document, Grid, Source

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{REL}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)


def part(root: str, content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{root} {NAMESPACES}>{content}</w:{root}>'


def p(text: str = "", properties: str = "") -> str:
    run = f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{run}</w:p>"


def tc(content: str = "", properties: str = "") -> str:
    """A cell; plain text becomes a paragraph."""
    inner = content if content.startswith("<") else p(content)
    return f"<w:tc>{f'<w:tcPr>{properties}</w:tcPr>' if properties else ''}{inner}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{''.join(cells)}</w:tr>"


def tbl(*rows: str, widths: tuple[int, ...] = ()) -> str:
    grid = "".join(f'<w:gridCol w:w="{x}"/>' for x in widths)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def write(path: Path, body: str, document: str | None = None, **parts: str) -> Path:
    """A package. `parts` are by relation kind: styles, numbering, footnotes, header, footer, settings,
    comments.
    """
    relations = "".join(
        f'<Relationship Id="r{kind}" Type="{REL}/{kind}" Target="{kind}.xml"/>' for kind in parts
    )
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    types = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{word}.document.main+xml"/>'
    ) + "".join(f'<Override PartName="/word/{kind}.xml" ContentType="{word}.{kind}+xml"/>' for kind in parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types">{types}</Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{REL}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", document or part("document", f"<w:body>{body}</w:body>"))
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>',
        )
        for kind, content in parts.items():
            archive.writestr(f"word/{kind}.xml", content)
    return path


def read(path: Path) -> Document:
    return docx.extract(path, Source(path.name, "", "docx"))


def rows(grid: Grid) -> list[list[str]]:
    """The texts of a grid, one list a row."""
    found: list[list[str]] = [[] for _ in range(grid.n_rows)]
    for cell in grid.cells:
        found[cell.row].append(cell.text)
    return found


def layout(grid: Grid) -> dict[str, tuple[int, int, int, int]]:
    """Text → row, column, rows, columns."""
    return {c.text: (c.row, c.col, c.row_span, c.col_span) for c in grid.cells}


def texts(document: Document, kind: str) -> list[str]:
    return [b.text for b in document.blocks if b.kind == kind]


def story(document: Document) -> list[str | list[list[str]]]:
    """The content in order: texts of blocks, rows of grids."""
    return [x.text if isinstance(x, Block) else rows(x) for x in document.content if not hasattr(x, "number")]
