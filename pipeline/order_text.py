"""What the text around the tables says of an order: issuer, date, number, title, signatory, appendices.

The layout is that of GOST R 7.0.97-2016: letterhead with the issuer, the word ПРИКАЗ (often spaced), date
and number, the title («Об …»), a preamble that ends in «приказываю», numbered points, position and name of
the signatory; each appendix opens with «Приложение № N к приказу … от … № …». Everything may be missing or
stand in a table without rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import regex

from pipeline import appendices as of_order
from pipeline import headings, lexicons, signature
from pipeline.model import Block, Document, Place, Table
from pipeline.normalizers.organization_bodies import head_of
from pipeline.signature import Line

_KIND = regex.compile(
    r"\s*(?:П\s*Р\s*И\s*К\s*А\s*З|Р\s*А\s*С\s*П\s*О\s*Р\s*Я\s*Ж\s*Е\s*Н\s*И\s*Е|П\s*О\s*С\s*Т\s*А\s*Н\s*О\s*В\s*Л\s*Е\s*Н\s*И\s*Е)\s*",
    regex.IGNORECASE,
)
_OPERATIVE = regex.compile(
    r"(?:п\s*р\s*и\s*к\s*а\s*з\s*ы\s*в\s*а\s*ю|постановля(?:ю|ет)|обязываю)\s*:?\s*$", regex.IGNORECASE
)
_APPENDIX = regex.compile(
    r"\s*Приложени[ея](?:\s*(?:№|N[eоo]?|No)?\s*(?P<number>\d{1,3}))?\b", regex.IGNORECASE
)
_OF_ORDER = regex.compile(
    r"\bот\s+(?P<date>[^№]{4,48}?)\s*(?P<number>(?:№|N[eо]?\b|No\b)\s*[^\s].{0,30}?)\s*(?=[.;,)]?\s*$)",
    regex.IGNORECASE,
)
_NUMBER = regex.compile(r"(?:№|N[eоo]?\s|No\s|N(?=\s*\d))\s*\S.{0,30}", regex.IGNORECASE)
_TO_ORDER = regex.compile(r"\bк\s+(?:приказу|распоряжению|постановлению)\b", regex.IGNORECASE)
_SENTENCE_END = regex.compile(r"(?<!\bг)[.;:]\s*$")
_YEAR = regex.compile(r"(?:19|20)\s?\d\s?\d")
_DATE_BEHIND = regex.compile(r"\s+от\s+(?P<date>\S.{3,48}?(?:19|20)\s?\d\s?\d.{0,6})$", regex.IGNORECASE)
_ADDRESS = regex.compile(
    r"\d{5,}|\b(?:тел|факс|телефон|e-?mail|www|http|ИНН|КПП|ОКПО|ОГРН|ул)\b", regex.IGNORECASE
)
_KIND_LINE = regex.compile(
    r"(?P<kind>приказ|распоряжение|постановление)\s+(?P<issuer>\p{L}[^№]{0,200}?)?\s*"
    r"(?P<dated>от\s+\S[^№]{3,30}?(?:19|20)\d\d[^№]{0,8}?\s*(?:№|N)\s*\S{1,20})(?P<title>.{0,600})",
    regex.IGNORECASE,
)
_TERRITORY = regex.compile(r"област|кра[йя]\b|республик|район|город|округ", regex.IGNORECASE)
_ONLY_MARKS = regex.compile(  # a line that is a date, a number, or both
    r"\s*(?:от\s+)?(?:[«\"“]?\d{1,2}[»\"”]?[\s.]*(?:\d{1,2}|\p{Ll}{3,8})[\s.]*(?:19|20)\d\d\s*(?:г\.?|года)?\s*)?"
    r"(?:(?:№|N)\s*[\p{L}\d/_-]{1,20}\s*)?",
    regex.IGNORECASE,
)
_TITLE = regex.compile(r"\s*(?:Об|О|Обо)\s+\p{L}")
_POINT = regex.compile(r"\s*\d{1,3}(?:\.\d{1,3})*[.)]\s")
_GAP = regex.compile(r"\s{3,}|\t+|_{2,}")
_WIDE_GAP = regex.compile(r"\s{3,}|\t+")
_SPACES = regex.compile(r"\s+")
_ROW_NUMBER = regex.compile(r"\d{1,3}(?:\.\d{1,3})*[.)]?")
_HEADING_LINES = 4  # of a heading above a table


@dataclass(frozen=True, slots=True)
class Mention:
    """A date or number of the order as it stands somewhere: on the title page (`appendix` None) or in an
    appendix.
    """

    raw: str
    place: Place | None
    appendix: str | None = None


@dataclass(frozen=True, slots=True)
class OrderText:
    """The raw parts of an order's text. Lists hold all mentions, title page first."""

    issuer: Line | None = None
    title: Line | None = None
    numbers: tuple[Mention, ...] = ()
    dates: tuple[Mention, ...] = ()
    signatory: Line | None = None
    position: Line | None = None
    region: str | None = None
    appendices: tuple[str | None, ...] = ()  # the appendix of each table, in order
    captions: tuple[str, ...] = ()  # the lines before each table, joined
    above: tuple[Line | None, ...] = ()  # the last line before each table
    announced: frozenset[str] = field(default_factory=frozenset)  # appendix numbers that the points name
    headed: tuple[str, ...] = ()  # numbers of the appendices that there are; "" for one without a number
    is_order: bool = False
    body: str = ""  # the order itself, without tables and appendices, on one line


