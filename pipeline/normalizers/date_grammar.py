"""The grammar of deadlines: tokens → points in time and how they hang together (see `date_spans`).

    when    = item { («,» | «и») item }
    item    = «до» point | «с» point [ («по» | «до» | «-») point ] | point [ («-» | «по») point ]
    point   = day month year | month year | year | quarter | half-year | school year | season | ten days …

What a point lacks is taken from its neighbours: the month and the year from the right («август-октябрь
2021»), the year also from the left («2021 год: март, июнь»). A range that would run backwards crosses New
Year («сентябрь – май 2022»).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.normalizers.date_spans import (
    COUNTED,
    FIRST_STUDY_MONTH,
    FIRST_YEAR,
    LAST_YEAR,
    PARTS,
    SEASONS,
    UNIT_MONTHS,
    Point,
    Unparsed,
    When,
)
from pipeline.normalizers.date_words import Token

FIRST_TEN, LAST_TEN = 1, 3

# ------------------------------------------------------------------------------------------------- parsing


def _sharp(point: Point, edge: int) -> Point:
    """«С начала сентября», «по конец сентября»: the month's own border, which is exact."""
    return replace(point, unit="month", n=0) if point.unit == "about" and point.n == edge else point


class _Reader:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = [t for t in tokens if t.role != "filler"]
        self.at = 0

    def peek(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at].role if at < len(self.tokens) else "end-of-text"

    def token(self, ahead: int = 0) -> Token:
        return self.tokens[self.at + ahead]

    def skip(self, *roles: str) -> bool:
        if self.peek() in roles:
            self.at += 1
            return True
        return False

    # ---------------------------------------------------------------------------------------------- items

    def when(self) -> When:
        points: list[Point] = []
        relations: list[str] = []
        while self.skip("comma"):
            pass
        while self.peek() != "end-of-text":
            for point, relation in self.item():
                points.append(point)
                relations.append(relation)
            while self.skip("comma", "and", "slash"):
                pass
        if not points:
            raise Unparsed("nothing")
        return When(tuple(points), tuple(relations))

    def item(self) -> list[tuple[Point, str]]:
        if self.skip("until"):
            if self.peek() in ("start", "middle"):
                raise Unparsed("mixed")  # «до начала октября»: where is that?
            whole = self.skip("end")
            return [(self.point(), "until-end" if whole else "until")]
        if self.skip("to"):
            return [(self.point(), "until")]
        if self.skip("after"):
            return [(self.point(), "after")]
        opened = self.skip("from")
        while self.skip("from"):  # «начиная с»
            pass
        first = _sharp(self.point(), FIRST_TEN) if opened else self.point()
        if self.peek() in ("to", "until", "dash") or (
            self.peek() == "slash" and first.unit in ("year", "day")
        ):
            if self.peek() == "dash" and self.peek(1) in ("until", "to"):
                self.at += 1
            self.at += 1
            return [(first, "range"), (_sharp(self.point(), LAST_TEN), "end")]
        return [(first, "from" if opened else "single")]

    # --------------------------------------------------------------------------------------------- points

    def point(self) -> Point:
        role = self.peek()
        if role == "date":
            year, month, day = self.token().parts
            self.at += 1
            self.skip("year")
            return Point("day" if day else "month", year, month, day)
        if role == "month":
            month = self.token().value
            self.at += 1
            return Point("month", self.year(), month)
        if role in ("start", "middle", "end"):
            return self.part_of_month()
        if role in SEASONS:
            self.at += 1
            return Point("season", self.year(), n=SEASONS[role])
        if role in ("ordinal", "roman", "roman-ocr"):
            return self.counted()
        if role in ("this-year", "next-year"):
            return Point("year", self.year())
        if role == "number":
            return self.number()
        if role == "study":
            raise Unparsed("year-missing")
        detail = self.token().text if role != "end-of-text" else ""
        raise Unparsed("unknown" if role != "end-of-text" else "incomplete", detail)

    def number(self) -> Point:
        token = self.token()
        if token.value >= 1000:
            return self.years()
        if self.peek(1) == "month":
            month = self.token(1).value
            self.at += 2
            return Point("day", self.year(), month, token.value)
        if self.peek(1) in COUNTED:
            return self.counted()
        if self.peek(1) == "number" and len(self.token(1).text) == 2 and len(token.text) <= 2:
            month = self.token(1).value  # «21» 07 2021: a form with blanks that were filled in
            if self.peek(2) == "number" and self.token(2).value >= 1000:
                self.at += 2
                return Point("day", self.year(), month, token.value)
        self.at += 1
        if self.peek() == "number":
            raise Unparsed("unknown", token.text)  # «1 5 сентября» may be the 15th
        return Point("number", n=token.value)

    def part_of_month(self) -> Point:
        """«Начало сентября», «середина», «конец»: about its first, second, third ten days."""
        token = self.token()
        self.at += 1
        if self.peek() != "month":
            raise Unparsed("incomplete")
        month = self.token().value
        self.at += 1
        return Point("about", self.year(), month, n=token.value)

    def counted(self) -> Point:
        """«III квартал», «первое полугодие», «1-я декада марта»."""
        token = self.token()
        self.at += 1
        role = self.peek()
        if role not in COUNTED:
            return Point("number", n=token.value)
        self.at += 1
        if role in PARTS and (role != "half-month" or self.peek() != "number"):
            month = self.token().value if self.peek() == "month" else None
            self.at += month is not None
            return Point(role, self.year(), month, n=token.value)
        role = "half" if role == "half-month" else role  # «первая половина 2022 года»
        year = self.year()
        if self.peek() == "study":
            raise Unparsed("study-half")  # the halves of a school year have no fixed days
        return Point(role, year, n=token.value)

    def years(self) -> Point:
        """A year, or a school year «2021/2022 уч. год», «2021-22 учебный год»; then what the year heads."""
        first = self.token().value
        if not FIRST_YEAR <= first <= LAST_YEAR:
            raise Unparsed("unknown", self.token().text)
        if self.peek(1) in ("dash", "slash") and self.peek(2) == "number":
            second = self.token(2)
            last = second.value if second.value >= 1000 else first // 100 * 100 + second.value
            ahead = 3
            while self.peek(ahead) == "year":
                ahead += 1
            if self.peek(ahead) == "study":
                if last != first + 1:
                    raise Unparsed("study-years")
                self.at += ahead
                while self.skip("study", "year"):
                    pass
                return Point("study", first)
            if len(second.text) == 2 and last > first:  # «2021-22 гг.»
                self.tokens[self.at + 2] = replace(second, value=last, text=str(last))
        self.at += 1
        while self.skip("year"):
            pass
        if self.skip("study"):
            raise Unparsed("study-years")
        if self.peek() in ("quarter", "half"):
            raise Unparsed("incomplete")
        return Point("year", first)

    def year(self) -> int | None:
        """The year behind a month or quarter, with or without «г.»; None where there is none."""
        at = self.at
        self.skip("comma")
        if self.peek() in ("this-year", "next-year"):
            offset = self.token().value
            self.at += 1
            self.skip("year")
            return -1 - offset  # resolved with the order's date
        if self.peek() == "number" and FIRST_YEAR <= self.token().value <= LAST_YEAR:
            year = self.token().value
            two = self.peek(1) in ("dash", "slash") and self.peek(2) == "number" and self.at != at
            if self.at > at and (two or self.peek(1) not in ("year", "end-of-text")):
                self.at = at
                return None
            if self.peek(1) in ("dash", "slash") and self._study_follows():
                self.at = at
                return None
            self.at += 1
            while self.skip("year"):
                pass
            return year
        self.at = at
        return None

    def _study_follows(self) -> bool:
        ahead = 3
        while self.peek(ahead) == "year":
            ahead += 1
        return self.peek(2) == "number" and self.peek(ahead) == "study"


