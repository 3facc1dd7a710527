"""How far the normalizers of people, organizations, municipalities, dates and numbers can be trusted.

Makes orders of invented regions with known values, damages some of them (one confusion of `confusions.csv` or
Latin twin per value), normalizes all with the context of their order, and counts, per type: clean values that
came out wrong («broken»), and damaged values that were put right, fixed wrong, read wrong, suggested first,
or left alone.

    python -m benchmarks.fields_generator [--orders 60] [--seed 1]
"""

from __future__ import annotations

import argparse
import calendar
import random
from collections import Counter
from collections.abc import Callable, Iterator

from pipeline import lexicons
from pipeline.model import Value
from pipeline.normalizers import NORMALIZERS, text
from pipeline.normalizers.context import Context
from pipeline.reference import Municipality

MONTHS: tuple[str, ...] = ("январь", "февраль", "март", "апрель", "май", "июнь")
MONTHS += ("июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь")
GENITIVES: tuple[str, ...] = ("января", "февраля", "марта", "апреля", "мая", "июня")
GENITIVES += ("июля", "августа", "сентября", "октября", "ноября", "декабря")
STEMS = (
    "Лес",
    "Озер",
    "Бор",
    "Камен",
    "Берез",
    "Поляр",
    "Соснов",
    "Дубров",
    "Ключев",
    "Новосел",
    "Петров",
    "Троицк",
)
COMMON: tuple[str, ...] = (
    "Иванов",
    "Смирнов",
    "Кузнецов",
    "Попов",
    "Васильев",
    "Петров",
    "Соколов",
    "Михайлов",
    "Новиков",
    "Фёдоров",
)
COMMON += (
    "Морозов",
    "Волков",
    "Алексеев",
    "Лебедев",
    "Семёнов",
    "Егоров",
    "Павлов",
    "Козлов",
    "Степанов",
    "Орлов",
)
COMMON += (
    "Макаров",
    "Никитин",
    "Захаров",
    "Зайцев",
    "Соловьёв",
    "Борисов",
    "Яковлев",
    "Григорьев",
    "Романов",
    "Воробьёв",
)
COMMON += (
    "Сергеев",
    "Кузьмин",
    "Фролов",
    "Королёв",
    "Гусев",
    "Киселёв",
    "Ильин",
    "Максимов",
    "Поляков",
    "Сорокин",
)
_LATER = (
    "Tesseract 5 (rus) on rendered orders at 150–300 dpi, cell by cell",
    "digits that stand",
    "a bar that lies",
)
REGIONS = ("Тульск", "Рязанск", "Тамбовск", "Липецк", "Курганск", "Томск", "Омск", "Калужск")
SHOW: tuple[str, ...] = ()
LEGAL_FORMS = ("ГАУ ДПО", "ГБУ ДПО", "ГАОУ ДПО", "МБУ ДО", "ГБУ")


class Listed:
    """The municipalities of one region, as the reference data give them."""

    def __init__(self, names: list[str], region: str) -> None:
        self.entries = tuple(Municipality(n, "муниципальный район", region, None) for n in names)

    def municipalities(self, region: str | None) -> tuple[Municipality, ...]:
        return self.entries

    def is_complete(self, region: str | None) -> bool:
        return True


def confusions() -> list[tuple[str, str, float]]:
    """The pairs of the first measurement, so that figures stay comparable when the table grows."""
    rows = [r for r in lexicons.rows("confusions") if not r["source"].startswith(_LATER)]
    found = [
        (r["truth"], r["seen"], float(r["count"]) / float(r["total"]))
        for r in rows
        if r["truth"].strip() and r["seen"].strip() and not any(c.isdigit() for c in r["truth"] + r["seen"])
    ]
    twins = [(r["cyrillic"], r["latin"], 0.02) for r in lexicons.rows("twins")]
    return found + twins


def damage(value: str, rng: random.Random, table: list[tuple[str, str, float]]) -> str | None:
    """The value with one confusion, None where none applies."""
    options = [(t, s, w) for t, s, w in table if t in value]
    if not options:
        return None
    truth, seen, _ = rng.choices(options, [w for _, _, w in options])[0]
    places = [i for i in range(len(value)) if value.startswith(truth, i)]
    at = rng.choice(places)
    return value[:at] + seen + value[at + len(truth) :]


def surnames(rng: random.Random, n: int) -> list[str]:
    """Usual surnames in both genders, and made ones that no dictionary has."""
    known = [stem + end for stem in COMMON for end in ("", "а")]
    made = [rng.choice(STEMS) + rng.choice(("кин", "чук", "енко", "ихин", "ушкин")) for _ in range(n)]
    return known + made