@cache
def _regions() -> tuple[tuple[str, str], ...]:
    """(folded phrase, name) for nominative and genitive, longest first."""
    found = [
        (row[k].casefold().replace("ё", "е"), row["name"])
        for row in lexicons.rows("regions")
        for k in ("name", "genitive")
    ]
    return tuple(sorted(found, key=lambda x: -len(x[0])))


@cache
def _preamble() -> regex.Pattern[str]:
    phrases = sorted(regex.escape(phrase) for phrase in lexicons.words("preambles", "phrase"))
    return regex.compile(r"(?<!\s)\s*+(?:" + "|".join(phrases) + r")\b", regex.IGNORECASE)


def find_region(text: str) -> str | None:
    """The first subject of the federation that a text names (nominative or genitive), None if it names
    none.
    """
    folded = _SPACES.sub(" ", text).casefold().replace("ё", "е").replace("—", "–")
    hits = [(at, -len(phrase), name) for phrase, name in _regions() if (at := folded.find(phrase)) >= 0]
    return min(hits)[2] if hits else None


def is_layout(table: Table) -> bool:
    """A table without rules that only places text: letterhead (date | number) or signature (position | name).

    At most three rows, no long texts, and a cell that is a date with year, an order number, a name with
    initials or the head of an appendix.
    """
    if table.n_rows > 4 or table.n_cols > 4 or 0 < table.header_rows < table.n_rows:
        return False
    texts = [t for c in table.cells for line in c.text.split("\n") if (t := _one_line(line))]
    if not texts or len(texts) > 16 or any(len(t) > 300 for t in texts) or _is_numbered(table):
        return False
    return any(_is_frame_text(t) for t in texts)


def _is_numbered(table: Table) -> bool:
    """The first column numbers the rows: these are rows of a list."""
    firsts = [c.text.strip() for c in table.cells if c.col == 0]
    are_numbers = len(set(firsts)) == table.n_rows and all(map(_ROW_NUMBER.fullmatch, firsts))
    return table.n_cols > 2 and are_numbers and not (table.n_rows == 1 and firsts[0].isdigit())


def _is_frame_text(text: str) -> bool:
    if _APPENDIX.match(text) or _KIND.fullmatch(text) or signature.is_name(text):
        return True
    short = len(text) < 60
    return short and (
        _NUMBER.match(text) is not None or (bool(_YEAR.search(text)) and text[:1] in '«"“от0123456789')
    )


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def read(document: Document) -> OrderText:
    """The order's text parts. `document` is assembled; tables that are layout count as text."""
    title_page: list[Line] = []
    segments: list[tuple[list[Line], Table | None]] = [([], None)]
    running: list[Line] = []  # heads and feet of pages
    for item in document.content:
        if isinstance(item, Block):
            if item.kind in ("header", "footer"):
                running.extend(Line(t, item.place) for t in item.text.split("\n") if t.strip())
            if item.kind in ("header", "footer", "footnote", "deleted", "hidden"):
                continue
            is_tab = item.kind == "heading" and document.source.format in ("xlsx", "xls", "ods")
            segments[-1][0].extend(Line(t, item.place, is_tab) for t in item.text.split("\n") if t.strip())
        elif isinstance(item, Table):
            if is_layout(item):
                segments[-1][0].extend(_layout_lines(item))
            else:
                segments[-1] = (segments[-1][0], item)
                segments.append(([], None))
    title_page = _before_appendix(segments[0][0])
    head = _head(_taken_apart(title_page))
    if head.is_order:
        _from_running(head, running)
    numbers, dates = list(head.numbers), list(head.dates)
    appendices: list[str | None] = []
    captions: list[str] = []
    above: list[Line | None] = []
    headed: dict[str, None] = {}
    current: str | None = None
    for index, (lines, table) in enumerate(segments):
        rest = lines[len(title_page) :] if index == 0 else lines
        for at, line in enumerate(rest):
            opened = _APPENDIX.match(line.text)
            if opened is None:
                continue
            current = opened["number"] or current or ("1" if not appendices else current)
            if not of_order.is_nested(line.text, rest[at + 1].text if at + 1 < len(rest) else ""):
                headed[opened["number"] or ""] = None
            reference = _reference(rest[at : at + 8])
            if reference is not None:
                dates.append(Mention(reference[0], reference[2], current or ""))
                numbers.append(Mention(reference[1], reference[2], current or ""))
        if table is not None:
            appendices.append(current)
            captions.append(" ".join(_one_line(x.text) for x in lines[-12:]))
            above.append(_above(lines))
    whole = " ".join(line.text for line in title_page)
    region = find_region(head.issuer.text if head.issuer else "") or find_region(
        " ".join(line.text for lines, _ in segments for line in lines)
    )
    return OrderText(
        head.issuer,
        head.title,
        tuple(numbers),
        tuple(dates),
        head.signatory,
        head.position,
        region,
        tuple(appendices),
        tuple(captions),
        tuple(above),
        of_order.announced(whole),
        tuple(headed),
        bool(head.numbers or head.dates or head.is_order),
        _one_line(whole),
    )


