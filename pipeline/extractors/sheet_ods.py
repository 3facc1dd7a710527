"""ODS (OpenDocument 1.3 part 3, §9): the displayed text stands in the file, streamed by lxml."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from pipeline import zipguard
from pipeline.extractors.sheet_page import Sheet, Workbook
from pipeline.limits import Limits

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_PART = "content.xml"
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_MOST_SPACES = 1000
_STARTS = (_TABLE + "table", _STYLE + "style")
_ENDS = (_TABLE + "table", _STYLE + "style", _TABLE + "table-row", _TABLE + "table-column", _TABLE + "shapes")


def read(path: Path, limits: Limits) -> Workbook:
    """All sheets of the spreadsheet at `path`. Raises SourceError."""
    with zipguard.opened(path, limits) as container:
        if _PART not in container.namelist():
            raise zipguard.damaged("zip-missing", name=_PART)
        try:
            with container.open(_PART) as stream:
                zipguard.check_prolog(stream.peek(4096), _PART)  # type: ignore[attr-defined]  # ZipExtFile has it
                return Workbook(list(_Reader(limits).sheets(stream)))
        except etree.XMLSyntaxError as error:
            raise zipguard.damaged("xml", part=_PART) from error
        except zipguard.ERRORS as error:
            raise zipguard.damaged("zip-member", name=_PART) from error


class _Reader:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._bordered: set[str] = set()
        self._invisible: set[str] = set()
        self._row = self._column = 0

    def sheets(self, stream: object) -> Iterator[Sheet]:
        sheet: Sheet | None = None
        depth = 0
        events = etree.iterparse(stream, events=("start", "end"), tag=_ENDS, no_network=True, load_dtd=False)
        for event, element in events:
            tag = element.tag
            if event == "start":
                if tag == _TABLE + "table":
                    depth += 1
                    if depth == 1:
                        hidden = element.get(_TABLE + "style-name") in self._invisible
                        sheet = Sheet(element.get(_TABLE + "name", ""), hidden)
                        self._row = self._column = 0
                continue
            if tag == _TABLE + "table":
                depth -= 1
                if depth == 0 and sheet is not None:
                    yield sheet
                    sheet = None
                    element.clear()
            elif tag == _STYLE + "style":
                self._style(element)
            elif depth == 1 and sheet is not None:
                if tag == _TABLE + "table-row":
                    self._put_row(element, sheet)
                elif tag == _TABLE + "table-column":
                    self._put_column(element, sheet)
                else:
                    sheet.textboxes += [
                        t for box in element.iter(_DRAW + "text-box") if (t := _text(box).strip())
                    ]
                element.clear()

    def _style(self, element: etree._Element) -> None:
        name = element.get(_STYLE + "name", "")
        for child in element:
            if child.tag == _STYLE + "table-properties" and child.get(_TABLE + "display") == "false":
                self._invisible.add(name)
            if child.tag == _STYLE + "table-cell-properties":
                sides = [v for k, v in child.attrib.items() if str(k).startswith(_FO + "border")]
                if any(str(v) != "none" for v in sides):
                    self._bordered.add(name)

    def _put_column(self, element: etree._Element, sheet: Sheet) -> None:
        count = _count(element, "number-columns-repeated", _MOST_COLUMNS)
        if element.get(_TABLE + "visibility") in ("collapse", "filter"):
            sheet.hidden_columns.append((self._column, self._column + count - 1))
        self._column += count

    def _put_row(self, element: etree._Element, sheet: Sheet) -> None:
        cells: list[tuple[int, int, str, bool, tuple[int, int]]] = []
        column, anything = 0, False
        for cell in element.iterchildren(_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            count = _count(cell, "number-columns-repeated", _MOST_COLUMNS)
            if cell.tag == _TABLE + "table-cell":
                text = _text(cell)
                span = (
                    _count(cell, "number-rows-spanned", _MOST_ROWS),
                    _count(cell, "number-columns-spanned", _MOST_COLUMNS),
                )
                bordered = cell.get(_TABLE + "style-name") in self._bordered
                anything = anything or bool(text.strip())
                if text.strip() or bordered or span != (1, 1):
                    cells.append((column, count, text, bordered, span))
            column += count
        repeated = _count(element, "number-rows-repeated", _MOST_ROWS)
        # a row of nothing but borders, repeated to the end of the sheet, is a background
        for row in range(self._row, self._row + (repeated if anything else min(repeated, 1))):
            if row >= _MOST_ROWS:
                break
            if element.get(_TABLE + "visibility") in ("collapse", "filter") and anything:
                sheet.hidden_rows.add(row)
            for first, count, text, bordered, span in cells:
                for c in range(
                    first, min(first + (count if text.strip() else min(count, 256)), _MOST_COLUMNS)
                ):
                    sheet.put(row, c, text, bordered, self._limits)
                    if span != (1, 1):
                        sheet.merges[row, c] = span
        self._row += repeated


def _text(cell: etree._Element) -> str:
    """The paragraphs of a cell, a line each; comments are no part of it."""
    lines = []
    for child in cell:
        if child.tag in (_TEXT + "p", _TEXT + "h"):
            lines.append(_inline(child))
        elif child.tag not in (_OFFICE + "annotation", _TABLE + "detective") and len(child):
            nested = _text(child)
            if nested:
                lines.append(nested)
    return "\n".join(lines)


def _inline(element: etree._Element) -> str:
    parts = [element.text or ""]
    for child in element:
        if child.tag == _TEXT + "s":
            try:
                count = int(child.get(_TEXT + "c", "1"))
            except ValueError:
                count = 1
            parts.append(" " * min(count, _MOST_SPACES))
        elif child.tag == _TEXT + "tab":
            parts.append("\t")
        elif child.tag == _TEXT + "line-break":
            parts.append("\n")
        elif child.tag != _OFFICE + "annotation" and isinstance(child.tag, str):
            parts.append(_inline(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _count(element: etree._Element, name: str, most: int) -> int:
    try:
        return max(1, min(int(element.get(_TABLE + name, "1")), most))
    except ValueError:
        return 1
