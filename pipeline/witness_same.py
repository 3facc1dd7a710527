"""Which sources hold one and the same order, although its number or date may be damaged in one of them.

Sources are compared only where something brings them together: number, date, title, or rows. What speaks:

- *number*, *date*: `same`, `shared` (a place of one source has what the other says as a whole), `close` (one
  digit or the letters behind the number differ), `unknown` (missing or not understood in one), `other` (most
  places of each source agree on something else: this is no damage);
- *tables*: the share of the rows of the shorter list that the other has too, with all their numbers; of
  several tables the worst counts, so that the deadlines of another year part two orders of one template;
- *years*: orders of two years are never one.

Equal number and date are one order; otherwise what is missing in one needs tables that are alike, and what
differs in one needs tables that are the same. Sources that hold almost the same tables and are yet held for
two orders are named, so that a person can look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations
from typing import Literal, TypeAlias

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from pipeline import lexicons
from pipeline.model import Json, OrderData
from pipeline.normalizers import date, number
from pipeline.normalizers.context import Context
from pipeline.witness_rows import Row, align, row_of, shared, text_row
from pipeline.witness_text import content, digits

Relation: TypeAlias = Literal["same", "shared", "close", "unknown", "other"]
Verdict: TypeAlias = Literal["same", "alike", "other"]

DATASETS = ("activities", "training_sites")
_SAMPLE = 8  # rows (the smallest by hash) by which a source is found: two of three stay in a fair scan
_HINT = 0.3  # share of rows, letter for letter, without which two orders do not look alike
_FEW = 10  # rows of which a poor scan may leave none as it is
_CROWD = 40  # sources that share a key; a key of more (the title of a form) brings nobody together


@dataclass(frozen=True, slots=True)
class Face:
    """What an order is recognised by."""

    index: int
    id: str
    region: str
    title: str
    numbers: tuple[str, ...]  # canonical, title page first; () if none is understood
    dates: tuple[str, ...]
    number: str
    date: str
    lists: dict[str, tuple[Row, ...]]
    rows: frozenset[str]  # hashes of all rows
    appendices: frozenset[str] = frozenset()  # in which its tables stand
    announced: frozenset[str] = frozenset()  # that its points name

    @property
    def years(self) -> frozenset[str]:
        return frozenset(d[:4] for d in self.dates)


def face(index: int, order: OrderData) -> Face:
    """The face of order number `index`."""
    mentions = order.order.context.get("mentions")
    said: list[Json] = mentions if isinstance(mentions, list) else []
    raws: dict[str, list[str]] = {"number": [], "date": []}
    for mention in said:
        if isinstance(mention, dict):
            raws[str(mention["kind"])].append(str(mention["raw"]))
    lists = {name: tuple(row_of(r) for r in order.of(name)) for name in DATASETS}
    known = {r.place.table for r in order.records if r.place is not None}
    for k, table in enumerate(t for t in order.unknown_tables if t.number not in known):
        rows = [[c.text for c in row if c is not None] for row in table.matrix()[table.header_rows :]]
        lists[f"table {k + 1}"] = tuple(text_row(r) for r in rows)
    announced = order.order.context.get("announced")
    return Face(
        index,
        order.order.id,
        content(order.order.text("region") or ""),
        order.order.text("title") or "",
        tuple(n for raw in raws["number"] if (n := _number(raw))),
        tuple(d for raw in raws["date"] if (d := _date(raw))),
        order.order.text("number") or "",
        order.order.text("date") or "",
        {name: rows for name, rows in lists.items() if rows},
        frozenset(_hash("|".join(r.fields)) for rows in lists.values() for r in rows),
        frozenset(str(x) for r in order.records if (x := r.context.get("appendix"))),
        frozenset(map(str, announced)) if isinstance(announced, list) else frozenset(),
    )


@lru_cache(maxsize=1 << 14)
def _number(raw: str) -> str:
    return number.normalize(raw, Context()).text or ""


@lru_cache(maxsize=1 << 14)
def _date(raw: str) -> str:
    value = date.normalize(raw, Context())
    return (value.text or "") if value.parts.get("kind") == "day" else ""


# ------------------------------------------------------------------------------------------------ relations


def number_relation(a: Face, b: Face) -> Relation:
    """How the numbers of two orders stand to one another."""
    if not a.numbers or not b.numbers:
        return "same" if a.number and a.number == b.number else "unknown"
    if a.number == b.number:
        return "same"
    if a.number in b.numbers or b.number in a.numbers:
        return "shared"
    if digits(a.number)[:1] == digits(b.number)[:1]:
        return "close"
    if all(_settled(["".join(digits(n)[:1]) for n in x.numbers]) for x in (a, b)):
        return "other"
    return "close" if Levenshtein.distance(a.number, b.number) == 1 else "other"


def date_relation(a: Face, b: Face) -> Relation:
    """How the dates of two orders stand to one another."""
    if not a.dates or not b.dates:
        return "same" if a.date and a.date == b.date else "unknown"
    if a.date == b.date:
        return "same"
    if a.date in b.dates or b.date in a.dates:
        return "shared"
    if _settled(a.dates) and _settled(b.dates):
        return "other"
    parts = zip(a.date.split("-"), b.date.split("-"), strict=False)
    return "close" if sum(x != y for x, y in parts) == 1 else "other"


def _settled(mentions: Sequence[str]) -> bool:
    """Several places, and most of them, say one thing: this is no damage."""
    most = max(map(mentions.count, mentions), default=0)
    return most > 1 and most > len(mentions) / 2


def tables_alike(a: Face, b: Face) -> tuple[float | None, int]:
    """The worst share of common rows of the lists that both have (None without one), and how many rows
    could be compared.
    """
    common = [name for name in a.lists if name in b.lists]
    if not common:
        return None, 0
    shares = [shared(a.lists[name], b.lists[name]) for name in common]
    return min(shares), sum(min(len(a.lists[n]), len(b.lists[n])) for n in common)


def verdict(a: Face, b: Face) -> Verdict:
    """Whether two sources hold one order."""
    of_number, of_date = number_relation(a, b), date_relation(a, b)
    known = ("same", "shared")
    if a.id == b.id and of_number in known and of_date in known:
        return "same"
    named = of_number in known and of_date in known
    if (of_number, of_date) == ("other", "other") or not (named or _worth_a_look(a, b)):
        return "other"
    limits = lexicons.numbers("witness")
    if named and not (a.region and b.region) and _hardly_read(a, b) >= limits["hardly_read"]:
        return "same"
    apart = bool(a.region and b.region and a.region != b.region)
    years = bool(a.years and b.years and not a.years & b.years)
    needed = None if apart or years else _needed(of_number, of_date, _titles_alike(a, b))
    if a.id != b.id and needed is None and not named and len(a.rows & b.rows) < _HINT * len(a.rows):
        return "other"  # at most alike, and not even that
    alike, rows = tables_alike(a, b)
    if a.id == b.id:  # number or date is missing in both
        return "same" if alike is None or alike >= limits["damaged"] else "other"
    if alike is None or rows < limits["rows_least"]:
        near = a.region == b.region or _parts(a, b) or _parts(b, a)
        one = of_number in known and of_date in known and near
        return "same" if one else "other"
    fallback: Verdict = "alike" if alike >= limits["changed"] else "other"
    return "same" if needed is not None and alike >= limits[needed] else fallback


def _hardly_read(a: Face, b: Face) -> float:
    """The share of rows that are the same in spite of damage to each of them, numbers or not; tables that
    only one source's columns were understood of count by their text.
    """
    of_a, of_b = ([_joined(r) for rows in f.lists.values() for r in rows] for f in (a, b))
    if not of_a or not of_b:
        return 0.0
    pairs, _ = align(of_a, of_b)
    return sum(i is not None and j is not None for i, j in pairs) / min(len(of_a), len(of_b))


def _joined(row: Row) -> Row:
    return Row(("".join(row.fields),), (1.0,), ())


def _parts(a: Face, b: Face) -> bool:
    """`b` holds appendices that `a` names and does not have: an order that was sent in several files."""
    if a.region and b.region and a.region != b.region:
        return False
    return bool(b.appendices) and b.appendices <= a.announced and not b.appendices & a.appendices


def _worth_a_look(a: Face, b: Face) -> bool:
    """Comparing row by row is dear: an id, a title, a row, or too few rows to tell are the reason for it."""
    if a.id == b.id or a.title == b.title or len(a.rows) <= _FEW or len(b.rows) <= _FEW:
        return True
    return bool(a.rows & b.rows) or _titles_alike(a, b)


def _needed(of_number: Relation, of_date: Relation, titles: bool) -> str | None:
    """The threshold that the tables must reach; None: nothing can make one order of two."""
    known = ("same", "shared")
    if "other" in (of_number, of_date):
        # one was settled otherwise: only a typing error of the date beside the same number and title is left
        return "changed" if of_number in known and of_date == "other" and titles else None
    if of_number in known and of_date in known:
        return "named"
    if of_number in known or of_date in known:
        return "damaged" if "close" not in (of_number, of_date) or titles else "changed"
    return "changed"


def _titles_alike(a: Face, b: Face) -> bool:
    if not a.title or not b.title:
        return True
    x, y = content(a.title), content(b.title)
    same_numbers = digits(a.title) == digits(b.title)
    return same_numbers and fuzz.ratio(x, y) / 100 >= lexicons.numbers("witness")["title_alike"]


# -------------------------------------------------------------------------------------------------- groups


def groups(faces: Sequence[Face]) -> tuple[list[list[int]], list[tuple[int, int]]]:
    """The indices of sources that hold one order, and the pairs that look alike and are held for two.

    A source joins a group only if no member of it is clearly another order.
    """
    group_of = {f.index: [f.index] for f in faces}
    known: dict[tuple[int, int], Verdict] = {}
    by_index = {f.index: f for f in faces}

    def judged(i: int, j: int) -> Verdict:
        pair = (min(i, j), max(i, j))
        if pair not in known:
            known[pair] = verdict(by_index[pair[0]], by_index[pair[1]])
        return known[pair]

    def join(i: int, j: int) -> None:
        if all(_may_join(by_index[x], by_index[y]) for x in group_of[i] for y in group_of[j]):
            joined = sorted(group_of[i] + group_of[j])
            for x in joined:
                group_of[x] = joined

    pairs = sorted(_meeting(faces), key=lambda p: (by_index[p[0]].id != by_index[p[1]].id, p))
    nameless: dict[int, list[int]] = defaultdict(list)
    for i, j in pairs:
        without = [x for x in (i, j) if not (by_index[x].numbers or by_index[x].dates)]
        if len(without) == 1:
            nameless[without[0]].append(j if without[0] == i else i)
        elif group_of[i] is not group_of[j] and judged(i, j) == "same":
            join(i, j)
    for i, others in nameless.items():
        fitting = [j for j in others if judged(i, j) == "same"]
        if len({id(group_of[j]) for j in fitting}) == 1:  # of several orders it may be any
            join(i, fitting[0])
    found = {id(g): g for g in group_of.values()}
    alike = [(i, j) for i, j in sorted(pairs) if group_of[i] is not group_of[j] and judged(i, j) != "other"]
    return sorted(found.values()), alike


def _may_join(a: Face, b: Face) -> bool:
    """Nothing speaks against one order: neither number and date, nor the years."""
    if a.id == b.id:
        return True
    if a.years and b.years and not a.years & b.years:
        return False
    return _needed(number_relation(a, b), date_relation(a, b), _titles_alike(a, b)) is not None


def _meeting(faces: Sequence[Face]) -> Iterator[tuple[int, int]]:
    """Pairs of sources that share an id, a number, a date, a title or rows."""
    by_key: dict[tuple[str, str], list[int]] = defaultdict(list)
    for f in faces:
        keys = {("id", f.id)}
        keys |= {("number", "".join(digits(n)[:1])) for n in (f.number, *f.numbers) if n}
        keys |= {("date", d) for d in (f.date, *f.dates) if d}
        keys |= {("title", content(f.title))} if f.title else set()
        keys |= {("row", h) for h in sorted(f.rows)[:_SAMPLE]}
        for key in keys:
            by_key[key].append(f.index)
    pairs: set[tuple[int, int]] = set()
    for (kind, _), members in by_key.items():
        if len(members) > _CROWD and kind != "id":
            continue
        pairs.update(combinations(sorted(members), 2))
    return iter(pairs)


def _hash(text: str) -> str:
    return blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()
