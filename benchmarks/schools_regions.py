"""Orders with real settlement names of other regions, damaged as Tesseract damages them.

    python -m benchmarks.schools_regions [SETTLEMENTS.csv] [--regions Кировская,Пензенская] [--confusions
    FILE.csv]
        [--values 50000] [--seed 1] [--damage 0.05] [--show 10]

Independent of `schools_generator`: names come from a list of real settlements (columns settlement, type,
municipality, region), orders are rows (municipality, school, partner) as lists of partner schools are, and
go through `pipeline.normalize`, so that a name is judged with its column and group around it. Damage:
`--confusions` (truth, ocr, count, total), drawn by its counts; without it the pairs that the generator
draws from. A damaged value counts as repairable by the `lexicon` where the damage lies in a closed word, by
`consensus` where the same name stands at least three more times in the order undamaged, else by `none`.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import schools_generator as generator
from pipeline.interpret import Interpreted
from pipeline.model import Record, Value
from pipeline.normalize import normalize, order_record
from pipeline.order_text import OrderText
from pipeline.toponyms import adjectives

TYPES = {"municipality": "municipality", "school": "school", "partner": "school"}
KINDS = (
    ("letter", 60),
    ("type", 8),
    ("legal", 6),
    ("twin", 8),
    ("sign", 6),
    ("join", 3),
    ("split", 4),
    ("hyphen", 3),
    ("lost", 4),
    ("double", 3),
)
_PLACE = re.compile(r"[А-ЯЁ][а-яё]+(?:[ -][А-ЯЁ][а-яё]+)*(?:-на-[А-ЯЁ][а-яё]+)?")
WEIGHT = {
    "с": 10.0,
    "ст-ца": 10.0,
    "пгт": 10.0,
    "рп": 8.0,
    "г": 8.0,
    "п": 3.0,
    "аул": 8.0,
    "х": 2.0,
    "д": 1.0,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of an order: what it means and how it stands there."""

    truth: str
    raw: str
    damage: str = ""
    name: str = ""  # the proper name
    seen: str = ""  # the proper name as it stands there


@dataclass(slots=True)
class Order:
    rows: list[tuple[str, Cell, Cell]] = field(default_factory=list)

    def cells(self) -> Iterator[Cell]:
        for _, school, partner in self.rows:
            yield school
            yield partner


def read_settlements(path: Path) -> dict[str, dict[str, list[tuple[str, float]]]]:
    """region → municipality → [(name, weight)]."""
    found: dict[str, dict[str, list[tuple[str, float]]]] = defaultdict(lambda: defaultdict(list))
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            weight = WEIGHT.get(row["type"].rstrip("."), 0.5)
            if _PLACE.fullmatch(row["settlement"]):
                found[row["region"]][row["municipality"].lstrip("- ")].append((row["settlement"], weight))
    return found


def builtin() -> dict[str, list[tuple[str, float]]]:
    """The settlements of the school generator, eight to a made-up municipality."""
    names = [s for s in generator.SETTLEMENTS if s.isalpha()]
    groups = [names[i : i + 8] for i in range(0, len(names) - 7, 8)]
    return {f"{generator.adjective(g[0], True)} район": [(n, 1.0) for n in g] for g in groups}


FIRST = {
    word: made
    for made, words in (
        ("ново", "новое новая новый новые"),
        ("старо", "старое старая старый старые"),
        ("больше", "большое большая большой большие"),
        ("мало", "малое малая малый малые"),
        ("верхне", "верхнее верхняя верхний верхние"),
        ("нижне", "нижнее нижняя нижний нижние"),
        ("красно", "красное красная красный красные"),
        ("средне", "среднее средняя средний средние"),
    )
    for word in words.split()
}


