"""Automatic numbers of a DOCX file as the text a reader sees: «1.», «2.1.», «IV», «а)».

ECMA-376-1, 17.9: a paragraph names a list (`w:num`) and a level, in its own properties or through its
style; the list refers to an abstract definition, whose counters all lists of that definition share; a
`startOverride` starts the count afresh where the list is first used; a level starts afresh after any higher
level (or only after the one that `lvlRestart` names). Number formats: 17.18.59.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from pipeline.extractors.docx_names import ILVL, NUM_ID, NUM_PR, P_PR, R_PR, VAL, VANISH, number, on, w

LEVELS = 9
_ANCESTORS = 50  # of a style; Word itself follows about ten
_MOST = 32_767  # the largest number that Word counts to
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщыэюя"  # 17.18.59 russianLower: without ё, й, ъ, ь
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph or character style says, its ancestors included."""

    hidden: bool = False
    heading: bool = False
    num_id: str | None = None
    level: int | None = None
    num_style: str = ""  # the style in the chain that names the list


@dataclass(slots=True)
class Styles:
    """Paragraph styles and hidden character styles by id; `default` is the paragraph style that goes
    unsaid.
    """

    paragraph: dict[str, Style] = field(default_factory=dict)
    hidden_runs: set[str] = field(default_factory=set)
    default: Style = field(default_factory=Style)

    def special(self) -> frozenset[str]:
        """Paragraph styles that number or hide text."""
        return frozenset(k for k, s in self.paragraph.items() if s.hidden or s.num_id)


def read_styles(root: etree._Element | None) -> Styles:
    """The styles of `styles.xml`; none for a file without that part."""
    styles = Styles()
    if root is None:
        return styles
    elements = {e.get(w("styleId"), ""): e for e in root.iter(w("style"))}
    for name, element in elements.items():
        style = _resolve(name, elements)
        if element.get(w("type")) == "character":
            if style.hidden:
                styles.hidden_runs.add(name)
        elif element.get(w("type"), "paragraph") == "paragraph":
            styles.paragraph[name] = style
            if element.get(w("default")) in ("1", "true", "on"):
                styles.default = style
    return styles


def _resolve(name: str, elements: dict[str, etree._Element]) -> Style:
    hidden: bool | None = None
    heading: bool | None = None
    num_id: str | None = None
    num_style = ""
    level: int | None = None
    seen: set[str] = set()
    while name in elements and name not in seen and len(seen) < _ANCESTORS:
        seen.add(name)
        element = elements[name]
        vanish = element.find(f"{R_PR}/{VANISH}")
        if hidden is None and vanish is not None:
            hidden = on(vanish)
        outline = element.find(f"{P_PR}/{w('outlineLvl')}")
        if heading is None and outline is not None:
            heading = number(outline, default=9) < LEVELS
        numbering = element.find(f"{P_PR}/{NUM_PR}")
        if num_id is None and numbering is not None:
            named = numbering.find(NUM_ID)
            num_id = named.get(VAL) if named is not None else None
            num_style = name if num_id else ""
            if level is None and numbering.find(ILVL) is not None:
                level = number(numbering.find(ILVL))
        based = element.find(w("basedOn"))
        name = based.get(VAL, "") if based is not None else ""
    return Style(bool(hidden), bool(heading), num_id if num_id != "0" else None, level, num_style)


@dataclass(slots=True)
class _Level:
    """One level of a list. `pattern` is the level text with %1 … %9."""

    start: int = 1
    format: str = "decimal"
    pattern: str = ""
    suffix: str = "tab"
    restart: int | None = None
    legal: bool = False
    style: str = ""
    symbol_font: bool = False


@dataclass(slots=True)
class _List:
    abstract: str
    levels: dict[int, _Level]
    starts: dict[int, int]  # start overrides by level, removed once used


