"""Anomalies of the title page and of the appendices."""

from __future__ import annotations

import random

from benchmarks.labelled import world
from benchmarks.labelled.drafts import reference
from benchmarks.labelled.parts import Appendix, Draft, Item, Other, Plan, Section
from benchmarks.labelled.touches import Anomaly, free, label, touch


def number_conflict(made: Draft, rng: random.Random) -> bool:
    """Another number in one appendix."""
    appendix = rng.choice(made.appendices)
    digits = [i for i, c in enumerate(made.number) if c.isdigit()]
    at = rng.choice(digits)
    wrong = made.number[:at] + str((int(made.number[at]) + rng.randint(1, 8)) % 10) + made.number[at + 1 :]
    if not free(made, made.number) or wrong.startswith("0"):
        return False
    appendix.reference = appendix.reference.replace(made.number, wrong)
    return label(made, "order-number-conflict", made.number, field="number")


def date_conflict(made: Draft, rng: random.Random) -> bool:
    """Another month or day in one appendix."""
    if not free(made, made.date):
        return False
    year, month, day = made.date
    other = rng.choice(((year, month + 1, day), (year, month, day - 3)))
    appendix = rng.choice(made.appendices)
    appendix.reference = reference(made, rng, date=other, number=appendix.reference.partition("№ ")[2])
    return label(made, "order-date-conflict", made.date, field="date")


def missing_on_title_page(part: str) -> Anomaly:
    def anomaly(made: Draft, rng: random.Random) -> bool:
        if made.drop or made.labels or not free(made, made.number, made.date):
            return False  # before the others: without a date nothing can be said to be too early
        made.drop.add(part)
        for appendix in made.appendices:  # nor do the appendices say it
            date, _, number = appendix.reference.partition(" № ")
            appendix.reference = f"№ {number}" if part == "date" else date
        touch(made, made.number, made.date)
        return label(made, "missing-value", field=part)

    return anomaly


def further_reference(made: Draft, rng: random.Random) -> str:
    """The reference of a further appendix; it says no more than the others."""
    date, _, number = reference(made, rng).partition(" № ")
    return f"№ {number}" if "date" in made.drop else date if "number" in made.drop else f"{date} № {number}"


def not_announced(made: Draft, rng: random.Random) -> bool:
    """An appendix that no point of the order names."""
    if not all(a.number for a in made.appendices) or len(made.appendices) > 2 or made.promised:
        return False
    part = Plan([Section("1", "", [Item(f"{n}.", t, made.region.institute, f"май {made.date[0]} года")
                                   for n, t in enumerate(rng.sample(world.ACTIVITIES, 4), 1)])],
                "flat", ("number", "title", "executors", "deadline"), {"number": "№ п/п",
                "title": "Мероприятие",
                "executors": "Ответственный", "deadline": "Срок"}, "none", "План работы")  # fmt: skip
    number = str(len(made.appendices) + 1)
    made.appendices.append(Appendix(number, part, further_reference(made, rng), announced=False))
    touch(made, part, *part.items)
    return label(made, "appendix-not-announced", part.items[0], raw=number)


def announced_missing(made: Draft, rng: random.Random) -> bool:
    """A point names an appendix that is not there."""
    if (
        not all(a.number for a in made.appendices)
        or not all(a.announced for a in made.appendices)
        or made.promised
    ):
        return False
    number = str(len(made.appendices) + 1)
    made.promised.append(f"Утвердить состав рабочей группы (приложение № {number}).")
    return label(made, "appendix-not-announced", number, raw=number)


def unknown_table(made: Draft, rng: random.Random) -> bool:
    """A table that is no plan and no list of schools."""
    if (
        not all(a.number for a in made.appendices)
        or made.promised
        or not all(a.announced for a in made.appendices)
    ):
        return False
    people = rng.sample(world.PEOPLE, 4)
    rows = [
        ["ФИО", "Должность", "Телефон"],
        *([p, rng.choice(("методист", "начальник отдела")), "8 (800) 200-10-20"] for p in people),
    ]
    other = Other(rows, "Состав рабочей группы")
    made.appendices.append(Appendix(str(len(made.appendices) + 1), other, further_reference(made, rng)))
    return label(made, "unknown-table", other.rows)