def parse(tokens: Sequence[Token]) -> When:
    """The points of a text. Raises Unparsed."""
    for token in tokens:
        if token.role == "unknown":
            raise Unparsed("unknown", token.text)
    return fill(_Reader(tokens).when())


# ------------------------------------------------------------------------------------- what a point lacks


def fill(when: When) -> When:
    """Units, months and years taken over from the neighbours."""
    points = list(when.points)
    heads = len(points) > 1 and points[0].unit in ("year", "study") and when.relations[0] == "single"
    if heads and all(p.year is None for p in points[1:]):
        return _headed(points, when)
    for i in range(len(points) - 2, -1, -1):
        points[i] = _from_right(points[i], points[i + 1], when.relations[i] == "range")
    for i in range(1, len(points)):
        points[i] = _from_left(points[i], points[i - 1], when.relations[i] == "end")
    if any(p.unit == "number" for p in points):
        raise Unparsed("month-missing")
    return replace(when, points=tuple(points))


def _headed(points: list[Point], when: When) -> When:
    """«2021 год: март, июнь», «2021-2022 учебный год (сентябрь-октябрь)»: the first point only gives the
    year.
    """
    head = points[0]
    assert head.year is not None
    rest = fill(When(tuple(points[1:]), when.relations[1:]))
    filled = []
    for point in rest.points:
        year = head.year
        if head.unit == "study" and point.unit in ("day", "month", *PARTS):
            year += (point.month or 1) < FIRST_STUDY_MONTH
        elif head.unit == "study":
            raise Unparsed("study-half")
        filled.append(replace(point, year=year))
    return replace(rest, points=tuple(filled))