def _layout_lines(table: Table) -> list[Line]:
    return [
        Line(t, cell.place, row=(table.number, cell.row))
        for cell in sorted(table.cells, key=lambda c: (c.row, c.col))
        for t in cell.text.split("\n")
        if t.strip()
    ]


def _before_appendix(lines: Sequence[Line]) -> list[Line]:
    """The lines of the order itself: up to the head of the first appendix (or a caption that precedes it)."""
    operative = next((i for i, x in enumerate(lines) if _OPERATIVE.search(x.text)), None)
    for i, line in enumerate(lines):
        opened = _APPENDIX.match(line.text)
        if opened is None or (operative is not None and i < operative):
            continue
        heads = _TO_ORDER.search(line.text) is not None and not _SENTENCE_END.search(line.text)
        if len(line.text) < 60 or heads or _reference(lines[i : i + 8]) is not None:
            return list(lines[:i])
    return list(lines)


def _above(lines: Sequence[Line]) -> Line | None:
    """The last line before a table, with the lines that it goes on from."""
    if not lines:
        return None
    whole = lines[-1]
    for line in reversed(lines[-_HEADING_LINES:-1]):
        goes_on = whole.text.lstrip()[:1].islower() or (whole.text.isupper() and line.text.isupper())
        if not goes_on or _APPENDIX.match(line.text):
            break
        whole = replace(whole, text=f"{line.text}\n{whole.text}")
    return whole


def _reference(lines: Sequence[Line]) -> tuple[str, str, Place | None] | None:
    """Date and number in «Приложение … к приказу … от DATE № NUMBER» (the lines from «Приложение» on)."""
    for end in range(1, len(lines) + 1):
        if end > 1 and _APPENDIX.match(lines[end - 1].text):
            return None
        found = _OF_ORDER.search(_one_line(" ".join(x.text for x in lines[:end])))
        if found:
            return found["date"].strip(), found["number"].strip(), lines[end - 1].place
    return None


@dataclass(slots=True)
class _Head:
    issuer: Line | None = None
    title: Line | None = None
    numbers: list[Mention] = field(default_factory=list)
    dates: list[Mention] = field(default_factory=list)
    signatory: Line | None = None
    position: Line | None = None
    is_order: bool = False


def _taken_apart(lines: Sequence[Line]) -> list[Line]:
    """The lines with «Приказ Департамента … от 12.11.2021 N 341 «Об утверждении …»», as legal databases print
    it and clerks type it, on lines of their own: issuer, kind, date and number, title.
    """
    if any(_KIND.fullmatch(x.text) for x in lines):
        return list(lines)
    for i, line in enumerate(lines[:15]):
        if _OPERATIVE.search(line.text):
            break
        found = _KIND_LINE.fullmatch(_one_line(line.text))
        if found is None:
            continue
        parts = (found["issuer"], found["kind"], found["dated"], found["title"].strip('«»"“” '))
        own = [Line(text, line.place) for text in parts if text]
        return [*lines[:i], *own, *lines[i + 1 :]]
    return list(lines)


