"""Orders with names of schools as real adjectives, damaged in other ways than the other two generators do.

    python -m benchmarks.schools_official ADJECTIVES.csv [--regions Тверская,Орловская] [--values 50000]
        [--seed 1] [--damage 0.06] [--layout rows|list|plain] [--show 10]

ADJECTIVES.csv: region, municipality, adjective («Верхнетоемская»), as names of rural settlements give them
(census tables, OKTMO): formed by people, with all their irregularities, not by our rules of derivation.
Without a file the adjectives of `schools_generator` are used. Independent of the lexicons of the
corrections: shapes that eyes confuse, capitals, transpositions, doubled and lost letters, words torn and
joined, hyphens and soft hyphens at line ends, Latin twins of a whole word, quotes lost, № in many ways.

Layouts: `rows` are rows of municipality, school and partner, judged as a build judges them; `list` is one
undivided list of an order; `plain` gives every name alone. A damaged value is labelled `lexicon` where the
damage lies outside the proper name or is layout only, `consensus` where the same name stands three more
times undamaged in the order, `name` where only its proper name does, else `none`.
"""

# ruff: noqa: SIM905 - lists of letters read better as one string
from __future__ import annotations

import argparse
import csv
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import schools_generator, schools_regions
from pipeline.model import Value
from pipeline.normalizers import school
from pipeline.normalizers.context import Context
from pipeline.normalizers.text import clean

FORMS = ("МБОУ",) * 6 + ("МКОУ", "МКОУ", "МАОУ", "МОУ")
KINDS = ("СОШ",) * 5 + ("ООШ",) * 4 + ("СШ", "СШ", "ОШ", "НОШ", "школа", "гимназия")
# shapes that eyes and recognisers confuse in print: each may stand for the others of its group
SHAPES = "аео ов ес иня нпик нл пл шщ шцщ цп ьыъв рф ре тгм юо яа жх бв дл зэв чн ум йи кж хк".split()
PAIRS = (("ы", "ьт"), ("ы", "ъ1"), ("ю", "1о"), ("м", "пт"), ("ш", "пт"), ("л", "я"), ("в", "8"), ("о", "0"),
         ("з", "3"), ("б", "6"), ("щ", "ш,"), ("ж", "зк"), ("н", "11"), ("и", "11"), ("к", "i<"))  # fmt: skip
LATIN = str.maketrans("АВЕКМНОРСТУХаеорсухк", "ABEKMHOPCTYXaeopcyxk")
SIGNS = ("N", "N ", "Ne ", "Nº ", "No ", "No. ", "Nо ", "N° ", "М ", "№", "№. ", "Ле ", "# ")
OF_FORM = {
    "МБОУ": ("МБ0У", "М6ОУ", "МБОV", "MБOУ", "МБОУ.", "МВОУ", "МБ0V", "мбоу", "М БОУ", "МБО У", "МБОУ,"),
    "МКОУ": ("МК0У", "MKOY", "МКОУ.", "М КОУ", "МКОV", "мкоу", "МКО У"),
    "МАОУ": ("МА0У", "MAOУ", "МАОУ.", "МАО У", "маоу"),
    "МОУ": ("М0У", "MOУ", "МОУ.", "моу"),
}
OF_KIND = {
    "СОШ": ("С0Ш", "COШ", "СОIII", "СОШ.", "СОШI", "СОШ,", "сош", "С О Ш", "СОЩ", "СOШ", "СО1П", "СОШИ"[:3]),
    "ООШ": ("00Ш", "OOШ", "ООIII", "ООШ.", "оош", "ООЩ", "О О Ш", "0ОШ"),
    "НОШ": ("H0Ш", "HОШ", "НОIII", "ношш"[:3], "НОЩ"),
    "СШ": ("CШ", "СIII", "СШ.", "сш", "СЩ"),
    "ОШ": ("0Ш", "OШ", "ОШ.", "ош", "ОЩ"),
}
PLACES = ("name",) * 11 + ("layout",) * 4 + ("form", "form", "type", "type", "sign", "quotes", "joined")
Rows = list[tuple[str, "Cell", "Cell"]]  # municipality, school, partner


@dataclass(frozen=True, slots=True)
class School:
    form: str
    kind: str
    name: str = ""
    number: str = ""
    quoted: bool = False

    def canonical(self) -> str:
        number = f"№ {self.number}" if self.number else ""
        return " ".join(p for p in (self.form, self.name, self.kind, number) if p)


@dataclass(frozen=True, slots=True)
class Cell:
    """`truth` is canonical; `seen` is the proper name as `raw` has it; `damage` is empty in clean cells."""

    truth: str
    raw: str
    name: str = ""
    seen: str = ""
    damage: str = ""
    digits: str = ""


