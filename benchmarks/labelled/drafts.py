"""`draft(rng)` gives a clean order of a random region and kind."""

from __future__ import annotations

import random
from collections.abc import Iterator

from benchmarks.labelled import world
from benchmarks.labelled.parts import (
    Appendix,
    Draft,
    Group,
    Item,
    Other,
    Pair,
    Part,
    Plan,
    Section,
    Sites,
)

_PLAN_HEADS = (
    {"number": "№ п/п", "title": "Мероприятие", "executors": "Ответственные исполнители",
    "deadline": "Сроки исполнения",
     "result": "Ожидаемый результат"},
    {"number": "№", "title": "Наименование мероприятия", "executors": "Исполнители",
    "deadline": "Срок реализации",
     "result": "Вид документа"},
    {"number": "№ п/п", "title": "Содержание деятельности", "executors": "Ответственный", "deadline": "Срок",
     "result": "Планируемый результат"},
)  # fmt: skip
_SITE_HEADS = (
    {"number": "№ п/п", "municipality": "Муниципальное образование",
    "school": "Школа с низкими образовательными результатами",
     "partner": "Школа-наставник"},
    {"number": "№", "municipality": "Муниципалитет", "school": "Школа-участник", "partner": "Школа-куратор"},
    {"number": "№ п/п", "municipality": "Район", "school": "ШНОР", "partner": "Школа-лидер"},
    {"number": "№ п/п", "municipality": "Наименование муниципального образования",
    "school": "Наименование ОО",
     "partner": "Организация-партнер"},
)  # fmt: skip
_LEADS = (
    "В целях повышения качества образования", "В соответствии с планом работы на текущий год",
    "Во исполнение государственной программы «Развитие образования»",
    "На основании решения региональной проектной команды",
    "В рамках реализации федерального проекта «Современная школа»",
)  # fmt: skip
_KINDS = ("plan", "sites", "both", "both", "sites", "plans")


def draft(rng: random.Random) -> Draft:
    """A clean order of a random region and kind."""
    region = rng.choice(world.REGIONS)
    year = rng.randint(2019, 2023)
    date = (year, rng.randint(1, 4), rng.randint(9, 28))
    number = f"{rng.randint(12, 1890)}{rng.choice(region.suffixes)}"
    if rng.random() < 0.2:
        number = f"01-{rng.randint(10, 99)}/{rng.randint(10, 890)}"
    period = (year, year + 1) if rng.random() < 0.6 else None
    kind = rng.choice(_KINDS)
    parts: list[Part] = []
    if kind in ("plan", "both", "plans"):
        parts.append(_plan(rng, region, year, period))
    if kind in ("sites", "both"):
        parts.append(_sites(rng, region))
    if kind == "plans":
        parts.append(_plan(rng, region, year, period))
    title = _title(rng, parts, region, period)
    result = Draft(
        region, region.issuer, number, date, title, period, [], rng.randrange(3), rng.randrange(4),
        rng.choice(_LEADS), rng.choice(world.SIGNATORIES),
    )  # fmt: skip
    if rng.random() < 0.15:  # an appendix of another order is none of this one's
        result.extra_points.append(
            f"Признать утратившим силу приложение № 3 к приказу {region.short_issuer} от 12.03.2018 № 44."
        )
    for i, part in enumerate(parts, 1):
        if isinstance(part, Plan | Sites):
            part.numbered_head = rng.random() < 0.15
        alone = len(parts) == 1 and rng.random() < 0.5
        result.appendices.append(Appendix("" if alone else str(i), part, reference(result, rng)))
    return result


def reference(
    made: Draft, rng: random.Random, *, date: tuple[int, int, int] | None = None, number: str = ""
) -> str:
    """«от … № …» as an appendix quotes the order."""
    year, month, day = date or made.date
    written = rng.choice((f"{day:02}.{month:02}.{year}", f"{day} {world.MONTHS_OF[month - 1]} {year} г.",
                          f"«{day:02}» {world.MONTHS_OF[month - 1]} {year} года"))  # fmt: skip
    return f"от {written} № {number or made.number}"


