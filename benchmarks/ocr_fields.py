"""Real OCR, before and after: wrong cells of each field type in what Tesseract read of rendered orders.

    python -m benchmarks.ocr_fields [--orders 3] [--dpi 150 200 300] [--settlements FILE.csv] [--seed 1]
        [--show 5]

Orders are made up (`schools_regions`, from the given settlements or a built-in list), their cells drawn as
lines of pages that are worn as copies are (`estimate_confusions.picture`), read by Tesseract, and each truth
is matched with its line. *Before*: the line differs from what was drawn, spaces aside. *After*: what the
field's normalizer makes of it, with the whole order as context, is not the truth. *Silent*: wrong without a
finding. *Wrong fixes*: a value was changed as damaged, and is not the truth.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter, defaultdict
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from benchmarks import fields_generator, schools_regions
from benchmarks.estimate_confusions import picture, read
from pipeline.model import Value
from pipeline.normalizers import NORMALIZERS, text
from pipeline.normalizers.context import Context

LINES = 40
PLAIN = ("municipality", "date", "person", "organization", "number")


def fields(rng: random.Random) -> dict[str, list[tuple[str, str]]]:
    """(written, canonical) values of the other field types, as one order has them."""
    names = fields_generator.surnames(rng, 12)
    people = [f"{n} {rng.choice('АБВГДЕИКЛМН')}.{rng.choice('АБВГДЕИКЛМН')}." for n in names]
    bodies = [
        f"{rng.choice(fields_generator.LEGAL_FORMS)} «{rng.choice('СТКВ')}ОИРО»",
        f"Комитет по образованию администрации {rng.choice(fields_generator.STEMS)}овского района",
    ]
    return {
        "date": list(fields_generator.dates(rng)),
        "person": [(p, p) for p in people for _ in range(rng.randint(1, 4))],
        "organization": [(b, b) for b in bodies for _ in range(rng.randint(3, 9))],
        "number": [(n := f"№ {rng.randint(1, 2000)}-ОД", n[2:]) for _ in range(4)],
    }


def scanned(lines: list[str], dpi: int, rng: random.Random) -> list[str]:
    """What Tesseract reads for each line; "" where no line read is like it."""
    found: list[str] = []
    for start in range(0, len(lines), LINES):
        page = lines[start : start + LINES]
        seen = read(picture(page, rng, dpi))
        if len(seen) == len(page):
            pairs = zip(page, seen, strict=True)
            found += [s.strip() if Levenshtein.distance(t, s) <= len(t) // 3 else "" for t, s in pairs]
            continue
        for line in page:
            best = process.extractOne(line, seen, scorer=Levenshtein.distance) if seen else None
            found.append(best[0].strip() if best and best[1] <= len(line) // 3 else "")
    return found


def canonical_group(name: str) -> str:
    return NORMALIZERS["municipality"](name, Context()).text or name


def one_order(
    municipalities: dict[str, list[tuple[str, float]]], dpi: int, rng: random.Random
) -> list[tuple[str, str, str, str, Value]]:
    """(field type, written, read, canonical, value) of the cells of one order."""
    nothing = schools_regions.Damage(None)
    order = schools_regions.an_order(municipalities, 0.0, nothing, rng)
    order.rows = order.rows[:60]
    cells: list[tuple[str, str, str]] = []  # field type, written, canonical
    for municipality, school, partner in order.rows:
        cells += [
            ("municipality", municipality, canonical_group(municipality)),
            ("school", " ".join(school.raw.split()), school.truth),
            ("school", " ".join(partner.raw.split()), partner.truth),
        ]
    for kind, pairs in fields(rng).items():
        cells += [(kind, written, canonical) for written, canonical in pairs]
    seen = scanned([written for _, written, _ in cells], dpi, rng)
    rows = []
    for i, (municipality, _, _) in enumerate(order.rows):
        group, first, second = seen[3 * i : 3 * i + 3]
        rows.append(
            (group or municipality, schools_regions.Cell("", first), schools_regions.Cell("", second))
        )
    schools = iter(schools_regions.normalized(schools_regions.Order(rows)))
    counters: dict[str, Counter[str]] = defaultdict(Counter)
    for (kind, _, _), line in zip(cells, seen, strict=True):
        if kind in PLAIN and line:
            counters[kind][text.clean(line)[0]] += 1
    context = Context(seen=dict(counters))
    found = []
    for (kind, written, canonical), line in zip(cells, seen, strict=True):
        value = next(schools) if kind == "school" else NORMALIZERS[kind](line, context)
        found.append((kind, written, line, canonical, value))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--orders", type=int, default=3)
    parser.add_argument("--dpi", type=int, nargs="*", default=[150, 200, 300])
    parser.add_argument("--settlements", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    regions = (
        schools_regions.read_settlements(options.settlements)
        if options.settlements
        else {"": schools_regions.builtin()}
    )
    print("dpi  field           cells  wrong before   after  silent  wrong fixes")
    for dpi in options.dpi:
        rng = random.Random(options.seed)
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        shown: list[str] = []
        for _ in range(options.orders):
            for kind, written, line, canonical, value in one_order(
                regions[rng.choice(sorted(regions))], dpi, rng
            ):
                if not line:
                    continue  # the page's layout was lost, not a cell's letters
                count = counts[kind]
                right = value.text == canonical
                count["cells"] += 1
                count["before"] += line.replace(" ", "") != written.replace(" ", "")
                count["after"] += not right
                count["silent"] += not right and not value.problems
                repaired = [c for c in value.changes if c.kind == "ocr"]
                bad = not right and bool(repaired) and not all(c.after in canonical for c in repaired)
                count["wrong fixes"] += bad and kind != "date"
                if not right:
                    shown.append(f"  {kind}: {written!r} read {line!r} → {value.text!r}")
        for kind, count in counts.items():
            n = count["cells"]
            print(
                f"{dpi:3}  {kind:14} {n:6}  {count['before'] / n:12.2%} {count['after'] / n:7.2%}"
                f" {count['silent'] / n:7.2%} {count['wrong fixes']:12}"
            )
        print("\n".join(shown[: options.show]))


if __name__ == "__main__":
    main()