def read(path: Path) -> dict[str, dict[str, list[str]]]:
    """region → municipality → adjectives."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["region"]][row["municipality"]].append(row["adjective"])
    return found


def builtin() -> dict[str, dict[str, list[str]]]:
    names = [schools_generator.adjective(s) for s in schools_generator.SETTLEMENTS if s.isalpha()]
    return {"": {f"{names[i][:-2]}ий район": names[i : i + 8] for i in range(0, len(names) - 7, 8)}}


# ---------------------------------------------------------------------------------------- damage of names


def _shape(name: str, rng: random.Random) -> str:
    for _ in range(30):
        i = rng.randrange(len(name))
        options = [c for g in SHAPES if name[i].lower() in g for c in g if c != name[i].lower()]
        if options:
            made = rng.choice(options)
            return name[:i] + (made.upper() if name[i].isupper() else made) + name[i + 1 :]
    return name


def _pair(name: str, rng: random.Random) -> str:
    options = [(i, t, w) for t, w in PAIRS for i in range(1, len(name)) if name.startswith(t, i)]
    if not options:
        return name
    i, t, w = rng.choice(options)
    return name[:i] + w + name[i + len(t) :]


def _at(name: str, rng: random.Random, make: Callable[[str, int], str]) -> str:
    return make(name, rng.randrange(1, len(name) - 2))


NAME_DAMAGE: Mapping[str, tuple[int, Callable[[str, random.Random], str]]] = {
    "shape": (40, _shape),
    "pair": (8, _pair),
    "lost letter": (8, lambda n, r: _at(n, r, lambda s, i: s[:i] + s[i + 1 :])),
    "doubled letter": (6, lambda n, r: _at(n, r, lambda s, i: s[: i + 1] + s[i:])),
    "transposed": (4, lambda n, r: _at(n, r, lambda s, i: s[:i] + s[i + 1] + s[i] + s[i + 2 :])),
    "two shapes": (6, lambda n, r: _shape(_shape(n, r), r)),
}
LAYOUT_DAMAGE: Mapping[str, tuple[int, Callable[[str, random.Random], str]]] = {
    "torn": (4, lambda n, r: _at(n, r, lambda s, i: s[: i + 1] + " " + s[i + 1 :])),
    "hyphen": (5, lambda n, r: _at(n, r, lambda s, i: s[: i + 1] + "-\n" + s[i + 1 :])),
    "soft hyphen": (3, lambda n, r: _at(n, r, lambda s, i: s[: i + 1] + "\u00ad\n" + s[i + 1 :])),
    "not sign": (2, lambda n, r: _at(n, r, lambda s, i: s[: i + 1] + "¬ " + s[i + 1 :])),
    "latin word": (4, lambda n, r: n.translate(LATIN)),
    "capitals": (3, lambda n, r: n.upper()),
    "small": (2, lambda n, r: n.lower()),
    "odd capital": (3, lambda n, r: _at(n, r, lambda s, i: s[:i] + s[i].upper() + s[i + 1 :])),
}


def damaged(s: School, rng: random.Random) -> Cell | None:
    """The school with one damage, or None where the one drawn does not apply."""
    whole = s.canonical()
    kind = rng.choice(PLACES)
    if kind in ("name", "layout"):
        if not s.name:
            return None
        ways = NAME_DAMAGE if kind == "name" else LAYOUT_DAMAGE
        way = rng.choices(list(ways), [w for w, _ in ways.values()])[0]
        made = ways[way][1](s.name, rng)
        if made == s.name:
            return None
        cell = Cell(whole, whole.replace(s.name, made, 1), s.name, made, f"name, {way}")
        return cell if kind == "name" or way == "torn" else Cell(whole, cell.raw, s.name, s.name, way)
    raw = whole
    if kind == "form":
        raw = raw.replace(s.form, rng.choice(OF_FORM[s.form]), 1)
    elif kind == "type" and s.kind in OF_KIND:
        raw = raw.replace(f" {s.kind}", f" {rng.choice(OF_KIND[s.kind])}", 1)
    elif kind == "sign" and s.number:
        raw = raw.replace("№ ", rng.choice(SIGNS))
    elif kind == "quotes" and s.name:
        core = raw.removeprefix(s.form + " ")
        ways_of = (f"«{core}", f"{core}»", f'"{core}', f"''{core}''", f"<<{core}>>", f',,{core}"')
        raw = f"{s.form} {rng.choice(ways_of)}"
    elif kind == "joined" and s.name and s.kind.isupper():
        raw = rng.choice((raw.replace(f" {s.kind}", s.kind, 1), raw.replace(f"{s.form} ", s.form, 1)))
    return Cell(whole, raw, s.name, s.name, kind) if raw != whole else None


# ------------------------------------------------------------------------------------------------- orders


def a_school(names: list[str], rng: random.Random) -> School:
    shape = rng.random()
    if shape < 0.85:
        number = str(rng.randint(1, 4)) if rng.random() < 0.06 else ""
        return School(rng.choice(FORMS), rng.choice(KINDS), rng.choice(names), number)
    return School(rng.choice(FORMS), rng.choice(KINDS[:13]), "", str(rng.randint(1, 60)))


def clean_form(s: School, rng: random.Random) -> str:
    """A clean way to write the school."""
    whole = s.canonical()
    way = rng.random()
    if way < 0.7:
        return whole
    core = whole.removeprefix(s.form + " ")
    if way < 0.9:
        return f"{s.form} " + rng.choice((f"«{core}»", f'"{core}"', f"“{core}”"))
    long = schools_generator.LONG_LEGAL[s.form]
    return f"{long} «{core}»"


def _cell(s: School, rate: float, rng: random.Random) -> Cell:
    made = damaged(s, rng) if rng.random() < rate else None
    return made or Cell(s.canonical(), clean_form(s, rng), s.name, s.name)


def an_order(places: Mapping[str, list[str]], rate: float, rng: random.Random) -> Rows:
    able = [m for m, names in places.items() if len(set(names)) >= 4]
    chosen = sorted(rng.sample(able, min(len(able), rng.randint(4, 18))))
    rows: Rows = []
    for m in chosen:
        partners = [a_school(places[m], rng) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
        named: set[str] = set()
        partner = rng.choice(partners)
        for _ in range(rng.choice((1, 2, 3, 4, 5, 6, 8, 10, 14))):
            risk = a_school(places[m], rng)
            if risk.canonical() in named:
                continue
            named.add(risk.canonical())
            partner = rng.choice(partners) if rng.random() < 0.3 else partner
            if partner.canonical() != risk.canonical():
                rows.append((m, _cell(risk, rate, rng), _cell(partner, rate, rng)))
    return rows


def values_of(rows: Rows, layout: str) -> Iterator[tuple[Cell, Value]]:
    """Each cell with what it is normalized to, in the order of the rows."""
    cells = [cell for _, *pair in rows for cell in pair]
    if layout == "rows":
        order = schools_regions.Order([(m, _as(a), _as(b)) for m, a, b in rows])
        yield from zip(cells, schools_regions.normalized(order), strict=True)
        return
    seen = {"school": Counter(clean(c.raw)[0] for c in cells)} if layout == "list" else {}
    context = Context(seen=seen)
    for cell in cells:
        yield cell, school.normalize(cell.raw, context)


def _as(cell: Cell) -> schools_regions.Cell:
    return schools_regions.Cell(cell.truth, cell.raw)


@dataclass(slots=True)
class Score:
    counts: Counter[str] = field(default_factory=Counter)
    ways: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    shown: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def judge(rows: Rows, layout: str, score: Score) -> None:
    cells = [cell for _, *pair in rows for cell in pair]
    whole = Counter(c.truth for c in cells if not c.damage.startswith("name"))
    names = Counter(c.name for c in cells if not c.damage.startswith("name"))
    for cell, value in values_of(rows, layout):
        right = value.text == cell.truth
        first = bool(value.candidates) and value.candidates[0].value == cell.truth
        fixes = [c for c in value.changes if c.kind == "ocr"]
        said = bool(value.problems)
        if not cell.damage:
            score.counts["clean"] += 1
            what = "broken" if not right else "flagged" if said else ""
        else:
            label = "lexicon"
            if cell.damage.startswith("name"):
                label = "consensus" if whole[cell.truth] >= 3 else "name" if names[cell.name] >= 3 else "none"
                label = "another" if cell.seen in names else label
            for key in (label, f"{label}: {cell.damage}"):
                score.ways[key].update(n=1, fixed=right, first=right or first, said=right or said)
            wrong = not right and any(c.after not in cell.truth for c in fixes)
            what = "wrong" if wrong else "" if right else f"missed {label}" if first else f"lost {label}"
        if what:
            score.counts[what] += 1
            best = [f"{c.value} {c.confidence:.3f}" for c in value.candidates[:2]]
            told = "said" if said else "silent"
            score.shown[what].append(
                f"{cell.raw!r} is {cell.truth!r} → {value.text!r} {best} ×{names[cell.name]} {told}"
            )


def measure(
    regions: Mapping[str, Mapping[str, list[str]]], values: int, seed: int, rate: float, layout: str
) -> Score:
    rng, score, done = random.Random(seed), Score(), 0
    while done < values:
        rows = an_order(regions[rng.choice(sorted(regions))], rate, rng)
        done += 2 * len(rows)
        judge(rows, layout, score)
    return score


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("adjectives", type=Path, nargs="?")
    parser.add_argument("--regions", default="", help="beginnings of names, with commas; all when empty")
    parser.add_argument("--values", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--damage", type=float, default=0.06)
    parser.add_argument("--layout", choices=("rows", "list", "plain"), default="rows")
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    wanted = tuple(options.regions.split(","))
    every = read(options.adjectives) if options.adjectives else builtin()
    regions = {r: of for r, of in every.items() if r.removeprefix("Республика ").startswith(wanted)}
    score = measure(regions, options.values, options.seed, options.damage, options.layout)
    print(dict(sorted(score.counts.items())))
    for key, n in sorted(score.ways.items()):
        shares = (f"{what} {n[what] / n['n']:7.2%}" for what in ("fixed", "first", "said"))
        print(f"{key:32} {n['n']:6}: " + "  ".join(shares))
    for what, lines in score.shown.items():
        for text in lines[: options.show]:
            print(f"  {what}: {text}")


if __name__ == "__main__":
    main()
