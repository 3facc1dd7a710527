"""XLSX (ECMA-376-1 part 18): sheets streamed by lxml, so that memory holds texts and no tree."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from pipeline import zipguard
from pipeline.errors import SourceError
from pipeline.extractors.sheet_format import BUILT_IN, show
from pipeline.extractors.sheet_page import Sheet, Workbook
from pipeline.limits import Limits
from pipeline.safe import printable

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_PARSER_OPTIONS = {"no_network": True, "load_dtd": False, "remove_comments": True, "remove_pis": True}
# files of old or foreign programs may name their parts otherwise; the relation's type ends so in all dialects
_SHARED, _STYLES, _DRAWING = "/sharedStrings", "/styles", "/drawing"


@dataclass(frozen=True, slots=True)
class _Style:
    code: str
    bordered: bool


def read(path: Path, limits: Limits) -> Workbook:
    """All sheets of the workbook at `path`. Raises SourceError."""
    with zipguard.opened(path, limits) as container:
        return _Reader(container, limits).workbook()


class _Reader:
    def __init__(self, container: zipfile.ZipFile, limits: Limits) -> None:
        self._container, self._limits = container, limits
        self._names = {info.filename.lstrip("/").lower(): info for info in container.infolist()}
        self._columns: dict[str, int] = {}

    def workbook(self) -> Workbook:
        root_relations = self._relations("")
        main = next(
            (t for k, t in root_relations.values() if k.endswith("/officeDocument")), "xl/workbook.xml"
        )
        root = self._tree(main)
        relations = self._relations(main)
        properties = root.find("{*}workbookPr")
        self._from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        by_kind = {kind.rsplit("/", 1)[-1]: target for kind, target in relations.values()}
        self._styles = self._read_styles(by_kind.get("styles"))
        usual = "xl/sharedStrings.xml"  # where nothing leads to it, the name that all writers give it does
        strings = by_kind.get("sharedStrings", usual if usual.lower() in self._names else None)
        self._strings = self._read_strings(strings)
        sheets = []
        for element in root.iterfind("{*}sheets/{*}sheet"):
            relation = next((v for k, v in element.attrib.items() if str(k).endswith("}id")), "")
            kind, target = relations.get(str(relation), ("", ""))
            if not kind.endswith("/worksheet"):  # a chart sheet or a macro sheet holds no cells
                continue
            hidden = element.get("state", "visible") != "visible"
            sheets.append(self._sheet(target, Sheet(element.get("name", ""), hidden)))
        if not sheets:
            raise zipguard.damaged("zip-missing", name="worksheet")
        return Workbook(sheets)

    # ------------------------------------------------------------------------------------------- the parts

    def _tree(self, part: str) -> etree._Element:
        info = self._names.get(part.lower())
        if info is None:
            raise zipguard.damaged("zip-missing", name=printable(part))
        return zipguard.parse_xml(zipguard.read(self._container, info, self._limits), part, self._limits)

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id → (type, target) of a part, without external ones: nothing ever follows them."""
        folder, name = posixpath.split(part)
        file = posixpath.join(folder, "_rels", name + ".rels")
        if file.lower() not in self._names:
            return {}
        found = {}
        for element in self._tree(file).iterfind("{*}Relationship"):
            if element.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/" + folder, element.get("Target", "")))
                found[element.get("Id", "")] = (element.get("Type", ""), target.lstrip("/"))
        return found

    def _read_strings(self, part: str | None) -> list[str]:
        if part is None or part.lower() not in self._names:
            return []
        found = []
        size = 0
        for element in self._stream(part, ("si",)):
            text = _rich(element)
            size += len(text)
            self._limits.check("zip_member_bytes", size)
            found.append(text)
        return found

    def _read_styles(self, part: str | None) -> list[_Style]:
        if part is None or part.lower() not in self._names:
            return []
        root = self._tree(part)
        codes = dict(BUILT_IN)
        for element in root.iterfind("{*}numFmts/{*}numFmt"):
            codes[_int(element.get("numFmtId"))] = element.get("formatCode", "General")
        borders = [
            any(side.get("style", "none") != "none" for side in border)
            for border in root.iterfind("{*}borders/{*}border")
        ]
        styles = []
        for element in root.iterfind("{*}cellXfs/{*}xf"):
            border = _int(element.get("borderId"))
            code = codes.get(_int(element.get("numFmtId")), "General")
            styles.append(_Style(code, border < len(borders) and borders[border]))
        return styles

    def _stream(self, part: str, names: tuple[str, ...]) -> Iterator[etree._Element]:
        """The elements of these names, each dropped when the next one is asked for. Raises SourceError."""
        info = self._names.get(part.lower())
        if info is None:
            raise zipguard.damaged("zip-missing", name=printable(part))
        if zipguard.is_encrypted(info):
            raise SourceError("source.encrypted")
        tags = [f"{{*}}{name}" for name in names]
        try:
            with self._container.open(info) as stream:
                zipguard.check_prolog(stream.peek(4096), part)  # type: ignore[attr-defined]  # ZipExtFile has it
                for _, element in etree.iterparse(stream, tag=tags, **_PARSER_OPTIONS):
                    yield element
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            raise zipguard.damaged("xml", part=printable(part)) from error
        except zipguard.ERRORS as error:
            raise zipguard.damaged("zip-member", name=printable(part)) from error

    # ------------------------------------------------------------------------------------------- the cells

    def _sheet(self, part: str, sheet: Sheet) -> Sheet:
        following = 0
        for element in self._stream(part, ("row", "col", "mergeCell")):
            name = element.tag.rpartition("}")[2]
            if name == "row":
                following = self._row(element, following, sheet)
            elif name == "mergeCell":
                self._merge(element.get("ref", ""), sheet)
            elif element.get("hidden") in ("1", "true"):
                sheet.hidden_columns.append((_int(element.get("min")) - 1, _int(element.get("max")) - 1))
        for kind, target in self._relations(part).values():
            if kind.endswith(_DRAWING) and target.lower() in self._names:
                sheet.textboxes += self._drawing(target)
        return sheet

    def _row(self, element: etree._Element, following: int, sheet: Sheet) -> int:
        row = _int(element.get("r")) - 1
        if not following <= row < _MOST_ROWS:
            row = following
        if element.get("hidden") in ("1", "true"):
            sheet.hidden_rows.add(row)
        column = 0
        for cell in element.iterchildren("{*}c"):
            letters = cell.get("r", "").rstrip("0123456789")
            if letters.isupper() and letters.isascii() and letters.isalpha() and len(letters) <= 3:
                column = self._column(letters)
            style = _int(cell.get("s"))
            bordered = 0 <= style < len(self._styles) and self._styles[style].bordered
            sheet.put(row, column, self._text(cell, style, sheet), bordered, self._limits)
            column += 1
        return row + 1

    def _column(self, letters: str) -> int:
        number = self._columns.get(letters)
        if number is None:
            number = 0
            for letter in letters:
                number = number * 26 + ord(letter) - 64
            self._columns[letters] = number = min(number, _MOST_COLUMNS) - 1
        return number

    def _text(self, cell: etree._Element, style: int, sheet: Sheet) -> str:
        kind = cell.get("t", "n")
        value = formula = None
        for child in cell:
            tag = child.tag
            if tag.endswith("}v"):
                value = child.text
            elif tag.endswith("}is"):
                return _rich(child)
            elif tag.endswith("}f"):
                formula = child
        if value is None:
            sheet.no_result += formula is not None
            return ""
        if kind == "s":
            number = _int(value, -1)
            return self._strings[number] if 0 <= number < len(self._strings) else ""
        if kind == "b":
            return "TRUE" if value.strip() == "1" else "FALSE"
        if kind == "e":
            sheet.errors += 1
            return value
        if kind in ("str", "d"):
            return _unescape(value)
        try:
            code = self._styles[style].code if 0 <= style < len(self._styles) else "General"
            if (
                code == "General"
                and len(value) < 16
                and value.isdecimal()
                and value.isascii()
                and value[0] != "0"
            ):
                return value
            return show(float(value), code, from_1904=self._from_1904)
        except (ValueError, OverflowError):
            return _unescape(value)

    def _merge(self, reference: str, sheet: Sheet) -> None:
        first, _, last = reference.partition(":")
        a, b = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
        if a is None or b is None or len(sheet.merges) >= self._limits.table_cells:
            return
        top, left = int(a[2]) - 1, self._column(a[1])
        bottom, right = int(b[2]) - 1, self._column(b[1])
        if bottom >= top and right >= left:
            sheet.merges[top, left] = (bottom - top + 1, right - left + 1)

    def _drawing(self, part: str) -> list[str]:
        texts = []
        for body in self._tree(part).iter("{*}txBody"):
            lines = ["".join(t.text or "" for t in p.iter("{*}t")) for p in body.iter("{*}p")]
            texts.append("\n".join(lines).strip())
        return [text for text in texts if text]


def _rich(element: etree._Element) -> str:
    """The text of a string item: plain or in runs; phonetic guides are no part of it."""
    parts = []
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name == "t":
            parts.append(child.text or "")
        elif name == "r":
            parts += [t.text or "" for t in child.iterfind("{*}t")]
    return _unescape("".join(parts))


def _unescape(text: str) -> str:
    """`_x000D_` is how XLSX writes a character that XML cannot hold."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text).replace("\r\n", "\n").replace("\r", "\n")


def _int(text: str | None, default: int = 0) -> int:
    try:
        return max(int(text), -1) if text is not None and len(text) < 12 else default
    except ValueError:
        return default