def dates(rng: random.Random) -> Iterator[tuple[str, str]]:
    for _ in range(25):
        year, month = rng.randint(2018, 2026), rng.randint(1, 12)
        day = rng.randint(1, calendar.monthrange(year, month)[1])
        iso = f"{year}-{month:02}-{day:02}"
        quarter = (month - 1) // 3 + 1
        roman = ("I", "II", "III", "IV")[quarter - 1]
        last = min(12, month + rng.randint(1, 3))
        yield from (
            (f"{MONTHS[month - 1].capitalize()} {year} г.", f"{year}-{month:02}"),
            (f"до {day} {GENITIVES[month - 1]} {year} года", f"../{iso}"),
            (f"{day:02}.{month:02}.{year}", iso),
            (f"{roman} квартал {year} г.", f"{year}-{3 * quarter - 2:02}/{year}-{3 * quarter:02}"),
            (f"{year}-{year + 1} гг.", f"{year}/{year + 1}"),
            (f"{year}/{year + 1} учебный год", f"{year}-09/{year + 1}-08"),
            (f"с {day} {GENITIVES[month - 1]} {year} г.", f"{iso}/.."),
        )
        if last > month:
            both = f"{MONTHS[month - 1].capitalize()}-{MONTHS[last - 1]} {year} г."
            yield both, f"{year}-{month:02}/{year}-{last:02}"


def run(orders: int, seed: int) -> dict[str, Counter[str]]:
    rng = random.Random(seed)
    table = confusions()
    names = surnames(rng, 30)
    results: dict[str, Counter[str]] = {
        k: Counter() for k in ("date", "person", "organization", "municipality", "number")
    }
    for _ in range(orders):
        region = rng.choice(REGIONS) + "ая область"
        people = [
            f"{rng.choice(names)} {rng.choice('АБВГДЕИКЛМНОПРСТ')}.{rng.choice('АБВГДЕИКЛМНОПРСТ')}."
            for _ in range(rng.randint(2, 8))
        ]
        letters = "".join(rng.choices("СТКВНПРЛ", k=1)) + "О" + rng.choice(("ИРО", "ИУУ", "ЦОКО", "ИПКРО"))
        bodies = [
            f"{rng.choice(LEGAL_FORMS)} «{letters}»",
            f"Департамент образования {region[:-10]}ой области",
            f"Комитет по образованию администрации {rng.choice(STEMS)}овского района",
        ]
        districts = [s + "овский район" for s in rng.sample(STEMS, 9)]
        mentions = {
            "person": [(p, p) for p in people for _ in range(rng.randint(1, 12))],
            "organization": [(b, b) for b in bodies for _ in range(rng.randint(1, 15))],
            "municipality": [(d, d) for d in districts],
            "date": list(dates(rng)),
            "number": [(f"№ {rng.randint(1, 2000)}-{rng.choice(('ОД', 'п', 'р'))}", "") for _ in range(5)],
        }
        mentions["number"] = [(a, a[2:]) for a, _ in mentions["number"]]
        damaged: dict[str, list[tuple[str, str, bool]]] = {}
        for kind, pairs in mentions.items():
            damaged[kind] = []
            for raw, truth in pairs:
                hurt = damage(raw, rng, table) if rng.random() < 0.08 else None
                damaged[kind].append((hurt or raw, truth, hurt is not None and hurt != raw))
        seen = {k: Counter(text.clean(raw)[0] for raw, _, _ in v) for k, v in damaged.items()}
        context = Context(seen=seen, region=region, reference=Listed(districts, region))  # type: ignore[arg-type]  # Listed answers what is asked of a Reference
        for kind, triples in damaged.items():
            count(results[kind], triples, NORMALIZERS[kind], context, kind)
    return results


def count(
    result: Counter[str],
    triples: list[tuple[str, str, bool]],
    normalize: Callable[[str, Context], Value],
    context: Context,
    kind: str,
) -> None:
    for raw, truth, hurt in triples:
        value = normalize(raw, context)
        if not hurt:
            outcome = "clean right" if value.text == truth else "clean BROKEN"
        elif value.text == truth:
            outcome = "damaged, right"
        elif any(c.kind == "ocr" and c.rule != "mixed-alphabet" for c in value.changes):
            outcome = "damaged, fixed WRONG"
        elif value.text is not None and kind in ("date", "number"):
            outcome = "damaged, read WRONG"
        elif value.candidates and value.candidates[0].value == truth:
            outcome = "damaged, suggested first"
        else:
            outcome = "damaged, left alone"
        result[outcome] += 1
        if (
            "WRONG" in outcome
            or "BROKEN" in outcome
            or (kind in SHOW and ("alone" in outcome or "first" in outcome))
        ):
            print(f"  {kind}: {raw!r} → {value.text!r}, not {truth!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for kind, result in run(options.orders, options.seed).items():
        print(kind, sum(result.values()), dict(sorted(result.items())))


if __name__ == "__main__":
    main()
