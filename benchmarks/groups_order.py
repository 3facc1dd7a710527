"""How well and how fast groups are reconstructed: `python benchmarks/groups_order.py SETTLEMENTS.csv`.

SETTLEMENTS.csv is a list of all settlements of a region (`settlement,type,municipality,region,…`, e.g. made
from KLADR); it is read where it lies. From it lists of schools are invented: per municipality a few
settlements, each school with an adjective of its settlement, partners of the same municipality or (one in
seven) of another. The same lists are then damaged: headings slip over neighbouring rows, headings get lost,
names are misread. Measured with the complete list, with a part of it (incomplete: 30 % of the settlements
missing), and without any reference.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp
from pathlib import Path

from pipeline.groups import Row, analyse
from pipeline.reference import Origin, Reference, Settlement, municipality_key, read_csv
from pipeline.toponyms import adjectives

_SCHOOL_TYPES = {"с.": 12.0, "пгт": 12.0, "г.": 12.0, "д.": 1.0}
_MISREAD = {"ш": "щ", "ц": "ш", "т": "г", "и": "п", "н": "и", "о": "с", "л": "д", "в": "з"}


@dataclass(frozen=True)
class Invented:
    """A row with the truth: its municipality, and its name before it was misread (None: it is right)."""

    row: Row
    municipality: str
    name: str | None = None


def _school(s: Settlement, rng: random.Random) -> str | None:
    forms = [d for d in adjectives(s.name) if d.cost < 2 and d.text.endswith(("ск", "цк"))]
    if not forms:
        return None
    chosen = rng.choices(forms, [exp(-2 * f.cost) for f in forms])[0].text
    return chosen[:1].upper() + chosen[1:] + "ая"


def invent(settlements: Sequence[Settlement], rng: random.Random, groups: int = 18) -> list[Invented]:
    """A clean list: `groups` municipalities in alphabetical order, one to eight rows each."""
    of: dict[str, list[Settlement]] = defaultdict(list)
    for s in settlements:
        if s.municipality and municipality_key(s.municipality).endswith("ий"):
            of[s.municipality].append(s)
    chosen = sorted(rng.sample(sorted(of), min(groups, len(of))), key=municipality_key)
    rows: list[Invented] = []
    for number, name in enumerate(chosen, 1):
        partners = [p for p in (_pick(of[name], rng) for _ in range(2)) if p]
        for _ in range(rng.randint(1, 8)):
            school = _pick(of[name], rng)
            if school is None:
                continue
            near = bool(partners) and rng.random() < 0.86
            partner = rng.choice(partners) if near else _pick(of[rng.choice(chosen)], rng)
            names = {"proper_name": school}, {"proper_name": partner}
            row = Row(len(rows), f"{number}|{name}", number, name, *names, school, partner)
            rows.append(Invented(row, name))
    return rows


def _pick(settlements: Sequence[Settlement], rng: random.Random) -> str | None:
    weights = [
        _SCHOOL_TYPES.get(s.type or "", 0.2) * (4 if s.post_office == s.name else 1) for s in settlements
    ]
    return _school(rng.choices(settlements, weights)[0], rng)


def slip(rows: Sequence[Invented], rng: random.Random, share: float = 0.3) -> list[Invented]:
    """Headings slip over one to three rows of the group before or after."""
    out = [replace(r) for r in rows]
    borders = [i for i in range(1, len(out)) if out[i].row.group_key != out[i - 1].row.group_key]
    for b in borders:
        if rng.random() >= share:
            continue
        n = rng.choice((1, 1, 1, 2, 3))
        down = rng.random() < 0.6
        span = range(b, min(b + n, len(out))) if down else range(max(0, b - n), b)
        head = out[b - 1].row if down else out[b].row
        away = {out[i].row.group_key for i in span}
        if any(all(out[i].row.group_key != k for i in range(len(out)) if i not in span) for k in away):
            continue  # the group would be left without rows
        for i in span:
            out[i] = replace(
                out[i],
                row=replace(
                    out[i].row,
                    group_key=head.group_key,
                    group_number=head.group_number,
                    municipality=head.municipality,
                ),
            )
    return out


def lose(rows: Sequence[Invented], rng: random.Random) -> list[Invented]:
    """Two or three neighbouring headings are lost: their rows stand under the heading before."""
    numbers = sorted({r.row.group_number or 0 for r in rows})
    first = rng.choice(numbers[1:-4])
    gone = set(range(first, first + rng.choice((2, 3))))
    head = next(r.row for r in rows if r.row.group_number == max(n for n in numbers if n < first))
    return [
        replace(
            r,
            row=replace(
                r.row,
                group_key=head.group_key,
                group_number=head.group_number,
                municipality=head.municipality,
            ),
        )
        if r.row.group_number in gone
        else r
        for r in rows
    ]


def misread(rows: Sequence[Invented], rng: random.Random, share: float = 0.1) -> list[Invented]:
    """Letters of school names are misread."""
    out = []
    for r in rows:
        name = str(r.row.school["proper_name"])
        at = [i for i in range(len(name) - 4) if name[i].lower() in _MISREAD]
        if rng.random() < share and at:
            i = rng.choice(at)
            damaged = name[:i] + _MISREAD[name[i].lower()] + name[i + 1 :]
            damaged = damaged[:1].upper() + damaged[1:]
            r = replace(r, row=replace(r.row, school={"proper_name": damaged}, school_key=damaged), name=name)
        out.append(r)
    return out


def shuffle(rows: Sequence[Invented], rng: random.Random) -> list[Invented]:
    """The groups in no order, numbered anew."""
    names = sorted({r.municipality for r in rows})
    rng.shuffle(names)
    place = {name: i for i, name in enumerate(names, 1)}
    found = [replace(r, row=replace(r.row, group_number=place[r.municipality])) for r in rows]
    found.sort(key=lambda r: r.row.group_number or 0)
    return [replace(r, row=replace(r.row, index=i)) for i, r in enumerate(found)]


def in_memory(settlements: Sequence[Settlement], complete: bool) -> Reference:
    """A reference of these settlements, without a folder."""
    regions = tuple(dict.fromkeys(s.region for s in settlements))
    origin = Origin("list.csv", "csv", "benchmark", None, complete, regions, len(settlements))
    return Reference(Path(f"{id(settlements)}"), (origin,), (), ((origin, tuple(settlements)),))


def score(lists: Sequence[Sequence[Invented]], reference: Reference | None, region: str) -> dict[str, float]:
    """Counts over lists: rows, wrong (rows under a wrong heading), found, false, proposed names right and
    wrong.
    """
    n: dict[str, float] = defaultdict(float)
    for rows in lists:
        verdicts = analyse([r.row for r in rows], region, reference).rows
        for r, v in zip(rows, verdicts, strict=True):
            n["rows"] += 1
            wrong = r.row.municipality != r.municipality
            n["wrong"] += wrong
            n["found"] += v.moved and wrong and v.municipality == r.municipality
            n["elsewhere"] += v.moved and wrong and v.municipality != r.municipality
            n["false"] += v.moved and not wrong
            n["odd"] += bool(v.elsewhere) and not v.moved and not wrong
            best = next((c.value.lower() for c in v.name_candidates[:1] if c.confidence >= 0.3), None)
            n["misread"] += r.name is not None
            n["name found"] += bool(best and r.name and best == r.name.lower())
            n["name wrong"] += bool(best and r.name and best != r.name.lower())
            n["name false"] += bool(best and r.name is None)
            n["unknown"] += v.known is False and r.name is None
    return n


def report(what: str, n: dict[str, float]) -> str:
    """One line of figures."""
    wrong, rows = n["wrong"] or 1, n["rows"]
    return (
        f"{what:34} rows {rows:5.0f}  misplaced {n['wrong']:4.0f}  found {n['found'] / wrong:6.1%}  "
        f"other place {n['elsewhere'] / wrong:5.1%}  false {n['false']:3.0f} ({n['false'] / rows:.2%})  "
        f"at odds {n['odd']:3.0f}  misread {n['misread']:3.0f} → right {n['name found']:3.0f} "
        f"wrong {n['name wrong']:2.0f}  doubted though right {n['name false']:3.0f}  "
        f"unknown {n['unknown']:3.0f}"
    )


def cases(
    settlements: Sequence[Settlement], rng: random.Random, n: int
) -> Iterator[tuple[str, list[list[Invented]]]]:
    """The kinds of lists that are measured."""
    clean = [invent(settlements, rng) for _ in range(n)]
    yield "clean", clean
    yield "slipped", [slip(x, rng) for x in clean]
    yield "lost headings", [lose(x, rng) for x in clean]
    yield "misread", [misread(x, rng) for x in clean]
    mixed = [shuffle(x, rng) for x in clean]
    yield "groups in no order", mixed
    yield "in no order, slipped", [slip(x, rng) for x in mixed]
    yield "all of it", [misread(slip(lose(x, rng), rng), rng) for x in clean]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("settlements", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lists", type=int, default=20)
    arguments = parser.parse_args()
    settlements = [s for s in read_csv(arguments.settlements)[1] if s.municipality]
    region = settlements[0].region
    rng = random.Random(arguments.seed)
    complete = in_memory(settlements, True)
    some = [s for s in settlements if rng.random() < 0.7]
    incomplete = in_memory(some, False)
    start = time.perf_counter()
    known = complete.region(region)
    assert known is not None
    seconds = time.perf_counter() - start
    print(f"{len(known.adjectives)} adjectives of {len(settlements)} settlements: {seconds:.2f} s")
    for what, lists in cases(settlements, rng, arguments.lists):
        for name, reference in (("complete", complete), ("incomplete", incomplete), ("no reference", None)):
            print(report(f"{what}, {name}", score(lists, reference, region)))
    many = [r.row for _ in range(40) for r in invent(settlements, rng, 27)][:1000]
    many.sort(key=lambda r: municipality_key(r.municipality or ""))
    rows = [replace(r, index=i) for i, r in enumerate(many)]
    start = time.perf_counter()
    analyse(rows, region, complete)
    seconds = time.perf_counter() - start
    print(f"{len(rows)} rows × {len(known.municipalities)} municipalities: {seconds:.2f} s")


if __name__ == "__main__":
    main()
