"""Numbers and dates as a spreadsheet shows them: number format codes (ECMA-376-1 §18.8.31).

Three things are fixed where Excel asks the computer it runs on: the decimal sign is a point, thousands are
set off by a no-break space (both are unambiguous), and dates without a format of their own are DD.MM.YYYY.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

# ECMA-376-1 §18.8.30; 14–17 and 22 follow the locale, here the Russian one
BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "dd.mm.yyyy",
    15: "dd.mmm.yy",
    16: "dd.mmm",
    17: "mmm.yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "dd.mm.yyyy h:mm",
    37: "#,##0;-#,##0",
    38: "#,##0;-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
}
_LONG_DATE = 'd mmmm yyyy "г."'  # [$-F800], the system's long date
_MONTHS = "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split()  # noqa: SIM905  # twelve words read better as one string
_MONTHS_OF = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()  # noqa: SIM905  # twelve words read better as one string
_DAYS = "понедельник вторник среда четверг пятница суббота воскресенье".split()  # noqa: SIM905  # twelve words read better as one string
_DAYS_SHORT = "Пн Вт Ср Чт Пт Сб Вс".split()  # noqa: SIM905  # twelve words read better as one string
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General)|(?P<ampm>AM/PM|A/P)|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|e+(?![+-]))|(?P<exponent>E[+-])"
    r"|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<text>@)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_SECTION = re.compile(r'(?:"[^"]*"?|\\.|\[[^\]]*\]|[^;"\\\[])*', re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?[\d.]+)\]")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_LONGEST_CODE = 255  # Excel's own limit
_LAST_DAY = 2958466  # 31 December 9999
_THIN = "\N{NO-BREAK SPACE}"

Token = tuple[str, str]


def show(value: float, code: str, *, from_1904: bool = False) -> str:
    """A number as the format code shows it; `from_1904`: the workbook counts days from 1904."""
    tokens, negative_section = _section(value, code[:_LONGEST_CODE])
    kinds = {kind for kind, _ in tokens}
    if "date" in kinds or "elapsed" in kinds:
        moment = to_datetime(value, from_1904)
        return _date(tokens, moment, value) if moment is not None else general(value)
    if not kinds & {"digit", "general", "text"}:
        return _literals(tokens) if tokens else ""
    if kinds & {"general", "text"}:
        return "".join(
            general(value) if kind in ("general", "text") else text for kind, text in tokens
        ).strip()
    return _number(tokens, abs(value) if negative_section else value)


def is_date(code: str) -> bool:
    """Whether a format code shows a date or a time."""
    return any(kind in ("date", "elapsed") for kind, _ in _tokens(_sections(code[:_LONGEST_CODE])[0]))


def general(value: float) -> str:
    """A number without a format: up to 11 significant digits, whole numbers up to 15 digits in full."""
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.11g}"
    return text.upper().replace("E+0", "E+").replace("E-0", "E-") if "e" in text else text


def to_datetime(value: float, from_1904: bool = False) -> dt.datetime | None:
    """The moment of a day number (Excel takes 1900 for a leap year), None outside of 1900–9999."""
    if not 0 <= value < _LAST_DAY:
        return None
    if from_1904:
        start = dt.datetime(1904, 1, 1)
    else:
        start = dt.datetime(1899, 12, 30) if value >= 60 else dt.datetime(1899, 12, 31)
    try:
        return start + dt.timedelta(milliseconds=round(value * 86_400_000))
    except OverflowError:
        return None


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[str, ...]:
    parts, at = [], 0
    while at <= len(code):
        match = _SECTION.match(code, at)
        assert match is not None  # it matches the empty text
        parts.append(match[0])
        at = max(match.end(), at) + 1
        if at > len(code):
            break
    return tuple(parts[:4])


def _section(value: float, code: str) -> tuple[tuple[Token, ...], bool]:
    """The tokens of the section for a value, and whether that section shows the sign itself."""
    parts = _sections(code)
    conditions = [_CONDITION.search(part) for part in parts]
    if any(conditions[:2]):
        for part, condition in zip(parts, conditions, strict=True):
            if condition is None or _holds(value, condition[1], condition[2]):
                return _tokens(part), condition is not None and value < 0 and len(parts) > 1
        return _tokens("General"), False
    if value < 0 and len(parts) > 1:
        return _tokens(parts[1]), True
    if value == 0 and len(parts) > 2:
        return _tokens(parts[2]), False
    return _tokens(parts[0]), False


def _holds(value: float, operator: str, number: str) -> bool:
    try:
        other = float(number)
    except ValueError:
        return False
    return {
        "<": value < other,
        ">": value > other,
        "<=": value <= other,
        ">=": value >= other,
        "=": value == other,
        "<>": value != other,
    }[operator]


@lru_cache(maxsize=512)
def _tokens(section: str) -> tuple[Token, ...]:
    found: list[Token] = []
    for match in _TOKEN.finditer(section):
        kind, text = str(match.lastgroup), match[str(match.lastgroup)]
        if kind in ("quoted", "escaped", "other"):
            found.append(("literal", text))
        elif kind == "space":
            found.append(("literal", " "))
        elif kind == "bracket":
            if _ELAPSED.fullmatch(text):
                found.append(("elapsed", text.lower()))
            elif text.upper().startswith("$-F800"):
                return _tokens(_LONG_DATE)
            elif text.startswith("$"):  # a currency: [$р.-419]
                found.append(("literal", text[1:].partition("-")[0]))
        elif kind != "fill":
            found.append((kind, text.lower() if kind == "date" else text))
    return tuple(_minutes(found))


def _minutes(tokens: list[Token]) -> list[Token]:
    """`m` is minutes after hours or before seconds."""
    times = [i for i, (kind, text) in enumerate(tokens) if kind in ("date", "elapsed")]
    for n, i in enumerate(times):
        if tokens[i][1] not in ("m", "mm") or tokens[i][0] == "elapsed":
            continue
        after_hours = n > 0 and tokens[times[n - 1]][1][0] == "h"
        before_seconds = n + 1 < len(times) and tokens[times[n + 1]][1][0] == "s"
        if after_hours or before_seconds:
            tokens[i] = ("date", "n" * len(tokens[i][1]))
    return tokens


def _literals(tokens: tuple[Token, ...]) -> str:
    return "".join(text for kind, text in tokens if kind == "literal").strip()


def _date(tokens: tuple[Token, ...], moment: dt.datetime, value: float) -> str:
    twelve = any(kind == "ampm" for kind, _ in tokens)
    with_day = any(kind == "date" and text in ("d", "dd") for kind, text in tokens)
    parts = []
    for kind, text in tokens:
        if kind == "date":
            parts.append(_date_part(text, moment, twelve, with_day))
        elif kind == "elapsed":
            unit = {"h": 24, "m": 1440, "s": 86400}[text[0]]
            parts.append(str(int(value * unit + 1e-6)).zfill(len(text)))
        elif kind == "ampm":
            parts.append("AM" if moment.hour < 12 else "PM")
        elif kind in ("literal", "point", "comma", "percent", "digit"):
            parts.append(text)
    return "".join(parts).strip()


def _date_part(text: str, moment: dt.datetime, twelve: bool, with_day: bool) -> str:
    letter, length = text[0], len(text)
    if letter in "ye":
        return f"{moment.year % 100:02}" if length <= 2 and letter == "y" else f"{moment.year:04}"
    if letter == "m" and length >= 3:
        month = (_MONTHS_OF if with_day else _MONTHS)[moment.month - 1]
        if length == 3:
            return _MONTHS[moment.month - 1][:3]
        return month[0].upper() if length == 5 else month
    if letter == "d" and length >= 3:
        return (_DAYS_SHORT if length == 3 else _DAYS)[moment.weekday()]
    if letter == "s" and "." in text:
        digits = length - text.index(".") - 1
        return f"{moment.second:02}." + f"{moment.microsecond:06}"[:digits].ljust(digits, "0")
    hour = (moment.hour % 12 or 12) if twelve else moment.hour
    number = {"m": moment.month, "d": moment.day, "h": hour, "n": moment.minute, "s": moment.second}[letter]
    return f"{number:02}" if length > 1 else str(number)


def _number(tokens: tuple[Token, ...], value: float) -> str:
    kinds = [kind for kind, _ in tokens]
    if ("literal", "/") in tokens:
        return _fraction(tokens, value)
    point = kinds.index("point") if "point" in kinds else len(tokens)
    power = kinds.index("exponent") if "exponent" in kinds else len(tokens)
    whole = [i for i in range(min(point, power)) if kinds[i] == "digit"]
    part = [i for i in range(point, power) if kinds[i] == "digit"]
    commas = [i for i in range(min(point, power)) if kinds[i] == "comma"]
    grouped = any(whole and whole[0] < i < whole[-1] for i in commas)
    scale = sum(1 for i in commas if whole and i > whole[-1])
    try:
        number = Decimal(f"{value:.15g}").scaleb(2 * kinds.count("percent") - 3 * scale)
        if power < len(tokens):
            return f"{number:.{len(part)}E}"
        number = number.quantize(Decimal(1).scaleb(-len(part)), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return general(value)
    sign = "-" if number < 0 else ""
    digits, _, decimals = f"{abs(number):f}".partition(".")
    filled = _fill(tokens, whole, "" if digits == "0" else digits, grouped)
    kept = _decimals(tokens, part, decimals)
    out = []
    for i, (kind, text) in enumerate(tokens):
        if kind == "digit":
            out.append(filled.get(i, "") if i < point else kept.get(i, ""))
        elif kind == "point":
            out.append("." if kept else "")
        elif kind in ("literal", "percent"):
            out.append(text)
    return (sign + "".join(out)).strip()


def _fill(tokens: tuple[Token, ...], places: list[int], digits: str, grouped: bool) -> dict[int, str]:
    """Digits for the places before the point, from the right; the leftmost place takes what is left over."""
    filled: dict[int, str] = {}
    width = max(len(digits), sum(1 for i in places if tokens[i][1] == "0"))
    padded = digits.rjust(width, "0")
    if grouped:
        text = f"{int(padded or '0'):,}".replace(",", _THIN) if digits else padded
        return {places[0]: text} if places else {}
    rest = padded
    for n, i in enumerate(reversed(places)):
        if n == len(places) - 1:
            filled[i] = rest
        else:
            rest, filled[i] = rest[:-1], rest[-1:]
    return filled


def _decimals(tokens: tuple[Token, ...], places: list[int], digits: str) -> dict[int, str]:
    """Digits after the point; trailing zeros are shown only where the code has `0`."""
    last = max(
        (n for n, i in enumerate(places) if tokens[i][1] == "0" or digits[n : n + 1] not in ("0", "")),
        default=-1,
    )
    return {i: digits[n] for n, i in enumerate(places) if n <= last}


def _fraction(tokens: tuple[Token, ...], value: float) -> str:
    longest = sum(1 for kind, text in tokens[tokens.index(("literal", "/")) :] if kind == "digit")
    number = Fraction(abs(value)).limit_denominator(10 ** max(1, min(longest, 4)) - 1)
    whole, rest = divmod(number.numerator, number.denominator)
    sign = "-" if value < 0 else ""
    if not rest:
        return f"{sign}{whole}"
    return f"{sign}{whole} {rest}/{number.denominator}" if whole else f"{sign}{rest}/{number.denominator}"