def adjective(place: str) -> str | None:
    """«Княжинская» for «Княжино»: always the same for one place, so that no school has two names."""
    *first, last = place.split()
    if len(first) > 1 or (first and first[0].lower() not in FIRST):
        return None
    options = [d for d in adjectives(last)[:2] if len(d.text) > 3 and "ссс" not in d.text]
    if not options:
        return None
    stem = options[-1 if zlib.crc32(place.encode()) % 10 == 0 else 0].text
    if first:
        return FIRST[first[0].lower()].capitalize() + stem + "ая"
    if "-" in place:
        head = place.split("-")[0].lower().replace("ё", "е")
        if stem.startswith(head):
            return f"{head.capitalize()}-{stem[len(head) :].capitalize()}ая"
        return None
    return stem.capitalize() + "ая"


def a_school(places: Sequence[tuple[str, float]], rng: random.Random, town: str) -> generator.School | None:
    legal, kind = generator.pick(rng, generator.LEGAL[:4]), generator.pick(rng, generator.TYPES[:6])
    place = rng.choices([p for p, _ in places], [w for _, w in places])[0]
    shape = rng.random()
    if shape < 0.8:
        name = adjective(place)
        number = str(rng.randint(1, 9)) if rng.random() < 0.07 else ""
        return generator.School(legal, kind, name, number=number) if name else None
    if shape < 0.9:
        return generator.School(legal, kind, number=str(rng.randint(1, 45)), place=town)
    return generator.School(legal, kind, place=f"{rng.choice(('с.', 'д.', 'п.'))} {place}")


class Damage:
    """Draws damage: pairs of letters by their counts."""

    def __init__(self, confusions: Path | None) -> None:
        self.pairs: list[tuple[str, str]] = []
        self.weights: list[float] = []
        rows: list[tuple[str, str, float]] = [(t, w, 1.0) for t, w in generator.LETTERS]
        if confusions is not None:
            with confusions.open(encoding="utf-8") as file:
                rows = [(r["truth"], r["ocr"], float(r["count"])) for r in csv.DictReader(file)]
        for truth, wrong, count in rows:
            if truth.isalpha() and wrong.isalpha() and truth != wrong:
                self.pairs.append((truth, wrong))
                self.weights.append(count)

    def letter(self, text: str, rng: random.Random) -> tuple[str, bool] | None:
        """(damaged text, whether the damage lies in the word) or None."""
        for _ in range(40):
            truth, wrong = rng.choices(self.pairs, self.weights)[0]
            places = [i for i in range(len(text)) if text.startswith(truth, i)]
            if places:
                i = rng.choice(places)
                return text[:i] + wrong + text[i + len(truth) :], True
        return None


def damaged(s: generator.School, damage: Damage, rng: random.Random) -> Cell | None:
    truth = s.canonical()
    kind = generator.pick(rng, KINDS)
    name, raw = s.adjective, truth
    if kind == "type" and s.type in generator.TYPE_DAMAGE:
        return Cell(
            truth,
            raw.replace(" " + s.type, " " + rng.choice(generator.TYPE_DAMAGE[s.type]), 1),
            kind,
            name,
            name,
        )
    if kind == "legal" and s.legal in generator.LEGAL_DAMAGE:
        return Cell(
            truth, raw.replace(s.legal, rng.choice(generator.LEGAL_DAMAGE[s.legal]), 1), kind, name, name
        )
    if kind == "twin":
        places = [i for i, c in enumerate(raw) if c in generator.TWINS]
        for i in rng.sample(places, min(len(places), rng.randint(1, 3))):
            raw = raw[:i] + generator.TWINS[raw[i]] + raw[i + 1 :]
        return Cell(truth, raw, kind, name, name)
    if kind == "sign" and s.number:
        return Cell(
            truth, raw.replace("№ ", rng.choice(("Ne ", "No ", "N°", "Nо ", "№", "N "))), kind, name, name
        )
    if kind == "join" and s.type.isupper() and name:
        return Cell(truth, raw.replace(f"{s.legal} ", s.legal, 1), kind, name, name)
    if not name:
        return None
    if kind == "hyphen":
        cut = rng.randint(3, len(name) - 3)
        return Cell(truth, raw.replace(name, name[:cut] + "-\n" + name[cut:]), kind, name, name)
    cut = rng.randint(1, len(name) - 2)
    if kind == "split":
        wrong = name[: cut + 1] + " " + name[cut + 1 :]
    elif kind == "lost":
        wrong = name[:cut] + name[cut + 1 :]
    elif kind == "double":
        wrong = name[:cut] + name[cut] + name[cut:]
    elif kind == "letter":
        made = damage.letter(name, rng)
        if made is None:
            return None
        wrong = made[0]
    else:
        return None
    if wrong == name:
        return None
    return Cell(truth, raw.replace(name, wrong), "name " + kind, name, wrong)


