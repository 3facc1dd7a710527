"""PDF with text: blocks and grids, page by page.

    pdf_read     a page's characters, rules and fills, in bulk (PDFium)
    pdf_rules    rules that cross → lattices → cells
    pdf_unruled  aligned text without rules → tables
    pdf_text     characters → words → lines → the text of a cell
    pdf_page     one page: grids, and the lines outside them
    pdf_unicode  text that is not what the page prints: put right, or told
    pdf_flow     columns, reading order, paragraphs, running heads

Pages are not stitched here: `pipeline.tables` does that for all formats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import pypdfium2
import pypdfium2.raw as pdfium

from pipeline import limits
from pipeline.errors import SourceError
from pipeline.extractors import pdf_flow, pdf_unicode, scan, scan_layer
from pipeline.extractors.pdf_objects import PageLimitError
from pipeline.extractors.pdf_page import Edges, PageTables, open_end, read_tables
from pipeline.extractors.pdf_read import read_page
from pipeline.model import BBox, Block, Document, Grid, Note, Place, Source, note

# A reader of pages that are pictures: (open page, its number from 1, source) → content and notes
ScanReader: TypeAlias = Callable[[Any, int, Source], scan.PageRead]
Early: TypeAlias = dict[int, scan.PageRead | SourceError]
scan_reader: ScanReader = scan.read_pdf_page

_MOST_RESCUED = 20  # pages that are given to the slow fallback


def extract(path: Path, source: Source) -> Document:
    """Blocks and grids of a PDF in reading order, one grid for each piece of a table on a page.

    Boxes are in points from the top left corner of the page as displayed. Pages that are pictures, and pages
    whose text is not what they print (`pdf_unicode`), are recognised where there is something to do it with
    (see `scan`); they and pages that cannot be read are said in the notes. Raises SourceError
    (`source.encrypted`, `source.damaged`, `source.truncated`, `source.over-limit`, `pdf.text-unreadable`,
    `scan.…`) for a file that cannot be used at all.
    """
    document = _open(path)
    try:
        return _read(document, path, source)
    finally:
        document.close()


def _open(path: Path) -> Any:
    data = path.read_bytes()
    if not data:
        raise SourceError("source.empty")
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code == pdfium.FPDF_ERR_PASSWORD:
            raise SourceError("source.encrypted") from error
        if code == pdfium.FPDF_ERR_SECURITY:
            raise SourceError("source.damaged", detail=note("pdf.detail.security")) from error
        if _is_truncated(data):
            raise SourceError("source.truncated", detail=note("source.detail.short")) from error
        raise SourceError("source.damaged", detail=note("pdf.detail.format")) from error


def _is_truncated(data: bytes) -> bool:
    """No end-of-file mark (ISO 32000-1 §7.5.5) follows the last object; what follows the mark is ignored."""
    return data.rfind(b"%%EOF") <= data.rfind(b"endobj")


def _read(document: Any, path: Path, source: Source) -> Document:
    count = len(document)
    truncated = _is_truncated(path.read_bytes())
    if count == 0:
        if truncated:
            raise SourceError("source.truncated", detail=note("pdf.detail.no-pages"))
        raise SourceError("source.damaged", detail=note("pdf.detail.no-pages"))
    limits.current().check("pdf_pages", count)
    notes: list[Note] = [note("pdf.truncated")] if truncated else []
    pages: list[PageTables] = []
    rescued: dict[int, tuple[Block | Grid, ...]] = {}
    for number in range(1, count + 1):
        try:
            before = open_end(pages[-1]) if pages and pages[-1].number == number - 1 else ()
            pages.append(_page(document, number, source, before))
        except PageLimitError as error:
            notes.append(note("pdf.page-limit", page=number, what=note(f"pdf.limit.{error.what}")))
        except pypdfium2.PdfiumError:
            rescued[number] = _fallback(path, number, source) if len(rescued) < _MOST_RESCUED else ()
            if not rescued[number]:
                notes.append(note("pdf.page-unreadable", page=number, detail=note("pdf.detail.load")))
    if not pages and not any(rescued.values()) and not any(n.key == "pdf.page-limit" for n in notes):
        reason = "source.truncated" if truncated else "source.damaged"
        raise SourceError(reason, detail=note("pdf.detail.all-pages"))
    heads = pdf_flow.running_heads({p.number: (p.content.height, p.lines, p.boxes) for p in pages})
    content: list[Block | Grid] = []
    by_number = {page.number: page for page in pages}
    pictures = [
        p.number for p in pages if _is_picture(p) or any(n.key == "pdf.scan-text-page" for n in p.notes)
    ]
    early = scan.read_pdf_pages(document, pictures, source) if len(pictures) > 1 else {}
    for number in range(1, count + 1):
        page = by_number.get(number)
        if page is None:
            content.extend(rescued.get(number, ()))
            continue
        if _is_picture(page):
            alone = not any(_has_text(p) and not _is_picture(p) for p in pages)
            read, said = _scanned(document, page, source, early, alone=alone)
            content.extend(read)
            notes.extend(said)
            continue
        if any(n.key == "pdf.scan-text-page" for n in page.notes):
            layered, said = _layered(document, page, source, early)
            notes.extend(said)
            if layered is not None:
                content.extend(layered)
                continue
        else:
            notes.extend(page.notes)
        flow = list(_flow(page, heads.get(page.number, {}), source))
        if len(page.content.images):
            pasted, said = _pasted(document, page, source)
            flow = _among(flow, pasted)
            notes.extend(said)
        content.extend(flow)
    return Document(source, tuple(content), n_pages=count, notes=tuple(notes))


def _is_picture(page: PageTables) -> bool:
    """Only the picture of the page tells what stands on it."""
    return any(n.key == "pdf.scan-page" or n.key in pdf_unicode.REASONS for n in page.notes)


def _has_text(page: PageTables) -> bool:
    return bool(page.grids or page.lines or page.turned or page.slanted)


def _scanned(
    document: Any, page: PageTables, source: Source, early: Early, *, alone: bool
) -> tuple[tuple[Block | Grid, ...], tuple[Note, ...]]:
    """What a page that is a picture holds. With nothing to read it with it is a note where other pages have
    text, and SourceError where no page has (`alone`).
    """
    wrong = next((n for n in page.notes if n.key in pdf_unicode.REASONS), None)
    try:
        if (found := early.get(page.number)) is not None:
            if isinstance(found, SourceError):
                raise found
            content, notes = found
        else:
            opened = document[page.number - 1]
            try:
                content, notes = scan_reader(opened, page.number, source)
            finally:
                opened.close()
    except SourceError as error:
        if not error.reason.startswith("scan.") or (alone and wrong is None):
            raise
        if wrong is None:
            return (), (note("scan.page-not-read", page=page.number, why=error.note),)
        if alone:
            raise SourceError("pdf.text-unreadable", why=wrong) from error
        return (), (note("pdf.text-not-used", page=page.number, why=wrong),)
    return content, notes if wrong is None else (
        note("pdf.text-replaced", page=page.number, why=wrong),
        *notes,
    )


def _layered(
    document: Any, page: PageTables, source: Source, early: Early
) -> tuple[tuple[Block | Grid, ...] | None, tuple[Note, ...]]:
    """A picture with text over or under it: what the picture gives, held against that text. None: the text
    stays, with a note that it was not checked or that it agrees.
    """
    try:
        read, said = _scanned(document, page, source, early, alone=True)
    except SourceError as error:
        if not error.reason.startswith("scan."):
            raise
        if not page.content.invisible:
            return None, ()
        return None, (note("scan.layer-unchecked", page=page.number, why=error.note),)
    return scan_layer.judged(page, read, said)


def _pasted(document: Any, page: PageTables, source: Source) -> scan.PageRead:
    """The tables in pictures among the text of a page."""
    opened = document[page.number - 1]
    try:
        return scan.read_pasted(opened, page, source)
    finally:
        opened.close()


def _among(flow: list[Block | Grid], pasted: Sequence[Block | Grid]) -> list[Block | Grid]:
    """What pictures hold, set before the first text or table that lies lower on the page."""
    made = list(flow)
    for item in pasted:
        top = _top(item)
        at = next((i for i, x in enumerate(made) if _top(x) > top and not _is_head(x)), len(made))
        made.insert(at, item)
    return made


def _top(item: Block | Grid) -> float:
    box = item.bbox if isinstance(item, Grid) else item.place.bbox if item.place else None
    return box[1] if box else 0.0


def _is_head(item: Block | Grid) -> bool:
    return isinstance(item, Block) and item.kind in ("header", "footer")


def _fallback(path: Path, number: int, source: Source) -> tuple[Block | Grid, ...]:
    """A page that PDFium does not open, read with pdfplumber; nothing if that fails too."""
    from pipeline.extractors import pdf_reference

    try:
        return pdf_reference.read(path, number, source)
    except pdf_reference.UNREADABLE:
        return ()


def _page(document: Any, number: int, source: Source, before: Edges) -> PageTables:
    page = document[number - 1]
    try:
        content, is_repaired = pdf_unicode.repaired(read_page(page))
        found = read_tables(number, content, source.path, before)
    finally:
        page.close()
    is_scan = any(n.key == "pdf.scan-text-page" for n in found.notes)  # its layer is held against the picture
    why = None if is_scan else pdf_unicode.unreadable(found)
    if why is not None:
        return replace(found, notes=(why,))
    said = (note("pdf.letters-repaired", page=number),) if is_repaired else ()
    return replace(found, notes=(*found.notes, *said)) if said else found


def _flow(page: PageTables, heads: dict[int, pdf_flow.Kind], source: Source) -> Iterator[Block | Grid]:
    """A page's blocks and grids in reading order: headers, text and tables, turned text, watermarks,
    footers.
    """

    def block(text: str, box: BBox, kind: str) -> Block:
        return Block(text, kind, Place(source.path, page=page.number, bbox=page.content.to_display(box)))

    body = [line for i, line in enumerate(page.lines) if i not in heads]
    for i, kind in heads.items():
        if kind == "header":
            yield block(page.lines[i].text, page.lines[i].box, kind)
    groups = pdf_flow.in_order(body, page.boxes)
    for group, grid in zip(groups, [*page.grids, None], strict=True):
        for paragraph in pdf_flow.paragraphs(group):
            yield block(paragraph.text, paragraph.box, paragraph.kind)
        if grid is not None:
            yield grid
    for line in page.turned:
        yield block(line.text, line.box, "paragraph")
    for text, box in page.slanted:
        yield block(text, box, "header")
    for i, kind in heads.items():
        if kind == "footer":
            yield block(page.lines[i].text, page.lines[i].box, kind)