class Numbering:
    """The lists of a document and how far each has counted; ask for labels in document order."""

    def __init__(self, root: etree._Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._by_style: dict[tuple[str, str], int] = {}
        if root is not None:
            self._read(root)

    def _read(self, root: etree._Element) -> None:
        abstracts = {e.get(w("abstractNumId"), ""): e for e in root.iter(w("abstractNum"))}
        by_link = {
            link.get(VAL, ""): name
            for name, e in abstracts.items()
            if (link := e.find(w("styleLink"))) is not None
        }
        for num in root.iter(w("num")):
            reference = num.find(w("abstractNumId"))
            abstract = reference.get(VAL, "") if reference is not None else ""
            link = abstracts[abstract].find(w("numStyleLink")) if abstract in abstracts else None
            if link is not None:
                abstract = by_link.get(link.get(VAL, ""), abstract)
            levels: dict[int, _Level] = {}
            starts: dict[int, int] = {}
            if abstract in abstracts:
                for element in abstracts[abstract].iterchildren(w("lvl")):
                    levels[number(element, ILVL)] = _read_level(element)
            for override in num.iterchildren(w("lvlOverride")):
                level = number(override, ILVL)
                own = override.find(w("lvl"))
                if own is not None:
                    levels[level] = _read_level(own)
                start = override.find(w("startOverride"))
                if start is not None:
                    starts[level] = number(start)
                elif own is not None:
                    starts[level] = levels[level].start
            num_id = num.get(NUM_ID, "")
            self._lists[num_id] = _List(abstract, levels, starts)
            for level, definition in levels.items():
                if definition.style:
                    self._by_style[num_id, definition.style] = level

    def label(self, num_id: str, level: int | None, style: str = "") -> str:
        """The next number of list `num_id` as text with its separator, "" where the list shows none.

        `level` counts from 0; None: the level that the list ties to the paragraph's style, else 0.
        """
        found = self._lists.get(num_id)
        if found is None:
            return ""
        if level is None:
            level = self._by_style.get((num_id, style), 0)
        level = max(0, min(level, LEVELS - 1))
        definition = found.levels.get(level)
        if definition is None:
            return ""
        counts = self._counts.setdefault(found.abstract, {})
        if level in found.starts:
            counts[level] = found.starts.pop(level)
        else:
            counts[level] = min(counts.get(level, definition.start - 1) + 1, _MOST)
        for lower in [k for k in counts if k > level]:
            restart = found.levels[lower].restart if lower in found.levels else None
            if restart is None or 0 < level + 1 <= restart:
                del counts[lower]
        for higher in range(level):
            if higher not in counts:
                counts[higher] = found.starts.pop(higher, found.levels.get(higher, _Level()).start)
        return _render(definition, counts, found.levels)


def _read_level(element: etree._Element) -> _Level:
    def value(name: str, default: str = "") -> str:
        child = element.find(w(name))
        return child.get(VAL, default) if child is not None else default

    fonts = element.find(f"{R_PR}/{w('rFonts')}")
    font = (fonts.get(w("ascii")) or fonts.get(w("hAnsi")) or "") if fonts is not None else ""
    form = element.find(f".//{w('numFmt')}")
    restart = element.find(w("lvlRestart"))
    return _Level(
        start=number(element.find(w("start")), default=0 if element.find(w("start")) is None else 1),
        format=form.get(VAL, "decimal") if form is not None else "decimal",
        pattern=value("lvlText"),
        suffix=value("suff", "tab"),
        restart=number(restart) if restart is not None else None,
        legal=on(element.find(w("isLgl"))),
        style=value("pStyle"),
        symbol_font=font in ("Symbol", "Wingdings", "Wingdings 2", "Wingdings 3", "Webdings")
        or (font.startswith("Courier") and value("lvlText") == "o"),
    )


def _render(definition: _Level, counts: dict[int, int], levels: dict[int, _Level]) -> str:
    if definition.format == "bullet":
        text = definition.pattern
        if definition.symbol_font or any("\ue000" <= c <= "\uf8ff" for c in text):
            text = "•" if text else ""
    else:
        text = definition.pattern
        for position in range(LEVELS, 0, -1):
            if f"%{position}" in text:
                level = levels.get(position - 1, definition)
                form = "decimal" if definition.legal else level.format
                text = text.replace(f"%{position}", written(counts.get(position - 1, level.start), form))
    if not text:
        return ""
    return text if definition.suffix == "nothing" else text.rstrip() + " "


def written(value: int, form: str) -> str:
    """A number in a format of 17.18.59; formats that Russian orders do not use are given in digits."""
    return _FORMATS.get(form, str)(value)


def _letters(alphabet: str) -> Callable[[int], str]:
    def write(value: int) -> str:
        if value < 1:
            return ""
        repeats, index = divmod(min(value, _MOST) - 1, len(alphabet))
        return alphabet[index] * min(repeats + 1, 50)

    return write


def _upper(write: Callable[[int], str]) -> Callable[[int], str]:
    return lambda value: write(value).upper()


def _roman(value: int) -> str:
    text = ""
    for size, letters in _ROMAN:
        count, value = divmod(value, size) if value > 0 else (0, value)
        text += letters * count
    return text


_FORMATS: dict[str, Callable[[int], str]] = {
    "none": lambda value: "",
    "decimalZero": "{:02d}".format,
    "lowerLetter": _letters(_LATIN),
    "upperLetter": _upper(_letters(_LATIN)),
    "russianLower": _letters(_RUSSIAN),
    "russianUpper": _upper(_letters(_RUSSIAN)),
    "lowerRoman": _roman,
    "upperRoman": _upper(_roman),
    "numberInDash": "- {} -".format,
    "ordinal": "{}.".format,
}