def an_order(
    municipalities: dict[str, list[tuple[str, float]]], rate: float, damage: Damage, rng: random.Random
) -> Order:
    order = Order()
    names = [m for m in municipalities if len(municipalities[m]) >= 8]
    chosen = sorted(rng.sample(names, min(len(names), rng.randint(5, 20))))
    everywhere = [s for m in chosen for _ in range(3) if (s := a_school(municipalities[m], rng, town(m)))]
    for m in chosen:
        many = rng.choice((1, 1, 2, 2, 3))
        own = [s for _ in range(many) if (s := a_school(municipalities[m], rng, town(m)))]
        taken: set[str] = set()
        partner = rng.choice(own or everywhere)
        for _ in range(rng.choice((1, 2, 3, 4, 5, 6, 8, 12))):
            risk = a_school(municipalities[m], rng, town(m))
            if risk is None or risk.canonical() in taken:
                continue
            taken.add(risk.canonical())
            if rng.random() < 0.35:
                partner = rng.choice(own if own and rng.random() < 0.85 else everywhere)
            if partner.canonical() == risk.canonical():
                continue
            order.rows.append((m, _cell(risk, rate, damage, rng), _cell(partner, rate, damage, rng)))
    return order


def town(municipality: str) -> str:
    """A made-up town of the municipality, as the locality of numbered schools."""
    stem = municipality.split()[0].removesuffix("ий").removesuffix("ый").removesuffix("ой")
    return f"г. {stem.removesuffix('ск')}ска" if len(stem) > 5 else ""


def _cell(s: generator.School, rate: float, damage: Damage, rng: random.Random) -> Cell:
    made = damaged(s, damage, rng) if rng.random() < rate else None
    if made is not None and made.raw != made.truth:
        return made
    return Cell(
        s.canonical(),
        generator.written(s, rng) if rng.random() < 0.3 else s.canonical(),
        "",
        s.adjective,
        s.adjective,
    )


def normalized(order: Order) -> list[Value]:
    """The values of the order's cells, as a build makes them."""
    records = []
    for municipality, school, partner in order.rows:
        values = {
            "municipality": Value(municipality, municipality),
            "school": Value(school.raw, school.raw),
            "partner": Value(partner.raw, partner.raw),
        }
        records.append(Record("training_sites", values, context={"types": dict(TYPES)}))
    found = Interpreted(OrderText(), tuple(records))
    done = normalize(found, order_record(found))
    rows = [r for r in done.records if r.dataset == "training_sites"]
    return [r.values[name] for r in rows for name in ("school", "partner")]