def _from_right(point: Point, right: Point, ranged: bool) -> Point:
    if point.unit == "number":
        if right.unit == "day":
            point = Point("day", month=right.month, day=point.n)
        elif right.unit in COUNTED:
            point = replace(point, unit=right.unit, month=right.month)
        else:
            return point
    if point.year is None and right.year is not None and point.unit not in ("year", "study"):
        if right.unit == "study":
            raise Unparsed("study-half")
        if right.unit == "year":
            raise Unparsed("mixed")
        crosses = ranged and _order(point) > _order(right)
        point = replace(point, year=right.year - 1 if crosses and right.year > 0 else right.year)
    return point


def _from_left(point: Point, left: Point, ranged: bool) -> Point:
    if point.year is None and left.year is not None and point.unit not in ("year", "study", "number"):
        if left.unit in ("year", "study"):
            raise Unparsed("mixed")
        crosses = ranged and _order(left) > _order(point)
        point = replace(point, year=left.year + 1 if crosses else left.year)
    return point


def _order(point: Point) -> int:
    """The month in which a point begins: «15 по 1 марта» is an error, «декабрь-январь» crosses New Year."""
    if point.unit in UNIT_MONTHS:
        return (point.n - 1) * UNIT_MONTHS[point.unit] + 1
    return point.n if point.unit == "season" else point.month or 0


def with_year(when: When, year: int) -> When:
    """All points without a year in `year`; a range that would run backwards ends in the next year."""
    points = list(when.points)
    for i, point in enumerate(points):
        if point.year is not None or point.unit == "year":
            continue
        crosses = i > 0 and when.relations[i] == "end" and _order(points[i - 1]) > _order(point)
        points[i] = replace(point, year=year + 1 if crosses else year)
    return replace(when, points=tuple(points))


def lacks_year(when: When) -> bool:
    return any(p.year is None for p in when.points)


def relative_years(when: When) -> bool:
    return any(p.year is not None and p.year < 0 for p in when.points)


def with_order_year(when: When, year: int) -> When:
    """«Текущего года» → the order's year, «следующего года» → the next."""
    return replace(
        when,
        points=tuple(
            replace(p, year=year + (-1 - p.year)) if p.year is not None and p.year < 0 else p
            for p in when.points
        ),
    )
