"""The names of WordprocessingML that the reader knows (ECMA-376-1, chapter 17), in Clark notation."""

from __future__ import annotations

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def w(name: str) -> str:
    return _W + name


P, R, T, TBL, TR, TC = w("p"), w("r"), w("t"), w("tbl"), w("tr"), w("tc")
P_PR, R_PR, TC_PR, TR_PR, TBL_PR, TBL_GRID = (
    w("pPr"),
    w("rPr"),
    w("tcPr"),
    w("trPr"),
    w("tblPr"),
    w("tblGrid"),
)
SECT_PR, SDT, SDT_PR, SDT_CONTENT, BODY = w("sectPr"), w("sdt"), w("sdtPr"), w("sdtContent"), w("body")
TAB, BR, CR, PTAB, NO_BREAK, SOFT, SYM = (
    w("tab"), w("br"), w("cr"), w("ptab"), w("noBreakHyphen"), w("softHyphen"), w("sym"),
)  # fmt: skip
INS, DEL, MOVE_FROM, MOVE_TO, DEL_TEXT = w("ins"), w("del"), w("moveFrom"), w("moveTo"), w("delText")
FLD_CHAR, INSTR, DEL_INSTR = w("fldChar"), w("instrText"), w("delInstrText")
GRID_SPAN, V_MERGE, H_MERGE = w("gridSpan"), w("vMerge"), w("hMerge")
GRID_BEFORE, GRID_AFTER, TBL_HEADER, TC_W, GRID_COL = (
    w("gridBefore"), w("gridAfter"), w("tblHeader"), w("tcW"), w("gridCol"),
)  # fmt: skip
VANISH, SPEC_VANISH, HIDDEN, NUM_PR, P_STYLE, R_STYLE = (
    w("vanish"), w("specVanish"), w("hidden"), w("numPr"), w("pStyle"), w("rStyle"),
)  # fmt: skip
CELL_DEL = w("cellDel")
FOOTNOTE_REF, ENDNOTE_REF, ALT_CHUNK, SUB_DOC = (
    w("footnoteReference"), w("endnoteReference"), w("altChunk"), w("subDoc"),
)  # fmt: skip
TXBX, PICT, DRAWING, OBJECT, RT = w("txbxContent"), w("pict"), w("drawing"), w("object"), w("rt")
ALTERNATE, CHOICE, FALLBACK = _MC + "AlternateContent", _MC + "Choice", _MC + "Fallback"
MATH_TEXT = _M + "t"
BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
IMAGE_DATA = "{urn:schemas-microsoft-com:vml}imagedata"
VAL, ID, NUM_ID, ILVL = w("val"), w("id"), w("numId"), w("ilvl")
R_ID = _R + "id"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
CHANGES = tuple(w(x + "Change") for x in ("pPr", "rPr", "tcPr", "trPr", "tblPr", "sectPr", "tblGrid"))


def on(element: etree._Element | None) -> bool:
    """Whether an on/off property is set: there, and not «0», «false», «off»."""
    return element is not None and element.get(VAL, "1") not in ("0", "false", "off")


def number(element: etree._Element | None, name: str = VAL, default: int = 0) -> int:
    """An integer attribute; `default` where it is missing or no integer."""
    if element is None:
        return default
    try:
        return int(element.get(name, ""))
    except ValueError:
        return default
