"""The words of a date: a text becomes tokens, damaged words are weighed against the closed list of date
words.

Tokens are numbers, months, words with a role (`data/lexicons/date_words.csv`: quarter, half, year, study,
from, to, until, …), marks, and whole numeric dates («21.07.2021», «01.09», «07.2021»). A digit is never
changed into another digit; a letter inside a numeric date becomes the digit that it looks like (О → 0, З →
3, l → 1) where the rest is digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import regex

from pipeline import lexicons
from pipeline.model import Change, Note, note
from pipeline.normalizers import ocr
from pipeline.normalizers.alphabets import twins_as_cyrillic
from pipeline.normalizers.date_figures import in_figures

_TOKEN = regex.compile(
    r"(?P<bars>(?<!\S)(?=\S*[|!\\№])[1|!l\\/№]{1,4}(?=\s+(?:кварт|кв\b|полуг)))"
    r"|(?P<iso>(?:19|20)\d\d-\d{2}-\d{2}(?!\d))"
    r"|(?P<dmy>(?<!\d)\d{1,2} ?(?P<mark>[./-]) ?\d{1,2} ?(?P=mark) ?(?:\d{4}|\d{2})(?!\d))"
    r"|(?P<my>(?<!\d)\d{1,2}[./](?:19|20)\d\d(?!\d))"
    r"|(?P<dm>(?<!\d)\d{1,2}\.\d{2}(?!\d))"
    r"|(?P<glued>\d{1,2}\p{L}{3,})"
    r"|(?P<number>\d{1,9})(?:-?(?:ый|ой|ая|ое|го|му|ом|ую|ья|ье|й|я|е|х)\b)?"
    r"|(?P<word>\p{L}+(?:\d{1,2}\p{L}+)*)"
    r"|(?P<mark_only>[-–—,;/()&+])"
    r"|(?P<skip>[\s.«»\"'“”„:_…*]+)"
    r"|(?P<other>.)",
    regex.DOTALL,
)
_NUMERIC = regex.compile(
    r"(?<![\p{L}\p{N}])[\dОоOoЗзlI|]{1,2}\s?\.\s?[\dОоOoЗзlI|]{1,2}\s?\.\s?"
    r"[\dОоOoЗзlI|]{3}\s?[\dОоOoЗзlI|](?![\p{L}\p{N}])"  # «202 З»: a narrow column cuts off the last
)
_NUMERIC_YEAR = regex.compile(
    r"(?<![\p{L}\p{N}])[12lI|][\dОоOoЗзlI|]{2}\s?[\dОоOoЗзlI|](?=\s*г|\s*$|\s*[-–—])", regex.IGNORECASE
)
_LOOKS = str.maketrans(
    {"О": "0", "о": "0", "O": "0", "o": "0", "З": "3", "з": "3", "l": "1", "I": "1", "|": "1"}
)
_TIME = regex.compile(
    r"(?:\b(?:в|с|до|по|на|к)\s+)?(?<![\d.])(?:[01]?\d|2[0-3])(?:[:]|[.-](?=[0-5]\d\s*(?:ч|час)))[0-5]\d(?!\d|\.\d)"
    r"(?:\s*[-–—]\s*(?:[01]?\d|2[0-3]):[0-5]\d(?!\d))?(?:\s*(?:ч\b\.?|час\p{L}*|мин\p{L}*\.?))?",
    regex.IGNORECASE,
)
_SPLIT_YEAR = regex.compile(r"(?<!\d)(19|20)[\s_]{1,3}(\d\d)(?!\d)(?=[\s_]*(?:г|$))", regex.IGNORECASE)
_DAY = regex.compile(r"(?<![\p{L}\p{N}.,/-])(?:[lI|Зз]\d|[0-3][ОоOoЗзlI|])(?=\s+(\p{L}{3,}))")
_TORN_DATE = regex.compile(  # «10.04.202 3»: a narrow column cuts numbers; a whole date joins them again
    r"(?<![\d.])(\d{1,2}|\d \d) ?\. ?(\d\d|\d \d) ?\. ?((?:19|2 ?0)(?: ?\d){2})(?![\d.])"
)
_USUAL = frozenset(("month", "quarter", "half", "year", "study"))
_SELDOM = frozenset(("week", "half-month", "start", "middle", "end", "spring", "summer", "autumn", "winter"))
_PREPOSITIONS = {"до": 10.0, "с": 5.0, "по": 1.0, "к": 1.0, "от": 0.3}
_PREPOSITION = 2  # letters of the longest of them
_SURE_FIGURES = 4  # digits of a whole date beside which all its О are zeros
_LAST_DAY = 31
_BARS = regex.compile("[1!l]")  # what bars are read as
_DAY_LETTERS = {"б": "6", "з": "3"}  # letters of the shape of a figure
_LIKE_A_DAY = 0.9
_SHORTEST = 3  # letters of a word that may be a damaged date word


@dataclass(frozen=True, slots=True)
class Token:
    """`role` is number, month, date (value: (year, month, day) with None for what is missing), mark,
    unknown or a role of the lexicon; `readings` are what a damaged word may have been, as tokens, best
    first.
    """

    role: str
    text: str
    value: int = 0
    parts: tuple[int | None, int | None, int | None] = (None, None, None)
    readings: tuple[tuple[Token, float], ...] = ()


@cache
def _words() -> Mapping[str, Token]:
    found = {row["form"]: Token("month", row["form"], int(row["month"])) for row in lexicons.rows("months")}
    for row in lexicons.rows("date_words"):
        found.setdefault(row["word"], Token(row["role"], row["word"], int(row["value"] or 0)))
    return found


@cache
def _long_words() -> Mapping[str, float]:
    """Weights of the words that a damaged one may have been: these roles are what such fields are made of."""
    return {
        w: 3.0 if t.role in _USUAL else 0.1 if t.role in _SELDOM else 1.0
        for w, t in _words().items()
        if len(w) >= _SHORTEST
    }


@cache
def _year_words() -> Mapping[str, float]:
    """The same behind a number that is a year: nearly always «год» or «учебный»."""
    return {w: 100.0 if _words()[w].role in ("year", "study") else n for w, n in _long_words().items()}


def prepare(text: str) -> tuple[str, list[Change]]:
    """The text without times of day, with a split year joined and look-alike letters in numeric dates as
    digits.
    """
    changes: list[Change] = []

    def digits(found: regex.Match[str]) -> str:
        seen = found[0]
        turned = seen.translate(_LOOKS)
        if turned == seen:
            return seen
        close = "".join(turned.split())
        letters = sum(c.isalpha() or c == "|" for c in seen)
        figures = sum(c.isdigit() for c in seen)
        whole = len(close) > 4  # a date; else a year
        few = letters <= 2 and figures >= (2 * letters + 2 if whole else 2)
        zeros = whole and figures >= _SURE_FIGURES and all(c in "ОоOo" for c in seen if c.isalpha())
        if not (few or zeros):
            return seen
        torn = seen[-2].isspace()
        if (torn or not whole) and close[-4:-2] not in ("19", "20"):
            return seen
        return changed(seen, close)

    def day(found: regex.Match[str]) -> str:
        seen = found[0]
        turned = seen.translate(_LOOKS)
        word = _words().get(found[1].lower())
        month = word is not None and word.role == "month"
        return changed(seen, turned) if turned != seen and month and 0 < int(turned) <= _LAST_DAY else seen

    def changed(seen: str, turned: str) -> str:
        why = ocr_evidence("".join(seen.split()), turned)
        changes.append(Change("date-digit-ocr", seen, turned, "ocr", 0.999, why))
        return turned

    text = _DAY.sub(day, text)
    text = _NUMERIC_YEAR.sub(digits, _NUMERIC.sub(digits, text))
    text = in_figures(text)
    text = _TORN_DATE.sub(_whole_date, text)
    cyrillic = twins_as_cyrillic(text)
    if cyrillic != text:
        changes.append(Change("mixed-alphabet", text, cyrillic, "ocr", 1.0, (note("text.mixed-alphabet"),)))
    text = cyrillic
    return _SPLIT_YEAR.sub(r"\1\2", _TIME.sub(" ", text)), changes


def _whole_date(torn: regex.Match[str]) -> str:
    after = regex.match(r"\s+(\p{L}+)", torn.string, pos=torn.end())
    word = _words().get(after[1].lower()) if after else None
    if torn[3][2:3] == " " and word is not None and word.role == "month":
        return torn[0]  # «20.04.20 31 декабря» are two dates
    return ".".join(part.replace(" ", "") for part in torn.groups())


def ocr_evidence(seen: str, truth: str) -> tuple[Note, ...]:
    """«0 read as О» for each place where the two differ (texts of equal length)."""
    pairs = dict.fromkeys((t, s) for s, t in zip(seen, truth, strict=True) if s != t)
    return tuple(note("ocr.confusion", truth=t, seen=s) for t, s in pairs)


def tokens(text: str) -> tuple[list[Token], list[Change]]:
    """The tokens of a prepared text and the words that were repaired."""
    found: list[Token] = []
    changes: list[Change] = []
    for match in _TOKEN.finditer(text.lower()):
        if match["skip"]:
            continue
        if match["glued"]:
            pieces = _unglued(match[0])
        else:
            token = _token(match)
            damaged = token.role == "unknown" and match["word"]
            pieces = [_damaged(match[0], _is_year(found)) if damaged else (token, None)]
        for token, change in pieces:
            found.append(token)
            if change is not None:
                changes.append(change)
    _shapes(found)
    _preposition(found, changes)
    return _romans(_years(found, changes), changes), changes


def _preposition(found: list[Token], changes: list[Change]) -> None:
    """«ло 5 июля», «е 6 мая»: what stands before the first number is one of few small words."""
    if len(found) < 2 or found[1].role not in ("number", "date") or len(found[0].text) > _PREPOSITION:
        return
    seen = found[0].text
    if found[0].role not in ("unknown", "roman-ocr") or found[0].readings or not seen.isalpha():
        return
    ranked = ocr.rank(seen, _PREPOSITIONS, valid=False, closed=True)
    if ocr.decide(seen, ranked) == "fixed":
        best = ranked[0]
        changes.append(Change("date-word-ocr", seen, best.value, "ocr", best.confidence, best.evidence))
        found[0] = _words()[best.value]


def _years(found: list[Token], changes: list[Change]) -> list[Token]:
    """«г.» that was read as «т.» or «r.», where a year stands before it."""
    for i, token in enumerate(found):
        counts = i + 1 < len(found) and found[i + 1].role in ("quarter", "half")
        if token.role != "year-ocr" and (token.text != "п" or counts):
            continue
        if i and (_is_year(found[:i]) or found[i - 1].role == "date"):
            truth = "г" * len(token.text)
            why = (note("ocr.confusion", truth=truth, seen=token.text),)
            changes.append(Change("date-word-ocr", token.text, truth, "ocr", 0.999, why))
            found[i] = Token("year", truth)
        elif token.role == "year-ocr":
            found[i] = Token("unknown", token.text)
    return found


def _unglued(glued: str) -> list[tuple[Token, Change | None]]:
    """«1сентября» is a number and a word; in «9нварь» the digit stands for a letter."""
    digits = "".join(c for c in glued if c.isdigit())
    letters = glued[len(digits) :]
    if letters in _words():
        return [(Token("number", digits, int(digits)), None), (_words()[letters], None)]
    return [_damaged(glued, False)]


def _bars(seen: str) -> Token:
    """A Roman numeral read as bars and signs: «| квартал» was I or II, «1\\ квартал» IV."""
    shares = lexicons.rows("roman_shapes")
    found = [(int(r["value"]), float(r["share"])) for r in shares if r["seen"] == _BARS.sub("|", seen)]
    return Token("unknown", seen, readings=tuple((_roman(n), share) for n, share in found))


def _roman(n: int) -> Token:
    return _words()[("i", "ii", "iii", "iv")[n - 1]]


def _shapes(found: list[Token]) -> None:
    """A letter that stands where a numeral or a day must: «Г квартал», «с б июля»."""
    for i, token in enumerate(found[:-1]):
        counted, at_start = found[i + 1].role in ("quarter", "half"), i == 0
        if len(token.text) != 1 or not token.text.isalpha() or token.role in ("roman", "roman-ocr"):
            continue
        if counted and at_start:
            rows = [r for r in lexicons.rows("roman_shapes") if r["seen"] == token.text]
            readings = tuple((_roman(int(r["value"])), float(r["share"])) for r in rows)
        elif found[i + 1].role == "month" and token.text in _DAY_LETTERS:
            figure = _DAY_LETTERS[token.text]
            readings = ((Token("number", figure, int(figure)), _LIKE_A_DAY),)
        else:
            continue
        if readings:
            found[i] = Token("unknown", token.text, readings=readings)


def _romans(found: list[Token], changes: list[Change]) -> list[Token]:
    """A Roman numeral that was read as a letter («Ш квартал»), where a quarter or half-year follows."""
    for i, token in enumerate(found):
        if token.role != "roman-ocr":
            continue
        if i + 1 < len(found) and found[i + 1].role in ("quarter", "half"):
            roman = ("I", "II", "III", "IV")[token.value - 1]
            why = (note("ocr.confusion", truth=roman, seen=token.text.upper()),)
            changes.append(Change("date-word-ocr", token.text.upper(), roman, "ocr", 0.999, why))
        else:
            found[i] = Token("unknown", token.text)
    return found


def _token(match: regex.Match[str]) -> Token:
    whole = match[0]
    if match["bars"]:
        return _bars(whole)
    if match["word"]:
        return _words().get(whole) or Token("unknown", whole)
    if match["number"]:
        return Token("number", whole, int(match["number"]))
    if match["mark_only"]:
        return Token("dash" if whole in "-–—" else "slash" if whole == "/" else "comma", whole)
    if match["other"]:
        return Token("unknown", whole)
    numbers = [int(n) for n in regex.findall(r"\d+", whole)]
    year: int | None
    if match["iso"]:
        year, month, day = numbers
        return Token("date", whole, parts=(year, month, day))
    if match["my"]:
        return Token("date", whole, parts=(numbers[1], numbers[0], None))
    if match["dm"]:
        return Token("date", whole, parts=(None, numbers[1], numbers[0]))
    day, month, year = numbers
    if year < 100:
        year += 2000
    return Token("date", whole, parts=(year, month, day))


def _is_year(found: Sequence[Token]) -> bool:
    """Whether the last token is a year, or the word «учебный»."""
    if not found:
        return False
    return found[-1].role == "study" or (found[-1].role == "number" and 1900 <= found[-1].value <= 2100)


@lru_cache(maxsize=4096)
def _damaged(word: str, after_year: bool) -> tuple[Token, Change | None]:
    """What a word that is no date word may have been."""
    if len(word) < _SHORTEST or len(word) > 16:
        return Token("unknown", word), None
    weights = _year_words() if after_year else _long_words()
    ranked = [c for c in ocr.rank(word, weights, valid=False, closed=True) if c.value != word]
    same_length = [w for w in _long_words() if len(w) == len(word)]
    if not ranked and any(c.isdigit() for c in word):  # a letter read as a digit: the other letters decide
        fits = [w for w in same_length if all(a == b or b.isdigit() for a, b in zip(w, word, strict=True))]
        share = 0.998 / len(fits) if fits else 0.0
        readings = tuple((_words()[w], share) for w in fits)
    else:
        readings = _pooled([(_words()[c.value], c.confidence) for c in ranked])
    if not readings:
        return Token("unknown", word), None
    best, confidence = readings[0]
    if _is_word(word) and not (after_year and best.role == "year"):
        return Token("unknown", word, readings=readings if best.role == "month" else ()), None
    if confidence < lexicons.numbers("decision")["fixed"] or sum(c.isalpha() for c in word) < _SHORTEST:
        return Token("unknown", word, readings=readings), None
    evidence = ocr.explain(word, best.text) or (note("ocr.confusion", truth=best.text, seen=word),)
    return best, Change("date-word-ocr", word, best.text, "ocr", confidence, evidence)


def _is_word(word: str) -> bool:
    """Whether the dictionary has the word: then it is another word, and no damaged date word."""
    from pipeline.normalizers import morphology

    return word.isalpha() and morphology.known(word)


def _pooled(readings: Sequence[tuple[Token, float]]) -> tuple[tuple[Token, float], ...]:
    """Forms of one word pooled: «сентября» and «сентябрь» are the same month."""
    sums: dict[tuple[str, int], float] = {}
    first: dict[tuple[str, int], Token] = {}
    for token, confidence in readings:
        key = (token.role, token.value)
        sums[key] = sums.get(key, 0.0) + confidence
        first.setdefault(key, token)
    return tuple((first[k], min(0.9999, p)) for k, p in sorted(sums.items(), key=lambda x: -x[1]))