@dataclass(slots=True)
class Score:
    counts: Counter[str] = field(default_factory=Counter)
    reliability: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    shown: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def judge(order: Order, score: Score) -> None:
    cells = list(order.cells())
    written = Counter(c.name for c in cells if c.seen == c.name and c.name)
    whole = Counter(c.truth for c in cells if c.seen == c.name)
    truths = {c.name for c in cells if c.name}
    for cell, value in zip(cells, normalized(order), strict=True):
        right = value.text == cell.truth
        first = bool(value.candidates) and value.candidates[0].value == cell.truth
        fixes = [c for c in value.changes if c.kind == "ocr"]
        wrong = bool(fixes) and not right and not all(c.after in cell.truth for c in fixes)
        if value.candidates:
            low = min(9, int(value.candidates[0].confidence * 10))
            score.reliability[f"{low / 10:.1f}–{low / 10 + 0.1:.1f}"][0] += 1
            score.reliability[f"{low / 10:.1f}–{low / 10 + 0.1:.1f}"][1] += first
            if low == 9 and not first:
                score.shown["first, but not right"].append(
                    f"{cell.raw!r} is {cell.truth!r}: {value.candidates[0].value}"
                    f" {value.candidates[0].confidence}"
                )
        for change in fixes:
            key = "fixed by consensus" if "consensus" in change.rule else "fixed"
            score.reliability[key][0] += 1
            score.reliability[key][1] += right or change.after in cell.truth
        if not cell.damage:
            score.counts["clean"] += 1
            what = (
                "broken"
                if not right
                else "flagged"
                if any(p.code == "ocr-suspect" for p in value.problems)
                else ""
            )
        else:
            label = "lexicon" if not cell.damage.startswith("name") else "none"
            if label == "none" and cell.seen in truths:
                label = "is another name"
            elif label == "none" and whole[cell.truth] >= 3:
                label = "consensus"
            elif label == "none" and written[cell.name] >= 3:
                label = "name elsewhere"
            score.counts[f"{label} n"] += 1
            score.counts[f"{label} fixed"] += right
            score.counts[f"{label} first"] += right or first
            score.counts[f"{label} said"] += right or bool(value.problems)
            what = "wrong" if wrong else "" if right else f"missed {label}" if first else f"lost {label}"
        if what:
            score.counts[what] += 1
            best = [f"{c.value} {c.confidence:.3f}" for c in value.candidates[:2]]
            score.shown[what].append(
                f"{cell.raw!r} is {cell.truth!r} → {value.text!r} {best} ×{written[cell.name]}"
            )


def measure(
    regions: Mapping[str, dict[str, list[tuple[str, float]]]],
    values: int,
    seed: int,
    rate: float,
    damage: Damage,
) -> Score:
    """Scores some `values` names of orders of these regions (name → municipality → settlements)."""
    rng, score, done = random.Random(seed), Score(), 0
    while done < values:
        order = an_order(regions[rng.choice(sorted(regions))], rate, damage, rng)
        done += 2 * len(order.rows)
        judge(order, score)
    return score


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("settlements", type=Path, nargs="?")
    parser.add_argument("--regions", default="", help="beginnings of names, with commas; all when empty")
    parser.add_argument("--confusions", type=Path)
    parser.add_argument("--values", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--damage", type=float, default=0.05)
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    regions = read_settlements(options.settlements) if options.settlements else {"": builtin()}
    wanted = tuple(options.regions.split(",")) if options.regions else ("",)
    chosen = {name: of for name, of in regions.items() if name.removeprefix("Республики ").startswith(wanted)}
    score = measure(chosen, options.values, options.seed, options.damage, Damage(options.confusions))
    counts = score.counts
    print(
        f"{', '.join(sorted(chosen))}: clean {counts['clean']}: broken {counts['broken']}, flagged"
        f" {counts['flagged']}; wrong fixes {counts['wrong']}"
    )
    for label in ("lexicon", "consensus", "name elsewhere", "none", "is another name"):
        n = max(1, counts[f"{label} n"])
        shares = (f"{what} {counts[f'{label} {what}'] / n:7.2%}" for what in ("fixed", "first", "said"))
        print(f"{label:15} {counts[f'{label} n']:6}: " + "  ".join(shares))
    print("posterior               n      right")
    for key, (n, right) in sorted(score.reliability.items()):
        print(f"{key:20} {n:7}  {right / n:7.2%}")
    for what, lines in score.shown.items():
        for text in lines[: options.show]:
            print(f"  {what}: {text}")


if __name__ == "__main__":
    main()
