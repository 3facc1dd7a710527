"""Parts of dates that are not written in figures, in figures.

Roman months, «15.IX.2021» → «15.09.2021», «IX-XII 2021» → «09.2021-12.2021»; years in words, «две тысячи
двадцать первого года» → «2021 года»; two years of one range, «ноябрь-январь 2021-2022» → «ноябрь 2021-январь
2022».
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import regex

from pipeline import lexicons

_ROMAN = r"(?:VIII|VII|VI|IV|IX|XII|XI|III|II|I|V|X)"
_DAY = regex.compile(rf"(?<!\w)(\d{{1,2}})[\s.]+({_ROMAN})[\s.]+((?:19|20)\d\d)(?!\d)")
_MONTH = regex.compile(rf"(?<![\w.])({_ROMAN})\s?[./]\s?((?:19|20)\d\d)(?!\d)")
_RANGE = regex.compile(rf"(?<!\w)({_ROMAN})\s?[-–—]\s?({_ROMAN})[\s.]+((?:19|20)\d\d)(?!\d)(?!\s*[/-]\s*\d)")
_TWIN_LETTERS = str.maketrans({"Х": "X", "І": "I", "Ѵ": "V", "х": "x", "і": "i"})
_TWINNED = regex.compile(r"(?<!\p{L})[IVXХІ]{1,4}(?!\p{L})")
_WORDS = regex.compile(
    r"\bдв(?:е|ух)\s+тысяч[аи]?\s+(?:(двадцать|тридцать)\s+)?(\p{L}+(?:ый|ой|ий|ого|его|ому|ему|ом|ем))(?=\s+год)",
    regex.IGNORECASE,
)
_TWO_YEARS = regex.compile(
    r"\b(\p{L}{3,9}\.?)\s?[-–—]\s?(\p{L}{3,9}\.?)\s+((?:19|20)\d\d)\s?[-–—/]\s?((?:19|20)\d\d)\b",
    regex.IGNORECASE,
)
_VALUES = {"I": 1, "V": 5, "X": 10}
_LAST_QUARTER = 4  # a pair of Roman numerals up to here may be quarters


def in_figures(text: str) -> str:
    """The text with such parts in figures; any other text as it is."""
    text = _TWINNED.sub(lambda m: m[0].translate(_TWIN_LETTERS), text)
    text = _DAY.sub(lambda m: f"{m[1]}.{_roman(m[2]):02}.{m[3]}", text)
    text = _MONTH.sub(lambda m: f"{_roman(m[1]):02}.{m[2]}", text)
    text = _RANGE.sub(_months, text)
    text = _WORDS.sub(_year, text)
    return _TWO_YEARS.sub(_ends, text)


def _roman(numeral: str) -> int:
    values = [_VALUES[c] for c in numeral]
    return sum(-v if any(w > v for w in values[i + 1 :]) else v for i, v in enumerate(values))


def _months(match: regex.Match[str]) -> str:
    first, last = _roman(match[1]), _roman(match[2])
    if max(first, last) <= _LAST_QUARTER or first > last:
        return match[0]
    return f"{first:02}.{match[3]}-{last:02}.{match[3]}"


@cache
def _numbers() -> Mapping[str, int]:
    return {row["stem"]: int(row["value"]) for row in lexicons.rows("number_words")}


def _year(match: regex.Match[str]) -> str:
    stem = regex.sub(r"(?:ый|ой|ий|ого|его|ому|ему|ом|ем)$", "", match[2].lower().replace("ё", "е"))
    units = _numbers().get(stem)
    tens = _numbers()[match[1].lower().rstrip("ь")] if match[1] else 0
    return match[0] if units is None or (tens and units > 9) else str(2000 + tens + units)


@cache
def _month_numbers() -> Mapping[str, int]:
    return {row["form"]: int(row["month"]) for row in lexicons.rows("months")}


def _ends(match: regex.Match[str]) -> str:
    first, last = (_month_numbers().get(m.lower().rstrip(".")) for m in match.group(1, 2))
    if first is None or last is None or first <= last or int(match[4]) != int(match[3]) + 1:
        return match[0]
    return f"{match[1]} {match[3]}-{match[2]} {match[4]}"
