"""What a date covers: points (a day, a month, a quarter, …) → EDTF with first and last day.

A quarter, half-year or season is written as its months. A school year runs from September to August
(federal law 273-ФЗ, article 13, and practice: 1 September – 31 August). «До X» and «по X» include X. EDTF:
ISO 8601-2:2019, levels 0–1, and `{…}` (all of) of level 2 for lists with gaps.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
UNIT_MONTHS = {"quarter": 3, "half": 6}
PARTS = ("decade", "week", "half-month", "about")  # of a month
VAGUE = ("week", "about")  # not told which days: which week is the first, where does the end begin?
LAST = -1  # «последняя»
COUNTED = (*UNIT_MONTHS, *PARTS)
FIRST_STUDY_MONTH = 9
FIRST_YEAR, LAST_YEAR = 1900, 2100


class Unparsed(Exception):  # noqa: N818 - not an error: the answer «this is no date»
    """The tokens are no date. `reason` is the last part of a message key `date.no.*`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Point:
    """A day, month, year or other unit; `n` counts quarters, half-years and decades, or is the season's
    first month. `last` is the second year of a range of years that one point stands for (a school year).
    """

    unit: str  # day, month, year, quarter, half, season, study, one of PARTS; number: not yet known
    year: int | None = None
    month: int | None = None
    day: int | None = None
    n: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """What a text covers: EDTF, first and last day (None: open), and what kind of text it was."""

    edtf: str
    start: dt.date | None
    end: dt.date | None
    kind: str


@dataclass(frozen=True, slots=True)
class When:
    """The parsed text before missing years are filled: points and how they hang together."""

    points: tuple[Point, ...]
    relations: tuple[str, ...]  # for each point: single, from, until, after, range (with the next one), end
    kind: str = ""


@dataclass(frozen=True, slots=True)
class _Days:
    first: dt.date
    last: dt.date
    opens: str  # the EDTF of its first unit
    closes: str  # the EDTF of its last unit

    @property
    def edtf(self) -> str:
        return self.opens if self.opens == self.closes else f"{self.opens}/{self.closes}"


def _last_day(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _months(year: int, first: int, count: int) -> _Days:
    end_year, end_month = year + (first + count - 2) // 12, (first + count - 2) % 12 + 1
    opens, closes = f"{year:04}-{first:02}", f"{end_year:04}-{end_month:02}"
    return _Days(dt.date(year, first, 1), _last_day(end_year, end_month), opens, closes)


def _days(point: Point) -> _Days:
    """The days of a point that has all its parts. Raises Unparsed for a date that does not exist."""
    year, month = point.year, point.month
    if year is None:
        raise Unparsed("year-missing")
    if not FIRST_YEAR <= year <= LAST_YEAR or (month is not None and not 1 <= month <= 12):
        raise Unparsed("impossible")
    if point.unit == "day":
        assert month is not None and point.day is not None
        if not 1 <= point.day <= calendar.monthrange(year, month)[1]:
            raise Unparsed("impossible")
        day = dt.date(year, month, point.day)
        return _Days(day, day, day.isoformat(), day.isoformat())
    if point.unit == "month":
        assert month is not None
        return _months(year, month, 1)
    if point.unit == "year":
        return _Days(dt.date(year, 1, 1), dt.date(year, 12, 31), f"{year:04}", f"{year:04}")
    if point.unit == "study":
        return _months(year, FIRST_STUDY_MONTH, 12)
    if point.unit == "season":
        if point.n == SEASONS["winter"]:
            raise Unparsed("winter")  # the winter of which turn of the year?
        return _months(year, point.n, 3)
    if point.unit in PARTS:
        return _part(point, year)
    months = UNIT_MONTHS[point.unit]
    if not 1 <= point.n <= 12 // months:
        raise Unparsed("impossible")
    return _months(year, (point.n - 1) * months + 1, months)


_LENGTHS = {
    "decade": (10, 3),
    "about": (10, 3),
    "week": (7, 5),
    "half-month": (15, 2),
}  # days, and how many a month has


def _part(point: Point, year: int) -> _Days:
    """Ten days, a week or a half of a month, counted from its first day; the last one ends with the month,
    and «последняя неделя» is its last seven days.
    """
    if point.month is None:
        raise Unparsed("month-missing")
    length, many = _LENGTHS[point.unit]
    end = _last_day(year, point.month)
    if point.n == LAST:
        last, first = end, end - dt.timedelta(length - 1)
        if point.unit != "week":
            first = end.replace(day=length * (many - 1) + 1)
    elif 1 <= point.n <= many and length * (point.n - 1) < end.day:
        first = end.replace(day=length * (point.n - 1) + 1)
        last = end if point.n == many else end.replace(day=length * point.n)
    else:
        raise Unparsed("impossible")
    return _Days(first, last, first.isoformat(), last.isoformat())


def span(when: When) -> Span:
    """The days that a filled `When` covers. Raises Unparsed."""
    pieces: list[_Days] = []
    relations = when.relations
    for i, point in enumerate(when.points):
        days = _days(point)
        if relations[i] == "end":
            if (when.points[i - 1].unit == "year") != (point.unit == "year"):
                raise Unparsed("mixed")  # «III квартал 2021-2022 гг.»: one quarter, or one of each year?
            first = pieces.pop()
            if first.first > days.last:
                raise Unparsed("backwards")
            pieces.append(_Days(first.first, days.last, first.opens, days.closes))
        else:
            pieces.append(days)
    open_ends = [r for r in relations if r in ("from", "until", "until-end", "after")]
    if open_ends:
        if len(pieces) > 1:
            raise Unparsed("mixed")
        return _open(pieces[0], open_ends[0])
    if len(pieces) == 1:
        only = pieces[0]
        kind = "range" if "range" in relations else when.points[0].unit
        return Span(only.edtf, only.first, only.last, kind)
    if len({p.unit == "year" for p in when.points}) > 1:
        raise Unparsed("mixed")  # «май 2021, 2022 гг.»: May of both years?
    pieces.sort(key=lambda p: (p.first, p.last))
    if all(
        a.last + dt.timedelta(1) == b.first and len(a.closes) == len(b.opens) for a, b in pairwise(pieces)
    ):
        return Span(f"{pieces[0].opens}/{pieces[-1].closes}", pieces[0].first, pieces[-1].last, "range")
    members = ",".join(dict.fromkeys(p.edtf.replace("/", "..") for p in pieces))
    text = members if "," not in members and ".." not in members else "{" + members + "}"
    return Span(text, pieces[0].first, max(p.last for p in pieces), "list")


def _open(days: _Days, relation: str) -> Span:
    if relation == "from":
        return Span(f"{days.opens}/..", days.first, None, "since")
    if relation == "after":
        if days.first != days.last:
            raise Unparsed("mixed")
        day = days.last + dt.timedelta(1)
        return Span(f"{day.isoformat()}/..", day, None, "since")
    return Span(f"../{days.closes}", None, days.last, "until")
