"""The names of OpenDocument text that the reader knows, in Clark notation, and its limits."""

from __future__ import annotations

from lxml import etree

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
MOST_REPEATED = 1000  # a repeated row, cell or space is given at most so often; also the largest span
DEEPEST_LIST = 10  # levels of a list in OpenDocument


def _names(kind: str, names: str) -> list[str]:
    return [f"{{{_NS}{kind}:1.0}}{name}" for name in names.split()]


BODY, TEXT, ANNOTATION, ANNOTATION_END, FORMS = _names("office", "body text annotation annotation-end forms")
P, H, LIST, LIST_ITEM, LIST_HEADER, SECTION = _names("text", "p h list list-item list-header section")
TRACKED, REGION, DELETION, INSERTION = _names("text", "tracked-changes changed-region deletion insertion")
CHANGE, CHANGE_START, CHANGE_END, CHANGE_ID = _names("text", "change change-start change-end change-id")
S, TAB, LINE_BREAK, COUNT = _names("text", "s tab line-break c")
NOTE, NOTE_CITATION, NOTE_BODY, NOTE_CLASS = _names("text", "note note-citation note-body note-class")
HIDDEN_TEXT, HIDDEN_PARAGRAPH, STRING_VALUE, IS_HIDDEN = _names(
    "text", "hidden-text hidden-paragraph string-value is-hidden"
)
RUBY_TEXT, STYLE_NAME, TEXT_DISPLAY, OUTLINE_LEVEL = _names(
    "text", "ruby-text style-name display outline-level"
)
LIST_STYLE, LEVEL_NUMBER, LEVEL_BULLET, OUTLINE_STYLE, OUTLINE_LEVEL_STYLE = _names(
    "text", "list-style list-level-style-number list-level-style-bullet outline-style outline-level-style"
)
LEVEL, BULLET_CHAR, DISPLAY_LEVELS, START_VALUE = _names(
    "text", "level bullet-char display-levels start-value"
)
CONTINUE, CONTINUE_LIST, IS_LIST_HEADER, NUMBER = _names(
    "text", "continue-numbering continue-list is-list-header number"
)
SEQUENCE_DECLS, VARIABLE_DECLS, USER_DECLS, SOFT_BREAK = _names(
    "text", "sequence-decls variable-decls user-field-decls soft-page-break"
)
TABLE, ROW, CELL, COVERED = _names("table", "table table-row table-cell covered-table-cell")
HEADER_ROWS, ROWS, ROW_GROUP = _names("table", "table-header-rows table-rows table-row-group")
COLUMNS_REPEATED, ROWS_REPEATED = _names("table", "number-columns-repeated number-rows-repeated")
COLUMNS_SPANNED, ROWS_SPANNED = _names("table", "number-columns-spanned number-rows-spanned")
VISIBILITY, TABLE_TITLE, TABLE_DESC = _names("table", "visibility title desc")
STYLE, FAMILY_NAME, FAMILY, TEXT_PROPERTIES, PARENT, MASTER_PAGE, DISPLAY = _names(
    "style", "style name family text-properties parent-style-name master-page display"
)
NUM_FORMAT, NUM_PREFIX, NUM_SUFFIX = _names("style", "num-format num-prefix num-suffix")
FRAME, TEXT_BOX, IMAGE, OBJECT, OBJECT_OLE, CUSTOM_SHAPE, RECT = _names(
    "drawing", "frame text-box image object object-ole custom-shape rect"
)
RUNNING = {
    kind: frozenset(_names("style", f"{kind} {kind}-left {kind}-first")) for kind in ("header", "footer")
}
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
NOT_TEXT = frozenset(
    (ANNOTATION, ANNOTATION_END, FORMS, SEQUENCE_DECLS, VARIABLE_DECLS, USER_DECLS, SOFT_BREAK, RUBY_TEXT,
     TABLE_TITLE, TABLE_DESC, SVG + "title", SVG + "desc", CHANGE_END)
)  # fmt: skip


def count(element: etree._Element, name: str) -> int:
    """A positive integer attribute, 1 where it is missing or senseless, at most `MOST_REPEATED`."""
    try:
        value = int(element.get(name, "1"))
    except ValueError:
        return 1
    return max(1, min(value, MOST_REPEATED))