def _head(lines: Sequence[Line]) -> _Head:
    head = _Head()
    kind = next((i for i, x in enumerate(lines) if _KIND.fullmatch(x.text)), None)
    operative = next((i for i, x in enumerate(lines) if _OPERATIVE.search(x.text)), None)
    head.is_order = kind is not None or operative is not None
    title_at = _title_start(lines, kind, operative)
    if kind is not None:
        head.issuer = _joined(_issuer_lines(lines[:kind]))
    elif title_at is not None:
        head.issuer = _joined(_issuer_lines(lines[:title_at]))
    _date_and_number(head, lines[(kind + 1 if kind is not None else 0) : title_at], issuer=kind is None)
    if title_at is not None:
        end = title_at + 1
        limit = operative if operative is not None else len(lines)
        while end < limit and not _ends_title(lines[end].text):
            end += 1
        head.title = _joined(lines[title_at:end])
        if not head.numbers and not head.dates:
            _date_and_number(head, lines[:title_at], issuer=True)
    start = (operative + 1) if operative is not None else (title_at or 0)
    head.signatory, head.position = signature.find(lines[start:])
    return head


def _title_start(lines: Sequence[Line], kind: int | None, operative: int | None) -> int | None:
    first = kind + 1 if kind is not None else 0
    last = operative if operative is not None else min(len(lines), first + 25)
    return next((i for i in range(first, last) if _TITLE.match(lines[i].text)), None)


def _ends_title(text: str) -> bool:
    return bool(
        _preamble().match(text) or _OPERATIVE.search(text) or _POINT.match(text) or _APPENDIX.match(text)
    )


def _issuer_lines(lines: Iterable[Line]) -> list[Line]:
    """The letterhead's lines that name the issuer: no address, telephone, number or date."""
    kept = []
    for line in lines:
        text = line.text
        if line.is_tab:
            continue
        if _ADDRESS.search(text):
            continue
        if _one_line(text).casefold() in ("российская федерация", "герб", "проект"):
            continue
        if _NUMBER.search(text) or _YEAR.search(text) or headings.is_short_name(text):
            continue
        kept.append(line)
    return _own_body(kept)


def _own_body(lines: list[Line]) -> list[Line]:
    """The body itself where a letterhead names the one above it first («Администрация города Курска», then
    «Комитет образования города Курска»); all lines where its own do not say of which territory it is.
    """
    opening = [i for i, line in enumerate(lines) if _opens_body(line.text)]
    own = lines[opening[-1] :] if len(opening) > 1 else lines
    return own if _TERRITORY.search(" ".join(x.text for x in own)) else lines


def _opens_body(text: str) -> bool:
    """The line begins with the name of a body in the nominative: «Комитет …», «Главное управление …»."""
    words = [w.strip('«»",.').lower() for w in text.split()[:2]]
    return any(head[0] == w for w in words if (head := head_of(w)) is not None)


def _joined(lines: Sequence[Line]) -> Line | None:
    if not lines:
        return None
    return Line("\n".join(x.text.strip() for x in lines), lines[0].place)


def _date_and_number(head: _Head, lines: Sequence[Line], *, issuer: bool) -> None:
    """The date (up to «№») and the number (from «№» on), on one line or on two."""
    for line in lines:
        text = line.text
        number = _NUMBER.search(text)
        before = text[: number.start()] if number else text
        said = number.group() if number else ""
        behind = _DATE_BEHIND.search(text[number.start() :]) if number else None
        if behind is not None and not _YEAR.search(before):  # «№ 117 от 02.02.2024»
            said, before = said[: behind.start()], behind["date"]
        if number and not head.numbers:
            raw = _GAP.split(said, maxsplit=1)[0] if "_" not in said else said
            if regex.search(r"[\d_]", raw):
                head.numbers.append(Mention(_one_line(raw), line.place))
        if not head.dates and _YEAR.search(before) and not (issuer and len(before) > 60):
            dated = next((p for p in _WIDE_GAP.split(before.strip()) if _YEAR.search(p)), before)
            raw = regex.sub(r"^\s*от\s+", "", dated.strip())
            head.dates.append(Mention(raw.strip(), line.place))


def _from_running(head: _Head, lines: Sequence[Line]) -> None:
    """The number or the date where the title page has none: a line that is nothing else may stand as a head
    or foot of every page («№ 845»).
    """
    said = _Head()
    _date_and_number(said, [x for x in lines if _ONLY_MARKS.fullmatch(x.text)], issuer=True)
    head.numbers = head.numbers or said.numbers
    head.dates = head.dates or said.dates
