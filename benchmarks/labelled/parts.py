"""An order in the making: title page, plans, lists of schools.

`drafts.draft` makes a clean one. Anomalies change it (`anomalies.py`); `writing.tables_of` writes its
tables as rows and says in which row each thing stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.labelled import world


@dataclass(eq=False)
class Pair:
    """A school and its partner; `cells` are the further columns."""

    school: str
    partner: str
    cells: list[str] = field(default_factory=list)


@dataclass(eq=False)
class Group:
    number: int
    municipality: str
    pairs: list[Pair]


@dataclass(eq=False)
class Item:
    number: str
    title: str
    executors: str
    deadline: str
    result: str = ""
    extra: str | None = None  # a cell too many


@dataclass(eq=False)
class Section:
    number: str
    title: str
    items: list[Item]


@dataclass(eq=False)
class Plan:
    """`style`: dotted (1.1.), plain (1.1), flat (1, 2, 3 through all sections), bracket (1), 2) …)."""

    sections: list[Section]
    style: str
    columns: tuple[str, ...]  # of number, title, executors, deadline, result
    heads: dict[str, str]
    section_style: str  # wide, beside, roman, none
    caption: str = "ПЛАН МЕРОПРИЯТИЙ"
    numbered_head: bool = False  # a row «1 2 3 4» below the heads

    @property
    def items(self) -> list[Item]:
        return [i for s in self.sections for i in s.items]


@dataclass(eq=False)
class Sites:
    """`layout`: merged (municipality in the first row of its group), repeated (in every row), sections
    (a row over the whole width), unnumbered (merged, without numbers), single (one municipality, no column).
    `counts`: the numbers count the rows, not the groups."""

    groups: list[Group]
    layout: str
    counts: bool
    heads: dict[str, str]
    further: tuple[str, ...] = ()
    caption: str = "Перечень школ"
    numbers: list[str] | None = None  # of the rows, where they count rows and one of them is wrong
    total: str = ""  # «Итого: {} школ»
    miscounted: int = 0  # how far the total is off
    lost_column: str = ""
    numbered_head: bool = False

    @property
    def pairs(self) -> list[Pair]:
        return [p for g in self.groups for p in g.pairs]


@dataclass(eq=False)
class Other:
    """A table that is neither."""

    rows: list[list[str]]
    caption: str


Part = Plan | Sites | Other


@dataclass(eq=False)
class Appendix:
    number: str  # empty for the only one
    part: Part
    reference: str  # «от 12.03.2022 № 345-р» as this appendix has it
    announced: bool = True


@dataclass(frozen=True)
class Label:
    """An anomaly that was put in: the finding that must be given.

    `things` are what it is about (pairs, groups,
    items); none for the order itself. `suggestion` is what must be
    suggested (None: anything), `also` the codes that the same cause may give besides.
    """

    code: str
    things: tuple[object, ...] = ()
    suggestion: str | None = None
    also: frozenset[str] = frozenset()
    field: str | None = None
    raw: str | None = None
    severity: str | None = None


@dataclass(eq=False)
class Draft:
    region: world.Region
    issuer: str
    number: str
    date: tuple[int, int, int]  # year, month, day
    title: str
    period: tuple[int, int] | None
    appendices: list[Appendix]
    date_style: int
    head_style: int
    lead: str
    signatory: str
    labels: list[Label] = field(default_factory=list)
    used: set[int] = field(default_factory=set)  # ids of things that an anomaly has touched
    extra_points: list[str] = field(default_factory=list)
    promised: list[str] = field(default_factory=list)  # points that name an appendix which is not there
    drop: set[str] = field(default_factory=set)  # parts of the title page that are left out

    def parts(self, kind: type[Part]) -> list[Part]:
        return [a.part for a in self.appendices if isinstance(a.part, kind)]


@dataclass
class TableRows:
    """A table as rows of cells; `place` leads from a thing (by id) to its row,
    counted from 1 with the head."""

    rows: list[list[str]]
    kinds: list[str]  # head, section, row, total
    merged: int  # leading columns that are merged over a group
    alone: bool = False  # a list of schools that names no municipality
    place: dict[int, int] = field(default_factory=dict)  # id of a thing → its row

    def add(self, cells: list[str], kind: str = "row", *things: object) -> None:
        self.rows.append(cells)
        self.kinds.append(kind)
        for thing in things:
            self.place.setdefault(id(thing), len(self.rows))