def _title(
    rng: random.Random, parts: list[Part], region: world.Region, period: tuple[int, int] | None
) -> str:
    what = {Plan: "плана мероприятий по поддержке школ",
    Sites: "перечня школ – участников проекта и школ-наставников",
            Other: "состава"}  # fmt: skip
    title = (
        "Об утверждении " + " и ".join(dict.fromkeys(what[type(p)] for p in parts)) + f" {region.genitive}"
    )
    if period:
        title += rng.choice((" на {}-{} годы", " на {} – {} годы", " на {}-{} гг.")).format(*period)
    return title


def _plan(rng: random.Random, region: world.Region, year: int, period: tuple[int, int] | None) -> Plan:
    style = rng.choice(("dotted", "dotted", "plain", "flat", "bracket"))
    section_style = rng.choice(("wide", "beside", "wide", "roman"))
    if style in ("flat", "bracket"):
        section_style = rng.choice(("none", "none", "wide-unnumbered"))
    orders: tuple[tuple[str, ...], ...] = (
        ("number", "title", "executors", "deadline"), ("number", "title", "deadline", "executors"),
        ("number", "title", "deadline", "executors", "result"), ("number", "title", "result", "deadline",
        "executors"),
    )  # fmt: skip
    plan = Plan([], style, rng.choice(orders), rng.choice(_PLAN_HEADS), section_style,
                rng.choice(("ПЛАН МЕРОПРИЯТИЙ", "ДОРОЖНАЯ КАРТА", "Комплекс мер",
                "План-график")))  # fmt: skip
    titles = rng.sample(world.ACTIVITIES, len(world.ACTIVITIES))
    executor = _executors(rng, region)
    deadline = _deadlines(rng, year, period)
    counter = 0
    n_sections = rng.choice((1, 2, 3, 4, 5, 7)) if section_style != "none" else 1
    per_section = max(1, len(titles) // n_sections)
    for s in range(1, n_sections + 1):
        section = Section(_roman(s) if section_style == "roman" else str(s), world.SECTIONS[s - 1], [])
        most = per_section if section_style != "none" else len(titles)
        for i in range(1, rng.randint(min(3, most), max(3, most)) + 1):
            if not titles:
                break
            counter += 1
            own = {
                "dotted": f"{s}.{i}.",
                "plain": f"{s}.{i}",
                "flat": str(counter),
                "bracket": f"{counter})",
            }[style]
            section.items.append(Item(own, titles.pop(), executor(), deadline(), rng.choice(world.RESULTS)))
        if section.items:
            plan.sections.append(section)
    return plan


def _roman(n: int) -> str:
    return ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")[n - 1]


def _executors(rng: random.Random, region: world.Region):  # type: ignore[no-untyped-def]  # a closure
    people = rng.sample(world.PEOPLE, 5)
    style = rng.randrange(5)
    bodies = (
        region.issuer, "муниципальные органы управления образованием",
        "органы местного самоуправления, осуществляющие управление в сфере образования",
        "руководители общеобразовательных организаций", f"{region.institute}, муниципальные координаторы",
    )  # fmt: skip

    def one() -> str:
        if style == 0:
            return f"{region.institute} ({rng.choice(people)})"
        if style == 1:
            return rng.choice((region.institute, *bodies))
        if style == 2:
            first, second = rng.sample(people, 2)
            return rng.choice((f"{region.institute} ({first}, {second})", f"{region.institute} ({first})"))
        if style == 3:
            return rng.choice(
                (
                    f"{region.issuer}, {region.institute}",
                    f"{region.issuer}; {region.institute}",
                    region.institute,
                )
            )
        return rng.choice(
            (
                f"{region.issuer} ({people[0]}) {region.institute} ({people[1]})",
                f"{region.institute} ({people[1]})",
            )
        )

    return one


def _deadlines(rng: random.Random, year: int, period: tuple[int, int] | None):  # type: ignore[no-untyped-def]  # a closure
    style = rng.randrange(4)
    last = period[1] if period else year

    def one() -> str:
        a, b = sorted(rng.sample(range(6, 13), 2))
        if style == 0:
            return rng.choice(
                (f"{world.MONTHS[a - 1]} {year} г.", f"{world.MONTHS[a - 1]}-{world.MONTHS[b - 1]} {year} г.")
            )
        if style == 1:
            return rng.choice(
                (
                    f"до {rng.randint(1, 28):02}.{a:02}.{year}",
                    f"до {rng.randint(1, 28)} {world.MONTHS_OF[b - 1]} {year} года",
                )
            )
        if style == 2:
            return rng.choice((f"{world.MONTHS[a - 1].capitalize()} {year} года",
            f"{world.MONTHS[b - 1].capitalize()} {year} года",
                               f"{year}-{last} гг." if last != year else f"{year} год"))  # fmt: skip
        return rng.choice(
            (f"{(a - 1) // 3 + 1} квартал {year} года", f"{world.MONTHS[b - 1]} {year} г.", f"{a:02}.{year}")
        )

    return one


def _sites(rng: random.Random, region: world.Region) -> Sites:
    layout = rng.choice(("merged", "merged", "repeated", "sections", "unnumbered", "single"))
    counts = layout in ("repeated", "single") or (layout == "sections" and rng.random() < 0.7)
    further: tuple[str, ...] = ()
    if rng.random() < 0.3:
        further = tuple(
            rng.sample(
                ("ФИО директора", "Телефон", "ИНН", "Адрес", "Количество обучающихся"), rng.randint(1, 2)
            )
        )
    form = rng.choice(("МБОУ", "МОУ", "МКОУ", "МБОУ"))
    names = world.names(rng, form, rng.choice(("plain", "plain", "plain", "quoted", "full")))
    size = rng.choice(("small", "usual", "usual", "large"))
    n_groups = {"small": rng.randint(2, 3), "usual": rng.randint(4, 9), "large": rng.randint(10, 14)}[size]
    if layout == "single":
        n_groups = 1
    homes = [m[:6].replace("ё", "е") for m in region.municipalities]
    names = (n for n in names if not any(home in n.replace("ё", "е") for home in homes))
    municipalities = sorted(rng.sample(region.municipalities, min(n_groups, len(region.municipalities))))
    if rng.random() < 0.15:
        rng.shuffle(municipalities)
    groups: list[Group] = []
    budget = len(world.PLACES) - 3
    for n, municipality in enumerate(municipalities, 1):
        k = rng.randint(4, 12) if layout == "single" else rng.randint(1, 6)
        pairs: list[Pair] = []
        partners = [next(names) for _ in range(1 if k < 4 else rng.randint(1, 2))]
        budget -= len(partners)
        for i in range(min(k, budget)):
            partner = partners[i * len(partners) // k]
            pairs.append(Pair(next(names), partner, [_cell(rng, f) for f in further]))
        budget -= len(pairs)
        if pairs:
            groups.append(Group(n, municipality, pairs))
        if budget < 8:
            break
    _vary_partners(groups, names, rng)
    made = Sites(groups, layout, counts, rng.choice(_SITE_HEADS), further,
                 rng.choice(("Перечень школ", "Список школ с низкими результатами и школ-наставников",
                 "Закрепление школ")))  # fmt: skip
    if rng.random() < 0.2:
        made.total = rng.choice(TOTALS)
    return made


TOTALS = ("Итого: {} школ", "Всего школ: {}", "ИТОГО {} ОО", "Всего: {}")


def _vary_partners(groups: list[Group], names: Iterator[str], rng: random.Random) -> None:
    """What occurs in orders and is no anomaly: two partners in a cell, one partner of two municipalities."""
    how = rng.random()
    long = [g for g in groups if len(g.pairs) > 1]
    if how < 0.1 and long:
        group = rng.choice(long)
        second = next(names, None)
        if second is not None:
            for pair in group.pairs:
                pair.partner = f"{pair.partner}, {second}"
    elif how < 0.25 and len(groups) > 4:
        first, other = rng.sample(groups, 2)
        if abs(first.number - other.number) > 1 and len(first.pairs) + len(other.pairs) < 6:
            for pair in other.pairs:
                pair.partner = first.pairs[0].partner


def _cell(rng: random.Random, kind: str) -> str:
    if kind == "ФИО директора":
        return rng.choice(
            (
                "Иванова Мария Петровна",
                "Кузнецов Олег Юрьевич",
                "Смирнова Анна Ильинична",
                "Попова Вера Львовна",
            )
        )
    if kind == "Телефон":
        return f"8 (383) {rng.randint(200, 399)}-{rng.randint(10, 99)}-{rng.randint(10, 99)}"
    if kind == "ИНН":
        return str(rng.randint(10**9, 10**10 - 1))
    if kind == "Адрес":
        return f"ул. {rng.choice(('Школьная', 'Мира', 'Ленина', 'Центральная'))}, д. {rng.randint(1, 90)}"
    return str(rng.randint(30, 640))
